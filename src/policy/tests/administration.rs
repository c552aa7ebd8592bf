//! Administration: a text for each of its codes, the messages, and what the rules
//! are once they are numbered.

use super::{check_toml, limits, numbered, shown};
use crate::model::{CommandWord, Permission};
use crate::policy::compiled::RequirementRules;
use crate::policy::diagnostic::code;
use crate::policy::document::Document;
use crate::policy::{Extent, Policy, RequirementAt};
use crate::store::{ChannelId, RoleId};

/// As those of the whole policy.
pub(super) const PROVOCATIONS: &[(&str, &str, &str)] = &[
    (code::MISSING_KEY, "guards[0]", "guards = [{ permission = 'f:a' }]"),
    (code::MISSING_KEY, "guards[0]", "guards = [{ commands = ['grant'] }]"),
    (code::UNKNOWN_KEY, "guards[0].kind", "guards = [{ commands = ['grant'], permission = 'f:a', kind = 'k' }]"),
    (code::UNKNOWN_KEY, "eligibility[0].unit", "eligibility = [{ unit = 'v' }]"),
    (code::MISSING_KEY, "eligibility[0].requires", "eligibility = [{ requires = { affiliation = 'a' } }]"),
    (code::MISSING_KEY, "separation[0]", "separation = [{ roles = ['a', 'b'] }]"),
    (code::UNKNOWN_KEY, "administration.admin", "administration.admin = 'a'"),
    (code::UNKNOWN_KEY, "renamed.functions", "renamed.functions = { a = 'b' }"),
    (code::UNKNOWN_KEY, "retired.kinds", "retired.kinds = ['a']"),
    (code::WRONG_TYPE, "renamed.roles.a", "renamed.roles = { a = ['b'] }"),
    (code::WRONG_TYPE, "administration.assigns.a", "administration.assigns = { a = 'b' }"),
    (
        code::INVALID_PLACE,
        "eligibility[0].requires.at",
        "eligibility = [{ requires = { affiliation = 'a', at = 'below' } }]",
    ),
    (code::INVALID_EXTENT, "separation[0].per", "separation = [{ name = 's', roles = ['a', 'b'], per = 'units' }]"),
    (code::INVALID_EXTENT, "administration.seats.a", "administration.seats = { a = 'person' }"),
    (code::INVALID_ENFORCEMENT, "hours.enforced", "hours.enforced = 'never'"),
    (code::LIMIT_EXCEEDED, "hours.hand-over-minutes", "hours.hand-over-minutes = 10081"),
    (code::INVALID_COUNT, "separation[0].at-most", "separation = [{ name = 's', roles = ['a', 'b'], at-most = -1 }]"),
    (
        code::DUPLICATE_ENTRY,
        "guards[0].commands[1]",
        "guards = [{ commands = ['grant', 'grant'], permission = 'f:a' }]",
    ),
    (code::DUPLICATE_ENTRY, "administration.reserved[1]", "administration.reserved = ['*:*', '*:*']"),
    (code::DUPLICATE_ENTRY, "retired.roles[1]", "retired.roles = ['a', 'a']"),
    (code::GUARD_WITHOUT_COMMANDS, "guards[0]", "guards = [{ commands = [], permission = 'f:a' }]"),
    (code::GUARD_UNKNOWN_COMMAND, "guards[0].commands[0]", "guards = [{ commands = ['give'], permission = 'f:a' }]"),
    (code::GUARD_UNKNOWN_PERMISSION, "guards[0].permission", "guards = [{ commands = ['grant'], permission = 'f:a' }]"),
    (code::GUARD_UNKNOWN_PERMISSION, "guards[0].permission", "guards = [{ commands = ['grant'], permission = '*:*' }]"),
    (
        code::GUARD_UNKNOWN_KIND,
        "guards[0].kinds[0]",
        "guards = [{ commands = ['grant'], permission = 'f:a', kinds = ['k'] }]",
    ),
    (code::ELIGIBILITY_UNKNOWN_VISION, "eligibility[0].working-at[0]", "eligibility = [{ working-at = ['v'] }]"),
    (code::ELIGIBILITY_UNKNOWN_VISION, "eligibility[0].units[0]", "eligibility = [{ units = ['v'] }]"),
    (code::ELIGIBILITY_UNKNOWN_KIND, "eligibility[1].kinds[0]", "eligibility = [{}, { kinds = ['k'] }]"),
    (code::ELIGIBILITY_UNKNOWN_ROLE, "eligibility[0].roles[0]", "eligibility = [{ roles = ['r'] }]"),
    (
        code::ELIGIBILITY_UNKNOWN_AFFILIATION,
        "eligibility[0].requires.affiliation",
        "eligibility = [{ requires = { affiliation = 'a', at = 'unit' } }]",
    ),
    (
        code::ELIGIBILITY_UNKNOWN_UNIT_SET,
        "eligibility[0].requires.at.set",
        "affiliations = ['a']\neligibility = [{ requires = { affiliation = 'a', at = { set = 's' } } }]",
    ),
    (
        code::ELIGIBILITY_DIRECT_REQUIRES,
        "eligibility[0].direct",
        "affiliations = ['a']\neligibility = [{ requires = { affiliation = 'a', at = 'unit' }, direct = true }]",
    ),
    (
        code::SEPARATION_DUPLICATE_NAME,
        "separation[1].name",
        "roles = { a = {}, b = {} }
         separation = [{ name = 's', roles = ['a', 'b'] }, { name = 's', roles = ['a', 'b'] }]",
    ),
    (
        code::SEPARATION_UNKNOWN_ROLE,
        "separation[0].roles[1]",
        "roles.a = {}\nseparation = [{ name = 's', roles = ['a', 'b'] }]",
    ),
    (
        code::SEPARATION_TOO_FEW_ROLES,
        "separation[0].roles",
        "roles.a = {}\nseparation = [{ name = 's', roles = ['a', 'a'] }]",
    ),
    (
        code::SEPARATION_BOUND_OUT_OF_RANGE,
        "separation[0].at-most",
        "roles = { a = {}, b = {} }\nseparation = [{ name = 's', roles = ['a', 'b'], at-most = 2 }]",
    ),
    (
        code::SEPARATION_BOUND_OUT_OF_RANGE,
        "separation[0].at-most",
        "roles = { a = {}, b = {}, c = {} }\nseparation = [{ name = 's', roles = ['a', 'b', 'c'], at-most = 0 }]",
    ),
    (code::ADMINISTRATION_UNKNOWN_ROLE, "administration.administrator", "administration.administrator = 'r'"),
    (code::ADMINISTRATION_UNKNOWN_ROLE, "administration.exclusive[0]", "administration.exclusive = ['r']"),
    (code::ADMINISTRATION_UNKNOWN_ROLE, "administration.seats.\"r s\"", "administration.seats = { 'r s' = 'tenant' }"),
    (code::ADMINISTRATION_UNKNOWN_ROLE, "administration.assigns.r", "administration.assigns = { r = [] }"),
    (
        code::ADMINISTRATION_UNKNOWN_ROLE,
        "administration.assigns.a[0]",
        "roles.a = {}\nadministration.assigns = { a = ['r'] }",
    ),
    (code::ADMINISTRATION_UNKNOWN_PERMISSION, "administration.escalate", "administration.escalate = 'f:a'"),
    (code::ADMINISTRATION_UNKNOWN_PERMISSION, "administration.reserved[0]", "administration.reserved = ['f:a']"),
    (code::SEATS_WITHOUT_UNITS, "administration.seats.a", "roles.a = {}\nadministration.seats = { a = 'unit' }"),
    (code::MISSING_KEY, "support", "channels = ['a', 'b']\nsupport.channel = 'b'"),
    (code::UNKNOWN_KEY, "support.role", "channels = ['a', 'b']\nsupport = { channel = 'b', roles = [], role = 'r' }"),
    (code::SUPPORT_UNKNOWN_CHANNEL, "support.channel", "roles.r = {}\nsupport = { channel = 'b', roles = ['r'] }"),
    (
        code::SUPPORT_FIRST_CHANNEL,
        "support.channel",
        "channels = ['a', 'b']\nroles.r = {}\nsupport = { channel = 'a', roles = ['r'] }",
    ),
    (code::SUPPORT_FIRST_CHANNEL, "support.channel", "roles.r = {}\nsupport = { channel = 'standard', roles = ['r'] }"),
    (code::SUPPORT_WITHOUT_ROLES, "support.roles", "channels = ['a', 'b']\nsupport = { channel = 'b', roles = [] }"),
    (
        code::SUPPORT_UNKNOWN_ROLE,
        "support.roles[1]",
        "channels = ['a', 'b']\nroles.r = {}\nsupport = { channel = 'b', roles = ['r', 's'] }",
    ),
    (
        code::DUPLICATE_ENTRY,
        "support.roles[1]",
        "channels = ['a', 'b']\nroles.r = {}\nsupport = { channel = 'b', roles = ['r', 'r'] }",
    ),
    (
        code::SUPPORT_UNGUARDED,
        "support",
        "channels = ['a', 'b']\nfunctions.f.actions = ['x']\nroles.r.permissions = ['f:x']
         guards = [{ commands = ['close-support'], permission = 'f:x' }]
         support = { channel = 'b', roles = ['r'] }",
    ),
    (code::RENAMED_STILL_CURRENT, "renamed.roles.a", "roles = { a = {}, b = {} }\nrenamed.roles = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.roles.a", "renamed.roles = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.permissions.\"f:a\"", "renamed.permissions = { 'f:a' = 'f:b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.kinds.a", "renamed.kinds = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.unit-kinds.a", "renamed.unit-kinds = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.affiliations.a", "renamed.affiliations = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.channels.a", "renamed.channels = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.unit-sets.a", "renamed.unit-sets = { a = 'b' }"),
    (code::RENAMED_UNKNOWN_WORD, "renamed.visions.a", "renamed.visions = { a = 'b' }"),
    (code::RETIRED_STILL_CURRENT, "retired.roles[0]", "roles.a = {}\nretired.roles = ['a']"),
    (
        code::RETIRED_STILL_CURRENT,
        "retired.permissions[0]",
        "functions.f.actions = ['a']\nretired.permissions = ['f:a']",
    ),
    (code::RETIRED_STILL_CURRENT, "retired.channels[0]", "retired.channels = ['standard']"),
    (
        code::RENAMED_AND_RETIRED,
        "retired.affiliations[0]",
        "affiliations = ['b']\nrenamed.affiliations = { a = 'b' }\nretired.affiliations = ['a']",
    ),
    (code::INVALID_SILENCE, "review.silence", "review.silence = 'yes'"),
    (code::REVOCATION_PERCENT, "revocation.at-most-percent", "revocation.at-most-percent = 101"),
    (code::REVOCATION_WITHOUT_DAYS, "revocation.unseen-days", "revocation.unseen-days = 0"),
    (code::REVOCATION_WIDENS_NOTHING, "revocation.standing-too", "revocation.standing-too = true"),
    (code::REVOCATION_VISIT_OF_NOBODY, "revocation.visit", "revocation.visit = {}"),
    (code::REVOCATION_UNKNOWN_ROLE, "revocation.visit.roles[0]", "revocation.visit.roles = ['a']"),
    (code::REVOCATION_UNKNOWN_KIND, "revocation.visit.kinds[0]", "revocation.visit.kinds = ['a']"),
    (
        code::REVOCATION_UNKNOWN_AFFILIATION,
        "revocation.visit.affiliation",
        "kinds.a = {}\nrevocation.visit = { kinds = ['a'], affiliation = 'b' }",
    ),
    (code::PATTERN_MATCHES_NOTHING, "administration.reserved[0]", "administration.reserved = ['team:*']"),
    (code::NO_GUARDS, "administration", "roles.a = {}\nadministration.administrator = 'a'"),
    (code::NO_GUARDS, "eligibility", "eligibility = [{}]"),
    (
        code::GUARD_UNREACHABLE,
        "guards[1]",
        "functions.f.actions = ['a']\nkinds.k = {}
         guards = [
            { commands = ['grant'], permission = 'f:a' },
            { commands = ['grant'], permission = 'f:a', kinds = ['k'] },
         ]",
    ),
    (
        code::GUARD_UNREACHABLE,
        "guards[2]",
        "functions.f.actions = ['a']\nkinds = { k = {}, l = {} }
         guards = [
            { commands = ['grant', 'revoke'], permission = 'f:a', kinds = ['k'] },
            { commands = ['grant', 'revoke'], permission = 'f:a', kinds = ['l'] },
            { commands = ['revoke'], permission = 'f:a', kinds = ['l', 'k'] },
         ]",
    ),
    (code::ELIGIBILITY_MATCHES_NOTHING, "eligibility[0]", "visions = ['v']\neligibility = [{ working-at = ['v'] }]"),
    (code::ELIGIBILITY_MATCHES_NOTHING, "eligibility[0]", "visions = ['v']\neligibility = [{ units = ['v'] }]"),
    (
        code::ELIGIBILITY_MATCHES_NOTHING,
        "eligibility[1]",
        "visions = ['v', 'w']\nunit-kinds = { v.vision = 'v', w.vision = 'w' }\nkinds = { k = {}, l = {} }
         roles = { r.visions = ['v'], s.kinds = ['l'] }
         eligibility = [{ units = ['w'], roles = ['s'] }, { units = ['w'], kinds = ['k'], roles = ['r', 's'] }]",
    ),
    (
        code::SEPARATION_WITHOUT_UNITS,
        "separation[0].per",
        "roles = { a = {}, b = {} }\nseparation = [{ name = 's', roles = ['a', 'b'], per = 'unit' }]",
    ),
    (
        code::ADMINISTRATOR_BELOW_ROOT,
        "administration.administrator",
        "visions = ['v', 'w']\nroles.a.visions = ['w']\nadministration.administrator = 'a'",
    ),
    (
        code::ROLE_UNRESERVED,
        "roles.a",
        "functions.f.actions = ['a']\nroles.a.permissions = ['f:a']\nadministration.exclusive = ['a']",
    ),
];

