//! The front page: what this is.

use super::{Frame, Visitor, html};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "front.html")]
struct Front {
    frame: Frame,
}

/// `GET /`
pub(crate) async fn show(visitor: Visitor) -> Response {
    html(&Front { frame: visitor.frame("front") })
}
