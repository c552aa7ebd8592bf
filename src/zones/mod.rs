//! When a week of local time is open in UTC: time zones as tables of offsets, and the exact next
//! change.
//!
//! The words for hours are in `model`; which grid binds at whom is for the facts.

mod bundled;
mod clock;
#[cfg(feature = "tzif")]
mod directory;
mod error;
mod source;
mod table;

pub(crate) use clock::{Clock, NEVER};
pub use error::ZonesError;
pub use source::Zones;

use crate::model::Hours;
use crate::time::Instant;

impl Hours {
    /// Whether the hours are open at an instant ([contract G3](crate::docs::contract#g3)).
    ///
    /// The week is laid out anew at every call, which takes some microseconds. A snapshot keeps the
    /// layout of its grids.
    ///
    /// # Errors
    /// When `zones` has no zone of the name that the hours give.
    pub fn is_open(&self, at: Instant, zones: &Zones) -> Result<bool, ZonesError> {
        Ok(self.clock(zones)?.at(at.as_micros()).0)
    }

    /// The first instant after `at` at which the hours open or close. `None` if they never do
    /// again. Exact: what [`Hours::is_open`] says is constant until that instant and different at
    /// it.
    ///
    /// ```
    /// use alcada::{hours::{Hours, Zones}, Instant};
    /// let hours: Hours = "mon-fri 07:00-19:00; America/Sao_Paulo".parse()?;
    /// let saturday: Instant = "2026-03-07T12:00:00Z".parse()?;
    /// let monday: Instant = "2026-03-09T10:00:00Z".parse()?;
    /// assert_eq!(hours.next_change(saturday, &Zones::bundled())?, Some(monday));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When `zones` has no zone of the name that the hours give.
    pub fn next_change(&self, at: Instant, zones: &Zones) -> Result<Option<Instant>, ZonesError> {
        let (_, until) = self.clock(zones)?.at(at.as_micros());
        Ok((until != NEVER).then(|| Instant::from_micros(until)))
    }

    fn clock(&self, zones: &Zones) -> Result<Clock, ZonesError> {
        Clock::new(self, false, zones).ok_or_else(|| zones.lacks(self.zone()))
    }
}
