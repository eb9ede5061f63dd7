//! Norms 填制规范: cross-field rules of the pack, each an expression that must hold.

use crate::bill::BillRecord;
use crate::fit;
use crate::form::{Part, pointer};
use crate::law::ControlLaw;
use crate::read::{Cell, Cells, Parsed};
use crate::refusals;
use customhouse_duties::{Commodity, SecondUnit};
use customhouse_kernel::expression::{Expression, Facts, Schema, Type, Value};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::refusal::{Refusal, Severity};
use customhouse_kernel::text::{Lang, Text};
use customhouse_kernel::values::{CommodityCode, ContainerNumber, CreditCode, Exact, OfficeCode};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What norms see beside the form.
#[derive(Clone, Debug)]
pub struct NormContext {
    pub today: Date,
    pub bill: BillKnowledge,
}

/// What is known of the bill that a declaration names.
#[derive(Clone, Debug)]
pub enum BillKnowledge {
    /// Nobody looked: norms on the bill stay undecided (assessing without a database).
    NotAsked,
    Missing,
    Known {
        bill: Box<BillRecord>,
        open: bool,
    },
}

/// A norm, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    pub id: Box<str>,
    pub valid: Validity,
    pub scope: Part,
    pub field: Box<str>,
    pub holds: Expression,
    pub severity: Severity,
    pub warn_if_unknown: bool,
    /// Only a warning where the tariff's units are not confirmed.
    pub warn_if_unconfirmed: bool,
    pub text: Text,
    pub remedy: Text,
    pub basis: Box<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    scope: Scope,
    field: Box<str>,
    holds: String,
    severity: Option<Severity>,
    unknown: Option<Warn>,
    when_unconfirmed: Option<Warn>,
    text: Text,
    remedy: Text,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    Head,
    Line,
    Container,
    Document,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Warn {
    Warn,
}

impl Norm {
    pub fn read(rule: &Rule, schema: &Schema) -> Result<Norm, PackFault> {
        let entry: Entry = rule.read()?;
        let holds = rule.expression(&entry.holds, schema, Type::Bool, ("规范", "holds"))?;
        let scope = match entry.scope {
            Scope::Head => Part::Head,
            Scope::Line => Part::Line,
            Scope::Container => Part::Container,
            Scope::Document => Part::Document,
        };
        let basis = [&*rule.basis.document, &*rule.basis.article].join(" ");
        Ok(Norm {
            id: rule.id.clone(),
            valid: rule.valid,
            scope,
            field: entry.field,
            holds,
            severity: entry.severity.unwrap_or(Severity::Error),
            warn_if_unknown: entry.unknown.is_some(),
            warn_if_unconfirmed: entry.when_unconfirmed.is_some(),
            text: entry.text,
            remedy: entry.remedy,
            basis: basis.trim_end().into(),
        })
    }
}

/// What the program knows beside the form's own fields, by name.
const KNOWN: &[(&str, Type)] = &[
    ("today", Type::Date),
    ("lot.lines", Type::Number),
    ("lot.currencies", Type::Number),
    ("line.place", Type::Number),
    ("bill.known", Type::Bool),
    ("bill.open", Type::Bool),
    ("bill.arrived", Type::Bool),
    ("bill.entry_date", Type::Date),
    ("bill.entered", Type::Bool),
    ("entry.days_ahead", Type::Number),
    ("bill.packages", Type::Number),
    ("bill.gross_kg", Type::Number),
    ("bill.sub_marks", Type::Number),
    ("tariff.known", Type::Bool),
    ("tariff.unit_1", Type::Text),
    ("tariff.unit_2", Type::Text),
    ("office.entry_level", Type::Text),
    ("office.entry_has_houses", Type::Bool),
    ("office.declaration_level", Type::Text),
    ("office.declaration_has_houses", Type::Bool),
    ("party.consignee_check", Type::Bool),
    ("party.agent_check", Type::Bool),
    ("container.check", Type::Bool),
    ("container.once", Type::Bool),
    ("container.lines_known", Type::Bool),
    ("declaration.prefix", Type::Text),
    ("declaration.steps", Type::Text),
    ("record.letter", Type::Text),
    ("lot.documents", Type::Texts),
    ("fit.levy", Type::Bool),
    ("fit.levies", Type::Text),
    ("fit.levy_free", Type::Bool),
    ("fit.letter", Type::Bool),
    ("fit.letters", Type::Text),
    ("fit.duty_mode", Type::Bool),
    ("fit.duty_modes", Type::Text),
];

