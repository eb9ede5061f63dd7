//! Bills of lading 提运单: what a carrier files, and what is under control from then on. An inbound bill
//! is of goods that come with the means; an outbound one, the pre-loading manifest 预配舱单, announces
//! goods that have yet to arrive in the control zone.

use crate::accounts::{Goods, ON_BILL, movement, outside, pair};
use crate::case::Case;
use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::loading_term::Before;
use crate::record::Milestone;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CreditCode, Direction, EntryNumber, Exact, OfficeCode};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// More kilograms than the largest ship carries; beyond it a manifest is a typing error, and one bill
/// could fill the account of a whole office.
const MOST_KG: i64 = 1_000_000_000;

/// What a carrier files: 原始舱单, or for exports 预配舱单.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillForm {
    #[serde(default)]
    pub direction: Direction,
    /// Office of entry, or of exit.
    pub office: OfficeCode,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    #[serde(default)]
    pub voyage: String,
    /// Day on which the means of transport declares entry; exports have none.
    #[serde(default)]
    pub entry_date: Option<Date>,
    /// When loading is planned to begin, in the territory's time; imports have none.
    #[serde(default)]
    pub loading: Option<DateTime>,
    /// Supervised place 监管作业场所 where the goods lie, or will lie.
    pub place: String,
    pub packages: u32,
    /// Kilograms, at most five places.
    pub gross_kg: Exact,
    /// Credit code of the consignee, in exports of the consignor, where the bill names one: then nobody
    /// else can declare it.
    #[serde(default)]
    pub consignee: Option<CreditCode>,
}

/// What is kept of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRecord {
    #[serde(default)]
    pub direction: Direction,
    pub office: OfficeCode,
    pub bill: String,
    pub transport_mode: String,
    pub transport_name: String,
    pub voyage: String,
    /// Day of entry as it was filed; planned, if it lay ahead then.
    pub entry_date: Option<Date>,
    /// The day on which the means did declare entry, of a bill that was filed before it, once the carrier
    /// reported it.
    #[serde(default)]
    pub entered: Option<Date>,
    /// When loading is planned to begin.
    #[serde(default)]
    pub loading: Option<DateTime>,
    pub place: String,
    pub packages: u32,
    pub gross_kg: Exact,
    pub consignee: Option<CreditCode>,
    /// What arrived in the control zone, of an outbound bill.
    #[serde(default)]
    pub arrived: Option<Goods>,
    #[serde(default)]
    pub loaded: Option<Goods>,
    /// What was released and not loaded.
    #[serde(default)]
    pub shut_out: Option<Goods>,
    #[serde(default)]
    pub departed: Option<Date>,
    /// The declaration that covers it.
    pub declaration: Option<EntryNumber>,
    /// The last day to declare it, of an inbound bill (CL 30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declare_by: Option<LegalDay>,
    /// The day on which it was without a declaration or a case again, where that was later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_again: Option<Date>,
    /// The case that has its goods: unclaimed, abandoned or sent back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<RecordKey>,
    /// How many such cases it has had.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cases: u32,
    /// Where the goods went with that case: then they cannot be declared any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Aside>,
    pub timeline: Vec<Milestone>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Where goods are that will not be declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aside {
    /// Set aside to be sold.
    SetAside,
    /// Sold, or on their way back: the operator lets them out.
    OrderedOut,
}

impl Aside {
    /// The class of accounts that they are on.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Aside::SetAside => "bill_set_aside",
            Aside::OrderedOut => "bill_ordered_out",
        }
    }
}

/// One measure of a bill's goods, packages or kilograms in steps of 0.00001: the accounts where it can
/// be, and what the bill's record says of it.
pub struct GoodsAccounts {
    pub accounts: [AccountId; 8],
    direction: Direction,
    is_declared: bool,
    aside: Option<Aside>,
    pub filed: i64,
    arrived: i64,
    loaded: i64,
    shut_out: i64,
}

/// The last day to declare what entered on a day; `None` where the law of that day sets none.
pub(crate) fn declare_by(entered: Date, law: &ControlLaw) -> Option<LegalDay> {
    law.terms_of_procedure.last_day("import_declaration_end", entered)
}

