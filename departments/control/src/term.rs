//! Terms of procedures 办理时限: within how many days somebody answers or decides.

use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
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
    /// How many of the unit.
    count: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    WorkingDays,
    /// Calendar days; a last day that is off moves to the next working day.
    Days,
    /// Months: the day of the same date, or the month's last where there is none; it moves as that of days.
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
                #[serde(alias = "days")]
                count: u16,
                unit: Unit,
            }
            let Entry { count, unit } = rule.read()?;
            Ok(Term { key: rule.key.clone(), valid: rule.valid, count, unit })
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
        match self.terms.iter().find(|t| &*t.key == key && t.valid.covers(start)) {
            Some(Term { count, unit: Unit::WorkingDays, .. }) => {
                self.calendar.working_days_after(start, u32::from(*count))
            }
            Some(Term { count, unit: Unit::Days, .. }) => self.calendar.term_end(start, i32::from(*count)),
            Some(Term { count, unit: Unit::Months, .. }) => {
                let end = start.saturating_add(jiff::Span::new().months(i32::from(*count)));
                self.calendar.on_or_after(end)
            }
            None => LegalDay { day: start, provisional: true },
        }
    }
}
