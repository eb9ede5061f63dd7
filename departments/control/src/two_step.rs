//! Two-step declaration 两步申报: a summary on which goods are picked up, then the full declaration on the same
//! entry number. The third character of the kind of declaration says which step it is: `5`, `6`.
//!
//! Taxable goods are released on a general guarantee of the consignee, of which what the values given yield is
//! reserved, or where they do not suffice what the declarant states. Goods with open conditions are held. A
//! summary is assessed for no more than that: it owes nothing. The full declaration is what completes it
//! (TL 20, 43): the days to pay, and a fee for declaring late, run by that day. Which day's law is applied is
//! a rule of the pack, since no text that was read says it. What the guarantee covers of the taxes then stays
//! reserved until they are paid or claimed; books beyond it are open without one, for the goods are gone.
//!
//! Selection sees the bill's mass, and no customs value or country of departure where they are not given: a
//! rule that asks for one of them chooses nothing.
//! Source: Announcement 127/2019, TL 20, 43, handbook 3.7.
//! Not here: aggregate payment and advance declaration in two steps, exports: norms refuse them.

use crate::aggregate;
use crate::clearance::Clearance;
use crate::command::Actor;
use crate::condition::holds;
use crate::form::Form;
use crate::guarantee::{self, GuaranteeCase as Guarantee, is_in_force, no_such};
use crate::guaranteed;
use crate::law::ControlLaw;
use crate::licence::{self, Licensed};
use crate::lodge::{
    Opening, Seen, amounts, bill_of, checked_assessment, late_declaration, opened, seen, unfit,
};
use crate::mode::not_open;
use crate::norm::{BillKnowledge, NormContext};
use crate::read::{Reading, SummaryReading, read, read_summary};
use crate::record::{Amounts, DeclarationRecord, DeclarationVersion, Declared};
use crate::refusals;
use crate::select::{SelectionFacts, select};
use crate::step::{self, StepForm};
use crate::summary::{KeptSummary, Summary, contradicts, summary_key};
use crate::summary_field::Asked;
use customhouse_duties::assess;
use customhouse_finance::{LATE_DECLARATION, PaymentBook, books_for, is_tax};
use customhouse_kernel::beats::{Decision, Keys, Record, View};
use customhouse_kernel::law::{LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, EntryNumber, Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The term within which a summary is completed, from the entry of the means of transport.
const TERM: &str = "full_declaration";

/// What is kept of a declaration in two steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoStep {
    /// The day on which the summary was lodged.
    pub summarised: Date,
    /// The last day to complete it.
    pub due: LegalDay,
    /// That day has passed without a full declaration.
    #[serde(default)]
    pub overdue: bool,
    /// The guarantee on which the goods are released; none where nothing is owed on them.
    pub guarantee: Option<String>,
    /// What of it is reserved for the summary now: nothing once it is completed or withdrawn.
    pub reserved: Money,
    /// The day of the full declaration.
    pub completed: Option<Date>,
    /// The day whose law the full declaration is assessed under.
    pub law_date: Option<Date>,
}

impl DeclarationRecord {
    /// Its summary in two steps that waits for the full declaration; `None` for all else.
    pub fn open_summary(&self) -> Option<&TwoStep> {
        self.two_step.as_ref().filter(|two| two.completed.is_none())
    }
}

/// How declarations in two steps go, over all time.
#[derive(Clone, Debug, Default)]
pub(crate) struct TwoStepRules(Vec<TwoStepRule>);

/// For a time, by the day of the summary.
#[derive(Clone, Debug)]
pub(crate) struct TwoStepRule {
    valid: Validity,
    law_of: LawOf,
}

/// The day whose law is applied.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LawOf {
    Summary,
    Full,
}

