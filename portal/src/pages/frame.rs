//! What every page has around it: language, who is signed in, the demonstration banner, navigation.

use super::words::day_words;
use crate::assets;
use crate::problem::{self, Problem, language};
use crate::sign_in::{Session, cookie_value, viewer};
use crate::state::{Portal, Viewer, failed};
use crate::texts::{say, say_of};
use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use customhouse_control::{Post, Role};
use customhouse_kernel::text::Lang;
use std::net::SocketAddr;

/// Name of the cookie that remembers the language.
pub(crate) const LANG_COOKIE: &str = "customhouse_lang";

/// Whoever asks for a page.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub lang: Lang,
    /// Path and query of this page, for the language switch.
    pub here: String,
    pub session: Viewer,
    pub peer: Option<SocketAddr>,
    sample_day: Option<String>,
}

impl Visitor {
    /// Never fails: a visitor whose session cannot be read is nobody.
    pub async fn of(parts: &mut Parts, portal: &Portal) -> Visitor {
        if let Some(known) = parts.extensions.get::<Visitor>() {
            return known.clone();
        }
        let session = viewer(portal, &parts.headers).await.ok().flatten();
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0);
        let session = session.filter(|_| portal.accounts_work_from(peer, &parts.headers));
        let chosen = cookie_value(&parts.headers, LANG_COOKIE).and_then(Lang::from_code);
        let own = session.as_ref().and_then(|s| s.account.language);
        let lang = chosen.or(own).or_else(|| language(&parts.headers)).unwrap_or_default();
        let here =
            if parts.method == "GET" { parts.uri.path_and_query().map(ToString::to_string) } else { None };
        let sample = portal.engine().is_sample();
        let sample_day = sample.then(|| day_words(portal.engine().now().day(), lang));
        let visitor = Visitor {
            lang,
            here: here.unwrap_or_else(|| parts.uri.path().to_owned()),
            session,
            peer,
            sample_day,
        };
        parts.extensions.insert(visitor.clone());
        visitor
    }

    /// The frame of a page in a section of the navigation.
    pub fn frame(&self, section: &'static str) -> Frame {
        let who = self.session.as_ref().map(|s| Who {
            name: s.account.name.clone(),
            role: s.account.role,
            firm: s.account.party_name.clone(),
            heads: s.account.posts.contains(&Post::Head),
        });
        Frame { lang: self.lang, here: self.here.clone(), who, sample_day: self.sample_day.clone(), section }
    }
}

impl FromRequestParts<Portal> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Visitor, Self::Rejection> {
        Ok(Visitor::of(parts, portal).await)
    }
}

/// A visitor who is signed in; anyone else is sent to sign in first.
pub(crate) struct SignedIn {
    pub visitor: Visitor,
    pub session: Session,
}

impl SignedIn {
    /// The submitting side.
    pub fn actor(&self) -> customhouse_control::Actor {
        self.session.account.actor()
    }

    /// Goes on only for some roles.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Problem> {
        if roles.contains(&self.session.account.role) { Ok(()) } else { Err(problem::FORBIDDEN.into()) }
    }
}

impl FromRequestParts<Portal> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<SignedIn, Response> {
        let visitor = Visitor::of(parts, portal).await;
        match visitor.session.clone() {
            Some(session) => Ok(SignedIn { visitor, session }),
            None => Err(to(&format!("/sign-in?next={}", encoded(&visitor.here)))),
        }
    }
}

/// A text as a value in a query.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~/".contains(b);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Sends the browser on, with a GET.
pub(crate) fn to(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

/// A page as a response.
pub(crate) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            let vary = (header::VARY, "Cookie, Accept-Language");
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), vary], text).into_response()
        }
        Err(e) => failed(&e).into_response(),
    }
}

/// Who is signed in, for the head of the page.
#[derive(Clone)]
pub(crate) struct Who {
    pub name: String,
    pub role: Role,
    pub firm: String,
    /// Whether it is a head of an office today.
    pub heads: bool,
}

/// What templates have around their own content.
#[derive(Clone)]
pub(crate) struct Frame {
    pub lang: Lang,
    pub here: String,
    pub who: Option<Who>,
    pub sample_day: Option<String>,
    section: &'static str,
}

