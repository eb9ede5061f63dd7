//! Guarantees 担保: lodged by who owes, decided on by customs, given back on request. Each change of
//! state is a step of the pack's file; what is free, reserved, claimed or given back stands in the ledger.
//! Source: CL 66 to 70, Guarantee Regulations 14, 16, 20, 21, handbook 4.8.
//!
//! Not here: what a guarantee does for a declaration (`guaranteed`).

use crate::aggregate::{self, aggregate_account_key};
use crate::case::{Case, CaseBody, Taker};
use crate::case_number::CaseNumber;
use crate::command::{Actor, Role};
use crate::guarantee_form::{GuaranteeForm, read};
use crate::law::ControlLaw;
use crate::pay;
use crate::record::Milestone;
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{
    GuaranteeRecord, guarantee_claimed, guarantee_free, guarantee_given, guarantee_returned,
};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::ledger::{AccountId, Posting};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Money, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A guarantee's number (`G22252026000001`).
pub type GuaranteeNumber = CaseNumber<'G'>;

impl GuaranteeNumber {
    /// The counter that its serial comes from.
    pub fn counter(&self) -> String {
        counter(self.office, self.year)
    }
}

fn counter(office: OfficeCode, year: i16) -> String {
    format!("guarantee/{office}/{year}")
}

/// The key of a guarantee's record.
pub fn guarantee_key(number: &str) -> RecordKey {
    RecordKey::new("guarantee", number)
}

/// What is kept of a guarantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptGuarantee {
    /// As it was lodged.
    pub given: GuaranteeRecord,
    /// The office that decides on it. It serves at every office.
    pub office: OfficeCode,
    /// By when customs decides.
    pub decide_by: LegalDay,
    pub decision: Option<GuaranteeDecision>,
    pub timeline: Vec<Milestone>,
    /// How it stands in the ledger within a decision; kept nowhere else.
    #[serde(skip)]
    pub(crate) balances: GuaranteeBalances,
}

/// What customs decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuaranteeDecision {
    pub accepted: bool,
    pub note: String,
    pub at: Moment,
}

/// How a guarantee stands: free + reserved + claimed + returned = given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GuaranteeBalances {
    /// Nothing before it is accepted.
    pub given: Money,
    pub free: Money,
    pub reserved: Money,
    pub claimed: Money,
    pub returned: Money,
}

impl KeptGuarantee {
    /// Whether customs took it in: then its amount is in the ledger.
    pub fn is_taken(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| decision.accepted)
    }

    /// The accounts that say how it stands: free, claimed, returned. The rest is reserved.
    pub fn accounts(number: &str) -> [AccountId; 3] {
        [guarantee_free(number), guarantee_claimed(number), guarantee_returned(number)]
    }

    /// How it stands, by the balances of its accounts.
    pub fn stand(&self, balance: impl Fn(&AccountId) -> i64) -> GuaranteeBalances {
        let accounts = KeptGuarantee::accounts(&self.given.number);
        let [free, claimed, returned] = accounts.map(|account| Money::from_minor(balance(&account)));
        let given = if self.is_taken() { self.given.amount } else { Money::ZERO };
        let elsewhere = Money::sum([free, claimed, returned]).unwrap_or_default();
        let reserved = given.checked_sub(elsewhere).unwrap_or_default();
        GuaranteeBalances { given, free, reserved, claimed, returned }
    }

    /// Nothing is free or reserved any more.
    fn is_used_up(&self) -> bool {
        self.is_taken() && self.balances.free.is_zero() && self.balances.reserved.is_zero()
    }
}

impl CaseBody for KeptGuarantee {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    fn due(&self) -> Option<Date> {
        self.decision.is_none().then_some(self.decide_by.day)
    }

    fn guard(&self, guard: &str, _: Taker<'_>) -> Result<(), Refusal> {
        let holds = match guard {
            "nothing_left" => self.is_used_up(),
            "nothing_claimed" => self.balances.claimed.is_zero(),
            unknown => return Err(refusals::BAD_RECORD.at("").with("record", unknown)),
        };
        let left = refusals::GUARANTEE_NOT_EMPTY.at("").with("number", &self.given.number);
        if holds { Ok(()) } else { Err(left) }
    }
}

