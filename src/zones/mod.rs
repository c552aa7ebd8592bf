//! When a week of local time is open in UTC: time zones as tables of offsets, and
//! the exact next change.

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
    /// Whether the hours are open at an instant (contract G3).
    ///
    /// The week is laid out anew at every call, in some microseconds; a snapshot
    /// keeps that of its grids.
    ///
    /// # Errors
    /// When the zones lack that of the hours.
    pub fn is_open(&self, at: Instant, zones: &Zones) -> Result<bool, ZonesError> {
        Ok(self.clock(zones)?.at(at.as_micros()).0)
    }

    /// The first instant after `at` at which the hours open or close; none: they
    /// never do again. Exact: what [`Hours::is_open`] says is constant until it and
    /// different at it.
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
    /// When the zones lack that of the hours.
    pub fn next_change(&self, at: Instant, zones: &Zones) -> Result<Option<Instant>, ZonesError> {
        let (_, until) = self.clock(zones)?.at(at.as_micros());
        Ok((until != NEVER).then(|| Instant::from_micros(until)))
    }

    fn clock(&self, zones: &Zones) -> Result<Clock, ZonesError> {
        Clock::new(self, false, zones).ok_or_else(|| zones.lacks(self.zone()))
    }
}
