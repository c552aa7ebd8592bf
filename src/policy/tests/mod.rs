//! Reading and validation together: every code is provoked, TOML and JSON agree,
//! and the messages are there to be read.

mod administration;
mod hostile;
mod properties;

use std::collections::BTreeSet;

use crate::model::Name;
use crate::policy::diagnostic::{Diagnostic, code};
use crate::policy::document::Document;
use crate::policy::limits;
use crate::policy::parse::{read_json, read_toml};
use crate::policy::validate::{check, validate};

fn check_toml(text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    check(read_toml(text))
}

fn check_json(text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    check(read_json(text))
}

/// As people see them.
fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn many_problems_of_form_are_told_at_once() {
    let text = r#"
version = 1
name = 7
visions = ["network", "", "school"]
colour = "red"

[functions.expenses]
actions = ["view", 3, "edit"]
lable = "Expenses"

[functions.notes]
leader-only = "yes"

[unit-kinds]
school = { vision = "school" }
district = "district"

[kinds.staff]
identifier = "cfp"
channels = "standard"

[kinds.guest]
identifier = { digits = 300 }

[roles.clerk]
permissions = ["expenses:view", "expenses", "expenses:ed*"]
permisions = ["expenses:edit"]

[[ceilings]]
kinds = ["staff"]
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    error[wrong-type]: expected a string, found an integer
      at name, line 3, column 8
    error[invalid-name]: a name is empty
      at visions[1], line 4, column 23
      help: a name takes at least one character
    error[unknown-key]: the key `colour` is not known here
      at colour, line 5, column 1
      help: known here: `version`, `name`, `visions`, `channels`, `affiliations`, `functions`, `unit-kinds`, `unit-sets`, `kinds`, `roles`, `ceilings`, `guards`, `eligibility`, `separation`, `administration`, `hours`, `support`, `revocation`, `review`, `renamed`, `retired`
    error[wrong-type]: expected a string, found an integer
      at functions.expenses.actions[1], line 8, column 20
    error[unknown-key]: the key `lable` is not known here
      at functions.expenses.lable, line 9, column 1
      help: did you mean `label`?
    error[missing-key]: the key `actions` is missing
      at functions.notes, line 11, column 12
    error[wrong-type]: expected `true` or `false`, found a string
      at functions.notes.leader-only, line 12, column 15
    error[wrong-type]: expected a table, found a string
      at unit-kinds.district, line 16, column 12
    error[invalid-identifier-scheme]: the identifier scheme `cfp` is not known
      at kinds.staff.identifier, line 19, column 14
      help: write `"any"`, `"cpf"` or `{ digits = 7 }`
    error[wrong-type]: expected a list, found a string
      at kinds.staff.channels, line 20, column 12
      help: put it in brackets, even if there is only one
    error[invalid-identifier-scheme]: an identifier cannot have so many digits
      at kinds.guest.identifier.digits, line 23, column 25
      help: write a number from 1 to 255
    error[invalid-pattern]: `expenses` is not a permission pattern
      at roles.clerk.permissions[1], line 26, column 33
      help: write `function:action`, `function:*`, `*:action` or `*:*`
    error[invalid-pattern]: `expenses:ed*` is not a permission pattern
      at roles.clerk.permissions[2], line 26, column 45
      help: write `function:action`, `function:*`, `*:action` or `*:*`
    error[unknown-key]: the key `permisions` is not known here
      at roles.clerk.permisions, line 27, column 1
      help: did you mean `permissions`?
    error[missing-key]: the key `permissions` is missing
      at ceilings[0], line 29, column 1
    "##);
}

