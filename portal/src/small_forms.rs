//! Small forms (a bill, a settlement, goods out, a guarantee): members in, a typed form out, or every finding at its
//! member. The API and the pages read them alike.

use crate::refusals::{MISSING, NOT_ARRAY, NOT_IN_FORM, NOT_JSON, NOT_OBJECT, TOO_MANY, UNKNOWN};
use customhouse_control::{
    AbandonmentForm, AppointmentForm, AuthorisationForm, AuthorisationRevoked, BillForm, Bounce,
    DelegationForm, DelegationRevoked, Departure, DirectReturnForm, EndAppointmentForm, EntryReport,
    GatherForm, GoodsMoved, GoodsOut, GuaranteeDecisionForm, GuaranteeForm, LicenceForm, OnRoster, Payout,
    PayoutBounce, PeriodicPermitForm, PermitDecisionForm, Post, RefundAccountForm, RefundDecisionForm,
    RefundForm, Settlement, SheetLine, ShutOut,
};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CommodityCode, CountryCode, CreditCode, Exact, OfficeCode, UnitCode};
use jiff::civil::{Date, DateTime};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Office,
    Date,
    Whole,
    Decimal,
    CreditCode,
    /// The first digits of a commodity code, or all ten.
    Commodity,
    Unit,
    OneOf(&'static [&'static str]),
    /// A list of names; on a page, with blanks or commas between them.
    Names,
    Direction,
    DateTime,
    /// All ten digits of a commodity code.
    TenDigits,
    /// ISO letters.
    Country,
    Truth,
    Posts,
}

/// A member of a small form.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
}

pub(crate) const fn member(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, required: true }
}

pub(crate) const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, required: false }
}

/// A form that is read member by member.
pub trait SmallForm: DeserializeOwned {
    const MEMBERS: &'static [Member];
}

impl SmallForm for BillForm {
    const MEMBERS: &'static [Member] = &[
        optional("direction", Kind::Direction),
        member("office", Kind::Office),
        member("bill", Kind::Text),
        member("transport_mode", Kind::Text),
        member("transport_name", Kind::Text),
        optional("voyage", Kind::Text),
        optional("entry_date", Kind::Date),
        optional("loading", Kind::DateTime),
        member("place", Kind::Text),
        member("packages", Kind::Whole),
        member("gross_kg", Kind::Decimal),
        optional("consignee", Kind::CreditCode),
    ];
}

impl SmallForm for Settlement {
    const MEMBERS: &'static [Member] = &[
        member("book", Kind::Text),
        member("amount", Kind::Decimal),
        optional("order", Kind::Text),
        member("reference", Kind::Text),
    ];
}

impl SmallForm for Bounce {
    const MEMBERS: &'static [Member] = &[member("reference", Kind::Text), member("reason", Kind::Text)];
}

impl SmallForm for GoodsOut {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("bill", Kind::Text),
        member("packages", Kind::Whole),
        member("gross_kg", Kind::Decimal),
    ];
}

impl SmallForm for AuthorisationForm {
    const MEMBERS: &'static [Member] = &[
        member("agent", Kind::CreditCode),
        member("scope", Kind::OneOf(&["import", "export", "both"])),
        optional("office", Kind::Office),
        member("in_name", Kind::OneOf(&["client", "own"])),
        member("valid_from", Kind::Date),
        member("valid_to", Kind::Date),
    ];
}

impl SmallForm for AuthorisationRevoked {
    const MEMBERS: &'static [Member] = &[member("agent", Kind::CreditCode)];
}

/// The posts by name.
const POSTS: Kind = Kind::OneOf(&["document_check", "examination", "release", "audit", "head"]);

impl SmallForm for AppointmentForm {
    const MEMBERS: &'static [Member] = &[
        member("officer", Kind::Text),
        member("office", Kind::Office),
        member("post", POSTS),
        member("from", Kind::Date),
        optional("to", Kind::Date),
        member("document", Kind::Text),
    ];
}