/// A link of the navigation.
pub(crate) struct Link {
    pub address: &'static str,
    pub words: &'static str,
    pub current: bool,
}

impl Frame {
    /// A text in the page's language.
    pub fn t(&self, key: &str) -> &'static str {
        say(key, self.lang)
    }

    /// What a column of a findings sheet is called.
    pub fn found(&self, field: &str) -> String {
        say_of("checks", field, self.lang)
    }

    pub fn code(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "zh-Hans",
            Lang::En => "en",
        }
    }

    pub fn css(&self) -> &'static str {
        assets::css()
    }

    pub fn js(&self) -> &'static str {
        assets::js()
    }

    pub fn icon(&self) -> &'static str {
        assets::icon()
    }

    /// Where the language switch leads, and what it says.
    pub fn switch(&self) -> (String, &'static str, &'static str) {
        let (code, words, tag) = match self.lang {
            Lang::Zh => ("en", "English", "en"),
            Lang::En => ("zh", "中文", "zh-Hans"),
        };
        (format!("/lang?to={code}&back={}", encoded(&self.here)), words, tag)
    }

    /// Where signing in leads back to.
    pub fn sign_in(&self) -> String {
        if self.here == "/" || self.here.starts_with("/sign-in") {
            return "/sign-in".to_owned();
        }
        format!("/sign-in?next={}", encoded(&self.here))
    }

    /// What the account is, in words.
    pub fn role(&self) -> String {
        self.who.as_ref().map_or_else(String::new, |w| say_of("role", w.role.name(), self.lang))
    }

    /// The sections that this account works in.
    pub fn links(&self) -> Vec<Link> {
        let mut sections: Vec<(&'static str, &'static str, &'static str)> = Vec::new();
        match self.who.as_ref().map(|w| w.role) {
            Some(Role::Declarant) => {
                sections.push(("declarations", "/declarations", self.t("nav.my_declarations")));
                sections.push(("lodge", "/declarations/new", self.t("nav.lodge")));
                sections.push(("disposals", "/disposals", self.t("nav.disposals")));
                sections.push(("statement", "/statement", self.t("nav.statement")));
                sections.push(("guarantees", "/guarantees", self.t("nav.guarantees")));
                sections.push(("authorisations", "/authorisations", self.t("nav.authorisations")));
                sections.push(("licences", "/licences", self.t("nav.licences")));
                sections.push(("refunds", "/refunds", self.t("nav.refunds")));
            }
            Some(Role::Carrier) => sections.push(("bills", "/bills", self.t("nav.bills"))),
            Some(Role::Operator) => sections.push(("bills", "/bills", self.t("nav.goods"))),
            Some(Role::Officer) => {
                sections.push(("work", "/work", self.t("nav.work")));
                sections.push(("declarations", "/declarations", self.t("nav.declarations")));
                sections.push(("bills", "/bills", self.t("nav.bills")));
                sections.push(("disposals", "/disposals", self.t("nav.disposals")));
                sections.push(("guarantees", "/guarantees", self.t("nav.guarantees")));
                sections.push(("licences", "/licences", self.t("nav.licences")));
                sections.push(("refunds", "/refunds", self.t("nav.refunds")));
                if self.who.as_ref().is_some_and(|w| w.heads) {
                    sections.push(("reads", "/reads", self.t("nav.reads")));
                }
            }
            Some(Role::Bank | Role::System) | None => {}
        }
        sections.push(("quote", "/quote", self.t("nav.quote")));
        sections.push(("receipts", "/receipts", self.t("nav.receipts")));
        let link = |(section, address, words)| Link { address, words, current: section == self.section };
        sections.into_iter().map(link).collect()
    }

    /// Whether this account may move the demonstration's clock.
    pub fn moves_clock(&self) -> bool {
        self.sample_day.is_some() && self.who.as_ref().is_some_and(|w| w.role == Role::Officer)
    }

    /// Whether this account may go to a number.
    pub fn finds(&self) -> bool {
        self.who.as_ref().is_some_and(|w| matches!(w.role, Role::Declarant | Role::Officer))
    }
}
