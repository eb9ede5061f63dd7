//! Lodging by hand: the form is shown, tried, lodged; or a message file is uploaded.

use super::form_view::{FormView, Viewing, number_lines, read_typed};
use super::words::{Finding, charge_name, grouped};
use super::{Frame, SignedIn, html, to, upload};
use crate::api::{is_key, submit_step, whole};
use crate::declared::content;
use crate::problem::{self, Problem};
use crate::secrets;
use crate::state::{Portal, failed};
use crate::step_form::write_step;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Form as Typed, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{Command, Role, StepForm, StepPart, assess_form, parts_of};
use customhouse_engine::{Command as EngineCommand, Outcome, Sent, SubmitError};
use customhouse_exchange::{Format, Limits, Message, detect, json, localise, read};
use customhouse_kernel::casework::Step;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, EntryNumber};
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "lodge.html")]
struct Page {
    frame: Frame,
    form: FormView,
    export: bool,
    key: String,
    findings: Vec<Finding>,
    /// Something is refused, not merely warned of.
    refused: bool,
    /// What the form would owe: total, and each charge.
    trial: Option<Trial>,
    /// The event whose receipt proves the refusal.
    seq: Option<u64>,
    notice: &'static str,
    sample: bool,
    currency: String,
    /// The declaration that this content would amend.
    amend: Option<Amend>,
}

/// An amendment: of which declaration, and why.
#[derive(Clone, Default)]
struct Amend {
    entry: String,
    reason: String,
    errors: Vec<Finding>,
}

struct Trial {
    total: String,
    charges: Vec<(String, String)>,
}

/// How the page comes to be.
#[derive(Default)]
struct Showing {
    form: Form,
    findings: Vec<Refusal>,
    trial: Option<Trial>,
    seq: Option<u64>,
    notice: &'static str,
    /// The key of a form that is shown again unsent.
    key: Option<String>,
    amend: Option<Amend>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    example: String,
    bill: String,
    amend: String,
    /// `export`, or anything else for import.
    direction: String,
    /// The principal that a broker declares for.
    principal: String,
    /// The permit for periodic declaration that a list is filed under.
    permit: String,
}

/// `GET /declarations/new`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(start): Query<Start>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    if !start.amend.is_empty() {
        return begin_amendment(&portal, &signed_in, start.amend).await;
    }
    let example = !start.example.is_empty() && portal.engine().is_sample();
    let direction = if start.direction == "export" { Direction::Export } else { Direction::Import };
    let mut form = if example { example_form(&portal, direction) } else { Form::default() };
    form.head.set("direction", word(direction));
    let account = &signed_in.session.account;
    if start.principal.is_empty() {
        form.head.set("consignee.credit_code", account.party.as_str());
        if !account.party_name.is_empty() {
            form.head.set("consignee.name", account.party_name.as_str());
        }
    } else {
        form.head.set("consignee.credit_code", start.principal.chars().take(18).collect::<String>());
        form.head.set("agent.credit_code", account.party.as_str());
        form.head.set("agent.name", account.party_name.as_str());
    }
    if !start.permit.is_empty() {
        form.head.set("periodic_permit", start.permit.chars().take(32).collect::<String>());
    }
    if !start.bill.is_empty() {
        form.head.set("bill", start.bill.chars().take(40).collect::<String>());
    }
    if direction == Direction::Import && form.head.get("entry_date").is_none() {
        form.head.set("entry_date", portal.engine().now().day().to_string());
    }
    page(&portal, &signed_in, Showing { form, ..Showing::default() })
}