#[test]
fn many_problems_of_sense_are_told_at_once() {
    let text = r#"
version = 1
visions = ["network", "school", "school"]

[functions]
expenses = { actions = ["view", "edit"], visions = ["shool"] }
"staff:data" = { actions = ["view"] }
notes = { actions = ["v*"] }
empty = { actions = [] }

[unit-kinds]
school = { vision = "schol" }
district = {}

[unit-sets.schools]
kinds = ["schools"]

[unit-sets.nothing]

[kinds.staff]
channels = ["standard", "suport"]

[roles.clerk]
permissions = ["expenses:edt", "expenses:view"]
includes = ["reader"]
visions = ["school"]
kinds = ["stuff"]

[roles.reader]
includes = ["auditor", "cleark"]

[roles.auditor]
includes = ["clerk"]

[roles."a role: of its own"]
includes = ["a role: of its own"]

[[ceilings]]
kinds = ["staff"]
permissions = ["expense:edit"]
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    error[duplicate-entry]: `school` is listed twice
      at visions[2], line 3, column 33
      help: remove one of the two
    warning[function-unknown-vision]: the function `expenses` is shown at the vision `shool`, which does not exist
      at functions.expenses.visions[0], line 6, column 53
      help: did you mean `school`?
    error[function-invalid-name]: the function name `staff:data` holds `:` or `*`
      at functions."staff:data", line 7, column 1
    error[action-invalid-name]: the action name `v*` holds `:` or `*`
      at functions.notes.actions[0], line 8, column 22
    error[function-without-actions]: the function `empty` has no actions, so nothing can be done with it
      at functions.empty, line 9, column 1
      help: list at least one in `actions`, or remove the function
    error[unit-kind-unknown-vision]: the unit kind `school` has the vision `schol`, which does not exist
      at unit-kinds.school.vision, line 12, column 21
      help: did you mean `school`?
    error[unit-kind-without-vision]: the unit kind `district` has no vision, but the policy has visions
      at unit-kinds.district, line 13, column 1
      help: name the vision one works at in such a unit in `vision`
    error[unit-set-unknown-unit-kind]: the unit set `schools` names the unit kind `schools`, which does not exist
      at unit-sets.schools.kinds[0], line 16, column 10
      help: did you mean `school`?
    error[unit-set-empty]: the unit set `nothing` says nothing about its units
      at unit-sets.nothing, line 18, column 12
      help: list unit kinds in `kinds`, beginnings of codes in `prefixes`, or both
    error[kind-unknown-channel]: the kind `staff` names the channel `suport`, which does not exist
      at kinds.staff.channels[1], line 21, column 25
    error[role-unknown-permission]: the role `clerk` names the permission `expenses:edt`, which is not in the catalogue
      at roles.clerk.permissions[0], line 24, column 16
      help: did you mean `expenses:edit`?
    error[role-unknown-kind]: the role `clerk` names the kind `stuff`, which does not exist
      at roles.clerk.kinds[0], line 27, column 10
      help: did you mean `staff`?
    error[role-unknown-role]: the role `reader` names the role `cleark`, which does not exist
      at roles.reader.includes[1], line 30, column 24
      help: did you mean `clerk`?
    error[role-inclusion-cycle]: roles include one another in a cycle: `auditor` → `clerk` → `reader` → `auditor`
      at roles.auditor.includes, line 33, column 12
      help: take out one of these inclusions
    error[role-inclusion-cycle]: roles include one another in a cycle: `a role: of its own` → `a role: of its own`
      at roles."a role: of its own".includes, line 36, column 12
      help: take out one of these inclusions
    error[ceiling-unknown-permission]: a ceiling names the permission `expense:edit`, which is not in the catalogue
      at ceilings[0].permissions[0], line 40, column 16
      help: did you mean `expenses:edit`?
    "##);
}

