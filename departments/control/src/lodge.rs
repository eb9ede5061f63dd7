//! Lodging 申报: read, check, assess, make the books, choose the channel, all in one decision.

use crate::accounts::pair;
use crate::advance::{Advance, law_date};
use crate::aggregate;
use crate::authorisation::{self, InName};
use crate::bill::{BillRecord, bill_key};
use crate::case::Case;
use crate::clearance::Clearance;
use crate::command::{Actor, Role};
use crate::condition::holds;
use crate::declaration::Declaration;
use crate::form::{Fields, Form, Part};
use crate::law::ControlLaw;
use crate::licence::{self, Licensed};
use crate::loading_term::Before;
use crate::mode::{Step, step_of};
use crate::norm::{BillKnowledge, NormContext};
use crate::periodic_list;
use crate::read::{Reading, read};
use crate::record::{Amounts, DeclarationRecord, DeclarationVersion, Declared, declaration_key};
use crate::refusals;
use crate::select::{SelectionFacts, select};
use crate::two_step;
use crate::unclaimed;
use customhouse_duties::{Assessment, Consignment, Step as Traced, Tariff, assess};
use customhouse_finance::{LATE_DECLARATION, LateDeclarationFee, books_for};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::{Refusal, Severity};
use customhouse_kernel::values::{CurrencyCode, Direction, EntryNumber, Exact, Money, OfficeCode};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The counter that entry numbers of an office, year and direction come from.
pub fn entry_counter(office: OfficeCode, year: i16, direction: Direction) -> String {
    let flag = match direction {
        Direction::Import => 1,
        Direction::Export => 0,
    };
    format!("entry/{office}/{year}/{flag}")
}

/// The key of the bill that a form names, if both parts are in form.
pub(crate) fn bill_of(form: &Form) -> Option<RecordKey> {
    let office = OfficeCode::parse(form.head.get("entry_office")?)?;
    Some(bill_key(office, form.head.get("bill")?))
}

/// The documents that a form names: code and number.
pub(crate) fn documents_of(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    form.documents.iter().filter_map(|d| Some((d.get("code")?, d.get("number")?)))
}

pub(crate) fn needs(form: &Form, view: &dyn View, at: &Moment, keys: &mut Keys) {
    aggregate::lodge_needs(form, view, keys);
    periodic_list::lodge_needs(form, view, keys);
    if let Some(bill) = bill_of(form) {
        for class in ["bill_open", "bill_declared", "bill_released"] {
            for account in pair(class, &bill.id) {
                keys.account(account);
            }
        }
        unclaimed::lodge_needs(view.record(&bill), keys);
        keys.record(bill);
    }
    if let Some(principal) = form.head.get("consignee.credit_code") {
        authorisation::needs(principal, form.head.get("agent.credit_code"), keys);
    }
    licence::needs(documents_of(form), keys);
    if step_of(form.head.get("declaration_kind").unwrap_or_default()) == Step::Full {
        two_step::full_needs(form, view, at, keys);
    }
    if let Some(office) = form.head.get("declaration_office").and_then(OfficeCode::parse) {
        let direction = match form.head.get("direction") {
            Some("export") => Direction::Export,
            _ => Direction::Import,
        };
        keys.counter(entry_counter(office, at.day().year(), direction));
    }
}

/// Reads and assesses a form without a database: norms on the bill stay undecided.
///
/// # Errors
/// Every finding; warnings come with the assessment.
pub fn assess_form(
    form: &Form,
    law: &ControlLaw,
    day: Date,
) -> Result<(Declaration, Assessment, Vec<Refusal>), Vec<Refusal>> {
    let context = NormContext { today: day, bill: BillKnowledge::NotAsked };
    let Reading { declaration, findings } = read(form, law, &context);
    let day = law_date(declaration.as_ref().and_then(|d| d.entry_date), day);
    checked_assessment(declaration, findings, law, day)
}