/// The present content of a declaration, to be changed.
async fn begin_amendment(portal: &Portal, signed_in: &SignedIn, entry: String) -> Result<Response, Problem> {
    let whole = whole(portal, &signed_in.actor(), &entry).await?;
    if !whole.steps.iter().any(|step| parts_of(step).0.contains(&StepPart::Declaration)) {
        return Ok(to(&format!("/declarations/{}", whole.body.entry_number)));
    }
    let (events, version) = (whole.events, whole.body.document_version);
    let limits = Limits { bytes: portal.settings().body_limit, ..Limits::default() };
    let form = portal.read(move |reader| content(reader, &events, version, &limits)).await?;
    let notice = if form.is_some() { "" } else { "lodge.content_not_kept" };
    let amend = Some(Amend { entry, ..Amend::default() });
    page(portal, signed_in, Showing { form: form.unwrap_or_default(), notice, amend, ..Showing::default() })
}

/// An example to try the sample database with: the one of the README, of today.
fn example_form(portal: &Portal, direction: Direction) -> Form {
    let example = match direction {
        Direction::Import => include_str!("../../../docs/examples/declaration.json"),
        Direction::Export => include_str!("../../../docs/examples/export-declaration.json"),
    };
    let mut form = json::read(example.as_bytes(), &Limits::default()).unwrap_or_default();
    form.head.set("bill", "");
    if direction == Direction::Import {
        form.head.set("entry_date", portal.engine().now().day().to_string());
    }
    form
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Import => "import",
        Direction::Export => "export",
    }
}

fn direction_of(form: &Form) -> Direction {
    if form.head.get("direction") == Some("export") { Direction::Export } else { Direction::Import }
}

/// The form the other way: what that way has no field for is left out.
fn turned(portal: &Portal, mut form: Form, direction: Direction) -> Form {
    let (law, day) = (portal.law(), portal.engine().now().day());
    let strike = |fields: &mut Fields| {
        let part = fields.part();
        for field in part.fields() {
            if law.control.field_absent(part, field.name, direction, day) {
                fields.set(field.name, "");
            }
        }
    };
    form.head.set("direction", word(direction));
    strike(&mut form.head);
    form.lines.iter_mut().for_each(strike);
    form
}

/// `POST /declarations/new`
pub(crate) async fn send(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Typed(typed): Typed<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let value = |name: &str| typed.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v).to_owned();
    let mut form = read_typed(&typed);
    form.head.set("direction", word(direction_of(&form)));
    let (key, what) = (value("key"), value("do"));
    let amend = Some(value("amend")).filter(|entry| !entry.is_empty());
    let amend = amend.map(|entry| Amend { entry, reason: value("reason"), errors: Vec::new() });
    let part = |name: &str| match name {
        "lines" => Part::Line,
        "containers" => Part::Container,
        _ => Part::Document,
    };
    let again = |form, trial: Option<Trial>, findings| {
        let key = Some(key.clone()).filter(|k| is_key(k));
        let amend = amend.clone();
        page(&portal, &signed_in, Showing { form, trial, findings, key, amend, ..Showing::default() })
    };
    match what.split_once('-') {
        Some(("turn", way)) => {
            let way = if way == "export" { Direction::Export } else { Direction::Import };
            again(turned(&portal, form, way), None, Vec::new())
        }
        Some(("add", name)) => {
            let count = form.lines.len() + form.containers.len() + form.documents.len();
            if count < 500 {
                if form.lines.is_empty() && name == "lines" {
                    form.add(Part::Line);
                }
                form.add(part(name));
                number_lines(&mut form);
            }
            again(form, None, Vec::new())
        }
        Some(("remove", number)) => {
            if let Some(index) = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
                if index < form.lines.len() {
                    form.lines.remove(index);
                }
                number_lines(&mut form);
            }
            again(form, None, Vec::new())
        }
        _ if what == "try" => {
            let (trial, findings) = assess(&portal, &signed_in, form.clone()).await?;
            again(form, trial, findings)
        }
        _ => {
            if !is_key(&key) {
                return Err(problem::BAD_REQUEST.into());
            }
            match amend {
                Some(amend) => propose(&portal, &signed_in, form, key, amend).await,
                None => lodge(&portal, &signed_in, form, key).await,
            }
        }
    }
}

