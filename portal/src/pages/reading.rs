//! Reading what is not one's work: the page that asks why, and who read what, for the head.

use super::{Frame, SignedIn, Visitor, encoded, html, to};
use crate::problem::{self, Problem};
use crate::reading;
use crate::reads::{self, Filter};
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use customhouse_control::{Readable, Reads, Role};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "reading.html")]
struct Ask {
    frame: Frame,
    /// What it is, as the form says it, and in words.
    what: &'static str,
    words: String,
    number: String,
}

/// The address of the page that shows a record.
fn address(of: &Reads) -> String {
    let two = |list: &str| {
        let (first, second) = of.number.split_once('-').unwrap_or((&of.number, ""));
        format!("/{list}/{}/{}", encoded(first), encoded(second))
    };
    match of.what {
        Readable::Declaration => format!("/declarations/{}", encoded(&of.number)),
        Readable::Guarantee => format!("/guarantees/{}", encoded(&of.number)),
        Readable::Refund => format!("/refunds/{}", encoded(&of.number)),
        Readable::Bill => two("bills"),
        Readable::Licence => two("licences"),
    }
}

/// The page that asks for the reason.
pub(crate) fn ask_reason(visitor: &Visitor, of: &Reads) -> Response {
    let mut frame = visitor.frame("");
    frame.here = address(of);
    let what = of.what.kind();
    let mut response =
        html(&Ask { frame, what, words: say_of("readable", what, visitor.lang), number: of.number.clone() });
    *response.status_mut() = StatusCode::PRECONDITION_REQUIRED;
    response
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    what: String,
    number: String,
    reason: String,
}

/// `POST /reading`
pub(crate) async fn state(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(said): Form<Reason>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let what = Readable::parse(&said.what).ok_or(problem::NOT_FOUND)?;
    let of = Reads::new(what, said.number);
    match reading::read(&portal, &signed_in.actor(), &of, &said.reason).await {
        Err(problem) if problem.kind == problem::READING_REASON => Ok(ask_reason(&signed_in.visitor, &of)),
        Err(problem) => Err(problem),
        Ok(()) => Ok(to(&address(&of))),
    }
}

#[derive(Template)]
#[template(path = "reads.html")]
struct Page {
    frame: Frame,
    number: String,
    officer: String,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    moment: String,
    what: String,
    number: String,
    address: String,
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
        what: say_of("readable", read.of.what.kind(), lang),
        number: read.of.number.clone(),
        address: address(&read.of),
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
    let next = found.next.map(|after| {
        format!(
            "/reads?number={}&officer={}&after={}",
            encoded(&filter.number),
            encoded(&filter.officer),
            encoded(&after)
        )
    });
    Ok(html(&Page {
        frame: signed_in.visitor.frame("reads"),
        number: filter.number,
        officer: filter.officer,
        rows: rows.collect(),
        next,
    }))
}
