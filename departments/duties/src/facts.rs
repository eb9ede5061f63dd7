//! What the engine needs to know of a consignment. `control` makes it from a declaration, a
//! calculator from a few fields.

use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction, Exact, UnitCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What is left of quotas, by order number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: BTreeMap<String, Grant>,
}

/// What is left of a quota 配额余量 when the goods are declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    pub left: Exact,
    /// The unit that the quota is counted in; `None`: customs value.
    #[serde(default)]
    pub unit: Option<UnitCode>,
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
    /// A share of the same with the cost itself in it, as insurance given as a share of CIF: what it is a share
    /// of is that divided by 1 − the share.
    ShareOfWhole,
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
    /// Quantities of a part or a content of the goods, such as the drained weight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub qualified: Vec<QualifiedQuantity>,
    /// What rates ask for beside quantities, by the names of the pack's terms (`price.retail`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub terms: BTreeMap<String, TermValue>,
    /// Codes that say more of the goods than the commodity code does 附加代码.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_codes: Vec<String>,
    /// Documents that are presented, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The order number of the quota that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
}

/// How much there is of what a rate measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualifiedQuantity {
    pub unit: UnitCode,
    /// What is measured, by the pack's code on the list `quantity_qualifier`.
    pub qualifier: String,
    /// With a strength or content in per cent, the product: hectolitres × % vol.
    pub quantity: Exact,
}

/// The value of a term on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermValue {
    /// A number; a price is in the territory's currency.
    Number(Exact),
    /// A share of the base and an amount in the territory's currency.
    Rate { share: Exact, fixed: Exact },
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
