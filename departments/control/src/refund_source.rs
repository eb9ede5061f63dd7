//! What a refund rests on 退还依据: paid books that a change reduced, payments that fit no book, goods that
//! went back out; whose it is, how much of it is left, and whether it is asked for in time.

use crate::law::ControlLaw;
use crate::pay::{SettlementRecord, settlement_key};
use crate::record::{DeclarationRecord, declaration_key, version_key};
use crate::refund_form::{Claimant, RefundForm};
use crate::refund_goods::{self, ReturnedGoods};
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{BookNumber, is_tax};
use customhouse_kernel::beats::{Keys, Record, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where the money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// What a change took off a paid book.
    Book,
    /// A payment that fits no book.
    Payment,
    /// What a book brought for goods that went back out.
    Returned,
}

/// One thing that a refund rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSource {
    pub kind: SourceKind,
    /// Number of the payment book, or the bank's reference.
    pub of: String,
    pub entry_number: Option<EntryNumber>,
    /// The charge of the book; empty for a payment that fits none.
    pub charge: String,
    pub amount: Money,
    pub paid: Date,
    /// The last day to ask for it.
    pub last_day: LegalDay,
    /// Whether it bears interest: a tax that had gone to the treasury (TL 53).
    pub interest: bool,
    /// The rule of the ground, by the law of the day of payment.
    pub rule: String,
}

/// What a form rests on.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub payer: String,
    pub sources: Vec<RefundSource>,
    pub goods: Vec<ReturnedGoods>,
}

impl RefundSource {
    /// A source by the ground of the law of its day of payment.
    ///
    /// # Errors
    /// The ground is none of that day, or not for this kind; or the payer asks too late. What customs finds
    /// itself has no term (TL 51).
    #[allow(clippy::too_many_arguments)] // one fact each
    pub(crate) fn of(
        kind: SourceKind,
        of: &str,
        charge: &str,
        amount: Money,
        paid: Date,
        ground: &str,
        claimant: Claimant<'_>,
        law: &ControlLaw,
        at: &Moment,
    ) -> Result<RefundSource, Refusal> {
        let ground = law.refund_grounds.find(ground, paid)?;
        let entry = BookNumber::parse(of).map(|number| number.entry());
        if ground.rests_on != kind.rests_on(entry.map(|entry| entry.direction())) {
            return Err(finance::NO_REFUND_GROUND
                .at("/ground")
                .with("ground", &ground.key)
                .with("date", paid));
        }
        let last_day = law.refund_grounds.last_day(ground, paid);
        if matches!(claimant, Claimant::Party(_)) && at.day() > last_day.day {
            let late = finance::REFUND_TOO_LATE.at("/ground").with("source", of).with("paid", paid);
            return Err(late.with("last", last_day.day));
        }
        Ok(RefundSource {
            kind,
            of: of.to_owned(),
            entry_number: entry,
            charge: charge.to_owned(),
            amount,
            paid,
            last_day,
            interest: ground.interest && is_tax(charge),
            rule: ground.rule.to_string(),
        })
    }
}

/// What must be seen of what a form names.
pub(crate) fn needs(form: &RefundForm, view: &dyn View, keys: &mut Keys) {
    for reference in &form.payments {
        keys.record(settlement_key(reference));
    }
    for entry in form.entries() {
        let key = declaration_key(entry);
        if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
            keys.record(version_key(entry, body.document_version));
        }
        keys.record(key);
    }
}

/// Whose money a form names, by the declarations that brought it; each with its agent, if one lodged it.
pub(crate) fn payers(form: &RefundForm, view: &dyn View) -> Vec<Payer> {
    let of_entry = |entry: EntryNumber| {
        let body: DeclarationRecord = view.record(&declaration_key(entry))?.read()?;
        Some(Payer { party: body.consignee, agent: body.agent, entry })
    };
    let settled = form.payments.iter().filter_map(|reference| view.record(&settlement_key(reference)));
    let settled = settled
        .filter_map(Record::read::<SettlementRecord>)
        .filter_map(|body| Some(Payer { party: body.payer, agent: None, entry: body.entry_number? }));
    form.entries().filter_map(of_entry).chain(settled).collect()
}

/// Whose money something is.
pub(crate) struct Payer {
    pub party: String,
    pub agent: Option<String>,
    pub entry: EntryNumber,
}

