//! Reading a jurisdiction pack: files in, rules out, or every fault with its file and line.
//!
//! A pack is `pack.toml`, `rules/*.toml` (what a lawyer reads), `directory/*.toml` (who the administration
//! is and what it is there for, as rules too), `tables/*.csv` (bulk, one rule a line, defaults in the head)
//! and `procedures/*.toml`. Reading is pure: the shell hands in the texts.

use crate::casework::Procedure;
use crate::law::{Basis, Body, PackFault, Rule, Rulebook, Validity};
use crate::text::Text;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// The folders of a pack, beside `pack.toml`.
pub const FOLDERS: [&str; 4] = ["directory", "procedures", "rules", "tables"];

/// `pack.toml`: whose law this is, and who may issue which kind of rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub id: String,
    pub name: Text,
    pub territory: Territory,
    #[serde(default, rename = "kind")]
    pub kinds: Vec<KindOfRule>,
}

/// The customs territory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name; the shell turns a clock's reading into local time with it.
    pub time_zone: String,
}

/// A kind of rule that the pack may hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindOfRule {
    pub name: String,
    /// Who may issue rules of this kind; empty means anyone named in the pack.
    #[serde(default)]
    pub authorities: Vec<String>,
    /// At most one rule under a key holds on any day.
    #[serde(default)]
    pub single: bool,
    /// Rules of this kind are shown to officers alone: how goods are selected for examination.
    #[serde(default)]
    pub secret: bool,
}

/// A pack as read.
#[derive(Clone, Debug)]
pub struct Pack {
    pub manifest: Manifest,
    pub rulebook: Arc<Rulebook>,
    pub procedures: Vec<Procedure>,
}

/// Reads a pack from its files (path relative to the pack, text).
///
/// # Errors
/// All faults at once, each with file and line; then nothing of the pack is used.
pub fn read_pack(files: &[(String, String)]) -> Result<Pack, Vec<PackFault>> {
    let mut faults = Vec::new();
    let manifest = read_manifest(files, &mut faults);
    let mut rules = Vec::new();
    let mut procedures = Vec::new();
    for (path, text) in files {
        let of_rules = path.starts_with("rules/") || path.starts_with("directory/");
        if of_rules && path.ends_with(".toml") {
            read_rules(path, text, &mut rules, &mut faults);
        } else if path.starts_with("tables/") && path.ends_with(".csv") {
            read_table(path, text, &mut rules, &mut faults);
        } else if path.starts_with("procedures/") && path.ends_with(".toml") {
            match Procedure::read(path, text) {
                Ok(procedure) => procedures.push(procedure),
                Err(mut found) => faults.append(&mut found),
            }
        }
    }
    check_kinds(&manifest, &rules, &mut faults);
    check_ids(&rules, &mut faults);
    let rulebook = Rulebook::new(rules);
    check_single(&manifest, &rulebook, &mut faults);
    if faults.is_empty() {
        Ok(Pack { manifest, rulebook: Arc::new(rulebook), procedures })
    } else {
        faults.sort();
        Err(faults)
    }
}

fn read_manifest(files: &[(String, String)], faults: &mut Vec<PackFault>) -> Manifest {
    let Some((path, text)) = files.iter().find(|(path, _)| path == "pack.toml") else {
        faults.push(PackFault::new("pack.toml", 0, "规则包缺少 pack.toml", "the pack has no pack.toml"));
        return Manifest::default();
    };
    toml::from_str(text).unwrap_or_else(|e| {
        faults.push(toml_fault(path, text, &e));
        Manifest::default()
    })
}

/// A TOML error with its line.
fn toml_fault(path: &str, text: &str, error: &toml::de::Error) -> PackFault {
    let line = error.span().map_or(0, |span| line_of(text, span.start));
    let words = error.message();
    PackFault::new(path, line, format!("格式错误：{words}"), format!("not in form: {words}"))
}

/// The line, from 1, on which a byte stands.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// What rules of one file share unless they say otherwise.
#[derive(Clone, Default)]
pub(super) struct Defaults {
    pub valid: Option<Validity>,
    pub published: Option<Date>,
    pub basis: Option<Arc<Basis>>,
    pub confirmed: Option<bool>,
}