#[test]
fn warnings_say_what_a_valid_policy_probably_does_not_mean() {
    let text = r#"
version = 1
visions = ["network", "school"]

[functions]
expenses = { actions = ["view", "edit"], visions = ["shool"] }
notes = { actions = ["view"] }

[kinds]
staff = {}
guest = {}

[roles.reader]
permissions = ["expenses:view"]
except = ["notes:view"]

[roles.watcher]
permissions = ["expenses:view", "*:veiw"]

[roles.nobody]
permissions = ["note:*"]

[roles.editor]
permissions = ["expenses:edit"]
kinds = ["staff"]

[[ceilings]]
kinds = ["staff"]
visions = ["school"]
permissions = ["*:view"]

[[ceilings]]
kinds = ["guest"]
permissions = ["notes:*"]
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    warning[function-unknown-vision]: the function `expenses` is shown at the vision `shool`, which does not exist
      at functions.expenses.visions[0], line 6, column 53
      help: did you mean `school`?
    warning[role-emptied-by-ceiling]: ceilings leave nothing of the role `reader` to the kind `guest`
      at roles.reader, line 13, column 8
      help: list in its `kinds` those that may hold it, or widen the ceiling
    warning[exception-removes-nothing]: the exception `notes:view` removes nothing that the role `reader` has
      at roles.reader.except[0], line 15, column 11
    warning[role-equals-another]: the role `watcher` grants exactly what the role `reader` grants
      at roles.watcher, line 17, column 8
      help: keep one of the two, or let one include the other
    warning[role-emptied-by-ceiling]: ceilings leave nothing of the role `watcher` to the kind `guest`
      at roles.watcher, line 17, column 8
      help: list in its `kinds` those that may hold it, or widen the ceiling
    warning[pattern-matches-nothing]: the pattern `*:veiw` matches no permission
      at roles.watcher.permissions[1], line 18, column 33
      help: did you mean `*:view`?
    warning[role-grants-nothing]: the role `nobody` grants nothing
      at roles.nobody, line 20, column 8
    warning[pattern-matches-nothing]: the pattern `note:*` matches no permission
      at roles.nobody.permissions[0], line 21, column 16
      help: did you mean `notes:*`?
    warning[role-emptied-by-ceiling]: ceilings leave nothing of the role `editor` to the kind `staff` at the vision `school`
      at roles.editor, line 23, column 8
      help: list in its `kinds` and `visions` where it may be held, or widen the ceiling
    "##);
}

/// The code and the path of each, without regard to order.
fn codes_and_paths(diagnostics: &[Diagnostic]) -> BTreeSet<(&'static str, String)> {
    diagnostics.iter().map(|d| (d.code, d.path.clone())).collect()
}

