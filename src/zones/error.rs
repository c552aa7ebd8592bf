//! [`ZonesError`]: why the offsets of a time zone, or a source of them, cannot be had.

use crate::model::Name;

/// Why a time zone, or a source of time zones, cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ZonesError {
    /// The source has no zone of this name that can be read.
    #[error(
        "{origin} has no time zone `{zone}` that can be read; write a name of IANA's, like `America/Sao_Paulo`"
    )]
    Unknown {
        /// The name of the zone.
        zone: Name,
        /// The source, with its version if it tells one.
        origin: String,
    },
    /// The directory of time zones cannot be read.
    #[cfg(feature = "tzif")]
    #[error(
        "`{directory}` is no directory of time zones: {reason}; name one with TZif files, like `/usr/share/zoneinfo`"
    )]
    Directory {
        /// The path of the directory.
        directory: String,
        /// What the operating system says.
        reason: String,
    },
}
