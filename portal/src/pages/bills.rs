//! Bills of lading: a carrier's own with the form to file one; at an operator's place, goods out.

use super::words::{Finding, Tag, code_name, grouped};
use super::{Frame, SignedIn, html, to};
use crate::api::is_key;
use crate::lists::{self, Wanted};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::{Kind, SmallForm, read_fields};
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{BillForm, BillRecord, Command, ControlLaw, Role};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Direction;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ROWS: usize = 25;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: Option<String>,
    after: String,
    done: String,
    example: String,
}

#[derive(Template)]
#[template(path = "bills.html")]
struct Page {
    frame: Frame,
    carrier: bool,
    operator: bool,
    offices: String,
    rows: Vec<Row>,
    next: Option<String>,
    filters: Vec<(Tag, String, bool)>,
    /// No filter is chosen.
    all: bool,
    /// A notice after something was done: key of the texts.
    done: &'static str,
    /// The form to file a bill, or what was typed into a refused one.
    form: Vec<Field>,
    key: String,
    /// Findings of the form that was sent.
    findings: Vec<Finding>,
    /// The bill whose goods-out form was refused.
    refused_bill: String,
    example: bool,
}

struct Row {
    id: String,
    office: String,
    bill: String,
    tag: Tag,
    transport: String,
    place: String,
    entry_date: String,
    /// The day of entry is planned: the means has not declared it.
    planned: bool,
    /// The carrier may report entry, or correct it; with the day that was reported.
    entry: Option<String>,
    packages: u32,
    gross_kg: String,
    gross_plain: String,
    declaration: Option<String>,
    key: String,
    /// The goods may leave.
    open: bool,
}

/// A field of the form.
struct Field {
    name: &'static str,
    anchor: String,
    label: String,
    hint: String,
    value: String,
    kind: &'static str,
    mode: &'static str,
    required: bool,
    options: Vec<(String, String)>,
    errors: Vec<Finding>,
}

impl Field {
    fn is_wrong(&self) -> bool {
        self.errors.iter().any(|e| e.tone == "stop")
    }
}

impl Row {
    fn of(record: &Record, law: &ControlLaw, lang: Lang) -> Option<Row> {
        let body: BillRecord = record.read()?;
        let of_import = body.direction == Direction::Import;
        let is_over = law.bill_procedure_of(body.direction).state(&record.state).is_some_and(|s| s.is_final);
        let may_report = of_import && body.is_filed_ahead() && !is_over;
        let entry_date = body.entry_day().map_or_else(String::new, |day| day.to_string());
        Some(Row {
            planned: of_import && !body.has_entered(),
            entry: may_report.then(|| body.entered.map_or_else(String::new, |day| day.to_string())),
            id: record.key.id.clone(),
            office: body.office.to_string(),
            bill: body.bill,
            tag: Tag::of(law.bill_procedure_of(body.direction), &record.state, lang),
            transport: format!("{} {}", body.transport_name, body.voyage).trim_end().to_owned(),
            place: body.place,
            entry_date,
            packages: body.packages,
            gross_kg: grouped(body.gross_kg),
            gross_plain: body.gross_kg.to_string(),
            declaration: body.declaration.map(|d| d.to_string()),
            key: secrets::random(),
            open: record.state == "released" && body.direction == Direction::Import,
        })
    }
}

type Typed = Vec<(String, String)>;

/// What came back refused: which form, what was typed, and why.
#[derive(Default)]
struct Refused {
    bill: String,
    typed: Typed,
    findings: Vec<Refusal>,
}

/// `GET /bills`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &filter, Refused::default()).await
}

/// `POST /bills`
pub(crate) async fn file(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Carrier])?;
    match submit(&portal, &signed_in, &typed, "bill.filed", Command::FileBill).await? {
        Ok(()) => Ok(to("/bills?done=filed")),
        Err(findings) => {
            let refused = Refused { bill: String::new(), typed, findings };
            page(&portal, &signed_in, &Filter::default(), refused).await
        }
    }
}

/// `POST /bills/goods-out`
pub(crate) async fn goods_out(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Operator])?;
    match submit(&portal, &signed_in, &typed, "goods.out", Command::ReportGoodsOut).await? {
        Ok(()) => Ok(to("/bills?done=out")),
        Err(findings) => {
            let bill = value(&typed, "bill").to_owned();
            page(&portal, &signed_in, &Filter::default(), Refused { bill, typed, findings }).await
        }
    }
}

/// `POST /bills/entry`
pub(crate) async fn entry(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(mut typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Carrier])?;
    // the first report corrects nothing
    typed.retain(|(name, value)| name != "corrects" || !value.is_empty());
    match submit(&portal, &signed_in, &typed, "bill.entered", Command::ReportEntry).await? {
        Ok(()) => Ok(to("/bills?done=entered")),
        Err(findings) => {
            let bill = value(&typed, "bill").to_owned();
            page(&portal, &signed_in, &Filter::default(), Refused { bill, typed: Vec::new(), findings }).await
        }
    }
}

fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
}