/// A text for each code, without `version = 1`, which comes first.
const PROVOCATIONS: &[(&str, &str, &str)] = &[
    (code::DUPLICATE_KEY, "", "functions.a.actions = ['b']\nfunctions.a.actions = ['c']"),
    (code::SYNTAX, "", "name = "),
    (code::WRONG_TYPE, "name", "name = 1"),
    (code::WRONG_TYPE, "functions.a.actions[1]", "functions.a.actions = ['b', 1979-05-27]"),
    (code::WRONG_TYPE, "ceilings[0]", "ceilings = [1.5]"),
    (code::UNKNOWN_KEY, "kinds.a.colour", "kinds.a.colour = 'red'"),
    (
        code::UNKNOWN_KEY,
        "kinds.a.identifier.digit",
        "kinds.a.identifier = { digits = 1, digit = 2 }",
    ),
    (code::MISSING_KEY, "functions.a", "functions.a = {}"),
    (code::INVALID_NAME, "roles.\"\"", "roles.'' = {}"),
    (code::INVALID_NAME, "channels[0]", "channels = [\"a\\tb\"]"),
    (code::INVALID_PATTERN, "roles.a.except[0]", "roles.a.except = ['b']"),
    (code::INVALID_IDENTIFIER_SCHEME, "kinds.a.identifier", "kinds.a.identifier = 'cnpj'"),
    (
        code::INVALID_IDENTIFIER_SCHEME,
        "kinds.a.identifier.digits",
        "kinds.a.identifier.digits = -1",
    ),
    (code::NESTING_TOO_DEEP, "", "name = [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"),
    (code::NO_PERMISSIONS, "functions", ""),
    (code::DUPLICATE_ENTRY, "affiliations[1]", "affiliations = ['a', 'a']"),
    (
        code::DUPLICATE_ENTRY,
        "ceilings[0].permissions[1]",
        "ceilings = [{ permissions = ['*:*', '*:*'] }]",
    ),
    (code::DUPLICATE_ENTRY, "unit-sets.a.prefixes[2]", "unit-sets.a.prefixes = ['1', '2', '1']"),
    (code::FUNCTION_INVALID_NAME, "functions.\"a:b\"", "functions.'a:b'.actions = ['c']"),
    (code::ACTION_INVALID_NAME, "functions.a.actions[0]", "functions.a.actions = ['*']"),
    (code::FUNCTION_WITHOUT_ACTIONS, "functions.a", "functions.a.actions = []"),
    (
        code::FUNCTION_UNKNOWN_VISION,
        "functions.a.visions[0]",
        "functions.a = { actions = ['b'], visions = ['c'] }",
    ),
    (code::UNIT_KIND_WITHOUT_VISION, "unit-kinds.a", "visions = ['v']\nunit-kinds.a = {}"),
    (code::UNIT_KIND_NEEDLESS_VISION, "unit-kinds.a.vision", "unit-kinds.a.vision = 'v'"),
    (
        code::UNIT_KIND_UNKNOWN_VISION,
        "unit-kinds.a.vision",
        "visions = ['v']\nunit-kinds.a.vision = 'w'",
    ),
    (code::UNIT_SET_EMPTY, "unit-sets.a", "unit-sets.a = {}"),
    (code::UNIT_SET_UNKNOWN_UNIT_KIND, "unit-sets.a.kinds[0]", "unit-sets.a.kinds = ['school']"),
    (code::KIND_UNKNOWN_CHANNEL, "kinds.a.channels[1]", "kinds.a.channels = ['standard', 'app']"),
    (code::KIND_WITHOUT_DIGITS, "kinds.a.identifier.digits", "kinds.a.identifier.digits = 0"),
    (
        code::ROLE_UNKNOWN_PERMISSION,
        "roles.\"a b\".permissions[0]",
        "roles.'a b'.permissions = ['c:d']",
    ),
    (code::ROLE_UNKNOWN_PERMISSION, "roles.a.except[0]", "roles.a.except = ['c:d']"),
    (code::ROLE_UNKNOWN_ROLE, "roles.a.includes[0]", "roles.a.includes = ['b']"),
    (code::ROLE_UNKNOWN_VISION, "roles.a.visions[0]", "roles.a.visions = ['b']"),
    (code::ROLE_UNKNOWN_KIND, "roles.a.kinds[0]", "roles.a.kinds = ['b']"),
    (code::ROLE_INCLUSION_CYCLE, "roles.a.includes", "roles.a.includes = ['a']"),
    (
        code::CEILING_UNKNOWN_PERMISSION,
        "ceilings[0].permissions[0]",
        "ceilings = [{ permissions = ['a:b'] }]",
    ),
    (
        code::CEILING_UNKNOWN_VISION,
        "ceilings[0].visions[0]",
        "ceilings = [{ permissions = [], visions = ['v'] }]",
    ),
    (
        code::CEILING_UNKNOWN_KIND,
        "ceilings[0].kinds[0]",
        "ceilings = [{ permissions = [], kinds = ['v'] }]",
    ),
    (
        code::PATTERN_MATCHES_NOTHING,
        "ceilings[0].permissions[0]",
        "ceilings = [{ permissions = ['a:*'] }]",
    ),
    (
        code::EXCEPTION_REMOVES_NOTHING,
        "roles.r.except[0]",
        "functions.f.actions = ['a', 'b']\nroles.r = { permissions = ['f:a'], except = ['f:b'] }",
    ),
    (code::ROLE_GRANTS_NOTHING, "roles.r", "roles.r = {}"),
    (
        code::ROLE_EQUALS_ANOTHER,
        "roles.s",
        "functions.f.actions = ['a']\nroles.r.permissions = ['f:a']\nroles.s.permissions = ['f:*']",
    ),
    (
        code::ROLE_EMPTIED_BY_CEILING,
        "roles.r",
        "functions.f.actions = ['a']\nroles.r.permissions = ['f:a']\nceilings = [{ permissions = [] }]",
    ),
];

