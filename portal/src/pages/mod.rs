//! What a browser gets: pages made on the server, in Chinese and English. Every page works without
//! script; the script only saves round trips.

mod amounts; // what each line owes, and why
mod authorisations; // brokers and principals
mod bars; // a quantity in parts
mod bill; // one bill, and the reports on its goods
mod bills; // bills of lading and goods out
mod checks; // what was asked, found, changed
mod clock; // the demonstration's clock, forward
mod declaration; // one declaration
mod declarations; // the list
mod disposals; // goods that nobody clears
mod dossier; // what an officer sees beside a declaration
mod find; // go to a number
mod form_view; // a declaration's form as fields on a page
mod frame; // what every page has around it
mod front; // what this is
mod goods; // where the goods of a bill are
mod guarantee; // one guarantee
mod guarantees; // guarantees: the list, lodging one
mod language; // the language switch
mod licences; // licences with what is left on them
mod lodge; // the form: shown, tried, lodged
mod lookup; // commodity codes while one types
mod papers; // printable papers, and the check that their code opens
mod quote; // what goods would cost
mod reading; // why an officer reads, and who read what
mod receipts; // check a receipt, download one
mod refunds; // money that goes back
mod small; // small forms as fields
mod statement; // what a firm owes, line by line
mod step_forms; // steps as forms
mod summary; // a summary that waits for its full declaration
mod upload; // one file out of a form
mod words;
mod work; // an officer's start page // dates, amounts, names of codes

#[cfg(test)]
pub(crate) use frame::encoded;
pub(crate) use frame::{Frame, SignedIn, Visitor, html, to};
pub(crate) use language::own_address;
pub(crate) use reading::ask_reason;
pub(crate) use words::Finding;

use crate::problem::{self, Problem};
use crate::sign_in;
use crate::state::Portal;
use crate::texts::both;
use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::csrf::CsrfLayer;

/// Every route of the pages, with its methods: who gets what there is a test's table.
#[cfg(test)]
pub(crate) const ROUTES: &[(&str, &str)] = &[
    ("get", "/"),
    ("get", "/lang"),
    ("get", "/sign-in"),
    ("post", "/sign-in"),
    ("post", "/sign-out"),
    ("get", "/find"),
    ("get", "/declarations"),
    ("get", "/declarations/new"),
    ("post", "/declarations/new"),
    ("post", "/declarations/upload"),
    ("get", "/declarations/{entry}"),
    ("post", "/declarations/{entry}/payment"),
    ("post", "/declarations/{entry}/steps/{step}"),
    ("get", "/declarations/{entry}/files/{digest}"),
    ("post", "/declarations/{entry}/reading"),
    ("get", "/reads"),
    ("get", "/work"),
    ("get", "/bills"),
    ("post", "/bills"),
    ("post", "/bills/goods-out"),
    ("get", "/disposals"),
    ("post", "/disposals"),
    ("get", "/disposals/{kind}/{number}"),
    ("post", "/disposals/{kind}/{number}/steps/{step}"),
    ("get", "/disposals/{kind}/{number}/files/{digest}"),
    ("get", "/bills/{office}/{bill}"),
    ("post", "/bills/{office}/{bill}/reports/{report}"),
    ("get", "/guarantees"),
    ("post", "/guarantees"),
    ("get", "/guarantees/{number}"),
    ("post", "/guarantees/{number}/decision"),
    ("post", "/guarantees/{number}/return"),
    ("get", "/authorisations"),
    ("post", "/authorisations"),
    ("post", "/authorisations/revocations"),
    ("get", "/licences"),
    ("post", "/licences"),
    ("get", "/licences/{certificate}/{number}"),
    ("get", "/receipts"),
    ("post", "/receipts"),
    ("get", "/receipts/{seq}"),
    ("get", "/lookup/commodities"),
    ("get", "/declarations/{entry}/papers/{paper}"),
    ("get", "/papers/{seq}/{digest}"),
    ("get", "/quote"),
    ("get", "/quote/file"),
    ("get", "/statement"),
    ("get", "/refunds"),
    ("post", "/refunds"),
    ("get", "/refunds/{number}"),
    ("post", "/refunds/{number}/decision"),
    ("post", "/refunds/{number}/account"),
    ("post", "/clock"),
];

