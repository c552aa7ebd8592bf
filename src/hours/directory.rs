//! A directory of TZif files.
