//! Money of the territory.

use super::{Exact, Rounding, as_text};
use std::fmt;

/// An amount in the territory's currency, in hundredths (fen 分).
///
/// Prices in other currencies are an [`Exact`] beside a currency; they become money only through a
/// dated exchange rate and a named rounding.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Money = Money(0);
    /// Digits after the point.
    pub const PLACES: u32 = 2;

    pub const fn from_minor(minor: i64) -> Money {
        Money(minor)
    }

    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Reads `1234.50`; `None` for more than two places.
    pub fn parse(text: &str) -> Option<Money> {
        Exact::parse(text)?.steps(Money::PLACES).map(Money)
    }

    /// The exact value rounded to `places` (at most two) by a named rule; `None` if it does not fit.
    #[inline]
    pub fn rounded(value: Exact, places: u32, rounding: Rounding) -> Option<Money> {
        value.rounded_steps(places.min(Money::PLACES), rounding, Money::PLACES).map(Money)
    }

    #[inline]
    pub fn exact(self) -> Exact {
        Exact::from_steps(self.0, Money::PLACES)
    }

    #[inline]
    /// Writes the amount at the end of a text.
    pub fn write_to(self, out: &mut String) {
        self.exact().write_to(out, Money::PLACES);
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    #[inline]
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        self.0.checked_sub(other.0).map(Money)
    }

    /// The sum, or `None` if it does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
        amounts.into_iter().try_fold(Money::ZERO, Money::checked_add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.exact().with_places(Money::PLACES))
    }
}
as_text!(Money, "an amount with at most two places");
