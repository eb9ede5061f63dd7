//! Where moments come from.

use customhouse_kernel::moment::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

/// The clock of a database: the machine's, or, on a sample database, one that can be set forward.
/// Both tick; neither ever runs backwards.
#[derive(Debug)]
pub struct Clock {
    zone: TimeZone,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Set: the moment that was set, and when it was set.
    set: Option<(i64, Instant)>,
    /// It does not tick: it stands where it was set.
    still: bool,
    /// The latest moment handed out.
    latest: i64,
}

/// Why a clock cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("only the clock of a sample database can be set")]
    NotASample,
    #[error("a clock never runs backwards")]
    Backwards,
    #[error("there is no such time")]
    OutOfRange,
    #[error("the time was set, and could not be kept for the next start: {0}")]
    NotKept(String),
}

impl Clock {
    /// A clock in a zone (IANA name). `None` for a zone that does not exist.
    pub fn new(zone: &str, start: Option<i64>) -> Option<Clock> {
        let zone = TimeZone::get(zone).ok()?;
        let set = start.map(|micros| (micros, Instant::now()));
        Some(Clock { zone, state: Mutex::new(State { set, still: false, latest: i64::MIN }) })
    }

    /// A clock that moves only where somebody moves it, for an engine that is moved by hand.
    pub(crate) fn still(zone: &str, start: i64) -> Option<Clock> {
        let clock = Clock::new(zone, Some(start))?;
        clock.lock().still = true;
        Some(clock)
    }

    /// What a still clock reads from now on, also earlier than before: moments never are.
    pub(crate) fn reads(&self, utc_micros: i64) {
        self.lock().set = Some((utc_micros, Instant::now()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The moment of now, never earlier than one handed out before.
    pub fn now(&self) -> Moment {
        let mut state = self.lock();
        let reading = match state.set {
            Some((micros, _)) if state.still => micros,
            Some((micros, since)) => {
                micros.saturating_add(i64::try_from(since.elapsed().as_micros()).unwrap_or(0))
            }
            None => Timestamp::now().as_microsecond(),
        };
        state.latest = state.latest.max(reading);
        self.moment(state.latest)
    }

    /// The latest event's moment: nothing earlier is handed out from now on.
    pub fn not_before(&self, utc_micros: i64) {
        let mut state = self.lock();
        state.latest = state.latest.max(utc_micros);
        if let Some((micros, _)) = state.set.filter(|(micros, _)| *micros < utc_micros) {
            let _ = micros;
            state.set = Some((utc_micros, Instant::now()));
        }
    }

    /// Sets the clock forward.
    ///
    /// # Errors
    /// The time is earlier than one handed out, or does not exist.
    pub fn set(&self, utc_micros: i64) -> Result<Moment, ClockError> {
        Timestamp::from_microsecond(utc_micros).map_err(|_| ClockError::OutOfRange)?;
        {
            let mut state = self.lock();
            if utc_micros < state.latest {
                return Err(ClockError::Backwards);
            }
            state.set = Some((utc_micros, Instant::now()));
        }
        Ok(self.now())
    }

    /// A UTC time as a moment in the territory's zone.
    pub fn moment(&self, utc_micros: i64) -> Moment {
        let time = Timestamp::from_microsecond(utc_micros).unwrap_or(Timestamp::UNIX_EPOCH);
        Moment { utc_micros: time.as_microsecond(), local: self.zone.to_datetime(time) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_runs_backwards() {
        let start: Timestamp = "2021-03-12T02:00:00Z".parse().unwrap();
        let clock = Clock::new("Asia/Shanghai", Some(start.as_microsecond())).unwrap();
        let first = clock.now();
        assert_eq!(first.local.to_string()[..16], *"2021-03-12T10:00");
        assert_eq!(clock.set(start.as_microsecond() - 1), Err(ClockError::Backwards));
        assert!(clock.set(start.as_microsecond() + 86_400_000_000).is_ok());
        assert!(clock.now() > first);
        clock.not_before(start.as_microsecond() + 2 * 86_400_000_000);
        assert_eq!(clock.now().day().to_string(), "2021-03-14");
        assert!(Clock::new("Nowhere/City", None).is_none());
    }
}
