//! A declaration's form as fields on a page: which field stands where, what it offers, what is wrong.

use super::words::{Finding, anchor};
use customhouse_control::ControlLaw;
use customhouse_control::form::{FieldKind, Fields, Form, Part, pointer};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, Direction};
use jiff::civil::Date;

/// Fields of the head in their groups; a test holds that none is forgotten.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "group.goods",
        &[
            "bill",
            "entry_office",
            "declaration_office",
            "entry_date",
            "transport_mode",
            "transport_name",
            "voyage",
            "packages",
            "packaging",
            "gross_kg",
            "net_kg",
            "storage_place",
        ],
    ),
    (
        "group.parties",
        &[
            "consignee.credit_code",
            "consignee.customs_code",
            "consignee.name",
            "consumer.name",
            "overseas_consignor.name",
        ],
    ),
    (
        "group.regime",
        &[
            "supervision_mode",
            "levy_nature",
            "trading_country",
            "departure_country",
            "departure_port",
            "last_port",
            "entry_port",
            "contract",
        ],
    ),
    (
        "group.value",
        &[
            "terms",
            "freight.mark",
            "freight.currency",
            "freight.rate",
            "insurance.mark",
            "insurance.currency",
            "insurance.rate",
            "price_confirmations",
            "self_assessed_total",
        ],
    ),
];

/// Fields of the head that few need.
const MORE: &[&str] = &[
    "consumer.credit_code",
    "consumer.customs_code",
    "agent.credit_code",
    "agent.customs_code",
    "agent.name",
    "overseas_consignor.code",
    "other.mark",
    "other.currency",
    "other.rate",
    "record_number",
    "licence_number",
    "declaration_kind",
    "guarantee",
    "periodic_permit",
    "entry_type",
    "marks",
    "remarks",
];

/// Fields that the page fills in by itself.
#[cfg(test)]
const BY_ITSELF: &[&str] = &["direction"];

const LINE: &[&str] = &[
    "commodity_code",
    "name",
    "model",
    "origin",
    "quantity",
    "unit",
    "first_quantity",
    "first_unit",
    "second_quantity",
    "second_unit",
    "price",
    "total",
    "currency",
    "destination",
    "district",
    "duty_mode",
];
const LINE_MORE: &[&str] = &[
    "preference.agreement",
    "preference.proof_kind",
    "preference.proof_number",
    "inspection_code",
    "place_code",
];
const CONTAINER: &[&str] = &["number", "kind", "lines", "shared", "goods_kg", "tare_kg"];
const DOCUMENT: &[&str] = &["code", "number"];

/// Code lists so long that one types rather than picks.
pub(crate) const TYPED_LISTS: &[&str] = &["office", "country", "currency", "unit"];

/// One field as it is shown.
pub(crate) struct FieldView {
    pub name: String,
    pub anchor: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    /// `text`, `date`, `select` or `lookup`.
    pub kind: &'static str,
    pub mode: &'static str,
    /// Id of the list of suggestions, or empty.
    pub list: &'static str,
    pub options: Vec<(String, String)>,
    pub required: bool,
    pub errors: Vec<Finding>,
}

impl FieldView {
    /// Something about it is refused, not merely warned of.
    pub fn is_wrong(&self) -> bool {
        self.errors.iter().any(|e| e.tone == "stop")
    }
}

/// Fields under one heading.
pub(crate) struct Group {
    pub title: &'static str,
    pub fields: Vec<FieldView>,
}

/// A repeated part.
pub(crate) struct Repeated {
    pub number: usize,
    pub fields: Vec<FieldView>,
    pub more: Vec<FieldView>,
    /// Something stands in `more`, or is wrong there.
    pub more_open: bool,
}

/// The whole form.
pub(crate) struct FormView {
    pub groups: Vec<Group>,
    pub more: Vec<FieldView>,
    pub more_open: bool,
    pub lines: Vec<Repeated>,
    pub containers: Vec<Repeated>,
    pub documents: Vec<Repeated>,
    pub extras_open: bool,
    /// Suggestions for typed code fields.
    pub lists: Vec<(&'static str, Vec<(String, String)>)>,
}

/// Makes the view.
pub(crate) struct Viewing<'a> {
    pub law: &'a ControlLaw,
    /// Which fields there are, and what they are called, depends on it.
    pub direction: Direction,
    pub day: Date,
    pub lang: Lang,
    pub findings: &'a mut [Finding],
}