pub(crate) type GuaranteeCase<'a> = Case<'a, KeptGuarantee>;

pub(crate) fn lodge_needs(form: &GuaranteeForm, view: &dyn View, at: &Moment, keys: &mut Keys) {
    keys.counter(counter(form.office, at.day().year()));
    if let Some(entry) = form.declaration() {
        pay::order_needs(entry, view, keys);
    }
}

/// What must be seen of a guarantee before anything is done with it.
pub(crate) fn needs(number: &str, keys: &mut Keys) {
    if GuaranteeNumber::parse(number).is_some() {
        keys.record(guarantee_key(number));
        for account in KeptGuarantee::accounts(number) {
            keys.account(account);
        }
    }
}

/// What must be seen to decide on a guarantee: its party's record too, which says what it may be used for.
pub(crate) fn decide_needs(number: &str, view: &dyn View, keys: &mut Keys) {
    if let Some(kept) = view.record(&guarantee_key(number)).and_then(Record::read::<KeptGuarantee>) {
        keys.record(aggregate_account_key(&kept.given.party));
    }
    needs(number, keys);
}

/// The declarant lodges a guarantee, and customs decides within the term of GR 14 (single) or 16
/// (general).
pub(crate) fn lodge(
    form: &GuaranteeForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "lodge a guarantee 提供担保")?;
    let day = at.day();
    let name = counter(form.office, day.year());
    let serial = view.counter(&name) + 1;
    let too_many = || vec![refusals::TOO_MANY_DIGITS.at("/office").with("field", "serial").with("max", 6)];
    let number = GuaranteeNumber::new(form.office, day.year(), serial).ok_or_else(too_many)?.to_string();
    let given = read(form, &number, actor, view, law, at)?;
    let body = KeptGuarantee {
        decide_by: law.terms_of_procedure.end(form.term(), day),
        given,
        office: form.office,
        decision: None,
        timeline: Vec::new(),
        balances: GuaranteeBalances::default(),
    };
    let case = Case::open(law.guarantee_procedure(), guarantee_key(&number), body, at);
    let mut decision = Decision::default();
    decision.counters.insert(name, serial);
    told(&case, "guarantee.lodged", &mut decision);
    decision.record(case.of(&actor.party, form.office).record());
    Ok(decision)
}

/// A guarantee's case, with how it stands in the ledger; `None` if there is none of this number.
pub(crate) fn load<'a>(number: &str, view: &dyn View, law: &'a ControlLaw) -> Option<GuaranteeCase<'a>> {
    let record = view.record(&guarantee_key(number))?;
    let mut case: GuaranteeCase<'a> = Case::resume(law.guarantee_procedure(), record)?;
    case.body.balances = case.body.stand(|account| view.balance(account));
    Some(case)
}