/// The names that norms and selection rules may use: the form's fields (lines, containers and
/// documents with their part before), then what the program knows.
pub(crate) fn norm_schema() -> Schema {
    let mut names: Vec<(String, Type)> = Vec::new();
    for part in PARTS {
        for field in part.fields() {
            names.push((format!("{}{}", part.prefix(), field.name), kind_type(field.kind)));
        }
    }
    names.extend(KNOWN.iter().map(|(n, t)| ((*n).to_owned(), *t)));
    let borrowed: Vec<(&str, Type)> = names.iter().map(|(n, t)| (n.as_str(), *t)).collect();
    Schema::new(&borrowed)
}

const PARTS: [Part; 4] = [Part::Head, Part::Line, Part::Container, Part::Document];

fn kind_type(kind: crate::form::FieldKind) -> Type {
    use crate::form::FieldKind as K;
    match kind {
        K::Integer | K::Decimal => Type::Number,
        K::Date => Type::Date,
        K::Text
        | K::Direction
        | K::Office
        | K::Commodity
        | K::Country
        | K::Currency
        | K::Unit
        | K::CreditCode
        | K::CustomsCode
        | K::Container
        | K::Code(_) => Type::Text,
    }
}

/// Checks those norms of the day that are asked for; findings come in the order of the document.
pub(crate) fn check_norms(
    parsed: &Parsed,
    law: &ControlLaw,
    context: &NormContext,
    asked: impl Fn(&Norm) -> bool,
    findings: &mut Vec<Refusal>,
) {
    let lists = [
        (Part::Head, std::slice::from_ref(&parsed.head)),
        (Part::Line, &parsed.lines[..]),
        (Part::Container, &parsed.containers[..]),
        (Part::Document, &parsed.documents[..]),
    ];
    let norms: Vec<&Norm> = law.norms.iter().filter(|n| n.valid.covers(context.today) && asked(n)).collect();
    for (scope, list) in lists {
        for (place, cells) in list.iter().enumerate() {
            let facts = NormFacts::new(parsed, law, context, scope, place, cells);
            for norm in norms.iter().filter(|n| n.scope == scope) {
                findings.extend(check_one(norm, &facts));
            }
        }
    }
}

fn check_one(norm: &Norm, facts: &NormFacts<'_>) -> Option<Refusal> {
    let path = finding_path(norm, facts.place);
    match norm.holds.evaluate(facts) {
        Ok(Value::Bool(true)) => None,
        Ok(Value::Bool(false)) => {
            let unsure = norm.warn_if_unconfirmed && facts.commodity.is_some_and(|c| !c.confirmed);
            Some(Refusal {
                code: norm.id.to_string(),
                severity: if unsure { Severity::Warning } else { norm.severity },
                path,
                text: facts.fill(&norm.text),
                remedy: facts.fill(&norm.remedy),
                basis: norm.basis.to_string(),
            })
        }
        Ok(_) | Err(_) if norm.warn_if_unknown && facts.in_form(&norm.holds) => {
            Some(refusals::NORM_UNKNOWN.warn(path).with("norm", &norm.id))
        }
        Ok(_) | Err(_) => None,
    }
}

fn finding_path(norm: &Norm, place: usize) -> String {
    let field = norm.field.strip_prefix(norm.scope.prefix()).unwrap_or(&norm.field);
    pointer(norm.scope, place, field)
}

/// The facts of one part of a form.
pub(crate) struct NormFacts<'a> {
    parsed: &'a Parsed,
    law: &'a ControlLaw,
    context: &'a NormContext,
    scope: Part,
    place: usize,
    cells: &'a Cells,
    commodity: Option<&'a Commodity>,
}

