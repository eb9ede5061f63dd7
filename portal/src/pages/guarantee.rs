//! One guarantee: what is free of it, reserved, claimed and given back; what it answers for; the decision
//! on it, and asking for what is free.

use super::bars::Bars;
use super::guarantees::what;
use super::small::{Field, Fields, Refused, Typed, submit, submit_bare};
use super::words::{Finding, Tag, code_name, day_words, findings, grouped, moment_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::api::guarantee_balances;
use crate::names::Names;
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, Command, ControlLaw, DeclarationRecord, GuaranteeBalances, GuaranteeDecisionForm, KeptGuarantee,
    Milestone, Role,
};
use customhouse_finance::{GuaranteeKind, guarantee_reserved};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_storage::{Reader, StoreError};
use jiff::civil::Date;
use serde::Deserialize;

/// Declarations that are listed at most.
const ANSWERED_FOR: usize = 200;

#[derive(Template)]
#[template(path = "guarantee.html")]
struct Page {
    frame: Frame,
    number: String,
    tag: Tag,
    done: &'static str,
    findings: Vec<Finding>,
    /// What of it is free, once it is in force; else its amount.
    amount: String,
    taken: bool,
    currency: String,
    decide_by: Option<(String, bool)>,
    decision: Option<(bool, String, String)>,
    facts: Vec<(&'static str, String, String)>,
    stand: Option<Bars>,
    answers: Vec<Answers>,
    more: bool,
    /// Steps that may be taken now: id and words.
    decide: Vec<(String, String)>,
    note: Option<Field>,
    give_back: bool,
    key: String,
    timeline: Vec<(String, String, String, String)>,
}

/// A declaration that it answers or answered for.
struct Answers {
    entry: String,
    tag: Option<Tag>,
    goods: String,
    reserved: String,
    claimed: String,
    due: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /guarantees/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, number, &done.done, &Refused::default()).await
}

/// `POST /guarantees/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let of = number.clone();
    let command = |form| Command::DecideGuarantee { number: of, form };
    match submit(&portal, &signed_in, (&number, &typed), "guarantee.decided", command).await? {
        Ok(_) => Ok(to(&format!("/guarantees/{}?done=decided", super::frame::encoded(&number)))),
        Err(found) => page(&portal, &signed_in, number, "", &Refused::of("decision", typed, found)).await,
    }
}

/// `POST /guarantees/{number}/return`
pub(crate) async fn give_back(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let command = Command::GiveBackGuarantee(number.clone());
    match submit_bare(&portal, &signed_in, (&number, &typed), command).await? {
        Ok(_) => Ok(to(&format!("/guarantees/{}?done=returned", super::frame::encoded(&number)))),
        Err(found) => page(&portal, &signed_in, number, "", &Refused::of("return", typed, found)).await,
    }
}

/// What is known of a guarantee, all of one moment but for the declarations.
struct Found {
    record: Record,
    body: KeptGuarantee,
    stand: GuaranteeBalances,
    answers: Vec<AnsweredFor>,
    /// What its party is called.
    party: String,
}

/// A declaration, what is reserved for it now, and its record if the reader may see it.
type AnsweredFor = (EntryNumber, Money, access::Found<DeclarationRecord>);

fn find(reader: &mut dyn Reader, actor: &Actor, number: &str) -> Result<Option<Found>, StoreError> {
    let Some((record, body)) = access::guarantee(reader, actor, number)? else { return Ok(None) };
    let stand = guarantee_balances(reader, &body)?;
    let mut answers = Vec::new();
    for (entry, reserved) in reservations(reader, number)? {
        // an officer sees declarations of its own offices, a party its own
        let declared = access::declaration(reader, actor, entry)?;
        answers.push((entry, reserved, declared));
    }
    let party = Names::default().of(reader, &body.given.party)?;
    Ok(Some(Found { record, body, stand, answers, party }))
}

