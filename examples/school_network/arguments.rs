//! What the command line says.

use std::path::PathBuf;

pub const HELP: &str = "\
A city's school network: who may do what, where, until when, and why.

usage: school_network [--data DIR] [--people N]

  --data DIR   read the network from DIR/districts.csv and DIR/schools.csv and
               the functions from DIR/functions.csv; otherwise one of the same
               shape is made up
  --people N   how many people to fill it with (default 20000)
  --help       this text
";

/// The most people asked for here: their seven digits run out some time.
const MOST: usize = 2_000_000;
/// Enough for every role to have a holder.
const LEAST: usize = 1_000;

pub struct Arguments {
    pub data: Option<PathBuf>,
    pub people: usize,
    pub help: bool,
}

impl Arguments {
    /// Reads the arguments that follow the program's name.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Arguments, String> {
        let mut read = Arguments { data: None, people: 20_000, help: false };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (flag, joined) = match argument.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = |what: &str| {
                joined
                    .clone()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("`{flag}` takes {what}"))
            };
            match flag.as_str() {
                "--data" => read.data = Some(value("a folder")?.into()),
                "--people" => {
                    let number = value("a number")?;
                    let people = number.replace('_', "").parse().ok();
                    read.people = people
                        .filter(|people| (LEAST..=MOST).contains(people))
                        .ok_or_else(|| {
                            format!(
                                "`--people {number}` is not a whole number from {LEAST} to {MOST}"
                            )
                        })?;
                }
                "--help" | "-h" => read.help = true,
                _ => {
                    return Err(format!(
                        "unknown argument `{flag}`; `--help` lists those there are"
                    ));
                }
            }
        }
        Ok(read)
    }
}
