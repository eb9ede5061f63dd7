//! Duty and value added tax on one line as one would write it by hand, for this case alone: the rates are given,
//! nothing is looked up, nothing is traced. Amounts and roundings are of the same types as the engine's.

use customhouse_kernel::values::{Exact, Money, Rounding};

/// What the formula needs.
#[derive(Clone, Copy, Debug)]
pub struct ByHand {
    pub price: Exact,
    pub exchange: Exact,
    pub duty: Exact,
    pub vat: Exact,
}

/// What it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    pub value: Money,
    pub duty: Money,
    pub vat: Money,
    pub total: Money,
}

/// What is not collected.
const FREE_UP_TO: Money = Money::from_minor(50_00);

impl ByHand {
    /// Unit: yuan. Rounding: half up to the fen, each amount once. `None` if an amount does not fit.
    pub fn reckon(&self) -> Option<Amounts> {
        let value = fen(self.price.mul(self.exchange)?)?;
        let duty = collected(fen(value.exact().mul(self.duty)?)?);
        let base = value.checked_add(duty)?;
        let vat = collected(fen(base.exact().mul(self.vat)?)?);
        Some(Amounts { value, duty, vat, total: duty.checked_add(vat)? })
    }
}

fn fen(exact: Exact) -> Option<Money> {
    Money::rounded(exact, 2, Rounding::HalfUp)
}

fn collected(amount: Money) -> Money {
    if amount <= FREE_UP_TO { Money::ZERO } else { amount }
}
