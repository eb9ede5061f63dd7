//! Goods that nobody clears: the list of cases, with the consignee's form to abandon goods or send them back,
//! and one case with its sale, its surplus and the steps that the account may take.

use super::upload::{self, Part};
use super::words::{Finding, Tag, charge_name, code_name, day_words, findings, grouped, moment_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::api::{disposal_file_response, is_key, submit_disposal_step};
use crate::disposal_form::read_disposal_step;
use crate::lists::{self, Wanted};
use crate::names::{Names, PartyName};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::{SmallForm, read_fields};
use crate::state::Portal;
use crate::step_form::is_media_type;
use crate::texts::say_of;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use customhouse_control::{
    Command, ControlLaw, DisposalKind, DisposalRecord, Role, Sale, disposal_parts, open_disposal_steps,
};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Cases of each kind that the list shows, newest first.
const ROWS: usize = 50;

type Typed = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "disposals.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    /// The consignee's form.
    asks: bool,
    reasons: Vec<(String, String)>,
    typed: Typed,
    key: String,
    findings: Vec<Finding>,
}

impl ListPage {
    fn typed(&self, name: &str) -> &str {
        value(&self.typed, name)
    }
}

/// A case in the list.
struct Row {
    address: String,
    number: String,
    title: String,
    tag: Tag,
    consignee: PartyName,
    due: String,
}

fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
}

fn address(kind: DisposalKind, number: &str) -> String {
    format!("/disposals/{}/{}", kind.name(), super::frame::encoded(number))
}

/// `GET /disposals`
pub(crate) async fn list(State(portal): State<Portal>, signed_in: SignedIn) -> Result<Response, Problem> {
    list_page(&portal, &signed_in, Vec::new(), &[]).await
}

/// `POST /disposals`
pub(crate) async fn ask(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let key = value(&typed, "key").to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let kind = DisposalKind::parse(value(&typed, "kind"));
    let command = match kind {
        Some(DisposalKind::Abandonment) => command(&typed, Command::DeclareAbandonment),
        Some(DisposalKind::DirectReturn) => command(&typed, Command::AskDirectReturn),
        _ => return Err(problem::BAD_REQUEST.into()),
    };
    let keep = matches!(command, EngineCommand::Unreadable { .. });
    let content: Typed = typed.iter().filter(|(name, _)| name != "key").cloned().collect();
    let bytes = json!(content).to_string().into();
    let sent = Sent { media_type: "application/json".to_owned(), bytes, keep };
    let outcome = portal.submit(signed_in.actor(), key, command, sent).await?;
    if !outcome.accepted {
        return list_page(&portal, &signed_in, typed, &outcome.findings).await;
    }
    let answer: Value = outcome.answer.and_then(|a| serde_json::from_str(a.get()).ok()).unwrap_or_default();
    let number = answer["case"]["number"].as_str().unwrap_or_default();
    Ok(to(&kind.map_or_else(|| "/disposals".to_owned(), |kind| address(kind, number))))
}

/// A small form out of the fields that are its own.
fn command<T: SmallForm>(typed: &Typed, command: impl FnOnce(T) -> Command) -> EngineCommand {
    match read_fields::<T>(typed) {
        Ok(form) => EngineCommand::Control(command(form)),
        Err(findings) => EngineCommand::Unreadable { kind: "disposal.opened", findings },
    }
}

