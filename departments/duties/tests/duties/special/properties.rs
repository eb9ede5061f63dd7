//! What must hold for any facts: caps, sums, nothing below zero, more never owes less.

use super::{facts, reckoned};
use customhouse_duties::special::{RetailTreatment, TonnageDuesResult};
use customhouse_duties::{SpecialFacts, SpecialResult};
use customhouse_kernel::values::{Exact, Money};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

/// The day that comes so many days after the first of 2022.
fn day(later: i32) -> String {
    date(2022, 1, 1).saturating_add(later.days()).to_string()
}

fn money(minor: i64) -> String {
    Money::from_minor(minor).to_string()
}

fn tonnage(net: i64, flag: &str, licence: &str) -> TonnageDuesResult {
    let found = reckoned(&json!({
        "calculation": "tonnage_dues", "vessel": "ship", "flag": flag, "licence": licence, "from": "2026-03-02",
        "net_tonnage": Exact::from_steps(net, 2),
    }));
    let SpecialResult::TonnageDues(found) = found else { panic!("{found:#?}") };
    found
}

proptest! {
    #[test]
    fn tonnage_dues_grow_with_tonnage_and_term_and_spare_the_preferential(net in 0i64..20_000_000) {
        for licence in ["30_days", "90_days", "year"] {
            prop_assert!(tonnage(net, "CN", licence).computed <= tonnage(net + 1, "CN", licence).computed);
            prop_assert!(tonnage(net, "CN", licence).computed <= tonnage(net, "CH", licence).computed);
        }
        prop_assert!(tonnage(net, "CN", "30_days").computed <= tonnage(net, "CN", "90_days").computed);
        prop_assert!(tonnage(net, "CN", "90_days").computed <= tonnage(net, "CN", "year").computed);
        let found = tonnage(net, "CN", "30_days");
        prop_assert!(found.collected.is_zero() || found.collected > Money::from_minor(5000));
    }

    #[test]
    fn a_stay_owes_between_nothing_and_all_and_grows_with_the_days(minor in 0i64..1_000_000_000_000, stay in 0i32..3000) {
        let owed = |stay: i32| {
            let found = reckoned(&json!({
                "calculation": "temporary_admission", "from": day(0), "to": day(stay),
                "full": [{ "charge": "vat", "amount": money(minor) }],
            }));
            let SpecialResult::TemporaryAdmission(found) = found else { panic!("{found:#?}") };
            found.charges[0].amount
        };
        prop_assert!(owed(stay) >= Money::ZERO && owed(stay) <= Money::from_minor(minor));
        prop_assert!(owed(stay) <= owed(stay + 1));
    }

    /// Invariant 21.
    #[test]
    fn a_recovered_value_is_between_nothing_and_the_original_and_falls(minor in 0i64..1_000_000_000_000, used in 0i32..2000) {
        let value = |used: i32| {
            let found = reckoned(&json!({
                "calculation": "relief_sale", "class": "other", "value": money(minor), "released": day(0),
                "settled": day(used),
            }));
            let SpecialResult::ReliefSale(found) = found else { panic!("{found:#?}") };
            found.value
        };
        prop_assert!(value(used) >= Money::ZERO && value(used) <= Money::from_minor(minor));
        prop_assert!(value(used) >= value(used + 1));
        prop_assert!(used < 3 * 366 || value(used).is_zero());
    }

    #[test]
    fn a_diversion_owes_no_more_than_all(minor in 0i64..1_000_000_000_000, days in 0i32..3000) {
        let owed = |days: i32| {
            let found = reckoned(&json!({
                "calculation": "relief_diversion", "class": "other", "released": day(0), "from": day(0),
                "to": day(days), "full": [{ "charge": "vat", "amount": money(minor) }],
            }));
            let SpecialResult::ReliefDiversion(found) = found else { panic!("{found:#?}") };
            found.charges[0].amount
        };
        prop_assert!(owed(days) <= owed(days + 1) && owed(days) <= Money::from_minor(minor));
    }

    #[test]
    fn interest_is_nothing_or_from_the_minimum_on(minor in 0i64..1_000_000_000_000, days in 0i32..3000) {
        let owed = |days: i32| {
            let found = reckoned(&json!({
                "calculation": "interest", "cause": "bonded_sale", "start": day(0), "end": day(days),
                "principal": [{ "charge": "vat", "amount": money(minor) }],
            }));
            let SpecialResult::Interest(found) = found else { panic!("{found:#?}") };
            found.total
        };
        prop_assert!(owed(days).is_zero() || owed(days) >= Money::from_minor(5000));
        prop_assert!(owed(days) <= owed(days + 1));
    }

    /// Invariant 26.
    #[test]
    fn a_buyer_never_draws_more_than_is_left_of_the_year(orders in proptest::collection::vec((0i64..800_000, any::<bool>()), 1..12)) {
        let mut left = Money::from_minor(2_600_000);
        for (minor, indivisible) in orders {
            let found = reckoned(&json!({
                "calculation": "retail_order", "day": "2026-03-02", "price": money(minor),
                "indivisible": indivisible, "on_positive_list": true, "year_left": left,
                "rates": { "import_duty": "0.08", "consumption_tax": "0.15", "vat": "0.13" },
            }));
            let SpecialResult::RetailOrder(found) = found else { panic!("{found:#?}") };
            if found.treatment == RetailTreatment::Reduced {
                prop_assert!(found.value <= Money::from_minor(500_000));
                prop_assert!(found.charges[0].amount.is_zero());
            }
            prop_assert_eq!(Money::sum(found.charges.iter().map(|c| c.amount)), Some(found.total));
            left = left.checked_sub(found.drawn).unwrap();
            prop_assert!(left >= Money::ZERO);
        }
    }

    #[test]
    fn what_a_traveller_brings_is_free_up_to_the_allowance_and_no_further(
        prices in proptest::collection::vec((0i64..600_000, any::<bool>(), any::<bool>()), 1..8),
    ) {
        let articles: Vec<_> = prices.iter().map(|(minor, indivisible, shop)| json!({
            "category": "group_2", "quantity": "1", "price": money(*minor), "indivisible": indivisible,
            "from_arrival_shop": shop,
        })).collect();
        let found = reckoned(&json!({
            "calculation": "traveller", "traveller": "resident", "route": "other", "age": 40, "day": "2026-03-02",
            "own_use": true, "articles": articles,
        }));
        let SpecialResult::Traveller(found) = found else { panic!("{found:#?}") };
        let free = |shop: bool| -> i64 {
            let of = found.articles.iter().zip(&prices).filter(|(_, (_, _, at_shop))| shop || !at_shop);
            of.map(|(a, _)| a.value.minor() - a.taxed_value.minor()).sum()
        };
        prop_assert!(free(true) <= 800_000 && free(false) <= 500_000);
        prop_assert!(found.articles.iter().all(|a| a.taxed_value >= Money::ZERO && a.taxed_value <= a.value));
        prop_assert_eq!(Money::sum(found.articles.iter().map(|a| a.tax)), Some(found.total));
    }

    #[test]
    fn a_deposit_is_duty_and_refund_together(value in 0i64..1_000_000_000, deposit in 0i64..1_000_000_000, rate in 0i64..2000) {
        let found = reckoned(&json!({
            "calculation": "provisional_duty", "measure": "anti_dumping", "day": "2026-03-02",
            "value": money(value), "deposit": money(deposit), "final_rate": Exact::from_steps(rate, 3),
        }));
        let SpecialResult::ProvisionalDuty(found) = found else { panic!("{found:#?}") };
        prop_assert_eq!(found.to_duty.checked_add(found.refundable), Some(Money::from_minor(deposit)));
        prop_assert_eq!(found.to_duty.checked_add(found.shortfall), Some(found.final_amount));
        prop_assert!(found.refundable.is_zero() || found.shortfall.is_zero());
    }

    #[test]
    fn an_exclusion_parts_the_value(value in 0i64..1_000_000_000, quantity in 1i64..1_000_000, granted in 0i64..1_000_000) {
        let found = reckoned(&json!({
            "calculation": "exclusion", "number": "EX-1", "day": "2026-03-02", "value": money(value),
            "quantity": Exact::from(quantity), "granted": Exact::from(granted),
        }));
        let SpecialResult::Exclusion(found) = found else { panic!("{found:#?}") };
        prop_assert_eq!(found.excluded_value.checked_add(found.taxed_value), Some(Money::from_minor(value)));
        prop_assert!(found.drawn <= Exact::from(granted) && found.taxed_value >= Money::ZERO);
    }

    #[test]
    fn border_trade_parts_the_value(value in 0i64..10_000_000, left in 0i64..2_000_000, full in 0i64..10_000_000) {
        let found = reckoned(&json!({
            "calculation": "border_trade", "regime": "residents", "day": "2026-03-02", "value": money(value),
            "day_left": money(left), "full": [{ "charge": "vat", "amount": money(full) }],
        }));
        let SpecialResult::BorderTrade(found) = found else { panic!("{found:#?}") };
        prop_assert_eq!(found.free_value.checked_add(found.taxed_value), Some(Money::from_minor(value)));
        prop_assert!(found.free_value <= Money::from_minor(left.min(800_000)));
        prop_assert!(found.total >= Money::ZERO && found.total <= Money::from_minor(full));
    }

    /// Whatever is written: an answer, or refusals with codes of the room.
    #[test]
    fn hostile_numbers_are_answered(value in any::<i64>(), deposit in any::<i64>(), rate in any::<i64>(), places in 0u32..20) {
        let of = json!({
            "calculation": "provisional_duty", "measure": "anti_dumping", "day": "2026-03-02",
            "value": money(value), "deposit": money(deposit), "final_rate": Exact::from_steps(rate, places),
        });
        let read: SpecialFacts = facts(&of);
        if let Err(refused) = super::CHINA.1.reckon(&read) {
            prop_assert!(!refused.is_empty() && refused.iter().all(|r| r.code.starts_with("DUT-")));
        }
    }
}
