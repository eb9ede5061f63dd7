//! The router with everything around it, and the server.

use crate::problem::{self, Problem};
use crate::sign_in::SESSIONS;
use crate::state::{Portal, PortalSettings};
use crate::{api, assets, pages};
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use customhouse_engine::Engine;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// A request is answered within this time or not at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a page may load: itself and nothing else.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The whole portal as a router.
pub fn router(portal: Portal) -> Router {
    let limit = portal.settings().body_limit;
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(pages::router(&portal))
        .merge(api::router(&portal))
        .merge(assets::router())
        .with_state(portal)
        .layer(DefaultBodyLimit::max(limit))
        .layer(from_fn(harden))
        .layer(CatchPanicLayer::custom(|_| Problem::from(problem::FAILED).into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(CompressionLayer::new())
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}

/// What a request is called in the log: its route, never its address (which may name a party).
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or("");
    tracing::info_span!("request", method = %request.method(), route, id)
}

/// Headers that every response carries.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Serves until `stop` is done; requests under way are answered first.
///
/// # Errors
/// The listener's.
pub async fn serve(
    engine: Engine,
    settings: PortalSettings,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let portal = Portal::new(engine.clone(), settings);
    let _ = portal.blocking(move || sweep(&engine)).await;
    let service = router(portal).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

/// Removes sessions that are over.
fn sweep(engine: &Engine) {
    if let Ok(all) = engine.read(|r| r.plain_all(SESSIONS)) {
        let writes = crate::sign_in::over(&all);
        if !writes.is_empty() {
            let _ = engine.write_plain(writes);
        }
    }
}
