//! Bills of lading: a carrier's own with the form to file one; at an operator's place, goods out.

use super::bill::MAY_LEAVE;
use super::goods::{Whereabouts, whereabouts};
use super::small::{Field, Fields, Refused, Typed, submit, value};
use super::words::{Finding, Tag, code_name, grouped, minute_words};
use super::{Frame, SignedIn, html, to};
use crate::lists::{self, Wanted};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{Actor, BillForm, BillRecord, Command, ControlLaw, Role};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::State as CaseState;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Direction;
use customhouse_storage::{Reader, StoreError};
use jiff::ToSpan;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const ROWS: usize = 25;
/// The filter that shows what may leave, whatever its state.
const LEAVING: &str = "leaving";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: Option<String>,
    after: String,
    done: String,
    example: String,
    /// Of the form to file a bill: `export`, or anything else for import.
    direction: String,
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
    /// Shown is what may leave, at an operator's places.
    leaving: bool,
    /// A notice after something was done: key of the texts.
    done: &'static str,
    /// The form to file a bill, or what was typed into a refused one.
    form: Vec<Field>,
    export: bool,
    /// The form stands open.
    open: bool,
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
    address: String,
    tag: Tag,
    export: bool,
    transport: String,
    place: String,
    /// The day of entry, or the moment of loading that is planned.
    when: String,
    packages: u32,
    gross_kg: String,
    declaration: Option<String>,
    key: String,
    /// Packages and kilograms that may leave by the gate.
    may_leave: Option<(String, String)>,
}

impl Row {
    fn of(record: &Record, left: Option<Whereabouts>, law: &ControlLaw, lang: Lang) -> Option<Row> {
        let body: BillRecord = record.read()?;
        let entered = body.entry_day().map(|day| day.to_string());
        Some(Row {
            id: record.key.id.clone(),
            office: body.office.to_string(),
            address: super::bill::address(body.office, &body.bill),
            bill: body.bill,
            tag: Tag::of(law.bill_procedure_of(body.direction), &record.state, lang),
            export: body.direction == Direction::Export,
            transport: format!("{} {}", body.transport_name, body.voyage).trim_end().to_owned(),
            place: body.place,
            when: entered.or(body.loading.map(minute_words)).unwrap_or_default(),
            packages: body.packages,
            gross_kg: grouped(body.gross_kg),
            declaration: body.declaration.map(|d| d.to_string()),
            key: secrets::random(),
            may_leave: left.and_then(|left| left.left(MAY_LEAVE)),
        })
    }
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
    let direction = value(&typed, "direction").to_owned();
    match submit(&portal, &signed_in, ("", &typed), "bill.filed", Command::FileBill).await? {
        Ok(_) => Ok(to("/bills?done=filed")),
        Err(findings) => {
            let refused = Refused::of("file", typed, findings);
            page(&portal, &signed_in, &Filter { direction, ..Filter::default() }, refused).await
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
    match submit(&portal, &signed_in, ("", &typed), "goods.out", Command::ReportGoodsOut).await? {
        Ok(_) => Ok(to("/bills?done=out")),
        Err(findings) => {
            page(&portal, &signed_in, &Filter::default(), Refused::of("out", typed, findings)).await
        }
    }
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
    let (law, leaving) = (portal.law(), leaving_states(&portal.law().control));
    // an operator looks for what may leave
    let leaves = role == Role::Operator && filter.state.as_ref().is_none_or(|state| state == LEAVING);
    let state = filter.state.clone().filter(|_| !leaves).unwrap_or_default();
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&state), after: given(&filter.after), limit: ROWS };
    let states: Vec<Option<String>> =
        if leaves { leaving.iter().cloned().map(Some).collect() } else { vec![wanted.state.clone()] };
    let offices = actor.offices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let found = portal.read(move |r| {
        let page = of_states(r, &actor, states, &wanted)?;
        let mut rows = Vec::new();
        for record in page.records {
            // what is left matters where it may leave
            let bill = record.read::<BillRecord>().filter(|_| role == Role::Operator);
            let bill = bill.filter(|b| b.direction == Direction::Import && leaving.contains(&record.state));
            let left = bill.map(|bill| whereabouts(r, &record, &bill)).transpose()?;
            rows.push((record, left));
        }
        Ok((rows, page.next))
    });
    let (rows, next) = found.await?;
    let (law, lang) = (&law.control, signed_in.visitor.lang);
    let filters = lists::states(|way| law.bill_procedure_of(way)).into_iter().map(|(procedure, s)| {
        (Tag::of(procedure, &s.id, lang), format!("/bills?state={}", s.id), s.id == state)
    });
    let export = filter.direction == "export";
    let direction = if export { Direction::Export } else { Direction::Import };
    let example = !filter.example.is_empty() && portal.engine().is_sample();
    let typed = match refused.form.as_str() {
        "file" => refused.typed.clone(),
        _ if example => example_bill(portal, direction),
        _ => Typed::new(),
    };
    let mut frame = signed_in.visitor.frame("bills");
    if !refused.findings.is_empty() {
        frame.here = if export { "/bills?direction=export" } else { "/bills" }.to_owned();
    }
    let mut findings = refused.findings_of(&refused.form, lang);
    let form = if role == Role::Carrier {
        bill_fields(portal, law, direction, &typed, &mut findings, lang)
    } else {
        Vec::new()
    };
    let rows: Vec<Row> = rows.iter().filter_map(|(r, left)| Row::of(r, *left, law, lang)).collect();
    let page = Page {
        frame,
        carrier: role == Role::Carrier,
        operator: role == Role::Operator,
        offices,
        open: !findings.is_empty() || !typed.is_empty() || !filter.direction.is_empty() || rows.is_empty(),
        rows,
        next: next.map(|after| {
            let state = if leaves { LEAVING } else { state.as_str() };
            format!("/bills?state={state}&after={}", super::frame::encoded(&after))
        }),
        leaving: leaves,
        filters: filters.collect(),
        all: state.is_empty() && !leaves,
        done: match filter.done.as_str() {
            "filed" => "bills.done_filed",
            "out" => "bills.done_out",
            _ => "",
        },
        form,
        export,
        key: secrets::random(),
        findings,
        refused_bill: if refused.form == "out" {
            value(&refused.typed, "bill").to_owned()
        } else {
            String::new()
        },
        example: portal.engine().is_sample(),
    };
    Ok(html(&page))
}

