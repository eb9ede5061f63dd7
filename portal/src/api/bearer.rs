//! Who calls: the account behind a bearer token.

use crate::accounts::{self, Account};
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{header, request::Parts};
use std::net::SocketAddr;

/// The caller.
pub(crate) struct Bearer(pub Account);

impl FromRequestParts<Portal> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Bearer, Problem> {
        let unauthenticated = || Problem::from(problem::UNAUTHENTICATED);
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
        let (scheme, secret) = header.and_then(|h| h.split_once(' ')).ok_or_else(unauthenticated)?;
        let secret = secret.trim().to_owned();
        if !scheme.eq_ignore_ascii_case("bearer") || secret.is_empty() || secret.len() > 200 {
            return Err(unauthenticated());
        }
        let today = portal.engine().now().day();
        let account =
            portal.read(move |r| accounts::of_token(r, &secret, today)).await?.ok_or_else(unauthenticated)?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0);
        if !portal.accounts_work_from(peer, &parts.headers) {
            return Err(problem::LOOPBACK_ONLY.into());
        }
        Ok(Bearer(account))
    }
}
