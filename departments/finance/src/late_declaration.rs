//! Late-declaration fee 滞报金: what an import owes whose declaration comes too late after its means
//! of transport entered. Source: CL 24, Order 128 of 2005, handbook 3.2.
//!
//! Not here: when it is not levied, reduced or waived; transit, post and re-lodged declarations, whose
//! days are counted from another day.

use crate::daily::{DailyCharge, days_counted};
use crate::refusals;
use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The fee of one declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateDeclarationFee {
    /// The first day that counts 起征日.
    pub first_day: LegalDay,
    /// The day of acceptance, which counts too 截止日.
    pub last_day: Date,
    /// Calendar days from the first to the last.
    pub days: i64,
    /// Dutiable value of the lot.
    pub value: Money,
    /// A fraction of the value for each day.
    pub rate: Exact,
    pub amount: Money,
    /// The rule that it was reckoned by.
    pub rule: String,
}

/// The fee's rules over all time, with the calendar that the first day rolls by.
#[derive(Clone, Debug, Default)]
pub struct LateDeclarationFees {
    rules: Vec<FeeRule>,
    calendar: Calendar,
}

#[derive(Clone, Debug)]
struct FeeRule {
    id: Box<str>,
    valid: Validity,
    /// Calendar days after the day of entry on which a declaration is in time.
    free_days: i32,
    charge: DailyCharge,
}

impl LateDeclarationFees {
    /// # Errors
    /// Each rule of kind `late_declaration_fee` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<LateDeclarationFees, Vec<PackFault>> {
        let mut faults = Vec::new();
        let mut rules = Vec::new();
        for rule in rulebook.kind("late_declaration_fee") {
            match read_rule(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(LateDeclarationFees { rules, calendar }) } else { Err(faults) }
    }

    /// The fee of a declaration whose means of transport entered on one day and which was accepted on
    /// another. The law of the day of entry decides. `None` when it is in time or below the minimum.
    ///
    /// Days count from the day after the free days, or where that is a rest day from the first working
    /// day after it, to the day of acceptance, both counted. Rounding: the rule's, once, at the end.
    ///
    /// # Errors
    /// No rule on the day of entry, or an amount that does not fit.
    pub fn fee(
        &self,
        entered: Date,
        accepted: Date,
        value: Money,
    ) -> Result<Option<LateDeclarationFee>, Refusal> {
        let rule = self.rules.iter().find(|r| r.valid.covers(entered));
        let rule = rule.ok_or_else(|| refusals::NO_LATE_DECLARATION_FEE.at("").with("date", entered))?;
        let first_day = self.calendar.term_end(entered, rule.free_days + 1);
        let days = days_counted(first_day.day, accepted);
        if days < 1 {
            return Ok(None);
        }
        Ok(rule.charge.amount(value, days)?.map(|amount| LateDeclarationFee {
            first_day,
            last_day: accepted,
            days,
            value,
            rate: rule.charge.rate,
            amount,
            rule: rule.id.to_string(),
        }))
    }
}

