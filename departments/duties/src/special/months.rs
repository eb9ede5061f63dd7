//! Months and days between two days, and how many months they count as 月数计算.

use crate::special::names::Name;
use crate::special::working::{Sum, Working, days_between};
use customhouse_kernel::values::Exact;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whole months and the days over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MonthsAndDays {
    pub months: i64,
    pub days: i64,
}

/// What a part of a month counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartMonth {
    /// A month, however short.
    Up,
    /// Nothing.
    Down,
    /// A month from this many days on, else nothing.
    FromDays(u16),
}

impl PartMonth {
    /// The months that a time counts as.
    pub fn count(self, time: MonthsAndDays) -> i64 {
        let counts = match self {
            PartMonth::Up => time.days > 0,
            PartMonth::Down => false,
            PartMonth::FromDays(least) => time.days > 0 && time.days >= i64::from(least),
        };
        time.months + i64::from(counts)
    }

    /// The months from a day to another, as a step of a working.
    pub(crate) fn counted(
        self,
        what: Name,
        rule: &str,
        (from, to): (Date, Date),
        working: &mut Working,
    ) -> Exact {
        let time = between(from, to);
        let sum = Sum::Months { from, to, months: time.months, days: time.days };
        working.keep(what, rule, sum, Exact::from(self.count(time)), None)
    }
}

/// From one day to another: as many whole months as fit, then days. A month from the 31st ends on the
/// last day of a shorter month. Nothing where the second day is not after the first.
pub fn between(from: Date, to: Date) -> MonthsAndDays {
    let roughly = i64::from(to.year() - from.year()) * 12 + i64::from(to.month() - from.month());
    let after = |months: i64| from.saturating_add(months.months());
    let months = [roughly, roughly - 1].into_iter().find(|m| *m >= 0 && after(*m) <= to);
    months.map_or(MonthsAndDays { months: 0, days: 0 }, |months| MonthsAndDays {
        months,
        days: days_between(after(months), to),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_and_days() {
        for (from, to, months, days, why) in [
            ("2024-08-10", "2026-03-28", 19, 18, "E17"),
            ("2026-01-10", "2026-07-30", 6, 20, "E19"),
            ("2026-01-31", "2026-02-27", 0, 27, "the month is not over"),
            ("2026-01-31", "2026-02-28", 1, 0, "ends with the shorter month"),
            ("2024-02-29", "2025-02-28", 12, 0, "leap day"),
            ("2026-03-02", "2026-03-02", 0, 0, "the same day"),
            ("2026-03-02", "2026-03-01", 0, 0, "not after"),
        ] {
            assert_eq!(between(day(from), day(to)), MonthsAndDays { months, days }, "{why}");
        }
    }

    #[test]
    fn parts_of_a_month() {
        let time = |months, days| MonthsAndDays { months, days };
        for (rule, months, days, counts) in [
            (PartMonth::Up, 6, 0, 6),
            (PartMonth::Up, 6, 1, 7),
            (PartMonth::Down, 6, 30, 6),
            (PartMonth::FromDays(15), 6, 14, 6),
            (PartMonth::FromDays(15), 6, 15, 7),
            (PartMonth::FromDays(0), 6, 0, 6),
        ] {
            assert_eq!(rule.count(time(months, days)), counts, "{rule:?} {months} {days}");
        }
    }

    proptest! {
        #[test]
        fn a_later_day_never_counts_fewer_months(start in 0i32..20_000, later in 0i32..4_000) {
            let first = day("1990-01-01").saturating_add(start.days());
            let last = first.saturating_add(later.days());
            let next = last.saturating_add(1.days());
            prop_assert!(between(first, last) < between(first, next));
            for rule in [PartMonth::Up, PartMonth::Down, PartMonth::FromDays(15)] {
                prop_assert!(rule.count(between(first, last)) <= rule.count(between(first, next)));
            }
        }
    }
}
