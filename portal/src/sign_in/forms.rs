//! The sign-in page, signing in and out.

use super::session::{begin, end, forget};
use crate::accounts::{self, Account};
use crate::pages::{Frame, SignedIn, Visitor, html, own_address, to};
use crate::problem::{self, Problem};
use crate::state::{Portal, is_local};
use crate::texts::say;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use customhouse_control::Role;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    name: String,
    next: String,
    /// What is wrong, if anything.
    wrong: &'static str,
    hours: i64,
}

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    next: String,
}

/// What the form holds. Not `Debug`: a password is never logged.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entering {
    name: String,
    password: String,
    next: String,
}

fn page(visitor: &Visitor, name: &str, next: &str, wrong: &'static str, status: StatusCode) -> Response {
    let frame = visitor.frame("sign-in");
    let page = Page { frame, name: name.to_owned(), next: next.to_owned(), wrong, hours: super::hours() };
    let mut response = html(&page);
    *response.status_mut() = status;
    response
}

/// `GET /sign-in`
pub(crate) async fn show(visitor: Visitor, Query(next): Query<Next>) -> Response {
    page(&visitor, "", &next.next, "", StatusCode::OK)
}

/// `POST /sign-in`
pub(crate) async fn enter(
    State(portal): State<Portal>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(entering): Form<Entering>,
) -> Result<Response, Problem> {
    let Entering { name, password, next } = entering;
    let again = |key: &str, status| Ok(page(&visitor, &name, &next, say(key, visitor.lang), status));
    if !portal.accounts_work_from(visitor.peer, &headers) {
        return again("sign_in.loopback_only", StatusCode::FORBIDDEN);
    }
    if name.is_empty() || name.len() > 100 || password.is_empty() || password.len() > 200 {
        return again("sign_in.wrong", StatusCode::UNPROCESSABLE_ENTITY);
    }
    let address = visitor.peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.ip());
    if !portal.throttle().admit(address, &name, Instant::now()) {
        return again("sign_in.wait", StatusCode::TOO_MANY_REQUESTS);
    }
    let Some(account) = verified(&portal, &name, password).await? else {
        return again("sign_in.wrong", StatusCode::UNPROCESSABLE_ENTITY);
    };
    portal.throttle().succeeded(address, &name);
    let secure = is_secure(&visitor, &headers);
    let (write, cookie) = begin(&account.name, secure);
    let engine = portal.engine().clone();
    portal.blocking(move || engine.write_plain(vec![write])).await??;
    let next = own_address(&next);
    let mut response = to(if next == "/" { home(account.role) } else { next });
    set_cookie(&mut response, &cookie);
    Ok(response)
}

/// The account, if the password is its own. At most two are checked at once.
async fn verified(portal: &Portal, name: &str, password: String) -> Result<Option<Account>, Problem> {
    let wanted = name.to_owned();
    let today = portal.engine().now().day();
    let account = portal.read(move |r| accounts::named(r, &wanted, today)).await?;
    let _permit = portal.passwords().acquire().await.map_err(|_| problem::BUSY)?;
    portal
        .blocking(move || match account {
            Some(account) => account.has_password(&password).then_some(account),
            None => {
                accounts::waste_a_verification(&password);
                None
            }
        })
        .await
}

/// Where an account begins its day.
fn home(role: Role) -> &'static str {
    match role {
        Role::Officer => "/work",
        Role::Declarant => "/declarations",
        Role::Carrier | Role::Operator => "/bills",
        Role::Bank | Role::System => "/",
    }
}

/// Whether the browser speaks TLS to us or to a proxy, or is somewhere else and should.
fn is_secure(visitor: &Visitor, headers: &HeaderMap) -> bool {
    let proto = headers.get("x-forwarded-proto").is_some_and(|p| p == "https");
    proto || !is_local(visitor.peer, headers)
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// `POST /sign-out`
pub(crate) async fn leave(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let engine = portal.engine().clone();
    let write = end(&signed_in.session.id);
    portal.blocking(move || engine.write_plain(vec![write])).await??;
    let mut response = to("/");
    set_cookie(&mut response, &forget(is_secure(&signed_in.visitor, &headers)));
    Ok(response)
}