/// What the form would owe; nothing is stored.
async fn assess(
    portal: &Portal,
    signed_in: &SignedIn,
    form: Form,
) -> Result<(Option<Trial>, Vec<Refusal>), Problem> {
    let (law, day, lang) = (portal.law(), portal.engine().now().day(), signed_in.visitor.lang);
    let work = move || match assess_form(&form, &law.control, day) {
        Ok((_, assessment, warnings)) => {
            let charges = assessment.charges.iter().filter(|c| !c.amount.is_zero());
            let charges =
                charges.map(|c| (charge_name(&law.control, &c.charge, day, lang), grouped(c.amount)));
            (Some(Trial { total: grouped(assessment.total), charges: charges.collect() }), warnings)
        }
        Err(findings) => (None, findings),
    };
    portal.blocking(work).await
}

async fn lodge(portal: &Portal, signed_in: &SignedIn, form: Form, key: String) -> Result<Response, Problem> {
    let sent =
        Sent { media_type: "application/json".to_owned(), bytes: json::write(&form).into(), keep: true };
    let command = EngineCommand::Control(Command::Lodge(Box::new(form.clone())));
    match portal.submit_raw(signed_in.actor(), key, command, sent).await {
        Ok(outcome) if outcome.accepted => lodged(&outcome),
        Ok(outcome) => {
            let Outcome { findings, seq, .. } = outcome;
            page(portal, signed_in, Showing { form, findings, seq: Some(seq), ..Showing::default() })
        }
        // the browser went back to a form that had been sent, and changed it
        Err(SubmitError::KeyReused) => page(
            portal,
            signed_in,
            Showing { form, notice: "lodge.changed_after_sending", ..Showing::default() },
        ),
        Err(e) => Err(e.into()),
    }
}

/// Asks for an amendment to this content.
async fn propose(
    portal: &Portal,
    signed_in: &SignedIn,
    form: Form,
    key: String,
    mut amend: Amend,
) -> Result<Response, Problem> {
    let entry = EntryNumber::parse(&amend.entry).ok_or(problem::NOT_FOUND)?;
    let whole = whole(portal, &signed_in.actor(), &amend.entry).await?;
    let doing = |s: &&Step| parts_of(s).0.contains(&StepPart::Declaration);
    let step = whole.steps.iter().find(doing).map_or("request_amendment", |s| s.id.as_str()).to_owned();
    let proposed = StepForm {
        note: amend.reason.trim().to_owned(),
        declaration: Some(Box::new(form.clone())),
        ..StepForm::default()
    };
    let sent = write_step(&proposed);
    match submit_step(portal, signed_in.actor(), (entry, &step), key, Ok(proposed), &sent).await {
        Ok(outcome) if outcome.accepted => Ok(to(&format!("/declarations/{entry}?done={step}"))),
        Ok(Outcome { mut findings, seq, .. }) => {
            for finding in &mut findings {
                if let Some(own) = finding.path.strip_prefix("/declaration/").map(|own| format!("/{own}")) {
                    finding.path = own;
                }
            }
            let lang = signed_in.visitor.lang;
            let at_note = findings.iter().filter(|f| f.path == "/note");
            amend.errors = at_note.map(|f| Finding::of(f, lang)).collect();
            let amend = Some(amend);
            page(portal, signed_in, Showing { form, findings, seq: Some(seq), amend, ..Showing::default() })
        }
        Err(found) if found.kind == problem::KEY_REUSED => {
            let notice = "lodge.changed_after_sending";
            page(portal, signed_in, Showing { form, notice, amend: Some(amend), ..Showing::default() })
        }
        Err(found) => Err(found),
    }
}

/// On to the declaration.
fn lodged(outcome: &Outcome) -> Result<Response, Problem> {
    let answer = outcome.answer.as_ref().and_then(|a| serde_json::from_str::<Value>(a.get()).ok());
    let entry = answer.as_ref().and_then(|a| a["entry_number"].as_str());
    let entry = entry.ok_or_else(|| failed(&"an answer without an entry number"))?;
    Ok(to(&format!("/declarations/{entry}?lodged=1")))
}

