//! [`Zones`]: where the offsets of time zones come from (contract G5).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::bundled;
#[cfg(feature = "tzif")]
use super::directory::Directory;
use super::error::ZonesError;
use super::table::ZoneTable;
use crate::model::{Name, is_zone_name};

/// A source of time zones, and what has been read from it.
///
/// A zone is read when it is first named, by whoever makes or changes a grid, and
/// kept; a decision reads nothing. A clone shares what is kept.
///
/// Offsets are those from 1900 to 2100: before, the first holds, and ever after the
/// last (ruling R20).
#[derive(Clone)]
pub struct Zones(Arc<Inner>);

struct Inner {
    source: Source,
    tables: Mutex<HashMap<Name, Arc<ZoneTable>, foldhash::fast::RandomState>>,
}

enum Source {
    Bundled,
    #[cfg(feature = "tzif")]
    Directory(Directory),
}

static BUNDLED: LazyLock<Zones> = LazyLock::new(|| Zones::over(Source::Bundled));

impl Zones {
    /// The zones that are built in, by chrono-tz: the default.
    ///
    /// They are as old as that crate: see [`docs::hours`](crate::docs::hours) for where
    /// they are wrong today, and what to do.
    #[must_use]
    pub fn bundled() -> Zones {
        BUNDLED.clone()
    }

    /// The zones of a directory of TZif files, as operating systems keep it, typically
    /// `/usr/share/zoneinfo`; future rules are followed until 2100.
    ///
    /// A file is read when its zone is first named, and once: to see a new version of
    /// the directory, make a new `Zones`. Names lead to no file outside of the
    /// directory, files over 64 KiB are not read, and leap seconds (as in `right/`)
    /// are not followed.
    ///
    /// # Errors
    /// When the directory cannot be read.
    #[cfg(feature = "tzif")]
    pub fn from_directory(path: impl AsRef<std::path::Path>) -> Result<Zones, ZonesError> {
        Directory::open(path.as_ref()).map(|directory| Zones::over(Source::Directory(directory)))
    }

    fn over(source: Source) -> Zones {
        Zones(Arc::new(Inner { source, tables: Mutex::default() }))
    }

    /// Where they come from: `chrono-tz`, or the path of a directory.
    #[must_use]
    pub fn source(&self) -> &str {
        match &self.0.source {
            Source::Bundled => bundled::SOURCE,
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.path(),
        }
    }

    /// The version of IANA's database, like `2025b`, if the source tells.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match &self.0.source {
            Source::Bundled => Some(bundled::VERSION),
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.version(),
        }
    }

    /// Whether there is a zone of this name. The first time it is asked for the zone
    /// is read.
    #[must_use]
    pub fn has(&self, zone: &str) -> bool {
        self.table(zone).is_some()
    }

    /// The offsets of a zone, if there is one of this name. Only who writes calls
    /// this: the first time, it reads.
    pub(crate) fn table(&self, zone: &str) -> Option<Arc<ZoneTable>> {
        let tables = || self.0.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tables().get(zone) {
            return Some(Arc::clone(known));
        }
        if !is_zone_name(zone) {
            return None;
        }
        let name = Name::new(zone).ok()?;
        // Read without the lock: at worst twice. A name that is none is not kept.
        let table = Arc::new(match &self.0.source {
            Source::Bundled => bundled::table(zone)?,
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.table(zone)?,
        });
        Some(Arc::clone(tables().entry(name).or_insert(table)))
    }

    /// The names that zones go by, to suggest one.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        bundled::names()
    }

    pub(crate) fn lacks(&self, zone: &Name) -> ZonesError {
        let version = self.version().map_or_else(String::new, |version| format!(" ({version})"));
        ZonesError::Unknown { zone: zone.clone(), origin: format!("`{}`{version}", self.source()) }
    }
}

impl Default for Zones {
    fn default() -> Zones {
        Zones::bundled()
    }
}

impl fmt::Debug for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zones")
            .field("source", &self.source())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
