//! The sources of the crate as modules: which file each is, and which files its code uses.
//!
//! This reads paths and not types: a method that a file of another module calls on a value is not seen. Inline tests
//! are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module: the names on the way to it from the root of the crate.
type Module = Vec<String>;

/// A file of `src`, or a module within one.
struct Source {
    file: PathBuf,
    /// Paths that a `use` names.
    imports: Vec<Vec<String>>,
    /// Paths of at least two names, outside of `use`.
    paths: Vec<Vec<String>>,
    /// The macros that are called.
    macros: BTreeSet<String>,
}

/// All modules of the crate.
pub struct Sources(BTreeMap<Module, Source>);

impl Sources {
    /// Reads `src`. The root of the crate is not among them: it only opens doors.
    pub fn read(src: &Path) -> Sources {
        let mut sources = Sources(BTreeMap::new());
        let (mut files, mut tests) = (Vec::new(), BTreeSet::new());
        list(src, &mut files);
        for path in files {
            let file = path.strip_prefix(src).unwrap().to_path_buf();
            let mut module: Module =
                file.with_extension("").iter().map(|s| s.to_string_lossy().into_owned()).collect();
            if module.last().is_some_and(|last| last == "mod") {
                module.pop();
            }
            if module != ["lib"] {
                sources.add(
                    module,
                    &file,
                    &tokens(&fs::read_to_string(&path).unwrap()),
                    &mut tests,
                );
            }
        }
        sources.0.retain(|module, _| !tests.iter().any(|test| module.starts_with(test)));
        sources
    }

    fn add(
        &mut self,
        module: Module,
        file: &Path,
        tokens: &[String],
        tests: &mut BTreeSet<Module>,
    ) {
        let (mut imports, mut paths) = (Vec::new(), Vec::new());
        let mut macros = BTreeSet::new();
        let mut at = 0;
        while at < tokens.len() {
            let word = |n: usize| tokens.get(at + n).map_or("", String::as_str);
            if [word(0), word(1), word(2), word(3)] == ["#", "[", "cfg", "("]
                && word(4) == "test"
                && word(7) == "mod"
            {
                tests.insert([&module[..], &[word(8).to_owned()]].concat());
                at = after_item(tokens, at + 7);
            } else if word(0) == "mod" && word(2) == "{" {
                let end = after_item(tokens, at);
                let inner = [module.clone(), vec![word(1).to_owned()]].concat();
                self.add(inner, file, &tokens[at + 3..end - 1], tests);
                at = end;
            } else if word(0) == "mod" && word(2) == ";" {
                at += 3;
            } else if word(0) == "use" {
                let end = at + tokens[at..].iter().position(|token| token == ";").unwrap();
                tree(&tokens[at + 1..end], &[], &mut imports);
                at = end + 1;
            } else if is_name(word(0)) {
                let mut path = vec![word(0).to_owned()];
                while tokens.get(at + 1).is_some_and(|t| t == "::")
                    && tokens.get(at + 2).is_some_and(|t| is_name(t))
                {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                if tokens.get(at + 1).is_some_and(|token| token == "!") {
                    macros.insert(tokens[at].trim_end_matches("ln").to_owned());
                }
                if path.len() > 1 {
                    paths.push(path);
                }
                at += 1;
            } else {
                at += 1;
            }
        }
        self.0.insert(module, Source { file: file.to_path_buf(), imports, paths, macros });
    }

    /// Every path of another crate that the code of a file uses, each with the file; macros as `name!`. What comes
    /// by a `use` is given once whole, and where it is used, as far as it is written there.
    pub fn foreign(&self) -> impl Iterator<Item = (&Path, String)> {
        self.0.iter().flat_map(|(module, source)| {
            let imported = source.imports.iter();
            let paths =
                imported.chain(&source.paths).filter(|path| absolute(module, path).is_none());
            let macros = source.macros.iter().map(|name| format!("{name}!"));
            paths
                .map(|path| path.join("::"))
                .chain(macros)
                .map(|path| (source.file.as_path(), path))
        })
    }

    /// Every path of this crate that the code of a file uses, each with the file: from the root, as it is written.
    pub fn written(&self) -> impl Iterator<Item = (&Path, Vec<String>)> {
        self.0.iter().flat_map(|(module, source)| {
            let imported = source.imports.iter();
            let paths = imported.chain(&source.paths).filter_map(|path| absolute(module, path));
            paths.map(|path| (source.file.as_path(), path))
        })
    }
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// A path from the root of the crate, without `crate`; `None` if it does not say how it stands to the root.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let climbs = path.iter().take_while(|name| *name == "super").count();
    match path[0].as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some([module, &path[1..]].concat()),
        "super" => Some([&module[..module.len() - climbs], &path[climbs..]].concat()),
        _ => None,
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The place after an item with braces, or up to its semicolon.
fn after_item(tokens: &[String], from: usize) -> usize {
    let mut depth = 0;
    for (n, token) in tokens.iter().enumerate().skip(from) {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return n + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return n + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// What a tree of `use` names. All of a module (`*`) is the module.
fn tree(tokens: &[String], above: &[String], found: &mut Vec<Vec<String>>) {
    let (mut start, mut depth) = (0, 0);
    for n in 0..=tokens.len() {
        match tokens.get(n).map(String::as_str) {
            Some("{") => depth += 1,
            Some("}") => depth -= 1,
            Some(",") | None if depth == 0 && start < n => {
                branch(&tokens[start..n], above, found);
                start = n + 1;
            }
            _ => {}
        }
    }
}

fn branch(tokens: &[String], above: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = above.to_vec();
    for (n, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => return tree(&tokens[n + 1..tokens.len() - 1], &path, found),
            "*" | "as" => break,
            "self" if !path.is_empty() => {}
            name if is_name(name) => path.push(name.to_owned()),
            _ => {}
        }
    }
    found.push(path);
}

/// The code as names and signs, without comments and texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(end) = raw_text(rest) {
            end
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// How long a raw text is, if one begins here.
fn raw_text(rest: &str) -> Option<usize> {
    let hashes = rest.strip_prefix('r')?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    hashes[count..].starts_with('"').then_some(())?;
    let close = format!("\"{}", "#".repeat(count));
    let begin = 1 + count + 1;
    Some(begin + rest[begin..].find(&close)? + close.len())
}

/// How long a quoted text is.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (n, character) in rest.char_indices().skip(1) {
        match character {
            '"' if !escaped => return n + 1,
            _ => escaped = character == '\\' && !escaped,
        }
    }
    rest.len()
}

/// How long a character is, or the sign of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(rest.len(), |end| end + 4),
        Some(_) => characters.next().filter(|(_, close)| *close == '\'').map_or(1, |(n, _)| n + 1),
        None => 1,
    }
}