/// What a form rests on as it stands now, and how much of each.
///
/// # Errors
/// Every finding at once: what is not there or not the claimant's, what is used up, what is asked for too
/// late, more than there is.
pub(crate) fn find(
    form: &RefundForm,
    claimant: Claimant<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Sources, Vec<Refusal>> {
    let names_goods =
        !(form.import_entry.is_empty() && form.export_entry.is_empty() && form.lines.is_empty());
    let names_money = !(form.books.is_empty() && form.payments.is_empty());
    match (names_money, names_goods) {
        (false, false) => Err(vec![refusals::MISSING.at("/books").with("field", "books")]),
        (true, true) => Err(vec![
            finance::NO_REFUND_GROUND.at("/ground").with("ground", &form.ground).with("date", at.day()),
        ]),
        (false, true) => {
            let found = refund_goods::sources(form, claimant, view, law, at)?;
            let sources = limited(form, found.sources, false)?;
            Ok(Sources { sources, ..found })
        }
        (true, false) => money(form, claimant, view, law, at),
    }
}

/// Books and payments.
fn money(
    form: &RefundForm,
    claimant: Claimant<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Sources, Vec<Refusal>> {
    let mut found = Vec::new();
    let mut all: Vec<Owned> = Vec::new();
    let books = form
        .books
        .iter()
        .enumerate()
        .map(|(n, book)| (format!("/books/{n}"), SourceKind::Book, book, of_book(book, view)));
    let payments = form.payments.iter().enumerate().map(|(n, reference)| {
        (format!("/payments/{n}"), SourceKind::Payment, reference, of_payment(reference, view))
    });
    for (path, kind, name, owned) in books.chain(payments) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        let asked = form.amount.map_or_else(|| "…".to_owned(), |amount| amount.to_string());
        let nothing = || {
            let none = finance::NOT_REFUNDABLE.at(&path).with("source", &shown).with("left", Money::ZERO);
            none.with("amount", &asked)
        };
        let twice = all.iter().any(|other| other.source_is(kind, name));
        // what is somebody else's looks like nothing; one refund goes to one payer
        let own = owned.filter(|o| claimant.may_claim(&o.payer, &o.office) && !twice);
        let own = own.filter(|o| all.first().is_none_or(|first| first.payer == o.payer));
        let Some(own) = own.filter(|o| !o.left.is_zero()) else {
            found.push(nothing());
            continue;
        };
        if let Some(first) = all.first().filter(|first| first.office != own.office) {
            found.push(refusals::WRONG_OFFICE.at(&path).with("office", &first.office));
            continue;
        }
        // what was shut out goes back on its own ground, and nothing else does
        let ground = law.refund_grounds.find(&form.ground, own.paid);
        if ground.is_ok_and(|ground| ground.shut_out != own.shut_out) {
            let other = finance::NO_REFUND_GROUND.at("/ground").with("ground", &form.ground);
            found.push(other.with("date", own.paid));
            continue;
        }
        match RefundSource::of(kind, name, &own.charge, own.left, own.paid, &form.ground, claimant, law, at) {
            Ok(source) => {
                all.push(Owned { source: Some(RefundSource { entry_number: own.entry, ..source }), ..own })
            }
            Err(refusal) => found.push(Refusal { path, ..refusal }),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let payer = all.first().map(|o| o.payer.clone()).unwrap_or_default();
    let sources = all.into_iter().filter_map(|o| o.source).collect();
    Ok(Sources { payer, sources: limited(form, sources, true)?, goods: Vec::new() })
}

/// Money with its owner.
struct Owned {
    payer: String,
    office: String,
    entry: Option<EntryNumber>,
    charge: String,
    left: Money,
    paid: Date,
    /// It is a book of an export of which something was shut out.
    shut_out: bool,
    source: Option<RefundSource>,
}

impl Owned {
    fn source_is(&self, kind: SourceKind, of: &str) -> bool {
        self.source.as_ref().is_some_and(|source| source.kind == kind && source.of == of)
    }
}

/// What a change took off a paid book and no refund has taken up.
fn of_book(book: &str, view: &dyn View) -> Option<Owned> {
    let entry = BookNumber::parse(book)?.entry();
    let record = view.record(&declaration_key(entry))?;
    let body: DeclarationRecord = record.read()?;
    let book = body.books.iter().find(|b| b.number == book)?;
    Some(Owned {
        payer: body.consignee.clone(),
        office: record.office.clone(),
        entry: Some(entry),
        charge: book.charge.clone(),
        left: book.left_to_refund(),
        paid: book.paid?,
        shut_out: body.shut_out.is_some(),
        source: None,
    })
}

/// What a payment brought that fits no book, and no refund has taken up.
fn of_payment(reference: &str, view: &dyn View) -> Option<Owned> {
    let record = view.record(&settlement_key(reference))?;
    let body: SettlementRecord = record.read()?;
    if record.state == crate::pay::BOUNCED {
        return None;
    }
    Some(Owned {
        payer: body.payer.clone(),
        office: record.office.clone(),
        entry: body.entry_number,
        charge: String::new(),
        left: body.left_to_refund(),
        paid: body.on,
        shut_out: false,
        source: None,
    })
}

/// The sources cut to the amount that is asked for, in their order; an amount that may not be chosen, or
/// that is more than there is, is refused.
fn limited(
    form: &RefundForm,
    sources: Vec<RefundSource>,
    may_be_less: bool,
) -> Result<Vec<RefundSource>, Vec<Refusal>> {
    let out_of_range =
        || vec![finance::OUT_OF_RANGE.at("/amount").with("amount", form.amount.unwrap_or_default())];
    let all = Money::sum(sources.iter().map(|s| s.amount)).ok_or_else(out_of_range)?;
    let Some(amount) = form.amount else { return Ok(sources) };
    let asked = amount.steps(Money::PLACES).filter(|steps| *steps > 0).map(Money::from_minor);
    let asked = asked.ok_or_else(|| vec![finance::NOT_COLLECTABLE.at("/amount").with("amount", amount)])?;
    if asked > all || (asked < all && !may_be_less) {
        let more = finance::NOT_REFUNDABLE.at("/amount").with("source", &form.ground).with("left", all);
        return Err(vec![more.with("amount", asked)]);
    }
    let mut rest = asked;
    let cut = sources.into_iter().map(|source| {
        let amount = rest.min(source.amount);
        rest = rest.checked_sub(amount).unwrap_or_default();
        RefundSource { amount, ..source }
    });
    Ok(cut.filter(|source| !source.amount.is_zero()).collect())
}