/// A policy in which every key of administration has its use, and none is amiss.
const EVERYTHING: &str = r#"
version = 1
visions = ["city", "district", "school"]
channels = ["standard", "support"]
affiliations = ["exercise", "membership"]

[functions]
users = { actions = ["assign", "register", "reset"] }
desk = { actions = ["ask", "approve"] }
expenses = { actions = ["view", "pay", "release"] }
access = { actions = ["escalate"] }

[unit-kinds]
city = { vision = "city" }
district = { vision = "district" }
school = { vision = "school" }

[unit-sets.administration]
kinds = ["city"]

[kinds]
staff = {}
non-staff = {}

[roles]
administrator = { permissions = ["*:*"], except = ["desk:*", "expenses:pay", "expenses:release"] }
approver = { permissions = ["expenses:release"] }
attendant = { permissions = ["users:reset"] }
key-user = { permissions = ["desk:*"] }
payer = { permissions = ["expenses:pay"] }
viewer = { permissions = ["expenses:view"] }

[[guards]]
commands = ["grant", "revoke"]
permission = "users:assign"
kinds = ["staff"]

[[guards]]
commands = ["register", "grant", "open-support"]
permission = "users:register"

[[eligibility]]
working-at = ["district"]
kinds = ["staff"]
units = ["district", "school"]
requires = { affiliation = "exercise", at = "unit-or-below" }

