//! The OpenAPI 3.1 document, made from the table of routes and from the departments' own field tables.

use super::table::{BASE, Body, OPERATIONS, Operation};
use crate::problem::KINDS;
use crate::small_forms::{Kind, Member, SmallForm};
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use customhouse_control::form::{FieldKind, Part};
use customhouse_control::{
    AbandonmentForm, AppointmentForm, AuthorisationForm, AuthorisationRevoked, BillForm, Bounce,
    DelegationForm, DelegationRevoked, Departure, DirectReturnForm, DisposalKind, EndAppointmentForm,
    EntryReport, GatherForm, GoodsMoved, GoodsOut, GuaranteeDecisionForm, GuaranteeForm, LicenceForm,
    OnRoster, Payout, PayoutBounce, PeriodicPermitForm, PermitDecisionForm, Post, QUOTE_LINES,
    RefundAccountForm, RefundDecisionForm, RefundForm, SaleDeduction, SaleSheet, Settlement, SheetLine,
    ShutOut, quote_fields, quote_requires,
};
use serde_json::{Map, Value, json};

/// `GET /api/openapi.json`
pub(crate) async fn show() -> Response {
    let mut response = Json(document()).into_response();
    let public = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, public);
    response
}

/// The document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(format!("{BASE}{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method] = describe(operation);
    }
    for (path, zh, en) in [
        ("/health/live", "程序在运行", "The program lives"),
        ("/health/ready", "程序可以受理", "The program can serve"),
    ] {
        let operation = json!({ "summary": en, "x-summary-zh": zh, "operationId": path[8..], "responses": { "200": { "description": en } } });
        paths.insert(path.to_owned(), json!({ "get": operation }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Customhouse",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A customs administration: bills of lading, declarations, duty, payment, release, receipts.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

fn describe(operation: &Operation) -> Value {
    let mut parameters = Vec::new();
    for name in path_parameters(operation.path) {
        parameters
            .push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    }
    for (name, zh, en) in operation.query {
        let schema =
            if *name == "limit" { json!({ "type": "integer" }) } else { json!({ "type": "string" }) };
        parameters.push(json!({ "name": name, "in": "query", "description": en, "x-description-zh": zh, "schema": schema }));
    }
    if operation.key {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": operation.body != Body::Declaration,
            "description": "1 to 200 visible ASCII characters; the same key with the same content gives the same answer",
            "x-description-zh": "1 至 200 个可见 ASCII 字符；同键同内容得到同一回答",
            "schema": { "type": "string", "maxLength": 200 },
        }));
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.en,
        "x-summary-zh": operation.zh,
        "parameters": parameters,
        "responses": responses(operation),
    });
    if operation.token {
        described["security"] = json!([{ "token": [] }]);
    }
    let content = match operation.body {
        Body::None => return described,
        Body::Json(schema) => json!({ "application/json": { "schema": reference(schema) } }),
        Body::Declaration => json!({
            "application/json": { "schema": reference("DeclarationForm") },
            "application/xml": { "schema": { "type": "string", "description": "DecMessage" } },
        }),
    };
    described["requestBody"] = json!({ "required": true, "content": content });
    described
}

/// The names between braces.
fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
}

