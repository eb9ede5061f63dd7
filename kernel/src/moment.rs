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
    /// The legal day 法定日期.
    pub fn day(&self) -> jiff::civil::Date {
        self.local.date()
    }
}
