//! Invariant 1: each layer knows only those below it.

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up; a layer may use what stands before it. `error` is the
/// plumbing's, which every layer reports with.
const LAYERS: [&str; 12] = [
    "time",
    "model",
    "zones",
    "store",
    "policy",
    "facts",
    "engine",
    "admin",
    "report",
    "journal",
    "authority",
    "testing",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_layer_uses_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut judged = 0;
    for file in files {
        let relative = file.strip_prefix(&src).unwrap().to_string_lossy().replace(".rs", "");
        let layer = relative.split('/').next().unwrap();
        let Some(height) = LAYERS.iter().position(|known| *known == layer) else {
            assert!(matches!(layer, "lib" | "error"), "`{relative}` is of no layer");
            continue;
        };
        let text = fs::read_to_string(&file).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for used in code.flat_map(|line| line.split("crate::").skip(1)) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            if let Some(above) = LAYERS.iter().position(|known| *known == used) {
                assert!(above <= height, "`{relative}` uses `{used}`, which stands above it");
                judged += 1;
            }
        }
    }
    assert!(judged > 50, "only {judged} uses were looked at");
}
