//! The page of quotes: a form whose facts stand in its address, so that a link holds them, and what they
//! come to. It is asked for with a GET, and nothing is stored.

use super::amounts::{Amounts, Assessed};
use super::form_view::{FieldView, Repeated, TYPED_LISTS, Viewing, input_name, is_open, read_typed};
use super::frame::encoded;
use super::words::{Finding, day_words, findings, grouped, moment_words};
use super::{Frame, Visitor, html, to};
use crate::problem::Problem;
use crate::quote::{Asked, Given, give, refused};
use crate::state::Portal;
use askama::Template;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{QUOTE_LINES, quote_fields, quote_requires};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, Direction};
use jiff::civil::Date;
use serde_json::json;

/// Fields that few need.
const MORE: &[&str] = &[
    "transport_mode",
    "gross_kg",
    "other.mark",
    "other.currency",
    "other.rate",
    "quantity",
    "unit",
    "preference.agreement",
    "preference.proof_kind",
    "preference.proof_number",
];

/// The facts of the example.
const EXAMPLE: &str = "terms=3&freight.mark=3&freight.currency=EUR&freight.rate=500&insurance.mark=1&\
    insurance.rate=0.3&lines.0.commodity_code=8512201000&lines.0.origin=DE&lines.0.total=8000&\
    lines.0.currency=EUR&lines.0.first_quantity=100&lines.0.first_unit=007&lines.0.second_quantity=1100&\
    lines.0.second_unit=035";