impl Defaults {
    /// Takes the reserved fields out of a table; `Err` names the one that does not fit.
    fn take(&self, table: &mut Map<String, Value>) -> Result<Defaults, &'static str> {
        let mut own = self.clone();
        if let Some(value) = table.remove("valid") {
            own.valid = Some(value.as_str().and_then(Validity::parse).ok_or("valid")?);
        }
        if let Some(value) = table.remove("published") {
            own.published = Some(value.as_str().and_then(|t| t.parse().ok()).ok_or("published")?);
        }
        if let Some(value) = table.remove("basis") {
            own.basis = Some(Arc::new(serde_json::from_value(value).map_err(|_| "basis")?));
        }
        if let Some(value) = table.remove("confirmed") {
            own.confirmed = Some(value.as_bool().ok_or("confirmed")?);
        }
        Ok(own)
    }

    /// A rule with these defaults; `Err` names what is missing.
    fn rule(
        self,
        place: &Place,
        kind: &Arc<str>,
        id: &str,
        key: &str,
        body: Body,
    ) -> Result<Rule, &'static str> {
        Ok(Rule {
            id: id.into(),
            kind: Arc::clone(kind),
            key: key.into(),
            valid: self.valid.ok_or("valid")?,
            published: self.published.ok_or("published")?,
            basis: self.basis.ok_or("basis")?,
            confirmed: self.confirmed.unwrap_or(true),
            body,
            file: Arc::clone(&place.file),
            line: place.line as u32,
        })
    }
}

pub(super) struct Place {
    pub file: Arc<str>,
    pub line: usize,
}

impl Place {
    pub fn missing(&self, field: &str) -> PackFault {
        PackFault::new(
            &self.file,
            self.line,
            format!("规则缺少 {field}，或其值不合格式"),
            format!("the rule has no {field}, or one that is not in form"),
        )
    }
}

/// Reads `rules/*.toml`: arrays of tables named for their kind, and perhaps one table `defaults`.
fn read_rules(path: &str, text: &str, rules: &mut Vec<Rule>, faults: &mut Vec<PackFault>) {
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(e) => return faults.push(toml_fault(path, text, &e)),
    };
    let file: Arc<str> = Arc::from(path);
    let mut defaults = Defaults::default();
    if let Some(value) = document.get_ref().get("defaults") {
        let place = Place { file: Arc::clone(&file), line: line_of(text, value.span().start) };
        match json(value.get_ref()) {
            Value::Object(mut table) => match defaults.take(&mut table) {
                Ok(taken) if table.is_empty() => defaults = taken,
                Ok(_) => faults.push(place.missing(table.keys().next().map_or("", String::as_str))),
                Err(field) => faults.push(place.missing(field)),
            },
            _ => faults.push(place.missing("defaults")),
        }
    }
    for (kind, value) in document.get_ref() {
        let kind: Arc<str> = Arc::from(&**kind.get_ref());
        if &*kind == "defaults" {
            continue;
        }
        let DeValue::Array(entries) = value.get_ref() else {
            let place = Place { file: Arc::clone(&file), line: line_of(text, value.span().start) };
            faults.push(place.missing(&format!("[[{kind}]]")));
            continue;
        };
        for entry in entries.iter() {
            let place = Place { file: Arc::clone(&file), line: line_of(text, entry.span().start) };
            let Value::Object(table) = json(entry.get_ref()) else {
                faults.push(place.missing("fields"));
                continue;
            };
            match read_rule(&place, &kind, table, &defaults) {
                Ok(rule) => rules.push(rule),
                Err(field) => faults.push(place.missing(field)),
            }
        }
    }
}

/// A rule out of its fields; `Err` names the one that is missing or does not fit.
pub(super) fn read_rule(
    place: &Place,
    kind: &Arc<str>,
    mut table: Map<String, Value>,
    defaults: &Defaults,
) -> Result<Rule, &'static str> {
    let own = defaults.take(&mut table)?;
    let id = table.remove("id").and_then(|v| v.as_str().map(str::to_owned)).ok_or("id")?;
    let key = match table.remove("key") {
        Some(value) => value.as_str().map(str::to_owned).ok_or("key")?,
        None => id.clone(),
    };
    own.rule(place, kind, &id, &key, Body::Table(table))
}

