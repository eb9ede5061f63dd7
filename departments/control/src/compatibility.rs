//! Which levy natures, record numbers and duty modes go with a supervision mode
//! 监管方式、征免性质、备案号与征免方式的对应关系, by direction and day.
//! Source: handbook 3.5, invariant 7.

use crate::codes::CodeLists;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table of a rulebook, by direction and supervision mode.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compatibility {
    modes: BTreeMap<Direction, BTreeMap<Box<str>, Vec<Combination>>>,
}

/// One row: a mode under a levy nature, and what goes with both.
#[derive(Clone, Debug)]
pub(crate) struct Combination {
    valid: Validity,
    /// `None`: any levy nature, or none.
    levy: Option<Box<str>>,
    /// First letters of record numbers; `-` for no record number; empty if the table does not know.
    pub letters: Box<[Box<str>]>,
    /// Empty if the table does not know.
    pub duty_modes: Box<[Box<str>]>,
}

/// What stands for "no record number" among the letters.
pub(crate) const NO_RECORD: &str = "-";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    direction: Direction,
    mode: Box<str>,
    levy: Box<str>,
    letters: Option<String>,
    duty_modes: Option<String>,
    #[allow(dead_code)] // where the row is from; read by pages through the rule
    seen: Option<String>,
}

impl Compatibility {
    /// # Errors
    /// Each row that does not fit, or names a code that its list does not have.
    pub fn compile(rulebook: &Rulebook, codes: &CodeLists) -> Result<Compatibility, Vec<PackFault>> {
        let mut table = Compatibility::default();
        let mut faults = Vec::new();
        for rule in rulebook.kind("mode_compatibility") {
            match rule.read::<Row>() {
                Ok(row) => {
                    faults.extend(unlisted(&row, rule, codes));
                    table.add(row, rule.valid);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }

    fn add(&mut self, row: Row, valid: Validity) {
        let combination = Combination {
            valid,
            levy: Some(row.levy).filter(|levy| &**levy != "*"),
            letters: words(row.letters.as_deref()).map(Into::into).collect(),
            duty_modes: words(row.duty_modes.as_deref()).map(Into::into).collect(),
        };
        self.modes.entry(row.direction).or_default().entry(row.mode).or_default().push(combination);
    }

    /// What the table has on a mode; `None` if it does not know the mode.
    pub fn mode(&self, direction: Direction, mode: &str, day: Date) -> Option<ModeRows<'_>> {
        let rows = self.modes.get(&direction)?.get(mode)?;
        let rows: Vec<&Combination> = rows.iter().filter(|row| row.valid.covers(day)).collect();
        (!rows.is_empty()).then_some(ModeRows(rows))
    }
}

/// The rows of one mode in one direction on a day; at least one.
pub(crate) struct ModeRows<'a>(Vec<&'a Combination>);

impl<'a> ModeRows<'a> {
    /// The row of a levy nature, else the one that takes any; `None` if the nature does not fit.
    pub fn of(&self, levy: &str) -> Option<&'a Combination> {
        let own = self.0.iter().find(|row| row.levy.as_deref() == Some(levy));
        own.or_else(|| self.0.iter().find(|row| row.levy.is_none())).copied()
    }

    /// Whether the mode goes without a levy nature.
    pub fn is_free(&self) -> bool {
        self.0.iter().any(|row| row.levy.is_none())
    }

    /// The levy natures that fit, in order.
    pub fn levies(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(|row| row.levy.as_deref())
    }
}

fn words(cell: Option<&str>) -> impl Iterator<Item = &str> {
    cell.unwrap_or_default().split_whitespace()
}

/// The codes of a row that are on no list on the row's first day.
fn unlisted(row: &Row, rule: &Rule, codes: &CodeLists) -> Vec<PackFault> {
    let levy = (&*row.levy != "*").then_some(("levy_nature", &*row.levy));
    let letters = words(row.letters.as_deref()).filter(|letter| *letter != NO_RECORD);
    std::iter::once(("supervision_mode", &*row.mode))
        .chain(levy)
        .chain(letters.map(|letter| ("record_letter", letter)))
        .chain(words(row.duty_modes.as_deref()).map(|mode| ("duty_mode", mode)))
        .filter(|(list, code)| codes.contains(list, code, rule.valid.from) == Some(false))
        .map(|(list, code)| {
            rule.fault(format!("代码表 {list} 中没有 {code}"), format!("list {list} has no code {code}"))
        })
        .collect()
}