impl TwoStepRules {
    /// # Errors
    /// Each rule of kind `two_step` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<TwoStepRules, Vec<PackFault>> {
        let read = |rule: &Rule| -> Result<TwoStepRule, PackFault> {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Entry {
                law_of: LawOf,
            }
            let Entry { law_of } = rule.read()?;
            Ok(TwoStepRule { valid: rule.valid, law_of })
        };
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("two_step") {
            match read(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(TwoStepRules(rules)) } else { Err(faults) }
    }

    fn on(&self, day: Date) -> Option<&TwoStepRule> {
        self.0.iter().find(|rule| rule.valid.covers(day))
    }
}

impl TwoStepRule {
    fn law_date(&self, summarised: Date, completed: Date) -> Date {
        match self.law_of {
            LawOf::Summary => summarised,
            LawOf::Full => completed,
        }
    }
}

/// Lodges a summary.
///
/// # Errors
/// Every finding at once; taxable goods without a guarantee, or without an amount for it.
pub(crate) fn lodge_summary(
    form: &Form,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    let day = at.day();
    if law.two_step.on(day).is_none() {
        return Err(vec![not_open(form)]);
    }
    let Seen { concerned, bill, context } = seen(form, actor, view, law, day);
    let asked = Asked::of(form, law, day);
    let SummaryReading { summary, whole, mut findings } = read_summary(form, law, &context, &asked);
    if !concerned {
        findings.push(refusals::NOT_YOURS.at("/consignee/credit_code"));
    }
    let in_name = match summary.as_ref().filter(|_| concerned) {
        Some(s) => {
            let parties = (s.consignee.credit_code.as_str(), actor.party.as_str());
            crate::authorisation::check(parties, (Direction::Import, s.declaration_office), view, day)
        }
        None => Ok(None),
    };
    findings.extend(in_name.as_ref().err().cloned());
    if let (Some(_), BillKnowledge::Known { bill, .. }) = (&summary, &context.bill) {
        findings.extend(unfit(Direction::Import, bill, law, at));
    }
    let assessed = whole.and_then(|declaration| {
        let assessment = assess(&declaration.consignment(), &law.tariff, day).ok()?;
        Some(DeclarationVersion { declaration, assessment })
    });
    let stated = summary.as_ref().and_then(|s| s.stated).and_then(amount);
    let taxes = match &assessed {
        Some(version) => Some(version.assessment.total),
        None if asked.taxable => stated,
        None => Some(Money::ZERO),
    };
    if taxes.is_none() {
        let missing = refusals::MISSING.at("/self_assessed_total").with("field", "self_assessed_total");
        findings.push(missing);
    }
    let (Some(summary), Some(taxes)) = (summary, taxes) else { return Err(findings) };
    if findings.iter().any(Refusal::is_error) {
        return Err(findings);
    }
    let bill = bill.ok_or_else(|| vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", &summary.bill)])?;
    let kept = KeptSummary { summary, assessed };
    let in_name = in_name.ok().flatten();
    let mut decision = accept((kept, in_name, taxes), bill, view, law, at, dice)?;
    decision.warnings = findings;
    Ok(decision)
}

/// A stated amount above nothing, in fen.
fn amount(stated: Exact) -> Option<Money> {
    stated.steps(2).map(Money::from_minor).filter(|amount| *amount > Money::ZERO)
}

/// Everything that acceptance of a summary does.
fn accept(
    (kept, agent_in_name, taxes): (KeptSummary, Option<crate::authorisation::InName>, Money),
    bill: &Record,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    let (summary, day) = (&kept.summary, at.day());
    let opening = Opening::of(summary.declaration_office, Direction::Import, view, day)?;
    let entry = opening.entry;
    let guarantee = if taxes.is_zero() { None } else { Some(serving(summary, taxes, view, law, day)?) };
    let reserved = guarantee.as_ref().map(|case| {
        let free = case.body.balances.free;
        // goods that wait for a licence are held, so that none is given in its place (GR 4)
        guaranteed::reserve(entry, case, (taxes, free), BTreeSet::new(), law, day)
    });
    let there = |r: Refusal| vec![Refusal { path: "/guarantee".to_owned(), ..r }];
    let reserved = reserved.transpose().map_err(there)?;
    let goods = summary.goods();
    let open = holds(&goods, &law.conditions, day);
    let Licensed { holds, draws, postings } = licence::meet(&goods, open, &[], view, day);
    let covered = bill.read::<crate::bill::BillRecord>().map(|b| b.covered().gross_kg);
    let given = kept.assessed.as_ref();
    let facts = SelectionFacts {
        consignee: summary.consignee.credit_code.as_str(),
        entry_office: summary.entry_office,
        supervision_mode: &summary.supervision_mode,
        departure_country: given.map(|v| v.declaration.departure_country),
        lines: summary.lines.len(),
        gross_kg: summary.gross_kg.or(covered).unwrap_or_default(),
        customs_value: given.map(|v| v.assessment.value()),
    };
    let (channel, selected_by) = select(&facts, law, day, dice);
    let two_step = TwoStep {
        summarised: day,
        due: law.terms_of_procedure.end(TERM, summary.entry_date),
        overdue: false,
        guarantee: guarantee.as_ref().map(|case| case.body.given.number.clone()),
        reserved: if guarantee.is_some() { taxes } else { Money::ZERO },
        completed: None,
        law_date: None,
    };
    let record = DeclarationRecord {
        agent_in_name,
        first_goods: summary.lines.first().map_or_else(String::new, |l| l.name.clone()),
        lines: summary.lines.len() as u32,
        channel,
        selected_by,
        holds,
        draws,
        two_step: Some(two_step),
        ..DeclarationRecord::new(
            entry,
            (&summary.consignee, summary.agent.as_ref()),
            (&bill.key.id, day, law.edition),
            nothing_reckoned(summary)?,
        )
    };
    let mut clearance = opened(record, (Direction::Import, summary.declaration_office), bill, view, law, at)?;
    clearance.decision.postings.extend(postings);
    clearance.decision.postings.extend(reserved);
    clearance.move_goods("bill.declared", "bill_open", "bill_declared")?;
    clearance.go_on(at)?;
    let body = &clearance.case.body;
    let facts = serde_json::json!({
        "entry_number": entry,
        "bill": body.bill,
        "state": clearance.case.state,
        "holds": body.holds,
        "two_step": body.two_step,
    });
    clearance.decision.counters.insert(opening.counter, opening.serial);
    clearance.decision.tell("declaration.lodged", &facts);
    clearance.decision.answer(&facts);
    clearance.decision.record(kept.record(entry));
    Ok(clearance.close())
}

/// The guarantee on which the goods of a summary are released: the one that it names, or the only one of the
/// consignee's that could answer.
fn serving<'a>(
    summary: &Summary,
    taxes: Money,
    view: &dyn View,
    law: &'a ControlLaw,
    day: Date,
) -> Result<Guarantee<'a>, Vec<Refusal>> {
    let party = summary.consignee.credit_code.as_str();
    let case = if summary.guarantee.is_empty() {
        aggregate::unnamed(party, taxes, view, law, day)
    } else {
        aggregate::named((&summary.guarantee, party), view, law, day)
    };
    case.map_err(|r| vec![r])
}

