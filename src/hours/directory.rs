//! A directory of TZif files (RFC 9636), as IANA's `zic` writes them, read by jiff.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ZonesError;
use super::table::{FIRST_SECOND, LAST_SECOND, ZoneTable};

/// The largest file that is read; IANA's have some kilobytes.
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

    /// The table of a zone; none when no file that can be read holds it. The name is
    /// one that time zones have: it climbs out of no directory. A link may not either.
    pub(super) fn table(&self, zone: &str) -> Option<ZoneTable> {
        let path = self.root.join(zone).canonicalize().ok()?;
        if !path.starts_with(&self.root) {
            return None;
        }
        let read = TimeZone::tzif(zone, &contents(&path)?).ok()?;
        let begin = Timestamp::from_second(FIRST_SECOND).ok()?;
        let changes = read.following(begin).map(|change| (change.timestamp().as_second(), change.offset().seconds()));
        let changes = changes.take_while(|&(second, _)| second < LAST_SECOND);
        Some(ZoneTable::new(read.to_offset(begin).seconds(), changes))
    }
}

/// What an ordinary file holds, if it is not too large.
fn contents(path: &Path) -> Option<Vec<u8>> {
    let largest = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= MAX_BYTES;
    if !fs::metadata(path).is_ok_and(largest) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// As the file `+VERSION` says it, or the first line of `tzdata.zi`: `# version 2025b`.
fn version(root: &Path) -> Option<String> {
    let first_line = |name: &str| {
        let mut bytes = Vec::new();
        File::open(root.join(name)).ok()?.take(64).read_to_end(&mut bytes).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        text.lines().next().map(|line| line.trim().to_owned())
    };
    let told = first_line("+VERSION");
    let told = told.or_else(|| first_line("tzdata.zi")?.strip_prefix("# version ").map(str::to_owned));
    let one_word = |version: &String| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_graphic());
    told.filter(one_word)
}
