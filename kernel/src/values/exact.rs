//! Exact decimals: an operation either gives the exact result or says that it cannot.

use super::as_text;
use super::digits::Digits;
use ethnum::I256;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::fmt;

/// An exact decimal of at most 28 digits.
///
/// `rust_decimal` rounds silently where a product needs more places than it has; nothing here does.
/// ```
/// use customhouse_kernel::values::{Exact, Rounding};
/// let value = Exact::parse("712340.00").unwrap();
/// let rate = Exact::parse("0.08").unwrap();
/// assert_eq!(value.mul(rate).unwrap().round(2, Rounding::HalfUp).to_string(), "56987.2");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(Decimal);

/// How a result that needs fewer places is made to fit. Every use names the rule that chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half away from zero 四舍五入
    HalfUp,
    /// Half to the even digit
    HalfEven,
    /// Towards zero 舍去
    Down,
    /// Away from zero 进位
    Up,
}

impl Rounding {
    /// The name in rules and traces.
    pub fn name(self) -> &'static str {
        match self {
            Rounding::HalfUp => "half_up",
            Rounding::HalfEven => "half_even",
            Rounding::Down => "down",
            Rounding::Up => "up",
        }
    }

    fn strategy(self) -> rust_decimal::RoundingStrategy {
        use rust_decimal::RoundingStrategy as S;
        match self {
            Rounding::HalfUp => S::MidpointAwayFromZero,
            Rounding::HalfEven => S::MidpointNearestEven,
            Rounding::Down => S::ToZero,
            Rounding::Up => S::AwayFromZero,
        }
    }
}

#[allow(clippy::should_implement_trait)] // the operators cannot refuse; these can
impl Exact {
    pub const ZERO: Exact = Exact(Decimal::ZERO);
    pub const ONE: Exact = Exact(Decimal::ONE);
    pub const HUNDRED: Exact = Exact(Decimal::ONE_HUNDRED);

