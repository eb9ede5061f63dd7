//! The list of declarations: a declarant's own, an officer's offices'.

use super::words::{Tag, day_words, grouped};
use super::{Frame, SignedIn, html};
use crate::lists::{self, Wanted};
use crate::problem::{self, Problem};
use crate::state::Portal;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use customhouse_control::{ControlLaw, DeclarationRecord, Role};
use customhouse_kernel::beats::Record;
use customhouse_kernel::text::Lang;
use serde::Deserialize;

/// Rows of one page.
const ROWS: usize = 25;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: String,
    after: String,
}

#[derive(Template)]
#[template(path = "declarations.html")]
struct Page {
    frame: Frame,
    /// Every state that can be filtered by: tag, address, whether it is chosen.
    filters: Vec<(Tag, String, bool)>,
    filtered: bool,
    rows: Vec<Row>,
    /// Address of the next page.
    next: Option<String>,
    /// Not the first page.
    later: bool,
    for_customs: bool,
}

struct Row {
    entry: String,
    tag: Tag,
    goods: String,
    lines: u32,
    firm: String,
    completed: String,
    total: String,
    due: Option<String>,
}

impl Row {
    fn of(record: &Record, law: &ControlLaw, lang: Lang) -> Option<Row> {
        let body: DeclarationRecord = record.read()?;
        let due = body.open_books().map(|b| b.due.day).min();
        Some(Row {
            entry: body.entry_number.to_string(),
            tag: Tag::of(law.procedure_of(body.entry_number.direction()), &record.state, lang),
            goods: body.first_goods,
            lines: body.lines,
            firm: body.consignee_name,
            completed: body.completed.to_string(),
            total: grouped(body.amounts.computed_total),
            due: due.map(|d| day_words(d, lang)),
        })
    }
}

/// `GET /declarations`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    if !lists::has(&actor, "declaration") {
        return Err(problem::FORBIDDEN.into());
    }
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&filter.state), after: given(&filter.after), limit: ROWS };
    let for_customs = actor.role == Role::Officer;
    let page = portal.read(move |r| lists::page(r, &actor, "declaration", &wanted)).await?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let address = |state: &str, after: &str| {
        let mut parts = Vec::new();
        for (name, value) in [("state", state), ("after", after)].iter().filter(|(_, v)| !v.is_empty()) {
            parts.push(format!("{name}={}", super::frame::encoded(value)));
        }
        format!("/declarations{}{}", if parts.is_empty() { "" } else { "?" }, parts.join("&"))
    };
    let states = lists::states(|way| law.control.procedure_of(way)).into_iter();
    let filters = states.filter(|(_, s)| is_shown(&s.id));
    let filters = filters
        .map(|(procedure, s)| (Tag::of(procedure, &s.id, lang), address(&s.id, ""), s.id == filter.state));
    Ok(html(&Page {
        frame: signed_in.visitor.frame("declarations"),
        filters: filters.collect(),
        filtered: !filter.state.is_empty(),
        rows: page.records.iter().filter_map(|r| Row::of(r, &law.control, lang)).collect(),
        next: page.next.map(|after| address(&filter.state, &after)),
        later: !filter.after.is_empty(),
        for_customs,
    }))
}

/// States that a declaration only passes through are no filter.
fn is_shown(state: &str) -> bool {
    !matches!(state, "lodged" | "accepted" | "computed" | "paid" | "goods_out")
}
