//! Reads are journalled (invariant 6): an officer's reading of a declaration, a bill, a guarantee, a licence or a
//! refund is committed, with its reason, before anything of it is shown. It stands before the handlers, so that no
//! route under such a record can forget it.
//!
//! One event an officer, record and local day: whoever read it today already costs one look-up.

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
use customhouse_control::{
    Actor, Command, Readable, Reads, Role, answers_for, bill_key, is_work, licence_key, read_key,
};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use customhouse_storage::{Reader, StoreError};

/// How a record stands to an officer who opens it.
enum Standing {
    /// Read today already, or not there for the officer: the handler says so.
    Nothing,
    /// It is the officer's work.
    Work,
    Other,
}

/// Commits that the actor reads the record; for anyone but officers there is nothing to do.
///
/// # Errors
/// It is not the officer's work and no reason is given; or it cannot be committed: then nothing is shown.
pub(crate) async fn read(portal: &Portal, actor: &Actor, of: &Reads, reason: &str) -> Result<(), Problem> {
    if actor.role != Role::Officer {
        return Ok(());
    }
    let (today, reason) = (portal.engine().now().day(), reason.trim());
    let (law, viewer, asked) = (portal.law(), actor.clone(), of.clone());
    let found = portal.read(move |reader| {
        if reader.record(&read_key(&asked, today, &viewer.name))?.is_some() {
            return Ok(Standing::Nothing);
        }
        let Some(record) = there(reader, &viewer, &asked)? else { return Ok(Standing::Nothing) };
        let viewer = access::acting_on(reader, &viewer, &record, today)?;
        let answers = match answers_for(&asked, &record) {
            Some(key) => reader.record(&key)?,
            None => None,
        };
        let work = is_work(&asked, &record, answers.as_ref(), &law.control, &viewer);
        Ok(if work { Standing::Work } else { Standing::Other })
    });
    let read = of.record();
    let key = match found.await? {
        Standing::Nothing => return Ok(()),
        Standing::Other if reason.is_empty() => return Err(problem::READING_REASON.into()),
        _ if reason.is_empty() => format!("read-{read}-{today}"),
        _ => {
            let digest: String = Hash::of(reason.as_bytes()).to_string().chars().take(16).collect();
            format!("read-{read}-{today}-{digest}")
        }
    };
    // a flood of reads waits here, and never fills the queue before commands
    let _permit = portal.reads().acquire().await.map_err(|e| failed(&e))?;
    let bytes = format!("{read} {today}\n{reason}").into_bytes();
    let sent = Sent { media_type: "text/plain".to_owned(), bytes, keep: false };
    let command = Command::Read { of: of.clone(), reason: reason.to_owned() };
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

/// The record, if it is there for the officer.
fn there(reader: &mut dyn Reader, actor: &Actor, of: &Reads) -> Result<Option<Record>, StoreError> {
    let record = reader.record(&of.record())?;
    let mine = |record: &Record| {
        record.office.is_empty() || actor.offices.iter().any(|office| office.as_str() == record.office)
    };
    Ok(record.filter(mine))
}

/// What an address is about: what stands behind `declarations`, `bills`, `guarantees`, `licences` or `refunds`.
fn read_at(path: &str) -> Option<Reads> {
    let mut parts = path.split('/').map(|part| decoded(&part.replace('+', "%2B")));
    let what = parts.find_map(|part| Readable::parse(part.strip_suffix('s')?))?;
    let first = parts.next()?;
    let number = match what {
        Readable::Declaration => EntryNumber::parse(&first)?.to_string(),
        Readable::Bill => bill_key(OfficeCode::parse(&first)?, &parts.next()?).id,
        Readable::Licence => licence_key(&first, &parts.next()?).id,
        Readable::Guarantee | Readable::Refund => first,
    };
    Some(Reads::new(what, number))
}

/// The record that an event is about, where reading it is journalled.
pub(crate) fn of_subject(subject: &str) -> Option<Reads> {
    let (kind, number) = subject.split_once('/')?;
    Some(Reads::new(Readable::parse(kind)?, number))
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

/// Middleware of the API: what gives the content of such a record is journalled first.
pub(crate) async fn before_api(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let gives = parts.method == Method::GET || parts.method == Method::HEAD;
    if let Some(of) = read_at(parts.uri.path()).filter(|_| gives) {
        // who is not known gets the handler's own answer
        if let Ok(Bearer(account)) = Bearer::from_request_parts(&mut parts, &portal).await
            && let Err(problem) = read(&portal, &account.actor(), &of, &stated(&parts)).await
        {
            return problem.into_response();
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Middleware of the pages: the same, for every page of such a record, also those that a form leads to.
pub(crate) async fn before_page(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Some(of) = read_at(parts.uri.path()) {
        let visitor = Visitor::of(&mut parts, &portal).await;
        if let Some(session) = &visitor.session {
            match read(&portal, &session.account.actor(), &of, "").await {
                Ok(()) => {}
                Err(problem) if problem.kind == problem::READING_REASON => {
                    return ask_reason(&visitor, &of);
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
    fn an_address_names_what_is_read() {
        let entry = "222520261000000001";
        for (path, found) in [
            (format!("/declarations/{entry}"), Some(("declaration", entry))),
            (format!("/declarations/{entry}/files/00"), Some(("declaration", entry))),
            (format!("/api/v1/declarations/{entry}/trace"), Some(("declaration", entry))),
            ("/declarations/new".to_owned(), None),
            (format!("/receipts/{entry}"), None),
            ("/bills/2225/COSU%2F1+2".to_owned(), Some(("bill", "2225-COSU/1+2"))),
            ("/api/v1/bills/2225/COSU1".to_owned(), Some(("bill", "2225-COSU1"))),
            ("/bills/goods-out".to_owned(), None),
            ("/bills".to_owned(), None),
            ("/guarantees/G22252026000001/decision".to_owned(), Some(("guarantee", "G22252026000001"))),
            ("/refunds/R22252026000001".to_owned(), Some(("refund", "R22252026000001"))),
            ("/licences/7/L%31".to_owned(), Some(("licence", "7-L1"))),
            ("/licences".to_owned(), None),
        ] {
            let of = read_at(&path);
            assert_eq!(of.as_ref().map(|of| (of.what.kind(), &*of.number)), found, "{path}");
        }
    }

    #[test]
    fn a_reason_is_read_out_of_a_query() {
        assert_eq!(decoded("%E5%AE%A1+a%2"), "审 a%2");
    }
}
