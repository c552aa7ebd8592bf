//! What a library weighs on a program that depends on it: for each, a new crate with the plainest
//! use and the default features is built with an empty target folder, in both profiles.
//!
//! `cargo run --manifest-path benches/weight/Cargo.toml -- [LIBRARY …]`. Without names: all. The
//! seconds are those of the processors, all processes of the build together, as Linux counts them
//! in `/proc`; other programs that run meanwhile lengthen them, by what they take of the caches. The
//! ratios to Cedar of one run say more.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// A library, as a program that uses it names it.
struct Library {
    name: &'static str,
    dependencies: &'static str,
    program: &'static str,
}

const LIBRARIES: [Library; 5] = [
    Library {
        name: "cedar-policy",
        dependencies: "cedar-policy = \"4.14.1\"",
        program: include_str!("../programs/cedar.rs"),
    },
    Library {
        name: "alcada",
        // Of the folder above.
        dependencies: "",
        program: include_str!("../programs/alcada.rs"),
    },
    Library {
        name: "casbin",
        dependencies: "casbin = \"2.20.0\"\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }",
        program: include_str!("../programs/casbin.rs"),
    },
    Library {
        name: "gatehouse",
        dependencies: "gatehouse = \"0.6.0\"\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }",
        program: include_str!("../programs/gatehouse.rs"),
    },
    Library {
        name: "regorus",
        dependencies: "regorus = \"0.14.1\"",
        program: include_str!("../programs/regorus.rs"),
    },
];

/// What was measured of a library.
struct Weight {
    name: &'static str,
    crates: usize,
    dev: f64,
    release: f64,
    bytes: u64,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let folder = env::temp_dir().join(format!("alcada-weight-{}", std::process::id()));
    let chosen = LIBRARIES
        .iter()
        .filter(|library| wanted.is_empty() || wanted.iter().any(|name| name == library.name));
    let measured: Outcome<Vec<Weight>> = chosen.map(|library| weigh(library, &folder)).collect();
    fs::remove_dir_all(&folder)?;
    report(&measured?);
    Ok(())
}

fn report(weights: &[Weight]) {
    println!("\n| | crates | dev, s | release, s | stripped | dev ÷ Cedar | release ÷ Cedar |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let cedar = weights.iter().find(|weight| weight.name == "cedar-policy");
    let mut lines = Vec::new();
    for Weight { name, crates, dev, release, bytes } in weights {
        let megabytes = *bytes as f64 / 1e6;
        let ratios = cedar.map(|cedar| (dev / cedar.dev, release / cedar.release));
        let shown =
            ratios.map_or("– | –".into(), |(dev, release)| format!("{dev:.2} | {release:.2}"));
        println!("| {name} | {crates} | {dev:.0} | {release:.0} | {megabytes:.1} MB | {shown} |");
        if *name == "alcada" {
            lines.push(("crates", *crates as f64, "crates", 40.0));
            lines.push(("stripped", megabytes, "MB", 3.0));
            lines.extend(ratios.map(|(dev, _)| ("dev-by-cedar", dev, "ratio", 0.5)));
            lines.extend(ratios.map(|(_, release)| ("release-by-cedar", release, "ratio", 0.35)));
        }
    }
    println!();
    for (name, value, unit, bound) in lines {
        let verdict = if value <= bound { "met" } else { "short" };
        println!("figure weight/{name} {value:.2} {unit} goal <= {bound} {verdict}");
    }
}

fn weigh(library: &Library, folder: &Path) -> Outcome<Weight> {
    let crate_folder = folder.join(library.name);
    fs::create_dir_all(crate_folder.join("src"))?;
    let dependencies = match library.dependencies {
        "" => format!(
            "alcada = {{ path = {:?} }}",
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?
        ),
        named => named.to_owned(),
    };
    let manifest = format!(
        "[package]\nname = \"weighed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}\n"
    );
    fs::write(crate_folder.join("Cargo.toml"), manifest)?;
    fs::write(crate_folder.join("src/main.rs"), library.program)?;
    cargo(&crate_folder, &["fetch", "--quiet"])?;
    let tree = cargo(&crate_folder, &["tree", "--prefix", "none", "--edges", "no-dev"])?;
    let mut crates: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();

    eprintln!("{}: dev", library.name);
    let dev = seconds(&crate_folder, &["build", "--quiet", "--offline"])?;
    fs::remove_dir_all(crate_folder.join("target"))?;
    eprintln!("{}: release", library.name);
    let release = seconds(&crate_folder, &["build", "--quiet", "--offline", "--release"])?;
    // What was measured must also work.
    let program =
        crate_folder.join("target/release").join(format!("weighed{}", env::consts::EXE_SUFFIX));
    if !Command::new(&program).status()?.success() {
        return Err(format!("the program that uses {} fails", library.name).into());
    }
    cargo(
        &crate_folder,
        &["rustc", "--quiet", "--offline", "--release", "--", "-C", "strip=symbols"],
    )?;
    let bytes = fs::metadata(&program)?.len();
    fs::remove_dir_all(&crate_folder)?;
    // The crate itself is not of the library.
    Ok(Weight { name: library.name, crates: crates.len().saturating_sub(1), dev, release, bytes })
}

/// Runs cargo as a shell would, not as cargo runs this program.
fn cargo(folder: &Path, arguments: &[&str]) -> Outcome<String> {
    let mut command = Command::new("cargo");
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if (text.starts_with("CARGO") && text != "CARGO_HOME")
            || text.starts_with("RUSTC")
            || text == "RUSTFLAGS"
        {
            command.env_remove(&name);
        }
    }
    let output = command.args(arguments).current_dir(folder).stderr(Stdio::inherit()).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("cargo {} fails", arguments.join(" ")).into())
    }
}

/// The processor time of what cargo does.
fn seconds(folder: &Path, arguments: &[&str]) -> Outcome<f64> {
    let before = children()?;
    cargo(folder, arguments)?;
    Ok(children()? - before)
}

/// The processor time of all processes that this one has waited for, and theirs.
fn children() -> Outcome<f64> {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field, a name in parentheses, may hold blanks.
    let (_, fields) = stat.rsplit_once(')').ok_or("an unknown form of /proc/self/stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let [user, system] = [fields.get(13), fields.get(14)]
        .map(|field| field.ok_or("too few fields in /proc/self/stat"));
    Ok((user?.parse::<f64>()? + system?.parse::<f64>()?) / TICKS_A_SECOND)
}