impl Viewing<'_> {
    pub fn form(&mut self, form: &Form) -> FormView {
        let groups =
            GROUPS.iter().map(|(title, names)| Group { title, fields: self.fields(&form.head, 0, names) });
        let groups = groups.collect();
        let more = self.fields(&form.head, 0, MORE);
        let lines = self.repeated(&form.lines, Part::Line, LINE, LINE_MORE);
        let containers = self.repeated(&form.containers, Part::Container, CONTAINER, &[]);
        let documents = self.repeated(&form.documents, Part::Document, DOCUMENT, &[]);
        let filled = |parts: &[Repeated]| parts.iter().any(|p| is_open(&p.fields));
        FormView {
            more_open: is_open(&more),
            extras_open: filled(&containers) || filled(&documents),
            groups,
            more,
            lines,
            containers,
            documents,
            lists: TYPED_LISTS.iter().map(|list| (*list, self.options(list))).collect(),
        }
    }

    /// The repetitions, and an empty one where there is none.
    pub fn repeated(&mut self, all: &[Fields], part: Part, names: &[&str], more: &[&str]) -> Vec<Repeated> {
        let empty = [Fields::new(part)];
        let all = if all.is_empty() { &empty[..] } else { all };
        let parts = all.iter().enumerate().map(|(index, fields)| {
            let shown = self.fields(fields, index, names);
            let more = self.fields(fields, index, more);
            Repeated { number: index + 1, fields: shown, more_open: is_open(&more), more }
        });
        parts.collect()
    }

    /// The fields that the direction has, and whichever else something was sent in.
    pub fn fields(&mut self, fields: &Fields, index: usize, names: &[&str]) -> Vec<FieldView> {
        let part = fields.part();
        let absent = |name: &str| self.law.field_absent(part, name, self.direction, self.day);
        let shown = |name: &&&str| fields.get(name).is_some() || !absent(name);
        let shown: Vec<&str> = names.iter().filter(shown).copied().collect();
        shown.into_iter().map(|name| self.field(fields, index, name)).collect()
    }

    fn field(&mut self, fields: &Fields, index: usize, name: &str) -> FieldView {
        let part = fields.part();
        let place = Fields::place(part, name);
        let def = place.map(|p| part.fields()[p].kind).unwrap_or(FieldKind::Text);
        let path = pointer(part, index, name);
        let value = fields.get(name).unwrap_or_default().to_owned();
        let label = self.law.field_name(part, name, self.direction, self.day);
        let (kind, mode, list) = widget(def);
        let mut options = match def {
            FieldKind::Code(list) => self.options(list),
            _ => Vec::new(),
        };
        // what was sent stays to be seen, also where the list does not have it
        if !options.is_empty() && !value.is_empty() && !options.iter().any(|(code, _)| *code == value) {
            options.push((value.clone(), String::new()));
        }
        FieldView {
            name: input_name(part, index, name),
            anchor: anchor(&path),
            label: label.map_or_else(|| name.to_owned(), |t| t.get(self.lang).to_owned()),
            hint: self.meaning(def, &value),
            // a list that the pack does not have is typed
            kind: if kind == "select" && options.is_empty() { "text" } else { kind },
            mode,
            list,
            options,
            required: self.law.field_required(part, name, self.direction, self.day),
            errors: self.errors_at(&path),
            value,
        }
    }

    fn errors_at(&mut self, path: &str) -> Vec<Finding> {
        let mut errors = Vec::new();
        for finding in self.findings.iter_mut().filter(|f| f.path == path) {
            finding.linked = true;
            errors.push(finding.clone());
        }
        errors
    }

    /// What a typed code stands for.
    fn meaning(&self, kind: FieldKind, value: &str) -> String {
        let list = match kind {
            FieldKind::Office => "office",
            FieldKind::Unit => "unit",
            FieldKind::Currency => "currency",
            FieldKind::Country => "country",
            FieldKind::Commodity => {
                let code = CommodityCode::parse(value);
                let found = code.and_then(|c| self.law.tariff.commodity(c, self.day));
                return found.map_or_else(String::new, |c| c.name.get(self.lang).to_owned());
            }
            _ => return String::new(),
        };
        super::words::code_name(self.law, list, value, self.day, self.lang)
    }

    pub fn options(&self, list: &str) -> Vec<(String, String)> {
        let codes = self.law.codes.list(list, self.day);
        codes.map(|(code, name)| (code.to_owned(), name.get(self.lang).to_owned())).collect()
    }
}

/// Whether anything stands in the fields, or is wrong with them.
pub(crate) fn is_open(fields: &[FieldView]) -> bool {
    fields.iter().any(|f| !f.value.is_empty() || !f.errors.is_empty())
}

