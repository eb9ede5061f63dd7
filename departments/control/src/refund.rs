//! Refunds 退税、退款: asked for by the payer, or found by customs and told to the payer; proposed in one post
//! and approved in another; ordered from the bank. Each change of state is a step of the pack's file; the
//! money moves in the ledger, whose floor refuses more than is refundable.
//! Source: TL 51 to 53, CL 63, handbook 1.2, 4.6.
//!
//! An agent asks in its principal's name, if it is authorised to: the money is the principal's, and goes to the
//! account that is named for it. Which account is an agent's to name, no text was seen that says; that the
//! principal sees it whole, and names another once the bank sent the money back, is decided here.
//!
//! Nothing that a refund rests on is reserved when it is asked for: what is left of it is looked at again
//! when it is approved, and then taken up in the records of the book or payment.
//!
//! Not here: what the bank says to the order (`refund_bank`); what follows when the payer names no account
//! within the three months of TL 51, which no source says.

use crate::authorisation;
use crate::case::{Case, CaseBody, Taker};
use crate::case_number::CaseNumber;
use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::pay::{SettlementRecord, settlement_key};
use crate::record::{DeclarationRecord, Milestone, declaration_key};
use crate::refund_form::{Claimant, RefundDecisionForm, RefundForm, checked_account, too_long};
use crate::refund_goods::ReturnedGoods;
use crate::refund_source::{self, Payer, RefundSource, SourceKind, Sources};
use crate::refusals;
use crate::step::NOTE;
use customhouse_finance::refusals as finance;
use customhouse_finance::{RefundInterest, order_refund, refund, refund_ordered, refundable};
use customhouse_kernel::beats::{Decision, Keys, Outgoing, Record, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A refund's number (`R22252026000001`).
pub type RefundNumber = CaseNumber<'R'>;

impl RefundNumber {
    /// The counter that its serial comes from.
    pub fn counter(&self) -> String {
        counter(self.office, self.year)
    }
}

fn counter(office: OfficeCode, year: i16) -> String {
    format!("refund/{office}/{year}")
}

/// The key of a refund's record.
pub fn refund_key(number: &str) -> RecordKey {
    RecordKey::new("refund", number)
}

/// What is kept of a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRefund {
    pub number: String,
    /// Who gets the money: a firm's credit code, or `bank/` and a reference where the bank named no book.
    pub payer: String,
    /// The office that took the money, and decides.
    pub office: OfficeCode,
    /// The agent that asked in the payer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What was asked for, without the account.
    pub form: RefundForm,
    /// Customs found it, and opened the case itself.
    pub by_customs: bool,
    /// What it rests on, as asked for; once it is approved, as approved.
    pub sources: Vec<RefundSource>,
    /// The goods that went back out, of a refund that rests on goods.
    #[serde(default)]
    pub goods: Vec<ReturnedGoods>,
    /// What is asked for, without interest.
    pub principal: Money,
    /// The payer's account; empty until it is named, and after the bank sent the money back.
    pub account: String,
    /// By when customs decides; `None` while it is not customs' turn.
    pub decide_by: Option<LegalDay>,
    /// By when the payer names an account, where customs found the money (TL 51: three months).
    #[serde(default)]
    pub account_by: Option<LegalDay>,
    pub granted: Option<GrantedRefund>,
    /// How often the bank was ordered to pay it out.
    pub orders: u32,
    pub paid_out: Option<PaidOut>,
    /// What came back from the bank, oldest first.
    #[serde(default)]
    pub bounces: Vec<Bounced>,
    pub timeline: Vec<Milestone>,
}

/// What customs approved; it stands also when the bank sends the money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedRefund {
    pub on: Date,
    /// Interest, one entry a source that bears any.
    pub interest: Vec<RefundInterest>,
    pub total_interest: Money,
    /// Principal and interest together: what the bank pays out.
    pub total: Money,
}

/// What the bank paid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidOut {
    pub on: Date,
    pub reference: String,
}

/// An order that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounced {
    pub order: String,
    pub reason: String,
    pub on: Date,
}

impl KeptRefund {
    /// The id of the newest order to the bank.
    pub fn order(&self) -> String {
        format!("{}/{}", self.number, self.orders)
    }

    /// Whether no party stands behind the payer: the bank named no book.
    fn is_nobodys(&self) -> bool {
        self.payer.starts_with(NOBODY)
    }
}

