//! What customs and declarant said to each other about a declaration: what was asked and answered, what an
//! examination found, which changes were asked for, and versions side by side.

use super::words::{day_words, grouped, moment_words};
use crate::api::Whole;
use customhouse_control::form::{Fields, Part};
use customhouse_control::{
    Change, ChangeKind, ControlLaw, Declaration, DeclarationVersion, Examination, version_key,
};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{Direction, EntryNumber};
use customhouse_storage::{Reader, StoreError};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// All of it, for the page.
pub(crate) struct Checks {
    pub requests: Vec<Request>,
    pub examinations: Vec<Looked>,
    pub changes: Vec<Changed>,
}

/// What was asked, and what was answered.
pub(crate) struct Request {
    pub asked: String,
    pub at: String,
    pub due: String,
    pub answer: Option<Answered>,
}

pub(crate) struct Answered {
    pub text: String,
    pub at: String,
    pub files: Vec<String>,
}

/// An examination.
pub(crate) struct Looked {
    pub ordered: String,
    /// Empty for whom they do not concern.
    pub officers: String,
    /// Who had been drawn and was replaced; empty for whom they do not concern.
    pub replaced: String,
    pub sheet: Option<Sheet>,
}

pub(crate) struct Sheet {
    pub at: String,
    pub note: String,
    pub samples: bool,
    pub files: Vec<String>,
    pub lines: Vec<Found>,
}

/// What was found of a line: each that differs, as declared and as found.
pub(crate) struct Found {
    pub number: u32,
    pub goods: String,
    pub differences: Vec<(&'static str, String, String)>,
}

/// A change that was asked for.
pub(crate) struct Changed {
    pub amendment: bool,
    pub reason: String,
    pub asked: String,
    pub due: String,
    pub before: String,
    pub after: String,
    /// Whether it was approved, what was said, and when.
    pub decided: Option<(bool, String, String)>,
    /// Numbers of the two versions, and what differs: the field, old, new.
    pub versions: Option<(u32, u32, Vec<Difference>)>,
}

/// A field that differs between two versions.
pub(crate) struct Difference {
    pub field: String,
    pub old: String,
    pub new: String,
}

/// The versions of a declaration that changes speak of, by number.
pub(crate) type Versions = BTreeMap<u32, DeclarationVersion>;

/// Reads them.
pub(crate) fn versions(
    reader: &mut dyn Reader,
    entry: EntryNumber,
    changes: &[u32],
) -> Result<Versions, StoreError> {
    let mut versions = Versions::new();
    let numbers: BTreeSet<u32> = changes.iter().copied().chain([1]).collect();
    for number in numbers.into_iter().filter(|_| !changes.is_empty()) {
        let record = reader.record(&version_key(entry, number))?;
        if let Some(version) = record.and_then(|record| record.read()) {
            versions.insert(number, version);
        }
    }
    Ok(versions)
}

/// What the page shows of it.
pub(crate) fn checks(whole: &Whole, versions: &Versions, law: &ControlLaw, lang: Lang) -> Checks {
    let body = &whole.body;
    let requests = body.requests.iter().map(|request| Request {
        asked: request.asked.clone(),
        at: moment_words(&request.at),
        due: day_words(request.due.day, lang),
        answer: request.answer.as_ref().map(|answer| Answered {
            text: answer.text.clone(),
            at: moment_words(&answer.at),
            files: names(&answer.files),
        }),
    });
    let looked = |examination| looked(examination, &whole.version.declaration);
    let mut current = 1;
    let day = whole.version.assessment.law_date;
    let changes = body.changes.iter().chain(&body.change).map(|change| {
        let before = current;
        if change.decided.as_ref().is_some_and(|d| d.approved) {
            current = change.version.unwrap_or(current);
        }
        changed(change, before, versions, law, (day, lang))
    });
    Checks {
        requests: requests.collect(),
        examinations: body.examinations.iter().map(looked).collect(),
        changes: changes.collect(),
    }
}

fn names(files: &[Hash]) -> Vec<String> {
    files.iter().map(ToString::to_string).collect()
}

fn looked(examination: &Examination, declared: &Declaration) -> Looked {
    let sheet = examination.sheet.as_ref().map(|sheet| {
        let lines = sheet.lines.iter().filter_map(|found| {
            let line = declared.lines.iter().find(|line| line.number == found.number)?;
            let mut differences = Vec::new();
            let mut differs = |label: &'static str, own: String, found: Option<String>| {
                if let Some(found) = found.filter(|found| *found != own) {
                    differences.push((label, own, found));
                }
            };
            differs("checks.quantity", grouped(line.first_quantity), found.quantity.map(grouped));
            differs(
                "checks.commodity_code",
                line.commodity_code.to_string(),
                found.commodity_code.map(|c| c.to_string()),
            );
            differs("checks.origin", line.origin.to_string(), found.origin.map(|o| o.to_string()));
            differs("checks.damage", String::new(), Some(found.damage.clone()));
            Some(Found { number: line.number, goods: line.name.clone(), differences })
        });
        Sheet {
            at: moment_words(&sheet.at),
            note: sheet.note.clone(),
            samples: sheet.samples,
            files: names(&sheet.files),
            lines: lines.collect(),
        }
    });
    Looked {
        ordered: moment_words(&examination.ordered),
        officers: examination.officers.join(", "),
        replaced: examination.replaced.join(", "),
        sheet,
    }
}

