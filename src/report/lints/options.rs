//! [`Lints`]: which facts lints look through, and how much they list.

use crate::model::Name;

/// Which facts lints look through, and how much they list.
///
/// ```
/// use alcada::{report::Lints, Event, Instant, Policy, Registration, Snapshot};
/// let mut facts = Snapshot::new(Policy::from_toml("version = 1")?);
/// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// let found = facts.lint(&Lints::default(), Instant::now());
/// assert_eq!(found.listed[0].lint.code(), "person-without-role");
/// println!("{found}");
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lints {
    /// The only tenant to look at; `None` for all tenants and the platform.
    pub tenant: Option<Name>,
    /// The number of units, none of them below another, at which a person may hold grants without a
    /// finding.
    pub many_units: usize,
    /// The number of findings of one code that are listed; the others are only counted.
    pub at_most: usize,
}

impl Default for Lints {
    /// All tenants, 10 units, 1,000 findings of each code.
    fn default() -> Lints {
        Lints { tenant: None, many_units: 10, at_most: 1000 }
    }
}

impl Lints {
    /// The defaults, for one tenant alone.
    #[must_use]
    pub fn of_tenant(tenant: Name) -> Lints {
        Lints { tenant: Some(tenant), ..Lints::default() }
    }
}