impl<'a> NormFacts<'a> {
    fn new(
        parsed: &'a Parsed,
        law: &'a ControlLaw,
        context: &'a NormContext,
        scope: Part,
        place: usize,
        cells: &'a Cells,
    ) -> NormFacts<'a> {
        let code =
            if scope == Part::Line { CommodityCode::parse(cells.text("commodity_code")) } else { None };
        let commodity = code.and_then(|code| law.tariff.commodity(code, context.today));
        NormFacts { parsed, law, context, scope, place, cells, commodity }
    }

    /// Whether every field of the form that an expression reads is in form: otherwise the field's
    /// own finding says enough.
    fn in_form(&self, expression: &Expression) -> bool {
        let known = self.law.schema.index("today").map_or(0, |(first, _)| first);
        expression.fields().filter(|f| *f < known).all(|f| !matches!(self.field(f), Value::Unknown))
    }

    /// A text with each `{name}` replaced by that field's value.
    fn fill(&self, text: &Text) -> Text {
        let fill = |words: &str, lang: Lang| {
            let mut out = String::new();
            let mut rest = words;
            while let Some((before, after)) = rest.split_once('{') {
                out.push_str(before);
                let Some((name, tail)) = after.split_once('}') else { break };
                match self.law.schema.index(name).map(|(index, _)| self.field(index)) {
                    Some(Value::Text(value)) => out.extend(value.chars().take(60)),
                    Some(value) => out.push_str(value.text().get(lang)),
                    None => out.push_str(name),
                }
                rest = tail;
            }
            out.push_str(rest);
            out
        };
        Text::of(fill(&text.zh, Lang::Zh), fill(&text.en, Lang::En))
    }

    fn known(&self, name: &str) -> Value<'_> {
        let head = &self.parsed.head;
        let count = |n: usize| Value::Number(Exact::from(n as i64));
        let bill = |value: &dyn Fn(&BillRecord) -> Value<'static>| match &self.context.bill {
            BillKnowledge::Known { bill, .. } => value(bill),
            BillKnowledge::Missing | BillKnowledge::NotAsked => Value::Unknown,
        };
        let office = |field: &str| OfficeCode::parse(head.text(field));
        match name {
            "today" => Value::Date(self.context.today),
            "lot.lines" => count(self.parsed.lines.len()),
            "lot.currencies" => {
                let currencies: BTreeSet<&str> =
                    self.parsed.lines.iter().map(|l| l.text("currency")).collect();
                count(currencies.iter().filter(|c| !c.is_empty()).count())
            }
            "line.place" => count(self.place + 1),
            "bill.known" => match &self.context.bill {
                BillKnowledge::NotAsked => Value::Unknown,
                // without a bill number its own finding says enough
                BillKnowledge::Missing if head.text("bill").is_empty() => Value::Unknown,
                BillKnowledge::Missing => Value::Bool(false),
                BillKnowledge::Known { .. } => Value::Bool(true),
            },
            "bill.open" => match &self.context.bill {
                BillKnowledge::Known { open, .. } => Value::Bool(*open),
                BillKnowledge::Missing | BillKnowledge::NotAsked => Value::Unknown,
            },
            "bill.arrived" => bill(&|b| Value::Bool(b.has_arrived())),
            "bill.entry_date" => bill(&|b| b.entry_day().map_or(Value::Absent, Value::Date)),
            "bill.entered" => bill(&|b| Value::Bool(b.has_entered())),
            "entry.days_ahead" => match head.get("entry_date") {
                Cell::Date(entry) => {
                    days_between(self.context.today, *entry).map_or(Value::Unknown, Value::Number)
                }
                _ => Value::Unknown,
            },
            "bill.packages" => bill(&|b| Value::Number(Exact::from(i64::from(b.covered().packages)))),
            "bill.gross_kg" => bill(&|b| Value::Number(b.covered().gross_kg)),
            "bill.sub_marks" => count(head.text("bill").matches(['*', '_']).count()),
            "tariff.known" => match CommodityCode::parse(self.cells.text("commodity_code")) {
                Some(code) if code.is_full() => Value::Bool(self.commodity.is_some()),
                _ => Value::Unknown,
            },
            "tariff.unit_1" => match self.commodity.and_then(|c| c.unit_1) {
                Some(unit) => Value::Text(unit.to_string().into()),
                None => Value::Unknown,
            },
            "tariff.unit_2" => match self.commodity.map(|c| c.unit_2) {
                Some(SecondUnit::Unit(unit)) => Value::Text(unit.to_string().into()),
                Some(SecondUnit::None) => Value::Text("-".into()),
                Some(SecondUnit::Unknown) | None => Value::Unknown,
            },
            "office.entry_level" => level(self.law, office("entry_office")),
            "office.declaration_level" => level(self.law, office("declaration_office")),
            "office.entry_has_houses" => houses(self.law, office("entry_office")),
            "office.declaration_has_houses" => houses(self.law, office("declaration_office")),
            "party.consignee_check" => credit_check(head.text("consignee.credit_code")),
            "party.agent_check" => credit_check(head.text("agent.credit_code")),
            "container.check" => match ContainerNumber::parse(self.cells.text("number")) {
                Some(number) if self.scope == Part::Container => Value::Bool(number.check_holds()),
                _ => Value::Unknown,
            },
            "container.once" if self.scope == Part::Container => {
                let number = self.cells.text("number");
                let same = self.parsed.containers.iter().filter(|c| c.text("number") == number);
                Value::Bool(number.is_empty() || same.count() == 1)
            }
            "container.lines_known" if self.scope == Part::Container => {
                Value::Bool(self.names_lines(self.cells.text("lines")))
            }
            "declaration.prefix" => start(head.text("declaration_kind"), 2),
            "declaration.steps" => {
                let third: String = head.text("declaration_kind").chars().skip(2).collect();
                start(&third, 1)
            }
            "record.letter" => start(head.text("record_number"), 1),
            "lot.documents" => {
                let codes = self.parsed.documents.iter().map(|d| d.text("code").to_owned().into());
                Value::Texts(codes.collect())
            }
            name => match name.strip_prefix("fit.") {
                Some(name) => fit::fact(name, head, self.cells, self.law, self.context.today),
                None => Value::Unknown,
            },
        }
    }

    /// Whether a list such as `1,2` names lines of the declaration only.
    fn names_lines(&self, list: &str) -> bool {
        let lines = 1..=self.parsed.lines.len();
        let mut numbers = list.split([',', ' ', ';']).filter(|number| !number.is_empty());
        numbers.all(|number| number.parse().is_ok_and(|number: usize| lines.contains(&number)))
    }
}

