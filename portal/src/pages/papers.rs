//! Papers 打印件: a declaration, a payment book, a release note. Each carries a QR code that opens the
//! check of the event that it rests on; the check tells nothing to whoever does not hold the paper.

use super::words::{charge_name, code_name, day_words, event_words, grouped, mode_name, moment_words};
use super::{Frame, SignedIn, Visitor, html};
use crate::api::{Whole, whole};
use crate::problem::{self, Problem};
use crate::state::{Portal, failed};
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use customhouse_control::{ControlLaw, DeclarationRecord};
use customhouse_finance::PaymentBook;
use customhouse_kernel::journal::{Event, Hash};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use qrcode::QrCode;
use qrcode::render::svg;

#[derive(Template)]
#[template(path = "paper.html")]
struct Page {
    frame: Frame,
    title: String,
    number: String,
    /// Label and value.
    facts: Vec<(String, String)>,
    /// What a column is called, and whether it holds numbers.
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
    /// What the last column adds up to.
    sum: Option<String>,
    /// What the holder must know, under it.
    note: Option<&'static str>,
    /// The amount in figures and in capitals.
    amount: Option<(String, String)>,
    /// The event that it rests on.
    rests_on: String,
    code: String,
    address: String,
}

#[derive(Template)]
#[template(path = "paper_check.html")]
struct CheckPage {
    frame: Frame,
    /// What the event says; `None` if no event has this number and digest.
    found: Option<Vec<(String, String)>>,
}

/// `GET /declarations/{entry}/papers/{paper}`: `declaration`, `release`, or a book's number.
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((entry, paper)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let whole = whole(&portal, &signed_in.actor(), &entry).await?;
    let edition = portal.law_of(whole.version.assessment.edition).await?;
    let lang = signed_in.visitor.lang;
    let view = View { whole: &whole, law: &edition.control, lang };
    let content = match paper.as_str() {
        "declaration" => view.declaration(),
        "release" => view.release().ok_or(problem::NOT_FOUND)?,
        book => view.book(book).ok_or(problem::NOT_FOUND)?,
    };
    let seq = content.event.seq;
    let payload = portal.read(move |r| r.event(seq)).await?.ok_or(problem::NOT_FOUND)?.payload;
    let address = format!("{}/papers/{seq}/{}", origin(&headers), Hash::of(payload.as_bytes()));
    let mut frame = signed_in.visitor.frame("declarations");
    frame.here = signed_in.visitor.here.clone();
    let event = content.event;
    let rests_on = format!(
        "{} · {} {}",
        event_words(&event.kind, true, lang),
        moment_words(&event.moment),
        say_of("papers", "event", lang).replace("{seq}", &seq.to_string())
    );
    let currency = &edition.manifest.territory.currency;
    let amount = content.amount.map(|amount| {
        let capitals = if currency == "CNY" { amount.to_capitals() } else { String::new() };
        (format!("{} {currency}", grouped(amount)), capitals)
    });
    Ok(html(&Page {
        frame,
        title: say_of("papers", content.title, lang),
        number: content.number,
        facts: content
            .facts
            .into_iter()
            .map(|(label, value)| (say_of("papers", label, lang), value))
            .collect(),
        heads: content
            .heads
            .iter()
            .map(|head| (say_of("papers", head, lang), NUMBERS.contains(head)))
            .collect(),
        sum: content.amount.filter(|_| !content.rows.is_empty()).map(grouped),
        note: content.amount.map(|_| "papers.late"),
        rows: content.rows,
        amount,
        rests_on,
        code: code(&address)?,
        address,
    }))
}

/// `GET /papers/{seq}/{digest}`: what a paper's QR code opens, for anyone who holds it.
pub(crate) async fn check(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path((seq, digest)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let seq: u64 = seq.parse().map_err(|_| problem::NOT_FOUND)?;
    let stored = portal.read(move |r| r.event(seq)).await?;
    let held = stored.filter(|stored| Hash::of(stored.payload.as_bytes()).to_string() == digest);
    let event: Option<Event> = held.and_then(|stored| serde_json::from_str(&stored.payload).ok());
    let found = event.map(|event| {
        let say = |key: &str| say_of("papers", key, lang);
        vec![
            (say("what"), event_words(&event.kind, event.accepted, lang)),
            (say("moment"), moment_words(&event.moment)),
            (say("subject"), event.subject.clone()),
        ]
    });
    Ok(html(&CheckPage { frame: visitor.frame("receipts"), found }))
}

/// Where this server is reached, as the browser says.
fn origin(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|h| h.to_str().ok());
    let scheme = text(header::HeaderName::from_static("x-forwarded-proto")).filter(|s| *s == "https");
    format!("{}://{}", scheme.unwrap_or("http"), text(header::HOST).unwrap_or("localhost"))
}