[[eligibility]]
roles = ["viewer", "payer"]
requires = { affiliation = "membership", at = { set = "administration" } }

[[eligibility]]
working-at = ["city"]
direct = true

[[separation]]
name = "pay-and-release"
roles = ["payer", "approver"]

[[separation]]
name = "at most two"
roles = ["viewer", "payer", "key-user"]
at-most = 2
per = "unit"

[administration]
administrator = "administrator"
escalate = "access:escalate"
reserved = ["desk:*", "expenses:*", "users:reset"]
exclusive = ["attendant"]
seats = { key-user = "tenant", viewer = "unit" }
assigns = { attendant = ["viewer", "key-user"] }

[support]
channel = "support"
roles = ["viewer", "payer"]

[renamed]
roles = { clerk = "payer", teller = "payer" }
permissions = { "expenses:edit" = "expenses:pay" }
kinds = { civil-servant = "staff" }
unit-kinds = { town = "city" }
affiliations = { posting = "exercise" }
channels = { app = "standard" }
unit-sets = { offices = "administration" }
visions = { municipal = "city" }

[hours]
enforced = "sign-in"
hand-over-minutes = 10

[retired]
roles = ["auditor"]
permissions = ["expenses:audit"]
affiliations = ["guest"]
channels = ["telephone"]
"#;

