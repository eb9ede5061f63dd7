//! Style sheet and script, in the program, under names that change with their content.

use crate::secrets;
use crate::state::Portal;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::OnceLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset { name: "page.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("../assets/page.css") },
    Asset {
        name: "page.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/page.js"),
    },
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("../assets/icon.svg") },
];

/// Addresses of the assets, in their order.
fn addresses() -> &'static [String; 3] {
    static ADDRESSES: OnceLock<[String; 3]> = OnceLock::new();
    ADDRESSES.get_or_init(|| {
        ASSETS.map(|asset| {
            let digest = secrets::digest(&String::from_utf8_lossy(asset.bytes));
            format!("/assets/{}/{}", &digest[..16], asset.name)
        })
    })
}

/// The address of the style sheet.
pub(crate) fn css() -> &'static str {
    &addresses()[0]
}

/// The address of the script.
pub(crate) fn js() -> &'static str {
    &addresses()[1]
}

/// The address of the icon.
pub(crate) fn icon() -> &'static str {
    &addresses()[2]
}

/// Serves each asset under its address, to be kept for ever.
pub(crate) fn router() -> Router<Portal> {
    let mut router = Router::new();
    for (place, address) in addresses().iter().enumerate() {
        router = router.route(address, get(move || async move { serve(&ASSETS[place]) }));
    }
    router
}

fn serve(asset: &'static Asset) -> Response {
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, forever);
    response
}
