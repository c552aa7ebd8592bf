//! [`ZonesError`]: why the offsets of a time zone, or a source of them, cannot be had.

use crate::model::Name;

/// Why time zones cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZonesError {
    /// The source has no such zone.
    #[error(
        "{origin} has no time zone `{zone}` that can be read; write a name of IANA's, like `America/Sao_Paulo`"
    )]
    Unknown {
        /// The zone.
        zone: Name,
        /// The source and its version.
        origin: String,
    },
    /// The directory cannot be read.
    #[cfg(feature = "tzif")]
    #[error(
        "`{directory}` is no directory of time zones: {reason}; name one with TZif files, like `/usr/share/zoneinfo`"
    )]
    Directory {
        /// The directory.
        directory: String,
        /// What stands against it.
        reason: String,
    },
}
