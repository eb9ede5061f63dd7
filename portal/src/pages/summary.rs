//! A summary declaration 概要申报: what it says, on which guarantee its goods are released, and what is still to
//! be declared, until when. Its steps are taken through the API.

use super::words::{Tag, code_name, day_words, grouped, moment_words};
use super::{Frame, SignedIn, html};
use crate::api::Summed;
use crate::problem::Problem;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::response::Response;
use customhouse_control::form::Part;
use customhouse_control::{ControlLaw, Role};
use customhouse_kernel::text::Lang;

#[derive(Template)]
#[template(path = "summary.html")]
struct Page {
    frame: Frame,
    entry: String,
    tag: Tag,
    officer: bool,
    /// The last day to complete it, and whether that is provisional.
    due: (String, bool),
    overdue: bool,
    withdrawn: bool,
    facts: Vec<(&'static str, String, String)>,
    holds: Vec<(u32, String, String)>,
    lines: Vec<Line>,
    /// What the full declaration must have besides.
    missing: Vec<String>,
    /// The steps that this account may take now.
    steps: Vec<(String, String)>,
    timeline: Vec<(String, String, String)>,
}

struct Line {
    number: u32,
    code: String,
    goods: String,
    quantity: String,
    total: String,
    origin: String,
}

pub(crate) async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    summed: &Summed,
) -> Result<Response, Problem> {
    let (edition, lang) = (portal.law_of(summed.body.edition).await?, signed_in.visitor.lang);
    let mut frame = signed_in.visitor.frame("declarations");
    frame.here = format!("/declarations/{}", summed.body.entry_number);
    let officer = signed_in.session.account.role == Role::Officer;
    Ok(html(&shown(summed, &edition.control, frame, (officer, lang))))
}

fn shown(summed: &Summed, law: &ControlLaw, frame: Frame, (officer, lang): (bool, Lang)) -> Page {
    let (body, summary) = (&summed.body, &summed.kept.summary);
    let procedure = law.procedure_of(body.entry_number.direction());
    let day = body.completed;
    let unit = |code: String| code_name(law, "unit", &code, day, lang);
    let two = body.two_step.as_ref();
    let step = |id: &str| {
        let known = procedure.steps.iter().find(|step| step.id == id).map(|step| &step.title);
        known.map_or_else(|| say_of("two_step", id, lang), |title| title.get(lang).to_owned())
    };
    let office = summary.declaration_office.to_string();
    let mut facts = vec![
        ("declaration.kind", summary.declaration_kind.trim().to_owned(), say_of("two_step", "summary", lang)),
        ("declaration.consignee", body.consignee.clone(), body.consignee_name.clone()),
        ("declaration.office", office.clone(), code_name(law, "office", &office, day, lang)),
        ("declaration.bill", summary.bill.clone(), summary.transport_name.clone()),
        ("declaration.channel", String::new(), code_name(law, "channel", &body.channel, day, lang)),
    ];
    if let Some(number) = two.and_then(|two| two.guarantee.clone()) {
        let reserved = grouped(two.map(|two| two.reserved).unwrap_or_default());
        facts.push(("declaration.guarantee", number, String::new()));
        facts.push(("two_step.reserved", String::new(), reserved));
    }
    let lines = summary.lines.iter().map(|line| Line {
        number: line.number,
        code: line.commodity_code.to_string(),
        goods: line.name.clone(),
        quantity: format!("{} {}", grouped(line.quantity), unit(line.unit.to_string())),
        total: format!("{} {}", grouped(line.total), line.currency),
        origin: line.origin.to_string(),
    });
    let holds = body.holds.iter().map(|hold| {
        let name = code_name(law, "certificate", &hold.certificate, day, lang);
        (hold.line, hold.certificate.clone(), name)
    });
    let missing = [Part::Head, Part::Line].into_iter().flat_map(|part| law.beyond_summary(part, day));
    Page {
        entry: body.entry_number.to_string(),
        tag: Tag::of(procedure, &summed.record.state, lang),
        officer,
        due: two.map_or_else(Default::default, |two| (day_words(two.due.day, lang), two.due.provisional)),
        overdue: two.is_some_and(|two| two.overdue),
        withdrawn: body.is_withdrawn(),
        facts,
        holds: holds.collect(),
        lines: lines.collect(),
        missing: missing.map(|name| name.get(lang).to_owned()).collect(),
        steps: summed.steps.iter().map(|s| (s.id.clone(), s.title.get(lang).to_owned())).collect(),
        timeline: body
            .timeline
            .iter()
            .map(|m| (step(&m.step), moment_words(&m.moment), m.note.clone()))
            .collect(),
        frame,
    }
}
