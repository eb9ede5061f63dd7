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
    /// Calendar days; a last day that is off stays.
    CalendarDays,
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
        self.last_day(key, start).unwrap_or(LegalDay { day: start, provisional: true })
    }

    /// The last day of a term that begins with what happened on a day; `None` without one in the pack.
    pub fn last_day(&self, key: &str, start: Date) -> Option<LegalDay> {
        let Term { count, unit, .. } = self.terms.iter().find(|t| &*t.key == key && t.valid.covers(start))?;
        Some(match unit {
            Unit::WorkingDays => self.calendar.working_days_after(start, u32::from(*count)),
            Unit::Days => self.calendar.term_end(start, i32::from(*count)),
            Unit::CalendarDays => {
                let day = start.saturating_add(Span::new().days(i32::from(*count)));
                LegalDay { day, provisional: false }
            }
            Unit::Months => {
                let day = start.saturating_add(Span::new().months(i32::from(*count)));
                LegalDay { day, provisional: false }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let term = |key: &str, count| Term {
            key: key.into(),
            valid: Validity::parse("1987-07-01..").unwrap(),
            count,
            unit: Unit::Months,
        };
        let terms = vec![term("import_declaration_end", 3), term("surplus_claim", 12)];
        Terms { terms, calendar: Calendar::default() }
    }

    #[test]
    fn calendar_days_end_as_they_fall() {
        let unit = Unit::CalendarDays;
        let valid = Validity::parse("1987-07-01..").unwrap();
        let term = Term { key: "full_declaration".into(), valid, count: 14, unit };
        let terms = Terms { terms: vec![term], calendar: Calendar::default() };
        for (start, last) in
            [("2026-03-01", "2026-03-15"), ("2026-02-03", "2026-02-17"), ("2026-03-20", "2026-04-03")]
        {
            let got = terms.end("full_declaration", start.parse().unwrap());
            assert_eq!(got, LegalDay { day: last.parse().unwrap(), provisional: false }, "{start}");
        }
    }

    #[test]
    fn months_end_on_the_same_day_or_the_last_of_a_shorter_month() {
        for (key, start, last) in [
            ("import_declaration_end", "2026-03-01", "2026-06-01"),
            ("import_declaration_end", "2026-03-31", "2026-06-30"),
            ("import_declaration_end", "2025-11-30", "2026-02-28"),
            ("import_declaration_end", "2023-11-30", "2024-02-29"),
            ("import_declaration_end", "2023-11-29", "2024-02-29"),
            ("import_declaration_end", "2023-11-28", "2024-02-28"),
            // a day that is off stays the last day: 1 October
            ("import_declaration_end", "2026-07-01", "2026-10-01"),
            ("surplus_claim", "2024-02-28", "2025-02-28"),
            ("surplus_claim", "2024-02-29", "2025-02-28"),
            ("surplus_claim", "2023-02-28", "2024-02-28"),
            ("surplus_claim", "2026-12-31", "2027-12-31"),
        ] {
            let got = terms().last_day(key, start.parse().unwrap()).unwrap();
            assert_eq!(got, LegalDay { day: last.parse().unwrap(), provisional: false }, "{key} {start}");
        }
        let (early, day) = ("1987-06-30".parse().unwrap(), "2026-03-01".parse().unwrap());
        assert_eq!(terms().last_day("surplus_claim", early), None, "before the law there is no term");
        assert_eq!(terms().last_day("other", day), None);
        assert_eq!(terms().end("other", day), LegalDay { day, provisional: true });
    }
}