/// Calendar days from one day to another; below zero if it lies before.
fn days_between(from: Date, to: Date) -> Option<Exact> {
    from.until(to).ok().map(|span| Exact::from(i64::from(span.get_days())))
}

/// The first characters of a text without the blanks; absent if there are none.
fn start(text: &str, length: usize) -> Value<'static> {
    let start: String = text.chars().take(length).filter(|c| *c != ' ').collect();
    if start.is_empty() { Value::Absent } else { Value::Text(start.into()) }
}

fn level(law: &ControlLaw, office: Option<OfficeCode>) -> Value<'static> {
    office.map_or(Value::Unknown, |o| Value::Text(law.codes.office_level(o).into()))
}

fn houses(law: &ControlLaw, office: Option<OfficeCode>) -> Value<'static> {
    office.map_or(Value::Unknown, |o| Value::Bool(law.codes.has_houses(o)))
}

fn credit_check(code: &str) -> Value<'static> {
    CreditCode::parse(code).map_or(Value::Unknown, |c| Value::Bool(c.check_holds()))
}

impl Facts for NormFacts<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        let mut first = 0;
        for part in PARTS {
            let count = part.fields().len();
            if index < first + count {
                let cells = match part {
                    Part::Head => &self.parsed.head,
                    _ if part == self.scope => self.cells,
                    // a field of another part has no single value here
                    _ => return Value::Unknown,
                };
                return cells.at(index - first).value();
            }
            first += count;
        }
        self.known(KNOWN.get(index - first).map_or("", |(name, _)| name))
    }

    fn listed(&self, list: &str, code: &str) -> Option<bool> {
        self.law.codes.contains(list, code, self.context.today)
    }
}
