//! The contract page, `src/docs/contract.md`, against the tests: every rule that holds is named by a
//! test that proves it, and no test names a rule that the page does not have.
//!
//! A test names a rule by a word of its own name, as in `d11_until_is_exact`, or in its doc comment,
//! as in "D11: …". What a test file says at its head, and what helpers say of themselves, names nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The letters of rules, in the order of the page.
const LETTERS: &str = "DGXRUAOTSL";

/// The number of a rule: `D11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Code {
    letter: char,
    number: u32,
}

impl Code {
    /// The whole of a word, `D11`; `None` if it is something else.
    fn read(word: &str) -> Option<Code> {
        let letter = word.chars().next().filter(|letter| LETTERS.contains(*letter))?;
        let digits = &word[1..];
        let sound = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        (sound && !digits.starts_with('0'))
            .then(|| Code { letter, number: digits.parse().unwrap() })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letter, self.number)
    }
}

/// The rules that a text names, each as a word of its own; `R28–R30` and `G1 to G4` name those between too.
fn named(text: &str) -> BTreeSet<Code> {
    let mut found = BTreeSet::new();
    let mut last: Option<(Code, usize)> = None;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = 0;
    while let Some(begin) = text[rest..].find(is_word).map(|at| rest + at) {
        let end = text[begin..].find(|c| !is_word(c)).map_or(text.len(), |at| begin + at);
        rest = end;
        let Some(code) = Code::read(&text[begin..end]) else { continue };
        if let Some((first, at)) = last.filter(|(first, _)| first.letter == code.letter)
            && matches!(&text[at..begin], "–" | "-" | " to ")
        {
            found.extend((first.number..code.number).map(|number| Code { number, ..code }));
        }
        found.insert(code);
        last = Some((code, end));
    }
    found
}

/// The rules that the name of a test names: `d9_s10_ending_support_leaves_the_standing_grant`.
fn named_by(function: &str) -> BTreeSet<Code> {
    let words = function.split('_').filter(|word| !matches!(*word, "u16" | "u32" | "u64" | "u128"));
    words
        .filter_map(|word| {
            Code::read(&word.to_uppercase()).filter(|_| word.starts_with(char::is_lowercase))
        })
        .collect()
}

/// What the page says of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Holds,
    Planned,
}

/// The rules of the page, or what is wrong with how it is written.
fn rules(page: &str) -> Result<BTreeMap<Code, State>, String> {
    let mut rules = BTreeMap::new();
    for line in page.lines().filter(|line| line.contains("<a id=")) {
        let unreadable = || format!("a rule begins `<a id=\"d1\"></a>**D1** `, and not `{line}`");
        let (id, rest) = line
            .strip_prefix("<a id=\"")
            .and_then(|rest| rest.split_once("\"></a>**"))
            .ok_or_else(unreadable)?;
        let (code, rest) = rest.split_once("** ").ok_or_else(unreadable)?;
        let code = Code::read(code).ok_or_else(unreadable)?;
        if id != code.to_string().to_lowercase() {
            return Err(format!("the anchor of {code} is `{id}`"));
        }
        let state = if rest.starts_with("*(planned)* ") { State::Planned } else { State::Holds };
        if rules.insert(code, state).is_some() {
            return Err(format!("{code} is there twice"));
        }
    }
    for letter in LETTERS.chars() {
        let numbers: Vec<u32> =
            rules.keys().filter(|code| code.letter == letter).map(|code| code.number).collect();
        if !numbers.iter().copied().eq((1..).take(numbers.len())) {
            return Err(format!("the numbers of {letter} are {numbers:?}"));
        }
    }
    Ok(rules)
}

/// A test, and the rules it names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    test: String,
    codes: BTreeSet<Code>,
}

/// The tests of a source file, those of `proptest!` included.
fn tests(source: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let (mut doc, mut is_test, mut open) = (String::new(), false, 0);
    for line in source.lines().map(str::trim) {
        let brackets = |line: &str| {
            line.matches(['(', '[']).count() as i64 - line.matches([')', ']']).count() as i64
        };
        if open > 0 {
            open += brackets(line);
        } else if let Some(text) = line.strip_prefix("///") {
            doc += text;
            doc.push('\n');
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]";
            open = brackets(line);
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|(before, _)| {
            before
                .split_whitespace()
                .all(|word| word.starts_with("pub") || matches!(word, "const" | "async" | "unsafe"))
        }) {
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if is_test {
                let codes = &named(&doc) | &named_by(&name);
                found.push(Named { test: name, codes });
            }
            (doc, is_test) = (String::new(), false);
        } else if !line.is_empty() && !line.starts_with("//") {
            (doc, is_test) = (String::new(), false);
        }
    }
    found
}

/// The rules that the comments of a source file name.
fn comments(source: &str) -> BTreeSet<Code> {
    source.lines().map(str::trim).filter(|line| line.starts_with("//")).flat_map(named).collect()
}