pub(crate) fn lodge(
    form: &Form,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "lodge a declaration 申报")?;
    match step_of(form.head.get("declaration_kind").unwrap_or_default()) {
        Step::Only => {}
        Step::Summary => return two_step::lodge_summary(form, actor, view, law, at, dice),
        Step::Full => return two_step::lodge_full(form, actor, view, law, at, dice),
    }
    let day = at.day();
    let Seen { concerned, bill, context } = seen(form, actor, view, law, day);
    let Reading { declaration, mut findings } = read(form, law, &context);
    if !concerned {
        findings.push(refusals::NOT_YOURS.at("/consignee/credit_code"));
    }
    let in_name = match declaration.as_ref().filter(|_| concerned) {
        Some(d) => {
            let parties = (d.consignee.credit_code.as_str(), actor.party.as_str());
            authorisation::check(parties, (d.direction, d.declaration_office), view, day)
        }
        None => Ok(None),
    };
    // what is kept of a firm answers to nobody but those who may act for it
    if let Some(declaration) = declaration.as_ref().filter(|_| concerned && in_name.is_ok()) {
        findings.extend(aggregate::findings(declaration, view, law, day));
        let bill = match &context.bill {
            BillKnowledge::Known { bill, .. } => Some(&**bill),
            _ => None,
        };
        findings.extend(periodic_list::findings(declaration, bill, view, law, day));
    }
    findings.extend(in_name.as_ref().err().cloned());
    if let (Some(declaration), BillKnowledge::Known { bill, .. }) = (&declaration, &context.bill) {
        findings.extend(unfit(declaration.direction, bill, law, at));
    }
    let law_day = law_date(declaration.as_ref().and_then(|d| d.entry_date), day);
    let (declaration, assessment, warnings) = checked_assessment(declaration, findings, law, law_day)?;
    let bill =
        bill.ok_or_else(|| vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", &declaration.bill)])?;
    let mut decision = accept((&declaration, in_name.ok().flatten()), assessment, bill, view, law, at, dice)?;
    decision.warnings = warnings;
    Ok(decision)
}

/// What lodging a form sees of its bill.
pub(crate) struct Seen<'a> {
    /// The actor is the consignee or the agent.
    pub concerned: bool,
    pub bill: Option<&'a Record>,
    pub context: NormContext,
}

pub(crate) fn seen<'a>(
    form: &Form,
    actor: &Actor,
    view: &'a dyn View,
    law: &ControlLaw,
    day: Date,
) -> Seen<'a> {
    let concerned = concerns(form, &actor.party);
    // a bill answers to nobody but the parties of its declaration
    let bill = bill_of(form).and_then(|key| view.record(&key)).filter(|_| concerned);
    let bill = bill.filter(|record| names_consignee(record, form));
    let context = NormContext { today: day, bill: knowledge(bill, law, concerned) };
    Seen { concerned, bill, context }
}

/// Whether a party may lodge this form: it is the consignee or the agent.
fn concerns(form: &Form, party: &str) -> bool {
    ["consignee.credit_code", "agent.credit_code"].iter().any(|name| form.head.get(name) == Some(party))
}

/// Whether the bill may be declared for the form's consignee: it names that one, or nobody.
fn names_consignee(bill: &Record, form: &Form) -> bool {
    let named = bill.read::<BillRecord>().and_then(|b| b.consignee);
    named.is_none_or(|named| form.head.get("consignee.credit_code") == Some(named.as_str()))
}

/// Why a declaration does not go with its bill: the goods of the bill go the other way, they are sold or
/// sent back (CL 30), or it is too late for the loading that the bill plans (CL 24).
pub(crate) fn unfit(
    direction: Direction,
    bill: &BillRecord,
    law: &ControlLaw,
    at: &Moment,
) -> Option<Refusal> {
    if direction != bill.direction {
        return Some(refusals::OTHER_DIRECTION.at("/direction").with("bill", &bill.bill));
    }
    if let Some(case) = bill.case.as_ref().filter(|_| bill.aside.is_some()) {
        return Some(refusals::GOODS_SET_ASIDE.at("/bill").with("bill", &bill.bill).with("case", case));
    }
    let loading = bill.loading?;
    let latest = law.loading_terms.latest(Before::Declaration, &bill.transport_mode, loading, at.day())?;
    (at.local > latest.moment).then(|| {
        let late = refusals::DECLARED_LATE.at("/bill").with("loading", loading);
        late.with("hours", latest.hours).with("latest", latest.moment)
    })
}

