//! [`Grid`]: hours by a name, in which people are enrolled.

mod invalid;
mod picture;
mod text;
mod week;

use serde::{Deserialize, Serialize};

use super::Name;

pub use invalid::{InvalidHours, MAX_HOURS_BYTES, MAX_WINDOWS};
pub(crate) use week::{MINUTES_A_WEEK, is_zone_name};
pub use week::{Day, Hours, Window};

/// A grid of access hours, in which people are enrolled: of a tenant, or of the
/// platform (rows O5 to O7, ruling R23).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grid {
    /// The tenant it belongs to; none: the platform, and it binds in all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// Its name within the tenant.
    pub name: Name,
    /// When it is open.
    pub hours: Hours,
    /// Whether it admits outside its hours too (contract G4, row O6).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_outside: bool,
    /// Whether the open work of those enrolled is handed over after hours (row O7).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hand_over: bool,
}
