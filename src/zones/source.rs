//! [`Zones`]: where the offsets of time zones come from ([contract G5](crate::docs::contract#g5)).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::bundled;
#[cfg(feature = "tzif")]
use super::directory::Directory;
use super::error::ZonesError;
use super::table::ZoneTable;
use crate::model::{Name, is_zone_name};

/// A source of time zones, with what has been read from it.
///
/// A zone is read when a grid that is made or changed first names it, and is kept; a decision reads
/// nothing. A clone shares what is kept.
///
/// Offsets are those from 1900 to 2100. The first one holds before 1900, the last one after 2100
/// ([ruling R20](crate::docs::contract#r20)).
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
    /// The zones that are built in, from chrono-tz. The default.
    ///
    /// They are as old as that crate. See [`docs::hours`](crate::docs::hours) for where they are
    /// wrong today, and what to do.
    #[must_use]
    pub fn bundled() -> Zones {
        BUNDLED.clone()
    }

    /// The zones of a directory of TZif files, as operating systems keep it, typically
    /// `/usr/share/zoneinfo`. Future rules are followed until 2100.
    ///
    /// A file is read once, when its zone is first named: to see a new version of the directory,
    /// make a new `Zones`. Names lead to no file outside of the directory, files over 64 KiB are
    /// not read, and leap seconds (as in `right/`) are not followed.
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

    /// Where the zones come from: `chrono-tz`, or the path of a directory.
    #[must_use]
    pub fn source(&self) -> &str {
        match &self.0.source {
            Source::Bundled => bundled::SOURCE,
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.path(),
        }
    }

    /// The version of IANA's database, like `2025b`. `None` if the source does not tell.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match &self.0.source {
            Source::Bundled => Some(bundled::VERSION),
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.version(),
        }
    }

    /// Whether there is a zone of this name. The zone is read the first time.
    #[must_use]
    pub fn has(&self, zone: &str) -> bool {
        self.table(zone).is_some()
    }

    /// Whether both are one source, with the zones that it has read so far.
    pub(crate) fn is(&self, other: &Zones) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The offsets of a zone. `None` if there is no zone of this name. The first call for a zone
    /// reads it, so that only writes call this.
    pub(crate) fn table(&self, zone: &str) -> Option<Arc<ZoneTable>> {
        let tables = || self.0.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tables().get(zone) {
            return Some(Arc::clone(known));
        }
        if !is_zone_name(zone) {
            return None;
        }
        let name = Name::new(zone).ok()?;
        // The zone is read without the lock: at worst two threads read it. A name that is no zone
        // is not kept, so that wrong names take no memory.
        let table = Arc::new(match &self.0.source {
            Source::Bundled => bundled::table(zone)?,
            #[cfg(feature = "tzif")]
            Source::Directory(directory) => directory.table(zone)?,
        });
        Some(Arc::clone(tables().entry(name).or_insert(table)))
    }

    /// The names of the built-in zones, from which one is suggested.
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
