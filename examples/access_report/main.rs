//! Who has access to what in a tenant, as one page for its administrators. It shows what the library
//! answers about people, roles and dangerous permissions, what ends soon, what changed, and what the
//! lints find.
//!
//! `cargo run --example access_report -- --out report.html`; `--data DIR` reports on a city's real
//! network of schools instead of a company.

mod city;
mod company;
mod contents;
#[path = "../school_finance/network.rs"]
mod network;
mod page;
mod week;
mod words;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use alcada::{Authority, Instant};
use contents::Contents;

const USAGE: &str = "usage: access_report --out FILE [--data DIR] [--tenant CODE]";

/// What the host calls its units, by code.
type Names = BTreeMap<String, String>;

/// What is reported on, and as of when.
struct Subject {
    authority: Authority,
    tenant: &'static str,
    now: Instant,
    names: Names,
}

#[derive(Default)]
struct Arguments {
    out: Option<String>,
    data: Option<String>,
    tenant: Option<String>,
}

impl Arguments {
    fn read(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut arguments = Arguments::default();
        while let Some(word) = given.next() {
            let place = match word.as_str() {
                "--out" => &mut arguments.out,
                "--data" => &mut arguments.data,
                "--tenant" => &mut arguments.tenant,
                other => return Err(format!("`{other}` is no argument of this; {USAGE}")),
            };
            let value = given.next().ok_or_else(|| format!("`{word}` takes a value; {USAGE}"))?;
            if place.replace(value).is_some() {
                return Err(format!("`{word}` stands there twice; {USAGE}"));
            }
        }
        Ok(arguments)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let out = arguments.out.ok_or_else(|| format!("it is not said where to write; {USAGE}"))?;
    let subject = match &arguments.data {
        Some(folder) => city::subject(folder)?,
        None => company::subject()?,
    };
    let tenant = arguments.tenant.unwrap_or_else(|| subject.tenant.to_owned());
    let contents = Contents::of(&subject, &tenant)?;
    let html = page::page(&contents).into_string();
    fs::write(&out, &html).map_err(|error| format!("cannot write `{out}`: {error}"))?;
    println!(
        "{out}: {} KB on `{tenant}`, {} people, {} findings, {} changes",
        html.len().div_ceil(1024),
        contents.people.len(),
        contents.findings.listed.len(),
        contents.changes.len()
    );
    Ok(())
}