/// The amounts of a summary: what it says that the goods cost, and nothing that is owed.
fn nothing_reckoned(summary: &Summary) -> Result<Amounts, Vec<Refusal>> {
    let prices = summary.lines.iter().try_fold(Exact::ZERO, |sum, l| sum.add(l.total));
    let first = summary.lines.first();
    let currency = first.map(|line| line.currency);
    let currency = currency.ok_or_else(|| vec![refusals::MISSING.at("/lines").with("field", "lines")])?;
    Ok(Amounts {
        declared: Declared { price: prices.unwrap_or_default(), currency, total: summary.stated },
        computed: Vec::new(),
        computed_total: Money::ZERO,
        customs_value: Money::ZERO,
        confirmed: None,
    })
}

/// The declaration of the bill that a form names, by the bill's record.
fn declared(form: &Form, view: &dyn View) -> Option<EntryNumber> {
    view.record(&bill_of(form)?)?.read::<crate::bill::BillRecord>()?.declaration
}

/// What must be seen to lodge a full declaration.
pub(crate) fn full_needs(form: &Form, view: &dyn View, at: &Moment, keys: &mut Keys) {
    if let Some(entry) = declared(form, view) {
        // what its documents need stands in the form, and is asked for with it
        step::needs_undrawn(entry, &StepForm::default(), view, at, keys);
    }
}

