//! Terms of procedures 办理时限: within how many days somebody answers or decides.

use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;

/// The terms over all time, with the calendar that they count by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    terms: Vec<Term>,
    calendar: Calendar,
}

#[derive(Clone, Debug)]
struct Term {
    key: Box<str>,
    valid: Validity,
    days: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    WorkingDays,
    /// Calendar days; a last day that is off moves to the next working day.
    Days,
    /// Calendar months: the last day is the same day so many months later, or the last of a shorter month.
    Months,
}

impl Terms {
    /// # Errors
    /// Each rule of kind `procedure_term` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<Terms, Vec<PackFault>> {
        let read = |rule: &Rule| -> Result<Term, PackFault> {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Entry {
                days: u16,
                unit: Unit,
            }
            let Entry { days, unit } = rule.read()?;
            Ok(Term { key: rule.key.clone(), valid: rule.valid, days, unit })
        };
        let (mut terms, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("procedure_term") {
            match read(rule) {
                Ok(term) => terms.push(term),
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(Terms { terms, calendar }) } else { Err(faults) }
    }

    /// The last day of a term that begins with what happened on a day. Without a term in the pack it is
    /// that day itself, marked provisional: nothing waits for ever unseen.
    pub fn end(&self, key: &str, start: Date) -> LegalDay {
        self.last_day(key, start).unwrap_or(LegalDay { day: start, provisional: true })
    }

    /// The last day of a term that begins with what happened on a day; `None` without one in the pack.
    pub fn last_day(&self, key: &str, start: Date) -> Option<LegalDay> {
        let Term { days, unit, .. } = self.terms.iter().find(|t| &*t.key == key && t.valid.covers(start))?;
        Some(match unit {
            Unit::WorkingDays => self.calendar.working_days_after(start, u32::from(*days)),
            Unit::Days => self.calendar.term_end(start, i32::from(*days)),
            Unit::Months => {
                let day = start.saturating_add(Span::new().months(i32::from(*days)));
                LegalDay { day, provisional: false }
            }
        })
    }
}
