//! What the engine needs to know of a consignment. `control` makes it from a declaration, a
//! calculator from a few fields.

use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction, Exact, UnitCode};
use serde::{Deserialize, Serialize};

/// A consignment: the goods of one declaration, reckoned as one lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consignment {
    /// Charges, terms of delivery and valuation are those of this direction.
    #[serde(default)]
    pub direction: Direction,
    /// Terms of delivery 成交方式, by the pack's code.
    pub terms: String,
    #[serde(default)]
    pub freight: Option<Cost>,
    #[serde(default)]
    pub insurance: Option<Cost>,
    /// Other charges 杂费; may be negative (a deduction).
    #[serde(default)]
    pub other: Option<Cost>,
    /// Kilograms; needed where freight is given by weight.
    #[serde(default)]
    pub gross_kg: Option<Exact>,
    pub items: Vec<GoodsItem>,
}

/// A cost declared for the whole lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub mark: CostMark,
    /// The currency of an amount; a share needs none.
    #[serde(default)]
    pub currency: Option<CurrencyCode>,
    /// A share as a fraction (0.3% is 0.003), or an amount.
    pub rate: Exact,
}

/// How a cost is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CostMark {
    /// A share of the price (freight, other), or of price and freight (insurance).
    Share,
    /// An amount for each tonne of gross mass.
    PerTonne,
    /// An amount in total.
    Total,
}

/// A goods item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsItem {
    pub number: u32,
    pub commodity: CommodityCode,
    pub origin: CountryCode,
    /// The price of the whole line.
    pub total: Exact,
    pub currency: CurrencyCode,
    /// Declared quantities by unit.
    #[serde(default)]
    pub quantities: Vec<(UnitCode, Exact)>,
    #[serde(default)]
    pub preference: Option<Preference>,
}

/// A claim for preferential treatment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preference {
    pub agreement: String,
    /// Certificate or declaration of origin, by the pack's code; empty if not declared.
    #[serde(default)]
    pub proof_kind: String,
    #[serde(default)]
    pub proof_number: String,
}
