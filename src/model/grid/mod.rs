//! [`Grid`]: hours by a name, in which people are enrolled.

mod invalid;
mod picture;
mod text;
mod week;

use serde::{Deserialize, Serialize};

use super::Name;

pub use invalid::{InvalidHours, MAX_HOURS_BYTES, MAX_WINDOWS};
pub use week::{Day, Hours, Window};
pub(crate) use week::{MINUTES_A_WEEK, is_zone_name};

/// A grid of access hours, of a tenant or of the platform, in which people are enrolled ([ruling
/// R23](crate::docs::contract#r23), rows [O5](crate::docs::contract#o5) to
/// [O7](crate::docs::contract#o7)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grid {
    /// The tenant to which the grid belongs. `None` for the platform: the grid then binds in every
    /// tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The name of the grid, within the tenant.
    pub name: Name,
    /// The hours at which the grid is open.
    pub hours: Hours,
    /// Whether the grid admits outside of its hours too ([contract G4](crate::docs::contract#g4),
    /// [row O6](crate::docs::contract#o6)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_outside: bool,
    /// Whether the open work of the people enrolled is handed over after hours ([row
    /// O7](crate::docs::contract#o7)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hand_over: bool,
}