async fn list_page(
    portal: &Portal,
    signed_in: &SignedIn,
    typed: Typed,
    refused: &[Refusal],
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    if !lists::has(&actor, DisposalKind::Unclaimed.name()) {
        return Err(problem::FORBIDDEN.into());
    }
    let (role, lang, law) = (actor.role, signed_in.visitor.lang, portal.law());
    let wanted = Wanted { limit: ROWS, ..Wanted::default() };
    let records = portal.read(move |reader| {
        let mut records = Vec::new();
        for kind in DisposalKind::ALL {
            records.extend(lists::page(reader, &actor, kind.name(), &wanted)?.records);
        }
        let bodies: Vec<DisposalRecord> = records.iter().filter_map(Record::read).collect();
        let names = Names::gather(reader, bodies.iter().filter_map(|body| body.consignee.as_deref()))?;
        Ok((records, names))
    });
    let law = &law.control;
    let (records, names) = records.await?;
    let rows = records.iter().filter_map(|record| row(record, &names, law, lang)).collect();
    let today = portal.engine().now().day();
    let reasons = law.codes.list("return_reason", today);
    let mut frame = signed_in.visitor.frame("disposals");
    frame.here = "/disposals".to_owned();
    Ok(html(&ListPage {
        frame,
        rows,
        asks: role == Role::Declarant,
        reasons: reasons.map(|(code, name)| (code.to_owned(), name.get(lang).to_owned())).collect(),
        typed,
        key: secrets::random(),
        findings: findings(refused, lang),
    }))
}

fn row(record: &Record, names: &Names, law: &ControlLaw, lang: Lang) -> Option<Row> {
    let body: DisposalRecord = record.read()?;
    let procedure = law.disposal_procedure(body.kind)?;
    Some(Row {
        address: address(body.kind, &body.number),
        number: body.number,
        title: procedure.title.get(lang).to_owned(),
        tag: Tag::of(procedure, &record.state, lang),
        consignee: names.party(body.consignee.as_deref().unwrap_or_default()),
        due: record.due.map_or_else(String::new, |due| day_words(due, lang)),
    })
}

#[derive(Template)]
#[template(path = "disposal.html")]
struct CasePage {
    frame: Frame,
    address: String,
    number: String,
    title: String,
    tag: Tag,
    /// Label and value.
    facts: Vec<(&'static str, String)>,
    sale: Option<SaleView>,
    claims: Vec<ClaimView>,
    /// When, which step.
    timeline: Vec<(String, String)>,
    steps: Vec<StepView>,
    findings: Vec<Finding>,
    currency: String,
}

/// A sale: who was paid what.
struct SaleView {
    approved: bool,
    buyer: String,
    document: String,
    sold_on: String,
    proceeds: String,
    restricted: bool,
    /// Name, asked, paid.
    parts: Vec<(String, String, String)>,
    shortfall: String,
    surplus: String,
}

struct ClaimView {
    party: PartyName,
    at: String,
    note: String,
    files: Vec<String>,
    /// Granted, and what was said.
    decided: Option<(bool, String)>,
}

/// A step as a form.
struct StepView {
    id: String,
    title: String,
    key: String,
    note: bool,
    /// Grounds to choose from: code, name.
    grounds: Vec<(String, String)>,
    /// The rows of a sale sheet: name, words.
    sale: Vec<(String, String)>,
    files: bool,
    typed: Typed,
}

impl StepView {
    fn typed(&self, name: &str) -> &str {
        value(&self.typed, name)
    }

    fn amount(&self, name: &str) -> &str {
        value(&self.typed, &format!("amount.{name}"))
    }

    fn why(&self, name: &str) -> &str {
        value(&self.typed, &format!("why.{name}"))
    }
}

/// `GET /disposals/{kind}/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((kind, number)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kind = DisposalKind::parse(&kind).ok_or(problem::NOT_FOUND)?;
    case_page(&portal, &signed_in, (kind, &number), ("", Vec::new()), &[]).await
}

