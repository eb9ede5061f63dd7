//! Terms of aggregate payment 汇总征税的缴款期限: taxes of a whole month are paid together, by the end of
//! a working day of the next month. Source: TL 43, handbook 4.6.
//!
//! Not here: who may pay so, and which guarantee answers for the taxes until then (`control`).

use crate::refusals;
use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use jiff::civil::Date;
use serde::Deserialize;

/// The terms over all time, with the working calendar that they count by.
#[derive(Clone, Debug, Default)]
pub struct AggregateTerms {
    terms: Vec<AggregateTerm>,
    calendar: Calendar,
}

#[derive(Clone, Debug)]
struct AggregateTerm {
    valid: Validity,
    /// Which working day of the next month is the last one to pay, from 1.
    working_day: u32,
}

impl AggregateTerms {
    /// # Errors
    /// Each rule of kind `aggregate_term` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<AggregateTerms, Vec<PackFault>> {
        let (mut terms, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("aggregate_term") {
            match AggregateTerm::read(rule) {
                Ok(term) => terms.push(term),
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(AggregateTerms { terms, calendar }) } else { Err(faults) }
    }

    /// The last day to pay the taxes of a declaration that was completed on a day. The law of that day
    /// decides; the month is the one after it. It is provisional while the holidays of its year are not
    /// published.
    ///
    /// # Errors
    /// No term on the day, or a month without so many working days.
    pub fn due(&self, completed: Date) -> Result<LegalDay, Refusal> {
        let none = || refusals::NO_AGGREGATE_TERM.at("").with("date", completed);
        let term = self.terms.iter().find(|t| t.valid.covers(completed)).ok_or_else(none)?;
        let (year, month) = match completed.month() {
            12 => (completed.year().saturating_add(1), 1),
            month => (completed.year(), month + 1),
        };
        self.calendar.nth_working_day(year, month, term.working_day).ok_or_else(none)
    }
}

impl AggregateTerm {
    fn read(rule: &Rule) -> Result<AggregateTerm, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            working_day: u32,
            #[allow(dead_code)] // only one month is known; its name is checked
            month: Month,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Month {
            Next,
        }
        let Entry { working_day, month: Month::Next } = rule.read()?;
        if working_day == 0 {
            return Err(rule.fault(
                format!("规则 {} 的 working_day 从 1 起", rule.id),
                format!("rule {}: working_day counts from 1", rule.id),
            ));
        }
        Ok(AggregateTerm { valid: rule.valid, working_day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{china, china_with, day};
    use proptest::prelude::*;

    #[test]
    fn the_last_day_of_aggregate_payment() {
        let terms = AggregateTerms::compile(&china()).unwrap();
        for (completed, due, provisional, why) in [
            ("2026-02-01", "2026-03-06", false, "E22: the first day of February"),
            ("2026-02-28", "2026-03-06", false, "E22: its last, a worked Saturday"),
            ("2026-09-01", "2026-10-13", false, "E22: National Day, and Saturday 10 October is worked"),
            ("2026-09-30", "2026-10-13", false, "E22: the day before the holiday"),
            ("2026-01-30", "2026-02-06", false, "February begins on a Sunday"),
            ("2026-01-31", "2026-02-06", false, "the day before the month ends"),
            ("2026-03-01", "2026-04-08", false, "the day after: Qingming, 4 to 6 April, is off"),
            ("2026-11-30", "2026-12-07", false, "the last month of a year"),
            ("2025-12-31", "2026-01-08", false, "over a year end: 1 to 3 January off, Sunday 4 worked"),
            ("2026-12-01", "2027-01-07", true, "the holidays of 2027 are not published"),
            ("2026-12-31", "2027-01-07", true, "the same on the last day of the year"),
            ("2024-11-30", "2024-12-06", false, "under the announcement, the day before the Tariff Law"),
            ("2024-12-01", "2025-01-08", false, "the first day of the Tariff Law; 1 January is off"),
            ("2025-01-31", "2025-02-10", false, "the Spring Festival, and Saturday 8 February is worked"),
        ] {
            let found = terms.due(day(completed)).unwrap();
            assert_eq!(found, LegalDay { day: day(due), provisional }, "{completed}: {why}");
        }
        let none = terms.due(day("2017-08-31"));
        assert_eq!(none.unwrap_err().code, "FIN-021", "before the first rule");
    }

    #[test]
    fn a_rule_that_does_not_fit_is_named() {
        let rule = |body: &str| {
            format!(
                "[[aggregate_term]]\nid = \"x\"\nkey = \"test\"\n{body}\nvalid = \"2001-01-01..2002-01-01\"\n\
                 published = \"2000-01-01\"\nbasis = {{ authority = \"海关总署\", document = \"D\" }}\n"
            )
        };
        for (body, fits) in [
            ("working_day = 5\nmonth = \"next\"", true),
            ("working_day = 0\nmonth = \"next\"", false),
            ("working_day = 5\nmonth = \"same\"", false),
            ("working_day = 5\nmonth = \"next\"\nsurprise = 1", false),
        ] {
            let compiled = AggregateTerms::compile(&china_with(&rule(body)).unwrap());
            assert_eq!(compiled.is_ok(), fits, "{body}");
        }
        // a month that has no such day is refused, not rolled into another
        let many = china_with(&rule("working_day = 30\nmonth = \"next\"")).unwrap();
        let none = AggregateTerms::compile(&many).unwrap().due(day("2001-05-01"));
        assert_eq!(none.unwrap_err().code, "FIN-021");
    }

    proptest! {
        #[test]
        fn the_last_day_is_a_day_of_the_next_month(days in 0i32..4000) {
            let terms = AggregateTerms::compile(&china()).unwrap();
            let completed = day("2018-01-01").saturating_add(jiff::Span::new().days(days));
            let due = terms.due(completed).unwrap().day;
            let months = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
            prop_assert_eq!(months(due), months(completed) + 1);
            prop_assert!(due.day() >= 5);
        }
    }
}