#[test]
fn every_code_can_be_provoked() {
    let mut provoked = BTreeSet::new();
    for (code, path, text) in PROVOCATIONS.iter().chain(administration::PROVOCATIONS) {
        let (_, found) = check_toml(&format!("version = 1\n{text}\n"));
        let hit = found.iter().find(|d| d.code == *code && (d.path == *path || path.is_empty()));
        let hit = hit.unwrap_or_else(|| {
            panic!("`{text}` gives no {code} at `{path}` but\n{}", shown(&found))
        });
        assert!(hit.position.is_some(), "{hit}");
        provoked.insert(*code);
    }
    for (code, text) in [
        (code::VERSION_MISSING, "name = 'x'".to_owned()),
        (code::VERSION_UNSUPPORTED, "version = 2\nwhatever = 3".to_owned()),
        (code::TEXT_TOO_LONG, " ".repeat(limits::MAX_TEXT_BYTES + 1)),
        (
            code::PERMISSION_TOO_LONG,
            format!("version = 1\nfunctions.{}.actions = ['bb']", "a".repeat(254)),
        ),
        (
            code::LIMIT_EXCEEDED,
            format!("version = 1\nvisions = [{}]", numbered(65, ", ", |n| format!("'v{n}'"))),
        ),
        (
            code::ROLE_INCLUSION_TOO_DEEP,
            format!("version = 1\n{}", chain(limits::MAX_INCLUSION_DEPTH + 2)),
        ),
        (
            code::MORE_PROBLEMS,
            format!("version = 1\n{}", numbered(1001, "\n", |n| format!("k{n} = 1"))),
        ),
        (code::CEILINGS_NOT_EXAMINED, many_ceilings()),
    ] {
        let (_, found) = check_toml(&text);
        assert!(found.iter().any(|d| d.code == code), "no {code} but\n{}", shown(&found));
        provoked.insert(code);
    }
    let all: BTreeSet<&str> = code::ALL.iter().copied().collect();
    assert_eq!(all, provoked);
    assert_eq!(all.len(), code::ALL.len(), "a code is used for two rules");
}

fn numbered(count: usize, joint: &str, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(joint)
}

/// So many roles, each including the next.
fn chain(roles: usize) -> String {
    numbered(roles, "\n", |n| match n + 1 < roles {
        true => format!("roles.r{n}.includes = ['r{}']", n + 1),
        false => format!("roles.r{n} = {{}}"),
    })
}

fn many_ceilings() -> String {
    let roles = numbered(4096, "\n", |n| format!("roles.r{n}.permissions = ['f:a{n}']"));
    let kinds = numbered(1024, "\n", |n| format!("kinds.k{n} = {{}}"));
    let ceilings =
        numbered(1024, "\n", |n| format!("[[ceilings]]\nkinds = ['k{n}']\npermissions = ['f:a1']"));
    let actions = numbered(limits::MAX_PERMISSIONS, ", ", |n| format!("'a{n}'"));
    format!("version = 1\nfunctions.f.actions = [{actions}]\n{roles}\n{kinds}\n{ceilings}")
}

#[test]
fn a_chain_as_deep_as_allowed_is_allowed() {
    let (_, found) =
        check_toml(&format!("version = 1\n{}", chain(limits::MAX_INCLUSION_DEPTH + 1)));
    assert!(found.iter().all(|d| !d.is_error()), "{}", shown(&found));
}

/// The same values in JSON. Dates and what JSON lacks are strings of their own.
fn to_json_value(value: &toml::Value) -> serde_json::Value {
    serde_json::to_value(value).expect("TOML values are JSON values")
}

#[test]
fn toml_and_json_give_the_same_codes_and_paths() {
    for (code, _, text) in PROVOCATIONS.iter().chain(administration::PROVOCATIONS) {
        let toml = format!("version = 1\n{text}\n");
        let Ok(value) = toml.parse::<toml::Table>() else { continue };
        if text.contains("1979") {
            continue; // JSON has no dates
        }
        let value = to_json_value(&toml::Value::Table(value));
        for json in [value.to_string(), serde_json::to_string_pretty(&value).expect("printable")] {
            let (document, found) = check_json(&json);
            let (from_toml, expected) = check_toml(&toml);
            assert_eq!(document, from_toml, "{code}: {json}");
            assert_eq!(codes_and_paths(&found), codes_and_paths(&expected), "{code}: {json}");
            assert!(found.iter().all(|d| d.position.is_some()));
        }
    }
}