fn knowledge(bill: Option<&Record>, law: &ControlLaw, concerned: bool) -> BillKnowledge {
    let known = bill.and_then(|record| {
        let bill = record.read::<BillRecord>()?;
        let procedure = law.bill_procedure_of(bill.direction);
        let open = procedure.step_doing(&record.state, "declare_bill", &[Role::System.name()]).is_some();
        // goods that a case has are not declared either: `unfit` says so
        let open = open || bill.aside.is_some();
        Some((Box::new(bill), open))
    });
    match known {
        Some((bill, open)) => BillKnowledge::Known { bill, open },
        None if concerned => BillKnowledge::Missing,
        None => BillKnowledge::NotAsked,
    }
}

/// The assessment of a declaration without errors, with the warnings; or every finding at once,
/// those of the assessment among them.
pub(crate) fn checked_assessment(
    declaration: Option<Declaration>,
    mut findings: Vec<Refusal>,
    law: &ControlLaw,
    day: Date,
) -> Result<(Declaration, Assessment, Vec<Refusal>), Vec<Refusal>> {
    let Some(declaration) = declaration else { return Err(findings) };
    let mut consignment = declaration.consignment();
    // a code that norms have refused would only be refused again
    let known =
        |n: usize| !findings.iter().any(|f| f.is_error() && f.path == format!("/lines/{n}/commodity_code"));
    let places: Vec<usize> = (0..consignment.items.len()).filter(|n| known(*n)).collect();
    if places.is_empty() && !consignment.items.is_empty() {
        return Err(findings); // goods there are, only none that the tariff knows
    }
    consignment.items = places.iter().map(|n| consignment.items[*n].clone()).collect();
    match assessed(&consignment, &places, &law.tariff, day, &mut findings) {
        Some(assessment) if findings.iter().all(|f| !f.is_error()) => {
            findings.extend(total_differs(&declaration, &assessment));
            Ok((declaration, assessment, findings))
        }
        _ => Err(findings),
    }
}

/// The assessment of what was read of a form. What it refuses is added to the findings, at the form's own
/// places; `places`: which line of the form each item was.
pub(crate) fn assessed(
    consignment: &Consignment,
    places: &[usize],
    tariff: &Tariff,
    day: Date,
    findings: &mut Vec<Refusal>,
) -> Option<Assessment> {
    let refused = match assess(consignment, tariff, day) {
        Ok(assessment) => return Some(assessment),
        Err(refused) => refused,
    };
    for refusal in refused {
        let path = form_path(&refusal.path, places);
        // what speaks of the same field has said it already
        if !findings.iter().any(|f| f.is_error() && f.path == path) {
            findings.push(Refusal { path, ..refusal });
        }
    }
    None
}

/// A path into the consignment as a path into the form. What an item has and the form's line has not stands at
/// the line.
fn form_path(path: &str, places: &[usize]) -> String {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["items", n, field @ ..] => match n.parse::<usize>().ok().and_then(|n| places.get(n)) {
            Some(place) => match field.first().and_then(|field| line_field(field)) {
                Some(field) => format!("/lines/{place}/{field}"),
                None => format!("/lines/{place}"),
            },
            None => "/lines".to_owned(),
        },
        ["items"] => "/lines".to_owned(),
        ["freight" | "insurance" | "other"] => format!("{path}/rate"),
        _ => path.to_owned(),
    }
}

/// The field of the form's line that an item's member comes from.
fn line_field(member: &str) -> Option<&str> {
    match member {
        "commodity" => Some("commodity_code"),
        "quantities" => Some("first_quantity"),
        other => Fields::place(Part::Line, other).map(|_| other),
    }
}

fn total_differs(declaration: &Declaration, assessment: &Assessment) -> Option<Refusal> {
    let declared = declaration.self_assessed_total?;
    (declared != assessment.total.exact()).then(|| Refusal {
        severity: Severity::Warning,
        ..refusals::TOTAL_DIFFERS
            .at("/self_assessed_total")
            .with("declared", declared)
            .with("computed", assessment.total)
    })
}

/// The entry number that is given out next.
pub(crate) struct Opening {
    pub entry: EntryNumber,
    pub counter: String,
    pub serial: u64,
}

