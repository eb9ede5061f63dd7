//! What comes with a step of a declaration's procedure, as JSON: read member by member, each fault with
//! its JSON pointer. The pages write the same JSON, so that one reader knows them all.

use crate::refusals::{MISSING, NOT_ARRAY, NOT_IN_FORM, NOT_JSON, NOT_OBJECT, TOO_MANY, UNKNOWN};
use crate::small_forms::{read_entries, under};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use customhouse_control::form::Form;
use customhouse_control::{StepFile, StepForm};
use customhouse_exchange::{Limits, json};
use customhouse_kernel::refusal::Refusal;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Files of one step at most.
pub(crate) const FILES: usize = 10;
/// Lines of a findings sheet at most.
const LINES: usize = 999;

type Members = BTreeMap<String, Box<RawValue>>;

/// Reads what comes with a step.
///
/// # Errors
/// Every finding, each at its member; those of a declaration under `/declaration`.
pub(crate) fn read_step(bytes: &[u8], limits: &Limits) -> Result<StepForm, Vec<Refusal>> {
    let members: Members = serde_json::from_slice(bytes).map_err(|e| vec![not_json(&e)])?;
    let mut form = StepForm::default();
    let mut findings = Vec::new();
    for (name, value) in &members {
        let found = match name.as_str() {
            "note" => note(value).map(|note| form.note = note),
            "samples" => member(value, name, ("true 或 false", "true or false")).map(|b| form.samples = b),
            "sheet" => sheet(value).map(|sheet| form.sheet = sheet),
            "declaration" => declaration(value, limits).map(|declared| form.declaration = declared),
            "guarantee" => {
                let what = ("担保编号", "the number of a guarantee");
                member(value, name, what).map(|number| form.guarantee = number)
            }
            "files" => files(value).map(|files| form.files = files),
            _ => Err(vec![unknown("", name)]),
        };
        findings.extend(found.err().into_iter().flatten());
    }
    if findings.is_empty() { Ok(form) } else { Err(findings) }
}

/// Not JSON, or not an object.
pub(crate) fn not_json(error: &serde_json::Error) -> Refusal {
    if error.is_data() {
        return NOT_OBJECT.at("");
    }
    NOT_JSON.at("").with("line", error.line()).with("column", error.column())
}

pub(crate) fn unknown(path: &str, name: &str) -> Refusal {
    let pointer = name.replace('~', "~0").replace('/', "~1");
    UNKNOWN.at(format!("{path}/{pointer}")).with("field", name.chars().take(40).collect::<String>())
}

fn not_in_form(path: &str, field: &str, value: &str, what: (&str, &str)) -> Refusal {
    let short: String = value.chars().filter(|c| !c.is_control()).take(40).collect();
    let finding = NOT_IN_FORM.at(path).with("field", field).with("value", short);
    finding.with("what_zh", what.0).with("what_en", what.1)
}

fn member<T: DeserializeOwned>(value: &RawValue, name: &str, what: (&str, &str)) -> Result<T, Vec<Refusal>> {
    let bad = |_| vec![not_in_form(&format!("/{name}"), name, value.get(), what)];
    serde_json::from_str(value.get()).map_err(bad)
}

/// A member that is a short text.
pub(crate) fn text_member(value: &RawValue, name: &str, what: (&str, &str)) -> Result<String, Vec<Refusal>> {
    member(value, name, what)
}

pub(crate) fn note(value: &RawValue) -> Result<String, Vec<Refusal>> {
    let what = ("文字，不含控制字符", "text without control characters");
    let text: String = member(value, "note", what)?;
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(vec![not_in_form("/note", "note", &text, what)]);
    }
    Ok(text)
}

fn sheet(value: &RawValue) -> Result<Vec<customhouse_control::SheetLine>, Vec<Refusal>> {
    let value: Value = serde_json::from_str(value.get()).map_err(|_| vec![NOT_ARRAY.at("/sheet")])?;
    read_entries(value, "/sheet", LINES)
}

fn declaration(value: &RawValue, limits: &Limits) -> Result<Option<Box<Form>>, Vec<Refusal>> {
    if value.get() == "null" {
        return Ok(None);
    }
    let form = json::read(value.get().as_bytes(), limits);
    form.map(|form| Some(Box::new(form))).map_err(|found| under("/declaration", found).collect())
}

pub(crate) fn files(value: &RawValue) -> Result<Vec<StepFile>, Vec<Refusal>> {
    let entries: Vec<Members> =
        serde_json::from_str(value.get()).map_err(|_| vec![NOT_ARRAY.at("/files")])?;
    if entries.len() > FILES {
        return Err(vec![TOO_MANY.at("/files").with("max", FILES)]);
    }
    let mut findings = Vec::new();
    let mut files = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match file(entry, &format!("/files/{place}")) {
            Ok(file) => files.push(file),
            Err(found) => findings.extend(found),
        }
    }
    if findings.is_empty() { Ok(files) } else { Err(findings) }
}