fn changed(
    change: &Change,
    before: u32,
    versions: &Versions,
    law: &ControlLaw,
    (day, lang): (Date, Lang),
) -> Changed {
    let pair = change.version.and_then(|after| {
        let (old, new) = (versions.get(&before)?, versions.get(&after)?);
        Some((before, after, differences(&old.declaration, &new.declaration, law, day, lang)))
    });
    let decided = change.decided.as_ref().map(|d| (d.approved, d.note.clone(), moment_words(&d.at)));
    Changed {
        amendment: change.kind == ChangeKind::Amendment,
        reason: change.reason.clone(),
        asked: moment_words(&change.asked),
        due: day_words(change.due.day, lang),
        before: grouped(change.before),
        after: grouped(change.after),
        decided,
        versions: pair,
    }
}

/// The fields in which two contents differ, in the order of the form.
fn differences(
    old: &Declaration,
    new: &Declaration,
    law: &ControlLaw,
    day: Date,
    lang: Lang,
) -> Vec<Difference> {
    let flat = |declared: &Declaration| {
        let mut out = BTreeMap::new();
        flatten(&serde_json::to_value(declared).unwrap_or_default(), "", &mut out);
        out
    };
    let (old, new) = (flat(old), flat(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value = |side: &BTreeMap<String, String>, path: &str| side.get(path).cloned().unwrap_or_default();
    let differs = paths.into_iter().filter(|path| value(&old, path) != value(&new, path));
    let mut found: Vec<(usize, Difference)> = differs
        .map(|path| {
            let (place, field) = label(path, new_direction(&new), law, day, lang);
            (place, Difference { field, old: value(&old, path), new: value(&new, path) })
        })
        .collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, difference)| difference).collect()
}

fn new_direction(flat: &BTreeMap<String, String>) -> Direction {
    if flat.get("/direction").is_some_and(|d| d == "export") { Direction::Export } else { Direction::Import }
}

/// Every leaf of a value, by its JSON pointer.
fn flatten(value: &Value, path: &str, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| flatten(value, &format!("{path}/{name}"), out));
        }
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(n, value)| flatten(value, &format!("{path}/{n}"), out));
        }
        Value::Null => {}
        Value::String(text) => drop(out.insert(path.to_owned(), text.clone())),
        other => drop(out.insert(path.to_owned(), other.to_string())),
    }
}

/// What a field is called, and where it stands in the form.
fn label(path: &str, way: Direction, law: &ControlLaw, day: Date, lang: Lang) -> (usize, String) {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let repeated = |part: Part, index: &str, rest: &[&str]| {
        let (index, name) = (index.parse::<usize>().unwrap_or(0), rest.join("."));
        let place = 1_000 * (1 + index) + Fields::place(part, &name).unwrap_or(999);
        let own = law.field_name(part, &name, way, day).map_or(name, |text| text.get(lang).to_owned());
        (place, format!("{} {} · {own}", crate::texts::say("declaration.line", lang), index + 1))
    };
    match parts.as_slice() {
        ["lines", index, rest @ ..] => repeated(Part::Line, index, rest),
        ["documents" | "containers", index, ..] => {
            let what = if parts[0] == "documents" { "lodge.document" } else { "lodge.container" };
            let index = index.parse::<usize>().unwrap_or(0);
            (1_000_000 + index, format!("{} {}", crate::texts::say(what, lang), index + 1))
        }
        _ => {
            let flat = parts.join(".");
            // a few names of the record are the form's with a dot
            let name = flat.replace("consumer_name", "consumer.name");
            let name = name.replace("overseas_consignor_name", "overseas_consignor.name");
            let own = law.field_name(Part::Head, &name, way, day).map(|text| text.get(lang).to_owned());
            (Fields::place(Part::Head, &name).unwrap_or(999), own.unwrap_or(name))
        }
    }
}
