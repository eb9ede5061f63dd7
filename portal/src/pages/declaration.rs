//! One declaration: the answer first, then why, then what happened.

use super::amounts::{Amounts, Assessed};
use super::bars::Bars;
use super::checks::{self, Checks, Versions};
use super::dossier::{self, Dossier};
use super::goods::{Whereabouts, whereabouts};
use super::guarantees::{Usable, usable};
use super::step_forms::{self, StepView, Tried};
use super::words::{
    Finding, Tag, charge_name, code_name, day_words, event_words, findings, grouped, minute_words, mode_name,
    moment_words, open_total,
};
use super::{Frame, SignedIn, html, to};
use crate::access::{self, may_have};
use crate::api::{Found, Whole, file_response, found, is_key};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::state::Portal;
use crate::texts::say_of;
use crate::work_list::need;
use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use customhouse_control::{
    Actor, BillRecord, Command, ControlLaw, DeclarationRecord, Milestone, Post, Role, decides_change,
    waits_for,
};
use customhouse_duties::Assessment;
use customhouse_engine::{Command as EngineCommand, Edition, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::{Procedure, Step as ProcedureStep};
use customhouse_kernel::journal::Event;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{Direction, EntryNumber, Money};
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "declaration.html")]
struct Page {
    frame: Frame,
    entry: String,
    tag: Tag,
    steps: Vec<StepView>,
    /// The step that was just taken, in words.
    done: Option<String>,
    checks: Checks,
    dossier: Option<Dossier>,
    /// What to do now: a key of the texts.
    advice: &'static str,
    pay: Option<Pay>,
    /// Waiting for the bank: the page looks again by itself.
    waiting: bool,
    open: String,
    total: String,
    due: Option<(String, bool)>,
    lodged: bool,
    /// There is a release note to print.
    released: bool,
    refused: Vec<Finding>,
    warnings: Vec<Finding>,
    holds: Vec<HeldLine>,
    /// Where the goods of an export are, and where its bill is.
    goods: Option<(Bars, String)>,
    facts: Vec<(&'static str, String, String)>,
    declared: (String, String, Option<String>),
    computed: String,
    confirmed: Option<String>,
    currency: String,
    amounts: Amounts,
    books: Vec<Book>,
    timeline: Vec<Happened>,
    next: Option<(String, String, Option<String>)>,
}

struct Pay {
    key: String,
}

struct HeldLine {
    line: u32,
    certificate: String,
    name: String,
    nature: String,
    basis: String,
}

struct Book {
    number: String,
    charge: String,
    amount: String,
    due: String,
    provisional: bool,
    paid: Option<String>,
    cancelled: Option<String>,
    /// What is to be paid back of it.
    back: Option<String>,
    /// The guarantee that answers for it, or that paid it.
    guarantee: Option<String>,
    claimed: bool,
}

struct Happened {
    what: String,
    moment: String,
    side: String,
    /// What a settlement was of, and what became of it.
    about: String,
    states: Vec<String>,
    /// The event, if this account may have its receipt.
    seq: Option<u64>,
    accepted: bool,
    /// Who took the step, for customs' eyes, and what was said with it.
    by: String,
    note: String,
}

/// `GET /declarations/{entry}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(entry): Path<String>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &entry, Vec::new(), Tried::default()).await
}

