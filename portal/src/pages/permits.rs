//! Permits for periodic declaration: a firm's own with the form to ask for one; those of an officer's offices.

use super::guarantees::general;
use super::small::{Field, Fields, Refused, Typed, number_given, submit, value};
use super::words::{Finding, Tag, code_name, day_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::lists::{self, Wanted};
use crate::names::{Names, PartyName};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{Command, ControlLaw, PeriodicPermit, PeriodicPermitForm, Role};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;

const ROWS: usize = 25;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: String,
    after: String,
}

#[derive(Template)]
#[template(path = "permits.html")]
struct Page {
    frame: Frame,
    for_customs: bool,
    filters: Vec<(Tag, String, bool)>,
    all: bool,
    rows: Vec<Row>,
    next: Option<String>,
    form: Vec<Field>,
    /// The firm has a guarantee that a permit could rest on.
    guaranteed: bool,
    open: bool,
    key: String,
    findings: Vec<Finding>,
}

struct Row {
    number: String,
    tag: Tag,
    party: PartyName,
    goods: String,
    lists: usize,
    valid_to: String,
    due: Option<String>,
}

/// The procedure of permits.
///
/// # Errors
/// The law of today has none: there is no such page.
pub(crate) fn procedure(law: &ControlLaw) -> Result<&Procedure, Problem> {
    Ok(law.periodic_procedure().ok_or(problem::NOT_FOUND)?)
}

/// What a permit is for: the kind's name, and the codes of its goods.
pub(crate) fn goods_words(permit: &PeriodicPermit, law: &ControlLaw, day: Date, lang: Lang) -> String {
    let kind = law.periodic.goods(&permit.goods, day);
    let name = kind.map_or(permit.goods.as_str(), |kind| kind.name.get(lang));
    if permit.commodities.is_empty() {
        name.to_owned()
    } else {
        format!("{name} · {}", permit.commodities.join(", "))
    }
}

impl Row {
    fn of(record: &Record, names: &Names, law: &ControlLaw, (day, lang): (Date, Lang)) -> Option<Row> {
        let body: PeriodicPermit = access::body(record).ok()?;
        Some(Row {
            tag: Tag::of(law.periodic_procedure()?, &record.state, lang),
            goods: goods_words(&body, law, day, lang),
            number: body.number,
            party: names.party(&body.party),
            lists: body.lists.len(),
            valid_to: body.valid_to.to_string(),
            due: record.due.map(|due| day_words(due, lang)),
        })
    }
}

/// `GET /periodic-permits`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &filter, Refused::default()).await
}

/// `POST /periodic-permits`
pub(crate) async fn ask(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let command = Command::AskPeriodicPermit;
    match submit(&portal, &signed_in, ("", &typed), "periodic_permit.asked", command).await? {
        Ok(outcome) => {
            let number = number_given(&outcome, "permit")?;
            Ok(to(&format!("/periodic-permits/{number}?done=asked")))
        }
        Err(findings) => {
            let refused = Refused::of("permit", typed, findings);
            page(&portal, &signed_in, &Filter::default(), refused).await
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
    if !lists::has(&actor, "periodic_permit") {
        return Err(problem::FORBIDDEN.into());
    }
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let day = portal.engine().now().day();
    let procedure = procedure(&law.control)?;
    let for_customs = actor.role == Role::Officer;
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&filter.state), after: given(&filter.after), limit: ROWS };
    let edition = portal.law();
    let found = portal.read(move |reader| {
        let page = lists::page(reader, &actor, "periodic_permit", &wanted)?;
        let guarantees = match for_customs {
            true => Vec::new(),
            false => general(reader, &actor.party, &edition.control, (day, lang))?,
        };
        let names = Names::gather(reader, page.records.iter().map(|record| record.owner.as_str()))?;
        Ok((page, guarantees, names))
    });
    let (page, guarantees, names) = found.await?;
    let rows = page.records.iter().filter_map(|r| Row::of(r, &names, &law.control, (day, lang)));
    let rows: Vec<Row> = rows.collect();
    let filters = procedure.states.iter().map(|s| {
        let address = format!("/periodic-permits?state={}", s.id);
        (Tag::of(procedure, &s.id, lang), address, s.id == filter.state)
    });
    let mut findings = refused.findings_of("permit", lang);
    let guarantees: Vec<_> = guarantees.into_iter().map(|one| (one.number, one.words)).collect();
    let guaranteed = !guarantees.is_empty();
    let mut frame = signed_in.visitor.frame("periodic");
    if !findings.is_empty() {
        frame.here = "/periodic-permits".to_owned();
    }
    let form = if for_customs {
        Vec::new()
    } else {
        let mut fields = fields(&law.control, &refused.typed, &mut findings, (day, lang));
        if let Some(field) = fields.iter_mut().find(|field| field.name == "guarantee") {
            (field.kind, field.options, field.coded) = ("select", guarantees, true);
        }
        fields
    };
    let next = page.next.map(|after| {
        let after = super::frame::encoded(&after);
        format!("/periodic-permits?state={}&after={after}", super::frame::encoded(&filter.state))
    });
    Ok(html(&Page {
        frame,
        for_customs,
        filters: filters.collect(),
        all: filter.state.is_empty(),
        open: !findings.is_empty() || (rows.is_empty() && filter.state.is_empty()),
        rows,
        next,
        form,
        guaranteed,
        key: secrets::random(),
        findings,
    }))
}

/// The kinds of goods of a day, with the way they go.
fn kinds(law: &ControlLaw, (day, lang): (Date, Lang)) -> Vec<(String, String)> {
    let kinds = law.periodic.on(day).map(|kind| {
        let way = match kind.direction {
            Direction::Import => "import",
            Direction::Export => "export",
        };
        (kind.code.to_string(), format!("{} · {}", say_of("scope", way, lang), kind.name.get(lang)))
    });
    kinds.collect()
}

fn fields(
    law: &ControlLaw,
    typed: &Typed,
    findings: &mut [Finding],
    (day, lang): (Date, Lang),
) -> Vec<Field> {
    let mut fields = Fields { form: "permit", prefix: "", typed, findings, lang };
    let made = PeriodicPermitForm::MEMBERS.iter().map(|member| {
        let field = fields.field(member);
        match member.name {
            "goods" => field.of_options("select", kinds(law, (day, lang))),
            "commodities" => Field { kind: "text", mode: "text", ..field },
            "office" => {
                let office = code_name(law, "office", value(typed, "office"), day, lang);
                if office.is_empty() { field } else { Field { hint: office, ..field } }
            }
            _ => field,
        }
    });
    made.collect()
}