impl BillRecord {
    /// What a declaration of this bill is about: what was filed; of an outbound bill what arrived and was
    /// not shut out.
    pub fn covered(&self) -> Goods {
        let filed = Goods { packages: self.packages, gross_kg: self.gross_kg };
        match self.direction {
            Direction::Import => filed,
            Direction::Export => {
                let arrived = self.arrived.unwrap_or_default();
                arrived.less(self.shut_out.unwrap_or_default()).unwrap_or_default()
            }
        }
    }

    /// The day on which the means declares entry: the reported one, and until then the filed one.
    pub fn entry_day(&self) -> Option<Date> {
        self.entered.or(self.entry_date)
    }

    /// Whether it was filed before the means declared entry: the day of entry lay ahead.
    pub fn is_filed_ahead(&self) -> bool {
        let filed = self.timeline.first().map(|m| m.moment.day());
        filed.zip(self.entry_date).is_some_and(|(filed, entry)| entry > filed)
    }

    /// Whether the means has declared entry. That a planned day has come does not say so: the carrier does.
    pub fn has_entered(&self) -> bool {
        self.entered.is_some() || !self.is_filed_ahead()
    }

    /// The day behind which it is unclaimed: the last day to declare, or a later one on which it was open
    /// again; `None` while a declaration or a case has its goods.
    pub(crate) fn unclaimed_after(&self) -> Option<Date> {
        let waits = self.declaration.is_none() && self.case.is_none() && self.aside.is_none();
        let waits = waits && self.has_entered();
        self.declare_by
            .filter(|_| waits)
            .map(|last| self.open_again.map_or(last.day, |day| day.max(last.day)))
    }

    /// It is without a declaration again. Behind the last day to declare it is due anew.
    pub(crate) fn wait_again(&mut self, day: Date) {
        self.open_again = Some(day);
    }

    /// Its case ended without effect on the goods.
    pub(crate) fn free(&mut self, day: Date) {
        self.case = None;
        self.wait_again(day);
    }

    /// Whether goods of it are there to be declared.
    pub fn has_arrived(&self) -> bool {
        self.direction == Direction::Import || self.arrived.is_some()
    }

    /// Where the goods of the bill are kept on the ledger; `key` is the id of its record.
    pub fn goods_accounts(&self, key: &str) -> [GoodsAccounts; 2] {
        let amounts = |goods: Option<Goods>| goods.unwrap_or_default().amounts();
        let filed = Goods { packages: self.packages, gross_kg: self.gross_kg }.amounts();
        let (arrived, loaded) = (amounts(self.arrived), amounts(self.loaded));
        let shut_out = amounts(self.shut_out);
        [0, 1].map(|n| GoodsAccounts {
            accounts: ON_BILL.map(|class| pair(class, key)[n].clone()),
            direction: self.direction,
            is_declared: self.declaration.is_some(),
            aside: self.aside,
            filed: filed[n],
            arrived: arrived[n],
            loaded: loaded[n],
            shut_out: shut_out[n],
        })
    }
}

