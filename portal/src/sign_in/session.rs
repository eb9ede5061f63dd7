//! Sessions: a random cookie, stored as its digest, good for twelve hours.

use crate::accounts::{self, Account};
use crate::problem::Problem;
use crate::secrets;
use crate::state::{Portal, Viewer};
use axum::http::{HeaderMap, header};
use customhouse_storage::{PlainWrite, StoreError};
use serde::{Deserialize, Serialize};

/// The table of sessions, by the digest of the cookie.
pub(crate) const SESSIONS: &str = "sessions";
/// The cookie's name.
const COOKIE: &str = "customhouse_session";
const SECONDS: i64 = 12 * 3600;

/// How long a session lasts. Unit: hours.
pub(crate) fn hours() -> i64 {
    SECONDS / 3600
}

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub account: Account,
    /// Digest of the cookie.
    pub id: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    account: String,
    /// Seconds since 1970 UTC, by the machine's clock: a sample database's own may be set forward.
    until: i64,
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A new session: what is stored, and the cookie's `Set-Cookie`.
pub(crate) fn begin(account: &str, secure: bool) -> (PlainWrite, String) {
    let secret = secrets::random();
    let stored = Stored { account: account.to_owned(), until: now() + SECONDS };
    let value = serde_json::to_string(&stored).expect("our types serialise");
    let write = PlainWrite { table: SESSIONS.to_owned(), key: secrets::digest(&secret), value: Some(value) };
    (write, cookie(&secret, SECONDS, secure))
}

/// The end of a session.
pub(crate) fn end(id: &str) -> PlainWrite {
    PlainWrite { table: SESSIONS.to_owned(), key: id.to_owned(), value: None }
}

/// The `Set-Cookie` that forgets a session.
pub(crate) fn forget(secure: bool) -> String {
    cookie("", 0, secure)
}

fn cookie(value: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// The value of a cookie.
pub(crate) fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|h| h.to_str().ok());
    all.flat_map(|h| h.split(';')).find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Who looks, by the session's cookie.
pub(crate) async fn viewer(portal: &Portal, headers: &HeaderMap) -> Result<Viewer, Problem> {
    let Some(secret) = cookie_value(headers, COOKIE).filter(|s| s.len() == 64) else { return Ok(None) };
    let id = secrets::digest(secret);
    let today = portal.engine().now().day();
    let found = portal.read(move |reader| {
        let Some(text) = reader.plain(SESSIONS, &id)? else { return Ok(None) };
        let damaged = |e| StoreError::Damaged(format!("a session cannot be read: {e}"));
        let stored: Stored = serde_json::from_str(&text).map_err(damaged)?;
        if stored.until <= now() {
            return Ok(None);
        }
        Ok(accounts::named(reader, &stored.account, today)?.map(|account| Session { account, id }))
    });
    found.await
}

/// The writes that remove sessions which are over, a thousand at most.
pub(crate) fn over(all: &[(String, String)]) -> Vec<PlainWrite> {
    let now = now();
    let is_over = |text: &str| serde_json::from_str::<Stored>(text).map_or(true, |s| s.until <= now);
    all.iter().filter(|(_, text)| is_over(text)).take(1000).map(|(id, _)| end(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_stored_as_a_digest() {
        let (write, cookie) = begin("trader", true);
        let secret = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(write.key, secrets::digest(secret));
        assert!(!write.value.unwrap().contains(secret));
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Max-Age=43200"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!begin("trader", false).1.contains("Secure"));
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "xlang=en; lang=zh; langs=fr".parse().unwrap());
        assert_eq!(cookie_value(&headers, "lang"), Some("zh"));
        assert_eq!(cookie_value(&headers, "theme"), None);
    }
}
