//! A declaration 报关单 that has been read: every value is of its type.

use customhouse_duties::{Consignment, Cost, CostMark, GoodsItem, Preference};
use customhouse_kernel::values::{
    CommodityCode, CountryCode, CreditCode, CurrencyCode, CustomsCode, Direction, Exact, OfficeCode, UnitCode,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A declaration, as it is stored, one immutable document a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub direction: Direction,
    /// Office of declaration 申报地海关
    pub declaration_office: OfficeCode,
    /// Office of entry 进境关别
    pub entry_office: OfficeCode,
    /// Day on which the means of transport declared entry 进口日期; not known when exports are lodged
    pub entry_date: Option<Date>,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    pub voyage: String,
    pub consignee: Party,
    pub agent: Option<Party>,
    pub consumer_name: String,
    pub overseas_consignor_name: String,
    pub supervision_mode: String,
    pub levy_nature: String,
    /// Handbook, account or certificate that the goods belong to 备案号; empty if none
    #[serde(default)]
    pub record_number: String,
    /// Licence 许可证号; empty if none
    #[serde(default)]
    pub licence_number: String,
    pub contract: String,
    pub trading_country: CountryCode,
    pub departure_country: CountryCode,
    pub storage_place: String,
    pub packages: u32,
    pub packaging: String,
    pub gross_kg: Exact,
    pub net_kg: Exact,
    pub terms: String,
    pub freight: Option<HeadCost>,
    pub insurance: Option<HeadCost>,
    pub other: Option<HeadCost>,
    pub price_confirmations: String,
    /// What the declarant reckons to owe in all, if it says so. 自报税款
    pub self_assessed_total: Option<Exact>,
    pub remarks: String,
    /// Kind of declaration 单据类型: its first two characters are the mode; empty for an ordinary one
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub declaration_kind: String,
    /// General guarantee that answers for the taxes 总担保备案编号; empty if none is named
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guarantee: String,
    /// Permit for periodic declaration 集中申报备案编号: with one it is a list; empty for a declaration
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub periodic_permit: String,
    pub lines: Vec<Line>,
    pub containers: Vec<String>,
    pub documents: Vec<Document>,
}

/// A firm in a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub credit_code: CreditCode,
    pub customs_code: Option<CustomsCode>,
    pub name: String,
}

/// Freight, insurance or other charges, as declared. A rate is a percent here, as in the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadCost {
    /// `1` percent, `2` amount a tonne, `3` amount in total.
    pub mark: String,
    pub currency: Option<CurrencyCode>,
    pub rate: Exact,
}

/// A goods line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub number: u32,
    pub commodity_code: CommodityCode,
    pub name: String,
    pub model: String,
    pub quantity: Exact,
    pub unit: UnitCode,
    pub first_quantity: Exact,
    pub first_unit: UnitCode,
    pub second_quantity: Option<Exact>,
    pub second_unit: Option<UnitCode>,
    pub price: Exact,
    pub total: Exact,
    pub currency: CurrencyCode,
    pub origin: CountryCode,
    pub destination: CountryCode,
    pub duty_mode: String,
    pub preference: Option<Preference>,
}

/// An accompanying document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub code: String,
    pub number: String,
}

impl Declaration {
    /// The facts that duties need.
    pub fn consignment(&self) -> Consignment {
        Consignment {
            direction: self.direction,
            terms: self.terms.clone(),
            freight: self.freight.as_ref().and_then(HeadCost::cost),
            insurance: self.insurance.as_ref().and_then(HeadCost::cost),
            other: self.other.as_ref().and_then(HeadCost::cost),
            gross_kg: Some(self.gross_kg),
            items: self.lines.iter().map(|line| line.item(&self.documents)).collect(),
            // no measure of the pack draws on a quota of duties yet
            grants: BTreeMap::new(),
        }
    }
}

impl HeadCost {
    /// A declared percent becomes a fraction here, and nowhere else (handbook, invariant 39).
    /// `None` for a mark that norms have already refused.
    pub(crate) fn cost(&self) -> Option<Cost> {
        let (mark, rate) = match self.mark.as_str() {
            "1" => (CostMark::Share, self.rate.mul(Exact::from_steps(1, 2))?),
            "2" => (CostMark::PerTonne, self.rate),
            "3" => (CostMark::Total, self.rate),
            _ => return None,
        };
        Some(Cost { mark, currency: self.currency, rate })
    }
}

impl Line {
    fn item(&self, documents: &[Document]) -> GoodsItem {
        let mut quantities = vec![(self.first_unit, self.first_quantity)];
        if let (Some(unit), Some(quantity)) = (self.second_unit, self.second_quantity) {
            quantities.push((unit, quantity));
        }
        quantities.push((self.unit, self.quantity));
        goods_item(Goods {
            number: self.number,
            commodity: self.commodity_code,
            origin: self.origin,
            total: self.total,
            currency: self.currency,
            quantities,
            preference: self.preference.clone(),
            documents: documents.iter().map(|d| d.code.clone()).collect(),
        })
    }
}

/// What a line of a form says to duties.
pub(crate) struct Goods {
    pub number: u32,
    pub commodity: CommodityCode,
    pub origin: CountryCode,
    pub total: Exact,
    pub currency: CurrencyCode,
    /// By statutory unit, second statutory unit and unit of the price.
    pub quantities: Vec<(UnitCode, Exact)>,
    pub preference: Option<Preference>,
    /// Codes of the accompanying documents.
    pub documents: Vec<String>,
}

/// The facts of a line, for a declaration as for a quote.
pub(crate) fn goods_item(goods: Goods) -> GoodsItem {
    let Goods { number, commodity, origin, total, currency, quantities, preference, documents } = goods;
    GoodsItem {
        number,
        commodity,
        origin,
        total,
        currency,
        quantities,
        preference,
        documents,
        // the form has no field for these yet: a rate that needs one refuses by its name
        qualified: Vec::new(),
        terms: BTreeMap::new(),
        additional_codes: Vec::new(),
        quota: None,
    }
}