#[test]
fn everything_is_read_and_printed_and_read_again() {
    let policy = Policy::from_toml(EVERYTHING).unwrap();
    assert_eq!(shown(policy.warnings()), "");
    let document: Document = toml::from_str(EVERYTHING).unwrap();
    assert_eq!(policy.document(), &document);
    for again in [Policy::from_toml(&document.to_toml()), Policy::from_json(&document.to_json())] {
        assert_eq!(again.unwrap().document(), &document);
    }
}

#[test]
fn the_first_guard_that_fits_the_kind_counts() {
    let policy = Policy::from_toml(EVERYTHING).unwrap();
    let (staff, other) = (policy.kind("staff"), policy.kind("non-staff"));
    let guard = |word, kind| {
        policy.guard(word, kind).map(|id| policy.permission_names().name(id).to_string())
    };
    let says = |permission: &str| Some(permission.to_owned());
    assert_eq!(guard(CommandWord::Grant, staff), says("users:assign"));
    assert_eq!(guard(CommandWord::Grant, other), says("users:register"));
    assert_eq!(guard(CommandWord::Grant, None), says("users:register"));
    assert_eq!(guard(CommandWord::Grant, Some(u16::MAX)), says("users:register"));
    assert_eq!(guard(CommandWord::Revoke, staff), says("users:assign"));
    for kind in [other, None, Some(u16::MAX)] {
        assert_eq!(guard(CommandWord::Revoke, kind), None);
    }
    assert_eq!(guard(CommandWord::Register, staff), says("users:register"));
    assert_eq!(guard(CommandWord::Bootstrap, None), None);
}

