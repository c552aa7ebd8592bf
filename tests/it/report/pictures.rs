//! Pictures and tables, letter by letter; and a table says what a check says.

use alcada::{DenyReason, Grant, Name, Permission, Request, policy::Role};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::fold;
use crate::given::{Given, day, members, name, names, on_person, patterns, unit};
use crate::properties::worlds;
use crate::worlds::{instant, world_from_bytes};

const POLICY: &str = r#"
    visions = ["city", "school"]
    channels = ["standard", "support"]
    affiliations = ["exercise"]
    functions = { notes = { actions = ["read", "write"] }, calls = { actions = ["hear"] } }
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    roles.clerk = { permissions = ["notes:write"], includes = ["reader"] }
    roles.reader.permissions = ["notes:read"]
    roles.hearer.permissions = ["calls:hear"]
"#;

fn city() -> Given {
    let given = Given::policy(POLICY)
        .unit_of("city", "sp", "")
        .unit_of("school", "a", "sp")
        .unit_of("school", "b", "sp");
    given.person("maria", "sp").person("ana", "sp")
}

#[test]
fn the_graph_of_roles() {
    let role = Role {
        permissions: patterns(&["calls:hear"]),
        includes: names(&["clerk"]),
        ..Role::default()
    };
    let given = city().role("sp", "say \"\\n\" & <go>", role);
    insta::assert_snapshot!(given.snapshot.role_graph(Some(&name("sp"))).to_string(), @r##"
    digraph "roles" {
      rankdir=LR;
      node [shape=box, fontname="sans-serif"];
      "clerk" [label="clerk\n2 permissions"];
      "hearer" [label="hearer\n1 permission"];
      "reader" [label="reader\n1 permission"];
      "say \"\\n\" & <go>" [label="say \"\\n\" &amp; <go>\n3 permissions", style=rounded];
      "clerk" -> "reader";
      "say \"\\n\" & <go>" -> "clerk";
    }
    "##);
    assert_eq!(
        given.snapshot.role_graph(None).to_string(),
        given.snapshot.role_graph(Some(&name("a"))).to_string()
    );
}

#[test]
fn the_tree_of_units() {
    let given = city().unit_of("school", "a\"1", "a");
    let given = given.and(alcada::Event::UnitClosed { unit: name("b") });
    insta::assert_snapshot!(given.snapshot.unit_tree(&name("sp")).unwrap().to_string(), @r##"
    digraph "units" {
      rankdir=LR;
      node [shape=box, fontname="sans-serif"];
      "sp" [label="sp\ncity"];
      "a" [label="a\nschool"];
      "a\"1" [label="a\"1\nschool"];
      "b" [label="b\nschool", style=dashed];
      "sp" -> "a";
      "a" -> "a\"1";
      "sp" -> "b";
    }
    "##);
    insta::assert_snapshot!(given.snapshot.unit_tree(&name("a")).unwrap().to_string(), @r##"
    digraph "units" {
      rankdir=LR;
      node [shape=box, fontname="sans-serif"];
      "a" [label="a\nschool"];
      "a\"1" [label="a\"1\nschool"];
      "a" -> "a\"1";
    }
    "##);
    assert!(given.snapshot.unit_tree(&name("nowhere")).is_none());
}

#[test]
fn the_matrix_of_roles_and_permissions() {
    let role = Role {
        permissions: patterns(&["calls:hear"]),
        includes: names(&["reader"]),
        ..Role::default()
    };
    let given = city().role("sp", "own", role);
    insta::assert_snapshot!(given.snapshot.role_matrix(Some(&name("sp"))).to_string(), @r##"
    permission   clerk  hearer  reader  own
    -----------  -----  ------  ------  ---
    calls:hear          x               x
    notes:read   x              x       x
    notes:write  x
    "##);
}

#[test]
fn what_a_person_can_do_and_what_they_hold() {
    let given =
        city().affiliated("maria", "exercise", "a", None, day(9)).group("sp", "north", "", "", &[]);
    let resting = Grant::role("clerk")
        .to("maria")
        .while_affiliated(name("exercise"), alcada::facts::Place::Unit(name("a")));
    let given = given.grant(resting.only_in("a"));
    let given = given.grant(Grant::role("reader").to("maria").in_and_below("sp"));
    let given = given
        .grant(Grant::role("hearer").to("maria").on_channel("support").from(day(5)).only_in("b"));
    let given = given.grant(Grant::role("hearer").to("maria").scoped(members("sp", "north")));
    let given = given.restrict(on_person("r", "maria", &["notes:read"], unit("b")));
    let given = given.grant(Grant::role("reader").to("ana").only_in("a")).suspend("ana", "sp");
    insta::assert_snapshot!(given.snapshot.access_of("maria", None, day(2)).to_string(), @r##"
    permissions  channel   where                      until
    -----------  --------  -------------------------  --------------------
    notes:read   standard  a; sp and below without b  2026-03-09T00:00:00Z
    notes:write  standard  a                          2026-03-09T00:00:00Z
    "##);
    insta::assert_snapshot!(given.snapshot.grants_of("maria", None, day(2)).to_string(), @r##"
    role    where            channel   rests on       in force
    ------  ---------------  --------  -------------  ---------------------------
    clerk   a                standard  exercise at a  until 2026-03-09T00:00:00Z
    hearer  b                support                  from 2026-03-05T00:00:00Z
    hearer  people of north  standard                 no: does not lead the group
    reader  sp and below     standard                 yes
    "##);
    insta::assert_snapshot!(given.snapshot.grants_of("ana", None, day(2)).to_string(), @r##"
    role    where  channel   rests on  in force
    ------  -----  --------  --------  -------------
    reader  a      standard            no: suspended
    "##);
    insta::assert_snapshot!(given.snapshot.access_of("maria", None, day(9)).to_csv(), @r##"
    permissions,channel,where,until
    notes:read,standard,sp and below without b,
    calls:hear,support,b,
    "##);
    assert!(given.snapshot.access_of("ana", None, day(2)).rows.is_empty());
    assert!(given.snapshot.grants_of("nobody", None, day(2)).rows.is_empty());
    // D14: in another tenant nothing of this one is told.
    let given = given
        .unit_of("city", "rio", "")
        .person("maria", "rio")
        .grant(Grant::role("reader").to("maria").only_in("rio"));
    for table in [
        given.snapshot.access_of("maria", Some(&name("rio")), day(2)),
        given.snapshot.grants_of("maria", Some(&name("rio")), day(2)),
    ] {
        assert_eq!(table.rows.len(), 1, "{table}");
        assert!(table.to_string().contains(" rio "), "{table}");
    }
}

/// What a spreadsheet reads.
fn read_back(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(worlds(128))]

    #[test]
    fn csv_reads_back_and_no_cell_is_a_formula(cells in prop::collection::vec("[=+\\-@ ,\"'a-c\n\r\t]{1,6}", 1..6)) {
        // Any text may be a label; here it comes as a table of its own.
        let given = cells.iter().enumerate().fold(city(), |given, (n, cell)| {
            let role = Name::new(cell).unwrap_or_else(|_| name(&format!("r{n}")));
            if given.snapshot.role_matrix(Some(&name("sp"))).head.contains(&role.to_string()) { given } else { given.role("sp", &role, Role::default()) }
        });
        let table = given.snapshot.role_matrix(Some(&name("sp")));
        let read = read_back(&table.to_csv());
        prop_assert_eq!(read.len(), table.rows.len() + 1);
        for (cell, title) in read[0].iter().zip(&table.head) {
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(cell.strip_prefix('\'').filter(|_| !title.starts_with('\'')).unwrap_or(cell), title);
        }
    }

    #[test]
    fn the_access_table_lists_what_somebody_has_anywhere(bytes in bytes(), choice in 0usize..9) {
        let made = world_from_bytes(&bytes);
        let (snapshot, now) = (fold(&made.world, &made.log), instant(choice));
        for who in made.world.registrations.iter().map(|r| r.person.as_str()).take(4) {
            let table = snapshot.access_of(who, None, now);
            for (function, action) in made.world.catalogue() {
                for channel in made.world.channels() {
                    let permission = format!("{function}:{action}");
                    let listed = table.rows.iter().any(|row| {
                        let mut words = row[0].split(", ");
                        row[1] == channel && words.any(|word| word == permission || word == format!("{function}:*"))
                    });
                    let asked = Request::by(who).to(Permission::parse(&permission).unwrap()).on_channel(channel).anywhere();
                    let decision = snapshot.check(&asked, now);
                    // What is held everywhere is asked for by the platform's hours, and reaches
                    // each tenant by its own.
                    let by_theirs = listed && decision.reason() == Some(DenyReason::OutOfHours);
                    prop_assert!(listed == decision.is_allow() || by_theirs, "{} {} {}\n{}", who, permission, channel, table);
                }
            }
        }
    }
}
