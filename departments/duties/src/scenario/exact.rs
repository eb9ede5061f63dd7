//! Amounts before rounding, out of an assessment's own steps. A charge whose base holds an earlier charge
//! takes that one as it was collected, rounded: that is the law's order, and the steps say so. What a
//! quotient cannot hold (a value apportioned, a charge inside the price) is given to 12 places, half up.

use crate::assessment::Assessment;
use crate::charge::PriceForm;
use crate::trace::Step;
use customhouse_kernel::values::{Exact, Rounding};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is kept of a quotient.
const PLACES: u32 = 12;

/// Amounts before rounding; `None` where more digits were needed than can be held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExactAmounts {
    pub lines: Vec<ExactLine>,
    /// Sums over the lot, by charge, also where they stay below what is collected.
    pub charges: BTreeMap<String, Option<Exact>>,
}

/// A line's amounts before rounding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExactLine {
    pub number: u32,
    pub value: Option<Exact>,
    pub charges: BTreeMap<String, Option<Exact>>,
}

/// The exact amounts of an assessment.
pub(super) fn exact(assessment: &Assessment) -> ExactAmounts {
    let blank = |number| ExactLine { number, value: None, charges: BTreeMap::new() };
    let mut lines: Vec<ExactLine> = assessment.lines.iter().map(|line| blank(line.number)).collect();
    let mut lot = None;
    let over = |above: &[Exact], below: Exact| Exact::product_over(above, &[below], PLACES, Rounding::HalfUp);
    for step in &assessment.trace {
        match step {
            Step::Lot { price, total, .. } => lot = Some((*price, *total)),
            Step::Value { line, price, .. } => {
                let value = lot.and_then(|(sum, total)| over(&[*price, total], sum));
                at(&mut lines, *line, |line| line.value = value);
            }
            Step::Deducted { line, price, share, fixed, .. } => {
                let rest = price.sub(*fixed).zip(Exact::ONE.add(*share));
                let value = rest.and_then(|(rest, divisor)| over(&[rest], divisor));
                at(&mut lines, *line, |line| line.value = value);
            }
            Step::Charge { line, charge, base, share, fixed, price, .. } => {
                let amount = amount(*base, *share, *fixed, *price);
                at(&mut lines, *line, |line| {
                    line.charges.insert(charge.clone(), amount);
                });
            }
            _ => {}
        }
    }
    let mut charges: BTreeMap<String, Option<Exact>> = BTreeMap::new();
    for (charge, amount) in lines.iter().flat_map(|line| &line.charges) {
        let sum = charges.entry(charge.clone()).or_insert(Some(Exact::ZERO));
        *sum = sum.zip(*amount).and_then(|(sum, amount)| sum.add(amount));
    }
    ExactAmounts { lines, charges }
}

fn at(lines: &mut [ExactLine], number: u32, set: impl FnOnce(&mut ExactLine)) {
    if let Some(line) = lines.iter_mut().find(|line| line.number == number) {
        set(line);
    }
}

fn amount(base: Exact, share: Exact, fixed: Exact, price: PriceForm) -> Option<Exact> {
    match price {
        PriceForm::Exclusive | PriceForm::Deducted => base.mul(share)?.add(fixed),
        PriceForm::Inclusive => {
            let composite = base.add(fixed)?;
            let rest = Exact::ONE.sub(share)?;
            Exact::product_over(&[composite, share], &[rest], PLACES, Rounding::HalfUp)?.add(fixed)
        }
    }
}
