//! A summary declaration 概要申报 that has been read: the first of two steps, on which goods are picked up.
//! It is no declaration: what it does not say is said by the full one.
//! Source: Announcement 127/2019, handbook 3.7.

use crate::declaration::{Declaration, Document, Party};
use crate::declared_goods::{DeclaredGoods, DeclaredLine};
use crate::mode::{Step, step_of};
use crate::record::DeclarationVersion;
use crate::refusals;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{
    CommodityCode, CountryCode, CurrencyCode, Direction, EntryNumber, Exact, OfficeCode, UnitCode,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a summary says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub declaration_office: OfficeCode,
    pub entry_office: OfficeCode,
    /// Day on which the means of transport declared entry 进口日期
    pub entry_date: Date,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    pub voyage: String,
    pub consignee: Party,
    pub agent: Option<Party>,
    pub supervision_mode: String,
    /// Packages and gross mass, in kilograms, if given.
    pub packages: Option<u32>,
    pub gross_kg: Option<Exact>,
    /// For how much the guarantee is to answer, in the territory's currency, if stated. 自报税款
    pub stated: Option<Exact>,
    /// General guarantee that is named; empty if none is
    pub guarantee: String,
    pub declaration_kind: String,
    pub lines: Vec<SummaryLine>,
    pub documents: Vec<Document>,
}

/// A goods line of a summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryLine {
    pub number: u32,
    pub commodity_code: CommodityCode,
    pub name: String,
    pub quantity: Exact,
    pub unit: UnitCode,
    pub total: Exact,
    pub currency: CurrencyCode,
    pub origin: CountryCode,
}

/// A summary as it is kept, for ever as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSummary {
    pub summary: Summary,
    /// What its values yield, where it gives all that reckoning needs. Nothing is owed on it.
    pub assessed: Option<DeclarationVersion>,
}

/// The key of a summary's record.
pub fn summary_key(entry: EntryNumber) -> RecordKey {
    RecordKey::new("declaration_summary", entry.to_string())
}

impl KeptSummary {
    pub(crate) fn record(&self, entry: EntryNumber) -> Record {
        Record {
            key: summary_key(entry),
            version: 1,
            state: String::new(),
            owner: String::new(),
            office: String::new(),
            due: None,
            schema: 1,
            body: serde_json::to_string(self).expect("our types serialise"),
        }
    }
}

impl Summary {
    pub(crate) fn goods(&self) -> DeclaredGoods<'_> {
        let line = |line: &SummaryLine| DeclaredLine {
            number: line.number,
            commodity_code: line.commodity_code,
            quantities: vec![(line.unit, line.quantity)],
        };
        DeclaredGoods {
            direction: Direction::Import,
            consignee: self.consignee.credit_code,
            documents: &self.documents,
            lines: self.lines.iter().map(line).collect(),
        }
    }

    /// In what a full declaration contradicts the summary: it is of other goods, or somebody else's. Another
    /// code with the same first six digits, and fewer packages or less mass, are what it may correct.
    pub(crate) fn contradictions(&self, full: &Declaration) -> Vec<Refusal> {
        let mut found = Vec::new();
        let mut same = |field: &str, summary: &dyn fmt::Display, now: &dyn fmt::Display| {
            if summary.to_string() != now.to_string() {
                found.push(contradicts(&format!("/{}", field.replace('.', "/")), field, summary, now));
            }
        };
        let agent =
            |party: &Option<Party>| party.as_ref().map_or_else(String::new, |a| a.credit_code.to_string());
        let way = |direction: Direction| if direction == Direction::Import { "import" } else { "export" };
        same("direction", &way(Direction::Import), &way(full.direction));
        same("declaration_office", &self.declaration_office, &full.declaration_office);
        same("entry_office", &self.entry_office, &full.entry_office);
        same("bill", &self.bill, &full.bill);
        same("consignee.credit_code", &self.consignee.credit_code, &full.consignee.credit_code);
        same("agent.credit_code", &agent(&self.agent), &agent(&full.agent));
        same("supervision_mode", &self.supervision_mode, &full.supervision_mode);
        same("lines", &self.lines.len(), &full.lines.len());
        if step_of(&full.declaration_kind) != Step::Full {
            let kinds = (&self.declaration_kind, &full.declaration_kind);
            found.push(contradicts("/declaration_kind", "declaration_kind", kinds.0, kinds.1));
        }
        for (n, (line, now)) in self.lines.iter().zip(&full.lines).enumerate() {
            let (code, other) = (line.commodity_code, now.commodity_code);
            if code.subheading() != other.subheading() {
                let path = format!("/lines/{n}/commodity_code");
                found.push(contradicts(&path, "commodity_code", &code, &other));
            }
        }
        let more = self.packages.filter(|packages| full.packages > *packages);
        found.extend(more.map(|p| contradicts("/packages", "packages", &p, &full.packages)));
        let more = self.gross_kg.filter(|kg| full.gross_kg > *kg);
        found.extend(more.map(|kg| contradicts("/gross_kg", "gross_kg", &kg, &full.gross_kg)));
        found
    }
}

pub(crate) fn contradicts(
    path: &str,
    field: &str,
    summary: &dyn fmt::Display,
    full: &dyn fmt::Display,
) -> Refusal {
    let refusal = refusals::CONTRADICTS_SUMMARY.at(path).with("field", field);
    refusal.with("summary", summary).with("full", full)
}