/// What the payer of money that named no book is called by.
const NOBODY: &str = "bank/";

/// What the time line says of a day that passed; its note is the day.
const OVERDUE: &str = "refund_overdue";

impl CaseBody for KeptRefund {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    fn due(&self) -> Option<Date> {
        self.decide_by.or(self.account_by).map(|by| by.day)
    }

    fn guard(&self, guard: &str, taker: Taker<'_>) -> Result<(), Refusal> {
        let holds = match guard {
            "separate_posts" => {
                let mut own =
                    self.timeline.iter().filter(|m| m.by == taker.actor.name).filter_map(|m| m.post);
                return if own.all(|post| Some(post) == taker.post) {
                    Ok(())
                } else {
                    Err(refusals::TWO_POSTS.at(""))
                };
            }
            "nothing_granted" => self.granted.is_none(),
            unknown => return Err(refusals::BAD_RECORD.at("").with("record", unknown)),
        };
        let granted =
            finance::NOT_REFUNDABLE.at("").with("source", &self.number).with("left", self.principal);
        if holds { Ok(()) } else { Err(granted.with("amount", Money::ZERO)) }
    }
}

pub(crate) type RefundCase<'a> = Case<'a, KeptRefund>;

/// The office that a refund is filed at: that of what it rests on; of nobody's money, the officer's own.
pub(crate) fn office_of(form: &RefundForm, actor: &Actor, view: &dyn View) -> Option<OfficeCode> {
    let entry = form.entries().next();
    let settled = || {
        let records = form.payments.iter().filter_map(|reference| view.record(&settlement_key(reference)));
        records.filter_map(Record::read::<SettlementRecord>).find_map(|settled| settled.entry_number)
    };
    let own = || actor.offices.first().copied().filter(|_| actor.role == Role::Officer);
    entry.or_else(settled).map(|entry| entry.office()).or_else(own)
}

pub(crate) fn apply_needs(form: &RefundForm, actor: &Actor, view: &dyn View, at: &Moment, keys: &mut Keys) {
    refund_source::needs(form, view, keys);
    if actor.role == Role::Declarant {
        for payer in refund_source::payers(form, view) {
            authorisation::needs(&payer.party, Some(&actor.party), keys);
        }
    }
    if let Some(office) = office_of(form, actor, view) {
        keys.counter(counter(office, at.day().year()));
    }
}

/// What must be seen of a refund before anything is done with it.
pub(crate) fn needs(number: &str, view: &dyn View, keys: &mut Keys) {
    if RefundNumber::parse(number).is_none() {
        return;
    }
    if let Some(body) = view.record(&refund_key(number)).and_then(Record::read::<KeptRefund>) {
        refund_source::needs(&body.form, view, keys);
        keys.account(refundable(&body.payer)).account(refund_ordered(number));
    }
    keys.record(refund_key(number));
}

/// The principal in whose name an agent asks: the one payer of all that the form names, which authorised it
/// for each of them. `None` where the money is the party's own.
///
/// # Errors
/// The party lodged one of the declarations for another, and may not ask for refunds for it.
fn principal_of(
    form: &RefundForm,
    party: &str,
    view: &dyn View,
    at: &Moment,
) -> Result<Option<String>, Refusal> {
    let payers = refund_source::payers(form, view);
    let Some(first) = payers.first().filter(|first| !party.is_empty() && first.party != party) else {
        return Ok(None);
    };
    let may = |payer: &Payer| {
        let about = (payer.entry.direction(), payer.entry.office());
        payer.party == first.party
            && authorisation::may_ask_for_refunds((&payer.party, party), about, view, at.day())
    };
    if payers.iter().all(may) {
        return Ok(Some(first.party.clone()));
    }
    // what is not its own looks like nothing to it, but for what it lodged itself
    match payers.iter().find(|payer| payer.agent.as_deref() == Some(party) && !may(payer)) {
        Some(payer) => {
            let refused = refusals::NOT_AUTHORISED.at("/books").with("agent", party);
            Err(refused.with("principal", &payer.party))
        }
        None => Ok(None),
    }
}