fn json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(n) => n.to_string().parse::<i64>().map_or(Value::Null, Value::from),
        DeValue::Float(n) => Value::String(n.to_string()),
        DeValue::Boolean(b) => Value::Bool(*b),
        DeValue::Datetime(d) => Value::String(d.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|i| json(i.get_ref())).collect()),
        DeValue::Table(table) => {
            Value::Object(table.iter().map(|(k, v)| (k.get_ref().to_string(), json(v.get_ref()))).collect())
        }
    }
}

/// Reads `tables/*.csv`: `#` lines of TOML with the defaults, a head of columns, a rule a line.
fn read_table(path: &str, text: &str, rules: &mut Vec<Rule>, faults: &mut Vec<PackFault>) {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Head {
        kind: String,
        key: String,
        valid: Option<String>,
        published: Option<String>,
        confirmed: Option<bool>,
        basis: Option<Basis>,
    }
    let lines: Vec<&str> = text.split_inclusive('\n').take_while(|l| l.starts_with('#')).collect();
    let body_start: usize = lines.iter().map(|l| l.len()).sum();
    let head_text: String = lines.iter().map(|l| format!("{}\n", l.trim_start_matches('#').trim())).collect();
    let head: Head = match toml::from_str(&head_text) {
        Ok(head) => head,
        Err(e) => return faults.push(toml_fault(path, &head_text, &e)),
    };
    let file: Arc<str> = Arc::from(path);
    let defaults = Defaults {
        valid: head.valid.as_deref().and_then(Validity::parse),
        published: head.published.as_deref().and_then(|t| t.parse().ok()),
        basis: head.basis.map(Arc::new),
        confirmed: head.confirmed,
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.get(body_start..).unwrap_or("").as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => {
            return faults.push(PackFault::new(
                path,
                lines.len() + 1,
                format!("表头错误：{e}"),
                format!("bad head: {e}"),
            ));
        }
    };
    let table = Table::new(&header, &head.kind, &head.key);
    let mut bases = BTreeMap::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |p| p.line() as usize) + lines.len();
                let place = Place { file: Arc::clone(&file), line };
                match table.rule(&place, &record, &defaults, &mut bases) {
                    Ok(rule) => rules.push(rule),
                    Err(field) => faults.push(place.missing(field)),
                }
            }
            Err(e) => {
                let line = e.position().map_or(0, |p| p.line() as usize) + lines.len();
                faults.push(PackFault::new(path, line, format!("行格式错误：{e}"), format!("bad line: {e}")));
            }
        }
    }
}

/// Which column of a table means what.
struct Table {
    kind: Arc<str>,
    key: Vec<Option<usize>>,
    columns: Arc<[Box<str>]>,
    /// Places of the body's columns in a record.
    body: Vec<usize>,
    id: Option<usize>,
    valid: Option<usize>,
    published: Option<usize>,
    confirmed: Option<usize>,
    basis: [Option<usize>; 3],
}

const RESERVED: [&str; 7] = ["id", "valid", "published", "confirmed", "authority", "document", "article"];

impl Table {
    fn new(header: &csv::StringRecord, kind: &str, key: &str) -> Table {
        let place = |name: &str| header.iter().position(|h| h == name);
        let body: Vec<usize> = (0..header.len()).filter(|i| !RESERVED.contains(&&header[*i])).collect();
        Table {
            kind: Arc::from(kind),
            key: key.split('+').map(place).collect(),
            columns: body.iter().map(|i| header[*i].into()).collect(),
            body,
            id: place("id"),
            valid: place("valid"),
            published: place("published"),
            confirmed: place("confirmed"),
            basis: [place("authority"), place("document"), place("article")],
        }
    }