#[test]
fn eligibility_and_separation_are_numbered() {
    let policy = Policy::from_toml(EVERYTHING).unwrap();
    let role = |name: &str| policy.role(name).unwrap();
    let [first, second, third] = policy.eligibility() else { panic!("three rows") };
    assert_eq!(
        (&*first.working_at, &*first.units, &*first.roles),
        (&[1][..], &[1, 2][..], &[][..])
    );
    assert_eq!(first.kinds, [policy.kind("staff").unwrap()]);
    let exercise = policy.affiliation("exercise").unwrap();
    assert_eq!(
        first.requires,
        Some(RequirementRules { affiliation: exercise, at: RequirementAt::UnitOrBelow })
    );
    assert_eq!(second.roles, [role("payer"), role("viewer")]);
    let set = RequirementAt::Set(policy.unit_set("administration").unwrap());
    assert_eq!(second.requires.map(|requirement| requirement.at), Some(set));
    assert_eq!((second.direct, third.direct, third.requires), (false, true, None));

    let [first, second] = policy.separations() else { panic!("two sets") };
    assert_eq!(
        (first.name.as_str(), first.at_most, first.per),
        ("pay-and-release", 1, Extent::Tenant)
    );
    assert_eq!(first.roles, [role("approver"), role("payer")]);
    assert_eq!((second.roles.len(), second.at_most, second.per), (3, 2, Extent::Unit));
}

#[test]
fn r18_on_the_channel_of_support_its_roles_alone_are_granted() {
    let policy = Policy::from_toml(EVERYTHING).unwrap();
    let role = |name: &str| policy.role(name).unwrap();
    let custom = RoleId::from_index(policy.roles().len()).unwrap();
    let (first, support) = (ChannelId::FIRST, ChannelId::from_raw(1));
    assert_eq!(policy.support_channel(), Some(support));
    assert!(
        policy.fits_channel(role("viewer"), support) && policy.fits_channel(role("payer"), support)
    );
    assert!(
        !policy.fits_channel(role("administrator"), support)
            && !policy.fits_channel(custom, support)
    );
    assert!(
        policy.fits_channel(role("administrator"), first) && policy.fits_channel(custom, first)
    );
    let mut document = policy.document().clone();
    document.support = None;
    let without = Policy::from_document(document).unwrap();
    assert_eq!(without.support_channel(), None);
    assert!(
        without.fits_channel(role("administrator"), support)
            && without.fits_channel(custom, support)
    );
}

#[test]
fn roles_and_permissions_know_their_part_in_administration() {
    let policy = Policy::from_toml(EVERYTHING).unwrap();
    let role = |name: &str| policy.role(name).unwrap();
    assert_eq!(policy.administrator(), policy.role("administrator"));
    assert_eq!(policy.escalate(), policy.permission(Permission::new("access:escalate")));
    let reserved = |text| {
        policy.reserved().contains(policy.permission(Permission::new(text)).unwrap().index())
    };
    assert!(reserved("desk:ask") && reserved("expenses:view") && reserved("users:reset"));
    assert!(!reserved("users:assign") && !reserved("access:escalate"));
    let custom = RoleId::from_index(policy.roles().len()).unwrap();
    assert!(policy.is_exclusive(role("attendant")));
    assert!(!policy.is_exclusive(role("administrator")) && !policy.is_exclusive(custom));
    assert_eq!(policy.seats(role("key-user")), Some(Extent::Tenant));
    assert_eq!(policy.seats(role("viewer")), Some(Extent::Unit));
    assert_eq!((policy.seats(role("payer")), policy.seats(custom)), (None, None));
    assert_eq!(policy.assigns(role("attendant")), [role("key-user"), role("viewer")]);
    assert!(policy.assigns(role("viewer")).is_empty() && policy.assigns(custom).is_empty());
    let tracked: Vec<&str> =
        ["administrator", "approver", "attendant", "key-user", "payer", "viewer"]
            .into_iter()
            .filter(|name| policy.is_tracked(role(name)))
            .collect();
    assert_eq!(tracked, ["administrator", "key-user", "viewer"]);
    assert!(!policy.is_tracked(custom));
}

