//! Steps as forms on a declaration's page: for each step that the account may take now, exactly what it
//! needs; and what comes back when one is sent.

use super::guarantees::Usable;
use super::upload::{self, Part};
use super::words::{Finding, findings};
use super::{SignedIn, to};
use crate::api::{Found, Summed, Whole, found, is_key, submit_step};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::state::Portal;
use crate::step_form::{is_media_type, read_step};
use crate::texts::say_of;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use customhouse_control::{
    ControlLaw, DeclarationRecord, Role, StepPart, decides_change, parts_of, waits_for,
};
use customhouse_exchange::Limits;
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Step;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, CountryCode, EntryNumber, Exact};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The fields of a line of a findings sheet that are typed.
const FOUND: [&str; 4] = ["quantity", "commodity_code", "origin", "damage"];

/// A form for one step, or for the two that an examination ends with.
pub(crate) struct StepView {
    pub title: String,
    /// What several steps share the form for.
    shared: Option<&'static str>,
    /// Id and words of each button.
    pub buttons: Vec<(String, String)>,
    pub key: String,
    /// Shown without a click.
    pub open: bool,
    pub note: Option<Note>,
    pub rows: Vec<SheetRow>,
    pub samples: bool,
    /// The guarantees to choose from.
    pub guarantee: Option<Choice>,
    pub files: bool,
    /// Another content is typed on a page of its own.
    pub amends: bool,
    /// That content is the full declaration of a summary.
    pub completes: bool,
    /// Another button on the page is the main one.
    pub second: bool,
    pub findings: Vec<Finding>,
}

impl StepView {
    fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// It takes a guarantee, and there is none to choose.
    pub fn lacks_guarantee(&self) -> bool {
        self.guarantee.as_ref().is_some_and(|choice| choice.options.is_empty())
    }

    /// Nothing is typed: one button is all.
    pub fn is_plain(&self) -> bool {
        self.note.is_none() && self.rows.is_empty() && self.guarantee.is_none() && !self.files && !self.amends
    }
}

/// A guarantee that is to be chosen.
pub(crate) struct Choice {
    pub chosen: String,
    /// Number and words of each.
    pub options: Vec<(String, String)>,
}

/// The words that come with a step.
pub(crate) struct Note {
    pub label: String,
    /// Who reads it: a key of the texts.
    pub reader: &'static str,
    pub required: bool,
    pub value: String,
    pub errors: Vec<Finding>,
}