impl SmallForm for EndAppointmentForm {
    const MEMBERS: &'static [Member] = &[
        member("officer", Kind::Text),
        member("office", Kind::Office),
        member("post", POSTS),
        optional("last_day", Kind::Date),
        member("document", Kind::Text),
    ];
}

impl SmallForm for DelegationForm {
    const MEMBERS: &'static [Member] = &[
        member("officer", Kind::Text),
        member("office", Kind::Office),
        member("power", Kind::Text),
        member("from", Kind::Date),
        member("to", Kind::Date),
        member("document", Kind::Text),
    ];
}

impl SmallForm for DelegationRevoked {
    const MEMBERS: &'static [Member] = &[
        member("officer", Kind::Text),
        member("office", Kind::Office),
        member("power", Kind::Text),
        member("document", Kind::Text),
    ];
}

impl SmallForm for LicenceForm {
    const MEMBERS: &'static [Member] = &[
        member("certificate", Kind::Text),
        member("number", Kind::Text),
        member("holder", Kind::CreditCode),
        member("goods", Kind::Commodity),
        member("unit", Kind::Unit),
        member("quantity", Kind::Decimal),
        member("uses", Kind::Whole),
        member("valid_from", Kind::Date),
        member("valid_to", Kind::Date),
    ];
}

impl SmallForm for GuaranteeForm {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("kind", Kind::Text),
        optional("entry_number", Kind::Text),
        member("means", Kind::Text),
        member("guarantor", Kind::Text),
        member("amount", Kind::Decimal),
        member("valid_from", Kind::Date),
        member("valid_to", Kind::Date),
        member("cases", Kind::Names),
    ];
}

impl SmallForm for GuaranteeDecisionForm {
    const MEMBERS: &'static [Member] = &[member("decision", Kind::Text), optional("note", Kind::Text)];
}

impl SmallForm for PeriodicPermitForm {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("goods", Kind::Text),
        member("guarantee", Kind::Text),
        optional("commodities", Kind::Names),
        optional("note", Kind::Text),
    ];
}

impl SmallForm for PermitDecisionForm {
    const MEMBERS: &'static [Member] = &[
        member("decision", Kind::Text),
        optional("under_investigation", Kind::Truth),
        optional("note", Kind::Text),
    ];
}

impl SmallForm for GatherForm {
    const MEMBERS: &'static [Member] = &[member("month", Kind::Text)];
}

impl SmallForm for AbandonmentForm {
    const MEMBERS: &'static [Member] =
        &[member("office", Kind::Office), member("bill", Kind::Text), optional("note", Kind::Text)];
}

impl SmallForm for DirectReturnForm {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("bill", Kind::Text),
        member("reason", Kind::Text),
        optional("note", Kind::Text),
    ];
}

impl SmallForm for RefundForm {
    const MEMBERS: &'static [Member] = &[
        member("ground", Kind::Text),
        optional("books", Kind::Names),
        optional("payments", Kind::Names),
        optional("amount", Kind::Decimal),
        optional("import_entry", Kind::Text),
        optional("export_entry", Kind::Text),
        optional("lines", Kind::Names),
        optional("account", Kind::Text),
        member("reason", Kind::Text),
    ];
}

impl SmallForm for RefundDecisionForm {
    const MEMBERS: &'static [Member] = GuaranteeDecisionForm::MEMBERS;
}

impl SmallForm for RefundAccountForm {
    const MEMBERS: &'static [Member] = &[member("account", Kind::Text)];
}

impl SmallForm for Payout {
    const MEMBERS: &'static [Member] =
        &[member("order", Kind::Text), member("amount", Kind::Decimal), member("reference", Kind::Text)];
}

impl SmallForm for PayoutBounce {
    const MEMBERS: &'static [Member] = &[member("order", Kind::Text), member("reason", Kind::Text)];
}