/// All that is wrong between the rules and the tests.
fn faults(rules: &BTreeMap<Code, State>, tests: &[Named]) -> Vec<String> {
    let mut faults = Vec::new();
    let claimed: BTreeSet<Code> =
        tests.iter().flat_map(|test| test.codes.iter().copied()).collect();
    for (code, state) in rules {
        if *state == State::Holds && !claimed.contains(code) {
            faults.push(format!("{code} is named by no test"));
        }
    }
    for Named { test, codes } in tests {
        for code in codes {
            match rules.get(code) {
                Some(State::Holds) => {}
                Some(State::Planned) => {
                    faults.push(format!("`{test}` claims {code}, which is planned"))
                }
                None => {
                    faults.push(format!("`{test}` names {code}, which the contract does not have"))
                }
            }
        }
    }
    faults
}

/// What is wrong with how a page names rules: each by a link, `[D11]`, whose target is said and is there.
fn unlinked(rules: &BTreeMap<Code, State>, page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut is_code = false;
    let (mut used, mut targets) = (BTreeSet::new(), BTreeSet::new());
    for line in page.lines() {
        is_code ^= line.trim_start().starts_with("```");
        let target = line.strip_prefix('[').and_then(|line| line.split_once("]: "));
        if let Some((code, target)) =
            target.and_then(|(word, target)| Some((Code::read(word)?, target)))
        {
            let id = code.to_string().to_lowercase();
            let anchor = target.split_once('#').map(|(_, anchor)| anchor);
            if !rules.contains_key(&code) || anchor != Some(id.as_str()) {
                faults.push(format!("`{line}` leads to no rule"));
            }
            targets.insert(code);
        } else if !is_code {
            // The number of a rule itself is no reference, and what stands between backticks is code.
            let line = if line.starts_with("<a id=") {
                line.split_once("** ").map_or("", |(_, text)| text)
            } else {
                line
            };
            let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
            for code in named(&prose) {
                if !prose.contains(&format!("[{code}]")) {
                    faults.push(format!("{code} is no link: `{line}`"));
                }
                used.insert(code);
            }
        }
    }
    for code in used.symmetric_difference(&targets) {
        faults.push(format!("{code} is linked and leads nowhere, or the other way round"));
    }
    faults
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn contract() -> BTreeMap<Code, State> {
    let page = fs::read_to_string(root().join("src/docs/contract.md")).unwrap();
    rules(&page).unwrap_or_else(|fault| panic!("contract.md: {fault}"))
}

/// Every file below a folder with this extension.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
}

/// The sources of tests, this file apart: it has tests in its samples.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["tests", "src"] {
        files(&root().join(folder), "rs", &mut found);
    }
    found.retain(|path| !path.ends_with("it/contract.rs"));
    found
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect()
}

