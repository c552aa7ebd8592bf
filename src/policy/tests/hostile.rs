//! Texts made to take long: what is read of them is bounded, and so is what is told.

use std::time::{Duration, Instant};

use super::{chain, check_json, check_toml, many_ceilings, numbered};
use crate::model::CommandWord;
use crate::policy::limits;

/// A megabyte of each kind of malice. The bound is loose for builds without
/// optimisation on busy machines; what is not bounded takes minutes.
#[test]
fn hostile_texts_take_little_time() {
    const SIZE: usize = 1 << 20;
    let fill = |head: &str, body: &str, tail: &str| {
        format!("{head}{}{tail}", body.repeat((SIZE - head.len() - tail.len()) / body.len()))
    };
    let each = |head: &str, one: &dyn Fn(usize) -> String| {
        let mut text = head.to_owned();
        let mut n = 0;
        while text.len() < SIZE {
            text.push_str(&one(n));
            n += 1;
        }
        text
    };
    let long = "n".repeat(200);
    let layers = each("version = 1\nfunctions.f.actions = ['a']\n", &|n| {
        let (layer, place) = (n / 32, n % 32);
        let below = numbered(32, ",", |k| format!("'r{}x{k}'", layer + 1));
        match layer {
            0..60 => format!("roles.r{layer}x{place}.includes = [{below}]\n"),
            60 => format!("roles.r{layer}x{place}.permissions = ['f:a']\n"),
            _ => "#\n".to_owned(),
        }
    });
    let texts: Vec<(&str, bool, String)> = vec![
        ("open brackets", true, "[".repeat(SIZE)),
        ("nested lists", true, fill("version = 1\nname = ", "[", "")),
        ("dotted key", true, fill("version = 1\na", ".a", " = 1")),
        ("garbage", true, fill("", "= \u{1}é' ", "")),
        ("a name", true, fill("version = 1\n[roles.", "a", "]\nname = 3")),
        ("a wrong key with wrong keys", true, {
            let head = format!("version = 1\n[roles.{}]\n", "a".repeat(SIZE / 2));
            each(&head, &|n| format!("k{n}=1\n"))
        }),
        ("unknown keys", true, each("version = 1\n", &|n| format!("k{n} = 1\n"))),
        ("tables", true, each("version = 1\n", &|n| format!("[roles.r{n}]\nx=1\n"))),
        ("wrong elements", true, fill("version = 1\nvisions = [", "1,", "]")),
        (
            "wrong elements in one line",
            true,
            fill("version = 1\nroles.r.permissions = [", "'é',", "]"),
        ),
        ("empty tables", true, fill("version = 1\nceilings = [", "{},", "]")),
        ("duplicates", true, fill("version = 1\nvisions = [", "'a',", "]")),
        ("chain", true, format!("version = 1\n{}", chain(4096))),
        ("circle", true, format!("version = 1\nroles.r4096.includes = ['r0']\n{}", chain(4095))),
        ("layers", true, layers),
        ("ceilings", true, many_ceilings()),
        ("near names", true, {
            let head = each("version = 1\n", &|n| match n {
                0..2000 => format!("roles.{long}{n} = {{}}\n"),
                _ => "#".repeat(SIZE),
            });
            let head = head.split('#').next().unwrap_or_default().to_owned();
            each(&format!("{head}roles.x.includes = ["), &|n| format!("'{long}x{n}',")) + "]"
        }),
        ("patterns", true, {
            let head = format!(
                "version = 1\nfunctions.f.actions = [{}]\n",
                numbered(4096, ",", |n| format!("'{n}'"))
            );
            each(&head, &|n| match n {
                0..4096 => format!(
                    "roles.r{n} = {{ permissions = ['f:*', '*:*'], except = ['f:1', '*:7'] }}\n"
                ),
                _ => "#\n".to_owned(),
            })
        }),
        ("former words", true, {
            let head = each("version = 1\n[renamed.roles]\n", &|n| match n {
                0..16_000 => format!("r{n} = 'x{n}'\n"),
                _ => "#".repeat(SIZE),
            });
            let head = head.split('#').next().unwrap_or_default().to_owned();
            format!("{head}[retired]\nroles = [{}]\n", numbered(16_000, ",", |n| format!("'r{n}'")))
        }),
        ("guards", true, {
            let words = CommandWord::ALL
                .iter()
                .map(|word| format!("'{word}'"))
                .collect::<Vec<_>>()
                .join(",");
            let kinds = numbered(limits::MAX_KINDS, "\n", |n| format!("kinds.k{n} = {{}}"));
            let head = format!("version = 1\nfunctions.f.actions = ['a']\n{kinds}\n");
            each(&head, &|n| match n {
                0..1024 => {
                    format!("[[guards]]\npermission='f:a'\nkinds=['k{n}']\ncommands=[{words}]\n")
                }
                _ => "#\n".to_owned(),
            })
        }),
        ("eligibility", true, {
            let kinds = numbered(limits::MAX_KINDS, "\n", |n| format!("kinds.k{n} = {{}}"));
            let of = |from: usize| numbered(512, ",", |n| format!("'k{}'", from + n));
            let held = of(0);
            let roles = numbered(100, "\n", |n| format!("roles.r{n} = {{ kinds = [{held}] }}"));
            let row = format!(
                "roles=[{}]\nkinds=[{}]\n",
                numbered(100, ",", |n| format!("'r{n}'")),
                of(512)
            );
            each(&format!("version = 1\n{kinds}\n{roles}\n"), &|n| match n {
                0..1024 => format!("[[eligibility]]\n{row}"),
                _ => "#\n".to_owned(),
            })
        }),
        ("json brackets", false, "[".repeat(SIZE)),
        ("json nested", false, format!("{}{}", "[".repeat(SIZE / 2), "]".repeat(SIZE / 2))),
        (
            "json nested tables",
            false,
            format!("{}1{}", "{\"a\":".repeat(SIZE / 6), "}".repeat(SIZE / 6)),
        ),
        ("json duplicates", false, fill("{\"version\":1", ",\"a\":1", "}")),
        ("json duplicates under a long key", false, {
            let head = format!("{{\"version\":1,\"{}\":{{\"a\":1", "k".repeat(SIZE / 2));
            fill(&head, ",\"a\":1", "}}")
        }),
        ("json elements", false, fill("{\"version\":1,\"visions\":[1", ",{}", "]}")),
        ("json escapes", false, fill("{\"version\":1,\"visions\":[\"", "\\u0001", "\"]}")),
    ];
    for (what, is_toml, text) in &texts {
        let start = Instant::now();
        let (_, found) = if *is_toml { check_toml(text) } else { check_json(text) };
        let taken = start.elapsed();
        println!("{what}: {} bytes, {} diagnostics, {taken:?}", text.len(), found.len());
        assert!(found.len() <= 2 * limits::MAX_DIAGNOSTICS + 4, "{what}");
        let size: usize = found.iter().map(|d| d.to_string().len()).sum();
        assert!(size < 16 << 20, "{what}: {size} bytes of diagnostics");
        assert!(taken < Duration::from_secs(10), "{what} took {taken:?}");
    }
}