/// A line of a findings sheet, prefilled as declared.
pub(crate) struct SheetRow {
    pub place: usize,
    pub number: u32,
    pub goods: String,
    pub unit: String,
    /// Name, value, what is wrong.
    pub cells: Vec<(&'static str, String, Vec<Finding>)>,
}

/// A step that was sent and refused.
#[derive(Default)]
pub(crate) struct Tried {
    pub step: String,
    typed: Typed,
    pub refused: Vec<Refusal>,
}

/// What was typed.
#[derive(Default)]
struct Typed {
    note: String,
    guarantee: String,
    samples: bool,
    /// Line by line, in the order of [`FOUND`].
    rows: Vec<[String; 4]>,
}

impl Typed {
    fn of(parts: &[Part<'_>]) -> Typed {
        let text = |name: &str| String::from_utf8_lossy(upload::content(parts, name)).trim().to_owned();
        let row = |place: usize| FOUND.map(|field| text(&format!("sheet.{place}.{field}")));
        let lines = parts.iter().filter(|p| p.name.starts_with("sheet.") && p.name.ends_with(".quantity"));
        Typed {
            note: text("note"),
            guarantee: text("guarantee"),
            samples: !text("samples").is_empty(),
            rows: (0..lines.count()).map(row).collect(),
        }
    }

    /// As the API would be sent it. What stands as it was declared is left out.
    fn json(&self, declared: &[Goods], parts: &[Part<'_>]) -> Vec<u8> {
        let line = |(place, typed): (usize, &[String; 4])| {
            let line = declared.get(place);
            let own = line.map(|line| line.cells.clone()).unwrap_or_default();
            let mut members = json!({ "number": line.map_or(0, |l| l.number) });
            for ((field, value), own) in FOUND.iter().zip(typed).zip(&own) {
                if value != own {
                    members[*field] = Value::from(value.as_str());
                }
            }
            members
        };
        let file = |part: &Part<'_>| {
            let kind = Some(part.media_type.as_str()).filter(|kind| is_media_type(kind));
            let kind = kind.unwrap_or("application/octet-stream");
            json!({ "media_type": kind, "base64": STANDARD.encode(part.content) })
        };
        let files = parts.iter().filter(|part| part.name == "files" && !part.content.is_empty());
        let sent = json!({
            "note": self.note,
            "guarantee": self.guarantee,
            "samples": self.samples,
            "sheet": self.rows.iter().enumerate().map(line).collect::<Vec<_>>(),
            "files": files.map(file).collect::<Vec<_>>(),
        });
        sent.to_string().into_bytes()
    }
}

/// What steps are taken on: a declaration, or a summary in two steps that is not completed.
pub(crate) struct Subject<'a> {
    record: &'a Record,
    body: &'a DeclarationRecord,
    steps: &'a [Step],
    goods: Vec<Goods>,
    day: Date,
}

/// A line that a findings sheet speaks of.
struct Goods {
    number: u32,
    name: String,
    unit: String,
    /// What was declared of it, in the order of [`FOUND`].
    cells: [String; 4],
}

impl<'a> Subject<'a> {
    pub fn of(found: &'a Found) -> Subject<'a> {
        match found {
            Found::Whole(whole) => Subject::whole(whole),
            Found::Summed(summed) => Subject::summed(summed),
        }
    }

    pub fn whole(whole: &'a Whole) -> Subject<'a> {
        let Whole { record, body, version, steps, .. } = whole;
        let goods = version.declaration.lines.iter().map(|line| Goods {
            number: line.number,
            name: line.name.clone(),
            unit: line.first_unit.to_string(),
            cells: cells(line.first_quantity, line.commodity_code, line.origin),
        });
        Subject { record, body, steps, goods: goods.collect(), day: version.assessment.law_date }
    }

    pub fn summed(summed: &'a Summed) -> Subject<'a> {
        let Summed { record, body, kept, steps, .. } = summed;
        let goods = kept.summary.lines.iter().map(|line| Goods {
            number: line.number,
            name: line.name.clone(),
            unit: line.unit.to_string(),
            cells: cells(line.quantity, line.commodity_code, line.origin),
        });
        Subject { record, body, steps, goods: goods.collect(), day: body.completed }
    }

    /// Whether one of the steps that may be taken now asks for a guarantee.
    pub fn asks_for_guarantee(&self) -> bool {
        self.steps.iter().any(|step| {
            let (needs, takes) = parts_of(step);
            needs.contains(&StepPart::Guarantee) || takes.contains(&StepPart::Guarantee)
        })
    }
}

fn cells(quantity: Exact, code: CommodityCode, origin: CountryCode) -> [String; 4] {
    [quantity.to_string(), code.to_string(), origin.to_string(), String::new()]
}

/// `POST /declarations/{entry}/steps/{step}`
pub(crate) async fn take(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((entry, step)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let number = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let parts = upload::parts(kind, &body).ok_or(problem::BAD_REQUEST)?;
    let key = String::from_utf8_lossy(upload::content(&parts, "key")).into_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let found = found(&portal, &signed_in.actor(), &entry).await?;
    let typed = Typed::of(&parts);
    let sent = typed.json(&Subject::of(&found).goods, &parts);
    let limits = Limits { bytes: portal.settings().body_limit, ..Limits::default() };
    let form = read_step(&sent, &limits);
    let outcome = submit_step(&portal, signed_in.actor(), (number, &step), key, form, &sent).await?;
    if outcome.accepted {
        return Ok(to(&format!("/declarations/{number}?done={}", super::frame::encoded(&step))));
    }
    let tried = Tried { step, typed, refused: outcome.findings };
    super::declaration::page(&portal, &signed_in, &entry, Vec::new(), tried).await
}

/// The forms of a declaration's page; `usable`: the guarantees to choose from.
pub(crate) fn forms(
    subject: &Subject<'_>,
    law: &ControlLaw,
    (role, lang): (Role, Lang),
    tried: &Tried,
    usable: &[Usable],
) -> Vec<StepView> {
    let procedure = law.procedure_of(subject.body.entry_number.direction());
    let awaited = waits_for(procedure, &subject.record.state, Some(subject.body));
    let mut views: Vec<StepView> = Vec::new();
    for step in subject.steps {
        let (needs, takes) = parts_of(step);
        let has = |part: StepPart| needs.contains(&part) || takes.contains(&part);
        let button = (step.id.clone(), step.title.get(lang).to_owned());
        let (is_sheet, decides) = (has(StepPart::Sheet), decides_change(step));
        // the steps that end an examination share their form, and so do those that decide on a change
        let shared = if is_sheet { "sheet" } else { "decision" };
        let shared = (is_sheet || decides).then_some(shared);
        if let Some(view) = views.iter_mut().find(|view| shared.is_some() && view.shared == shared) {
            view.buttons.push(button);
            continue;
        }
        let sent_with = |id: &str| subject.steps.iter().any(|s| s.id == id && decides_change(s));
        let sent = tried.step == step.id
            || (is_sheet && !tried.typed.rows.is_empty())
            || (decides && sent_with(&tried.step));
        let mut found = if sent { findings(&tried.refused, lang) } else { Vec::new() };
        let typed = sent.then_some(&tried.typed);
        let rows = if is_sheet { rows(subject, law, lang, tried, &mut found) } else { Vec::new() };
        let needed = needs.contains(&StepPart::Note) && !decides;
        let note = has(StepPart::Note).then(|| note(step, role, lang, needed));
        let note = note.map(|note| Note {
            value: typed.map_or_else(String::new, |typed| typed.note.clone()),
            errors: taken_out(&mut found, "/note"),
            reader: if is_sheet { "steps.sheet_reads" } else { note.reader },
            ..note
        });
        let waits = awaited.iter().any(|w| w.id == step.id);
        views.push(StepView {
            title: shared.map_or_else(|| button.1.clone(), |shared| say_of("step_note", shared, lang)),
            shared,
            buttons: vec![button],
            key: secrets::random(),
            open: waits || decides || is_sheet || typed.is_some(),
            note: note.filter(|_| !needs.contains(&StepPart::Declaration)),
            rows,
            samples: typed.is_some_and(|typed| typed.samples),
            guarantee: has(StepPart::Guarantee).then(|| Choice {
                chosen: typed.map_or_else(String::new, |typed| typed.guarantee.clone()),
                options: usable.iter().map(|one| (one.number.clone(), one.words.clone())).collect(),
            }),
            files: has(StepPart::Files),
            second: false,
            amends: needs.contains(&StepPart::Declaration),
            completes: step.does("complete_declaration"),
            findings: found,
        });
    }
    // where one button may be all, nothing else stands open unasked
    if views.iter().any(StepView::is_plain) {
        views
            .iter_mut()
            .filter(|view| view.findings.is_empty() && !view.is_shared())
            .for_each(|v| v.open = false);
    }
    views.sort_by_key(|view| (!view.is_plain(), !view.open));
    views.iter_mut().skip(1).filter(|view| view.is_plain()).for_each(|view| view.second = true);
    views
}

/// The findings at a path, linked to the field that shows them.
fn taken_out(found: &mut [Finding], path: &str) -> Vec<Finding> {
    let mut out = Vec::new();
    for finding in found.iter_mut().filter(|finding| finding.path == path) {
        finding.linked = true;
        out.push(finding.clone());
    }
    out
}

fn note(step: &Step, role: Role, lang: Lang, required: bool) -> Note {
    let own = say_of("step_note", &step.id, lang);
    let label = if own == step.id { say_of("step_note", "other", lang) } else { own };
    let reader = match (role, &step.letter) {
        (Role::Officer, Some(_)) => "steps.declarant_reads",
        (Role::Officer, None) => "steps.customs_reads",
        _ => "steps.customs_reads_too",
    };
    Note { label, reader, required, value: String::new(), errors: Vec::new() }
}

fn rows(
    subject: &Subject<'_>,
    law: &ControlLaw,
    lang: Lang,
    tried: &Tried,
    found: &mut [Finding],
) -> Vec<SheetRow> {
    let row = |(place, line): (usize, &Goods)| {
        let typed = tried.typed.rows.get(place).unwrap_or(&line.cells).clone();
        let name = super::words::code_name(law, "unit", &line.unit, subject.day, lang);
        let cells = FOUND
            .iter()
            .zip(typed)
            .map(|(field, value)| (*field, value, taken_out(found, &format!("/sheet/{place}/{field}"))));
        SheetRow {
            place,
            number: line.number,
            goods: line.name.clone(),
            unit: if name.is_empty() { line.unit.clone() } else { name },
            cells: cells.collect(),
        }
    };
    subject.goods.iter().enumerate().map(row).collect()
}
