//! `[hours]`: when access grids bind, and how long open work waits for its hand-over.

use serde::{Deserialize, Serialize};

/// How access grids bind (contract D10), and what follows a sign-out (requirement O7).
///
/// ```
/// # use alcada::{Enforced, PolicyDocument};
/// let document: PolicyDocument = toml::from_str(r#"
///     version = 1
///     hours.enforced = "sign-in"
/// "#).unwrap();
/// assert_eq!((document.hours.enforced, document.hours.hand_over_minutes), (Enforced::SignIn, 5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct HoursRules {
    /// When grids bind.
    #[serde(skip_serializing_if = "Enforced::is_always")]
    pub enforced: Enforced,
    /// How many minutes after a sign-out open work is handed over: 5 unless said otherwise.
    #[serde(skip_serializing_if = "is_usual")]
    pub hand_over_minutes: u32,
}

/// When access grids bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enforced {
    /// Every decision, and the sign-in.
    #[default]
    Always,
    /// The sign-in alone: who is in stays in.
    SignIn,
}

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