#[derive(Template)]
#[template(path = "quote.html")]
struct Page {
    frame: Frame,
    head: Vec<FieldView>,
    more: Vec<FieldView>,
    more_open: bool,
    lines: Vec<Repeated>,
    lists: Vec<(&'static str, Vec<(String, String)>)>,
    on: String,
    on_wrong: Vec<Finding>,
    example: String,
    /// What is refused, or warned of beside a quote; its heading, a key of the texts, and its tone.
    findings: Vec<Finding>,
    heading: &'static str,
    tone: &'static str,
    found: Option<Found>,
}

/// A quote in words.
struct Found {
    landed: String,
    total: String,
    charges: Vec<(String, String)>,
    day: String,
    holds: String,
    moment: String,
    law: String,
    public_key: String,
    /// The address that holds the facts.
    link: String,
    file: String,
    amounts: Amounts,
}

type Typed = Vec<(String, String)>;

/// The form and the day in an address.
fn asked(typed: &Typed) -> Asked {
    let mut form = read_typed(typed);
    // a line's number is its place
    for line in &mut form.lines {
        line.set("number", "");
    }
    let on = value(typed, "on").trim();
    Asked { form, on: Some(on.chars().take(20).collect()).filter(|on: &String| !on.is_empty()) }
}

fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

/// The facts as a query, with the day: what was asked for today stays that day's.
fn query(asked: &Asked, today: Date) -> String {
    let mut parts = Vec::new();
    let mut add = |fields: &Fields, index: usize| {
        for (name, value) in fields.filled() {
            parts.push(format!("{}={}", input_name(fields.part(), index, name), encoded(value)));
        }
    };
    add(&asked.form.head, 0);
    asked.form.lines.iter().enumerate().for_each(|(index, line)| add(line, index));
    asked.form.documents.iter().enumerate().for_each(|(index, document)| add(document, index));
    parts.push(format!("on={}", asked.on.as_deref().map_or_else(|| today.to_string(), encoded)));
    parts.join("&")
}

/// `GET /quote`
pub(crate) async fn show(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let today = portal.engine().now().day();
    let mut asked = asked(&typed);
    let edits = edit(&mut asked.form, value(&typed, "do"));
    let query = query(&asked, today);
    // a form sends its empty fields too: what may be shared is the address without them
    if !edits && typed.iter().any(|(_, value)| value.trim().is_empty()) {
        return Ok(to(&format!("/quote?{query}")));
    }
    let shown = Asked { form: asked.form.clone(), on: asked.on.clone() };
    let given = match !edits && !typed.is_empty() {
        true => Some(give(&portal, asked, visitor.peer).await?),
        false => None,
    };
    let lang = visitor.lang;
    let (found, findings) = match given {
        Some(Ok(given)) => (Some(found(&portal, &given, &query, lang)), findings(&given.warnings, lang)),
        Some(Err(refused)) => (None, findings(&refused, lang)),
        None => (None, Vec::new()),
    };
    Ok(html(&page(&portal, &visitor, shown, found, findings)))
}

/// Adds or removes a line, where the form was sent for that.
fn edit(form: &mut Form, what: &str) -> bool {
    if what == "add-lines" && form.lines.len() < QUOTE_LINES {
        if form.lines.is_empty() {
            form.add(Part::Line);
        }
        form.add(Part::Line);
    }
    let place = what.strip_prefix("remove-").and_then(|n| n.parse::<usize>().ok()?.checked_sub(1));
    if let Some(place) = place.filter(|place| *place < form.lines.len()) {
        form.lines.remove(place);
    }
    !what.is_empty()
}

fn page(
    portal: &Portal,
    visitor: &Visitor,
    Asked { form, on }: Asked,
    found: Option<Found>,
    mut findings: Vec<Finding>,
) -> Page {
    let (law, today) = (portal.law(), portal.engine().now().day());
    let day = on.as_ref().and_then(|on| on.parse().ok()).unwrap_or(today);
    let (direction, lang) = (Direction::Import, visitor.lang);
    let on_wrong: Vec<Finding> = findings.iter().filter(|f| f.path == "/on").cloned().collect();
    findings.iter_mut().filter(|f| f.path == "/on").for_each(|f| f.linked = true);
    let mut view = Viewing { law: &law.control, direction, day, lang, findings: &mut findings };
    let of = |part: Part, more: bool| -> Vec<&str> {
        quote_fields(part).iter().filter(|name| MORE.contains(name) == more).copied().collect()
    };
    let mut head = view.fields(&form.head, 0, &of(Part::Head, false));
    let mut more = view.fields(&form.head, 0, &of(Part::Head, true));
    let mut lines = view.repeated(&form.lines, Part::Line, &of(Part::Line, false), &of(Part::Line, true));
    let lists = TYPED_LISTS.iter().filter(|list| **list != "office");
    let lists = lists.map(|list| (*list, view.options(list))).collect();
    head.iter_mut().chain(&mut more).for_each(|f| f.required = quote_requires(Part::Head, &f.name));
    for field in lines.iter_mut().flat_map(|l| l.fields.iter_mut().chain(&mut l.more)) {
        let name = field.name.splitn(3, '.').nth(2).unwrap_or_default();
        field.required = quote_requires(Part::Line, name);
    }
    let (heading, tone) =
        if found.is_some() { ("declaration.warnings", "wait") } else { ("quote.refused", "stop") };
    Page {
        frame: visitor.frame("quote"),
        head,
        more_open: is_open(&more),
        more,
        lines,
        lists,
        on: on.unwrap_or_default(),
        on_wrong,
        example: format!("/quote?{EXAMPLE}"),
        findings,
        heading,
        tone,
        found,
    }
}

fn found(portal: &Portal, given: &Given, query: &str, lang: Lang) -> Found {
    let Given { quote, assessment, edition, form, .. } = given;
    let (law, day) = (&edition.control, quote.law_date);
    let goods = |number: u32| {
        let line = usize::try_from(number).ok().and_then(|n| form.lines.get(n.checked_sub(1)?));
        let code = line.and_then(|line| line.get("commodity_code")).unwrap_or_default();
        let found = CommodityCode::parse(code).and_then(|code| law.tariff.commodity(code, day));
        (code.to_owned(), found.map_or_else(String::new, |c| c.name.get(lang).to_owned()))
    };
    let amounts = Assessed { assessment, edition, export: false, lang }.amounts(goods);
    Found {
        landed: grouped(quote.landed_cost),
        total: grouped(quote.total),
        charges: amounts.charges.iter().cloned().zip(amounts.sums.iter().cloned()).collect(),
        day: day_words(day, lang),
        holds: quote.holds.get(lang).to_owned(),
        moment: moment_words(&quote.moment),
        law: quote.law.to_string(),
        public_key: portal.engine().public_key().to_string(),
        link: format!("/quote?{query}"),
        file: format!("/quote/file?{query}"),
        amounts,
    }
}

/// `GET /quote/file`: the same quote as a file that can be checked offline.
pub(crate) async fn file(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let given = give(&portal, asked(&typed), visitor.peer).await?;
    let Given { quote, signed, .. } = given.map_err(refused)?;
    let mut response = Json(json!({ "quote": quote, "signed": signed })).into_response();
    let name = HeaderValue::from_static("attachment; filename=\"quote.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}