impl GoodsAccounts {
    /// Whether balances, in the order of the accounts, are what the bill says. Inbound goods are open
    /// until they are declared, then declared or released, and gone in the end; those that nobody clears are
    /// set aside, ordered out, and gone. Outbound goods are announced until they arrive, open until they are declared, and from release on each is released,
    /// loaded or shut out, until what was loaded has departed.
    pub fn are_sound(&self, balances: [i64; 8], is_final: bool) -> bool {
        let [announced, open, declared, released, loaded, shut_out, set_aside, ordered_out] = balances;
        let aside = match self.aside {
            None => [set_aside, ordered_out] == [0, 0],
            Some(_) if is_final => [set_aside, ordered_out] == [0, 0],
            Some(Aside::SetAside) => [set_aside, ordered_out] == [self.filed, 0],
            Some(Aside::OrderedOut) => set_aside == 0 && (1..=self.filed).contains(&ordered_out),
        };
        aside
            && match self.direction {
                Direction::Import => {
                    let elsewhere = [announced, loaded, shut_out] != [0, 0, 0];
                    !elsewhere
                        && match (is_final || self.aside.is_some(), self.is_declared) {
                            (true, _) => [open, declared, released] == [0, 0, 0],
                            (false, false) => [open, declared, released] == [self.filed, 0, 0],
                            (false, true) => {
                                let all_declared = declared == self.filed && released == 0;
                                open == 0 && (all_declared || (declared == 0 && released > 0))
                            }
                        }
                }
                Direction::Export => {
                    let (before, after) = ([open, declared], [released, loaded, shut_out]);
                    announced == self.filed - self.arrived
                        && match (is_final, self.is_declared) {
                            (true, _) => before == [0, 0] && after == [0, 0, self.shut_out],
                            (false, false) => before == [self.arrived, 0] && after == [0, 0, 0],
                            (false, true) if declared > 0 => {
                                before == [0, self.arrived] && after == [0, 0, 0]
                            }
                            (false, true) => {
                                let rest = self.arrived - self.loaded - self.shut_out;
                                before == [0, 0] && after == [rest, self.loaded, self.shut_out]
                            }
                        }
                }
            }
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

/// An inbound bill has its day of entry, an outbound one the moment of loading, which is so far away that
/// its manifest is in time.
fn check_dates(form: &BillForm, law: &ControlLaw, at: &Moment, refused: &mut Vec<Refusal>) {
    let given = [("entry_date", form.entry_date.is_some()), ("loading", form.loading.is_some())];
    let [own, other] = match form.direction {
        Direction::Import => given,
        Direction::Export => [given[1], given[0]],
    };
    if let (name, false) = own {
        refused.push(refusals::MISSING.at(format!("/{name}")).with("field", name));
    }
    if let (name, true) = other {
        refused.push(refusals::BILL_FIELD.at(format!("/{name}")).with("field", name));
    }
    let Some(loading) = form.loading.filter(|_| form.direction == Direction::Export) else { return };
    if loading <= at.local {
        refused.push(refusals::LOADING_PAST.at("/loading").with("loading", loading));
        return;
    }
    let latest = law.loading_terms.latest(Before::Manifest, &form.transport_mode, loading, at.day());
    if let Some(latest) = latest.filter(|latest| at.local > latest.moment) {
        let late = refusals::MANIFEST_LATE.at("/loading").with("loading", loading);
        refused.push(late.with("hours", latest.hours).with("latest", latest.moment));
    }
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
    let goods = Goods { packages: form.packages, gross_kg: form.gross_kg };
    if !goods.is_reportable() {
        refused.push(refusals::NOTHING_REPORTED.at("/gross_kg"));
    }
    if form.gross_kg > Exact::from(MOST_KG) {
        refused.push(refusals::TOO_HEAVY.at("/gross_kg").with("value", form.gross_kg).with("max", MOST_KG));
    }
    if let Some(code) = form.consignee.as_ref().filter(|code| !code.check_holds()) {
        refused.push(refusals::PARTY_CHECK.at("/consignee").with("code", code));
    }
    check_dates(form, law, at, &mut refused);
    let key = bill_key(form.office, &form.bill);
    if view.record(&key).is_some() {
        refused.push(refusals::BILL_EXISTS.at("/bill").with("office", form.office).with("bill", &form.bill));
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let record = BillRecord {
        direction: form.direction,
        office: form.office,
        bill: form.bill.clone(),
        transport_mode: form.transport_mode.clone(),
        transport_name: form.transport_name.clone(),
        voyage: form.voyage.clone(),
        entry_date: form.entry_date,
        entered: None,
        loading: form.loading,
        place: form.place.clone(),
        packages: form.packages,
        gross_kg: form.gross_kg,
        consignee: form.consignee,
        arrived: None,
        loaded: None,
        shut_out: None,
        departed: None,
        declaration: None,
        declare_by: form.entry_date.and_then(|entered| declare_by(entered, law)),
        open_again: None,
        case: None,
        cases: 0,
        aside: None,
        timeline: Vec::new(),
    };
    let outside = outside(form.office, at, &actor.party);
    // goods that are to go out are only announced until they arrive
    let class = match form.direction {
        Direction::Import => "bill_open",
        Direction::Export => "bill_announced",
    };
    let posting = movement("bill.filed", ("manifest", &outside), (class, &key.id), goods)
        .ok_or_else(|| vec![refusals::NOTHING_REPORTED.at("/gross_kg")])?;
    let case = Case::open(law.bill_procedure_of(form.direction), key.clone(), record, at);
    let mut decision = Decision { postings: vec![posting], ..Decision::default() };
    decision.tell("bill.filed", form);
    decision.answer(&serde_json::json!({ "bill": key.id, "state": case.state }));
    decision.record(case.of(&actor.party, form.office).record());
    Ok(decision)
}