fn responses(operation: &Operation) -> Value {
    let mut responses = Map::new();
    let (status, schema) = operation.answer;
    let good =
        json!({ "description": "OK", "content": { "application/json": { "schema": reference(schema) } } });
    responses.insert(status.to_string(), good);
    let always: &[u16] = if operation.token { &[401, 503] } else { &[503] };
    for status in operation.problems.iter().chain(always) {
        let titles: Vec<&str> = KINDS.iter().filter(|k| k.status == *status).map(|k| k.title.1).collect();
        let problem = json!({
            "description": titles.join("; "),
            "content": { "application/problem+json": { "schema": reference("Problem") } },
        });
        responses.insert(status.to_string(), problem);
    }
    Value::Object(responses)
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// An object with members of these types; all of them are always there.
fn object(members: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> = members.iter().map(|(n, s)| ((*n).to_owned(), s.clone())).collect();
    let required: Vec<&str> = members.iter().map(|(n, _)| *n).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn schemas() -> Value {
    let (text, number, truth, any) =
        (json!({ "type": "string" }), json!({ "type": "integer" }), json!({ "type": "boolean" }), json!({}));
    let day = json!({ "type": "string", "format": "date" });
    let amount = json!({ "type": "string", "pattern": "^-?[0-9]+\\.[0-9]{2}$", "examples": ["1234.50"] });
    let optional = |schema: &Value| json!({ "anyOf": [schema, { "type": "null" }] });
    let (t, n, b) = (|| text.clone(), || number.clone(), || truth.clone());
    let open = json!({ "type": "object" });
    json!({
        "Text": object(&[("zh", t()), ("en", t())]),
        "Finding": object(&[
            ("code", t()), ("severity", json!({ "enum": ["error", "warning"] })),
            ("path", json!({ "type": "string", "description": "JSON pointer or XPath, in the sender's own document" })),
            ("text", reference("Text")), ("remedy", reference("Text")), ("basis", t()),
        ]),
        "Problem": problem_schema(),
        "Moment": object(&[("utc_micros", n()), ("local", t())]),
        "Head": object(&[
            ("chain", t()), ("number", n()), ("previous", t()), ("root", t()), ("first_event", n()),
            ("count", n()), ("utc_micros", n()), ("key_id", t()), ("algorithm", t()), ("signature", t()),
        ]),
        "Receipt": object(&[
            ("event", json!({ "type": "string", "description": "the event's JSON, byte for byte" })),
            ("salt", t()), ("index", n()), ("path", list(t())), ("head", reference("Head")),
        ]),
        "ReceiptCheck": { "type": "object", "properties": {
            "valid": truth, "proves": open, "fault": reference("Text") }, "required": ["valid"] },
        "Keys": object(&[("keys", list(object(&[("key_id", t()), ("public_key", t()), ("made", t()), ("retired", optional(&text))])))]),
        "Accepted": object(&[
            ("accepted", b()), ("answer", any.clone()), ("warnings", list(reference("Finding"))),
            ("receipt", reference("Receipt")), ("repeated", b()),
        ]),
        "Me": object(&[
            ("name", t()), ("role", json!({ "enum": ["carrier", "declarant", "operator", "officer", "bank", "system"] })),
            ("party", t()), ("party_name", t()), ("offices", list(t())), ("language", optional(&text)),
            ("sample", b()), ("now", reference("Moment")),
        ]),
        "BillForm": small::<BillForm>(),
        "AppointmentForm": small::<AppointmentForm>(),
        "EndAppointmentForm": small::<EndAppointmentForm>(),
        "DelegationForm": small::<DelegationForm>(),
        "DelegationRevoked": small::<DelegationRevoked>(),
        "Officer": object(&[("officer", json!({ "type": "object" }))]),
        "Reads": object(&[("reads", list(json!({ "type": "object" }))), ("next", json!({ "type": ["string", "null"] }))]),
        "AuthorisationForm": small::<AuthorisationForm>(),
        "AuthorisationRevoked": small::<AuthorisationRevoked>(),
        "LicenceForm": small::<LicenceForm>(),
        "Settlement": small::<Settlement>(),
        "Bounce": small::<Bounce>(),
        "GoodsOut": small::<GoodsOut>(),
        "GuaranteeForm": small::<GuaranteeForm>(),
        "GuaranteeDecision": small::<GuaranteeDecisionForm>(),
        "PeriodicPermitForm": small::<PeriodicPermitForm>(),
        "PermitDecision": small::<PermitDecisionForm>(),
        "GatherForm": small::<GatherForm>(),
        "PeriodicPermitSummary": object(&[
            ("number", t()), ("state", t()), ("office", t()), ("party", t()), ("goods", t()), ("guarantee", t()),
            ("valid_to", day.clone()), ("lists", n()), ("due", optional(&day)),
        ]),
        "PeriodicPermitList": object(&[
            ("permits", list(reference("PeriodicPermitSummary"))), ("next", optional(&text)),
        ]),
        "PeriodicPermit": object(&[
            ("number", t()), ("state", t()), ("version", n()), ("due", optional(&day)), ("record", open.clone()),
        ]),
        "PeriodicDeclaration": object(&[("declaration", open.clone()), ("books", list(open.clone()))]),
        "GuaranteeSummary": object(&[
            ("number", t()), ("state", t()), ("office", t()), ("party", t()), ("kind", any.clone()), ("means", t()),
            ("amount", amount.clone()), ("valid_from", day.clone()), ("valid_to", day.clone()), ("due", optional(&day)),
        ]),
        "GuaranteeList": object(&[("guarantees", list(reference("GuaranteeSummary"))), ("next", optional(&text))]),
        "Guarantee": object(&[
            ("number", t()), ("state", t()), ("version", n()), ("record", open.clone()),
            ("balances", object(&[
                ("given", amount.clone()), ("free", amount.clone()), ("reserved", amount.clone()),
                ("claimed", amount.clone()), ("returned", amount.clone()),
            ])),
        ]),
        "AbandonmentForm": small::<AbandonmentForm>(),
        "DirectReturnForm": small::<DirectReturnForm>(),
        "DisposalStepForm": disposal_step_form(),
        "DisposalSummary": object(&[
            ("kind", json!({ "enum": DisposalKind::ALL.map(DisposalKind::name) })), ("number", t()), ("state", t()),
            ("office", t()), ("bill", t()), ("consignee", optional(&text)), ("due", optional(&day)),
        ]),
        "DisposalList": object(&[("disposals", list(reference("DisposalSummary"))), ("next", optional(&text))]),
        "Disposal": object(&[
            ("kind", t()), ("number", t()), ("state", t()), ("version", n()), ("due", optional(&day)),
            ("steps", list(reference("OpenStep"))), ("record", open.clone()),
        ]),
        "RefundForm": small::<RefundForm>(),
        "RefundDecision": small::<RefundDecisionForm>(),
        "RefundAccount": small::<RefundAccountForm>(),
        "Payout": small::<Payout>(),
        "PayoutBounce": small::<PayoutBounce>(),
        "RefundSummary": object(&[
            ("number", t()), ("state", t()), ("office", t()), ("payer", t()), ("ground", t()),
            ("principal", amount.clone()), ("interest", optional(&amount)), ("account", t()), ("due", optional(&day)),
        ]),
        "RefundList": object(&[("refunds", list(reference("RefundSummary"))), ("next", optional(&text))]),
        "Refund": object(&[
            ("number", t()), ("state", t()), ("version", n()), ("due", optional(&day)), ("record", open.clone()),
        ]),
        "GoodsMoved": small::<GoodsMoved>(),
        "ShutOut": small::<ShutOut>(),
        "Departure": small::<Departure>(),
        "EntryReport": small::<EntryReport>(),
        "StepForm": step_form(),
        "RosterForm": {
            "type": "object", "properties": { "officers": list(small::<OnRoster>()) },
            "required": ["officers"], "additionalProperties": false,
        },
        "DeclarationForm": declaration_form(),
        "Bill": object(&[("bill", t()), ("state", t()), ("record", open.clone())]),
        "DeclarationSummary": object(&[
            ("entry_number", t()), ("state", t()), ("office", t()), ("completed", day.clone()), ("consignee", t()),
            ("consignee_name", t()), ("bill", t()), ("first_goods", t()), ("lines", n()), ("total", amount.clone()),
            ("due", optional(&day)),
        ]),
        "Statement": object(&[
            ("owed", amount.clone()), ("refundable", amount.clone()),
            ("lines", list(object(&[
                ("day", day.clone()), ("what", json!({ "enum": [
                    "assessed", "cancelled", "paid", "reduced", "held", "returned", "refund_asked", "refund_interest",
                    "refund_ordered", "refund_bounced", "refund_paid", "refund_refused",
                ] })),
                ("entry_number", optional(&text)), ("book", t()), ("charge", t()), ("change", amount.clone()),
                ("held", amount.clone()), ("owed", amount.clone()), ("reference", t()),
                ("due", optional(&object(&[("day", day.clone()), ("provisional", b())]))), ("mode", t()), ("guarantee", optional(&text)),
                ("refund", t()), ("amount", amount.clone()), ("note", t()),
            ]))),
        ]),
        "AuthorisationList": object(&[("authorisations", list(json!({ "type": "object" })))]),
        "Licence": object(&[("licence", reference("LicenceForm")), ("quantity_left", t()), ("uses_left", json!({ "type": "integer" }))]),
        "DeclarationList": object(&[("declarations", list(reference("DeclarationSummary"))), ("next", optional(&text))]),
        "Declaration": object(&[
            ("entry_number", t()), ("state", t()), ("version", n()), ("record", open.clone()),
            ("document", open.clone()), ("summary", open.clone()), ("assessment", open.clone()), ("steps", list(reference("OpenStep"))), ("events", list(object(&[("seq", n()), ("kind", t()), ("accepted", b()), ("moment", reference("Moment"))]))),
        ]),
        "OpenStep": object(&[("id", t()), ("title", reference("Text")), ("needs", list(t())), ("takes", list(t()))]),
        "DeclarationVersion": object(&[
            ("entry_number", t()), ("version", n()), ("document", open.clone()), ("assessment", open.clone()),
        ]),
        "File": { "type": "string", "format": "binary" },
        "Trace": object(&[
            ("entry_number", t()), ("lang", t()), ("law_date", day.clone()), ("edition", n()), ("total", amount.clone()),
            ("steps", list(object(&[
                ("line", optional(&number)), ("charge", optional(&text)), ("sum", t()), ("remarks", list(t())), ("basis", list(t())),
            ]))),
        ]),
        "Assessed": object(&[("assessment", open.clone()), ("warnings", list(reference("Finding")))]),
        "QuoteForm": quote_form(),
        "Quote": object(&[
            ("facts", reference("QuoteForm")), ("law_date", day.clone()), ("edition", n()),
            ("law", json!({ "type": "string", "description": "SHA-256 of the edition's files" })), ("currency", t()),
            ("customs_value", amount.clone()), ("lines", list(open.clone())),
            ("charges", list(object(&[("charge", t()), ("name", reference("Text")), ("amount", amount.clone())]))),
            ("total", amount.clone()), ("landed_cost", amount.clone()), ("trace", list(open.clone())),
            ("holds", reference("Text")), ("moment", reference("Moment")),
        ]),
        "Quoted": object(&[
            ("quote", reference("Quote")), ("warnings", list(reference("Finding"))),
            ("signed", object(&[
                ("kind", json!({ "const": "quote" })),
                ("text", json!({ "type": "string", "description": "the quote's JSON, byte for byte as it was signed" })),
                ("key_id", t()), ("algorithm", t()), ("signature", t()),
            ])),
        ]),
        "Tariff": open,
        "Clock": { "type": "object", "properties": {
            "advance_seconds": number, "to": { "type": "string", "format": "date-time" } },
            "minProperties": 1, "maxProperties": 1, "additionalProperties": false },
        "Now": object(&[("now", reference("Moment"))]),
    })
}

fn problem_schema() -> Value {
    let kinds: Vec<String> = KINDS.iter().map(|k| format!("/api/docs#problem-{}", k.slug)).collect();
    json!({
        "type": "object",
        "properties": {
            "type": { "enum": kinds },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "errors": list(reference("Finding")),
            "receipt": reference("Receipt"),
            "repeated": { "type": "boolean" },
        },
        "required": ["type", "title", "status", "detail", "errors"],
    })
}

fn small<T: SmallForm>() -> Value {
    let schema = |member: &Member| match member.kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Office => json!({ "type": "string", "pattern": "^[0-9]{4}$" }),
        Kind::Commodity => json!({ "type": "string", "pattern": "^[0-9]{2,10}$" }),
        Kind::Unit => json!({ "type": "string", "pattern": "^[0-9]{3}$" }),
        Kind::OneOf(values) => json!({ "enum": values }),
        Kind::CreditCode => json!({ "type": "string", "pattern": "^[0-9A-HJ-NP-RTUW-Y]{18}$" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::Direction => json!({ "enum": ["import", "export"] }),
        Kind::DateTime => {
            let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$";
            json!({ "type": "string", "pattern": pattern })
        }
        Kind::Whole => json!({ "type": "integer", "minimum": 0, "maximum": 999_999_999 }),
        Kind::Decimal => json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$" }),
        Kind::Names => json!({ "type": "array", "maxItems": 20, "items": { "type": "string" } }),
        Kind::TenDigits => json!({ "type": "string", "pattern": "^[0-9]{10}$" }),
        Kind::Country => json!({ "type": "string", "pattern": "^[A-Z]{2}$" }),
        Kind::Truth => json!({ "type": "boolean" }),
        Kind::Posts => {
            json!({ "type": "array", "items": { "enum": Post::ALL.map(Post::name) }, "uniqueItems": true })
        }
    };
    let properties: Map<String, Value> = T::MEMBERS.iter().map(|m| (m.name.to_owned(), schema(m))).collect();
    let required: Vec<&str> = T::MEMBERS.iter().filter(|m| m.required).map(|m| m.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// What comes with a step; which of it a step needs stands with the step.
fn step_form() -> Value {
    let file = json!({
        "type": "object",
        "properties": {
            "media_type": { "type": "string", "examples": ["application/pdf"] },
            "base64": { "type": "string", "contentEncoding": "base64" },
        },
        "required": ["media_type", "base64"], "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "note": { "type": "string", "maxLength": 2000 },
            "samples": { "type": "boolean" },
            "guarantee": { "type": "string" },
            "sheet": list(small::<SheetLine>()),
            "declaration": reference("DeclarationForm"),
            "files": { "type": "array", "items": file, "maxItems": crate::step_form::FILES },
        },
        "additionalProperties": false,
    })
}

/// What comes with a step of a case of goods that nobody clears.
fn disposal_step_form() -> Value {
    let mut sale = small::<SaleSheet>();
    sale["properties"]["deductions"] = list(small::<SaleDeduction>());
    json!({
        "type": "object",
        "properties": {
            "note": { "type": "string", "maxLength": 2000 },
            "ground": { "type": "string" },
            "sale": sale,
            "files": step_form()["properties"]["files"],
        },
        "additionalProperties": false,
    })
}

/// The JSON form of a declaration, from control's field table.
fn declaration_form() -> Value {
    let mut form = part(Part::Head, |_| true);
    for repeated in [Part::Line, Part::Container, Part::Document] {
        form["properties"][repeated.member()] = list(part(repeated, |_| true));
    }
    form
}

/// The facts of a quote: those members of a declaration that it asks for, and the day.
fn quote_form() -> Value {
    let of = |of: Part| {
        let mut part = part(of, |name| quote_fields(of).contains(&name));
        let required: Vec<&&str> = quote_fields(of).iter().filter(|name| quote_requires(of, name)).collect();
        part["required"] = json!(required);
        part["additionalProperties"] = json!(false);
        part
    };
    let mut form = of(Part::Head);
    form["properties"]["on"] = json!({
        "type": "string", "format": "date", "description": "the day whose law applies; today if absent",
    });
    for repeated in [Part::Line, Part::Document] {
        form["properties"][repeated.member()] = list(of(repeated));
    }
    form["properties"][Part::Line.member()]["maxItems"] = json!(QUOTE_LINES);
    form["required"] = json!(["terms", Part::Line.member()]);
    form
}

/// A part of the form, with those of its fields that are kept.
fn part(part: Part, keeps: impl Fn(&str) -> bool) -> Value {
    let mut properties = json!({});
    for field in part.fields().iter().filter(|field| keeps(field.name)) {
        let schema = field_schema(field.kind);
        match field.name.split_once('.') {
            None => properties[field.name] = schema,
            Some((group, name)) => {
                if properties[group].is_null() {
                    properties[group] = json!({ "type": "object", "properties": {} });
                }
                properties[group]["properties"][name] = schema;
            }
        }
    }
    json!({ "type": "object", "properties": properties })
}

fn field_schema(kind: FieldKind) -> Value {
    let text = |what: String| json!({ "type": "string", "description": what });
    match kind {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Integer => json!({ "type": ["integer", "string"] }),
        FieldKind::Decimal => text("a decimal number as text, such as \"1250.5\"".to_owned()),
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Direction => json!({ "enum": ["import", "export"] }),
        FieldKind::Office => text("four digits of the customs office".to_owned()),
        FieldKind::Commodity => text("ten digits of the commodity code".to_owned()),
        FieldKind::Country => text("ISO letters, or the old three-digit number".to_owned()),
        FieldKind::Currency => text("ISO letters, or the old three-digit number".to_owned()),
        FieldKind::Unit => text("three digits of the unit".to_owned()),
        FieldKind::CreditCode => text("unified social credit code, 18 characters".to_owned()),
        FieldKind::CustomsCode => text("customs registration code, 10 characters".to_owned()),
        FieldKind::Container => text("container number, ISO 6346".to_owned()),
        FieldKind::Code(list) => text(format!("a code of the pack's list {list}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        for piece in text.split("#/components/schemas/").skip(1) {
            let name = piece.split('"').next().unwrap();
            assert!(!document["components"]["schemas"][name].is_null(), "{name}");
        }
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut ids: Vec<_> = OPERATIONS.iter().map(|o| o.id).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