/// Lodges the full declaration of a bill: the step that completes its summary.
///
/// # Errors
/// The bill has no open summary of the actor's; and what completing refuses.
pub(crate) fn lodge_full(
    form: &Form,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    let bill = form.head.get("bill").unwrap_or_default();
    let none = || vec![refusals::NO_SUMMARY.at("/bill").with("what", bill)];
    let entry = declared(form, view).ok_or_else(none)?;
    let (record, body) = crate::pay::own(view, entry, actor, at.day()).map_err(|_| none())?;
    body.open_summary().ok_or_else(none)?;
    let procedure = law.procedure_of(entry.direction());
    let step = procedure.step_doing(&record.state, "complete_declaration", &actor.who()).ok_or_else(none)?;
    let form = StepForm { declaration: Some(Box::new(form.clone())), ..StepForm::default() };
    step::take((entry, &step.id), &form, actor, view, law, at, dice)
}

/// What must be seen beside the rest of a declaration in two steps.
pub(crate) fn needs(body: &DeclarationRecord, keys: &mut Keys) {
    if let Some(two) = body.open_summary() {
        keys.record(summary_key(body.entry_number));
        if let Some(number) = &two.guarantee {
            guaranteed::needs(number, body.entry_number, keys);
        }
    }
}

/// Completes a summary with the full declaration: read, checked, assessed, and owed.
///
/// # Errors
/// Every finding at once, contradictions to the summary among them.
pub(crate) fn complete(
    clearance: &mut Clearance<'_>,
    form: &Form,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let one = |r: Refusal| vec![r];
    let day = at.day();
    let body = &clearance.case.body;
    let entry = body.entry_number;
    let two = body.open_summary().ok_or_else(|| vec![no_summary(entry)])?;
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", entry)];
    let kept: KeptSummary = view.record(&summary_key(entry)).and_then(Record::read).ok_or_else(bad)?;
    let rule = law.two_step.on(two.summarised).ok_or_else(bad)?;
    let law_day = rule.law_date(two.summarised, day);
    let bill = BillKnowledge::Known { bill: Box::new(clearance.bill.body.clone()), open: true };
    let Reading { declaration, mut findings } = read(form, law, &NormContext { today: day, bill });
    if let Some(full) = &declaration {
        findings.extend(kept.summary.contradictions(full));
        let guarantee = two.guarantee.as_deref().unwrap_or_default();
        if !full.guarantee.is_empty() && full.guarantee != guarantee {
            findings.push(contradicts("/guarantee", "guarantee", &guarantee, &full.guarantee));
        }
    }
    let (declaration, assessment, warnings) = checked_assessment(declaration, findings, law, law_day)?;

    let late = late_declaration(&declaration, &assessment, law, day)?;
    let mut charges: Vec<(String, String, Money)> =
        assessment.charges.iter().map(|c| (c.charge.clone(), c.book.clone(), c.amount)).collect();
    charges.extend(late.iter().map(|fee| (LATE_DECLARATION.to_owned(), "F".to_owned(), fee.amount)));
    let (books, postings) = books_for(entry, &body.consignee, &charges, day, day, &law.terms).map_err(one)?;
    let goods = declaration.goods();
    let open = holds(&goods, &law.conditions, day);
    let before = std::mem::take(&mut clearance.case.body.draws);
    let Licensed { holds, draws, postings: drawn } = licence::meet(&goods, open, &before, view, day);
    // goods that were released stay without an open condition
    if !clearance.bill.can("release_bill", &Actor::system()) && !holds.is_empty() {
        return Err(vec![refusals::CONDITIONS_OPEN.at("")]);
    }
    let body = &mut clearance.case.body;
    body.document_version = 1;
    body.edition = assessment.edition;
    body.completed = day;
    body.first_goods = declaration.lines.first().map_or_else(String::new, |l| l.name.clone());
    body.lines = declaration.lines.len() as u32;
    body.amounts = amounts(&declaration, &assessment);
    body.late_declaration = late;
    body.books = books;
    body.holds = holds;
    body.draws = draws;
    if let Some(two) = &mut body.two_step {
        two.completed = Some(day);
        two.law_date = Some(law_day);
    }
    let decision = &mut clearance.decision;
    decision.postings.extend([postings, licence::undo(&before, view), drawn].concat());
    decision.record(DeclarationVersion { declaration, assessment }.record(entry, 1));
    decision.warnings = warnings;
    let freed = free(clearance, view, law)?;
    answer(clearance, freed, view, law, at)
}