/// The payer asks for money back; or an officer opens the case, because customs found that it is owed, and
/// the payer is told at once (TL 51).
///
/// # Errors
/// Every finding at once.
pub(crate) fn apply(
    form: &RefundForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let by_customs = actor.role == Role::Officer;
    let office = office_of(form, actor, view);
    // an officer of the office acts in a post that he holds there; another office's refund looks like none
    let postless = actor.posts.is_empty() && office.is_some_and(|office| actor.offices.contains(&office));
    if !by_customs || postless {
        actor.must_be(Role::Declarant, "apply for a refund 申请退税")?;
    }
    let procedure = law.refund_procedure().ok_or_else(|| vec![no_such("")])?;
    let mut findings = form.findings();
    let principal = match by_customs {
        true => None,
        false => principal_of(form, &actor.party, view, at).map_err(|r| vec![r])?,
    };
    let claimant = if by_customs {
        Claimant::Customs(actor)
    } else {
        Claimant::Party(principal.as_deref().unwrap_or(&actor.party))
    };
    let found = refund_source::find(form, claimant, view, law, at).map_err(|f| findings.extend(f)).ok();
    let nobodys = found.as_ref().is_some_and(|found| found.payer.starts_with(NOBODY));
    // a firm names its account itself, never an officer for it
    let account = match (by_customs && !nobodys, form.account.trim().is_empty()) {
        (true, true) => String::new(),
        (true, false) => {
            findings.push(
                refusals::WRONG_ROLE.at("/account").with("what", "name a payer's account 提供收款账户"),
            );
            String::new()
        }
        (false, _) => checked_account(&form.account).map_err(|r| findings.push(r)).unwrap_or_default(),
    };
    let (Some(found), Some(office), true) = (found, office, findings.is_empty()) else {
        return Err(findings);
    };
    let day = at.day();
    let name = counter(office, day.year());
    let serial = view.counter(&name) + 1;
    let too_many = || vec![refusals::TOO_MANY_DIGITS.at("").with("field", "serial").with("max", 6)];
    let number = RefundNumber::new(office, day.year(), serial).ok_or_else(too_many)?.to_string();
    let body = KeptRefund {
        principal: total(&found)?,
        decide_by: Some(law.terms_of_procedure.end("refund_decision", day)),
        payer: found.payer,
        office,
        agent: principal.is_some().then(|| actor.party.clone()),
        form: RefundForm { account: String::new(), ..form.clone() },
        by_customs,
        sources: found.sources,
        goods: found.goods,
        account,
        account_by: None,
        granted: None,
        orders: 0,
        paid_out: None,
        bounces: Vec::new(),
        timeline: Vec::new(),
        number,
    };
    let mut case = Case::open(procedure, refund_key(&body.number), body, at);
    // who opened it counts among those who acted on it
    if let Some(first) = case.body.timeline.first_mut().filter(|_| by_customs) {
        first.by.clone_from(&actor.name);
        first.post = actor.posts.first().copied();
    }
    if case.body.account.is_empty() && case.act("notify_payer", &Actor::system(), at) {
        case.body.decide_by = None;
        case.body.account_by = Some(law.terms_of_procedure.end("refund_account", day));
    }
    let mut decision = Decision::default();
    decision.counters.insert(name, serial);
    told(&case, "refund.applied", &mut decision);
    let owner = case.body.payer.clone();
    decision.record(case.of(&owner, office).record());
    Ok(decision)
}

fn total(found: &Sources) -> Result<Money, Vec<Refusal>> {
    let sum = Money::sum(found.sources.iter().map(|source| source.amount));
    sum.filter(|sum| !sum.is_zero()).ok_or_else(|| {
        let none = finance::NOT_REFUNDABLE.at("").with("source", &found.payer).with("left", Money::ZERO);
        vec![none.with("amount", Money::ZERO)]
    })
}

/// A refund's case; `None` if there is none of this number.
pub(crate) fn load<'a>(number: &str, view: &dyn View, law: &'a ControlLaw) -> Option<RefundCase<'a>> {
    Case::resume(law.refund_procedure()?, view.record(&refund_key(number))?)
}

