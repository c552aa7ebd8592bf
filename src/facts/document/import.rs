//! [`Facts`]: a document of facts. Its rows may come in any order; here they are put in an order in
//! which they apply.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::facts::event::Event;
use crate::form::{self, Form};
use crate::model::{
    Affiliation, Campaign, CustomRole, Grant, Grid, Group, Identifier, InvalidName, Name,
    Registration, Restriction, RoleRequest, Unit,
};

use crate::facts::error::{Cause, FactsError, Fault};

/// Facts as a document: what a host imports at first, or a scenario starts from.
///
/// Rows may come in any order: units, groups and custom roles are added after what they refer to.
///
/// ```
/// let facts = alcada::Facts::from_toml(r#"
///     version = 1
///     people = [{ person = "ana" }]
///     grants = [{ person = "ana", role = "editor", scope = "everywhere" }]
/// "#)?;
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// The version of the document, always 1.
    pub version: u32,
    /// Whether the rows were in force already, as in a document that
    /// [`Snapshot::facts`](crate::Snapshot::facts) wrote; `standing` in the serde form. The rows
    /// are then not judged as if they were given today: grants are taken though what their role
    /// says of visions and kinds may have changed since, an `own` scope without a tenant is the
    /// platform's, and somebody suspended altogether need not be registered.
    #[serde(rename = "standing", default, skip_serializing_if = "is_false")]
    pub already_in_force: bool,
    /// The units. A unit without a parent is the root of a tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Unit>,
    /// The closed units, which take nothing new.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Name>,
    /// The registrations of principals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Registration>,
    /// The suspensions of principals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<Suspension>,
    /// The affiliations of people with units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Affiliation>,
    /// The groups, with their leaders and members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// The access grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<Grid>,
    /// The enrolments of people in access grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enrolments: Vec<Enrolment>,
    /// The tenants' own roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<CustomRole>,
    /// The grants of roles to principals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    /// The restrictions, which deny whatever grants allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// The numbers of seats contracted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seats: Vec<SeatContract>,
    /// The requests for roles that are not answered yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RoleRequest>,
    /// The campaigns of review that are open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<Campaign>,
}

/// The suspension of a principal, in one tenant or altogether.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suspension {
    /// The identifier of the principal.
    pub person: Identifier,
    /// The tenant of the suspension. `None` if the principal is suspended altogether.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
}

/// The enrolment of a person in an access grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Enrolment {
    /// The tenant of the grid. `None` if the grid is the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The name of the grid.
    pub grid: Name,
    /// The identifier of the principal.
    pub person: Identifier,
}

impl Enrolment {
    /// Begins the enrolment of a person; [`EnrolmentBuilder::in_grid`] completes it.
    ///
    /// ```
    /// use alcada::facts::Enrolment;
    /// let enrolment = Enrolment::of("ana").in_tenant("desk").in_grid("day")?;
    /// assert_eq!(enrolment.grid, "day");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(person: impl Into<String>) -> EnrolmentBuilder {
        EnrolmentBuilder { person: person.into(), tenant: None }
    }
}

/// An [`Enrolment`] under construction: made by [`Enrolment::of`], completed by
/// [`in_grid`](EnrolmentBuilder::in_grid).
#[derive(Clone, Debug)]
#[must_use = "an enrolment is made by saying in which grid: `in_grid`"]
pub struct EnrolmentBuilder {
    person: String,
    tenant: Option<String>,
}

impl EnrolmentBuilder {
    /// The tenant to which the grid belongs. Left out: the grid is the platform's.
    pub fn in_tenant(mut self, tenant: impl Into<String>) -> EnrolmentBuilder {
        self.tenant = Some(tenant.into());
        self
    }

    /// The grid, by name, which completes the enrolment.
    ///
    /// # Errors
    /// When the person, the tenant or the grid is not a valid [`Name`].
    pub fn in_grid(self, grid: impl AsRef<str>) -> Result<Enrolment, InvalidName> {
        Ok(Enrolment {
            tenant: self.tenant.map(Name::new).transpose()?,
            grid: Name::new(grid)?,
            person: Identifier::new(self.person)?,
        })
    }
}

/// How many people may hold a seated role, in a tenant or at one of its units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeatContract {
    /// The tenant, by the code of its root unit.
    pub tenant: Name,
    /// A built-in role that the policy counts seats of.
    pub role: Name,
    /// The unit, given exactly if the policy counts the seats of the role per unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
    /// The number of seats. With 0 nothing is contracted.
    pub seats: u32,
}

impl From<Suspension> for Event {
    fn from(Suspension { person, tenant }: Suspension) -> Event {
        Event::PersonSuspended { person, tenant }
    }
}

impl From<Enrolment> for Event {
    fn from(Enrolment { tenant, grid, person }: Enrolment) -> Event {
        Event::Enrolled { tenant, grid, person }
    }
}

impl From<SeatContract> for Event {
    fn from(SeatContract { tenant, role, unit, seats }: SeatContract) -> Event {
        Event::SeatsContracted { tenant, role, unit, seats }
    }
}

