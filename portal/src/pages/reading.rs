//! Reading a declaration that is not one's work: the page that asks why, and who read what, for the head.

use super::{Frame, SignedIn, Visitor, html, to};
use crate::problem::{self, Problem};
use crate::reading;
use crate::reads::{self, Filter};
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use customhouse_control::Role;
use customhouse_kernel::values::EntryNumber;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "reading.html")]
struct Ask {
    frame: Frame,
    entry: String,
}

/// The page that asks for the reason.
pub(crate) fn ask_reason(visitor: &Visitor, entry: EntryNumber) -> Response {
    let mut frame = visitor.frame("declarations");
    frame.here = format!("/declarations/{entry}");
    let mut response = html(&Ask { frame, entry: entry.to_string() });
    *response.status_mut() = StatusCode::PRECONDITION_REQUIRED;
    response
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    reason: String,
}

/// `POST /declarations/{entry}/reading`
pub(crate) async fn state(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(entry): Path<String>,
    Form(said): Form<Reason>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    match reading::read(&portal, &signed_in.actor(), entry, &said.reason).await {
        Err(problem) if problem.kind == problem::READING_REASON => Ok(ask_reason(&signed_in.visitor, entry)),
        Err(problem) => Err(problem),
        Ok(()) => Ok(to(&format!("/declarations/{entry}"))),
    }
}

#[derive(Template)]
#[template(path = "reads.html")]
struct Page {
    frame: Frame,
    entry: String,
    officer: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    moment: String,
    entry: String,
    officer: String,
    posts: String,
    reason: String,
    words: String,
}

/// `GET /reads`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let lang = signed_in.visitor.lang;
    let found = reads::of(&portal, signed_in.actor(), filter.clone()).await?;
    let rows = found.reads.iter().map(|read| Row {
        moment: super::words::moment_words(&read.at),
        entry: read.entry_number.to_string(),
        officer: read.officer.clone(),
        posts: read
            .posts
            .iter()
            .map(|post| say_of("role", post.name(), lang))
            .collect::<Vec<_>>()
            .join(" · "),
        reason: say_of("reading_reason", read.reason.name(), lang),
        words: read.words.clone(),
    });
    let encoded = super::frame::encoded;
    let next = found.next.map(|after| {
        format!(
            "/reads?entry={}&officer={}&after={}",
            encoded(&filter.entry),
            encoded(&filter.officer),
            encoded(&after)
        )
    });
    Ok(html(&Page {
        frame: signed_in.visitor.frame("reads"),
        entry: filter.entry,
        officer: filter.officer,
        rows: rows.collect(),
        next,
    }))
}