fn file(members: &Members, path: &str) -> Result<StepFile, Vec<Refusal>> {
    let mut findings: Vec<Refusal> = members
        .keys()
        .filter(|name| !["media_type", "base64"].contains(&name.as_str()))
        .map(|name| unknown(path, name))
        .collect();
    let mut text = |name: &str, what: (&str, &str), fits: &dyn Fn(&str) -> bool| {
        let at = format!("{path}/{name}");
        let Some(raw) = members.get(name) else {
            let finding = MISSING.at(at).with("field", name).with("value", "");
            findings.push(finding.with("what_zh", what.0).with("what_en", what.1));
            return String::new();
        };
        let text = serde_json::from_str::<String>(raw.get()).ok().filter(|text| fits(text));
        text.unwrap_or_else(|| {
            findings.push(not_in_form(&at, name, raw.get(), what));
            String::new()
        })
    };
    let what = ("媒体类型，例如 application/pdf", "a media type such as application/pdf");
    let media_type = text("media_type", what, &is_media_type);
    let what = ("Base64 文字（RFC 4648）", "Base64 text (RFC 4648)");
    let encoded = text("base64", what, &|text| STANDARD.decode(text).is_ok_and(|bytes| !bytes.is_empty()));
    let bytes = STANDARD.decode(encoded).unwrap_or_default();
    if findings.is_empty() { Ok(StepFile { media_type, bytes }) } else { Err(findings) }
}

/// `type/subtype` of RFC 9110, without parameters.
pub(crate) fn is_media_type(text: &str) -> bool {
    let token =
        |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
    text.len() <= 100 && text.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

/// A step with its files as the JSON that the API takes.
pub(crate) fn write_step(form: &StepForm) -> Vec<u8> {
    let files = form.files.iter().map(
        |file| serde_json::json!({ "media_type": file.media_type, "base64": STANDARD.encode(&file.bytes) }),
    );
    let mut members = serde_json::json!({
        "note": form.note,
        "samples": form.samples,
        "sheet": form.sheet,
        "guarantee": form.guarantee,
        "files": files.collect::<Vec<_>>(),
    });
    if let Some(declared) = &form.declaration {
        members["declaration"] = serde_json::from_str(&json::write(declared)).unwrap_or_default();
    }
    members.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_at_their_members() {
        let check = |json: &str, expected: &[(&str, &str)]| {
            let found = read_step(json.as_bytes(), &Limits::default()).unwrap_err();
            let found: Vec<_> = found.iter().map(|f| (f.code.as_str(), f.path.as_str())).collect();
            assert_eq!(found, expected, "{json}");
        };
        check("{", &[("POR-001", "")]);
        check("[]", &[("POR-002", "")]);
        check(
            r#"{"note":1,"samples":"x","what":1}"#,
            &[("POR-004", "/note"), ("POR-004", "/samples"), ("POR-005", "/what")],
        );
        check(r#"{"note":"\u0007"}"#, &[("POR-004", "/note")]);
        check(r#"{"sheet":{}}"#, &[("POR-006", "/sheet")]);
        check(
            r#"{"sheet":[{"number":1,"quantity":"x","commodity_code":"85","origin":"Germany"},2,{"a":1}]}"#,
            &[
                ("POR-004", "/sheet/0/quantity"),
                ("POR-004", "/sheet/0/commodity_code"),
                ("POR-004", "/sheet/0/origin"),
                ("POR-002", "/sheet/1"),
                ("POR-003", "/sheet/2/number"),
                ("POR-005", "/sheet/2/a"),
            ],
        );
        check(
            r#"{"files":[{"media_type":"pdf","base64":"!"},{"media_type":"a/b","name":"x"}]}"#,
            &[
                ("POR-004", "/files/0/media_type"),
                ("POR-004", "/files/0/base64"),
                ("POR-005", "/files/1/name"),
                ("POR-003", "/files/1/base64"),
            ],
        );
        check(r#"{"files":7}"#, &[("POR-006", "/files")]);
        let found = read_step(br#"{"declaration":{"gross_kg":1.5}}"#, &Limits::default()).unwrap_err();
        assert_eq!(found[0].path, "/declaration/gross_kg");
        assert!(read_step("[".repeat(100_000).as_bytes(), &Limits::default()).is_err());
        let deep = format!("{{\"sheet\":{}1{}}}", "[".repeat(50_000), "]".repeat(50_000));
        assert!(read_step(deep.as_bytes(), &Limits::default()).is_err());
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let mut declared = Form::default();
        declared.head.set("bill", "B1");
        let form = StepForm {
            note: "随附\n合同".to_owned(),
            sheet: vec![customhouse_control::SheetLine {
                number: 1,
                damage: "wet".to_owned(),
                ..Default::default()
            }],
            samples: true,
            guarantee: "G22252026000001".to_owned(),
            declaration: Some(Box::new(declared)),
            files: vec![StepFile { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3] }],
        };
        let again = read_step(&write_step(&form), &Limits::default()).unwrap();
        assert_eq!(
            (again.note, again.sheet, again.samples, again.files),
            (form.note, form.sheet, true, form.files)
        );
        assert_eq!((again.declaration, again.guarantee), (form.declaration, form.guarantee));
    }
}
