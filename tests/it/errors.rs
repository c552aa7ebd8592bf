//! Errors: every layer's own, and the one that each of them becomes with `?`.

use std::collections::BTreeSet;

use alcada::{
    Actor, Authority, Error, Event, Facts, Grant, Identifier, Instant, Interval, Name, Permission,
    Policy, Registration, Request, Revision, SignIn, facts::limits, hours::Zones, journal::Record,
    policy::IdentifierScheme, query::PageToken,
};

const POLICY: &str = "
    version = 1
    functions.notes.actions = ['read']
    roles.reader.permissions = ['notes:*']
";

fn authority() -> Result<Authority, Error> {
    Ok(Authority::in_memory(Policy::from_toml(POLICY)?))
}

fn done<T>(_: T) -> Result<(), Error> {
    Ok(())
}

type Fails = fn() -> Result<(), Error>;

/// What fails in each layer, as a host would write it.
fn failures() -> Vec<(&'static str, Fails)> {
    const READ: Permission<'static> = Permission::new("notes:read");
    vec![
        ("invalid-name", || done(Name::new("")?)),
        ("invalid-name", || done(Permission::parse("notes")?)),
        ("invalid-name", || Ok(IdentifierScheme::Cpf.check("52998224724")?)),
        ("invalid-name", || done(Grant::role("").to("ana").everywhere()?)),
        ("invalid-hours", || done("mon".parse::<alcada::hours::Hours>()?)),
        ("invalid-time", || done("noon".parse::<Instant>()?)),
        ("invalid-time", || done(Interval::new(Instant::MAX, Instant::MIN)?)),
        ("no-zone", || {
            let hours: alcada::hours::Hours = "mon 08:00-12:00; Mars/Olympus".parse()?;
            done(hours.is_open(Instant::MIN, &Zones::bundled())?)
        }),
        ("policy-invalid", || done(Policy::from_toml("version = 2")?)),
        ("policy-lacking", || {
            Ok(Policy::from_toml(POLICY)?.require([Permission::new("notes:edit")])?)
        }),
        ("facts-shape", || done(Facts::from_toml("versoin = 1")?)),
        ("facts-absent", || {
            done(authority()?.apply(Event::Granted(Grant::role("reader").to("ana").own()?))?)
        }),
        ("facts-present", || {
            let ana = Event::PersonRegistered(Registration::of("ana")?);
            done(authority()?.apply_all([&ana, &ana])?)
        }),
        ("facts-cycle", || {
            let unit = "[{ code = 'a', kind = 'k', parent = 'b' }, { code = 'b', kind = 'k', parent = 'a' }]";
            done(authority()?.import(&Facts::from_toml(&format!("version = 1\nunits = {unit}"))?)?)
        }),
        ("denied", || {
            Ok(authority()?.require(&Request::by("ana").to(READ).anywhere(), Instant::MIN)?)
        }),
        ("denied", || done(authority()?.resolve(&Request::by("ana").to(READ).anywhere())?)),
        ("sign-in-refused", || done(authority()?.sign_in(&SignIn::of("ana"), Instant::MIN)?)),
        ("no-page", || done("zz".parse::<PageToken>()?)),
        ("refused", || {
            let authority = authority()?;
            let ana = Identifier::new("ana")?;
            let command = alcada::Command::Suspend { person: ana, tenant: None };
            done(authority.execute(&Actor::user("bo"), command, "", Instant::MIN)?)
        }),
        ("journal-damaged", || done(Record::from_json("{}")?)),
        ("no-journal", || done(authority()?.read_from(Revision(1), 1)?)),
    ]
}

#[test]
fn the_errors_of_every_layer_become_one_with_a_code_that_tells_them_apart() {
    let mut codes = BTreeSet::new();
    for (code, fails) in failures() {
        let error = fails().unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        assert_eq!(format!("{error:?}"), error.to_string(), "what `main` prints is for people");
        codes.insert(code);
    }
    assert_eq!(codes.len(), 16);
}

#[test]
fn a_limit_is_one_of_the_policy_too() {
    let visions: Vec<String> = (0..=limits::MAX_VISIONS).map(|n| format!("'v{n}'")).collect();
    let text = format!("version = 1\nvisions = [{}]", visions.join(", "));
    let limit = Policy::from_toml(&text).unwrap_err();
    assert!(limit.is_limit(), "{limit}");
    let error = Error::from(limit);
    assert!(error.is_limit() && error.is_policy() && !error.is_fact());
    let other = Policy::from_toml("version = 2").unwrap_err();
    assert!(!other.is_limit() && !Error::from(other).is_limit());
}

#[test]
fn what_a_policy_lacks_comes_with_what_was_meant() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let error =
        policy.require([Permission::new("notes:raed"), Permission::new("x:y")]).unwrap_err();
    assert_eq!(
        error.lacks().collect::<Vec<_>>(),
        [("notes:raed", Some("notes:read")), ("x:y", None)]
    );
    assert!(error.diagnostics().is_empty());
}

#[test]
fn facts_say_what_would_be_right() {
    let facts = Facts { version: 7, ..Facts::new() };
    let error = facts.events().unwrap_err();
    assert_eq!((error.row(), error.help()), (Some("version"), Some("this crate reads version 1")));
    assert_eq!(
        error.to_string(),
        "version: facts: the facts are of version 7 (this crate reads version 1)"
    );
}