/// How a field is typed: kind, keyboard, list of suggestions.
fn widget(kind: FieldKind) -> (&'static str, &'static str, &'static str) {
    match kind {
        FieldKind::Text | FieldKind::CreditCode | FieldKind::CustomsCode | FieldKind::Container => {
            ("text", "text", "")
        }
        FieldKind::Integer => ("text", "numeric", ""),
        FieldKind::Decimal => ("text", "decimal", ""),
        FieldKind::Date => ("date", "text", ""),
        FieldKind::Direction | FieldKind::Code(_) => ("select", "text", ""),
        FieldKind::Office => ("text", "numeric", "office"),
        FieldKind::Unit => ("text", "numeric", "unit"),
        FieldKind::Country => ("text", "text", "country"),
        FieldKind::Currency => ("text", "text", "currency"),
        FieldKind::Commodity => ("lookup", "numeric", "commodity"),
    }
}

/// The name of a field's input: `bill`, `lines.0.origin`.
pub(crate) fn input_name(part: Part, index: usize, name: &str) -> String {
    match part {
        Part::Head => name.to_owned(),
        _ => format!("{}.{index}.{name}", part.member()),
    }
}

/// Lines, and likewise containers and documents, that a page takes at most.
const REPEATED: usize = 200;

/// The form out of what was typed. Repetitions that are wholly empty are left out.
pub(crate) fn read_typed(typed: &[(String, String)]) -> Form {
    let mut form = Form::default();
    for (name, value) in typed.iter().filter(|(_, v)| !v.trim().is_empty()) {
        let value = value.trim();
        let mut parts = name.splitn(3, '.');
        let place = (parts.next(), parts.next().and_then(|n| n.parse::<usize>().ok()), parts.next());
        let list = match place {
            (Some("lines"), Some(index), Some(field)) => Some((Part::Line, index, field)),
            (Some("containers"), Some(index), Some(field)) => Some((Part::Container, index, field)),
            (Some("documents"), Some(index), Some(field)) => Some((Part::Document, index, field)),
            _ => None,
        };
        match list {
            None => drop(form.head.set(name, value)),
            Some((part, index, field)) if index < REPEATED => {
                let all = match part {
                    Part::Container => &mut form.containers,
                    Part::Document => &mut form.documents,
                    Part::Line | Part::Head => &mut form.lines,
                };
                while all.len() <= index {
                    all.push(Fields::new(part));
                }
                all[index].set(field, value);
            }
            Some(_) => {}
        }
    }
    for all in [&mut form.lines, &mut form.containers, &mut form.documents] {
        all.retain(|fields| fields.filled().next().is_some());
    }
    number_lines(&mut form);
    form
}

/// Numbers the lines in their order.
pub(crate) fn number_lines(form: &mut Form) {
    for (index, line) in form.lines.iter_mut().enumerate() {
        line.set("number", (index + 1).to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_place() {
        let grouped = GROUPS.iter().flat_map(|(_, names)| names.iter());
        let head: Vec<_> = grouped.chain(MORE).chain(BY_ITSELF).collect();
        let check = |part: Part, names: &[&&str]| {
            for field in part.fields() {
                let times = names.iter().filter(|n| ***n == field.name).count();
                assert_eq!(times, 1, "{}", field.name);
            }
            assert_eq!(names.len(), part.fields().len());
        };
        check(Part::Head, &head);
        let line: Vec<_> = LINE.iter().chain(LINE_MORE).chain(&["number"]).collect();
        check(Part::Line, &line);
        check(Part::Container, &CONTAINER.iter().collect::<Vec<_>>());
        check(Part::Document, &DOCUMENT.iter().collect::<Vec<_>>());
    }

    #[test]
    fn typed_fields_become_a_form() {
        let typed = [
            ("bill", " B1 "),
            ("consignee.name", "示例"),
            ("lines.1.origin", "DE"),
            ("lines.0.origin", ""),
            ("lines.999.origin", "FR"),
            ("documents.0.code", "a"),
            ("nonsense", "x"),
        ];
        let typed: Vec<_> = typed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let form = read_typed(&typed);
        assert_eq!(form.head.get("bill"), Some("B1"));
        assert_eq!(form.lines.len(), 1);
        assert_eq!((form.lines[0].get("origin"), form.lines[0].get("number")), (Some("DE"), Some("1")));
        assert_eq!(form.documents[0].get("code"), Some("a"));
    }
}
