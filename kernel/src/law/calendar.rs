//! Working days 工作日: weekends and holidays are off, make-up working days are on.

use crate::law::Rulebook;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The territory's working calendar, compiled from the rules `calendar_day` and `calendar_year`.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    days: BTreeMap<Date, bool>,
    published_years: BTreeSet<i16>,
}

/// A day that the law reckoned. It is provisional while the holidays of a year that it depends on
/// are not published: then weekends alone counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalDay {
    pub day: Date,
    pub provisional: bool,
}

impl Calendar {
    /// Takes the calendar out of a rulebook; rows that do not fit are left to the pack's checker.
    pub fn compile(rulebook: &Rulebook) -> Calendar {
        let days = rulebook.kind("calendar_day").iter().filter_map(|rule| {
            let works = match rule.body.get("day")? {
                "holiday" => false,
                "workday" => true,
                _ => return None,
            };
            Some((rule.key.parse().ok()?, works))
        });
        let years = rulebook.kind("calendar_year").iter().filter_map(|rule| rule.key.parse().ok());
        Calendar { days: days.collect(), published_years: years.collect() }
    }

    /// Whether offices work on this day.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.days.get(&day).copied().unwrap_or(!is_weekend(day))
    }

    /// Whether the interbank market trades on this day: a make-up working day on a weekend is closed
    /// there (handbook, invariant 10).
    pub fn is_trading_day(&self, day: Date) -> bool {
        !is_weekend(day) && self.is_working_day(day)
    }

    /// The day itself if it is a working day, else the first working day after it.
    pub fn on_or_after(&self, day: Date) -> LegalDay {
        self.roll(day, day, |d| self.is_working_day(d))
    }

    /// The day itself if the market trades, else the first trading day after it.
    pub fn trading_on_or_after(&self, day: Date) -> LegalDay {
        self.roll(day, day, |d| self.is_trading_day(d))
    }

    /// A term of calendar days after a day; if its last day is off, the first working day after.
    /// Source: for payment, TL 43 and handbook 4.6.
    pub fn term_end(&self, start: Date, days: i32) -> LegalDay {
        let end = later(start, days);
        self.roll(start, end, |d| self.is_working_day(d))
    }

    /// The n-th working day of a month (1-based).
    pub fn nth_working_day(&self, year: i16, month: i8, n: u32) -> Option<LegalDay> {
        let mut day = Date::new(year, month, 1).ok()?;
        let mut seen = 0;
        while day.month() == month {
            seen += u32::from(self.is_working_day(day));
            if seen == n {
                return Some(LegalDay { day, provisional: !self.published_years.contains(&year) });
            }
            day = later(day, 1);
        }
        None
    }

    /// The n-th working day after a day.
    pub fn working_days_after(&self, start: Date, n: u32) -> LegalDay {
        (0..n).fold(self.roll(start, start, |_| true), |last, _| {
            self.roll(start, later(last.day, 1), |d| self.is_working_day(d))
        })
    }

    fn roll(&self, start: Date, mut day: Date, open: impl Fn(Date) -> bool) -> LegalDay {
        for _ in 0..60 {
            if open(day) {
                break;
            }
            day = later(day, 1);
        }
        let provisional = (start.year()..=day.year()).any(|y| !self.published_years.contains(&y));
        LegalDay { day, provisional }
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn later(day: Date, days: i32) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spring Festival and National Day of 2026, as published.
    fn calendar() -> Calendar {
        let mut days = BTreeMap::new();
        let mut mark = |from: &str, to: &str, works: bool| {
            let (mut d, to): (Date, Date) = (from.parse().unwrap(), to.parse().unwrap());
            while d <= to {
                days.insert(d, works);
                d = later(d, 1);
            }
        };
        mark("2026-02-15", "2026-02-23", false);
        mark("2026-10-01", "2026-10-07", false);
        for worked in ["2026-02-14", "2026-02-28", "2026-10-10"] {
            mark(worked, worked, true);
        }
        Calendar { days, published_years: BTreeSet::from([2026]) }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn e22_fifth_working_day_of_the_next_month() {
        for (year, month, want) in [(2026, 3, "2026-03-06"), (2026, 10, "2026-10-13")] {
            assert_eq!(calendar().nth_working_day(year, month, 5).unwrap().day, day(want));
        }
    }

    #[test]
    fn e23_exchange_rate_day_inside_a_holiday() {
        assert_eq!(calendar().trading_on_or_after(day("2026-02-18")).day, day("2026-02-24"));
        assert_eq!(
            calendar().trading_on_or_after(day("2026-02-28")).day,
            day("2026-03-02"),
            "worked Saturday"
        );
    }

    #[test]
    fn e24_payment_deadline_on_a_holiday() {
        for (completed, want) in
            [("2026-02-03", "2026-02-24"), ("2026-03-02", "2026-03-17"), ("2026-03-06", "2026-03-23")]
        {
            let end = calendar().term_end(day(completed), 15);
            assert_eq!((end.day, end.provisional), (day(want), false), "{completed}");
        }
    }

    #[test]
    fn a_year_without_published_holidays_is_provisional() {
        assert!(calendar().term_end(day("2026-12-20"), 15).provisional);
        assert!(calendar().on_or_after(day("2031-05-03")).provisional);
    }
}