#[test]
fn json_problems_have_lines_and_columns_too() {
    let text = r#"{
  "version": 1,
  "functions": {"lição": {"actions": ["ver", "é:"]}, "lição": {}},
  "roles": {
    "clerk": {"permissions": ["lição:var", null], "except": ["lição:vr"], "inclds": []}
  }
}"#;
    insta::assert_snapshot!(shown(&check_json(text).1), @r##"
    error[action-invalid-name]: the action name `é:` holds `:` or `*`
      at functions."lição".actions[1], line 3, column 46
    error[duplicate-key]: the key `lição` is given twice
      at functions."lição", line 3, column 54
      help: remove one of the two, or give it another name
    error[wrong-type]: expected a string, found null
      at roles.clerk.permissions[1], line 5, column 44
      help: leave it out
    error[unknown-key]: the key `inclds` is not known here
      at roles.clerk.inclds, line 5, column 75
      help: did you mean `includes`?
    "##);
    insta::assert_snapshot!(shown(&check_json("{\n  \"version\": 1,\n  \"é\": tru\n}").1), @r##"
    error[syntax]: expected ident
      at line 4, column 1
    "##);
    insta::assert_snapshot!(shown(&check_json(r#"{"version": 1, "name": "\ud800"}"#).1), @r##"
    error[syntax]: unexpected end of hex escape
      at line 1, column 24
    "##);
    insta::assert_snapshot!(shown(&check_json("[1]").1), @r##"
    error[wrong-type]: expected a table, found a list
      at line 1, column 1
    "##);
    insta::assert_snapshot!(shown(&check_json("").1), @r##"
    error[syntax]: end of text while parsing a value
      at line 1, column 1
    "##);
}

#[test]
fn toml_that_is_not_toml_is_told_in_the_same_form() {
    insta::assert_snapshot!(shown(&check_toml("version = 1\nname = \"é\" é\n").1), @r##"
    error[syntax]: unexpected key or value, expected newline, `#`
      at line 2, column 12
    "##);
    insta::assert_snapshot!(shown(&check_toml("version = 1\nname = \nvisions = [a, b]\n[roles.a\n").1), @r##"
    error[syntax]: string values must be quoted, expected literal string
      at line 2, column 8
    error[syntax]: string values must be quoted, expected literal string
      at line 3, column 12
    error[syntax]: unclosed table, expected `]`
      at line 4, column 9
    "##);
    insta::assert_snapshot!(shown(&check_toml("version = 1\nversion = 1\nnam = 1\n").1), @r##"
    error[duplicate-key]: the key `version` is given twice
      at line 2, column 1
      help: remove one of the two, or give it another name
    error[unknown-key]: the key `nam` is not known here
      at nam, line 3, column 1
      help: did you mean `name`?
    "##);
    insta::assert_snapshot!(shown(&check_toml("version = 1\n[roles.a]\n[roles.a]\n").1), @r##"
    error[duplicate-key]: the key `a` is given twice
      at line 3, column 8
      help: remove one of the two, or give it another name
    "##);
    insta::assert_snapshot!(shown(&check_toml("").1), @r##"
    error[version-missing]: the version of the document is missing
      at version, line 1, column 1
      help: write `version = 1`
    "##);
    insta::assert_snapshot!(shown(&check_toml("version = 2\nroles = 3").1), @r##"
    error[version-unsupported]: the document version `2` is not supported
      at version, line 1, column 11
      help: write `version = 1`
    "##);
}

#[test]
fn a_byte_order_mark_is_no_character() {
    let (_, found) = check_toml("\u{feff}nam = 1\nversion = 1\n");
    assert_eq!(found.first().and_then(|d| d.position).map(|p| (p.line, p.column)), Some((1, 1)));
    assert!(check_json("\u{feff}{\"version\": 1}").0.is_some());
}

#[test]
fn an_unreadable_element_does_not_shift_the_places_of_others() {
    let text = "version = 1\nfunctions.f.actions = ['a']\nroles.r.permissions = [1, 'f:a', 'f', 'f:b', 2, 'f:a']\n";
    let (_, found) = check_toml(text);
    let places: Vec<(&str, &str, usize)> = found
        .iter()
        .map(|d| (d.code, d.path.as_str(), d.position.expect("read from a text").column))
        .collect();
    assert_eq!(
        places,
        [
            (code::WRONG_TYPE, "roles.r.permissions[0]", 24),
            (code::INVALID_PATTERN, "roles.r.permissions[2]", 34),
            (code::ROLE_UNKNOWN_PERMISSION, "roles.r.permissions[3]", 39),
            (code::WRONG_TYPE, "roles.r.permissions[4]", 46),
            (code::DUPLICATE_ENTRY, "roles.r.permissions[5]", 49),
        ]
    );
}

#[test]
fn what_follows_from_an_unreadable_part_is_not_told() {
    for (text, code) in [
        ("functions = 3\nroles.r.permissions = ['f:a']", code::WRONG_TYPE),
        ("function.f.actions = ['a']\nroles.r.permissions = ['f:a']", code::UNKNOWN_KEY),
        ("visions = [7]\nunit-kinds.school.vision = 'school'", code::WRONG_TYPE),
        ("functions.f.actions = [7]", code::WRONG_TYPE),
        ("kinds.staff = 7\nroles.r.kinds = ['staff']", code::WRONG_TYPE),
        ("unit-sets.s.kinds = ''", code::WRONG_TYPE),
    ] {
        let (_, found) = check_toml(&format!("version = 1\n{text}"));
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [code], "{text}");
    }
}

#[test]
fn a_longer_cycle_is_told_by_its_shortest_way_and_once() {
    let text = "version = 1
roles.a.includes = ['b']
roles.b.includes = ['c', 'd']
roles.c.includes = ['d']
roles.d.includes = ['a']
roles.e.includes = ['a']
";
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    error[role-inclusion-cycle]: roles include one another in a cycle: `a` → `b` → `d` → `a`
      at roles.a.includes, line 2, column 20
      help: take out one of these inclusions; 1 more role is in a cycle with these
    "##);
}

#[test]
fn a_document_made_in_the_program_has_paths_alone() {
    let mut document = Document { version: 3, ..Default::default() };
    insta::assert_snapshot!(shown(&validate(&document)), @r##"
    error[version-unsupported]: the document version `3` is not supported
      at version
      help: write `version = 1`
    "##);
    document.version = 1;
    document.visions = (0..65).map(|n| Name::new(format!("v{n}")).expect("a name")).collect();
    insta::assert_snapshot!(shown(&validate(&document)), @r##"
    error[limit-exceeded]: the policy has 65 visions; at most 64 are allowed
      at visions
    "##);
}

#[test]
fn a_diagnostic_serializes_for_tools() {
    let (_, found) = check_toml("version = 1\nnam = 'x'\n");
    let json = serde_json::to_string(&found.first()).expect("printable");
    insta::assert_snapshot!(json, @r#"{"severity":"error","code":"unknown-key","path":"nam","position":{"line":2,"column":1},"message":"the key `nam` is not known here","help":"did you mean `name`?"}"#);
}

#[test]
fn messages_keep_to_the_style_of_the_house() {
    for (_, _, text) in PROVOCATIONS.iter().chain(administration::PROVOCATIONS) {
        for found in check_toml(&format!("version = 1\n{text}\n")).1 {
            for text in [Some(found.message), found.help].into_iter().flatten() {
                assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
                assert!(text.starts_with(|c: char| !c.is_uppercase()), "{text}");
                assert!(
                    !text.contains("::") && !text.contains("Vec") && !text.contains("struct"),
                    "{text}"
                );
            }
        }
    }
}