    /// Reads a plain decimal such as `-12.50`: ASCII digits, at most 28 of them, one point with
    /// digits on both sides, no exponent, no plus sign, no grouping.
    pub fn parse(text: &str) -> Option<Exact> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(part) || digits.len() > 29 {
            return None;
        }
        let mut mantissa: i128 = 0;
        let part = if digits.contains('.') { part } else { "" };
        for b in whole.bytes().chain(part.bytes()) {
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(b - b'0'))?;
        }
        let mantissa = if text.starts_with('-') { -mantissa } else { mantissa };
        Exact::from_parts(mantissa, part.len() as u32)
    }

    /// `mantissa × 10^-scale`; `None` if it needs more than 28 digits.
    pub fn from_parts(mut mantissa: i128, mut scale: u32) -> Option<Exact> {
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Decimal::try_from_i128_with_scale(mantissa, scale).ok().map(Exact)
    }

    /// A result of the fast ways below: its zeros may trail, since every look at a number is by value.
    /// `None` where the slow way must say whether the number without them fits.
    #[inline]
    fn short(mantissa: i128, scale: u32) -> Option<Exact> {
        let digits = mantissa.unsigned_abs();
        let fits = digits >> 96 == 0 && scale <= Decimal::MAX_SCALE;
        let part = |from: u32| (digits >> from) as u32;
        fits.then(|| Exact(Decimal::from_parts(part(0), part(32), part(64), mantissa < 0, scale)))
    }

    /// Mantissa and scale as they stand, where the mantissa takes 64 bits.
    #[inline]
    fn raw(self) -> Option<(i64, u32)> {
        let number = self.0.unpack();
        let digits = i64::try_from(u64::from(number.mid) << 32 | u64::from(number.lo)).ok();
        let digits = digits.filter(|_| number.hi == 0)?;
        Some((if number.negative { -digits } else { digits }, number.scale))
    }

    /// Mantissa and scale, without trailing zeros.
    fn parts(self) -> (i128, u32) {
        let d = self.0.normalize();
        (d.mantissa(), d.scale())
    }

    #[inline]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    #[inline]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    #[inline]
    pub fn is_positive(self) -> bool {
        !self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Number of places after the point, trailing zeros not counted.
    pub fn places(self) -> u32 {
        self.parts().1
    }

    /// Number of digits before the point, leading zeros not counted.
    pub fn whole_digits(self) -> u32 {
        let whole = self.0.trunc().abs().mantissa();
        whole.checked_ilog10().map_or(0, |n| n + 1)
    }

    /// Exact sum, or `None` if it does not fit.
    #[inline]
    pub fn add(self, other: Exact) -> Option<Exact> {
        match (self.is_zero(), other.is_zero()) {
            (_, true) => Some(self),
            (true, _) => Some(other),
            _ => self.short_sum(other).or_else(|| self.long_sum(other)),
        }
    }

    /// The sum of two numbers that take 64 bits at one scale: no zero is taken off.
    #[inline]
    fn short_sum(self, other: Exact) -> Option<Exact> {
        let ((a, sa), (b, sb)) = (self.raw()?, other.raw()?);
        let scale = sa.max(sb);
        let a = i128::from(a) * i128::from(power(scale - sa)?);
        let b = i128::from(b) * i128::from(power(scale - sb)?);
        Exact::short(a.checked_add(b)?, scale)
    }

    #[cold]
    fn long_sum(self, other: Exact) -> Option<Exact> {
        let ((a, sa), (b, sb)) = (self.parts(), other.parts());
        let scale = sa.max(sb);
        let a = a.checked_mul(10i128.checked_pow(scale - sa)?)?;
        let b = b.checked_mul(10i128.checked_pow(scale - sb)?)?;
        Exact::from_parts(a.checked_add(b)?, scale)
    }

    /// Exact difference, or `None` if it does not fit.
    #[inline]
    pub fn sub(self, other: Exact) -> Option<Exact> {
        self.add(Exact(-other.0))
    }

    /// Exact product, or `None` if it does not fit.
    #[inline]
    pub fn mul(self, other: Exact) -> Option<Exact> {
        self.short_product(other).or_else(|| self.long_product(other))
    }

    #[inline]
    fn short_product(self, other: Exact) -> Option<Exact> {
        let ((a, sa), (b, sb)) = (self.raw()?, other.raw()?);
        Exact::short(i128::from(a) * i128::from(b), sa + sb)
    }

    #[cold]
    fn long_product(self, other: Exact) -> Option<Exact> {
        let ((a, sa), (b, sb)) = (self.parts(), other.parts());
        Exact::from_parts(a.checked_mul(b)?, sa + sb)
    }

    /// Quotient rounded to `places`; `None` for a zero divisor or a result that does not fit.
    pub fn div(self, divisor: Exact, places: u32, rounding: Rounding) -> Option<Exact> {
        Exact::product_over(&[self], &[divisor], places, rounding)
    }

    /// The product of `above` over the product of `below`, reckoned exactly in 256 bits and rounded
    /// once, at the end. `None` for a zero divisor or a result that does not fit.
    pub fn product_over(above: &[Exact], below: &[Exact], places: u32, rounding: Rounding) -> Option<Exact> {
        short_quotient(above, below, places, rounding)
            .or_else(|| long_quotient(above, below, places, rounding))
    }

    /// The value at `places` after the point.
    #[inline]
    pub fn round(self, places: u32, rounding: Rounding) -> Exact {
        self.short_round(places, rounding).unwrap_or_else(|| self.long_round(places, rounding))
    }

    #[inline]
    fn short_round(self, places: u32, rounding: Rounding) -> Option<Exact> {
        let (mantissa, scale) = self.raw()?;
        match scale.checked_sub(places) {
            None | Some(0) => Some(self),
            Some(cut) => Some(Exact::from_steps(rounded(mantissa, cut, rounding)?, places)),
        }
    }

    #[cold]
    fn long_round(self, places: u32, rounding: Rounding) -> Exact {
        Exact(self.0.round_dp_with_strategy(places, rounding.strategy()))
    }

    /// The value rounded to `places`, as a whole number of steps of `10^-of`; `None` if it does not fit, or
    /// `of` is less than `places`.
    #[inline]
    pub fn rounded_steps(self, places: u32, rounding: Rounding, of: u32) -> Option<i64> {
        let short = || {
            let (mantissa, scale) = self.raw()?;
            let cut = scale.saturating_sub(places);
            let up = power(of.checked_sub(scale - cut)?)?.try_into().ok()?;
            rounded(mantissa, cut, rounding)?.checked_mul(up)
        };
        short().or_else(|| self.long_round(places, rounding).long_steps(of))
    }

    /// The value as a whole number of steps of `10^-places`; `None` if digits would be lost or it
    /// does not fit.
    #[inline]
    pub fn steps(self, places: u32) -> Option<i64> {
        self.short_steps(places).or_else(|| self.long_steps(places))
    }

    #[inline]
    fn short_steps(self, places: u32) -> Option<i64> {
        let (mantissa, scale) = self.raw()?;
        mantissa.checked_mul(power(places.checked_sub(scale)?)?.try_into().ok()?)
    }

    #[cold]
    fn long_steps(self, places: u32) -> Option<i64> {
        let (mantissa, scale) = self.parts();
        let up = places.checked_sub(scale)?;
        i64::try_from(mantissa.checked_mul(10i128.checked_pow(up)?)?).ok()
    }

    /// The value of a whole number of steps of `10^-places`.
    #[inline]
    pub fn from_steps(steps: i64, places: u32) -> Exact {
        // 64 bits fit at any scale
        Exact(Decimal::new(steps, places.min(28)))
    }

    /// The value with exactly `places` digits after the point, for print. Digits beyond are not cut:
    /// a value with more places shows them all.
    pub fn with_places(self, places: u32) -> String {
        let mut out = String::new();
        self.write_to(&mut out, places);
        out
    }

    /// The same at the end of a text; zero places write the number as it is shown elsewhere.
    pub fn write_to(self, out: &mut String, places: u32) {
        match self.digits(places) {
            Some((negative, digits)) => {
                out.push_str(if negative { "-" } else { "" });
                out.push_str(digits.as_str());
            }
            None => out.push_str(&self.long_digits(places)),
        }
    }

    /// Sign and digits, where the digits take 64 bits.
    fn digits(self, places: u32) -> Option<(bool, Digits)> {
        let (mantissa, scale) = self.raw()?;
        Some((mantissa < 0, Digits::of(mantissa.unsigned_abs(), scale, places)?))
    }

    #[cold]
    fn long_digits(self, places: u32) -> String {
        let mut d = self.0.normalize();
        if d.scale() < places {
            d.rescale(places);
        }
        d.to_string()
    }
}