#[test]
fn a_policy_that_says_nothing_of_administration_has_no_rules() {
    let policy = Policy::from_toml(
        "version = 1\nfunctions.f.actions = ['a']\nroles.r.permissions = ['f:a']",
    )
    .unwrap();
    assert!(CommandWord::ALL.iter().all(|&word| policy.guard(word, None).is_none()));
    assert!(
        policy.eligibility().is_empty()
            && policy.separations().is_empty()
            && policy.reserved().is_clear()
    );
    assert_eq!(
        (policy.administrator(), policy.escalate(), policy.is_tracked(RoleId::default())),
        (None, None, false)
    );
    assert_eq!(policy.document().to_toml().matches("administration").count(), 0);
}

#[test]
fn problems_of_administration_are_told_at_once() {
    let text = r#"
version = 1
affiliations = ["exercise"]
functions.users.actions = ["assign", "edit"]
roles.clerk.permissions = ["users:edit"]
roles.teller.permissions = ["users:assign"]

[[guards]]
commands = ["grant", "revok", "grants"]
permission = "user:assign"

[[guards]]
commands = []
permission = "users:asign"
kinds = ["staff"]

[[eligibility]]
working-at = ["district"]
roles = ["clerks"]
requires = { affiliation = "excercise", at = { set = "offices" } }
direct = true

[[separation]]
name = "pay"
roles = ["clerk"]
at-most = 3

[[separation]]
name = "pay"
roles = ["clerk", "teler"]
at-most = 0

[administration]
administrator = "clerck"
escalate = "users:escalate"
reserved = ["users:asign"]
seats = { clerk = "unit" }

[renamed]
roles = { clerk = "cleric", writer = "clerks" }

[retired]
roles = ["teller", "writer"]
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    error[guard-unknown-command]: a guard names the command `revok`, which does not exist
      at guards[0].commands[1], line 9, column 22
      help: did you mean `revoke`?
    error[guard-unknown-command]: a guard names the command `grants`, which does not exist
      at guards[0].commands[2], line 9, column 31
      help: did you mean `grant`?
    error[guard-unknown-permission]: a guard names the permission `user:assign`, which is not in the catalogue
      at guards[0].permission, line 10, column 14
      help: did you mean `users:assign`?
    error[guard-without-commands]: a guard names no command, so it guards nothing
      at guards[1], line 12, column 1
      help: list at least one in `commands`, or remove the guard
    error[guard-unknown-permission]: a guard names the permission `users:asign`, which is not in the catalogue
      at guards[1].permission, line 14, column 14
      help: did you mean `users:assign`?
    error[guard-unknown-kind]: a guard names the kind `staff`, which does not exist
      at guards[1].kinds[0], line 15, column 10
    error[eligibility-unknown-vision]: a row of eligibility names the vision `district`, which does not exist
      at eligibility[0].working-at[0], line 18, column 15
    error[eligibility-unknown-role]: a row of eligibility names the role `clerks`, which does not exist
      at eligibility[0].roles[0], line 19, column 10
      help: did you mean `clerk`?
    error[eligibility-unknown-affiliation]: a row of eligibility names the affiliation `excercise`, which does not exist
      at eligibility[0].requires.affiliation, line 20, column 28
      help: did you mean `exercise`?
    error[eligibility-unknown-unit-set]: a row of eligibility names the unit set `offices`, which does not exist
      at eligibility[0].requires.at.set, line 20, column 54
    error[eligibility-direct-requires]: a row of eligibility cannot both require an affiliation and be `direct`
      at eligibility[0].direct, line 21, column 10
      help: remove one of the two, or make two rows of it
    error[separation-too-few-roles]: the separation `pay` has fewer than two roles, so there is nothing to hold apart
      at separation[0].roles, line 25, column 9
    error[separation-duplicate-name]: two separations are called `pay`
      at separation[1].name, line 29, column 8
      help: give one of the two another name
    error[separation-unknown-role]: the separation `pay` names the role `teler`, which does not exist
      at separation[1].roles[1], line 30, column 19
      help: did you mean `teller`?
    error[separation-bound-out-of-range]: the separation `pay` allows 0 of its 2 roles
      at separation[1].at-most, line 31, column 11
      help: write `1`, or leave it out
    error[administration-unknown-role]: administration names the role `clerck`, which does not exist
      at administration.administrator, line 34, column 17
      help: did you mean `clerk`?
    error[administration-unknown-permission]: administration names the permission `users:escalate`, which is not in the catalogue
      at administration.escalate, line 35, column 12
    error[administration-unknown-permission]: administration names the permission `users:asign`, which is not in the catalogue
      at administration.reserved[0], line 36, column 13
      help: did you mean `users:assign`?
    error[seats-without-units]: the seats of the role `clerk` are counted per unit, but the policy has no unit kinds
      at administration.seats.clerk, line 37, column 19
      help: write `"tenant"`, or list the kinds of unit in `unit-kinds`
    error[renamed-still-current]: the role `clerk` is renamed, but the policy still has it
      at renamed.roles.clerk, line 40, column 19
      help: remove this line, or the role itself
    error[renamed-unknown-word]: the role `clerk` is renamed to `cleric`, which does not exist
      at renamed.roles.clerk, line 40, column 19
      help: did you mean `clerk`?
    error[renamed-unknown-word]: the role `writer` is renamed to `clerks`, which does not exist
      at renamed.roles.writer, line 40, column 38
      help: did you mean `clerk`?
    error[retired-still-current]: the role `teller` is retired, but the policy still has it
      at retired.roles[0], line 43, column 10
      help: remove this entry, or the role itself
    error[renamed-and-retired]: the role `writer` is both renamed and retired
      at retired.roles[1], line 43, column 20
      help: remove it from one of the two
    "##);
}

