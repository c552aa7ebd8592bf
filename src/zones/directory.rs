//! A directory of TZif files (RFC 9636), as IANA's `zic` writes them, read by jiff.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::error::ZonesError;
use super::table::{FIRST_SECOND, LAST_SECOND, ZoneTable};

/// The largest file that is read. Those of IANA have some kilobytes.
const MAX_BYTES: u64 = 64 * 1024;

pub(super) struct Directory {
    root: PathBuf,
    path: String,
    version: Option<String>,
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Directory, ZonesError> {
        let refused = |reason: io::Error| ZonesError::Directory {
            directory: path.display().to_string(),
            reason: reason.to_string(),
        };
        let root = path.canonicalize().map_err(refused)?;
        fs::read_dir(&root).map_err(refused)?;
        let version = version(&root);
        Ok(Directory { path: root.display().to_string(), root, version })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The table of a zone. `None` if no file that can be read holds it. Neither the name nor a
    /// link may lead out of the directory.
    pub(super) fn table(&self, zone: &str) -> Option<ZoneTable> {
        let path = self.root.join(zone).canonicalize().ok()?;
        if !path.starts_with(&self.root) {
            return None;
        }
        let read = TimeZone::tzif(zone, &contents(&path)?).ok()?;
        let begin = Timestamp::from_second(FIRST_SECOND).ok()?;
        let changes = read
            .following(begin)
            .map(|change| (change.timestamp().as_second(), change.offset().seconds()));
        let changes = changes.take_while(|&(second, _)| second < LAST_SECOND);
        Some(ZoneTable::new(read.to_offset(begin).seconds(), changes))
    }
}

/// The contents of an ordinary file. `None` if the file cannot be read or is too large.
fn contents(path: &Path) -> Option<Vec<u8>> {
    let largest = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= MAX_BYTES;
    if !fs::metadata(path).is_ok_and(largest) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The version of the directory, from its file `+VERSION` or from the first line of `tzdata.zi`: `#
/// version 2025b`.
fn version(root: &Path) -> Option<String> {
    let first_line = |name: &str| {
        let mut bytes = Vec::new();
        File::open(root.join(name)).ok()?.take(64).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        text.lines().next().map(|line| line.trim().to_owned())
    };
    let told = first_line("+VERSION");
    let told =
        told.or_else(|| first_line("tzdata.zi")?.strip_prefix("# version ").map(str::to_owned));
    let one_word = |version: &String| {
        !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_graphic())
    };
    told.filter(one_word)
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::super::bundled;
    use super::*;

    /// Where this system has a directory of zones, they are mostly those of chrono-tz from
    /// 1970 to 2024; of the same version, all are from 2000 on. (A distribution may keep
    /// more of the years before, or zones that IANA has merged.)
    #[test]
    fn g5_a_systems_directory_agrees_with_chrono_tz() {
        const BEGINNING_OF_2000: i64 = 946_684_800;
        const BEGINNING_OF_2024: i64 = 1_704_067_200;
        let Ok(directory) = Directory::open(Path::new("/usr/share/zoneinfo")) else { return };
        let same = directory.version() == Some(bundled::VERSION);
        let (mut found, mut agree) = (0, 0);
        for zone in TZ_VARIANTS {
            let Some(table) = directory.table(zone.name()) else { continue };
            let bundled = bundled::table(zone.name()).unwrap();
            let agrees = |from: i64, until: i64| {
                let within = |table: &ZoneTable| {
                    let changes = table
                        .changes()
                        .into_iter()
                        .filter(|&(second, _)| second > from && second < until);
                    (table.segment(from * 1_000_000).offset, changes.collect::<Vec<_>>())
                };
                within(&table) == within(&bundled)
            };
            found += 1;
            agree += usize::from(agrees(0, BEGINNING_OF_2024));
            assert!(!same || agrees(BEGINNING_OF_2000, LAST_SECOND), "{zone}");
        }
        assert!(agree * 10 >= found * 9, "{agree} of {found} zones agree");
    }
}