/// A QR code as SVG.
fn code(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text).map_err(|e| failed(&e))?;
    let drawn = code.render::<svg::Color>().min_dimensions(160, 160).quiet_zone(true).build();
    Ok(drawn.find("<svg").map_or_else(String::new, |start| drawn[start..].to_owned()))
}

/// Columns that hold numbers.
const NUMBERS: [&str; 5] = ["quantity", "total", "value", "tax", "price"];

/// What a paper says; titles, labels and heads are keys of the texts.
struct Content<'a> {
    title: &'static str,
    number: String,
    facts: Vec<(&'static str, String)>,
    heads: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    amount: Option<customhouse_kernel::values::Money>,
    event: &'a Event,
}

struct View<'a> {
    whole: &'a Whole,
    law: &'a ControlLaw,
    lang: Lang,
}

impl<'a> View<'a> {
    fn body(&self) -> &'a DeclarationRecord {
        &self.whole.body
    }

    fn day(&self) -> Date {
        self.whole.version.assessment.law_date
    }

    fn coded(&self, list: &str, code: &str) -> String {
        format!("{code} {}", code_name(self.law, list, code, self.day(), self.lang)).trim().to_owned()
    }

    /// What a unit is called; its code where it has no name.
    fn unit(&self, code: &str) -> String {
        let name = code_name(self.law, "unit", code, self.day(), self.lang);
        if name.is_empty() { code.to_owned() } else { name }
    }

    /// The event that lodged it.
    fn lodging(&self) -> &'a Event {
        let lodged = |e: &&Event| e.kind == "declaration.lodged" && e.accepted;
        self.whole.events.iter().find(lodged).unwrap_or(&self.whole.events[0])
    }

    fn is_export(&self) -> bool {
        self.body().entry_number.direction() == Direction::Export
    }

    /// The day on which an export left.
    fn departed(&self) -> Option<(&'static str, String)> {
        self.body().departed.map(|day| ("departed", day.to_string()))
    }

    fn parties(&self) -> Vec<(&'static str, String)> {
        let declaration = &self.whole.version.declaration;
        vec![
            ("entry_number", self.body().entry_number.to_string()),
            ("office", self.coded("office", declaration.declaration_office.as_str())),
            ("consignee", format!("{} {}", declaration.consignee.credit_code, declaration.consignee.name)),
            ("bill", declaration.bill.clone()),
            ("transport", format!("{} {}", declaration.transport_name, declaration.voyage)),
        ]
    }

    /// The mode, where it is no ordinary declaration.
    fn mode(&self) -> Option<(&'static str, String)> {
        let aggregate = self.body().aggregate.as_ref()?;
        let name = mode_name(self.law, &aggregate.mode, self.body().completed, self.lang);
        Some(("kind", format!("{} {name}", aggregate.mode)))
    }

    /// The mode, its guarantee and the last day to pay.
    fn aggregate(&self) -> Vec<(&'static str, String)> {
        let Some(aggregate) = &self.body().aggregate else { return Vec::new() };
        let due = if aggregate.due.provisional { "due_provisional" } else { "due" };
        let rest =
            [("guarantee", aggregate.guarantee.clone()), (due, day_words(aggregate.due.day, self.lang))];
        self.mode().into_iter().chain(rest).collect()
    }

    fn declaration(&self) -> Content<'a> {
        let declaration = &self.whole.version.declaration;
        let mut facts = self.parties();
        facts.extend([
            ("mode", self.coded("supervision_mode", &declaration.supervision_mode)),
            ("levy", self.coded("levy_nature", &declaration.levy_nature)),
            ("terms", self.coded("terms", &declaration.terms)),
            ("packages", declaration.packages.to_string()),
            ("gross", format!("{} kg", grouped(declaration.gross_kg))),
            ("net", format!("{} kg", grouped(declaration.net_kg))),
            ("version", self.body().document_version.to_string()),
        ]);
        facts.extend(self.aggregate());
        facts.extend(self.departed());
        let export = self.is_export();
        let rows = declaration.lines.iter().map(|line| {
            vec![
                line.number.to_string(),
                line.commodity_code.to_string(),
                format!("{} {}", line.name, line.model),
                format!("{} {}", grouped(line.quantity), self.unit(line.unit.as_str())),
                grouped(line.price),
                format!("{} {}", grouped(line.total), line.currency),
                self.coded("country", if export { line.destination.as_str() } else { line.origin.as_str() }),
            ]
        });
        Content {
            title: if export { "export_declaration" } else { "import_declaration" },
            number: self.body().entry_number.to_string(),
            facts,
            heads: vec![
                "line",
                "code",
                "goods",
                "quantity",
                "price",
                "total",
                if export { "destination" } else { "origin" },
            ],
            rows: rows.collect(),
            amount: None,
            event: self.lodging(),
        }
    }

    /// The release note, once there is a release.
    fn release(&self) -> Option<Content<'a>> {
        let released = self.body().timeline.iter().find(|m| m.state == "released" && m.step == "release")?;
        let event = self.whole.events.iter().find(|e| e.accepted && e.moment == released.moment)?;
        let mut facts = self.parties();
        facts.push(("released", moment_words(&released.moment)));
        facts.push(("packages", self.whole.version.declaration.packages.to_string()));
        facts.push(("gross", format!("{} kg", grouped(self.whole.version.declaration.gross_kg))));
        facts.extend(self.departed());
        Some(Content {
            title: if self.is_export() { "export_release" } else { "release" },
            number: self.body().entry_number.to_string(),
            facts,
            heads: Vec::new(),
            rows: Vec::new(),
            amount: None,
            event,
        })
    }

    fn book(&self, number: &str) -> Option<Content<'a>> {
        let book = self.body().books.iter().find(|book| book.number == number)?;
        let made = |event: &&Event| {
            event.accepted
                && event.postings.iter().any(|p| p.entries.iter().any(|e| e.account.key() == number))
        };
        let event = self.whole.events.iter().find(made)?;
        let mut facts = vec![("book", book.number.clone())];
        facts.extend(self.parties());
        facts.extend([
            ("charge", self.charge(book)),
            ("issued", book.issued.to_string()),
            (
                if book.due.provisional { "due_provisional" } else { "due" },
                day_words(book.due.day, self.lang),
            ),
            ("paid", book.paid.map_or_else(|| say_of("papers", "unpaid", self.lang), |d| d.to_string())),
        ]);
        facts.extend(self.mode());
        facts.extend(book.guaranteed.clone().map(|number| ("guarantee", number)));
        if let Some(cancelled) = book.cancelled {
            facts.push(("cancelled", cancelled.to_string()));
        }
        Some(Content {
            title: "payment_book",
            number: book.number.clone(),
            facts,
            heads: vec!["line", "code", "goods", "quantity", "value", "tax"],
            rows: self.taxed(book),
            amount: Some(book.amount),
            event,
        })
    }

    fn charge(&self, book: &PaymentBook) -> String {
        charge_name(self.law, &book.charge, self.day(), self.lang)
    }

    /// The lines that a book of a tax collects for; none where a change has made another book.
    fn taxed(&self, book: &PaymentBook) -> Vec<Vec<String>> {
        let assessment = &self.whole.version.assessment;
        if assessment.charge(&book.charge) != book.amount {
            return Vec::new();
        }
        let lines = self.whole.version.declaration.lines.iter().filter_map(|line| {
            let tax = assessment.collected_on(line.number, &book.charge);
            let cells = [
                line.number.to_string(),
                line.commodity_code.to_string(),
                line.name.clone(),
                format!("{} {}", grouped(line.quantity), self.unit(line.unit.as_str())),
                grouped(assessment.line_value(line.number)),
                grouped(tax),
            ];
            (!tax.is_zero()).then(|| cells.to_vec())
        });
        lines.collect()
    }
}