/// Ten to a power that 64 bits hold.
#[inline]
fn power(exponent: u32) -> Option<u64> {
    const POWERS: [u64; 20] = {
        let mut powers = [1; 20];
        let mut place = 1;
        while place < powers.len() {
            powers[place] = powers[place - 1] * 10;
            place += 1;
        }
        powers
    };
    POWERS.get(exponent as usize).copied()
}

/// A number without its last digits, rounded once.
#[inline]
fn rounded(mantissa: i64, cut: u32, rounding: Rounding) -> Option<i64> {
    if cut == 0 {
        return Some(mantissa);
    }
    let (digits, unit) = (mantissa.unsigned_abs(), power(cut)?);
    let (quotient, rest) = (digits / unit, digits % unit);
    let grow = grows(rest.cmp(&(unit - rest)), rest != 0, quotient % 2 == 1, rounding);
    // a tenth of 63 bits and one: it fits
    let quotient = (quotient + u64::from(grow)) as i64;
    Some(if mantissa < 0 { -quotient } else { quotient })
}

/// Whether a quotient grows, by how its rest stands to half of the divisor.
#[inline]
fn grows(half: Ordering, has_rest: bool, is_odd: bool, rounding: Rounding) -> bool {
    has_rest
        && match rounding {
            Rounding::Down => false,
            Rounding::Up => true,
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfEven => half.is_gt() || (half.is_eq() && is_odd),
        }
}

/// A quotient rounded once; 64 bits divide many times faster than 128.
#[inline]
fn rounded_quotient(numerator: i128, denominator: i128, rounding: Rounding) -> Option<i128> {
    let (above, below) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let (quotient, rest) = match (u64::try_from(above), u64::try_from(below)) {
        (_, Ok(0)) => return None,
        (Ok(above), Ok(below)) => (u128::from(above / below), u128::from(above % below)),
        _ => (above / below, above % below),
    };
    // the rest is below the denominator: what is above half of it is not doubled, so nothing overflows
    let grow = grows(rest.cmp(&(below - rest)), rest != 0, quotient % 2 == 1, rounding);
    let quotient = i128::try_from(quotient + u128::from(grow)).ok()?;
    Some(if (numerator < 0) == (denominator < 0) { quotient } else { -quotient })
}

