//! Bills of lading 提运单: what a carrier files, and what is under control from then on.

use crate::accounts::{Goods, KG_PLACES, movement, outside, pair};
use crate::case::Case;
use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::record::Milestone;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, RecordKey, View};
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// More kilograms than the largest ship carries; beyond it a manifest is a typing error, and one bill
/// could fill the account of a whole office.
const MOST_KG: i64 = 1_000_000_000;

/// What a carrier files 原始舱单.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillForm {
    /// Office of entry.
    pub office: OfficeCode,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    #[serde(default)]
    pub voyage: String,
    /// Day on which the means of transport declares entry.
    pub entry_date: Date,
    /// Supervised place 监管作业场所 where the goods lie.
    pub place: String,
    pub packages: u32,
    /// Kilograms, at most five places.
    pub gross_kg: Exact,
    /// Credit code of the consignee, where the bill names one: then nobody else can declare it.
    #[serde(default)]
    pub consignee: Option<CreditCode>,
}

/// What is kept of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRecord {
    pub office: OfficeCode,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    pub voyage: String,
    pub entry_date: Date,
    pub place: String,
    pub packages: u32,
    pub gross_kg: Exact,
    pub consignee: Option<CreditCode>,
    /// The declaration that covers it.
    pub declaration: Option<EntryNumber>,
    pub timeline: Vec<Milestone>,
}

/// One measure of a bill's goods (packages, or kilograms in steps of 0.00001): what was filed, and the
/// accounts where it can be — not declared yet, declared, released.
pub struct GoodsAccounts {
    pub filed: i64,
    pub accounts: [AccountId; 3],
}

impl BillRecord {
    /// Where the goods of the bill are kept on the ledger; `key` is the id of its record.
    pub fn goods_accounts(&self, key: &str) -> [GoodsAccounts; 2] {
        let [open, declared, released] = ["bill_open", "bill_declared", "bill_released"].map(|c| pair(c, key));
        let [open_packages, open_kg] = open;
        let [declared_packages, declared_kg] = declared;
        let [released_packages, released_kg] = released;
        [
            GoodsAccounts {
                filed: i64::from(self.packages),
                accounts: [open_packages, declared_packages, released_packages],
            },
            GoodsAccounts {
                filed: self.gross_kg.steps(KG_PLACES).unwrap_or(0),
                accounts: [open_kg, declared_kg, released_kg],
            },
        ]
    }
}

/// The key of a bill's record: office and number.
pub fn bill_key(office: OfficeCode, bill: &str) -> RecordKey {
    RecordKey::new("bill", format!("{office}-{bill}"))
}

/// Whether a bill number has only characters that manifests use.
fn is_bill_number(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'*' | b'_' | b'-');
    (1..=32).contains(&text.len()) && text.bytes().all(allowed)
}

pub(crate) fn file_needs(form: &BillForm, keys: &mut Keys) {
    keys.record(bill_key(form.office, &form.bill));
}

/// A carrier files a bill: its packages and kilograms come under control.
pub(crate) fn file(
    form: &BillForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Carrier, "file a bill of lading 申报舱单")?;
    let mut refused = Vec::new();
    if !is_bill_number(&form.bill) {
        refused.push(refusals::BAD_BILL_NUMBER.at("/bill").with("bill", &form.bill));
    }
    for (list, code, path) in [
        ("office", form.office.as_str(), "/office"),
        ("transport_mode", form.transport_mode.as_str(), "/transport_mode"),
    ] {
        if law.codes.contains(list, code, at.day()) == Some(false) {
            let listed = refusals::NOT_LISTED.at(path).with("field", list).with("value", code);
            refused.push(listed.with("date", at.day()));
        }
    }
    if law.codes.has_houses(form.office) {
        refused.push(refusals::DISTRICT_OFFICE.at("/office").with("office", form.office));
    }
    for (text, max, path) in [
        (&form.transport_name, 50, "/transport_name"),
        (&form.voyage, 32, "/voyage"),
        (&form.place, 100, "/place"),
    ] {
        let length = text.chars().count();
        if length > max {
            let long = refusals::TOO_LONG.at(path).with("field", &path[1..]);
            refused.push(long.with("max", max).with("length", length));
        }
    }
    if form.packages == 0 || form.gross_kg <= Exact::ZERO || form.gross_kg.steps(KG_PLACES).is_none() {
        refused.push(refusals::NOTHING_REPORTED.at("/gross_kg"));
    }
    if form.gross_kg > Exact::from(MOST_KG) {
        refused.push(refusals::TOO_HEAVY.at("/gross_kg").with("value", form.gross_kg).with("max", MOST_KG));
    }
    if let Some(code) = form.consignee.as_ref().filter(|code| !code.check_holds()) {
        refused.push(refusals::PARTY_CHECK.at("/consignee").with("code", code));
    }
    let key = bill_key(form.office, &form.bill);
    if view.record(&key).is_some() {
        refused.push(refusals::BILL_EXISTS.at("/bill").with("office", form.office).with("bill", &form.bill));
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let record = BillRecord {
        office: form.office,
        bill: form.bill.clone(),
        transport_mode: form.transport_mode.clone(),
        transport_name: form.transport_name.clone(),
        voyage: form.voyage.clone(),
        entry_date: form.entry_date,
        place: form.place.clone(),
        packages: form.packages,
        gross_kg: form.gross_kg,
        consignee: form.consignee,
        declaration: None,
        timeline: Vec::new(),
    };
    let goods = Goods { packages: form.packages, gross_kg: form.gross_kg };
    let outside = outside(form.office, at, &actor.party);
    let posting = movement("bill.filed", ("manifest", &outside), ("bill_open", &key.id), goods)
        .ok_or_else(|| vec![refusals::NOTHING_REPORTED.at("/gross_kg")])?;
    let case = Case::open(&law.bill_procedure, key.clone(), record, at);
    let mut decision = Decision { postings: vec![posting], ..Decision::default() };
    decision.tell("bill.filed", form);
    decision.answer(&serde_json::json!({ "bill": key.id, "state": case.state }));
    decision.record(case.of(&actor.party, form.office).record());
    Ok(decision)
}