/// The refusal where there is nothing to complete.
pub(crate) fn no_summary(entry: EntryNumber) -> Refusal {
    refusals::NO_SUMMARY.at("").with("what", entry)
}

/// Frees what of a guarantee a summary occupies; gives how much.
///
/// # Errors
/// The guarantee's record is missing.
pub(crate) fn free(
    clearance: &mut Clearance<'_>,
    view: &dyn View,
    law: &ControlLaw,
) -> Result<Money, Vec<Refusal>> {
    let body = &mut clearance.case.body;
    let entry = body.entry_number;
    let Some(two) = &mut body.two_step else { return Ok(Money::ZERO) };
    let freed = std::mem::take(&mut two.reserved);
    let Some(number) = two.guarantee.clone().filter(|_| !freed.is_zero()) else { return Ok(Money::ZERO) };
    let case = guarantee::load(&number, view, law).ok_or_else(|| vec![no_such(&number)])?;
    clearance.post(case.body.given.release(entry, freed).map_err(|r| vec![r])?);
    Ok(freed)
}

/// The guarantee of the summary answers for the taxes, book by book as far as it reaches. One that serves no
/// more answers for none: they are open like any book.
fn answer(
    clearance: &mut Clearance<'_>,
    freed: Money,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let body = &clearance.case.body;
    let number = body.two_step.as_ref().and_then(|two| two.guarantee.clone());
    let case = number.and_then(|number| guarantee::load(&number, view, law)).filter(is_in_force);
    let Some(case) = case else { return Ok(()) };
    let too_large = || vec![refusals::BAD_RECORD.at("").with("record", body.entry_number)];
    let room = case.body.balances.free.checked_add(freed).ok_or_else(too_large)?;
    let mut left = room;
    let mut fits = |book: &PaymentBook| {
        let rest = left.checked_sub(book.amount).filter(|rest| *rest >= Money::ZERO);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let owed = |book: &PaymentBook| book.is_open() && is_tax(&book.charge);
    let places = body.books.iter().enumerate().filter(|(_, book)| owed(book) && fits(book));
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    if !places.is_empty() {
        // one that serves no more on the day, or that a missing licence bars, answers for nothing
        let _ = guaranteed::answer_for(clearance, &case, room, &places, law, at);
    }
    Ok(())
}

/// The carrier corrected the day of entry: the last day to complete an open summary follows.
pub(crate) fn entered(body: &mut DeclarationRecord, day: Date, law: &ControlLaw) {
    if let Some(two) = body.two_step.as_mut().filter(|two| two.completed.is_none()) {
        two.due = law.terms_of_procedure.end(TERM, day);
    }
}
