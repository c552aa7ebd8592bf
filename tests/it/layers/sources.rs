//! The sources of the crate as modules: which file each is, and which files its code uses.
//!
//! This reads paths and not types: a method that a file of another module calls on a value is not seen. Inline tests
//! are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module: the names on the way to it from the root of the crate.
type Module = Vec<String>;

/// One name that a `use` brings into a module.
struct Import {
    /// The name, as the module calls it; `*` for all of a module.
    name: String,
    /// What it stands for, as it is written.
    path: Vec<String>,
    /// Whether others may take it from this module: then the `use` alone uses nothing.
    is_public: bool,
}

/// A file of `src`, or a module within one.
struct Source {
    file: PathBuf,
    imports: Vec<Import>,
    /// Paths of at least two names, outside of `use`.
    paths: Vec<Vec<String>>,
    /// All names, outside of `use`.
    names: BTreeSet<String>,
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
        let (mut names, mut macros) = (BTreeSet::new(), BTreeSet::new());
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
                let is_public = is_public(&tokens[..at]);
                tree(&tokens[at + 1..end], &[], &mut |name, path| {
                    imports.push(Import { name, path, is_public })
                });
                at = end + 1;
            } else if is_name(word(0)) {
                let mut path = vec![word(0).to_owned()];
                while tokens.get(at + 1).is_some_and(|t| t == "::")
                    && tokens.get(at + 2).is_some_and(|t| is_name(t))
                {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                names.insert(path[0].clone());
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
        self.0.insert(module, Source { file: file.to_path_buf(), imports, paths, names, macros });
    }

    /// Every path of another crate that the code of a file uses, each with the file; macros as `name!`. What comes
    /// by a `use` is given once whole, and where it is used, as far as it is written there.
    pub fn foreign(&self) -> impl Iterator<Item = (&Path, String)> {
        self.0.iter().flat_map(|(module, source)| {
            let imported = source.imports.iter().map(|import| &import.path);
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
            let imported = source.imports.iter().map(|import| &import.path);
            let paths = imported.chain(&source.paths).filter_map(|path| absolute(module, path));
            paths.map(|path| (source.file.as_path(), path))
        })
    }

    /// Every pair of a file and another that its code uses, where the thing used is defined. What a module only
    /// passes on to others (`pub use`) it does not use.
    pub fn uses(&self) -> BTreeSet<(PathBuf, PathBuf)> {
        let mut uses = BTreeSet::new();
        for (module, source) in &self.0 {
            let imported = source
                .imports
                .iter()
                .filter(|import| !import.is_public || source.names.contains(&import.name));
            for path in imported.map(|import| &import.path).chain(&source.paths) {
                if let Some(used) =
                    self.defined_in(module, path, 0).filter(|used| **used != source.file)
                {
                    uses.insert((source.file.clone(), used.clone()));
                }
            }
        }
        uses
    }

    /// The file that defines what a path of a module's stands for; `None` if it is not of this crate.
    fn defined_in(&self, module: &[String], path: &[String], depth: usize) -> Option<&PathBuf> {
        let path = match absolute(module, path) {
            Some(path) => path,
            // A child of the module's, or something that it imports and that is looked at there.
            None => {
                let child = [module, &path[..1]].concat();
                self.0.contains_key(&child).then(|| [module, path].concat())?
            }
        };
        let mut here = Module::new();
        for (n, name) in path.iter().enumerate() {
            let child = [&here[..], std::slice::from_ref(name)].concat();
            if self.0.contains_key(&child) {
                here = child;
                continue;
            }
            let source = self.0.get(&here)?;
            if depth > 8 {
                return Some(&source.file);
            }
            let mut passed_on =
                source.imports.iter().filter(|import| import.name == *name || import.name == "*");
            let found = passed_on.find_map(|import| {
                let rest = if import.name == "*" { &path[n..] } else { &path[n + 1..] };
                self.defined_in(&here, &[&import.path, rest].concat(), depth + 1)
            });
            return found.or(Some(&source.file));
        }
        self.0.get(&here).map(|source| &source.file)
    }
}

/// Circles: of all that use one another, directly or by way of others, the groups of more than one.
pub fn circles<T: Ord + Clone>(uses: &BTreeSet<(T, T)>) -> Vec<BTreeSet<T>> {
    let nodes: BTreeSet<&T> = uses.iter().flat_map(|(from, to)| [from, to]).collect();
    let reached = |from: &T| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(node) = next.pop() {
            for (_, to) in uses.iter().filter(|(from, _)| *from == node) {
                if seen.insert(to.clone()) {
                    next.push(to.clone());
                }
            }
        }
        seen
    };
    let reach: BTreeMap<&T, BTreeSet<T>> =
        nodes.iter().map(|node| (*node, reached(node))).collect();
    let together = |node: &T| -> BTreeSet<T> {
        reach[node].iter().filter(|other| reach[other].contains(node)).cloned().collect()
    };
    let found: BTreeSet<BTreeSet<T>> =
        nodes.iter().map(|node| together(node)).filter(|c| c.len() > 1).collect();
    found.into_iter().collect()
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

/// Whether what follows is public, to whomever: `pub`, `pub(crate)`.
fn is_public(before: &[String]) -> bool {
    let before = match before.last().map(String::as_str) {
        Some(")") => {
            before.iter().rposition(|token| token == "(").map_or(before, |open| &before[..open])
        }
        _ => before,
    };
    before.last().is_some_and(|token| token == "pub")
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

/// What a tree of `use` names, each with its path.
fn tree(tokens: &[String], above: &[String], found: &mut impl FnMut(String, Vec<String>)) {
    let mut start = 0;
    let mut depth = 0;
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

fn branch(tokens: &[String], above: &[String], found: &mut impl FnMut(String, Vec<String>)) {
    let mut path = above.to_vec();
    for (n, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "{" => return tree(&tokens[n + 1..tokens.len() - 1], &path, found),
            "*" => return found("*".to_owned(), path),
            "as" => return found(tokens[n + 1].clone(), path),
            "self" if !path.is_empty() => {}
            name if is_name(name) => path.push(name.to_owned()),
            _ => {}
        }
    }
    found(path[path.len() - 1].clone(), path);
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
