//! Units of quantity 计量单位: the symbols that rates use, and how a quantity in one follows from another.
//!
//! A `unit` rule may say what it is of another unit (`base = "kg"`, `factor = "1000"` for tonnes); units that
//! come down to one base are converted where the goods are declared in another than a rate asks for. A code
//! of the list `quantity_qualifier` may say how its quantity follows: `times = "strength"`, `over = "100"`
//! makes hectolitres of alcohol out of hectolitres and % vol. What is declared as such goes before what
//! follows. A conversion that does not come out is kept to 12 places, half up, as `/` in the language is.

use crate::term::{Term, TermType};
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::values::{Exact, Rounding, UnitCode};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a conversion keeps.
const PLACES: u32 = 12;

/// The list of what quantities may be measured of, as keys of its codes begin.
pub(crate) const QUALIFIERS: &str = "quantity_qualifier/";

/// All units.
#[derive(Clone, Debug, Default)]
pub(crate) struct Units {
    symbols: BTreeMap<Box<str>, UnitCode>,
    /// Units that are a multiple of another: the last base, and how much of it they are.
    scales: BTreeMap<UnitCode, (UnitCode, Exact)>,
}

#[derive(Deserialize)]
struct Row {
    code: UnitCode,
    symbol: Option<Box<str>>,
    base: Option<Box<str>>,
    factor: Option<Exact>,
}

impl Units {
    pub fn read(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Units {
        let mut rows: Vec<(&Rule, Row)> = Vec::new();
        for rule in rulebook.kind("unit") {
            match rule.read() {
                Ok(row) => rows.push((rule, row)),
                Err(fault) => faults.push(fault),
            }
        }
        let symbol = |row: &Row| row.symbol.clone().map(|symbol| (symbol, row.code));
        let symbols: BTreeMap<_, _> = rows.iter().filter_map(|(_, row)| symbol(row)).collect();
        let scales = rows.iter().filter(|(_, row)| row.base.is_some() || row.factor.is_some()).filter_map(
            |(rule, row)| match scale(row, &rows, &symbols) {
                Ok(scale) => Some((row.code, scale)),
                Err((zh, en)) => {
                    faults.push(rule.fault(zh, en));
                    None
                }
            },
        );
        let scales = scales.collect();
        Units { symbols, scales }
    }

    /// The unit that a rate calls by this symbol.
    pub fn code(&self, symbol: &str) -> Option<UnitCode> {
        self.symbols.get(symbol).copied()
    }

    pub fn symbols(&self) -> impl Iterator<Item = &str> + Clone {
        self.symbols.keys().map(|symbol| &**symbol)
    }

    /// The symbol of a unit, or its code.
    pub fn symbol(&self, unit: UnitCode) -> String {
        let found = self.symbols.iter().find(|(_, code)| **code == unit);
        found.map_or_else(|| unit.to_string(), |(symbol, _)| symbol.to_string())
    }

    /// The quantity in a unit out of what is declared: in this unit, or else in the first that comes down
    /// to the same base. With it, what was declared where that is another unit.
    pub fn quantity(
        &self,
        wanted: UnitCode,
        declared: impl Iterator<Item = (UnitCode, Exact)> + Clone,
    ) -> Option<(Exact, Option<(UnitCode, Exact)>)> {
        if let Some((_, quantity)) = declared.clone().find(|(unit, _)| *unit == wanted) {
            return Some((quantity, None));
        }
        let (base, wanted) = self.scale(wanted);
        let in_base = |(unit, quantity): (UnitCode, Exact)| {
            let (other, factor) = self.scale(unit);
            (other == base).then_some((unit, quantity, factor))
        };
        let (unit, quantity, factor) = declared.filter_map(in_base).next()?;
        let converted = Exact::product_over(&[quantity, factor], &[wanted], PLACES, Rounding::HalfUp)?;
        Some((converted, Some((unit, quantity))))
    }

    fn scale(&self, unit: UnitCode) -> (UnitCode, Exact) {
        self.scales.get(&unit).copied().unwrap_or((unit, Exact::ONE))
    }
}

/// Follows the bases of a unit to the last.
fn scale(
    row: &Row,
    rows: &[(&Rule, Row)],
    symbols: &BTreeMap<Box<str>, UnitCode>,
) -> Result<(UnitCode, Exact), (String, String)> {
    let mut factor = Exact::ONE;
    let mut at = row;
    for _ in 0..=rows.len() {
        let (base, times) = match (&at.base, at.factor) {
            (None, None) => return Ok((at.code, factor)),
            (Some(base), Some(times)) if times > Exact::ZERO => (base, times),
            _ => {
                let (zh, en) =
                    ("base 与大于零的 factor 须同时给出", "base and a factor above zero go together");
                return Err((format!("单位 {}：{zh}", at.code), format!("unit {}: {en}", at.code)));
            }
        };
        factor = factor.mul(times).ok_or_else(|| {
            ("factor 位数过多".to_owned(), "factor: the product has too many digits".to_owned())
        })?;
        let next = symbols.get(base).and_then(|code| rows.iter().find(|(_, row)| row.code == *code));
        at = next
            .map(|(_, row)| row)
            .ok_or_else(|| (format!("没有单位 {base}"), format!("base: there is no unit {base}")))?;
    }
    Err(("单位的 base 成环".to_owned(), "base: the units go round in a circle".to_owned()))
}

/// How the quantity of a qualifier follows, for a time: quantity × term ÷ `over`.
#[derive(Clone, Debug)]
pub(crate) struct Derived {
    pub qualifier: Box<str>,
    pub times: Box<str>,
    pub over: Exact,
    pub valid: Validity,
}

impl Derived {
    /// `None` for a code of another list, or a quantity that must be declared.
    pub fn read(rule: &Rule, terms: &[Term]) -> Result<Option<Derived>, PackFault> {
        #[derive(Deserialize)]
        struct Entry {
            times: Option<Box<str>>,
            over: Option<Exact>,
        }
        let Some(qualifier) = rule.key.strip_prefix(QUALIFIERS) else { return Ok(None) };
        let entry: Entry = rule.read()?;
        let Some(times) = entry.times else { return Ok(None) };
        if !terms.iter().any(|t| t.key == times && t.is == TermType::Number) {
            let (zh, en) = (
                format!("没有数值要素 {times}"),
                format!("times: there is no term {times} that is a number"),
            );
            return Err(rule.fault(zh, en));
        }
        let over = entry.over.unwrap_or(Exact::ONE);
        if over <= Exact::ZERO {
            return Err(rule.fault("over 须大于零", "over: a divisor is above zero"));
        }
        Ok(Some(Derived { qualifier: qualifier.into(), times, over, valid: rule.valid }))
    }

    /// Rounding: 12 places, half up.
    pub fn quantity(&self, of: Exact, times: Exact) -> Option<Exact> {
        Exact::product_over(&[of, times], &[self.over], PLACES, Rounding::HalfUp)
    }
}