/// The payer names the account that the money goes to; of nobody's money, an officer of the office.
///
/// # Errors
/// Not its own, not now, or no account.
pub(crate) fn name_account(
    (number, account): (&str, &str),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let may = |case: &RefundCase<'_>| match actor.role {
        Role::Declarant => !actor.party.is_empty() && case.body.payer == actor.party,
        Role::Officer => case.body.is_nobodys() && actor.offices.contains(&case.body.office),
        _ => false,
    };
    let mut case = load(number, view, law).filter(may).ok_or_else(|| vec![no_such(number)])?;
    let account = checked_account(account).map_err(|r| vec![r])?;
    case.step("name_account", actor, at).map_err(|r| vec![r])?;
    case.body.account = account;
    case.body.account_by = None;
    case.body.decide_by = Some(law.terms_of_procedure.end("refund_decision", at.day()));
    let mut decision = Decision::default();
    told(&case, "refund.account", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// An officer decides: takes the step of this name. Approving orders the bank.
///
/// # Errors
/// Not an officer of the refund's office, not a step of this moment or this post, no reason where one must
/// be given; or what it rests on is no longer there.
pub(crate) fn decide(
    (number, form): (&str, &RefundDecisionForm),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "decide on a refund 审批退税")?;
    let found = load(number, view, law).filter(|case| actor.offices.contains(&case.body.office));
    let mut case = found.ok_or_else(|| vec![no_such(number)])?;
    if let Some(long) = too_long(&form.note, NOTE, "note") {
        return Err(vec![long]);
    }
    let taken = case.step(&form.decision, actor, at).map_err(|r| vec![r])?;
    if taken.does("name_account") {
        return Err(vec![refusals::MISSING.at("/account").with("field", "account")]);
    }
    if taken.does("say_why") && form.note.trim().is_empty() {
        return Err(vec![refusals::MISSING.at("/note").with("field", "note")]);
    }
    case.note(&form.note);
    let mut decision = Decision::default();
    if taken.does("order_refund") {
        grant(&mut case, &mut decision, actor, view, law, at)?;
        let body = &mut case.body;
        body.orders += 1;
        body.decide_by = None;
        let message = serde_json::json!({
            "order": body.order(),
            "refund": body.number,
            "amount": body.granted.as_ref().map(|granted| granted.total),
            "payee": body.payer,
            "account": body.account,
        });
        let (id, to) = (body.order(), "bank".to_owned());
        decision.outgoing.push(Outgoing { id, to, body: message.to_string() });
    }
    if taken.does("refuse_refund") {
        case.body.decide_by = None;
    }
    told(&case, "refund.decided", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// What is approved is taken up in the records that it rests on, and ordered. What came back from the bank
/// was granted before: it is ordered again, interest and all, out of what is refundable.
fn grant(
    case: &mut RefundCase<'_>,
    decision: &mut Decision,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let (day, body) = (at.day(), &mut case.body);
    if let Some(granted) = &body.granted {
        let again = order_refund(&body.number, &body.payer, granted.total, Money::ZERO, day.year());
        decision.postings.extend(again);
        return Ok(());
    }
    // what is asked for is looked at again: a part of it may have gone another way meanwhile
    let amount = Some(body.principal.exact()).filter(|_| body.goods.is_empty());
    let form = RefundForm { amount, ..body.form.clone() };
    let found = refund_source::find(&form, Claimant::Customs(actor), view, law, at)?;
    body.principal = total(&found)?;
    let interest = found.sources.iter().filter(|source| source.interest);
    let interest = interest.map(|source| law.deposit_rates.interest(source.amount, source.paid, day));
    let interest: Vec<RefundInterest> = interest.collect::<Result<_, _>>().map_err(|r| vec![r])?;
    let out_of_range = || vec![finance::OUT_OF_RANGE.at("").with("amount", body.principal)];
    let total_interest = Money::sum(interest.iter().map(|i| i.amount)).ok_or_else(out_of_range)?;
    let total = body.principal.checked_add(total_interest).ok_or_else(out_of_range)?;
    take_up(&found, &body.payer, view, decision)?;
    decision.postings.extend(order_refund(
        &body.number,
        &body.payer,
        body.principal,
        total_interest,
        day.year(),
    ));
    body.sources = found.sources;
    body.goods = found.goods;
    body.granted = Some(GrantedRefund { on: day, interest, total_interest, total });
    Ok(())
}

/// Writes into books, payments and declarations what a refund takes of them, so that nothing comes twice;
/// what goods give back leaves the treasury.
fn take_up(
    found: &Sources,
    payer: &str,
    view: &dyn View,
    decision: &mut Decision,
) -> Result<(), Vec<Refusal>> {
    let bad = |key: &RecordKey| vec![refusals::BAD_RECORD.at("").with("record", key)];
    let mut declarations: BTreeMap<EntryNumber, (Record, DeclarationRecord)> = BTreeMap::new();
    let books = found.sources.iter().filter(|s| s.kind != SourceKind::Payment).filter_map(|s| s.entry_number);
    for entry in books.chain(found.goods.iter().flat_map(|part| [part.import_entry, part.export_entry])) {
        let key = declaration_key(entry);
        let record = view.record(&key).ok_or_else(|| bad(&key))?;
        let body = record.read().ok_or_else(|| bad(&key))?;
        declarations.insert(entry, (record.clone(), body));
    }
    for source in &found.sources {
        let out_of_range = || vec![finance::OUT_OF_RANGE.at("").with("amount", source.amount)];
        if source.kind == SourceKind::Payment {
            let key = settlement_key(&source.of);
            let record = view.record(&key).ok_or_else(|| bad(&key))?;
            let mut settled: SettlementRecord = record.read().ok_or_else(|| bad(&key))?;
            settled.refunded = settled.refunded.checked_add(source.amount).ok_or_else(out_of_range)?;
            decision.record(written(record, &settled));
            continue;
        }
        let body = source.entry_number.and_then(|entry| declarations.get_mut(&entry)).map(|(_, body)| body);
        let book = body.and_then(|body| body.books.iter_mut().find(|book| book.number == source.of));
        let book = book.ok_or_else(|| bad(&RecordKey::new("book", &*source.of)))?;
        match source.kind {
            SourceKind::Returned => {
                book.returned = book.returned.checked_add(source.amount).ok_or_else(out_of_range)?;
                decision.postings.push(refund(book, source.amount, payer));
            }
            _ => book.refunded = book.refunded.checked_add(source.amount).ok_or_else(out_of_range)?,
        }
    }
    for part in &found.goods {
        for entry in [part.import_entry, part.export_entry] {
            if let Some((_, body)) = declarations.get_mut(&entry) {
                body.returned.push(part.clone());
            }
        }
    }
    for (record, body) in declarations.into_values() {
        decision.record(written(&record, &body));
    }
    Ok(())
}

fn written(record: &Record, body: &impl Serialize) -> Record {
    let body = serde_json::to_string(body).expect("our types serialise");
    Record { version: record.version + 1, body, ..record.clone() }
}

/// What follows when a day by which customs decides, or the payer names an account, has passed: the time line
/// says so, and the case stays as it is.
///
/// # Errors
/// Nothing was due on that day, or it has not passed, or was worked off.
pub(crate) fn fall(
    number: &str,
    due: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut case = load(number, view, law).ok_or_else(|| vec![no_such(number)])?;
    let said = |m: &Milestone| m.step == OVERDUE && m.note == due.to_string();
    if due >= at.day() || case.body.due() != Some(due) || case.body.timeline.iter().any(said) {
        return Err(vec![refusals::NOTHING_DUE.at("").with("entry", number).with("date", due)]);
    }
    let overdue = Milestone { note: due.to_string(), ..Milestone::of(OVERDUE, &case.state, at) };
    case.body.timeline.push(overdue);
    let mut decision = Decision::default();
    told(&case, "refund.overdue", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

pub(crate) fn no_such(number: &str) -> Refusal {
    let shown: String = number.chars().filter(|c| !c.is_control()).take(20).collect();
    refusals::NO_SUCH_REFUND.at("").with("number", shown)
}

/// What the event tells: never the account.
pub(crate) fn told(case: &RefundCase<'_>, kind: &str, decision: &mut Decision) {
    let body = &case.body;
    let facts = serde_json::json!({
        "refund": body.number,
        "state": case.state,
        "ground": body.form.ground,
        "agent": body.agent,
        "principal": body.principal,
        "interest": body.granted.as_ref().map(|granted| granted.total_interest),
        "order": (body.orders > 0).then(|| body.order()),
        "due": body.due(),
    });
    decision.tell(kind, &facts);
    decision.answer(&facts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for text in ["R22252026000001", "R01002031999999"] {
            assert_eq!(RefundNumber::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "R", "22252026000001", "G22252026000001", "R222520260000011", "R2225202600000a"] {
            assert!(RefundNumber::parse(bad).is_none(), "{bad}");
        }
        let office = OfficeCode::parse("2225").unwrap();
        assert!(RefundNumber::new(office, 2026, 1_000_000).is_none());
    }
}
