//! The nomenclature 商品编码: what a code stands for and in which units it is declared.

use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CommodityCode, UnitCode};
use serde::Deserialize;

/// A commodity code on the tariff, for a time.
#[derive(Clone, Debug)]
pub struct Commodity {
    pub code: CommodityCode,
    pub valid: Validity,
    pub name: Text,
    /// First statutory unit 第一法定单位; `None` where the pack does not know it.
    pub unit_1: Option<UnitCode>,
    pub unit_2: SecondUnit,
    pub rule: Box<str>,
    pub confirmed: bool,
}

/// What is known of the second statutory unit 第二法定单位.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondUnit {
    /// The pack does not know whether there is one.
    Unknown,
    /// There is none.
    None,
    Unit(UnitCode),
}

#[derive(Deserialize)]
struct Row {
    code: CommodityCode,
    name_zh: String,
    name_en: String,
    unit_1: Option<UnitCode>,
    unit_2: Option<String>,
}

impl Commodity {
    pub(crate) fn read(rule: &Rule) -> Result<Commodity, PackFault> {
        let row: Row = rule.read()?;
        let unit_2 = match row.unit_2.as_deref() {
            None => SecondUnit::Unknown,
            Some("-") => SecondUnit::None,
            Some(text) => SecondUnit::Unit(UnitCode::parse(text).ok_or_else(|| {
                rule.fault(
                    format!("第二单位 {text:?} 不是三位代码或“-”"),
                    format!("unit_2 {text:?} is neither a unit code nor -"),
                )
            })?),
        };
        if !row.code.is_full() {
            return Err(rule.fault("商品编码须为十位", "a commodity code has ten digits"));
        }
        Ok(Commodity {
            code: row.code,
            valid: rule.valid,
            name: Text::of(row.name_zh, row.name_en),
            unit_1: row.unit_1,
            unit_2,
            rule: rule.id.clone(),
            confirmed: rule.confirmed,
        })
    }
}
