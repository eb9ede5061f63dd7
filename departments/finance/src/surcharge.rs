//! Late-payment surcharge 滞纳金: what unpaid tax costs for each day after the last day to pay.
//! Source: TL 43, handbook 4.4 and 4.6, invariant 12.
//!
//! Not here: relief, and the surcharge on short tax after a violation (TL 46 to 48), whose days begin
//! elsewhere.

use crate::daily::{DailyCharge, days_counted};
use crate::refusals;
use customhouse_kernel::law::{LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The surcharge on one tax kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatePaymentSurcharge {
    /// The tax kind, such as `import_duty`: each is counted alone.
    pub charge: String,
    /// The tax that was unpaid: no surcharge of earlier days, no fee.
    pub principal: Money,
    /// The last day to pay; provisional where the calendar of its year is not published.
    pub due: LegalDay,
    /// The day after the last day to pay, the first that counts 起征日.
    pub first_day: Date,
    /// The day of payment, which counts too 截止日.
    pub last_day: Date,
    /// Calendar days from the first to the last.
    pub days: i64,
    /// A fraction of the principal for each day.
    pub rate: Exact,
    pub amount: Money,
    /// The rule that it was reckoned by.
    pub rule: String,
}

/// The surcharge's rules over all time.
#[derive(Clone, Debug, Default)]
pub struct LatePaymentSurcharges {
    rules: Vec<SurchargeRule>,
}

#[derive(Clone, Debug)]
struct SurchargeRule {
    id: Box<str>,
    valid: Validity,
    charge: DailyCharge,
}

impl LatePaymentSurcharges {
    /// # Errors
    /// Each rule of kind `late_payment_surcharge` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<LatePaymentSurcharges, Vec<PackFault>> {
        let mut faults = Vec::new();
        let mut rules = Vec::new();
        for rule in rulebook.kind("late_payment_surcharge") {
            match read_rule(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(LatePaymentSurcharges { rules }) } else { Err(faults) }
    }

    /// The surcharge on the unpaid tax of one kind that was due on a day and paid on another. The law
    /// of the first late day decides. `None` when it is paid in time or below the minimum.
    ///
    /// Days count from the day after the last day to pay to the day of payment, both counted.
    /// Rounding: the rule's, once, at the end.
    ///
    /// # Errors
    /// No rule on the first late day, or an amount that does not fit.
    pub fn surcharge(
        &self,
        charge: &str,
        unpaid: Money,
        due: LegalDay,
        paid: Date,
    ) -> Result<Option<LatePaymentSurcharge>, Refusal> {
        let first_day = due.day.saturating_add(jiff::Span::new().days(1));
        if paid <= due.day {
            return Ok(None);
        }
        let rule = self.rules.iter().find(|r| r.valid.covers(first_day));
        let rule = rule.ok_or_else(|| refusals::NO_LATE_PAYMENT_SURCHARGE.at("").with("date", first_day))?;
        let days = days_counted(first_day, paid);
        Ok(rule.charge.amount(unpaid, days)?.map(|amount| LatePaymentSurcharge {
            charge: charge.to_owned(),
            principal: unpaid,
            due,
            first_day,
            last_day: paid,
            days,
            rate: rule.charge.rate,
            amount,
            rule: rule.id.to_string(),
        }))
    }
}

fn read_rule(rule: &Rule) -> Result<SurchargeRule, PackFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        daily_rate: Exact,
        minimum: Money,
        places: u32,
        rounding: Rounding,
    }
    let Entry { daily_rate, minimum, places, rounding } = rule.read()?;
    let charge = DailyCharge { rate: daily_rate, minimum, places, rounding }.checked(rule)?;
    Ok(SurchargeRule { id: rule.id.clone(), valid: rule.valid, charge })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{china, day, money};
    use crate::term::PaymentTerms;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Compiled once for all cases.
    fn surcharges() -> &'static LatePaymentSurcharges {
        static COMPILED: LazyLock<LatePaymentSurcharges> =
            LazyLock::new(|| LatePaymentSurcharges::compile(&china()).unwrap());
        &COMPILED
    }

    fn due(text: &str) -> LegalDay {
        LegalDay { day: day(text), provisional: false }
    }

    #[test]
    fn worked_examples() {
        // last day, paid, owed -> first day, days, surcharge (none where empty)
        for (last, paid, owed, first, days, amount, why) in [
            ("2026-03-17", "2026-04-09", "265842.37", "2026-03-18", 23, "3057.19", "E12"),
            ("2026-03-17", "2026-03-16", "265842.37", "", 0, "", "the day before the last"),
            ("2026-03-17", "2026-03-17", "265842.37", "", 0, "", "the last day"),
            ("2026-03-17", "2026-03-18", "265842.37", "2026-03-18", 1, "132.92", "the day after: 132.921185"),
            (
                "2026-02-24",
                "2026-02-25",
                "200000.00",
                "2026-02-25",
                1,
                "100.00",
                "E24: counts from 25 February",
            ),
            ("2026-03-02", "2026-03-04", "200000.00", "2026-03-03", 2, "200.00", "2 days at 0.05%"),
            ("2026-03-02", "2026-03-03", "10000.00", "", 0, "", "5.00 is below the minimum"),
            ("2026-03-02", "2026-03-03", "99989.99", "", 0, "", "49.994995 is 49.99: below the minimum"),
            ("2026-03-02", "2026-03-03", "99990.00", "2026-03-03", 1, "50.00", "49.995 is 50.00 half up"),
            ("2026-03-02", "2026-03-03", "100000.00", "2026-03-03", 1, "50.00", "the minimum itself"),
            ("2024-11-29", "2024-12-02", "200000.00", "2024-11-30", 3, "300.00", "late under the old law"),
            ("2024-11-30", "2024-12-02", "200000.00", "2024-12-01", 2, "200.00", "late under the new law"),
            ("2026-03-02", "2027-03-02", "0.00", "", 0, "", "nothing was owed"),
            ("2026-03-02", "2027-03-02", "-5000.00", "", 0, "", "nor is anything given back"),
        ] {
            let found = surcharges().surcharge("import_duty", money(owed), due(last), day(paid)).unwrap();
            let Some(found) = found else {
                assert_eq!(amount, "", "{why}");
                continue;
            };
            assert_eq!((found.first_day, found.last_day), (day(first), day(paid)), "{why}");
            assert_eq!((found.days, found.amount), (days, money(amount)), "{why}");
            assert_eq!((found.principal, found.due), (money(owed), due(last)), "{why}");
            let rule = if day(first) < day("2024-12-01") { "2005" } else { "2024" };
            assert_eq!(found.rule, format!("late_payment_surcharge.{rule}"), "{why}");
            let text = serde_json::to_string(&found).unwrap();
            assert_eq!(serde_json::from_str::<LatePaymentSurcharge>(&text).unwrap(), found);
        }
    }

    #[test]
    fn it_follows_the_term_of_the_declaration() {
        let terms = PaymentTerms::compile(&china()).unwrap();
        let due = terms.due(day("2026-03-02"), day("2026-03-02")).unwrap();
        let found =
            surcharges().surcharge("vat", money("265842.37"), due, day("2026-04-09")).unwrap().unwrap();
        assert_eq!((found.charge.as_str(), found.amount), ("vat", money("3057.19")));
    }

    #[test]
    fn each_tax_kind_is_tested_alone() {
        for charge in ["import_duty", "vat"] {
            let found =
                surcharges().surcharge(charge, money("60000.00"), due("2026-03-02"), day("2026-03-03"));
            assert_eq!(found.unwrap(), None, "{charge}: 30.00 each, though 60.00 together");
        }
    }

    #[test]
    fn no_rule_and_no_room() {
        let early = surcharges().surcharge("vat", money("1.00"), due("2001-01-01"), day("2001-01-02"));
        assert_eq!(early.unwrap_err().code, "FIN-007");
        let never = due("2026-03-02");
        let huge = surcharges().surcharge("vat", Money::from_minor(i64::MAX), never, day("9999-12-31"));
        assert_eq!(huge.unwrap_err().code, "FIN-008");
    }

    proptest! {
        /// Handbook, invariant 12.
        #[test]
        fn a_surcharge_is_nothing_or_from_fifty_on_and_grows_with_the_days(
            late in 0i32..2000, minor in 0i64..100_000_000_000,
        ) {
            let paid = |n: i32| day("2026-03-02").saturating_add(jiff::Span::new().days(n));
            let amount = |n: i32| {
                let unpaid = Money::from_minor(minor);
                let found = surcharges().surcharge("vat", unpaid, due("2026-03-02"), paid(n));
                found.unwrap().map_or(Money::ZERO, |found| found.amount)
            };
            prop_assert!(amount(0).is_zero());
            prop_assert!(amount(late).is_zero() || amount(late) >= money("50.00"));
            prop_assert!(amount(late) <= amount(late + 1));
        }
    }
}
