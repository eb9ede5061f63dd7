//! When something happened.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// A moment, handed in by the shell, never earlier than the last event of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub utc_micros: i64,
    /// Civil time in the territory's zone; legal days are its days.
    pub local: DateTime,
}

impl Moment {
    /// The moment at an offset east of UTC in minutes.
    pub fn at_offset(utc_micros: i64, offset_minutes: i32) -> Moment {
        let local_micros = utc_micros.saturating_add(i64::from(offset_minutes) * 60_000_000);
        let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        let span = jiff::Span::new().try_microseconds(local_micros).unwrap_or_default();
        Moment { utc_micros, local: epoch.checked_add(span).unwrap_or(epoch) }
    }

    /// The legal day 法定日期.
    pub fn day(&self) -> jiff::civil::Date {
        self.local.date()
    }
}
