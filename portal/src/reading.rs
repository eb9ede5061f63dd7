//! Reads are journalled (invariant 6): an officer's reading of a declaration is committed, with its reason, before
//! anything of it is shown. It stands before the handlers, so that no route under a declaration can forget it.
//!
//! One event an officer, declaration and local day: whoever read it today already costs one look-up.

use crate::access;
use crate::api::Bearer;
use crate::pages::{Visitor, ask_reason};
use crate::problem::{self, Problem};
use crate::state::{Portal, failed};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use customhouse_control::{Actor, Command, Role, is_concerned, read_key};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::values::EntryNumber;

/// How a declaration stands to an officer who opens it.
enum Standing {
    /// Read today already, or not there for the officer: the handler says so.
    Nothing,
    /// It is the officer's work.
    Work,
    Other,
}

/// Commits that the actor reads the declaration; for anyone but officers there is nothing to do.
///
/// # Errors
/// It is not the officer's work and no reason is given; or it cannot be committed: then nothing is shown.
pub(crate) async fn read(
    portal: &Portal,
    actor: &Actor,
    entry: EntryNumber,
    reason: &str,
) -> Result<(), Problem> {
    if actor.role != Role::Officer {
        return Ok(());
    }
    let (today, reason) = (portal.engine().now().day(), reason.trim());
    let (law, viewer) = (portal.law(), actor.clone());
    let found = portal.read(move |reader| {
        if reader.record(&read_key(entry, today, &viewer.name))?.is_some() {
            return Ok(Standing::Nothing);
        }
        let Some((record, body)) = access::declaration(reader, &viewer, entry)? else {
            return Ok(Standing::Nothing);
        };
        let viewer = access::acting(reader, &viewer, entry.office(), today)?;
        let procedure = law.control.procedure_of(entry.direction());
        Ok(if is_concerned(procedure, &record.state, &body, &viewer) {
            Standing::Work
        } else {
            Standing::Other
        })
    });
    let key = match found.await? {
        Standing::Nothing => return Ok(()),
        Standing::Other if reason.is_empty() => return Err(problem::READING_REASON.into()),
        _ if reason.is_empty() => format!("read-{entry}-{today}"),
        _ => {
            let digest: String = Hash::of(reason.as_bytes()).to_string().chars().take(16).collect();
            format!("read-{entry}-{today}-{digest}")
        }
    };
    // a flood of reads waits here, and never fills the queue before commands
    let _permit = portal.reads().acquire().await.map_err(|e| failed(&e))?;
    let bytes = format!("{entry} {today}\n{reason}").into_bytes();
    let sent = Sent { media_type: "text/plain".to_owned(), bytes, keep: false };
    let command = Command::ReadDeclaration { entry, reason: reason.to_owned() };
    let outcome = portal.submit(actor.clone(), key, EngineCommand::Control(command), sent).await?;
    if outcome.accepted {
        return Ok(());
    }
    // the case moved on between looking and deciding: now it asks why
    if reason.is_empty() && outcome.findings.iter().all(|f| f.path == "/reason") {
        return Err(problem::READING_REASON.into());
    }
    Err(Problem::from(problem::REFUSED).with_errors(outcome.findings))
}

/// The declaration that an address is about: what stands behind `declarations`.
fn entry_of(path: &str) -> Option<EntryNumber> {
    let mut parts = path.split('/').skip_while(|part| *part != "declarations");
    parts.next()?;
    EntryNumber::parse(parts.next()?)
}

/// What the caller says for a reason: `reason` in the query, or the header `Read-Reason`, in UTF-8.
fn stated(parts: &Parts) -> String {
    let query = parts.uri.query().unwrap_or_default();
    let named = |pair: &str| Some(pair.split_once('=').filter(|(name, _)| *name == "reason")?.1.to_owned());
    if let Some(found) = query.split('&').find_map(named) {
        return decoded(&found);
    }
    let header =
        parts.headers.get("read-reason").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    header.unwrap_or_default()
}

/// A value of a query as text; what is not in form stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |rest: &std::str::Bytes<'_>| {
            let two: Vec<u8> = rest.clone().take(2).collect();
            std::str::from_utf8(&two)
                .ok()
                .filter(|t| t.len() == 2)
                .and_then(|t| u8::from_str_radix(t, 16).ok())
        };
        match (byte, hex(&rest)) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest.nth(1);
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Middleware of the API: what gives a declaration's content is journalled first.
pub(crate) async fn before_api(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let gives = parts.method == Method::GET || parts.method == Method::HEAD;
    if let Some(entry) = entry_of(parts.uri.path()).filter(|_| gives) {
        // who is not known gets the handler's own answer
        if let Ok(Bearer(account)) = Bearer::from_request_parts(&mut parts, &portal).await
            && let Err(problem) = read(&portal, &account.actor(), entry, &stated(&parts)).await
        {
            return problem.into_response();
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Middleware of the pages: the same, for every page of a declaration, also those that a form leads to.
pub(crate) async fn before_page(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asks = parts.uri.path().ends_with("/reading");
    if let Some(entry) = entry_of(parts.uri.path()).filter(|_| !asks) {
        let visitor = Visitor::of(&mut parts, &portal).await;
        if let Some(session) = &visitor.session {
            match read(&portal, &session.account.actor(), entry, "").await {
                Ok(()) => {}
                Err(problem) if problem.kind == problem::READING_REASON => {
                    return ask_reason(&visitor, entry);
                }
                Err(problem) => return problem.into_response(),
            }
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_declaration() {
        let entry = "222520261000000001";
        for (path, found) in [
            (format!("/declarations/{entry}"), true),
            (format!("/declarations/{entry}/files/00"), true),
            (format!("/api/v1/declarations/{entry}/trace"), true),
            ("/declarations/new".to_owned(), false),
            (format!("/receipts/{entry}"), false),
        ] {
            assert_eq!(entry_of(&path).is_some(), found, "{path}");
        }
    }

    #[test]
    fn a_reason_is_read_out_of_a_query() {
        assert_eq!(decoded("%E5%AE%A1+a%2"), "审 a%2");
    }
}