#[test]
fn warnings_about_administration() {
    let text = r#"
version = 1
visions = ["city", "school"]
functions.users.actions = ["assign", "edit", "view"]
functions.desk.actions = ["ask", "approve"]
unit-kinds.school.vision = "school"
kinds = { staff = {}, guest = {} }
roles.clerk = { permissions = ["*:*"], except = ["users:view"], visions = ["school"] }
roles.teller = { permissions = ["users:edit", "desk:ask"], kinds = ["guest"] }
roles.reader.permissions = ["users:view"]

[[guards]]
commands = ["grant", "revoke"]
permission = "users:assign"

[[guards]]
commands = ["revoke", "grant"]
permission = "users:edit"
kinds = ["staff"]

[[eligibility]]
working-at = ["city"]

[[eligibility]]
units = ["city"]

[[eligibility]]
kinds = ["staff"]
roles = ["teller"]

[[separation]]
name = "both"
roles = ["clerk", "teller", "reader"]

[administration]
administrator = "clerk"
reserved = ["users:view", "desks:*"]
exclusive = ["teller", "clerk"]
seats = { clerk = "unit" }
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    warning[role-unreserved]: a custom role may hold `desk:ask`, `desk:approve`, `users:assign` and 1 more of the seated, exclusive and separated role `clerk`
      at roles.clerk, line 8, column 7
      help: list in `administration.reserved` what only this role should give
    warning[role-unreserved]: a custom role may hold `desk:ask` and `users:edit` of the exclusive and separated role `teller`
      at roles.teller, line 9, column 7
      help: list in `administration.reserved` what only this role should give
    warning[guard-unreachable]: this guard is never reached: earlier ones take all of its commands
      at guards[1], line 16, column 1
      help: put it before them, or remove it
    warning[eligibility-matches-nothing]: a row of eligibility matches nothing: no unit kind has a vision of its `working-at`
      at eligibility[0], line 21, column 1
    warning[eligibility-matches-nothing]: a row of eligibility matches nothing: no unit kind has a vision of its `units`
      at eligibility[1], line 24, column 1
    warning[eligibility-matches-nothing]: a row of eligibility matches nothing: each of its `roles` excludes its `units` or its `kinds`
      at eligibility[2], line 27, column 1
    warning[administrator-below-root]: the administrator's role `clerk` cannot be granted at the widest vision `city`
      at administration.administrator, line 36, column 17
      help: an administrator holds it at the root: add the vision to the role, or let it name none
    warning[pattern-matches-nothing]: the pattern `desks:*` matches no permission
      at administration.reserved[1], line 37, column 27
      help: did you mean `desk:*`?
    "##);
    let text = r#"
version = 1
functions.users.actions = ["assign"]
roles.clerk = {}
roles.teller.permissions = ["users:assign"]
administration.reserved = ["users:*"]
separation = [{ name = "both", roles = ["clerk", "teller"], per = "unit" }]
"#;
    insta::assert_snapshot!(shown(&check_toml(text).1), @r##"
    warning[role-grants-nothing]: the role `clerk` grants nothing
      at roles.clerk, line 4, column 7
    warning[no-guards]: no command has a guard, so nobody can issue one
      at administration, line 6, column 1
      help: say in `guards` which permission each command takes
    warning[separation-without-units]: the separation `both` is counted per unit, but the policy has no unit kinds
      at separation[0].per, line 7, column 67
      help: write `"tenant"`, or leave it out
    "##);
}

#[test]
fn what_can_still_happen_is_not_warned_of() {
    let text = r#"
version = 1
visions = ["city", "school"]
functions.users.actions = ["assign"]
unit-kinds = { city.vision = "city", school.vision = "school" }
kinds = { staff = {}, guest = {} }
roles.clerk = { permissions = ["users:assign"], visions = ["school", "city"], kinds = ["staff"] }
guards = [
    { commands = ["grant"], permission = "users:assign", kinds = ["staff"] },
    { commands = ["grant"], permission = "users:assign", kinds = ["guest"] },
    { commands = ["grant"], permission = "users:assign" },
]
eligibility = [
    { roles = ["clerk"], units = ["city"], kinds = ["guest", "staff"] },
    { roles = ["clerk"], working-at = ["school"] },
]
administration = { administrator = "clerk", exclusive = ["clerk"], reserved = ["users:assign"] }
"#;
    assert_eq!(shown(&check_toml(text).1), "");
}

#[test]
fn what_follows_from_an_unreadable_word_is_not_told() {
    for (text, code) in [
        (
            "affiliations = [7]\neligibility = [{ requires = { affiliation = 'a', at = 'unit' } }]",
            code::WRONG_TYPE,
        ),
        ("rolls.a = {}\nadministration.exclusive = ['a']", code::UNKNOWN_KEY),
        (
            "function.f.actions = ['a']\nguards = [{ commands = ['grant'], permission = 'f:a' }]",
            code::UNKNOWN_KEY,
        ),
        ("functions = 1\nrenamed.permissions = { 'f:b' = 'f:a' }", code::WRONG_TYPE),
        ("unit-kinds = 1\nroles.a = {}\nadministration.seats = { a = 'unit' }", code::WRONG_TYPE),
        ("roles.a = {}\nseparation = [{ name = 's', roles = ['a', 1] }]", code::WRONG_TYPE),
        (
            "guards = [{ commands = [1], permission = 'f:a' }]\nfunctions.f.actions = ['a']",
            code::WRONG_TYPE,
        ),
    ] {
        let (_, found) = check_toml(&format!("version = 1\n{text}"));
        assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [code], "{text}");
    }
}

