//! Aggregate payment 汇总征税: the taxes of a declaration are reserved on a general guarantee of the consignee
//! when it is lodged, the goods are released unpaid, and the taxes of a month are paid together in the next.
//! Source: TL 43, Announcement 45/2017, handbook 3.7.
//!
//! What the handbook does not say, and is decided here: an agent lodges under the consignee's guarantee, not
//! its own, because the consignee pays; tax that an amendment adds before the last day is guaranteed and due
//! with the rest where the guarantee has room, and is an ordinary book, paid at once, where it has none or
//! the day is over; a surcharge that is not paid is arrears too.
//!
//! Not here: whether the firm is dishonest 失信 (its credit is not known yet); the recording of a guarantee
//! with the home customs (`guarantee`); what is claimed when nobody pays (`guaranteed`).

use crate::clearance::Clearance;
use crate::declaration::Declaration;
use crate::form::Form;
use crate::guarantee::{self, GuaranteeCase as Guarantee, is_in_force, no_such, not_in_force};
use crate::guaranteed;
use crate::law::ControlLaw;
use crate::mode::{self, DeclarationMode, ModeEffect};
use crate::record::DeclarationRecord;
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{
    GuaranteeCase as Purpose, GuaranteeKind, GuaranteeRecord, LATE_DECLARATION, PaymentBook, is_tax,
};
use customhouse_kernel::beats::{Keys, Record, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many general guarantees of a firm are looked at where a declaration names none: the last ones that
/// customs accepted.
const LOOKED_AT: usize = 8;

/// What a declaration under aggregate payment keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The mode, as the kind of declaration begins with it.
    pub mode: String,
    /// The general guarantee that answers for its taxes.
    pub guarantee: String,
    /// The last day to pay them.
    pub due: LegalDay,
}

/// What is kept of a firm for aggregate payment 汇总征税台账: enough to say, with one record, whether it is in
/// arrears, and which guarantees it may mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AggregateAccount {
    /// Its general guarantees for early release, in the order in which customs accepted them; the last few.
    pub guarantees: Vec<String>,
    /// How many of its aggregate books are open, by their last day to pay.
    pub open: BTreeMap<Date, u32>,
}

/// The key of what is kept of a firm.
pub fn aggregate_account_key(party: &str) -> RecordKey {
    RecordKey::new("aggregate_account", party)
}

impl AggregateAccount {
    /// The day on which the oldest open book was due, if that day is over.
    pub fn arrears(&self, day: Date) -> Option<Date> {
        self.open.keys().next().copied().filter(|due| *due < day)
    }

    fn add(&mut self, books: &BTreeMap<Date, u32>) {
        for (due, count) in books {
            let open = self.open.entry(*due).or_default();
            *open = open.saturating_add(*count);
        }
    }

    fn take(&mut self, books: &BTreeMap<Date, u32>) {
        for (due, count) in books {
            let open = self.open.entry(*due).or_default();
            *open = open.saturating_sub(*count);
        }
        self.open.retain(|_, count| *count > 0);
    }
}

impl DeclarationRecord {
    /// How many books under aggregate payment are open, by their last day to pay: taxes and what lateness
    /// added to them. The fee for declaring late is never aggregated.
    pub fn aggregate_books(&self) -> BTreeMap<Date, u32> {
        let mut days = BTreeMap::new();
        let aggregated = |book: &&PaymentBook| self.aggregate.is_some() && book.charge != LATE_DECLARATION;
        for book in self.open_books().filter(aggregated) {
            *days.entry(book.due.day).or_default() += 1;
        }
        days
    }
}

/// What is kept of a firm, within one decision on one of its declarations: whatever happens to the books, it
/// is brought to what they are at the end.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    party: String,
    version: u32,
    /// As it is kept.
    before: AggregateAccount,
    /// Without the books of this declaration.
    others: AggregateAccount,
}

impl Account {
    /// # Errors
    /// What is kept cannot be read.
    pub fn load(party: &str, view: &dyn View) -> Result<Account, Refusal> {
        let key = aggregate_account_key(party);
        let (version, before) = match view.record(&key) {
            None => (0, AggregateAccount::default()),
            Some(record) => {
                let bad = || refusals::BAD_RECORD.at("").with("record", &key);
                (record.version, record.read().ok_or_else(bad)?)
            }
        };
        Ok(Account { party: party.to_owned(), version, others: before.clone(), before })
    }

