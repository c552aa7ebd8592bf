//! What `src/docs/architecture.md` says of the layers, held against the sources. The table on that
//! page is the list.

mod sources;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sources::Sources;

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The rows of the table: the layer, and what must not be in it; from the ground up.
fn layers() -> Vec<(String, String)> {
    let page = fs::read_to_string(src().join("docs/architecture.md")).unwrap();
    let section = page.split("\n## ").find(|section| section.starts_with("Layers\n")).unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let layers: Vec<(String, String)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            (cells[0].trim_end_matches('`').to_owned(), cells[2].trim_end_matches(" |").to_owned())
        })
        .collect();
    assert!(layers.len() > 10, "{layers:?}");
    layers
}

/// The layer of a file of `src`: its folder, or its own name.
fn layer(file: &Path) -> String {
    file.with_extension("").iter().next().unwrap().to_string_lossy().into_owned()
}

#[test]
fn the_table_of_layers_names_all_there_is() {
    let listed: BTreeSet<String> = layers().into_iter().map(|(name, _)| name).collect();
    let there: BTreeSet<String> = fs::read_dir(src())
        .unwrap()
        .map(|entry| layer(Path::new(&entry.unwrap().file_name())))
        .collect();
    // The root of the crate passes on all of them, and `docs` holds pages.
    let beside = ["lib".to_owned(), "docs".to_owned()].into();
    assert_eq!(there.difference(&listed).cloned().collect::<BTreeSet<_>>(), beside);
    assert_eq!(listed.difference(&there).count(), 0);
}

#[test]
fn no_layer_uses_one_below_it_in_the_table() {
    let layers = layers();
    let place = |name: &str| layers.iter().position(|(layer, _)| layer == name);
    let sources = Sources::read(&src());
    let mut judged = 0;
    for (file, used) in sources.written() {
        let path = used.join("::");
        let own = place(&layer(file)).unwrap();
        // What is taken from the root of the crate says nothing of where it stands.
        let of = place(used.first().map_or("", |first| first));
        assert!(
            of.is_some(),
            "`{}` uses `crate::{path}`: name the layer that it stands in",
            file.display()
        );
        assert!(
            of <= Some(own),
            "`{}` uses `{path}`, whose layer stands below its own",
            file.display()
        );
        judged += 1;
    }
    assert!(judged > 1000, "only {judged} uses were looked at");
}

/// Words for what only one layer may do, and only as the table says: there, "must not" goes on with
/// a "but".
const RESERVED: [(&str, &[&str]); 2] = [
    (
        "a clock",
        &[
            "SystemTime::now",
            "std::time::SystemTime",
            "std::time::Instant",
            "Utc::now",
            "Local::now",
        ],
    ),
    (
        "input or output",
        &["std::fs", "std::io", "std::net", "std::env", "std::process", "print!", "eprint!"],
    ),
];

#[test]
fn only_the_layers_that_may_read_a_clock_or_a_file() {
    let layers = layers();
    let sources = Sources::read(&src());
    for (what, words) in RESERVED {
        let excepted = |must_not: &str| {
            must_not
                .split(what)
                .nth(1)
                .is_some_and(|rest| rest.trim_start_matches([',', ' ']).starts_with("but"))
        };
        let may: BTreeSet<&str> =
            layers.iter().filter(|(_, not)| excepted(not)).map(|(name, _)| &**name).collect();
        assert_eq!(may.len(), 1, "{what}: {may:?}");
        let mut does = BTreeSet::new();
        for (file, path) in sources.foreign() {
            if words
                .iter()
                .any(|word| format!("{path}::").starts_with(&format!("{word}::")) || path == *word)
            {
                assert!(
                    may.contains(&*layer(file)),
                    "`{}` uses `{path}`, and must not have {what}",
                    file.display()
                );
                does.insert(layer(file));
            }
        }
        assert_eq!(does.len(), 1, "nothing uses what is reserved: {what}");
    }
}