/// The pages' router; `portal` is for the words of errors.
pub(crate) fn router(portal: &Portal) -> Router<Portal> {
    Router::new()
        .route("/", get(front::show))
        .route("/lang", get(language::switch))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-out", post(sign_in::leave))
        .route("/find", get(find::go))
        .route("/declarations", get(declarations::list))
        .route("/declarations/new", get(lodge::show).post(lodge::send))
        .route("/declarations/upload", post(lodge::upload))
        .route("/declarations/{entry}", get(declaration::show))
        .route("/declarations/{entry}/payment", post(declaration::pay))
        .route("/declarations/{entry}/steps/{step}", post(step_forms::take))
        .route("/declarations/{entry}/files/{digest}", get(declaration::file))
        .route("/declarations/{entry}/reading", post(reading::state))
        .route("/reads", get(reading::list))
        .route("/work", get(work::show))
        .route("/bills", get(bills::list).post(bills::file))
        .route("/bills/goods-out", post(bills::goods_out))
        .route("/disposals", get(disposals::list).post(disposals::ask))
        .route("/disposals/{kind}/{number}", get(disposals::show))
        .route("/disposals/{kind}/{number}/steps/{step}", post(disposals::take))
        .route("/disposals/{kind}/{number}/files/{digest}", get(disposals::file))
        .route("/bills/{office}/{bill}", get(bill::show))
        .route("/bills/{office}/{bill}/reports/{report}", post(bill::report))
        .route("/guarantees", get(guarantees::list).post(guarantees::lodge))
        .route("/guarantees/{number}", get(guarantee::show))
        .route("/guarantees/{number}/decision", post(guarantee::decide))
        .route("/guarantees/{number}/return", post(guarantee::give_back))
        .route("/authorisations", get(authorisations::show).post(authorisations::grant))
        .route("/authorisations/revocations", post(authorisations::revoke))
        .route("/licences", get(licences::list).post(licences::record))
        .route("/licences/{certificate}/{number}", get(licences::show))
        .route("/receipts", get(receipts::show).post(receipts::check))
        .route("/receipts/{seq}", get(receipts::download))
        .route("/lookup/commodities", get(lookup::commodities))
        .route("/declarations/{entry}/papers/{paper}", get(papers::show))
        .route("/clock", post(clock::forward))
        .route("/quote", get(quote::show))
        .route("/quote/file", get(quote::file))
        .route("/statement", get(statement::show))
        .route("/refunds", get(refunds::list).post(refunds::apply))
        .route("/refunds/{number}", get(refunds::show))
        .route("/refunds/{number}/decision", post(refunds::decide))
        .route("/refunds/{number}/account", post(refunds::account))
        .route("/papers/{seq}/{digest}", get(papers::check))
        .fallback(not_found)
        .layer(from_fn_with_state(portal.clone(), crate::reading::before_page))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(portal.clone(), speak))
}

/// What stands at an address that is none.
pub(crate) async fn not_found() -> Problem {
    problem::NOT_FOUND.into()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    status: u16,
    title: String,
    detail: String,
    errors: Vec<Finding>,
}

/// Middleware of the pages: a problem becomes a page in the reader's language.
async fn speak(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let visitor = Visitor::of(&mut parts, &portal).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return problem_page(&visitor, &problem);
    }
    match status {
        StatusCode::FORBIDDEN => problem_page(&visitor, &foreign_form()),
        StatusCode::METHOD_NOT_ALLOWED => problem_page(&visitor, &problem::METHOD.into()),
        StatusCode::PAYLOAD_TOO_LARGE => problem_page(&visitor, &problem::TOO_LARGE.into()),
        _ if status.is_client_error() && !is_html(&response) => {
            problem_page(&visitor, &problem::BAD_REQUEST.into())
        }
        _ => response,
    }
}

/// The CSRF layer turned a form away.
fn foreign_form() -> Problem {
    let words = both("problem.foreign_form");
    Problem::from(problem::FORBIDDEN).with_detail(words.zh, words.en)
}

fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"))
}

fn problem_page(visitor: &Visitor, problem: &Problem) -> Response {
    let lang = visitor.lang;
    let document = problem.document(lang);
    let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
    let page = ProblemPage {
        frame: visitor.frame(""),
        status: problem.kind.status,
        title: text("title"),
        detail: text("detail"),
        errors: problem.errors.iter().map(|e| Finding::of(e, lang)).collect(),
    };
    let mut response = html(&page).into_response();
    *response.status_mut() = StatusCode::from_u16(problem.kind.status).unwrap_or(StatusCode::BAD_REQUEST);
    if let Some(seconds) = problem.kind.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    }
    response
}
