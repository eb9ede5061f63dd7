//! Receipts: what one proves, and downloading one.

use super::words::{day_words, event_words, moment_words};
use super::{Frame, SignedIn, Visitor, html, upload};
use crate::api::{check_receipt, find_receipt};
use crate::problem::Problem;
use crate::state::Portal;
use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use customhouse_kernel::journal::Checked;
use customhouse_kernel::text::{Lang, Text};

#[derive(Template)]
#[template(path = "receipts.html")]
struct Page {
    frame: Frame,
    verdict: Option<Result<Proof, String>>,
    pasted: String,
    keys: Vec<(String, String)>,
}

/// What a receipt proves, in words.
struct Proof {
    event: String,
    seq: u64,
    moment: String,
    day: String,
    subject: String,
    head: u64,
}

impl Proof {
    fn of(checked: &Checked, lang: Lang) -> Proof {
        Proof {
            event: event_words(&checked.kind, checked.accepted, lang),
            seq: checked.seq,
            moment: moment_words(&checked.moment),
            day: day_words(checked.moment.day(), lang),
            subject: checked.subject.clone(),
            head: checked.head,
        }
    }
}

fn page(
    portal: &Portal,
    visitor: &Visitor,
    verdict: Option<Result<Checked, Text>>,
    pasted: String,
) -> Response {
    let lang = visitor.lang;
    let keys = portal.engine().key_history().keys.into_iter().map(|k| (k.key_id, k.public_key)).collect();
    let verdict = verdict
        .map(|v| v.map(|checked| Proof::of(&checked, lang)).map_err(|fault| fault.get(lang).to_owned()));
    html(&Page { frame: visitor.frame("receipts"), verdict, pasted, keys })
}

/// `GET /receipts`
pub(crate) async fn show(State(portal): State<Portal>, visitor: Visitor) -> Response {
    page(&portal, &visitor, None, String::new())
}

/// `POST /receipts`: pasted or uploaded.
pub(crate) async fn check(
    State(portal): State<Portal>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let parts = upload::parts(kind, &body).ok_or(crate::problem::BAD_REQUEST)?;
    let part = |wanted: &str| upload::content(&parts, wanted);
    let content = if part("file").is_empty() { part("text") } else { part("file") };
    let verdict = check_receipt(&portal.engine().key_history(), content);
    Ok(page(&portal, &visitor, Some(verdict), String::from_utf8_lossy(part("text")).into_owned()))
}

/// `GET /receipts/{seq}`
pub(crate) async fn download(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(seq): Path<String>,
) -> Result<Response, Problem> {
    let receipt = find_receipt(&portal, signed_in.actor(), &seq).await?;
    let mut response = Json(receipt).into_response();
    let name = format!("attachment; filename=\"receipt-{seq}.json\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
