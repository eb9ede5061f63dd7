//! Reading a form: every field against its kind and its norm, then every cross-field norm, all
//! findings at once.

use crate::codes::CodeLists;
use crate::declaration::{Declaration, Document, HeadCost, Line, Party};
use crate::field_norm::Demand;
use crate::form::{FieldKind, Fields, Form, Part, pointer};
use crate::law::ControlLaw;
use crate::mode;
use crate::norm::{NormContext, check_norms};
use crate::refusals;
use crate::summary::{Summary, SummaryLine};
use crate::summary_field::Asked;
use customhouse_duties::{Cost, Preference};
use customhouse_kernel::expression::Value;
use customhouse_kernel::refusal::{Reason, Refusal};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{
    CommodityCode, ContainerNumber, CountryCode, CreditCode, CurrencyCode, CustomsCode, Direction, Exact,
    OfficeCode, UnitCode,
};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// One field after reading.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Absent,
    /// There is something, and it is not in form; a finding says so.
    Bad,
    Text(String),
    Number(Exact),
    Date(Date),
}

impl Cell {
    pub fn value(&self) -> Value<'_> {
        match self {
            Cell::Absent => Value::Absent,
            Cell::Bad => Value::Unknown,
            Cell::Text(text) => Value::Text(text.as_str().into()),
            Cell::Number(number) => Value::Number(*number),
            Cell::Date(date) => Value::Date(*date),
        }
    }
}

/// One part after reading.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    part: Part,
    cells: Vec<Cell>,
}

impl Cells {
    pub fn at(&self, place: usize) -> &Cell {
        &self.cells[place]
    }

    pub fn get(&self, name: &str) -> &Cell {
        Fields::place(self.part, name).map_or(&Cell::Absent, |place| &self.cells[place])
    }

    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    pub fn number(&self, name: &str) -> Option<Exact> {
        match self.get(name) {
            Cell::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// What a line claims of preference, if it does.
    pub fn preference(&self) -> Option<Preference> {
        let text = |name: &str| self.text(name).to_owned();
        let agreement = Some(text("preference.agreement")).filter(|agreement| !agreement.is_empty())?;
        let (proof_kind, proof_number) = (text("preference.proof_kind"), text("preference.proof_number"));
        Some(Preference { agreement, proof_kind, proof_number })
    }
}

/// A form after reading.
pub(crate) struct Parsed {
    pub head: Cells,
    pub lines: Vec<Cells>,
    pub containers: Vec<Cells>,
    pub documents: Vec<Cells>,
}

impl Parsed {
    fn documents(&self) -> Vec<Document> {
        let document =
            |d: &Cells| Document { code: d.text("code").to_owned(), number: d.text("number").to_owned() };
        self.documents.iter().map(document).collect()
    }

    /// The places of fields that a summary does not have and that are not given.
    fn left_out(&self, asked: &Asked<'_>) -> BTreeSet<String> {
        let parts = std::iter::once((0, &self.head))
            .chain(self.lines.iter().enumerate())
            .chain(self.containers.iter().enumerate())
            .chain(self.documents.iter().enumerate());
        let mut out = BTreeSet::new();
        for (index, cells) in parts {
            for (place, field) in cells.part.fields().iter().enumerate() {
                if !asked.has(cells.part, place) && *cells.at(place) == Cell::Absent {
                    out.insert(pointer(cells.part, index, field.name));
                }
            }
        }
        out
    }
}

/// What reading a form gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Present if every field that the program needs is in form, whatever the norms say.
    pub declaration: Option<Declaration>,
    /// Errors and warnings, in the order of the document.
    pub findings: Vec<Refusal>,
}

impl Reading {
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(Refusal::is_error)
    }
}

/// Reads a form under the law of a day.
pub fn read(form: &Form, law: &ControlLaw, context: &NormContext) -> Reading {
    let (parsed, findings) = parsed(form, law, context, &|_, _, ordinary| ordinary);
    Reading { declaration: build(&parsed), findings }
}