/// The quotient where all of it takes 128 bits; `None` says nothing of whether it has one.
#[inline]
fn short_quotient(above: &[Exact], below: &[Exact], places: u32, rounding: Rounding) -> Option<Exact> {
    let product = |factors: &[Exact]| {
        factors.iter().try_fold((1i128, 0u32), |(mantissa, scale), factor| {
            let (m, s) = factor.raw()?;
            Some((mantissa.checked_mul(i128::from(m))?, scale + s))
        })
    };
    let ((mut numerator, scale_above), (mut denominator, scale_below)) = (product(above)?, product(below)?);
    let (up, down) = (scale_below.checked_add(places)?, scale_above);
    numerator = numerator.checked_mul(i128::from(power(up.saturating_sub(down))?))?;
    denominator = denominator.checked_mul(i128::from(power(down.saturating_sub(up))?))?;
    Exact::short(rounded_quotient(numerator, denominator, rounding)?, places)
}

#[cold]
fn long_quotient(above: &[Exact], below: &[Exact], places: u32, rounding: Rounding) -> Option<Exact> {
    let (mut numerator, scale_above) = product(above)?;
    let (mut denominator, scale_below) = product(below)?;
    let shift = i64::from(scale_below) + i64::from(places) - i64::from(scale_above);
    let power = I256::new(10).checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
    if shift >= 0 {
        numerator = numerator.checked_mul(power)?;
    } else {
        denominator = denominator.checked_mul(power)?;
    }
    let quotient = divide(numerator, denominator, rounding)?;
    Exact::from_parts(i128::try_from(quotient).ok()?, places)
}

fn product(factors: &[Exact]) -> Option<(I256, u32)> {
    let mut mantissa = I256::ONE;
    let mut scale = 0u32;
    for factor in factors {
        let (m, s) = factor.parts();
        mantissa = mantissa.checked_mul(I256::new(m))?;
        scale += s;
    }
    Some((mantissa, scale))
}