    /// The account of a declaration's consignee; `None` if it is not under aggregate payment.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn of(body: &DeclarationRecord, view: &dyn View) -> Result<Option<Account>, Refusal> {
        if body.aggregate.is_none() {
            return Ok(None);
        }
        let mut account = Account::load(&body.consignee, view)?;
        account.others.take(&body.aggregate_books());
        Ok(Some(account))
    }

    /// The record to write, with the declaration's books as they are now; `None` if nothing changes.
    pub fn close(mut self, body: &DeclarationRecord) -> Option<Record> {
        self.others.add(&body.aggregate_books());
        self.record()
    }

    fn record(self) -> Option<Record> {
        (self.others != self.before).then(|| Record {
            key: aggregate_account_key(&self.party),
            version: self.version + 1,
            state: String::new(),
            owner: self.party,
            office: String::new(),
            due: None,
            schema: 1,
            body: serde_json::to_string(&self.others).expect("our types serialise"),
        })
    }
}

/// The record of a firm after customs accepted one of its guarantees; `None` if it does not serve here.
///
/// # Errors
/// What is kept cannot be read.
pub(crate) fn guarantee_accepted(
    given: &GuaranteeRecord,
    view: &dyn View,
) -> Result<Option<Record>, Refusal> {
    if given.kind != GuaranteeKind::General || !given.cases.contains(&Purpose::EarlyRelease) {
        return Ok(None);
    }
    let mut account = Account::load(&given.party, view)?;
    let guarantees = &mut account.others.guarantees;
    guarantees.push(given.number.clone());
    let beyond = guarantees.len().saturating_sub(LOOKED_AT);
    guarantees.drain(..beyond);
    Ok(account.record())
}

/// What must be seen to lodge a form: the consignee's record if the form names a mode at all (which one it
/// is, the law says later), then the guarantees that it may mean.
pub(crate) fn lodge_needs(form: &Form, view: &dyn View, keys: &mut Keys) {
    let (Some(_), Some(party)) = (form.head.get("declaration_kind"), form.head.get("consignee.credit_code"))
    else {
        return;
    };
    let key = aggregate_account_key(party);
    match form.head.get("guarantee") {
        Some(number) => guarantee::needs(number.trim(), keys),
        None => {
            let account = view.record(&key).and_then(Record::read::<AggregateAccount>).unwrap_or_default();
            account.guarantees.iter().for_each(|number| guarantee::needs(number, keys));
        }
    }
    keys.record(key);
}

/// What must be seen to do anything to the books of a declaration.
pub(crate) fn needs(body: &DeclarationRecord, keys: &mut Keys) {
    if let Some(aggregate) = &body.aggregate {
        keys.record(aggregate_account_key(&body.consignee));
        guaranteed::needs(&aggregate.guarantee, body.entry_number, keys);
    }
}

/// The mode of a declaration, if it is aggregate payment by the law of the day.
fn aggregated<'a>(declaration: &Declaration, law: &'a ControlLaw, day: Date) -> Option<&'a DeclarationMode> {
    mode::of(declaration, law, day).filter(|mode| mode.does == ModeEffect::AggregatePayment)
}

/// Why a declaration cannot be lodged under aggregate payment, as far as that is plain before its taxes are
/// reckoned: arrears, or the guarantee that it names. The law of the day decides.
pub(crate) fn findings(
    declaration: &Declaration,
    view: &dyn View,
    law: &ControlLaw,
    day: Date,
) -> Vec<Refusal> {
    if aggregated(declaration, law, day).is_none() {
        return Vec::new();
    }
    let party = declaration.consignee.credit_code.as_str();
    let mut found = Vec::new();
    match Account::load(party, view).map(|account| account.before.arrears(day)) {
        Ok(None) => {}
        Ok(Some(due)) => {
            let suspended = refusals::AGGREGATE_SUSPENDED.at("/declaration_kind").with("party", party);
            found.push(suspended.with("due", due));
        }
        Err(bad) => found.push(bad),
    }
    if !declaration.guarantee.is_empty() {
        found.extend(named((&declaration.guarantee, party), view, law, day).err());
    }
    found
}

/// The guarantee that a declaration names, if it may serve: the consignee's own, general, in force, given for
/// early release, and valid on the day.
pub(crate) fn named<'a>(
    (number, party): (&str, &str),
    view: &dyn View,
    law: &'a ControlLaw,
    day: Date,
) -> Result<Guarantee<'a>, Refusal> {
    let there = |r: Refusal| Refusal { path: "/guarantee".to_owned(), ..r };
    let case = guarantee::of_party(number, party, view, law).ok_or_else(|| there(no_such(number)))?;
    if !is_in_force(&case) {
        return Err(not_in_force(&case, "/guarantee"));
    }
    if case.body.given.kind != GuaranteeKind::General {
        return Err(finance::NOT_GENERAL.at("/guarantee").with("number", number));
    }
    case.body.given.serves_on(Purpose::EarlyRelease, day).map_err(there)?;
    Ok(case)
}