/// What reading a summary declaration gave.
pub(crate) struct SummaryReading {
    pub summary: Option<Summary>,
    /// The whole declaration, where the summary gives all that the program needs for one.
    pub whole: Option<Declaration>,
    pub findings: Vec<Refusal>,
}

/// Reads a form as a summary: nothing is asked for that a summary does not have, and what is given is checked.
pub(crate) fn read_summary(
    form: &Form,
    law: &ControlLaw,
    context: &NormContext,
    asked: &Asked<'_>,
) -> SummaryReading {
    let (parsed, mut findings) =
        parsed(form, law, context, &|part, place, ordinary| asked.demand(part, place, ordinary));
    let left_out = parsed.left_out(asked);
    findings.retain(|finding| !left_out.contains(&finding.path));
    SummaryReading { summary: build_summary(&parsed), whole: build(&parsed), findings }
}

fn parsed(
    form: &Form,
    law: &ControlLaw,
    context: &NormContext,
    demand: Demands<'_>,
) -> (Parsed, Vec<Refusal>) {
    let mut findings = Vec::new();
    let direction = form.head.get("direction").and_then(direction);
    let parsed = read_parts(form, law, (context.today, direction), demand, &mut findings);
    check_norms(&parsed, law, context, |_| true, &mut findings);
    if let Some(direction) = direction {
        findings.extend(mode::finding(parsed.head.text("declaration_kind"), direction, law, context.today));
    }
    if !form.strange.is_empty() {
        findings.push(refusals::UNKNOWN_PARTS.warn("").with("places", shortened(&form.strange)));
    }
    (parsed, findings)
}

/// What a form demands of a field, by part and place, of which a whole declaration demands the last.
pub(crate) type Demands<'a> = &'a dyn Fn(Part, usize, Demand) -> Demand;

/// Reads every field by itself.
pub(crate) fn read_parts(
    form: &Form,
    law: &ControlLaw,
    (day, direction): (Date, Option<Direction>),
    demand: Demands<'_>,
    findings: &mut Vec<Refusal>,
) -> Parsed {
    let mut reader = Reader { law, day, direction, demand, findings };
    let head = reader.part(&form.head, 0);
    let mut many = |list: &[Fields]| -> Vec<Cells> {
        list.iter().enumerate().map(|(n, fields)| reader.part(fields, n)).collect()
    };
    let (lines, containers) = (many(&form.lines), many(&form.containers));
    Parsed { head, lines, containers, documents: many(&form.documents) }
}

/// The first few places, so that a hostile message cannot fill the answer.
fn shortened(places: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut text =
        places.iter().take(SHOWN).map(|p| p.chars().take(120).collect()).collect::<Vec<String>>().join(", ");
    if places.len() > SHOWN {
        text.push_str(&format!(" … ({})", places.len()));
    }
    text
}

/// A finding on a field, by what the law calls it.
pub(crate) fn labelled(
    reason: &Reason,
    label: Option<&Text>,
    part: Part,
    index: usize,
    name: &str,
) -> Refusal {
    let mut refusal = reason.at(pointer(part, index, name));
    if let Some(label) = label {
        refusal.text.zh = refusal.text.zh.replace("{field}", &label.zh).into();
        refusal.text.en = refusal.text.en.replace("{field}", &label.en).into();
    }
    refusal.with("field", name)
}

struct Reader<'a> {
    law: &'a ControlLaw,
    day: Date,
    /// Unknown while the form does not say it, or not in form.
    direction: Option<Direction>,
    demand: Demands<'a>,
    findings: &'a mut Vec<Refusal>,
}