    fn rule(
        &self,
        place: &Place,
        record: &csv::StringRecord,
        defaults: &Defaults,
        bases: &mut BTreeMap<Basis, Arc<Basis>>,
    ) -> Result<Rule, &'static str> {
        let cell = |column: Option<usize>| column.and_then(|c| record.get(c)).filter(|c| !c.is_empty());
        let mut own = defaults.clone();
        if let Some(text) = cell(self.valid) {
            own.valid = Some(Validity::parse(text).ok_or("valid")?);
        }
        if let Some(text) = cell(self.published) {
            own.published = Some(text.parse().map_err(|_| "published")?);
        }
        if let Some(text) = cell(self.confirmed) {
            own.confirmed = Some(text.parse().map_err(|_| "confirmed")?);
        }
        if self.basis.iter().any(|column| cell(*column).is_some()) {
            let base = own.basis.as_deref().cloned().unwrap_or_default();
            let [authority, document, article] = self.basis.map(cell);
            let or = |cell: Option<&str>, default: String| cell.map_or(default, str::to_owned);
            let basis = Basis {
                authority: or(authority, base.authority),
                document: or(document, base.document),
                article: or(article, base.article),
            };
            own.basis = Some(Arc::clone(bases.entry(basis.clone()).or_insert_with(|| Arc::new(basis))));
        }
        let parts: Option<Vec<&str>> = self.key.iter().map(|column| cell(*column)).collect();
        let key = parts.ok_or("key")?.join("/");
        let id = cell(self.id).map_or_else(|| format!("{}.{key}", self.kind), str::to_owned);
        let cells = self.body.iter().map(|i| record.get(*i).unwrap_or("").into()).collect();
        own.rule(place, &self.kind, &id, &key, Body::Row { columns: Arc::clone(&self.columns), cells })
    }
}

/// Each rule's kind is listed in the manifest, and its authority may issue it.
fn check_kinds(manifest: &Manifest, rules: &[Rule], faults: &mut Vec<PackFault>) {
    let kinds: BTreeMap<&str, &KindOfRule> = manifest.kinds.iter().map(|k| (k.name.as_str(), k)).collect();
    for rule in rules {
        match kinds.get(&*rule.kind) {
            None => faults.push(rule.fault(
                format!("pack.toml 没有登记规则种类 {}", rule.kind),
                format!("pack.toml does not list the kind {}", rule.kind),
            )),
            Some(kind) => {
                let authority = &rule.basis.authority;
                if authority.is_empty()
                    || !(kind.authorities.is_empty() || kind.authorities.contains(authority))
                {
                    faults.push(rule.fault(
                        format!("{authority} 无权发布 {} 类规则（{}）", kind.name, rule.id),
                        format!("{authority:?} may not issue rules of kind {} ({})", kind.name, rule.id),
                    ));
                }
            }
        }
    }
}

pub(super) fn check_ids(rules: &[Rule], faults: &mut Vec<PackFault>) {
    let mut seen: BTreeMap<&str, &Rule> = BTreeMap::new();
    for rule in rules {
        if let Some(first) = seen.insert(&rule.id, rule) {
            let at = format!("{}:{}", first.file, first.line);
            faults.push(rule.fault(
                format!("规则编号 {} 重复（另见 {at}）", rule.id),
                format!("the id {} occurs twice (also {at})", rule.id),
            ));
        }
    }
}

fn check_single(manifest: &Manifest, rulebook: &Rulebook, faults: &mut Vec<PackFault>) {
    for kind in manifest.kinds.iter().filter(|k| k.single) {
        check_single_kind(&kind.name, rulebook, faults);
    }
}