impl SmallForm for GoodsMoved {
    const MEMBERS: &'static [Member] = GoodsOut::MEMBERS;
}

impl SmallForm for ShutOut {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("bill", Kind::Text),
        member("packages", Kind::Whole),
        member("gross_kg", Kind::Decimal),
        optional("loading", Kind::DateTime),
    ];
}

impl SmallForm for Departure {
    const MEMBERS: &'static [Member] =
        &[member("office", Kind::Office), member("bill", Kind::Text), member("departed", Kind::Date)];
}

impl SmallForm for EntryReport {
    const MEMBERS: &'static [Member] = &[
        member("office", Kind::Office),
        member("bill", Kind::Text),
        member("entered", Kind::Date),
        optional("corrects", Kind::Date),
    ];
}

/// One line of a findings sheet.
impl SmallForm for SheetLine {
    const MEMBERS: &'static [Member] = &[
        member("number", Kind::Whole),
        optional("quantity", Kind::Decimal),
        optional("commodity_code", Kind::TenDigits),
        optional("origin", Kind::Country),
        optional("damage", Kind::Text),
    ];
}

impl SmallForm for OnRoster {
    const MEMBERS: &'static [Member] =
        &[member("name", Kind::Text), member("posts", Kind::Posts), member("on_duty", Kind::Truth)];
}

impl Kind {
    /// What to write, in both languages.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Text => ("文字，不含控制字符", "text without control characters"),
            Kind::Office => ("四位关区代码", "the four digits of a customs office"),
            Kind::Date => ("YYYY-MM-DD 格式的日期", "a date as YYYY-MM-DD"),
            Kind::Whole => ("不超过九位的整数", "a whole number of at most nine digits"),
            Kind::Decimal => ("十进制数，例如 \"1250.5\"", "a decimal number such as \"1250.5\""),
            Kind::Commodity => ("商品编号的前若干位", "the first digits of a commodity code, or all ten"),
            Kind::Unit => ("三位计量单位代码", "the three digits of a unit"),
            Kind::OneOf(_) => ("列出的选项之一", "one of the values that the document lists"),
            Kind::CreditCode => ("18 位统一社会信用代码", "the 18 characters of a credit code"),
            Kind::Names => ("名称的列表，最多 20 个", "a list of at most 20 names"),
            Kind::Direction => ("import 或 export", "import or export"),
            Kind::DateTime => {
                ("YYYY-MM-DDTHH:MM 格式的本地时间", "a moment in local time as YYYY-MM-DDTHH:MM")
            }
            Kind::TenDigits => ("十位商品编码", "the ten digits of a commodity code"),
            Kind::Country => {
                ("两位字母的国别（地区）代码，例如 \"DE\"", "the two letters of a country, such as \"DE\"")
            }
            Kind::Truth => ("true 或 false", "true or false"),
            Kind::Posts => (
                "岗位列表：document_check、examination、release、audit、head",
                "a list of posts: document_check, examination, release, audit, head",
            ),
        }
    }

    fn fits(self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Kind::Text => text.is_some_and(|t| !t.contains(char::is_control)),
            Kind::Office => text.is_some_and(|t| OfficeCode::parse(t).is_some()),
            Kind::Date => text.is_some_and(|t| t.len() == 10 && t.parse::<Date>().is_ok()),
            Kind::Whole => value.as_u64().is_some_and(|n| n <= 999_999_999),
            Kind::Decimal => text.is_some_and(|t| Exact::parse(t).is_some()),
            Kind::Commodity => text.is_some_and(|t| CommodityCode::parse(t).is_some()),
            Kind::Unit => text.is_some_and(|t| UnitCode::parse(t).is_some()),
            Kind::OneOf(values) => text.is_some_and(|t| values.contains(&t)),
            Kind::CreditCode => text.is_some_and(|t| CreditCode::parse(t).is_some()),
            Kind::Names => {
                let name = |v: &Value| v.as_str().is_some_and(|t| !t.contains(char::is_control));
                value.as_array().is_some_and(|names| names.len() <= 20 && names.iter().all(name))
            }
            Kind::Direction => text.is_some_and(|t| matches!(t, "import" | "export")),
            Kind::DateTime => text.is_some_and(|t| {
                (16..=19).contains(&t.len()) && t.as_bytes()[10] == b'T' && t.parse::<DateTime>().is_ok()
            }),
            Kind::TenDigits => text.and_then(CommodityCode::parse).is_some_and(|c| c.is_full()),
            Kind::Country => text.is_some_and(|t| CountryCode::parse(t).is_some()),
            Kind::Truth => value.is_boolean(),
            Kind::Posts => value.as_array().is_some_and(|all| all.iter().all(is_post)),
        }
    }
}

