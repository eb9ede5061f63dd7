//! `/api/docs`: the OpenAPI document as a page, made on the server; it needs nothing from elsewhere.

use super::openapi::document;
use crate::pages::{Frame, Visitor, html};
use crate::problem::KINDS;
use askama::Template;
use axum::response::Response;
use customhouse_kernel::text::Lang;
use serde_json::Value;

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    frame: Frame,
    operations: Vec<Shown>,
    /// Place in the page, status, title, detail.
    problems: Vec<(&'static str, u16, &'static str, &'static str)>,
    schemas: Vec<(String, String)>,
}

/// An operation as it is shown.
struct Shown {
    id: String,
    method: String,
    path: String,
    short: String,
    summary: String,
    token: bool,
    parameters: Vec<Parameter>,
    /// Media type and schema.
    content: Vec<(String, String)>,
    /// Status, words, schema.
    responses: Vec<(String, String, String)>,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    words: String,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// A text that the document holds in both languages.
fn words(value: &Value, name: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => text(value, &format!("x-{name}-zh")),
        Lang::En => text(value, name),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The schema that some content refers to.
fn schema_of(content: &Value) -> String {
    let name = content["schema"]["$ref"].as_str().and_then(|r| r.rsplit('/').next());
    name.unwrap_or_default().to_owned()
}

impl Shown {
    fn of(path: &str, method: &str, operation: &Value, lang: Lang) -> Shown {
        let parameters = operation["parameters"].as_array().into_iter().flatten().map(|p| Parameter {
            name: text(p, "name"),
            place: text(p, "in"),
            required: p["required"] == true,
            words: words(p, "description", lang),
        });
        let content =
            members(&operation["requestBody"]["content"]).map(|(kind, c)| (kind.clone(), schema_of(c)));
        let responses = members(&operation["responses"]).map(|(status, response)| {
            let schema = members(&response["content"]).next().map(|(_, c)| schema_of(c)).unwrap_or_default();
            let titles = KINDS.iter().filter(|k| k.status.to_string() == *status);
            let titles: Vec<&str> =
                titles.map(|k| if lang == Lang::Zh { k.title.0 } else { k.title.1 }).collect();
            (status.clone(), titles.join("; "), schema)
        });
        Shown {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            short: path.trim_start_matches(super::table::BASE).to_owned(),
            summary: words(operation, "summary", lang),
            token: operation["security"].is_array(),
            parameters: parameters.collect(),
            content: content.collect(),
            responses: responses.collect(),
        }
    }
}

/// `GET /api/docs`
pub(crate) async fn show(visitor: Visitor) -> Response {
    let (document, lang) = (document(), visitor.lang);
    let mut operations: Vec<Shown> = members(&document["paths"])
        .flat_map(|(path, item)| members(item).map(move |(method, o)| Shown::of(path, method, o, lang)))
        .collect();
    // the document sorts its paths; a reader meets operations in the order of the table
    let place = |id: &str| super::table::OPERATIONS.iter().position(|o| o.id == id).unwrap_or(usize::MAX);
    operations.sort_by_key(|o| place(&o.id));
    let pick = |pair: (&'static str, &'static str)| if lang == Lang::Zh { pair.0 } else { pair.1 };
    let problems = KINDS.iter().map(|k| (k.slug, k.status, pick(k.title), pick(k.detail)));
    let schemas = members(&document["components"]["schemas"])
        .map(|(name, s)| (name.clone(), serde_json::to_string_pretty(s).unwrap_or_default()));
    html(&Page {
        frame: visitor.frame("docs"),
        operations,
        problems: problems.collect(),
        schemas: schemas.collect(),
    })
}