impl Opening {
    /// # Errors
    /// The numbers of the year are used up.
    pub fn of(
        office: OfficeCode,
        direction: Direction,
        view: &dyn View,
        day: Date,
    ) -> Result<Opening, Vec<Refusal>> {
        let counter = entry_counter(office, day.year(), direction);
        let serial = view.counter(&counter) + 1;
        let too_many = || {
            vec![refusals::TOO_MANY_DIGITS.at("/declaration_office").with("field", "serial").with("max", 9)]
        };
        let entry = EntryNumber::new(office, day.year(), direction, serial).ok_or_else(too_many)?;
        Ok(Opening { entry, counter, serial })
    }
}

/// The clearance of a new declaration: its bill is declared, and it has been led to its channel. An open
/// condition holds it first; what was selected for examination is examined all the same.
///
/// # Errors
/// The bill cannot follow.
pub(crate) fn opened<'a>(
    record: DeclarationRecord,
    (direction, office): (Direction, OfficeCode),
    bill: &Record,
    view: &dyn View,
    law: &'a ControlLaw,
    at: &Moment,
) -> Result<Clearance<'a>, Vec<Refusal>> {
    let one = |r: Refusal| vec![r];
    let (system, entry, payer) = (Actor::system(), record.entry_number, record.consignee.clone());
    let mut bill_case = Case::<BillRecord>::resume(law.bill_procedure_of(direction), bill)
        .ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &bill.key)])?;
    bill_case.step("declare", &system, at).map_err(one)?;
    bill_case.body.declaration = Some(entry);
    let closed = unclaimed::close_on_declaration(&mut bill_case.body, entry, view, law, at)?;

    let first = if record.holds.is_empty() { record.channel.clone() } else { "hold".to_owned() };
    let mut case = Case::open(law.procedure_of(direction), declaration_key(entry), record, at);
    for step in ["accept", "compute", &format!("select_{first}")] {
        case.step(step, &system, at).map_err(one)?;
    }
    let case = case.of(&payer, office);
    let mut decision = Decision::default();
    closed.into_iter().for_each(|case| decision.record(case));
    Ok(Clearance { law, case, bill: bill_case, bill_moved: true, account: None, decision })
}

/// Everything that acceptance does.
fn accept(
    (declaration, agent_in_name): (&Declaration, Option<InName>),
    assessment: Assessment,
    bill: &Record,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    let day = at.day();
    let one = |r: Refusal| vec![r];
    let opening = Opening::of(declaration.declaration_office, declaration.direction, view, day)?;
    let entry = opening.entry;

    let payer = declaration.consignee.credit_code.to_string();
    let advance = Advance::of(declaration, &assessment, bill);
    let is_list = !declaration.periodic_permit.is_empty();
    let late = late_declaration(declaration, &assessment, law, day)?.filter(|_| advance.is_none());
    let mut charges: Vec<(String, String, Money)> =
        assessment.charges.iter().map(|c| (c.charge.clone(), c.book.clone(), c.amount)).collect();
    charges.extend(late.iter().map(|fee| (LATE_DECLARATION.to_owned(), "F".to_owned(), fee.amount)));
    // a list has no books before it is gathered
    charges.retain(|(charge, ..)| !is_list || charge == LATE_DECLARATION);
    let (books, postings) = books_for(entry, &payer, &charges, day, day, &law.terms).map_err(one)?;
    let open = holds(&declaration.goods(), &law.conditions, day);
    let Licensed { holds, draws, postings: drawn } =
        licence::meet(&declaration.goods(), open, &[], view, day);
    let (channel, selected_by) = select(&SelectionFacts::of(declaration, assessment.value()), law, day, dice);
    let record = DeclarationRecord {
        agent_in_name,
        document_version: 1,
        first_goods: declaration.lines.first().map_or_else(String::new, |l| l.name.clone()),
        lines: declaration.lines.len() as u32,
        advance,
        channel,
        selected_by,
        holds,
        draws,
        books,
        late_declaration: late,
        ..DeclarationRecord::new(
            entry,
            (&declaration.consignee, declaration.agent.as_ref()),
            (&bill.key.id, day, law.edition),
            amounts(declaration, &assessment),
        )
    };
    let to = (declaration.direction, declaration.declaration_office);
    let mut clearance = opened(record, to, bill, view, law, at)?;
    clearance.decision.postings.extend([postings, drawn].concat());
    aggregate::begin(&mut clearance, declaration, view, law, at)?;
    periodic_list::begin(&mut clearance, declaration, view, law, at)?;
    clearance.move_goods("bill.declared", "bill_open", "bill_declared")?;
    clearance.go_on(at)?;
    let facts = facts(&clearance.case.body, &assessment, &clearance.case.state);
    clearance.decision.counters.insert(opening.counter, opening.serial);
    clearance.decision.tell("declaration.lodged", &facts);
    clearance.decision.answer(&facts);
    let version = DeclarationVersion { declaration: declaration.clone(), assessment };
    clearance.decision.record(version.record(entry, 1));
    Ok(clearance.close())
}