impl Reader<'_> {
    fn part(&mut self, fields: &Fields, index: usize) -> Cells {
        let part = fields.part();
        let cells = part.fields().iter().enumerate();
        let cells =
            cells.map(|(place, def)| self.field(part, index, place, def.kind, fields.at(place))).collect();
        Cells { part, cells }
    }

    fn field(&mut self, part: Part, index: usize, place: usize, kind: FieldKind, text: Option<&str>) -> Cell {
        let name = part.fields()[place].name;
        let norm = self.law.field_norm(part, place, self.day);
        let demand = norm.map_or(Demand::Free, |n| n.demand(self.direction));
        let demand = (self.demand)(part, place, demand);
        let Some(text) = text else {
            if demand == Demand::Required {
                self.find(&refusals::MISSING, part, index, name, "");
            }
            return Cell::Absent;
        };
        if demand == Demand::Absent {
            let reason = match self.direction {
                Some(Direction::Import) => &refusals::NOT_ON_IMPORT,
                Some(Direction::Export) | None => &refusals::NOT_ON_EXPORT,
            };
            self.find(reason, part, index, name, text);
            return Cell::Bad;
        }
        if let Some(max) = norm.and_then(|n| n.max_length) {
            let length = text.chars().count();
            // a decimal's length counts its digits; its form is checked below
            if kind != FieldKind::Decimal && length > max {
                let refusal = self.refusal(&refusals::TOO_LONG, part, index, name, "");
                self.findings.push(refusal.with("max", max).with("length", length));
                return Cell::Bad;
            }
        }
        match parse(kind, text, &self.law.codes, self.day) {
            Ok(Cell::Number(number)) if kind == FieldKind::Decimal => {
                let (digits, places) = (number.whole_digits() + number.places(), number.places());
                let max = norm.and_then(|n| n.max_length).unwrap_or(28) as u32;
                if norm.and_then(|n| n.max_places).is_some_and(|max| places > max) {
                    let max = norm.and_then(|n| n.max_places).unwrap_or(0);
                    let refusal = self.refusal(&refusals::TOO_MANY_PLACES, part, index, name, "");
                    self.findings.push(refusal.with("max", max));
                    Cell::Bad
                } else if digits > max {
                    let refusal = self.refusal(&refusals::TOO_MANY_DIGITS, part, index, name, "");
                    self.findings.push(refusal.with("max", max));
                    Cell::Bad
                } else {
                    Cell::Number(number)
                }
            }
            Ok(cell) => cell,
            Err(reason) => {
                self.find(reason, part, index, name, text);
                Cell::Bad
            }
        }
    }

    fn find(&mut self, reason: &Reason, part: Part, index: usize, name: &str, value: &str) {
        let refusal = self.refusal(reason, part, index, name, value);
        self.findings.push(refusal);
    }

    fn refusal(&self, reason: &Reason, part: Part, index: usize, name: &str, value: &str) -> Refusal {
        let shown: String = value.chars().take(60).collect();
        let norm = Fields::place(part, name).and_then(|p| self.law.field_norm(part, p, self.day));
        let refusal = labelled(reason, norm.map(|n| n.name(self.direction)), part, index, name);
        refusal.with("value", shown).with("date", self.day)
    }
}

