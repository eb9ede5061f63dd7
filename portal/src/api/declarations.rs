//! Declarations: lodging, the list, one of them, its trace in words, its payment.

use super::answer::{is_key, key_in, respond};
use super::bearer::Bearer;
use super::bills::submit_bare;
use super::list::{ListQuery, listed};
use crate::access;
use crate::problem::{self, Problem};
use crate::state::{Portal, failed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use customhouse_control::{
    Command, DeclarationRecord, DeclarationVersion, KeptSummary, StepPart, open_steps, parts_of, summary_key,
    version_key,
};
use customhouse_duties::step_words;
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_exchange::{Format, Limits, Message, charset, localise, read_in};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Step;
use customhouse_kernel::journal::Event;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::EntryNumber;
use customhouse_storage::StoredEvent;
use serde::Deserialize;
use serde_json::{Value, json};

/// The format that a request says it holds.
///
/// # Errors
/// It says neither JSON nor XML.
pub(crate) fn format_of(headers: &HeaderMap) -> Result<Format, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Ok(Format::Json),
        "application/xml" | "text/xml" => Ok(Format::DecMessage),
        _ if kind.ends_with("+json") => Ok(Format::Json),
        _ if kind.ends_with("+xml") => Ok(Format::DecMessage),
        _ => Err(problem::MEDIA_TYPE.into()),
    }
}

/// The character set that a request names for its content, if it does.
pub(crate) fn charset_of(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok())?;
    charset(kind).map(str::to_owned)
}

/// The media type under which a format is kept, with the character set that it came in, so that the bytes
/// can be read again.
pub(crate) fn media_type(format: Format, charset: Option<&str>) -> String {
    let plain = match format {
        Format::Json => "application/json",
        Format::DecMessage => "application/xml",
    };
    charset.map_or_else(|| plain.to_owned(), |charset| format!("{plain}; charset={charset}"))
}

/// Reads a message, off the async threads.
pub(crate) async fn read_message(
    portal: &Portal,
    format: Format,
    charset: Option<String>,
    bytes: Bytes,
) -> Result<Result<Message, Vec<Refusal>>, Problem> {
    let limits = Limits { bytes: portal.settings().body_limit, ..Limits::default() };
    portal.blocking(move || read_in(format, charset.as_deref(), &bytes, &limits)).await
}

/// `POST /declarations`
pub(crate) async fn lodge(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let format = format_of(&headers)?;
    let mut key = key_in(&headers)?;
    let charset = charset_of(&headers);
    let kept_as = media_type(format, charset.as_deref());
    let message = read_message(&portal, format, charset, body.clone()).await?;
    let sent = Sent { media_type: kept_as, bytes: body.to_vec(), keep: true };
    match message {
        Ok(message) => {
            key = key.or(message.client_sequence_number.filter(|k| is_key(k)));
            let key = key.ok_or(problem::NO_KEY)?;
            let form = message.form;
            let command = EngineCommand::Control(Command::Lodge(Box::new(form.clone())));
            let outcome = portal.submit(account.actor(), key, command, sent).await?;
            Ok(respond(outcome, |findings| localise(format, &form, findings)))
        }
        Err(findings) => {
            let Some(key) = key else { return Err(Problem::from(problem::NO_KEY).with_errors(findings)) };
            let command = EngineCommand::Unreadable { kind: "declaration.lodged", findings };
            let outcome = portal.submit(account.actor(), key, command, sent).await?;
            Ok(respond(outcome, |findings| findings))
        }
    }
}

/// `POST /declarations/{entry}/payment`
pub(crate) async fn pay(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(entry): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    submit_bare(&portal, bearer, &headers, (&entry.to_string(), body), Command::OrderPayment(entry)).await
}

/// `GET /declarations`
pub(crate) async fn list(
    State(portal): State<Portal>,
    bearer: Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    listed(&portal, bearer, query, "declaration", "declarations", summary).await
}

fn summary(record: &Record) -> Option<Value> {
    let body: DeclarationRecord = record.read()?;
    Some(json!({
        "entry_number": body.entry_number,
        "state": record.state,
        "office": record.office,
        "completed": body.completed,
        "consignee": body.consignee,
        "consignee_name": body.consignee_name,
        "bill": body.bill,
        "first_goods": body.first_goods,
        "lines": body.lines,
        "total": body.amounts.computed_total,
        "due": record.due,
    }))
}

/// A declaration with everything that is shown of it.
pub(crate) struct Whole {
    pub record: Record,
    pub body: DeclarationRecord,
    pub version: DeclarationVersion,
    pub events: Vec<Event>,
    /// What this account may do now.
    pub steps: Vec<Step>,
}

/// A summary that is not completed, with everything that is shown of it.
pub(crate) struct Summed {
    pub record: Record,
    pub body: DeclarationRecord,
    pub kept: KeptSummary,
    pub events: Vec<Event>,
    /// What this account may do now.
    pub steps: Vec<Step>,
}

/// What stands under an entry number.
pub(crate) enum Found {
    Whole(Box<Whole>),
    /// In two steps, and so far a summary only.
    Summed(Box<Summed>),
}

/// A declaration, if the account may see it. A summary has no document yet.
pub(crate) async fn whole(
    portal: &Portal,
    actor: &customhouse_control::Actor,
    entry: &str,
) -> Result<Whole, Problem> {
    match found(portal, actor, entry).await? {
        Found::Whole(whole) => Ok(*whole),
        Found::Summed(_) => Err(problem::NOT_FOUND.into()),
    }
}