/// The fee for declaring an import late, by the law of the day on which the means entered.
pub(crate) fn late_declaration(
    declaration: &Declaration,
    assessment: &Assessment,
    law: &ControlLaw,
    day: Date,
) -> Result<Option<LateDeclarationFee>, Vec<Refusal>> {
    match (declaration.direction, declaration.entry_date) {
        (Direction::Import, Some(entered)) if entered < day => {
            law.late_declaration.fee(entered, day, assessment.value()).map_err(|r| vec![r])
        }
        _ => Ok(None),
    }
}

pub(crate) fn amounts(declaration: &Declaration, assessment: &Assessment) -> Amounts {
    let prices = declaration.lines.iter().try_fold(Exact::ZERO, |sum, l| sum.add(l.total));
    let first = declaration.lines.first().expect("norms ask for a line, and assessing for an item");
    Amounts {
        declared: Declared {
            price: prices.unwrap_or_default(),
            currency: first.currency,
            total: declaration.self_assessed_total,
        },
        computed: assessment.charges.iter().map(|c| (c.charge.clone(), c.amount)).collect(),
        computed_total: assessment.total,
        customs_value: assessment.value(),
        confirmed: None,
    }
}

/// What the declarant and the journal are told. Why the channel was chosen is not among it.
fn facts(record: &DeclarationRecord, assessment: &Assessment, state: &str) -> serde_json::Value {
    let mut facts = serde_json::json!({
        "entry_number": record.entry_number,
        "bill": record.bill,
        "state": state,
        "customs_value": record.amounts.customs_value,
        "total": record.amounts.computed_total,
        "charges": record.amounts.computed.iter().map(|(charge, amount)| {
            serde_json::json!({ "charge": charge, "amount": amount })
        }).collect::<Vec<_>>(),
        "books": record.books,
        "holds": record.holds,
        "law_date": assessment.law_date,
        "planned_entry": record.advance.as_ref().map(|advance| advance.planned),
        "exchange_rates_carried_forward": carried_forward(assessment),
    });
    if let Some(aggregate) = &record.aggregate {
        facts["aggregate"] = serde_json::json!(aggregate);
    }
    if let Some(list) = &record.periodic {
        facts["periodic"] = serde_json::json!(list);
    }
    facts
}

/// The currencies whose rate of the month is not published yet: the last one was carried forward.
fn carried_forward(assessment: &Assessment) -> BTreeSet<CurrencyCode> {
    let rates = assessment.trace.iter().filter_map(|step| match step {
        Traced::Exchange { currency, carried_forward: true, .. } => Some(*currency),
        _ => None,
    });
    rates.collect()
}

#[cfg(test)]
mod tests {
    use super::form_path;

    /// The first line was refused by a norm: the first item is the second line.
    #[test]
    fn a_finding_on_an_item_stands_at_its_line() {
        for (path, expected) in [
            ("/items/0", "/lines/1"),
            ("/items/1/commodity", "/lines/2/commodity_code"),
            ("/items/0/quantities", "/lines/1/first_quantity"),
            ("/items/0/currency", "/lines/1/currency"),
            ("/items/0/additional_codes", "/lines/1"),
            ("/items/1/quota", "/lines/2"),
            ("/items/1/documents", "/lines/2"),
            ("/items/2", "/lines"),
            ("/items", "/lines"),
            ("/freight", "/freight/rate"),
            ("/terms", "/terms"),
            ("", ""),
        ] {
            assert_eq!(form_path(path, &[1, 2]), expected, "{path}");
        }
    }
}