/// One field's text by its kind. Country and currency come out in letters, whatever was sent.
fn parse(kind: FieldKind, text: &str, codes: &CodeLists, day: Date) -> Result<Cell, &'static Reason> {
    let own = || Cell::Text(text.to_owned());
    let in_form = |good: bool| if good { Ok(own()) } else { Err(&refusals::NOT_IN_FORM) };
    let listed = |list: &str| match codes.contains(list, text, day) {
        Some(false) => Err(&refusals::NOT_LISTED),
        Some(true) | None => Ok(own()),
    };
    match kind {
        FieldKind::Text => in_form(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')),
        FieldKind::Integer => {
            let good = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
            let number = if good { Exact::parse(text) } else { None };
            number.map(Cell::Number).ok_or(&refusals::NOT_WHOLE)
        }
        FieldKind::Decimal => Exact::parse(text).map(Cell::Number).ok_or(&refusals::NOT_A_NUMBER),
        FieldKind::Date => {
            let date = if text.len() == 10 { text.parse().ok() } else { None };
            date.map(Cell::Date).ok_or(&refusals::NOT_A_DATE)
        }
        FieldKind::Direction => in_form(direction(text).is_some()),
        FieldKind::Office => match OfficeCode::parse(text) {
            Some(_) => listed("office"),
            None => Err(&refusals::NOT_IN_FORM),
        },
        FieldKind::Commodity => match CommodityCode::parse(text) {
            Some(code) if code.is_full() => Ok(own()),
            Some(_) => Err(&refusals::CODE_NOT_FULL),
            None => Err(&refusals::NOT_IN_FORM),
        },
        FieldKind::Country => match codes.country(text) {
            Some(country) => Ok(Cell::Text(country.to_string())),
            None => Err(&refusals::NOT_LISTED),
        },
        FieldKind::Currency => match codes.currency(text) {
            Some(currency) => Ok(Cell::Text(currency.to_string())),
            None => Err(&refusals::NOT_LISTED),
        },
        FieldKind::Unit => match UnitCode::parse(text) {
            Some(_) => listed("unit"),
            None => Err(&refusals::NOT_IN_FORM),
        },
        FieldKind::CreditCode => in_form(CreditCode::parse(text).is_some()),
        FieldKind::CustomsCode => in_form(CustomsCode::parse(text).is_some()),
        FieldKind::Container => in_form(ContainerNumber::parse(text).is_some()),
        FieldKind::Code(list) => listed(list),
    }
}

/// The direction that a form gives.
fn direction(text: &str) -> Option<Direction> {
    match text {
        "import" => Some(Direction::Import),
        "export" => Some(Direction::Export),
        _ => None,
    }
}

/// Builds the declaration; `None` if a field that the program cannot do without is not in form.
fn build(parsed: &Parsed) -> Option<Declaration> {
    let head = &parsed.head;
    let text = |name: &str| head.text(name).to_owned();
    let direction = direction(head.text("direction"))?;
    let entry_date = date(head, "entry_date");
    if direction == Direction::Import {
        entry_date?;
    }
    let agent = CreditCode::parse(head.text("agent.credit_code")).map(|credit_code| Party {
        credit_code,
        customs_code: CustomsCode::parse(head.text("agent.customs_code")),
        name: text("agent.name"),
    });
    Some(Declaration {
        direction,
        declaration_office: OfficeCode::parse(head.text("declaration_office"))?,
        entry_office: OfficeCode::parse(head.text("entry_office"))?,
        entry_date,
        bill: text("bill"),
        transport_mode: text("transport_mode"),
        transport_name: text("transport_name"),
        voyage: text("voyage"),
        consignee: Party {
            credit_code: CreditCode::parse(head.text("consignee.credit_code"))?,
            customs_code: CustomsCode::parse(head.text("consignee.customs_code")),
            name: text("consignee.name"),
        },
        agent,
        consumer_name: text("consumer.name"),
        overseas_consignor_name: text("overseas_consignor.name"),
        supervision_mode: text("supervision_mode"),
        levy_nature: text("levy_nature"),
        record_number: text("record_number"),
        licence_number: text("licence_number"),
        contract: text("contract"),
        trading_country: CountryCode::parse(head.text("trading_country"))?,
        departure_country: CountryCode::parse(head.text("departure_country"))?,
        storage_place: text("storage_place"),
        packages: whole(head, "packages")?,
        packaging: text("packaging"),
        gross_kg: head.number("gross_kg")?,
        net_kg: head.number("net_kg")?,
        terms: text("terms"),
        freight: head_cost(head, "freight"),
        insurance: head_cost(head, "insurance"),
        other: head_cost(head, "other"),
        price_confirmations: text("price_confirmations"),
        self_assessed_total: head.number("self_assessed_total"),
        remarks: text("remarks"),
        declaration_kind: text("declaration_kind").trim_end().to_owned(),
        guarantee: text("guarantee").trim().to_owned(),
        periodic_permit: text("periodic_permit").trim().to_owned(),
        lines: parsed.lines.iter().map(line).collect::<Option<Vec<Line>>>()?,
        containers: parsed.containers.iter().map(|c| c.text("number").to_owned()).collect(),
        documents: parsed.documents(),
    })
}