fn divide(numerator: I256, denominator: I256, rounding: Rounding) -> Option<I256> {
    let quotient = numerator.checked_div(denominator)?;
    let rest = numerator.checked_rem(denominator)?;
    if rest == I256::ZERO {
        return Some(quotient);
    }
    let away = if (numerator < 0) == (denominator < 0) { I256::ONE } else { I256::MINUS_ONE };
    let twice = rest.abs().checked_mul(I256::new(2))?;
    let grow = match rounding {
        Rounding::Down => false,
        Rounding::Up => true,
        Rounding::HalfUp => twice >= denominator.abs(),
        Rounding::HalfEven => {
            twice > denominator.abs() || (twice == denominator.abs() && quotient % I256::new(2) != I256::ZERO)
        }
    };
    if grow { quotient.checked_add(away) } else { Some(quotient) }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Exact {
        Exact(Decimal::from(value))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.digits(0) {
            Some((negative, digits)) if f.precision().is_none() => {
                f.pad_integral(!negative, "", digits.as_str())
            }
            _ => fmt::Display::fmt(&self.0.normalize(), f),
        }
    }
}
as_text!(Exact, "a plain decimal of at most 28 digits");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn x(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    #[test]
    fn reads_plain_decimals_only() {
        for good in ["0", "1", "-1.50", "007", "0.00001", "9999999999999999999999999999"] {
            assert!(Exact::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-", "1.", ".5", "+1", "1e3", "1,000", " 1", "１", "1.2.3", "--1", "\0", "NaN"] {
            assert!(Exact::parse(bad).is_none(), "{bad}");
        }
        assert!(Exact::parse(&"9".repeat(1000)).is_none());
    }

    #[test]
    fn refuses_a_product_that_would_lose_digits() {
        let long = x("1.000000000000000000000000001");
        assert_eq!(long.mul(long), None);
        assert_eq!(x("1.5").mul(x("1.5")), Some(x("2.25")));
    }

    #[test]
    fn divides_once_at_the_end() {
        // 100 million dollars at a four-place rate over a total of the same size: 34 digits between
        let above = [x("98765432.10"), x("6.4391"), x("123456789012.34"), x("1.0002")];
        let exact = Exact::product_over(&above, &[x("123456789012.34")], 2, Rounding::HalfUp);
        assert_eq!(exact.unwrap().to_string(), "636087685.93");
        assert_eq!(x("1").div(Exact::ZERO, 2, Rounding::HalfUp), None);
    }

    #[test]
    fn rounds_by_name() {
        //      value  half up  half even  down  up
        for (v, hu, he, dn, up) in [
            ("0.125", "0.13", "0.12", "0.12", "0.13"),
            ("0.135", "0.14", "0.14", "0.13", "0.14"),
            ("-0.125", "-0.13", "-0.12", "-0.12", "-0.13"),
            ("0.1201", "0.12", "0.12", "0.12", "0.13"),
        ] {
            for (rounding, want) in
                [(Rounding::HalfUp, hu), (Rounding::HalfEven, he), (Rounding::Down, dn), (Rounding::Up, up)]
            {
                assert_eq!(x(v).round(2, rounding), x(want), "{v} {rounding:?}");
                assert_eq!(x(v).div(Exact::ONE, 2, rounding), Some(x(want)), "{v} / 1 {rounding:?}");
            }
        }
    }

    /// Numbers of every length, with trailing zeros as they come.
    fn raw() -> impl Strategy<Value = Exact> {
        let small = (-100_000i128..100_000, 0u32..6);
        let wide = (any::<i64>().prop_map(i128::from), 0u32..29);
        let long = (any::<i128>().prop_map(|m| m >> 32), 0u32..29);
        prop_oneof![small, wide, long].prop_map(|(m, s)| Exact::short(m, s).unwrap())
    }

    fn rounding() -> impl Strategy<Value = Rounding> {
        const ALL: [Rounding; 4] = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up];
        proptest::sample::select(&ALL[..])
    }

    proptest! {
        #[test]
        fn printing_and_reading_is_the_identity(m in any::<i64>(), s in 0u32..20) {
            let value = Exact::from_parts(i128::from(m), s).unwrap();
            prop_assert_eq!(Exact::parse(&value.to_string()), Some(value));
        }

        #[test]
        fn never_panics(text in ".{0,60}", places in 0u32..40) {
            if let Some(v) = Exact::parse(&text) {
                let _ = (v.mul(v), v.add(v), v.steps(places), v.round(places, Rounding::HalfUp), v.with_places(places));
                let _ = v.div(v, places, Rounding::Up);
            }
        }

        /// The fast ways say what the slow ones say, or nothing.
        #[test]
        fn fast_ways_are_the_slow_ones(
            (a, b, c) in (raw(), raw(), raw()), places in 0u32..30, rounding in rounding(),
        ) {
            let agrees = |fast: Option<Exact>, slow: Option<Exact>| fast.is_none() || fast == slow;
            prop_assert!(agrees(a.short_sum(b), a.long_sum(b)));
            prop_assert!(agrees(a.short_product(b), a.long_product(b)));
            prop_assert!(agrees(a.short_round(places, rounding), Some(a.long_round(places, rounding))));
            // the slow way adds no zeros that a decimal cannot hold
            prop_assert_eq!(a.with_places(places.min(9)), a.long_digits(places.min(9)));
            prop_assert_eq!(format!("{a}|{a:+}|{a:012}|{a:<9}"), {
                let d = a.0.normalize();
                format!("{d}|{d:+}|{d:012}|{d:<9}")
            });
            prop_assert!(a.short_steps(places).is_none() || a.short_steps(places) == a.long_steps(places));
            for of in [places, places + 3] {
                let slow = a.long_round(places, rounding).long_steps(of);
                prop_assert_eq!(a.rounded_steps(places, rounding, of), slow);
            }
            let (above, below) = ([a, b], [c]);
            let fast = short_quotient(&above, &below, places, rounding);
            prop_assert!(agrees(fast, long_quotient(&above, &below, places, rounding)));
            if let Some(sum) = a.add(b) {
                prop_assert_eq!(sum.to_string(), a.long_sum(b).unwrap().to_string());
                prop_assert_eq!(sum.places(), a.long_sum(b).unwrap().places());
                prop_assert_eq!(sum.with_places(2), a.long_sum(b).unwrap().with_places(2));
            }
        }

        #[test]
        fn a_sum_is_exact(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000) {
            let (x, y) = (Exact::from_steps(a, 5), Exact::from_steps(b, 5));
            prop_assert_eq!(x.add(y).unwrap().steps(5), Some(a + b));
        }
    }
}