/// `GET /disposals/{kind}/{number}/files/{digest}`
pub(crate) async fn file(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((kind, number, digest)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    disposal_file_response(&portal, signed_in.actor(), &kind, number, &digest).await
}

/// `POST /disposals/{kind}/{number}/steps/{step}`
pub(crate) async fn take(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((kind, number, step)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = DisposalKind::parse(&kind).ok_or(problem::NOT_FOUND)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let parts = upload::parts(content_type, &body).ok_or(problem::BAD_REQUEST)?;
    let text = |part: &Part<'_>| String::from_utf8_lossy(part.content).trim().to_owned();
    let fields = parts.iter().filter(|part| part.name != "files");
    let typed: Typed = fields.map(|part| (part.name.clone(), text(part))).collect();
    let key = value(&typed, "key").to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let sent = as_sent(&typed, &parts);
    let form = read_disposal_step(&sent);
    let actor = signed_in.actor();
    let outcome = submit_disposal_step(&portal, actor, (kind, &number, &step), key, form, &sent).await?;
    if outcome.accepted {
        return Ok(to(&address(kind, &number)));
    }
    case_page(&portal, &signed_in, (kind, &number), (&step, typed), &outcome.findings).await
}

/// What was typed, as the API would be sent it.
fn as_sent(typed: &Typed, parts: &[Part<'_>]) -> Vec<u8> {
    let given = |name: &str| Some(value(typed, name)).filter(|text| !text.is_empty());
    let mut sent = json!({ "note": value(typed, "note"), "ground": value(typed, "ground") });
    if typed.iter().any(|(name, _)| name == "proceeds") {
        let mut sale = json!({ "restricted": given("restricted").is_some() });
        for name in ["buyer", "document", "sold_on", "proceeds", "value"] {
            if let Some(text) = given(name) {
                sale[name] = Value::from(text);
            }
        }
        let amounts = typed.iter().filter_map(|(name, amount)| Some((name.strip_prefix("amount.")?, amount)));
        let deductions = amounts.filter(|(_, amount)| !amount.is_empty()).map(|(name, amount)| {
            json!({ "name": name, "amount": amount, "note": value(typed, &format!("why.{name}")) })
        });
        sale["deductions"] = deductions.collect();
        sent["sale"] = sale;
    }
    let files = parts.iter().filter(|part| part.name == "files" && !part.content.is_empty()).map(|part| {
        let kind = Some(part.media_type.as_str()).filter(|kind| is_media_type(kind));
        let kind = kind.unwrap_or("application/octet-stream");
        json!({ "media_type": kind, "base64": STANDARD.encode(part.content) })
    });
    sent["files"] = files.collect();
    sent.to_string().into_bytes()
}

async fn case_page(
    portal: &Portal,
    signed_in: &SignedIn,
    (kind, number): (DisposalKind, &str),
    (step, typed): (&str, Typed),
    refused: &[Refusal],
) -> Result<Response, Problem> {
    let (actor, of) = (signed_in.actor(), number.to_owned());
    let today = portal.engine().now().day();
    let found = portal.read(move |r| {
        let Some((record, body)) = access::disposal(r, &actor, kind, &of)? else { return Ok(None) };
        // steps are those of the posts at its office
        let actor = access::acting_on(r, &actor, &record, today)?;
        let parties = body.claims.iter().map(|claim| claim.party.as_str()).chain(body.consignee.as_deref());
        let names = Names::gather(r, parties)?;
        Ok(Some((record, body, names, actor)))
    });
    let (record, body, names, actor) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let currency = law.manifest.territory.currency.clone();
    let law = &law.control;
    let procedure = law.disposal_procedure(kind).ok_or(problem::NOT_FOUND)?;
    let steps = open_disposal_steps(procedure, &record.state, &body, &actor);
    let body = access::disposal_seen_by(&actor, body);
    let view = |taken: &&customhouse_kernel::casework::Step| {
        let needs = disposal_parts(taken);
        let sheet = needs.contains(&"sale");
        StepView {
            id: taken.id.clone(),
            title: taken.title.get(lang).to_owned(),
            key: secrets::random(),
            note: needs.contains(&"note"),
            grounds: if needs.contains(&"ground") {
                codes(law, "abandonment_bar", today, lang)
            } else {
                Vec::new()
            },
            sale: if sheet { sheet_rows(law, kind, today, lang) } else { Vec::new() },
            files: taken.does("claim_surplus"),
            typed: if taken.id == step { typed.clone() } else { Vec::new() },
        }
    };
    let title = |id: &str| {
        let step = procedure.steps.iter().find(|s| s.id == id).map(|s| &s.title);
        let state = || procedure.state(id).map(|s| &s.title);
        step.or_else(state).map_or_else(|| id.to_owned(), |t| t.get(lang).to_owned())
    };
    let mut frame = signed_in.visitor.frame("disposals");
    frame.here = address(kind, number);
    Ok(html(&CasePage {
        address: address(kind, number),
        number: body.number.clone(),
        title: procedure.title.get(lang).to_owned(),
        tag: Tag::of(procedure, &record.state, lang),
        facts: facts((&body, &names), record.due, law, today, lang),
        sale: body.sale.as_ref().map(|sale| sale_view(sale, law, lang)),
        claims: body.claims.iter().map(|claim| claim_view(claim, &names)).collect(),
        timeline: body.timeline.iter().map(|m| (moment_words(&m.moment), title(&m.step))).collect(),
        steps: steps.iter().map(view).collect(),
        findings: findings(refused, lang),
        currency,
        frame,
    }))
}

fn codes(law: &ControlLaw, list: &str, day: Date, lang: Lang) -> Vec<(String, String)> {
    let listed = law.codes.list(list, day);
    listed.map(|(code, name)| (code.to_owned(), name.get(lang).to_owned())).collect()
}

fn facts(
    (body, names): (&DisposalRecord, &Names),
    due: Option<Date>,
    law: &ControlLaw,
    today: Date,
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day_words(day, lang));
    let consignee = names.party(body.consignee.as_deref().unwrap_or_default());
    let facts = [
        ("disposals.bill", body.bill.clone()),
        ("disposals.consignee", format!("{} {}", consignee.name, consignee.code).trim().to_owned()),
        ("disposals.entry_date", day(body.entry_date)),
        ("disposals.declare_by", day(body.declare_by)),
        ("disposals.reason", code_name(law, "return_reason", &body.reason, today, lang)),
        ("disposals.ground", code_name(law, "abandonment_bar", &body.ground, today, lang)),
        ("disposals.note", body.note.clone()),
        ("disposals.declaration", body.declaration.map_or_else(String::new, |d| d.to_string())),
        ("disposals.claim_by", day(due)),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The rows of a sale sheet: what may be paid from the proceeds of such a sale.
fn sheet_rows(law: &ControlLaw, kind: DisposalKind, day: Date, lang: Lang) -> Vec<(String, String)> {
    let rule = law.sales.rule(kind.name(), day);
    let names = rule.iter().flat_map(|rule| rule.names());
    names.map(|name| (name.to_owned(), part_words(law, name, day, lang))).collect()
}

/// What a part of a sale is called: costs by our own texts, taxes and the fee by theirs.
fn part_words(law: &ControlLaw, name: &str, day: Date, lang: Lang) -> String {
    match name.split_once('.') {
        Some(("cost", cost)) => say_of("sale_cost", cost, lang),
        Some((_, charge)) => charge_name(law, charge, day, lang),
        None => charge_name(law, name, day, lang),
    }
}

fn sale_view(sale: &Sale, law: &ControlLaw, lang: Lang) -> SaleView {
    let (sheet, distribution) = (&sale.sheet, &sale.distribution);
    let parts = distribution.parts.iter().map(|part| {
        (part_words(law, &part.name, sheet.sold_on, lang), grouped(part.asked), grouped(part.paid))
    });
    SaleView {
        approved: sale.approved.is_some(),
        buyer: sheet.buyer.clone(),
        document: sheet.document.clone(),
        sold_on: day_words(sheet.sold_on, lang),
        proceeds: grouped(distribution.proceeds),
        restricted: sheet.restricted,
        parts: parts.collect(),
        shortfall: grouped(distribution.shortfall),
        surplus: grouped(distribution.surplus),
    }
}

fn claim_view(claim: &customhouse_control::SurplusClaim, names: &Names) -> ClaimView {
    ClaimView {
        party: names.party(&claim.party),
        at: moment_words(&claim.at),
        note: claim.note.clone(),
        files: claim.files.iter().map(ToString::to_string).collect(),
        decided: claim.decided.as_ref().map(|d| (d.granted, d.note.clone())),
    }
}