fn is_post(value: &Value) -> bool {
    value.as_str().is_some_and(|name| Post::parse(name).is_some())
}

/// Reads the entries of an array, each a form of its own.
///
/// # Errors
/// As [`read_json`], under `path`.
pub fn read_entries<T: SmallForm>(value: Value, path: &str, limit: usize) -> Result<Vec<T>, Vec<Refusal>> {
    let entries = match value {
        Value::Array(entries) if entries.len() <= limit => entries,
        Value::Array(_) => return Err(vec![TOO_MANY.at(path).with("max", limit)]),
        Value::Null => return Ok(Vec::new()),
        _ => return Err(vec![NOT_ARRAY.at(path)]),
    };
    let mut findings = Vec::new();
    let mut read_entries = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        let form = match entry {
            Value::Object(members) => read(members),
            _ => Err(vec![NOT_OBJECT.at("")]),
        };
        match form {
            Ok(form) => read_entries.push(form),
            Err(found) => findings.extend(under(&format!("{path}/{place}"), found)),
        }
    }
    if findings.is_empty() { Ok(read_entries) } else { Err(findings) }
}

/// Findings of a part, with their paths in the whole.
pub fn under(path: &str, findings: Vec<Refusal>) -> impl Iterator<Item = Refusal> {
    findings.into_iter().map(move |finding| Refusal { path: format!("{path}{}", finding.path), ..finding })
}

/// Reads a form from JSON.
///
/// # Errors
/// Every finding, each with the JSON pointer of its member.
pub fn read_json<T: SmallForm>(bytes: &[u8]) -> Result<T, Vec<Refusal>> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(members)) => read(members),
        Ok(_) => Err(vec![NOT_OBJECT.at("")]),
        Err(e) => Err(vec![NOT_JSON.at("").with("line", e.line()).with("column", e.column())]),
    }
}

/// Reads a form from what a page's fields hold; an empty field is an absent one.
///
/// # Errors
/// As [`read_json`].
pub fn read_fields<T: SmallForm>(fields: &[(String, String)]) -> Result<T, Vec<Refusal>> {
    let mut members = Map::new();
    for member in T::MEMBERS {
        let Some((_, text)) = fields.iter().find(|(name, text)| name == member.name && !text.is_empty())
        else {
            continue;
        };
        let value = match member.kind {
            Kind::Whole => text.parse::<u64>().map_or_else(|_| Value::from(text.as_str()), Value::from),
            Kind::Truth => text.parse::<bool>().map_or_else(|_| Value::from(text.as_str()), Value::from),
            Kind::Names => text.split([' ', ',', '，']).filter(|name| !name.is_empty()).collect(),
            _ => Value::from(text.as_str()),
        };
        members.insert(member.name.to_owned(), value);
    }
    read(members)
}

/// Reads a form from its members.
///
/// # Errors
/// As [`read_json`].
pub(crate) fn read_members<T: SmallForm>(members: Map<String, Value>) -> Result<T, Vec<Refusal>> {
    read(members)
}