/// A declaration or a summary, if the account may see it.
pub(crate) async fn found(
    portal: &Portal,
    actor: &customhouse_control::Actor,
    entry: &str,
) -> Result<Found, Problem> {
    let entry = EntryNumber::parse(entry).ok_or(problem::NOT_FOUND)?;
    let (viewer, today) = (actor.clone(), portal.engine().now().day());
    let found = portal.read(move |reader| {
        let Some((record, body)) = access::declaration(reader, &viewer, entry)? else { return Ok(None) };
        let key = if body.document_version == 0 {
            summary_key(entry)
        } else {
            version_key(entry, body.document_version)
        };
        let version = reader.record(&key)?;
        let events = reader.events_about(&record.key.to_string())?;
        // a post counts at its own office
        let viewer = access::acting(reader, &viewer, entry.office(), today)?;
        Ok(Some((record, body, version, events, viewer)))
    });
    let (record, body, document, events, viewer) = found.await?.ok_or(problem::NOT_FOUND)?;
    let document = document.ok_or_else(|| failed(&format!("{entry} has no document")))?;
    let events = events.iter().filter_map(read_event).collect();
    let law = portal.law();
    let procedure = law.control.procedure_of(entry.direction());
    let steps = open_steps(procedure, &record.state, &body, &viewer);
    let steps = steps.into_iter().cloned().collect();
    let body = access::seen_by(actor, procedure, body);
    let unread = || failed(&format!("the document of {entry} cannot be read"));
    if body.document_version == 0 {
        let kept = document.read().ok_or_else(unread)?;
        return Ok(Found::Summed(Box::new(Summed { record, body, kept, events, steps })));
    }
    let version = document.read().ok_or_else(unread)?;
    Ok(Found::Whole(Box::new(Whole { record, body, version, events, steps })))
}

/// An event out of its payload; `None` if it was erased.
fn read_event(stored: &StoredEvent) -> Option<Event> {
    serde_json::from_str(&stored.payload).ok()
}

/// `GET /declarations/{entry}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(entry): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (record, body, document, summary, assessment, events, steps) =
        match found(&portal, &account.actor(), &entry).await? {
            Found::Whole(found) => {
                let Whole { record, body, version, events, steps } = *found;
                let DeclarationVersion { declaration, assessment } = version;
                (record, body, Some(declaration), None, Some(assessment), events, steps)
            }
            Found::Summed(found) => {
                let Summed { record, body, kept, events, steps } = *found;
                let assessed = kept.assessed.map(|version| version.assessment);
                (record, body, None, Some(kept.summary), assessed, events, steps)
            }
        };
    let events: Vec<Value> = events
        .iter()
        .map(|e| json!({ "seq": e.seq, "kind": e.kind, "accepted": e.accepted, "moment": e.moment }))
        .collect();
    Ok(Json(json!({
        "entry_number": body.entry_number,
        "state": record.state,
        "version": record.version,
        "record": body,
        "document": document,
        "summary": summary,
        "assessment": assessment,
        "steps": steps.iter().map(open_step).collect::<Vec<_>>(),
        "events": events,
    })))
}

/// A step that may be taken now: what it needs, and what it takes besides.
fn open_step(step: &Step) -> Value {
    let (needs, takes) = parts_of(step);
    let names = |parts: Vec<StepPart>| parts.into_iter().map(StepPart::name).collect::<Vec<_>>();
    json!({
        "id": step.id,
        "title": { "zh": step.title.zh, "en": step.title.en },
        "needs": names(needs),
        "takes": names(takes),
    })
}

/// `GET /declarations/{entry}/versions/{version}`
pub(crate) async fn version(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((entry, version)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    let version: u32 = version.parse().map_err(|_| problem::NOT_FOUND)?;
    let found = portal.read(move |reader| {
        let may = access::declaration(reader, &account.actor(), entry)?.is_some();
        if may { reader.record(&version_key(entry, version)) } else { Ok(None) }
    });
    let document: Option<DeclarationVersion> = found.await?.and_then(|record| record.read());
    let document = document.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({
        "entry_number": entry,
        "version": version,
        "document": document.declaration,
        "assessment": document.assessment,
    })))
}

/// In which language.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LangQuery {
    lang: Option<String>,
}

/// `GET /declarations/{entry}/trace`
pub(crate) async fn trace(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(entry): Path<String>,
    Query(query): Query<LangQuery>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let lang = query.lang.as_deref().and_then(Lang::from_code).or_else(|| problem::language(&headers));
    let lang = lang.unwrap_or_default();
    let whole = whole(&portal, &account.actor(), &entry).await?;
    let assessment = &whole.version.assessment;
    let edition = portal.law_of(assessment.edition).await?;
    let law = &edition.control;
    let steps: Vec<Value> = assessment
        .trace
        .iter()
        .map(|step| {
            let words = step_words(step, &law.rulebook, &law.tariff, assessment.law_date, lang);
            json!({
                "line": words.line,
                "charge": words.charge,
                "sum": words.sum,
                "remarks": words.remarks,
                "basis": words.basis,
            })
        })
        .collect();
    Ok(Json(json!({
        "entry_number": whole.body.entry_number,
        "lang": lang.code(),
        "law_date": assessment.law_date,
        "edition": assessment.edition,
        "total": assessment.total,
        "steps": steps,
    })))
}
