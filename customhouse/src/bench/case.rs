//! The case: imports of one line from a most-favoured nation, priced in dollars to the port, that owe duty and value
//! added tax by a share of the value; other goods and another price each time.

use super::{ByHand, DAY};
use customhouse_duties::{Assessment, Consignment, GoodsItem, Step, Tariff, assess};
use customhouse_engine::Edition;
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction, Exact};
use std::collections::BTreeMap;

/// Goods, and the same for the formula.
#[derive(Debug)]
pub struct Case {
    pub name: &'static str,
    pub consignments: Vec<Consignment>,
    pub by_hand: Vec<ByHand>,
    /// Keys of commodities, far apart.
    pub keys: Vec<String>,
}

impl Case {
    /// Takes goods from all over the tariff.
    ///
    /// # Errors
    /// A sentence: the tariff has too few goods of this case.
    pub fn new(edition: &Edition, count: usize) -> Result<Case, String> {
        let tariff = &edition.control.tariff;
        let codes: Vec<CommodityCode> = tariff.commodities("", DAY).map(|c| c.code).collect();
        // a prime stride: each code once, neighbours never in a row
        let far_apart = || (0..codes.len()).map(|n| codes[n * 1_009 % codes.len()]);
        let mut case = Case {
            name: "single-line China import, CIF in USD, duty and VAT",
            consignments: Vec::new(),
            by_hand: Vec::new(),
            keys: far_apart().take(4_096).map(|code| code.to_string()).collect(),
        };
        for (n, code) in far_apart().enumerate() {
            let Some(goods) = consignment(code, n) else { continue };
            if let Some(by_hand) = plain(&goods, tariff) {
                case.consignments.push(goods);
                case.by_hand.push(by_hand);
            }
            if case.consignments.len() == count {
                return Ok(case);
            }
        }
        Err(format!("the tariff has only {} codes of this case", case.consignments.len()))
    }
}

fn consignment(code: CommodityCode, n: usize) -> Option<Consignment> {
    let item = GoodsItem {
        number: 1,
        commodity: code,
        origin: CountryCode::parse("DE")?,
        total: Exact::from_steps(1_234_567 + 98_761 * n as i64, 2),
        currency: CurrencyCode::parse("USD")?,
        quantities: Vec::new(),
        preference: None,
        qualified: Vec::new(),
        terms: BTreeMap::new(),
        additional_codes: Vec::new(),
        documents: Vec::new(),
        quota: None,
    };
    Some(Consignment {
        direction: Direction::Import,
        terms: "1".to_owned(),
        freight: None,
        insurance: None,
        other: None,
        gross_kg: None,
        items: vec![item],
        grants: BTreeMap::new(),
    })
}

/// The rates of a consignment that owes duty and value added tax by a share each, and nothing else.
fn plain(goods: &Consignment, tariff: &Tariff) -> Option<ByHand> {
    let found = assess(goods, tariff, DAY).ok()?;
    let [duty, vat] = &*found.lines[0].charges else { return None };
    if (&*duty.charge, &*vat.charge) != ("import_duty", "vat") {
        return None;
    }
    let share = |charge| share(&found, charge);
    let exchange = found.trace.iter().find_map(|step| match step {
        Step::Exchange { rate, .. } => Some(*rate),
        _ => None,
    })?;
    let (duty, vat) = (share("import_duty")?, share("vat")?);
    // what is free is no work for the formula
    let both = ["import_duty", "vat"].iter().all(|charge| !found.charge(charge).is_zero());
    both.then_some(ByHand { price: goods.items[0].total, exchange, duty, vat })
}

fn share(found: &Assessment, key: &str) -> Option<Exact> {
    found.trace.iter().find_map(|step| match step {
        Step::Charge { charge, share, fixed, .. } if charge == key && fixed.is_zero() => Some(*share),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack_source::embedded;

    #[test]
    fn the_formula_and_the_engine_give_the_same_amounts() {
        let edition = Edition::compile(1, &embedded()).unwrap();
        let case = Case::new(&edition, 100).unwrap();
        assert_eq!((case.consignments.len(), case.by_hand.len()), (100, 100));
        for (goods, by_hand) in case.consignments.iter().zip(&case.by_hand) {
            let found = assess(goods, &edition.control.tariff, DAY).unwrap();
            let formula = by_hand.reckon().unwrap();
            let amounts = (formula.value, formula.duty, formula.vat, formula.total);
            let of_engine = (found.value(), found.charge("import_duty"), found.charge("vat"), found.total);
            assert_eq!(amounts, of_engine, "{}", goods.items[0].commodity);
            assert!(!formula.duty.is_zero() && !formula.vat.is_zero());
        }
    }
}