fn read_rule(rule: &Rule) -> Result<FeeRule, PackFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        free_days: u16,
        daily_rate: Exact,
        minimum: Money,
        places: u32,
        rounding: Rounding,
        #[allow(dead_code)] // only one way to roll exists; its name is checked
        roll: Roll,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Roll {
        WorkingDay,
    }
    let Entry { free_days, daily_rate, minimum, places, rounding, roll: Roll::WorkingDay } = rule.read()?;
    let charge = DailyCharge { rate: daily_rate, minimum, places, rounding }.checked(rule)?;
    Ok(FeeRule { id: rule.id.clone(), valid: rule.valid, free_days: i32::from(free_days), charge })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{china, china_with, day, money};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Compiled once for all cases.
    fn fees() -> &'static LateDeclarationFees {
        static COMPILED: LazyLock<LateDeclarationFees> =
            LazyLock::new(|| LateDeclarationFees::compile(&china()).unwrap());
        &COMPILED
    }

    #[test]
    fn worked_examples() {
        // entered, accepted, value -> first day, days, fee (none where empty)
        for (entered, accepted, value, first, days, fee, why) in [
            ("2026-05-04", "2026-05-27", "716234.00", "2026-05-19", 9, "3223", "E13"),
            (
                "2026-02-02",
                "2026-02-26",
                "250000.00",
                "2026-02-24",
                3,
                "375",
                "E25: the 15th day is a holiday",
            ),
            ("2026-05-04", "2026-05-18", "716234.00", "", 0, "", "the 14th day is in time"),
            (
                "2026-05-04",
                "2026-05-19",
                "716234.00",
                "2026-05-19",
                1,
                "358",
                "the 15th day is the first late one",
            ),
            (
                "2026-05-04",
                "2026-05-20",
                "716234.00",
                "2026-05-19",
                2,
                "716",
                "716.23: part of a yuan is dropped",
            ),
            ("2026-05-04", "2026-05-04", "716234.00", "", 0, "", "accepted on the day of entry"),
            ("2026-05-04", "2026-04-30", "716234.00", "", 0, "", "declared in advance"),
            (
                "2026-02-02",
                "2026-02-17",
                "250000.00",
                "",
                0,
                "",
                "the 15th day itself, a holiday, is in time",
            ),
            ("2026-02-02", "2026-02-23", "250000.00", "", 0, "", "the last day of the holiday is in time"),
            (
                "2026-02-02",
                "2026-02-24",
                "250000.00",
                "2026-02-24",
                1,
                "125",
                "the first working day is late",
            ),
            (
                "2026-05-02",
                "2026-05-18",
                "250000.00",
                "2026-05-18",
                1,
                "125",
                "the 15th day is a Sunday: Monday",
            ),
            ("2026-05-02", "2026-05-24", "250000.00", "2026-05-18", 7, "875", "rest days inside count"),
            (
                "2026-01-30",
                "2026-02-14",
                "250000.00",
                "2026-02-14",
                1,
                "125",
                "a worked Saturday does not roll",
            ),
            ("2026-05-04", "2026-05-19", "99999.99", "", 0, "", "49.99 drops to 49: below the minimum"),
            ("2026-05-04", "2026-05-19", "100000.00", "2026-05-19", 1, "50", "50 is the minimum itself"),
            ("2026-05-04", "2026-05-19", "101999.99", "2026-05-19", 1, "50", "50.99 drops to 50"),
            ("2026-05-04", "2026-05-19", "0.00", "", 0, "", "no value, no fee"),
        ] {
            let found = fees().fee(day(entered), day(accepted), money(value)).unwrap();
            let Some(found) = found else {
                assert_eq!(fee, "", "{why}");
                continue;
            };
            assert_eq!(found.first_day, LegalDay { day: day(first), provisional: false }, "{why}");
            assert_eq!((found.days, found.amount), (days, money(fee)), "{why}");
            assert_eq!((found.last_day, found.value), (day(accepted), money(value)), "{why}");
            assert_eq!(
                (found.rate.to_string().as_str(), &*found.rule),
                ("0.0005", "late_declaration_fee.2005")
            );
        }
    }

    #[test]
    fn a_first_day_in_a_year_without_published_holidays_is_provisional() {
        let fee = fees().fee(day("2026-12-18"), day("2027-01-10"), money("250000.00")).unwrap().unwrap();
        assert_eq!(fee.first_day, LegalDay { day: day("2027-01-04"), provisional: true });
        let text = serde_json::to_string(&fee).unwrap();
        assert_eq!(serde_json::from_str::<LateDeclarationFee>(&text).unwrap(), fee);
    }

    #[test]
    fn the_law_of_the_day_of_entry_decides() {
        let earlier = r#"
            [[late_declaration_fee]]
            id = "earlier"
            key = "import"
            free_days = 7
            daily_rate = "0.001"
            minimum = "10.00"
            places = 2
            rounding = "half_up"
            roll = "working_day"
            valid = "2001-01-01..2005-06-01"
            published = "2000-01-01"
            basis = { authority = "海关总署", document = "D" }
        "#;
        let fees = LateDeclarationFees::compile(&china_with(earlier).unwrap()).unwrap();
        for (entered, accepted, rule) in [
            ("2005-05-31", "2005-06-30", "earlier"),
            ("2005-06-01", "2005-06-30", "late_declaration_fee.2005"),
        ] {
            let fee = fees.fee(day(entered), day(accepted), money("250000.00")).unwrap().unwrap();
            assert_eq!(&*fee.rule, rule, "{entered}");
        }
        let none = fees.fee(day("2000-12-31"), day("2005-06-30"), money("250000.00"));
        assert_eq!(none.unwrap_err().code, "FIN-006");
    }

    #[test]
    fn a_rule_that_does_not_fit_is_named() {
        let rule = |free_days: &str, rate: &str, places: &str| {
            format!(
                "[[late_declaration_fee]]\nid = \"x\"\nfree_days = {free_days}\ndaily_rate = \"{rate}\"\n\
                 minimum = \"50.00\"\nplaces = {places}\nrounding = \"down\"\nroll = \"working_day\"\n\
                 valid = \"2001-01-01..2002-01-01\"\npublished = \"2000-01-01\"\n\
                 basis = {{ authority = \"海关总署\", document = \"D\" }}\n"
            )
        };
        for (text, fits) in [
            (rule("14", "0.0005", "0"), true),
            (rule("-1", "0.0005", "0"), false),
            (rule("14", "-0.0005", "0"), false),
            (rule("14", "0.0005", "3"), false),
            (rule("14", "0.0005", "0\nsurprise = 1"), false),
        ] {
            let compiled = LateDeclarationFees::compile(&china_with(&text).unwrap());
            assert_eq!(compiled.is_ok(), fits, "{text}");
        }
    }

    proptest! {
        /// Handbook, invariant 11.
        #[test]
        fn a_fee_is_nothing_or_whole_yuan_from_fifty_on(
            entered in 0i32..300, late in -20i32..400, minor in 0i64..100_000_000_000,
        ) {
            let at = |n: i32| day("2026-01-01").saturating_add(jiff::Span::new().days(n));
            let fee = fees().fee(at(entered), at(entered + late), Money::from_minor(minor)).unwrap();
            prop_assert!(late > 14 || fee.is_none());
            if let Some(fee) = fee {
                prop_assert!(fee.amount >= money("50.00") && fee.amount.minor() % 100 == 0);
                prop_assert!(fee.days >= 1 && fee.days <= i64::from(late) - 14);
            }
        }

        #[test]
        fn never_panics(entered in any::<i32>(), late in any::<i32>(), minor in any::<i64>()) {
            let at = |n: i32| day("2026-01-01").saturating_add(jiff::Span::new().days(n % 7_000_000));
            let _ = fees().fee(at(entered), at(late), Money::from_minor(minor));
        }
    }
}
