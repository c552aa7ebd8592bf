//! `[hours]`: when access grids bind, and how long open work waits for its hand-over.
//!
//! The grids themselves are facts, not policy.

use serde::{Deserialize, Serialize};

/// When access grids bind, and when open work is handed over after a sign-out.
///
/// What a grid is and how it is evaluated stands in [access hours](crate::docs::hours).
///
/// ```
/// # use alcada::policy::{self, Enforced};
/// let document: policy::Document = toml::from_str(r#"
///     version = 1
///     hours.enforced = "sign-in"
/// "#).unwrap();
/// assert_eq!((document.hours.enforced, document.hours.hand_over_minutes), (Enforced::SignIn, 5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HoursRules {
    /// What access grids bind. [`Enforced::Always`] if left out.
    #[serde(skip_serializing_if = "Enforced::is_always")]
    pub enforced: Enforced,
    /// How many minutes after a sign-out open work is handed over. 5 if left out. Validation
    /// refuses more than a week, 10080.
    #[serde(skip_serializing_if = "is_usual")]
    pub hand_over_minutes: u32,
}

/// What access grids bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enforced {
    /// Grids bind every decision, and the sign-in.
    #[default]
    Always,
    /// Grids bind the sign-in alone: a session that began within its hours goes on after them.
    SignIn,
}

/// The minutes until a hand-over in a policy that does not say.
pub(in crate::policy) const USUAL_MINUTES: u32 = 5;

impl Default for HoursRules {
    fn default() -> HoursRules {
        HoursRules { enforced: Enforced::Always, hand_over_minutes: USUAL_MINUTES }
    }
}

impl HoursRules {
    pub(crate) fn is_usual(&self) -> bool {
        *self == HoursRules::default()
    }
}

impl Enforced {
    fn is_always(&self) -> bool {
        *self == Enforced::Always
    }
}

fn is_usual(minutes: &u32) -> bool {
    *minutes == USUAL_MINUTES
}