/// An officer decides: takes the step of this name.
///
/// # Errors
/// Not an officer of the guarantee's office, not a step of this moment, or a refusal without a reason.
pub(crate) fn decide(
    (number, step): (&str, &str),
    note: &str,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "decide on a guarantee 受理担保")?;
    let found = load(number, view, law).filter(|case| actor.offices.contains(&case.body.office));
    let mut case = found.ok_or_else(|| vec![no_such(number)])?;
    let length = note.chars().count();
    if length > crate::step::NOTE {
        let long = refusals::TOO_LONG.at("/note").with("field", "note").with("max", crate::step::NOTE);
        return Err(vec![long.with("length", length)]);
    }
    let taken = case.step(step, actor, at).map_err(|r| vec![r])?;
    let mut decision = Decision::default();
    if taken.does("accept_guarantee") {
        decision.postings.push(accepted(&case, at)?);
        let account = aggregate::guarantee_accepted(&case.body.given, view).map_err(|r| vec![r])?;
        account.into_iter().for_each(|record| decision.record(record));
        case.body.decision = Some(GuaranteeDecision { accepted: true, note: note.to_owned(), at: *at });
    }
    if taken.does("refuse_guarantee") {
        if note.trim().is_empty() {
            return Err(vec![refusals::MISSING.at("/note").with("field", "note")]);
        }
        case.body.decision = Some(GuaranteeDecision { accepted: false, note: note.to_owned(), at: *at });
    }
    case.note(note);
    told(&case, "guarantee.decided", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// The posting that takes it in, if it still serves.
fn accepted(case: &GuaranteeCase<'_>, at: &Moment) -> Result<Posting, Vec<Refusal>> {
    let given = &case.body.given;
    if at.day() > given.valid_to {
        let over = finance::GUARANTEE_NOT_VALID.at("").with("number", &given.number).with("date", at.day());
        return Err(vec![over.with("from", given.valid_from).with("to", given.valid_to)]);
    }
    given.lodge().map_err(|r| vec![r])
}

/// The party asks for what is free, and has it back: what answers for nothing is released (GR 20, 21).
///
/// # Errors
/// Not its own, not in force, or nothing is free.
pub(crate) fn give_back(
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "ask for a guarantee back 申请退还担保")?;
    let mut case = own(number, actor, view, law).ok_or_else(|| vec![no_such(number)])?;
    if !case.act("give_back_guarantee", actor, at) {
        return Err(vec![not_in_force(&case, "")]);
    }
    let free = case.body.balances.free;
    if free.is_zero() {
        return Err(vec![finance::NOTHING_FREE.at("").with("number", number)]);
    }
    let back = case.body.given.give_back(free).map_err(|r| vec![r])?;
    let balances = &mut case.body.balances;
    balances.free = Money::ZERO;
    balances.returned = balances.returned.checked_add(free).unwrap_or(balances.returned);
    end(&mut case, at);
    let mut decision = Decision { postings: vec![back], ..Decision::default() };
    told(&case, "guarantee.returned", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// A guarantee of the actor's own; another party's looks like none.
pub(crate) fn own<'a>(
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &'a ControlLaw,
) -> Option<GuaranteeCase<'a>> {
    of_party(number, &actor.party, view, law)
}

/// A guarantee of a party's; another's looks like none.
pub(crate) fn of_party<'a>(
    number: &str,
    party: &str,
    view: &dyn View,
    law: &'a ControlLaw,
) -> Option<GuaranteeCase<'a>> {
    load(number, view, law).filter(|case| !party.is_empty() && case.body.given.party == party)
}

/// The case ends once nothing of the guarantee is left.
pub(crate) fn end(case: &mut GuaranteeCase<'_>, at: &Moment) {
    while case.next_automatic(&Actor::system(), at).is_some() {}
}

/// Whether it can answer for something: claims on it can be made.
pub(crate) fn is_in_force(case: &GuaranteeCase<'_>) -> bool {
    case.can("claim_on_guarantee", &Actor::system())
}

pub(crate) fn no_such(number: &str) -> Refusal {
    let shown: String = number.chars().filter(|c| !c.is_control()).take(20).collect();
    refusals::NO_SUCH_GUARANTEE.at("").with("number", shown)
}

pub(crate) fn not_in_force(case: &GuaranteeCase<'_>, path: &str) -> Refusal {
    let refusal = refusals::GUARANTEE_NOT_IN_FORCE.at(path).with("number", &case.body.given.number);
    refusal.with("state", &case.state)
}

/// The account of what its party has given in its year.
pub fn given_account(guarantee: &GuaranteeRecord) -> AccountId {
    guarantee_given(&guarantee.party, guarantee.lodged.year())
}

fn told(case: &GuaranteeCase<'_>, kind: &str, decision: &mut Decision) {
    let facts = serde_json::json!({
        "guarantee": case.body.given.number,
        "state": case.state,
        "amount": case.body.given.amount,
        "due": case.body.due(),
    });
    decision.tell(kind, &facts);
    decision.answer(&facts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for text in ["G22252026000001", "G01002031999999"] {
            assert_eq!(GuaranteeNumber::parse(text).unwrap().to_string(), text);
        }
        for bad in
            ["", "G", "22252026000001", "G2225202600001", "G222520260000011", "G2225202600000a", "G222５"]
        {
            assert!(GuaranteeNumber::parse(bad).is_none(), "{bad}");
        }
        let office = OfficeCode::parse("2225").unwrap();
        assert!(GuaranteeNumber::new(office, 2026, 1_000_000).is_none());
    }
}
