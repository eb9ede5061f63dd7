//! Files that came with an answer or a findings sheet.

use super::bearer::Bearer;
use crate::access;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use customhouse_control::Actor;
use customhouse_kernel::journal::{Event, Hash};
use customhouse_kernel::values::EntryNumber;

/// Types that a browser may be told; anything else is only bytes.
const SHOWN: [&str; 6] =
    ["application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain", "application/xml"];

/// `GET /declarations/{entry}/files/{digest}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((entry, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    response(&portal, account.actor(), &entry, &digest).await
}

/// The file, if the declaration's record names it and the actor may see the declaration. Always as
/// something to keep, never as a page.
pub(crate) async fn response(
    portal: &Portal,
    actor: Actor,
    entry: &str,
    digest: &str,
) -> Result<Response, Problem> {
    let entry = EntryNumber::parse(entry).ok_or(problem::NOT_FOUND)?;
    let digest = Hash::parse(digest).ok_or(problem::NOT_FOUND)?;
    let found = portal.read(move |reader| {
        let Some((record, body)) = access::declaration(reader, &actor, entry)? else { return Ok(None) };
        if !access::names_file(&body, &digest) {
            return Ok(None);
        }
        let events = reader.events_about(&record.key.to_string())?;
        let events = events.iter().filter_map(|e| serde_json::from_str::<Event>(&e.payload).ok());
        let named = events.flat_map(|event| event.attachments).find(|a| a.digest == digest);
        let media_type = named.map_or_else(String::new, |a| a.media_type);
        Ok(reader.attachment(&digest)?.map(|bytes| (media_type, bytes)))
    });
    let (media_type, bytes) = found.await?.ok_or(problem::NOT_FOUND)?;
    Ok(kept(&media_type, bytes, &entry.to_string(), digest))
}

/// A kept file as something to download, named after what it belongs to.
pub(super) fn kept(media_type: &str, bytes: Vec<u8>, of: &str, digest: Hash) -> Response {
    let known = SHOWN.iter().find(|known| **known == media_type);
    let kind = HeaderValue::from_static(known.copied().unwrap_or("application/octet-stream"));
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    let ending = known.map_or("bin", |kind| kind.rsplit('/').next().unwrap_or("bin"));
    let ending = if ending == "plain" { "txt" } else { ending };
    let short: String = digest.to_string().chars().take(12).collect();
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{of}-{short}.{ending}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