/// Builds a summary; `None` if a field that it cannot do without is not in form.
fn build_summary(parsed: &Parsed) -> Option<Summary> {
    let head = &parsed.head;
    let text = |name: &str| head.text(name).to_owned();
    direction(head.text("direction")).filter(|way| *way == Direction::Import)?;
    let party = |name: &str| {
        let field = |field: &str| head.text(&format!("{name}.{field}"));
        Some(Party {
            credit_code: CreditCode::parse(field("credit_code"))?,
            customs_code: CustomsCode::parse(field("customs_code")),
            name: field("name").to_owned(),
        })
    };
    let summary_line = |cells: &Cells| {
        Some(SummaryLine {
            number: whole(cells, "number")?,
            commodity_code: CommodityCode::parse(cells.text("commodity_code"))?,
            name: cells.text("name").to_owned(),
            quantity: cells.number("quantity")?,
            unit: UnitCode::parse(cells.text("unit"))?,
            total: cells.number("total")?,
            currency: CurrencyCode::parse(cells.text("currency"))?,
            origin: CountryCode::parse(cells.text("origin"))?,
        })
    };
    Some(Summary {
        declaration_office: OfficeCode::parse(head.text("declaration_office"))?,
        entry_office: OfficeCode::parse(head.text("entry_office"))?,
        entry_date: date(head, "entry_date")?,
        bill: text("bill"),
        transport_mode: text("transport_mode"),
        transport_name: text("transport_name"),
        voyage: text("voyage"),
        consignee: party("consignee")?,
        agent: party("agent"),
        supervision_mode: text("supervision_mode"),
        packages: whole(head, "packages"),
        gross_kg: head.number("gross_kg"),
        stated: head.number("self_assessed_total"),
        guarantee: text("guarantee").trim().to_owned(),
        declaration_kind: text("declaration_kind").trim_end().to_owned(),
        lines: parsed.lines.iter().map(summary_line).collect::<Option<Vec<SummaryLine>>>()?,
        documents: parsed.documents(),
    })
}

fn line(cells: &Cells) -> Option<Line> {
    let text = |name: &str| cells.text(name).to_owned();
    Some(Line {
        number: whole(cells, "number")?,
        commodity_code: CommodityCode::parse(cells.text("commodity_code"))?,
        name: text("name"),
        model: text("model"),
        quantity: cells.number("quantity")?,
        unit: UnitCode::parse(cells.text("unit"))?,
        first_quantity: cells.number("first_quantity")?,
        first_unit: UnitCode::parse(cells.text("first_unit"))?,
        second_quantity: cells.number("second_quantity"),
        second_unit: UnitCode::parse(cells.text("second_unit")),
        price: cells.number("price")?,
        total: cells.number("total")?,
        currency: CurrencyCode::parse(cells.text("currency"))?,
        origin: CountryCode::parse(cells.text("origin"))?,
        destination: CountryCode::parse(cells.text("destination"))?,
        duty_mode: text("duty_mode"),
        preference: cells.preference(),
    })
}

fn head_cost(head: &Cells, name: &str) -> Option<HeadCost> {
    Some(HeadCost {
        rate: head.number(&format!("{name}.rate"))?,
        mark: Some(head.text(&format!("{name}.mark")).to_owned()).filter(|m| !m.is_empty())?,
        currency: CurrencyCode::parse(head.text(&format!("{name}.currency"))),
    })
}

/// Freight, insurance and other charges of a head, as duties take them.
pub(crate) fn costs(head: &Cells) -> [Option<Cost>; 3] {
    ["freight", "insurance", "other"].map(|name| head_cost(head, name)?.cost())
}

fn whole(cells: &Cells, name: &str) -> Option<u32> {
    u32::try_from(cells.number(name)?.steps(0)?).ok()
}

fn date(cells: &Cells, name: &str) -> Option<Date> {
    match cells.get(name) {
        Cell::Date(date) => Some(*date),
        _ => None,
    }
}