/// The declarations that a guarantee answers or answered for, with what is reserved for each now: its
/// accounts stand one behind another.
fn reservations(reader: &mut dyn Reader, number: &str) -> Result<Vec<(EntryNumber, Money)>, StoreError> {
    let before = AccountId::new("guarantee_reserved", number, "");
    let accounts = reader.balances(Some(&before), ANSWERED_FOR + 1)?;
    let of = |account: &AccountId| {
        let entry = EntryNumber::parse(account.key().strip_prefix(number)?.strip_prefix('/')?)?;
        (*account == guarantee_reserved(number, entry)).then_some(entry)
    };
    let own = accounts.iter().map_while(|(account, amount)| Some((of(account)?, Money::from_minor(*amount))));
    Ok(own.collect())
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    number: String,
    done: &str,
    refused: &Refused,
) -> Result<Response, Problem> {
    let (actor, day) = (signed_in.actor(), portal.engine().now().day());
    let found = portal.read(move |reader| {
        let Some(found) = find(reader, &actor, &number)? else { return Ok(None) };
        // steps are those of the posts at its office
        let actor = access::acting_on(reader, &actor, &found.record, day)?;
        Ok(Some((found, actor)))
    });
    let (found, actor) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let view = View { found: &found, law: &law.control, lang, day };
    let (body, stand) = (&found.body, &found.stand);
    let who = actor.who();
    let steps: Vec<_> = view.procedure().steps_from(&found.record.state, &who).collect();
    let does = |action: &str| steps.iter().any(|step| step.does(action));
    let decides = steps.iter().filter(|s| s.does("accept_guarantee") || s.does("refuse_guarantee"));
    let decides = decides.map(|s| (s.id.clone(), s.title.get(lang).to_owned())).collect::<Vec<_>>();
    let mut told = findings(&refused.findings, lang);
    let note = GuaranteeDecisionForm::MEMBERS.iter().find(|m| m.name == "note");
    let note = note.filter(|_| !decides.is_empty()).map(|member| {
        let mut fields =
            Fields { form: "decision", prefix: "", typed: &refused.typed, findings: &mut told, lang };
        fields.field(member)
    });
    let mut frame = signed_in.visitor.frame("guarantees");
    frame.here = format!("/guarantees/{}", body.given.number);
    let amount = if body.is_taken() { stand.free } else { body.given.amount };
    let decision = body.decision.as_ref();
    Ok(html(&Page {
        frame,
        number: body.given.number.clone(),
        tag: Tag::of(view.procedure(), &found.record.state, lang),
        done: match done {
            "lodged" => "guarantees.done_lodged",
            "decided" => "guarantees.done_decided",
            "returned" => "guarantees.done_returned",
            _ => "",
        },
        findings: told,
        amount: grouped(amount),
        taken: body.is_taken(),
        currency: law.manifest.territory.currency.clone(),
        decide_by: decision
            .is_none()
            .then(|| (day_words(body.decide_by.day, lang), body.decide_by.provisional)),
        decision: decision.map(|d| (d.accepted, moment_words(&d.at), d.note.clone())),
        facts: view.facts(),
        stand: body.is_taken().then(|| view.stand()),
        more: found.answers.len() > ANSWERED_FOR,
        answers: found.answers.iter().take(ANSWERED_FOR).map(|one| view.answers(one)).collect(),
        decide: decides,
        note,
        give_back: does("give_back_guarantee") && stand.free > Money::ZERO,
        key: secrets::random(),
        timeline: body.timeline.iter().map(|m| view.happened(m)).collect(),
    }))
}

/// A guarantee on its way to a page.
struct View<'a> {
    found: &'a Found,
    law: &'a ControlLaw,
    lang: Lang,
    day: Date,
}

impl View<'_> {
    fn procedure(&self) -> &Procedure {
        self.law.guarantee_procedure()
    }

    fn stand(&self) -> Bars {
        let stand = &self.found.stand;
        let say = |name: &str| say_of("guarantee_stand", name, self.lang);
        let reading =
            say("reading").replace("{free}", &grouped(stand.free)).replace("{given}", &grouped(stand.given));
        let parts = [
            ("free", "good", stand.free),
            ("reserved", "wait", stand.reserved),
            ("claimed", "stop", stand.claimed),
            ("returned", "plain", stand.returned),
        ];
        let parts =
            parts.map(|(name, tone, amount)| (say(name), tone, amount.minor(), vec![grouped(amount)]));
        Bars::of(say("title"), reading, vec![say("amount")], parts)
    }

    fn facts(&self) -> Vec<(&'static str, String, String)> {
        let body = &self.found.body;
        let given = &body.given;
        let office = body.office.to_string();
        let cases = given.cases.iter().map(|case| say_of("guarantee_case", case.name(), self.lang));
        let mut facts = vec![
            ("guarantees.party", given.party.clone(), self.found.party.clone()),
            (
                "guarantees.office",
                office.clone(),
                code_name(self.law, "office", &office, self.day, self.lang),
            ),
            ("guarantees.what", String::new(), what(body, self.lang)),
            ("guarantees.guarantor", String::new(), given.guarantor.clone()),
            ("guarantees.amount", String::new(), grouped(given.amount)),
            ("guarantees.valid", String::new(), format!("{} – {}", given.valid_from, given.valid_to)),
            ("guarantees.cases", String::new(), cases.collect::<Vec<_>>().join("; ")),
        ];
        if let GuaranteeKind::Single(entry) = given.kind {
            facts.push(("guarantees.entry", entry.to_string(), String::new()));
        }
        facts
    }

    fn answers(&self, (entry, reserved, declared): &AnsweredFor) -> Answers {
        let number = self.found.body.given.number.as_str();
        let body = declared.as_ref().map(|(_, body)| body);
        let own =
            || body.into_iter().flat_map(|b| &b.books).filter(|b| b.guaranteed.as_deref() == Some(number));
        let claimed = Money::sum(own().filter(|b| b.claimed).map(|b| b.amount)).unwrap_or_default();
        let due = own().filter(|b| b.is_open()).map(|b| b.due.day).min();
        let procedure = self.law.procedure_of(entry.direction());
        Answers {
            entry: entry.to_string(),
            tag: declared.as_ref().map(|(record, _)| Tag::of(procedure, &record.state, self.lang)),
            goods: body.map_or_else(String::new, |b| b.first_goods.clone()),
            reserved: grouped(*reserved),
            claimed: if claimed.is_zero() { String::new() } else { grouped(claimed) },
            due: due.map_or_else(String::new, |due| day_words(due, self.lang)),
        }
    }

    /// What happened, when, by whom, and what was said.
    fn happened(&self, milestone: &Milestone) -> (String, String, String, String) {
        let procedure = self.procedure();
        let step = procedure.steps.iter().find(|step| step.id == milestone.step);
        let state = procedure.state(&milestone.state).map_or("", |state| state.title.get(self.lang));
        let what = step.map_or(state, |step| step.title.get(self.lang));
        (what.to_owned(), moment_words(&milestone.moment), milestone.by.clone(), milestone.note.clone())
    }
}