/// The states of inbound bills whose goods leave by the gate.
fn leaving_states(law: &ControlLaw) -> Vec<String> {
    let procedure = law.bill_procedure_of(Direction::Import);
    let leave = |state: &&CaseState| {
        procedure.step_doing(&state.id, "write_off_bill", &[Role::Operator.name()]).is_some()
    };
    procedure.states.iter().filter(leave).map(|state| state.id.clone()).collect()
}

/// One page of bills in any of these states.
fn of_states(
    reader: &mut dyn Reader,
    actor: &Actor,
    states: Vec<Option<String>>,
    wanted: &Wanted,
) -> Result<lists::Page, StoreError> {
    let mut found = lists::Page::default();
    for state in states {
        let page = lists::page(reader, actor, "bill", &Wanted { state, ..wanted.clone() })?;
        found.records.extend(page.records);
        found.next = found.next.or(page.next);
    }
    found.records.sort_by(|a, b| b.key.id.cmp(&a.key.id));
    let more = found.next.is_some() || found.records.len() > wanted.limit;
    found.records.truncate(wanted.limit);
    found.next = found.records.last().filter(|_| more).map(|record| record.key.id.clone());
    Ok(found)
}

/// The fields of the bill's form, each with its findings: those of the direction.
fn bill_fields(
    portal: &Portal,
    law: &ControlLaw,
    direction: Direction,
    typed: &Typed,
    findings: &mut [Finding],
    lang: Lang,
) -> Vec<Field> {
    let day = portal.engine().now().day();
    let (form, other) = match direction {
        Direction::Import => ("bill", "loading"),
        Direction::Export => ("export_bill", "entry_date"),
    };
    let members = BillForm::MEMBERS.iter().filter(|m| m.name != "direction" && m.name != other);
    let mut fields = Fields { form, prefix: "", typed, findings, lang };
    let fields = members.map(|member| {
        let field = fields.field(member);
        match member.name {
            "transport_mode" => {
                let modes = law.codes.list("transport_mode", day);
                let modes = modes.map(|(c, n)| (c.to_owned(), n.get(lang).to_owned())).collect();
                Field { coded: true, ..field.of_options("select", modes) }
            }
            "entry_date" if field.value.is_empty() => {
                Field { value: day.to_string(), required: true, ..field }
            }
            "entry_date" | "loading" => Field { required: true, ..field },
            "office" => {
                let office = code_name(law, "office", &field.value, day, lang);
                if office.is_empty() { field } else { Field { hint: office, ..field } }
            }
            _ => field,
        }
    });
    fields.collect()
}

/// An example to try the sample database with: the one of the README, of today, under a number of its own;
/// an export is loaded three days later, so that there is time to declare it.
fn example_bill(portal: &Portal, direction: Direction) -> Typed {
    let now = portal.engine().now();
    let example = match direction {
        Direction::Import => include_str!("../../../docs/examples/bill.json"),
        Direction::Export => include_str!("../../../docs/examples/export-bill.json"),
    };
    let example: BTreeMap<String, Value> = serde_json::from_str(example).unwrap_or_default();
    let loading = now.local.checked_add(3.days()).map_or(now.local, |later| later).date();
    let number = format!("DEMO{}", now.utc_micros / 1_000_000 % 10_000_000_000);
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let own = |name: &str| match name {
        "bill" => Some(number.clone()),
        "entry_date" => Some(now.day().to_string()),
        "loading" => Some(format!("{loading}T08:00")),
        _ => None,
    };
    example.iter().map(|(name, value)| (name.clone(), own(name).unwrap_or_else(|| text(value)))).collect()
}