#[test]
fn every_rule_that_holds_is_named_by_a_test_and_no_test_names_another() {
    let rules = contract();
    let tests: Vec<Named> = sources().iter().flat_map(|(_, source)| tests(source)).collect();
    assert!(tests.len() > 400, "only {} tests were found", tests.len());
    let faults = faults(&rules, &tests);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_comment_names_a_rule_that_is_not_in_the_contract() {
    let rules = contract();
    for (file, source) in sources() {
        for code in comments(&source) {
            assert!(
                rules.contains_key(&code),
                "{file} names {code}, which the contract does not have"
            );
        }
    }
}

#[test]
fn every_page_names_rules_by_links_that_lead_to_them() {
    let rules = contract();
    let mut pages = Vec::new();
    files(&root().join("src/docs"), "md", &mut pages);
    pages.extend(["README.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(|page| root().join(page)));
    let mut links = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let faults = unlinked(&rules, &text);
        assert!(faults.is_empty(), "{}:\n{}", page.display(), faults.join("\n"));
        links += text.matches("contract#").count() + text.matches("]: #").count();
    }
    assert!(links > 100, "only {links} links were found");
}

/// Contributors are sent to files by name: a file that moves is renamed there too.
#[test]
fn the_paths_that_the_guide_for_contributors_names_are_there() {
    let guide = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let folders = ["src/", "tests/", "benches/", "examples/", "fuzz/", ".ci/"];
    let spans = guide.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = spans
        .filter(|span| folders.iter().any(|folder| span.starts_with(folder)) && !span.contains(' '))
        .collect();
    assert!(paths.len() > 40, "only {} paths were found", paths.len());
    for path in paths {
        assert!(root().join(path).exists(), "CONTRIBUTING.md names `{path}`, which is not there");
    }
}

fn code(text: &str) -> Code {
    Code::read(text).unwrap()
}

fn codes(texts: &[&str]) -> BTreeSet<Code> {
    texts.iter().map(|text| code(text)).collect()
}

const PAGE: &str = "\
## Rules
<a id=\"d1\"></a>**D1** *Deny.* As [D2] says.
<a id=\"d2\"></a>**D2** *Allow.* More.
More still. *Planned:* less.
<a id=\"r1\"></a>**R1** *(planned)* *Perhaps.* Later.
";

#[test]
fn the_page_is_read_as_it_is_written() {
    let read = rules(PAGE).unwrap();
    let expected =
        [(code("D1"), State::Holds), (code("D2"), State::Holds), (code("R1"), State::Planned)];
    assert_eq!(read, BTreeMap::from(expected));
    for (from, to) in [
        ("id=\"d2\"", "id=\"d3\""),
        ("**D2**", "**D3**"),
        ("**D2**", "**D1**"),
        ("**D2**", "D2"),
        ("<a id=\"d1\"></a>**D1** ", ""),
        ("id=\"d2\"></a>**D2**", "id=\"d1\"></a>**D1**"),
        ("<a id=\"d2\">", "- <a id=\"d2\">"),
    ] {
        let wrong = PAGE.replace(from, to);
        assert!(rules(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_rule_is_a_word_of_its_own() {
    assert_eq!(
        named("D1, D11 and (D9); not D, D0, D100, xD1, D1x, D_1, d1, u8 or I8"),
        codes(&["D1", "D11", "D9"])
    );
    assert_eq!(
        named("R28–R30, G1 to G3; S3-S5"),
        codes(&["R28", "R29", "R30", "G1", "G2", "G3", "S3", "S4", "S5"])
    );
    assert_eq!(named("D1 and R3; `[D4]`"), codes(&["D1", "R3", "D4"]));
    assert_eq!(named_by("d1_x1_every_unknown_name"), codes(&["D1", "X1"]));
    assert_eq!(named_by("d11_until"), codes(&["D11"]));
    assert_eq!(named_by("nothing_of_u32_or_d100_is_a_rule_and_r16_is"), codes(&["R16"]));
}

const SOURCE: &str = "\
//! X5 stands at the head.

/// D2: a helper is no test.
fn helper() {}

#[test]
fn d1_by_its_name() {
    // X4 is said in passing.
}

/// R1: by its doc comment,
/// over two lines, D2.
#[cfg_attr(
    not(unix),
    ignore = \"X2\"
)]
#[test]
fn by_its_comment() {}

proptest! {
    #![proptest_config(worlds(1))]

    #[test]
    fn d12_in_a_macro(bytes in bytes()) {
        helper();
    }
}

/// X3: of a constant.
const NONE: u8 = 0;

#[test]
fn names_nothing() {}
";

#[test]
fn a_test_names_rules_by_its_name_and_its_doc_comment_alone() {
    let named = |test: &str, of: &[&str]| Named { test: test.to_owned(), codes: codes(of) };
    let expected = [
        named("d1_by_its_name", &["D1"]),
        named("by_its_comment", &["R1", "D2"]),
        named("d12_in_a_macro", &["D12"]),
        named("names_nothing", &[]),
    ];
    assert_eq!(tests(SOURCE), expected);
    assert_eq!(comments(SOURCE), codes(&["X5", "D2", "X4", "R1", "X3"]));
}

#[test]
fn a_rule_without_a_test_and_a_test_without_a_rule_are_faults() {
    let rules = rules(PAGE).unwrap();
    let test = |name: &str| Named { test: name.to_owned(), codes: named_by(name) };
    assert_eq!(faults(&rules, &[test("d1_one"), test("d2_two")]), Vec::<String>::new());
    assert_eq!(faults(&rules, &[test("d1_one")]), ["D2 is named by no test"]);
    // What is close is not the same.
    let near = faults(&rules, &[test("d11_one"), test("d2_two")]);
    assert_eq!(
        near,
        ["D1 is named by no test", "`d11_one` names D11, which the contract does not have"]
    );
    let early = faults(&rules, &[test("d1_one"), test("d2_two"), test("r1_three")]);
    assert_eq!(early, ["`r1_three` claims R1, which is planned"]);
}

#[test]
fn a_rule_that_is_no_link_or_leads_nowhere_is_a_fault() {
    let rules = rules(PAGE).unwrap();
    let page = "As [D1] says, `D9`.\n```text\nD8\n```\n\n[D1]: crate::docs::contract#d1\n";
    assert_eq!(unlinked(&rules, page), Vec::<String>::new());
    for (from, to) in [
        ("[D1] says", "D1 says"),
        ("#d1\n", "#d2\n"),
        ("[D1]: crate::docs::contract#d1\n", ""),
        ("[D1] says", "it says"),
        ("D1", "D3"),
        ("`D9`", "D9"),
    ] {
        let wrong = page.replace(from, to);
        assert!(!unlinked(&rules, &wrong).is_empty(), "{wrong}");
    }
}