/// `GET /declarations/{entry}/files/{digest}`
pub(crate) async fn file(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((entry, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    file_response(&portal, signed_in.actor(), &entry, &digest).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Payment {
    key: String,
}

/// `POST /declarations/{entry}/payment`
pub(crate) async fn pay(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(entry): Path<String>,
    Form(payment): Form<Payment>,
) -> Result<Response, Problem> {
    let number = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    if !is_key(&payment.key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let bytes = format!("{number}\n").into_bytes();
    let sent = Sent { media_type: "text/plain".to_owned(), bytes, keep: false };
    let command = EngineCommand::Control(Command::OrderPayment(number));
    let outcome = portal.submit(signed_in.actor(), payment.key, command, sent).await?;
    if outcome.accepted {
        return Ok(to(&format!("/declarations/{number}")));
    }
    let lang = signed_in.visitor.lang;
    page(&portal, &signed_in, &entry, findings(&outcome.findings, lang), Tried::default()).await
}

pub(crate) async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    entry: &str,
    refused: Vec<Finding>,
    tried: Tried,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    let lang = signed_in.visitor.lang;
    let whole = match found(portal, &actor, entry).await? {
        Found::Whole(whole) => *whole,
        Found::Summed(summed) => return super::summary::page(portal, signed_in, &summed).await,
    };
    let beside = beside(portal, actor, &whole, lang).await?;
    let edition = portal.law_of(whole.version.assessment.edition).await?;
    let mut frame = signed_in.visitor.frame("declarations");
    frame.here = format!("/declarations/{}", whole.body.entry_number);
    let lodged = signed_in.visitor.here.ends_with("?lodged=1");
    let role = signed_in.session.account.role;
    let here = &signed_in.visitor.here;
    let done = here.split_once("?done=").map_or("", |(_, step)| step);
    let view = View { whole: &whole, edition: &edition, lang, actor: &signed_in.actor() };
    let mut page = view.page(frame, role, lodged, refused);
    let law = &portal.law().control;
    page.done = law
        .procedure_of(whole.body.entry_number.direction())
        .steps
        .iter()
        .find(|s| s.id == done)
        .map(|s| s.title.get(lang).to_owned());
    page.steps = step_forms::forms(&whole, law, (role, lang), &tried, &beside.usable);
    page.facts = view.facts(&whole.body, beside.bill.as_ref().map(|(_, bill, _)| bill));
    page.goods = beside.bill.map(|(_, bill, goods)| {
        (goods.bars(Direction::Export, lang), super::bill::address(bill.office, &bill.bill))
    });
    page.refused.extend(unplaced(&tried, &page.steps, lang));
    page.checks = checks::checks(&whole, &beside.versions, &edition.control, lang);
    page.dossier = beside.dossier.map(|found| dossier::view(&found, &whole, &edition.control, lang));
    Ok(html(&page))
}

/// Findings of a step that is no longer open: its form is not on the page.
fn unplaced(tried: &Tried, steps: &[StepView], lang: Lang) -> Vec<Finding> {
    let shown = steps.iter().any(|view| view.buttons.iter().any(|(id, _)| *id == tried.step));
    if shown { Vec::new() } else { findings(&tried.refused, lang) }
}

/// What stands beside a declaration.
struct Beside {
    versions: Versions,
    dossier: Option<dossier::Found>,
    /// Of an export, its bill and where the goods are.
    bill: Option<(Record, BillRecord, Whereabouts)>,
    /// Guarantees that the reader could use for it.
    usable: Vec<Usable>,
}

async fn beside(portal: &Portal, actor: Actor, whole: &Whole, lang: Lang) -> Result<Beside, Problem> {
    let (edition, day) = (portal.law(), portal.engine().now().day());
    let guarantees = step_forms::asks_for_guarantee(whole);
    let (record, body) = (whole.record.clone(), whole.body.clone());
    let changes: Vec<u32> = body.changes.iter().chain(&body.change).filter_map(|c| c.version).collect();
    let found = portal.read(move |reader| {
        let versions = checks::versions(reader, body.entry_number, &changes)?;
        let customs = actor.role == Role::Officer;
        let dossier = if customs { Some(dossier::find(reader, &actor, &record, &body)?) } else { None };
        let (entry, law) = (body.entry_number, &edition.control);
        let usable =
            if guarantees { usable(reader, &actor.party, entry, law, (day, lang))? } else { Vec::new() };
        let bill = match entry.direction() {
            Direction::Export => access::bill_of(reader, &actor, &body)?,
            Direction::Import => None,
        };
        let bill = match bill {
            Some((record, bill)) => {
                let goods = whereabouts(reader, &record, &bill)?;
                Some((record, bill, goods))
            }
            None => None,
        };
        Ok(Beside { versions, dossier, bill, usable })
    });
    found.await
}

/// A declaration on its way to a page.
struct View<'a> {
    whole: &'a Whole,
    edition: &'a Edition,
    lang: Lang,
    actor: &'a Actor,
}

impl View<'_> {
    fn law(&self) -> &ControlLaw {
        &self.edition.control
    }

    fn assessment(&self) -> &Assessment {
        &self.whole.version.assessment
    }

    fn page(&self, frame: Frame, role: Role, lodged: bool, refused: Vec<Finding>) -> Page {
        let Whole { record, body, events, .. } = self.whole;
        let open = open_total(body);
        let may_pay = role == Role::Declarant && body.books_to_order().next().is_some();
        let waiting = !open.is_zero() && !body.open_orders.is_empty();
        let due = body.open_books().map(|b| b.due).min_by_key(|d| d.day);
        let lodging = events.iter().find(|e| e.kind == "declaration.lodged" && e.accepted);
        let warnings = lodging.map(|e| e.refusals.clone()).unwrap_or_default();
        let amounts = &body.amounts;
        Page {
            entry: body.entry_number.to_string(),
            tag: Tag::of(self.procedure(), &record.state, self.lang),
            advice: self.advice(role, open, waiting),
            pay: may_pay.then(|| Pay { key: secrets::random() }),
            waiting,
            open: grouped(open),
            total: grouped(amounts.computed_total),
            due: due.map(|d| (day_words(d.day, self.lang), d.provisional)),
            lodged,
            released: body.timeline.iter().any(|m| m.step == "release"),
            refused,
            warnings: findings(&warnings, self.lang),
            holds: self.holds(),
            goods: None,
            facts: Vec::new(),
            declared: (
                grouped(amounts.declared.price),
                amounts.declared.currency.to_string(),
                amounts.declared.total.map(grouped),
            ),
            computed: grouped(amounts.computed_total),
            confirmed: amounts.confirmed.map(grouped),
            currency: self.edition.manifest.territory.currency.clone(),
            amounts: self.amounts(),
            books: self.books(),
            timeline: events.iter().map(|e| self.happened(e)).collect(),
            next: self.next(),
            steps: Vec::new(),
            done: None,
            checks: Checks { requests: Vec::new(), examinations: Vec::new(), changes: Vec::new() },
            dossier: None,
            frame,
        }
    }

    /// What to do now, as a key of the texts.
    fn advice(&self, role: Role, open: Money, waiting: bool) -> &'static str {
        match self.whole.record.state.as_str() {
            "document_check" => "declaration.advice_checked",
            "documents_requested" if role == Role::Declarant => "declaration.advice_answer",
            "documents_requested" => "declaration.advice_asked",
            "examination" => "declaration.advice_examination",
            "discrepancy" => "declaration.advice_discrepancy",
            "change_required" if role == Role::Declarant => "declaration.advice_change",
            "change_required" => "declaration.advice_change_asked",
            "suspended" => "declaration.advice_suspended",
            "withdrawn" => "declaration.advice_withdrawn",
            "held" => "declaration.advice_held",
            "awaiting_entry" => "declaration.advice_entry",
            _ if waiting => "declaration.advice_waiting",
            "released" | "goods_out" if self.is_guaranteed() => "declaration.advice_guaranteed",
            _ if !open.is_zero() && role == Role::Declarant => "declaration.advice_pay",
            _ if !open.is_zero() => "declaration.advice_unpaid",
            "released" if self.is_export() => "declaration.advice_to_load",
            "loaded" => "declaration.advice_loaded",
            "shut_out" if role == Role::Declarant => "declaration.advice_shut_out",
            "shut_out" => "declaration.advice_shut_out_asked",
            "departed" if role == Role::Declarant => "declaration.advice_departed",
            "departed" => "declaration.advice_departed_asked",
            "released" => "declaration.advice_released",
            "closed" => "declaration.advice_closed",
            _ => "declaration.advice_none",
        }
    }

    fn is_export(&self) -> bool {
        self.whole.body.entry_number.direction() == Direction::Export
    }

    /// Something is still owed, and a guarantee answers for it.
    fn is_guaranteed(&self) -> bool {
        self.whole.body.open_books().any(|book| book.is_guaranteed())
    }

    fn amounts(&self) -> Amounts {
        let declared = &self.whole.version.declaration.lines;
        let goods = |number: u32| {
            let line = declared.iter().find(|l| l.number == number);
            line.map_or_else(Default::default, |l| (l.commodity_code.to_string(), l.name.clone()))
        };
        let (assessment, edition) = (self.assessment(), self.edition);
        Assessed { assessment, edition, export: self.is_export(), lang: self.lang }.amounts(goods)
    }

    fn books(&self) -> Vec<Book> {
        let day = self.assessment().law_date;
        let books = self.whole.body.books.iter().map(|b| Book {
            number: b.number.clone(),
            charge: charge_name(self.law(), &b.charge, day, self.lang),
            amount: grouped(b.amount),
            due: day_words(b.due.day, self.lang),
            provisional: b.due.provisional,
            paid: b.paid.map(|d| day_words(d, self.lang)),
            cancelled: b.cancelled.map(|d| d.to_string()),
            back: (!b.reduced.is_zero()).then(|| grouped(b.reduced)),
            guarantee: b.guaranteed.clone().filter(|_| b.is_open() || b.claimed),
            claimed: b.claimed,
        });
        books.collect()
    }

    fn holds(&self) -> Vec<HeldLine> {
        let (law, day) = (self.law(), self.assessment().law_date);
        let name = |list: &str, code: &str| code_name(law, list, code, day, self.lang);
        let holds = self.whole.body.holds.iter().map(|hold| {
            let basis = law.rulebook.by_id(&hold.rule).map(|r| &r.basis);
            HeldLine {
                line: hold.line,
                certificate: hold.certificate.clone(),
                name: name("document", &hold.certificate),
                nature: name("condition_nature", &hold.nature),
                basis: basis
                    .map_or_else(String::new, |b| format!("{} {} {}", b.authority, b.document, b.article)),
            }
        });
        holds.collect()
    }

    /// Key facts: label, value, and for a code its name.
    fn facts(
        &self,
        body: &DeclarationRecord,
        bill: Option<&BillRecord>,
    ) -> Vec<(&'static str, String, String)> {
        let declaration = &self.whole.version.declaration;
        let day = self.assessment().law_date;
        let name = |list: &str, code: &str| code_name(self.law(), list, code, day, self.lang);
        let office = declaration.declaration_office.to_string();
        let (mode, terms) = (&declaration.supervision_mode, &declaration.terms);
        let agent = body.agent.as_ref().filter(|agent| **agent != body.consignee);
        let agent_name = declaration.agent.as_ref().map_or("", |agent| agent.name.as_str());
        let days = [
            ("declaration.entry_date", declaration.entry_date.map(|day| day.to_string())),
            ("declaration.loading", bill.and_then(|bill| bill.loading).map(minute_words)),
            ("declaration.departed", body.departed.map(|day| day.to_string())),
        ];
        let mut facts = vec![
            (
                if self.is_export() { "declaration.consignor" } else { "declaration.consignee" },
                declaration.consignee.credit_code.to_string(),
                body.consignee_name.clone(),
            ),
            ("declaration.office", office.clone(), name("office", &office)),
            ("declaration.bill", declaration.bill.clone(), declaration.transport_name.clone()),
            ("declaration.mode", mode.clone(), name("supervision_mode", mode)),
            ("declaration.terms", terms.clone(), name("terms", terms)),
            (
                "declaration.packages",
                declaration.packages.to_string(),
                format!("{} kg", grouped(declaration.gross_kg)),
            ),
            ("declaration.channel", String::new(), name("channel", &body.channel)),
        ];
        if let Some(aggregate) = &body.aggregate {
            let name = mode_name(self.law(), &aggregate.mode, body.completed, self.lang);
            facts.push(("declaration.kind", aggregate.mode.clone(), name));
            facts.push(("declaration.guarantee", aggregate.guarantee.clone(), String::new()));
            let provisional =
                aggregate.due.provisional.then(|| say_of("declaration", "provisional", self.lang));
            facts.push((
                "declaration.aggregate_due",
                day_words(aggregate.due.day, self.lang),
                provisional.unwrap_or_default(),
            ));
        }
        if let Some(two) = &body.two_step {
            facts.push((
                "declaration.kind",
                declaration.declaration_kind.trim().to_owned(),
                say_of("two_step", "full", self.lang),
            ));
            facts.extend(
                two.guarantee.iter().map(|number| ("declaration.guarantee", number.clone(), String::new())),
            );
        }
        facts.extend(days.into_iter().filter_map(|(label, day)| Some((label, String::new(), day?))));
        if let Some(advance) = &body.advance {
            let entered = advance.entered.map(|day| day.to_string());
            let entered = entered.unwrap_or_else(|| say_of("declaration", "not_entered", self.lang));
            let day = facts.iter().position(|(label, ..)| *label == "declaration.entry_date").unwrap_or(0);
            facts[day] = ("declaration.planned_entry", advance.planned.to_string(), String::new());
            facts.insert(day + 1, ("declaration.actual_entry", String::new(), entered));
        }
        if let Some(agent) = agent {
            facts.insert(1, ("declaration.agent", agent.clone(), agent_name.to_owned()));
        }
        facts
    }

    fn procedure(&self) -> &Procedure {
        self.law().procedure_of(self.whole.body.entry_number.direction())
    }

    fn happened(&self, event: &Event) -> Happened {
        let procedure = self.procedure();
        let body = &self.whole.body;
        let milestones: Vec<&Milestone> =
            body.timeline.iter().filter(|m| event.accepted && m.moment == event.moment).collect();
        let states = milestones.iter().filter_map(|m| procedure.state(&m.state));
        let mut states: Vec<String> = states.map(|s| s.title.get(self.lang).to_owned()).collect();
        states.dedup();
        let step = self.step_of(event);
        let customs = step.is_some_and(|s| !s.takers.iter().any(|t| t == "declarant"));
        let side = match event.kind.as_str() {
            "payment.settled" => "bank",
            "goods.out" | "goods.arrived" => "operator",
            "bill.filed" | "bill.entered" | "goods.loaded" | "goods.shut_out" | "goods.departed" => "carrier",
            _ if customs => "customs",
            _ => "declarant",
        };
        let what = step.map(|s| s.title.get(self.lang).to_owned());
        let first = milestones.first();
        Happened {
            what: what.unwrap_or_else(|| event_words(&event.kind, event.accepted, self.lang)),
            moment: moment_words(&event.moment),
            side: say_of("role", side, self.lang),
            about: self.about(event),
            states,
            seq: may_have(self.actor, event, body).then_some(event.seq),
            accepted: event.accepted,
            by: first.filter(|_| customs).map_or_else(String::new, |m| m.by.clone()),
            note: first.map_or_else(String::new, |m| m.note.clone()),
        }
    }

    /// The step that an event took.
    fn step_of(&self, event: &Event) -> Option<&ProcedureStep> {
        let facts = event.facts.as_ref().filter(|_| event.kind == "declaration.step")?;
        let facts: Value = serde_json::from_str(facts.get()).ok()?;
        self.procedure().steps.iter().find(|s| Some(s.id.as_str()) == facts["step"].as_str())
    }

    fn about(&self, event: &Event) -> String {
        let facts = event.facts.as_ref().filter(|_| event.kind == "payment.settled");
        let Some(facts) = facts.and_then(|f| serde_json::from_str::<Value>(f.get()).ok()) else {
            return String::new();
        };
        let text = |name: &str| facts[name].as_str().unwrap_or_default();
        let mut about = format!("{} · {}", grouped(text("amount")), text("book"));
        if text("outcome") != "collected" {
            about.push_str(&format!(" · {}", say_of("outcome", text("outcome"), self.lang)));
        }
        about
    }

    /// What comes next: its name, whose it is, and by when, where the law names a day for it.
    fn next(&self) -> Option<(String, String, Option<String>)> {
        let Whole { record, body, .. } = self.whole;
        let waiting = waits_for(self.procedure(), &record.state, Some(body));
        let step = waiting.into_iter().next()?;
        let taker = step.takers.first()?;
        let customs = Post::parse(taker).is_some();
        let change = body.change.as_ref().filter(|_| decides_change(step)).map(|change| change.due.day);
        let due = change.or(record.due.filter(|_| !customs)).map(|d| day_words(d, self.lang));
        let what = if customs {
            say_of("need", need(step, &record.state, body), self.lang)
        } else {
            step.title.get(self.lang).to_owned()
        };
        Some((what, say_of("role", taker, self.lang), due))
    }
}