/// `POST /declarations/upload`: a message file, lodged as it is.
pub(crate) async fn upload(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let parts = upload::parts(kind, &body).ok_or(problem::BAD_REQUEST)?;
    let part = |wanted: &str| upload::content(&parts, wanted);
    let bytes = part("file").to_vec();
    if bytes.is_empty() {
        return page(&portal, &signed_in, Showing { notice: "lodge.no_file", ..Showing::default() });
    }
    let format = detect(&bytes, None);
    let limits = Limits { bytes: portal.settings().body_limit, ..Limits::default() };
    let content = bytes.clone();
    let message = portal.blocking(move || read(format, &content, &limits)).await?;
    let own_key = String::from_utf8_lossy(part("key")).into_owned();
    send_message(&portal, &signed_in, format, message, bytes, own_key).await
}

async fn send_message(
    portal: &Portal,
    signed_in: &SignedIn,
    format: Format,
    message: Result<Message, Vec<Refusal>>,
    bytes: Vec<u8>,
    own_key: String,
) -> Result<Response, Problem> {
    let sent_key = message.as_ref().ok().and_then(|m| m.client_sequence_number.clone());
    let key = sent_key.filter(|k| is_key(k)).unwrap_or(own_key);
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let media_type = match format {
        Format::Json => "application/json",
        Format::DecMessage => "application/xml",
    };
    let sent = Sent { media_type: media_type.to_owned(), bytes, keep: true };
    let (form, command) = match message {
        Ok(Message { form, .. }) => (form.clone(), EngineCommand::Control(Command::Lodge(Box::new(form)))),
        Err(findings) => {
            (Form::default(), EngineCommand::Unreadable { kind: "declaration.lodged", findings })
        }
    };
    match portal.submit_raw(signed_in.actor(), key, command, sent).await {
        Ok(outcome) if outcome.accepted => lodged(&outcome),
        Ok(Outcome { findings, seq, .. }) => {
            // the form shows the fields, so the findings keep our own places where there are any
            let unread = form == Form::default();
            let findings = if unread { localise(format, &form, findings) } else { findings };
            page(portal, signed_in, Showing { form, findings, seq: Some(seq), ..Showing::default() })
        }
        Err(SubmitError::KeyReused) => {
            page(portal, signed_in, Showing { form, notice: "lodge.file_key_reused", ..Showing::default() })
        }
        Err(e) => Err(e.into()),
    }
}

fn page(portal: &Portal, signed_in: &SignedIn, showing: Showing) -> Result<Response, Problem> {
    let Showing { form, findings, trial, seq, notice, key, amend } = showing;
    let (law, day, lang) = (portal.law(), portal.engine().now().day(), signed_in.visitor.lang);
    let mut findings = super::words::findings(&findings, lang);
    let direction = direction_of(&form);
    let view = Viewing { law: &law.control, direction, day, lang, findings: &mut findings }.form(&form);
    for finding in findings.iter_mut().filter(|f| amend.is_some() && f.path == "/note") {
        finding.linked = true;
    }
    let mut frame = signed_in.visitor.frame(if amend.is_some() { "declarations" } else { "lodge" });
    if let Some(amend) = &amend {
        frame.here = format!("/declarations/new?amend={}", super::frame::encoded(&amend.entry));
    }
    if frame.here.starts_with("/declarations/upload") {
        frame.here = "/declarations/new".to_owned();
    }
    if direction == Direction::Export && amend.is_none() && frame.here == "/declarations/new" {
        frame.here.push_str("?direction=export");
    }
    Ok(html(&Page {
        frame,
        form: view,
        export: direction == Direction::Export,
        key: key.unwrap_or_else(secrets::random),
        refused: findings.iter().any(|f| f.tone == "stop"),
        findings,
        trial,
        seq,
        notice,
        sample: portal.engine().is_sample(),
        currency: law.manifest.territory.currency.clone(),
        amend,
    }))
}
