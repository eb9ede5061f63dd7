//! The language switch: stays on the page, remembered by a cookie.

use super::frame::LANG_COOKIE;
use super::to;
use axum::extract::Query;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use customhouse_kernel::text::Lang;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Switch {
    to: String,
    back: String,
}

/// An address of our own, or the front page.
pub(crate) fn own_address(text: &str) -> &str {
    let own = text.starts_with('/') && !text[1..].starts_with(['/', '\\']);
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if own && plain && text.len() <= 2000 { text } else { "/" }
}

/// `GET /lang`
pub(crate) async fn switch(Query(switch): Query<Switch>) -> Response {
    let mut response = to(own_address(&switch.back));
    if let Some(lang) = Lang::from_code(&switch.to) {
        let cookie = format!("{LANG_COOKIE}={}; Path=/; SameSite=Lax; Max-Age=31536000", lang.code());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn only_addresses_of_our_own() {
        for (text, kept) in [
            ("/declarations?state=green", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/a\r\nSet-Cookie: x", false),
            ("", false),
        ] {
            assert_eq!(own_address(text) == text, kept, "{text}");
        }
    }
}