#[test]
fn each_list_of_administration_has_its_limit() {
    let guard = "{ commands = ['grant'], permission = 'f:a' }";
    let separation = "{ name = 's', roles = [] }";
    for (text, path) in [
        (
            format!("guards = [{}]", numbered(limits::MAX_GUARDS + 1, ",", |_| guard.to_owned())),
            "guards",
        ),
        (
            format!(
                "eligibility = [{}]",
                numbered(limits::MAX_ELIGIBILITY + 1, ",", |_| "{}".to_owned())
            ),
            "eligibility",
        ),
        (
            format!(
                "separation = [{}]",
                numbered(limits::MAX_SEPARATIONS + 1, ",", |_| separation.to_owned())
            ),
            "separation",
        ),
        (
            format!(
                "[renamed.kinds]\n{}",
                numbered(limits::MAX_FORMER_WORDS + 1, "\n", |n| format!("k{n} = 'k'"))
            ),
            "renamed.kinds",
        ),
        (
            format!(
                "retired.roles = [{}]",
                numbered(limits::MAX_FORMER_WORDS + 1, ",", |n| format!("'r{n}'"))
            ),
            "retired.roles",
        ),
    ] {
        let (_, found) = check_toml(&format!("version = 1\n{text}"));
        let found: Vec<(&str, &str)> = found.iter().map(|d| (d.code, d.path.as_str())).collect();
        assert_eq!(found, [(code::LIMIT_EXCEEDED, path)]);
    }
}

#[test]
fn the_documentation_keeps_to_what_it_documents() {
    let text = include_str!("../../docs/policy.md");
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|example| example.starts_with("version = 1"))
        .collect();
    assert!(examples.len() >= 3);
    for example in examples {
        assert_eq!(shown(&check_toml(example).1), "", "{example}");
    }
    for word in CommandWord::ALL {
        assert!(text.contains(&format!("`{word}`")), "{word}");
    }
}