/// The version of the facts document this crate reads and writes.
pub const FACTS_VERSION: u32 = 1;

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The place of a row in the document, displayed as `grants[3]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row(&'static str, usize);

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.0, self.1)
    }
}

impl Facts {
    /// A document without rows.
    #[must_use]
    pub fn new() -> Facts {
        Facts { version: FACTS_VERSION, ..Facts::default() }
    }

    /// Reads a document from TOML.
    ///
    /// # Errors
    /// When the text is not a document of facts. The error names the place.
    pub fn from_toml(text: &str) -> Result<Facts, FactsError> {
        form::from_toml(text).and_then(Form::read).map_err(|error| Facts::unreadable(&error))
    }

    /// Reads a document from JSON, which has the words of the TOML form with their meaning.
    ///
    /// # Errors
    /// When the text is not a document of facts. The error names the place.
    pub fn from_json(text: &str) -> Result<Facts, FactsError> {
        form::from_json(text).and_then(Form::read).map_err(|error| Facts::unreadable(&error))
    }

    fn unreadable(error: &dyn fmt::Display) -> FactsError {
        FactsError::new(None, "facts", Fault::shape(error.to_string()))
    }

    /// The document as events, in an order in which they apply. Events do not say that rows were in
    /// force already ([`already_in_force`](Facts::already_in_force)): import such a document whole.
    ///
    /// # Errors
    /// When the version is not 1, or when units, groups or roles form a circle.
    pub fn events(&self) -> Result<Vec<Event>, FactsError> {
        Ok(self.rows()?.into_iter().map(|(_, event)| event).collect())
    }

    pub(crate) fn rows(&self) -> Result<Vec<(Row, Event)>, FactsError> {
        if self.version != FACTS_VERSION {
            let message = format!("the facts are of version {}", self.version);
            let fault =
                Fault::shape(message).help(format!("this crate reads version {FACTS_VERSION}"));
            return Err(FactsError::new(Some("version".into()), "facts", fault));
        }
        let mut rows = Vec::new();
        fn put<T: Clone>(
            rows: &mut Vec<(Row, Event)>,
            table: &'static str,
            items: &[T],
            event: impl Fn(T) -> Event,
        ) {
            rows.extend(
                items.iter().enumerate().map(|(n, item)| (Row(table, n), event(item.clone()))),
            );
        }
        let units = in_order("units", &self.units, |unit| {
            (
                (None, unit.code.clone()),
                unit.parent.iter().map(|parent| (None, parent.clone())).collect(),
            )
        })?;
        rows.extend(
            units.into_iter().map(|(n, unit)| (Row("units", n), Event::UnitAdded(unit.clone()))),
        );
        put(&mut rows, "people", &self.people, Event::PersonRegistered);
        let roles = in_order("roles", &self.roles, |role| {
            let tenant = Some(role.tenant.clone());
            (
                (tenant.clone(), role.name.clone()),
                role.role.includes.iter().map(|name| (tenant.clone(), name.clone())).collect(),
            )
        })?;
        rows.extend(
            roles.into_iter().map(|(n, role)| (Row("roles", n), Event::RoleCreated(role.clone()))),
        );
        let groups = in_order("groups", &self.groups, |group| {
            let tenant = Some(group.tenant.clone());
            (
                (tenant.clone(), group.name.clone()),
                group.parent.iter().map(|name| (tenant.clone(), name.clone())).collect(),
            )
        })?;
        rows.extend(
            groups
                .into_iter()
                .map(|(n, group)| (Row("groups", n), Event::GroupCreated(group.clone()))),
        );
        put(&mut rows, "grids", &self.grids, Event::GridCreated);
        put(&mut rows, "enrolments", &self.enrolments, |Enrolment { tenant, grid, person }| {
            Event::Enrolled { tenant, grid, person }
        });
        put(&mut rows, "affiliations", &self.affiliations, Event::AffiliationRecorded);
        put(&mut rows, "grants", &self.grants, Event::Granted);
        put(&mut rows, "restrictions", &self.restrictions, Event::RestrictionImposed);
        put(&mut rows, "suspended", &self.suspended, |Suspension { person, tenant }| {
            Event::PersonSuspended { person, tenant }
        });
        put(&mut rows, "seats", &self.seats, |SeatContract { tenant, role, unit, seats }| {
            Event::SeatsContracted { tenant, role, unit, seats }
        });
        put(&mut rows, "requests", &self.requests, Event::RoleRequested);
        put(&mut rows, "campaigns", &self.campaigns, Event::CampaignOpened);
        put(&mut rows, "closed", &self.closed, |unit| Event::UnitClosed { unit });
        Ok(rows)
    }
}

type Key = (Option<Name>, Name);

/// The rows in an order in which each comes after what it refers to, with their places in the
/// document. A reference to something outside of the document is left to the facts there are
/// already.
fn in_order<'r, T>(
    table: &'static str,
    items: &'r [T],
    names: impl Fn(&T) -> (Key, Vec<Key>),
) -> Result<Vec<(usize, &'r T)>, FactsError> {
    let named: Vec<(Key, Vec<Key>)> = items.iter().map(names).collect();
    let index: HashMap<&Key, usize> =
        named.iter().enumerate().map(|(n, (key, _))| (key, n)).collect();
    let mut graph = petgraph::graph::DiGraph::<usize, ()>::with_capacity(items.len(), items.len());
    let nodes: Vec<_> = (0..items.len()).map(|n| graph.add_node(n)).collect();
    for ((_, refers), node) in named.iter().zip(&nodes) {
        for referred in refers.iter().filter_map(|key| index.get(key)).filter_map(|&n| nodes.get(n))
        {
            graph.add_edge(*referred, *node, ());
        }
    }
    match petgraph::algo::toposort(&graph, None) {
        Ok(order) => Ok(order
            .into_iter()
            .filter_map(|node| Some((node.index(), items.get(node.index())?)))
            .collect()),
        Err(cycle) => {
            let n = cycle.node_id().index();
            let name = named.get(n).map_or("", |((_, name), _)| name.as_str());
            let fault = Fault::new(Cause::Cycle, format!("`{name}` stands below itself"));
            Err(FactsError::new(
                Some(Row(table, n).to_string()),
                "facts",
                fault.help("break the circle at one of its rows"),
            ))
        }
    }
}