/// The guarantee that a declaration means which names none: the only one of the consignee's that could answer
/// for its taxes.
pub(crate) fn unnamed<'a>(
    party: &str,
    sum: Money,
    view: &dyn View,
    law: &'a ControlLaw,
    day: Date,
) -> Result<Guarantee<'a>, Refusal> {
    let account = Account::load(party, view)?.before;
    let serve = account.guarantees.iter().filter_map(|number| {
        named((number, party), view, law, day).ok().filter(|case| case.body.balances.free >= sum)
    });
    let mut serve: Vec<Guarantee<'_>> = serve.collect();
    match (serve.pop(), serve.len()) {
        (Some(only), 0) => Ok(only),
        (last, others) => {
            let found = others + usize::from(last.is_some());
            let unnamed = refusals::GUARANTEE_UNNAMED.at("/guarantee").with("party", party);
            Err(unnamed.with("found", found).with("amount", sum))
        }
    }
}

/// Puts the taxes of a declaration that is being lodged under aggregate payment, if that is its mode: they
/// are due in the next month, and a guarantee answers for them until then.
///
/// # Errors
/// No guarantee serves, or too little of it is free; no term on the day.
pub(crate) fn begin(
    clearance: &mut Clearance<'_>,
    declaration: &Declaration,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let one = |r: Refusal| vec![r];
    let day = at.day();
    let Some(mode) = aggregated(declaration, law, day) else { return Ok(()) };
    let body = &mut clearance.case.body;
    let due = law.aggregate_terms.due(body.completed).map_err(one)?;
    let taxes = taxes(&body.books);
    let sum = Money::sum(taxes.iter().map(|place| body.books[*place].amount));
    let too_large = || vec![finance::OUT_OF_RANGE.at("").with("amount", body.amounts.computed_total)];
    let sum = sum.ok_or_else(too_large)?;
    let party = declaration.consignee.credit_code.as_str();
    let case = if declaration.guarantee.is_empty() {
        unnamed(party, sum, view, law, day)
    } else {
        named((&declaration.guarantee, party), view, law, day)
    };
    let case = case.map_err(one)?;
    clearance.account = Some(Account::load(&body.consignee, view).map_err(one)?);
    let guarantee = case.body.given.number.clone();
    body.aggregate = Some(Aggregate { mode: mode.prefix.to_string(), guarantee, due });
    due_on(clearance, &taxes, due);
    // nothing is owed: nothing is reserved
    if taxes.is_empty() {
        return Ok(());
    }
    guaranteed::answer_for(clearance, &case, case.body.balances.free, &taxes, law, at)
        .map_err(|r| vec![Refusal { path: "/guarantee".to_owned(), ..r }])
}

/// Puts the books that a change made for a declaration under aggregate payment, as far as that is so: before
/// the last day to pay, and while its guarantee serves and has room. `freed` is what the same change frees
/// of it. Other books stay as they are: nothing answers for them, and they are paid at once.
pub(crate) fn follow(
    clearance: &mut Clearance<'_>,
    made: &[usize],
    freed: Money,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) {
    let Some(Aggregate { guarantee, due, .. }) = clearance.case.body.aggregate.clone() else { return };
    let sum = Money::sum(made.iter().map(|place| clearance.case.body.books[*place].amount));
    let case = guarantee::load(&guarantee, view, law).filter(is_in_force);
    let (Some(sum), Some(case)) = (sum, case) else { return };
    let free = case.body.balances.free.checked_add(freed).unwrap_or(case.body.balances.free);
    let open = due.day >= at.day();
    let reserved = open && sum <= free && !made.is_empty();
    if reserved && guaranteed::answer_for(clearance, &case, free, made, law, at).is_ok() {
        due_on(clearance, made, due);
    }
}

fn due_on(clearance: &mut Clearance<'_>, places: &[usize], due: LegalDay) {
    for place in places {
        clearance.case.body.books[*place].due = due;
    }
}

/// The places of the books that are taxes and owed.
fn taxes(books: &[PaymentBook]) -> Vec<usize> {
    let owed = books.iter().enumerate().filter(|(_, book)| book.is_open() && is_tax(&book.charge));
    owed.map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_firm_is_in_arrears_from_the_day_after() {
        let open = BTreeMap::from([(day("2026-04-08"), 2), (day("2026-05-11"), 1)]);
        let mut account = AggregateAccount { open, ..AggregateAccount::default() };
        for (on, arrears) in [("2026-04-07", None), ("2026-04-08", None), ("2026-04-09", Some("2026-04-08"))]
        {
            assert_eq!(account.arrears(day(on)), arrears.map(day), "{on}");
        }
        account.take(&BTreeMap::from([(day("2026-04-08"), 2)]));
        assert_eq!(account.arrears(day("2026-04-09")), None);
        account.add(&BTreeMap::from([(day("2026-04-09"), 1)]));
        assert_eq!(account.arrears(day("2026-04-10")), Some(day("2026-04-09")), "a surcharge");
    }
}
