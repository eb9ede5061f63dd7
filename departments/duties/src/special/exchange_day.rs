//! The day whose rate holds for a month 计征汇率日: an ordinal weekday of the month before, and another day where
//! the market is closed on it. Source: Order 272, article 13; before it Order 124; handbook 4.5.
//!
//! Not here: the rates themselves, which are dated rules of the pack.

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Law, Rules};
use crate::special::working::Working;
use customhouse_kernel::law::{Calendar, LegalDay};
use customhouse_kernel::refusal::Refusal;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Which rate is asked for: that of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeDay {
    /// The day of the law, whose month the rate holds for.
    pub day: Date,
}

/// The day whose published rate holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeDayResult {
    /// The ordinal weekday itself.
    pub ordinary: Date,
    /// The day whose rate is taken; provisional while the holidays of its year are not published.
    pub rate: LegalDay,
    pub working: Working,
}

/// Where the ordinary day is a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnHoliday {
    /// The next day on which the market trades.
    NextTradingDay,
    /// The same weekday a week later.
    WeekLater,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeDayRule {
    /// Which Wednesday of the month before, from 1.
    wednesday: i8,
    on_holiday: OnHoliday,
}

impl Law for ExchangeDayRule {
    const KIND: &'static str = "exchange_day";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        (!(1..=4).contains(&self.wednesday)).then_some(("须为第一至第四个", "from the first to the fourth"))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ExchangeDayLaw {
    pub rules: Rules<ExchangeDayRule>,
    pub calendar: Calendar,
}

impl ExchangeDayLaw {
    /// # Errors
    /// The pack has no rule for the day, or the day is beyond every calendar.
    pub fn reckon(&self, facts: &ExchangeDay) -> Result<ExchangeDayResult, Vec<Refusal>> {
        let rule = self.rules.on("duty", facts.day, "/day").map_err(|r| vec![r])?;
        let beyond = || vec![refusals::FACT_MISSING.at("/day")];
        let month = facts.day.first_of_month().checked_sub(1.month()).map_err(|_| beyond())?;
        let ordinary = month.nth_weekday_of_month(rule.law.wednesday, Weekday::Wednesday);
        let ordinary = ordinary.map_err(|_| beyond())?;
        let open = self.calendar.is_trading_day(ordinary);
        let from = match rule.law.on_holiday {
            OnHoliday::WeekLater if !open => ordinary.checked_add(1.week()).map_err(|_| beyond())?,
            OnHoliday::WeekLater | OnHoliday::NextTradingDay => ordinary,
        };
        let rate = self.calendar.trading_on_or_after(from);
        let mut working = Working::default();
        working.days(&rule.id, (ordinary, rate.day), false).map_err(|r| vec![r])?;
        working.found(Name::WeekdayTaken, &rule.id, "Wednesday", i64::from(rule.law.wednesday).into());
        Ok(ExchangeDayResult { ordinary, rate, working })
    }
}