fn read<T: SmallForm>(mut members: Map<String, Value>) -> Result<T, Vec<Refusal>> {
    let mut findings = Vec::new();
    for member in T::MEMBERS {
        let (zh, en) = member.kind.words();
        let path = format!("/{}", member.name);
        let reason = match members.get_mut(member.name) {
            None | Some(Value::Null) if member.required => MISSING,
            Some(Value::Null) => {
                members.remove(member.name);
                continue;
            }
            None => continue,
            // a whole number may stand where a decimal does
            Some(value) => {
                if member.kind == Kind::Decimal && value.as_u64().is_some() {
                    *value = Value::from(value.to_string());
                }
                if member.kind.fits(value) {
                    continue;
                }
                NOT_IN_FORM
            }
        };
        let value = members.get(member.name).map_or_else(String::new, shown);
        let finding = reason.at(path).with("field", member.name).with("value", value);
        findings.push(finding.with("what_zh", zh).with("what_en", en));
    }
    for name in members.keys().filter(|n| !T::MEMBERS.iter().any(|m| m.name == *n)) {
        let pointer = name.replace('~', "~0").replace('/', "~1");
        findings.push(UNKNOWN.at(format!("/{pointer}")).with("field", name));
    }
    if findings.is_empty() {
        serde_json::from_value(Value::Object(members)).map_err(|_| vec![NOT_OBJECT.at("")])
    } else {
        Err(findings)
    }
}

/// A value as it is quoted in a finding: short.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_at_their_members() {
        let check = |json: &str, expected: &[(&str, &str)]| {
            let found = read_json::<GoodsOut>(json.as_bytes()).unwrap_err();
            let found: Vec<_> = found.iter().map(|f| (f.code.as_str(), f.path.as_str())).collect();
            assert_eq!(found, expected, "{json}");
        };
        check("{", &[("POR-001", "")]);
        check("[]", &[("POR-002", "")]);
        check(r#"{"office":"2225","bill":"B","packages":1}"#, &[("POR-003", "/gross_kg")]);
        check(
            r#"{"office":"22","bill":"B\u0000","packages":-1,"gross_kg":"１"}"#,
            &[
                ("POR-004", "/office"),
                ("POR-004", "/bill"),
                ("POR-004", "/packages"),
                ("POR-004", "/gross_kg"),
            ],
        );
        check(r#"{"office":"2225","bill":"B","packages":1,"gross_kg":"1","a/b":1}"#, &[("POR-005", "/a~1b")]);
        check(&"[".repeat(100_000), &[("POR-001", "")]);
    }

    #[test]
    fn a_whole_form_reads() {
        let out: GoodsOut = read_json(br#"{"office":"2225","bill":"B","packages":1,"gross_kg":12}"#).unwrap();
        assert_eq!((out.packages, out.gross_kg), (1, Exact::parse("12").unwrap()));
        let fields = [("office", "2225"), ("bill", "B"), ("packages", "1"), ("gross_kg", "12"), ("key", "k")];
        let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(read_fields::<GoodsOut>(&fields).unwrap(), out);
        let cases = [("decision", "accept"), ("note", "")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(read_fields::<GuaranteeDecisionForm>(&cases).unwrap().decision, "accept");
        let lodged = br#"{"office":"2225","kind":"general","means":"cash","guarantor":"g","amount":"1",
            "valid_from":"2026-01-01","valid_to":"2026-12-31","cases":["early_release"]}"#;
        let lodged: GuaranteeForm = read_json(lodged).unwrap();
        let fields = [
            ("office", "2225"),
            ("kind", "general"),
            ("means", "cash"),
            ("guarantor", "g"),
            ("amount", "1"),
            ("valid_from", "2026-01-01"),
            ("valid_to", "2026-12-31"),
            ("cases", "early_release,"),
        ];
        let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(read_fields::<GuaranteeForm>(&fields).unwrap(), lodged);
        let settled = br#"{"book":"b","amount":"1.00","reference":"r","order":null}"#;
        assert_eq!(read_json::<Settlement>(settled).unwrap().order, "");
    }
}