/// Submits a form of this page; findings if it is refused.
async fn submit<T: SmallForm>(
    portal: &Portal,
    signed_in: &SignedIn,
    typed: &Typed,
    kind: &'static str,
    command: impl FnOnce(T) -> Command,
) -> Result<Result<(), Vec<Refusal>>, Problem> {
    let key = value(typed, "key").to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let content: Typed = typed.iter().filter(|(n, _)| n != "key").cloned().collect();
    let command = match read_fields::<T>(&content) {
        Ok(form) => EngineCommand::Control(command(form)),
        Err(findings) => EngineCommand::Unreadable { kind, findings },
    };
    let keep = matches!(command, EngineCommand::Unreadable { .. });
    let sent =
        Sent { media_type: "application/json".to_owned(), bytes: json!(content).to_string().into(), keep };
    let outcome = portal.submit(signed_in.actor(), key, command, sent).await?;
    Ok(if outcome.accepted { Ok(()) } else { Err(outcome.findings) })
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    filter: &Filter,
    refused: Refused,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    if !lists::has(&actor, "bill") {
        return Err(problem::FORBIDDEN.into());
    }
    let role = actor.role;
    // an operator looks for what may leave
    let first = if role == Role::Operator { "released" } else { "" };
    let state = filter.state.clone().unwrap_or_else(|| first.to_owned());
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&state), after: given(&filter.after), limit: ROWS };
    let offices = actor.offices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let found = portal.read(move |r| lists::page(r, &actor, "bill", &wanted)).await?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let law = &law.control;
    let procedure = law.bill_procedure_of(Direction::Import);
    let filters = procedure
        .states
        .iter()
        .map(|s| (Tag::of(procedure, &s.id, lang), format!("/bills?state={}", s.id), s.id == state));
    let example = !filter.example.is_empty() && portal.engine().is_sample();
    let typed =
        if example && refused.typed.is_empty() { example_bill(portal) } else { refused.typed.clone() };
    let mut frame = signed_in.visitor.frame("bills");
    if !refused.findings.is_empty() {
        frame.here = "/bills".to_owned();
    }
    let mut findings = super::words::findings(&refused.findings, lang);
    for finding in &mut findings {
        name_field(finding, lang);
    }
    let form = if role == Role::Carrier {
        bill_fields(portal, law, &typed, &mut findings, lang)
    } else {
        Vec::new()
    };
    let page = Page {
        frame,
        carrier: role == Role::Carrier,
        operator: role == Role::Operator,
        offices,
        rows: found.records.iter().filter_map(|r| Row::of(r, law, lang)).collect(),
        next: found.next.map(|after| format!("/bills?state={state}&after={}", super::frame::encoded(&after))),
        filters: filters.collect(),
        all: state.is_empty(),
        done: match filter.done.as_str() {
            "filed" => "bills.done_filed",
            "out" => "bills.done_out",
            "entered" => "bills.done_entered",
            _ => "",
        },
        form,
        key: secrets::random(),
        findings,
        refused_bill: refused.bill,
        example: portal.engine().is_sample(),
    };
    Ok(html(&page))
}

/// Calls a field of our own refusals by what the page calls it.
fn name_field(finding: &mut Finding, lang: Lang) {
    let name = finding.path.trim_start_matches('/').to_owned();
    if finding.code.starts_with("POR-") && !name.is_empty() {
        finding.text = finding.text.replace(&name, &say_of("bill_field", &name, lang));
    }
}

/// The fields of the bill's form, each with its findings.
fn bill_fields(
    portal: &Portal,
    law: &ControlLaw,
    typed: &Typed,
    findings: &mut [Finding],
    lang: Lang,
) -> Vec<Field> {
    let day = portal.engine().now().day();
    // the page files inbound bills; outbound ones come through the API
    let inbound = BillForm::MEMBERS.iter().filter(|m| !matches!(m.name, "direction" | "loading"));
    let fields = inbound.map(|member| {
        let path = format!("/{}", member.name);
        let mine = findings.iter_mut().filter(|f| f.path == path);
        let errors = mine
            .map(|f| {
                f.linked = true;
                f.clone()
            })
            .collect();
        let options = match member.name {
            "transport_mode" => law
                .codes
                .list("transport_mode", day)
                .map(|(c, n)| (c.to_owned(), n.get(lang).to_owned()))
                .collect(),
            _ => Vec::new(),
        };
        let mut typed = value(typed, member.name).to_owned();
        if typed.is_empty() && member.name == "entry_date" {
            typed = day.to_string();
        }
        let office =
            if member.name == "office" { code_name(law, "office", &typed, day, lang) } else { String::new() };
        Field {
            name: member.name,
            anchor: super::words::anchor(&path),
            label: say_of("bill_field", member.name, lang),
            hint: if office.is_empty() { say_of("bill_hint", member.name, lang) } else { office },
            value: typed,
            kind: if member.kind == Kind::Date { "date" } else { "text" },
            mode: match member.kind {
                Kind::Whole | Kind::Office | Kind::Commodity => "numeric",
                Kind::Decimal => "decimal",
                _ => "text",
            },
            required: member.required || member.name == "entry_date",
            options,
            errors,
        }
    });
    fields.collect()
}

/// An example to try the sample database with: the one of the README, of today, under a number of its own.
fn example_bill(portal: &Portal) -> Typed {
    let now = portal.engine().now();
    let example: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../../docs/examples/bill.json")).unwrap_or_default();
    let number = format!("DEMO{}", now.utc_micros / 1_000_000 % 10_000_000_000);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let own = |name: &str| match name {
        "bill" => Some(number.clone()),
        "entry_date" => Some(now.day().to_string()),
        _ => None,
    };
    example.iter().map(|(name, value)| (name.clone(), own(name).unwrap_or_else(|| text(value)))).collect()
}