/// At most one rule of a kind under a key holds on any day.
pub(super) fn check_single_kind(kind: &str, rulebook: &Rulebook, faults: &mut Vec<PackFault>) {
    for pair in rulebook.kind(kind).windows(2) {
        if pair[0].key == pair[1].key && pair[0].valid.overlaps(&pair[1].valid) {
            faults.push(pair[1].fault(
                format!("规则 {} 与 {} 的有效期重叠", pair[1].id, pair[0].id),
                format!("the rules {} and {} hold at the same time", pair[1].id, pair[0].id),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    const MANIFEST: &str = r#"
id = "xx"
name = { zh = "某国", en = "Somewhere" }
territory = { country = "XX", currency = "XXX", time_zone = "UTC" }
[[kind]]
name = "measure"
authorities = ["Parliament"]
[[kind]]
name = "parameter"
single = true
"#;

    fn read(files: &[(&str, &str)]) -> Result<Pack, String> {
        let files: Vec<(String, String)> = std::iter::once(("pack.toml", MANIFEST))
            .chain(files.iter().copied())
            .map(|(p, t)| (p.to_owned(), t.to_owned()))
            .collect();
        read_pack(&files).map_err(|faults| crate::law::faults_text(&faults, Lang::En))
    }

    const TABLE: &str = "# kind = \"measure\"\n# key = \"goods\"\n# valid = \"2026-01-01..\"\n# published = \"2025-12-29\"\n# basis = { authority = \"Parliament\", document = \"Act\" }\n";

    #[test]
    fn reads_tables_and_rules() {
        let table = format!("{TABLE}goods,rate,confirmed,article\n8703,15%,false,3\n8704,,,\n");
        let rules = "[defaults]\nvalid = \"2020-01-01..\"\npublished = \"2019-01-01\"\nbasis = { authority = \"Court\", document = \"D\" }\n[[parameter]]\nid = \"p.term\"\ndays = 15\n";
        let pack = read(&[("tables/m.csv", &table), ("rules/p.toml", rules)]).unwrap();
        let day = "2026-05-01".parse().unwrap();
        let rule = pack.rulebook.on("measure", "8703", day).unwrap();
        assert_eq!((rule.body.get("rate"), rule.confirmed, rule.line), (Some("15%"), false, 7));
        assert_eq!((&*rule.basis.document, &*rule.basis.article), ("Act", "3"));
        assert_eq!(pack.rulebook.on("measure", "8704", day).unwrap().body.get("rate"), None);
        #[derive(Deserialize)]
        struct Term {
            days: i32,
        }
        assert_eq!(pack.rulebook.on("parameter", "p.term", day).unwrap().read::<Term>().unwrap().days, 15);
    }

    #[test]
    fn a_table_with_carriage_returns_is_the_same_table() {
        let table = format!("{TABLE}goods,rate\n8703,15%\n").replace('\n', "\r\n");
        let pack = read(&[("tables/m.csv", &table)]).unwrap();
        assert_eq!(pack.rulebook.kind("measure")[0].body.get("rate"), Some("15%"));
    }

    #[test]
    fn names_every_fault_with_file_and_line() {
        let table = format!(
            "{TABLE}goods,rate,authority,valid\n8703,15%,Nobody,\n8704,1%,,soon\n8705,1%,,\n8705,2%,,\n"
        );
        let rules = "[[parameter]]\nid = \"a\"\nvalid = \"2020-01-01..\"\npublished = \"2019-01-01\"\nbasis = { authority = \"C\", document = \"D\" }\n\n[[parameter]]\nid = \"b\"\nkey = \"a\"\nvalid = \"2021-01-01..\"\npublished = \"2019-01-01\"\nbasis = { authority = \"C\", document = \"D\" }\n\n[[surprise]]\nid = \"c\"\n";
        let faults = read(&[("tables/m.csv", &table), ("rules/p.toml", rules), ("rules/q.toml", "x = [")])
            .unwrap_err();
        for want in [
            "tables/m.csv:7: \"Nobody\" may not issue rules of kind measure",
            "tables/m.csv:8: the rule has no valid",
            "tables/m.csv:10: the id measure.8705 occurs twice (also tables/m.csv:9)",
            "rules/p.toml:7: the rules b and a hold at the same time",
            "rules/p.toml:14: the rule has no valid",
            "rules/q.toml:1: not in form",
        ] {
            assert!(faults.contains(want), "{want} not in:\n{faults}");
        }
    }

    #[test]
    fn never_panics_on_strange_files() {
        for text in [
            "",
            "#",
            "# kind",
            "\u{feff}",
            "a,b\n\"",
            "# kind = \"measure\"\n# key = \"x\"\n",
            "[[measure]]",
            "measure = 3",
            "[[measure]]\nid = 1e400",
        ] {
            let _ = read(&[("tables/m.csv", text), ("rules/p.toml", text), ("procedures/x.toml", text)]);
        }
    }
}
