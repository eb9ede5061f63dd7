//! What is asked of origin: the goods, where they are said to come from, and what they were made of.

use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Exact};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A question of origin. All amounts but `lot` are in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginQuestion {
    /// The agreement whose treatment is claimed, by the pack's code; none for origin without preference.
    #[serde(default)]
    pub agreement: Option<String>,
    /// Where the goods are said to originate.
    pub country: CountryCode,
    /// At least six digits.
    pub commodity: CommodityCode,
    /// What the goods cost: on board (FOB) under an agreement, at the factory without preference.
    pub price: Exact,
    /// Grown, mined, caught or made in the country from nothing else 完全获得.
    #[serde(default)]
    pub wholly_obtained: bool,
    /// Nothing was done but to keep, handle or pack them 微小加工.
    #[serde(default)]
    pub minimal_operations: bool,
    #[serde(default)]
    pub materials: Vec<Material>,
    /// Manufacturing operations, by the pack's names.
    #[serde(default)]
    pub processes: Vec<String>,
    #[serde(default)]
    pub transport: Option<Transport>,
    #[serde(default)]
    pub proof: Option<OriginProof>,
    /// The customs value of the lot, which may be small enough to need no proof.
    #[serde(default)]
    pub lot: Option<LotValue>,
}

/// What the goods were made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// At least six digits; at least four if only headings are compared.
    pub commodity: CommodityCode,
    pub value: Exact,
    /// Where it originates; none if that is not known.
    #[serde(default)]
    pub origin: Option<CountryCode>,
    /// Whether it originates there under the agreement that is claimed.
    #[serde(default)]
    pub originating: bool,
}

/// How the goods came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transport {
    /// Countries on the way that are not of the agreement.
    #[serde(default)]
    pub through: Vec<CountryCode>,
    /// Whether the goods stayed under the control of the customs of these countries, unchanged.
    #[serde(default)]
    pub under_control: bool,
}

/// A proof of origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginProof {
    /// Certificate or declaration, by the pack's code.
    pub kind: String,
    pub number: String,
    pub issued: Date,
}

/// The customs value of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotValue {
    pub amount: Exact,
    pub currency: CurrencyCode,
}
