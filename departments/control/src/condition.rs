//! Supervision conditions 监管条件: what goods need beside duty. Licences are met from what the
//! declaration names (`licence`); inspection, quarantine and the like cannot be checked yet: a line that
//! has one is held with that reason and never released.

use crate::declared_goods::DeclaredGoods;
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::{CommodityCode, Direction};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A condition on goods, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    rule: Box<str>,
    goods: CommodityCode,
    certificate: Box<str>,
    nature: Box<str>,
    direction: Direction,
    valid: Validity,
}

/// Why a line is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub line: u32,
    /// Letter of the supervision condition.
    pub certificate: String,
    /// `licence`, `inspection`, `quarantine`, `prohibition` or `other`.
    pub nature: String,
    pub rule: String,
    /// Why it is open: `not_covered` (this version cannot check it), or what is wrong with the licence:
    /// `not_declared`, `unknown`, `other_holder`, `not_valid`, `other_goods`, `other_unit`, `too_little`,
    /// `no_use_left`.
    #[serde(default)]
    pub why: String,
}

impl Condition {
    pub fn read(rule: &Rule) -> Result<Condition, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Row {
            goods: CommodityCode,
            certificate: Box<str>,
            nature: Box<str>,
            direction: Direction,
            #[allow(dead_code)] // read by pages through the rule
            note: Option<String>,
        }
        let row: Row = rule.read()?;
        Ok(Condition {
            rule: rule.id.clone(),
            goods: row.goods,
            certificate: row.certificate,
            nature: row.nature,
            direction: row.direction,
            valid: rule.valid,
        })
    }
}

impl Condition {
    /// Whether goods that come in need a certificate of a nature on a day.
    pub fn asks(&self, code: CommodityCode, nature: &str, day: Date) -> bool {
        let import = self.direction == Direction::Import && self.valid.covers(day);
        import && &*self.nature == nature && self.goods.covers(&code)
    }
}

/// The certificate that each condition on some goods asks for on a day.
pub(crate) fn certificates(
    conditions: &[Condition],
    code: CommodityCode,
    direction: Direction,
    day: Date,
) -> impl Iterator<Item = &str> {
    let asks = move |c: &&Condition| c.goods.covers(&code) && c.direction == direction && c.valid.covers(day);
    conditions.iter().filter(asks).map(|condition| &*condition.certificate)
}

/// The conditions that hold a declaration's lines on a day.
pub(crate) fn holds(declared: &DeclaredGoods<'_>, conditions: &[Condition], day: Date) -> Vec<Hold> {
    let mut holds = Vec::new();
    for line in &declared.lines {
        let code = line.commodity_code;
        let on_line = |c: &&Condition| {
            c.direction == declared.direction && c.valid.covers(day) && c.goods.covers(&code)
        };
        for condition in conditions.iter().filter(on_line) {
            holds.push(Hold {
                line: line.number,
                certificate: condition.certificate.to_string(),
                nature: condition.nature.to_string(),
                rule: condition.rule.to_string(),
                why: String::new(),
            });
        }
    }
    holds
}
