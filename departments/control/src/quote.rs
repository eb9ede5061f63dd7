//! A quote 税款预估: what goods would cost at the border under the law of a day. Its facts are those fields
//! of a declaration that value and charges rest on, read by the same reader and assessed by the same engine;
//! nothing is decided and nothing is kept.
//!
//! Norms that speak only of these fields hold for it as they do for a declaration.
//!
//! Not here: whether the goods may be declared at all (licences, quarantine), who signs a quote, how it is sent.

use crate::declaration::{Goods, goods_item};
use crate::field_norm::Demand;
use crate::form::{Form, Part};
use crate::law::ControlLaw;
use crate::lodge::assessed;
use crate::norm::{BillKnowledge, Norm, NormContext, check_norms};
use crate::read::{Cells, Parsed, costs, labelled, read_parts};
use crate::refusals;
use customhouse_duties::{Assessment, Consignment, Explained, GoodsItem, LineAssessment, Step, explain};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction, Money, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Fields of the head that a quote asks for.
const HEAD: &[&str] = &[
    "transport_mode",
    "terms",
    "gross_kg",
    "freight.mark",
    "freight.currency",
    "freight.rate",
    "insurance.mark",
    "insurance.currency",
    "insurance.rate",
    "other.mark",
    "other.currency",
    "other.rate",
];

/// Fields of a line that a quote asks for.
const LINE: &[&str] = &[
    "commodity_code",
    "origin",
    "total",
    "currency",
    "first_quantity",
    "first_unit",
    "second_quantity",
    "second_unit",
    "quantity",
    "unit",
    "preference.agreement",
    "preference.proof_kind",
    "preference.proof_number",
];

/// Fields of a document that a quote asks for.
const DOCUMENT: &[&str] = &["code"];

/// Most lines of a quote.
pub const QUOTE_LINES: usize = 50;

/// Fields that a quote asks for, in the order in which they are shown.
pub fn quote_fields(part: Part) -> &'static [&'static str] {
    match part {
        Part::Head => HEAD,
        Part::Line => LINE,
        Part::Document => DOCUMENT,
        Part::Container => &[],
    }
}

/// Whether a quote cannot do without a field.
pub fn quote_requires(part: Part, name: &str) -> bool {
    match part {
        Part::Head => name == "terms",
        Part::Line => matches!(name, "commodity_code" | "origin" | "total" | "currency"),
        Part::Document => name == "code",
        Part::Container => false,
    }
}

/// Fields that mean something only together: once any is there, each of them is needed. Norms say the same
/// of others.
const TOGETHER: &[(Part, &[&str])] =
    &[(Part::Line, &["first_quantity", "first_unit"]), (Part::Line, &["quantity", "unit"])];

/// Fields that mean something only with another one.
const WITH: &[(Part, &str, &str)] = &[
    (Part::Head, "freight.currency", "freight.rate"),
    (Part::Head, "insurance.currency", "insurance.rate"),
    (Part::Head, "other.currency", "other.rate"),
    (Part::Line, "preference.proof_kind", "preference.agreement"),
    (Part::Line, "preference.proof_number", "preference.agreement"),
];

/// What is signed: the facts, the law, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The facts as they were sent, in the members of a declaration's JSON form.
    pub facts: Value,
    /// The day whose law was applied.
    pub law_date: Date,
    pub edition: u32,
    /// The digest of the edition's files.
    pub law: Hash,
    /// What the amounts are in.
    pub currency: String,
    pub customs_value: Money,
    pub lines: Vec<LineAssessment>,
    /// Every charge of the day, also where nothing is owed.
    pub charges: Vec<QuotedCharge>,
    /// All charges together.
    pub total: Money,
    /// The customs value with every charge.
    pub landed_cost: Money,
    /// Why: step by step, with the numbers and in words.
    pub trace: Vec<Explained>,
    /// For what the amounts hold, and for what not.
    pub holds: Text,
    /// When it was given.
    pub moment: Moment,
}

/// A charge of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedCharge {
    pub charge: String,
    pub name: Text,
    pub amount: Money,
}

impl Quote {
    /// The quote of an assessment; `None` if its landed cost does not fit. `digest`: that of the edition's files.
    pub fn of(
        facts: Value,
        assessment: &Assessment,
        law: &ControlLaw,
        (digest, currency): (Hash, &str),
        moment: Moment,
    ) -> Option<Quote> {
        let day = assessment.law_date;
        let charges = assessment.charges.iter().map(|total| QuotedCharge {
            charge: total.charge.clone(),
            name: law.tariff.charge(&total.charge, day).map(|c| c.name.clone()).unwrap_or_default(),
            amount: total.amount,
        });
        Some(Quote {
            facts,
            law_date: day,
            edition: assessment.edition,
            law: digest,
            currency: currency.to_owned(),
            customs_value: assessment.value(),
            lines: assessment.lines.clone(),
            charges: charges.collect(),
            total: assessment.total,
            landed_cost: assessment.value().checked_add(assessment.total)?,
            trace: explain(assessment, &law.rulebook, &law.tariff),
            holds: holds(assessment),
            moment,
        })
    }
}

/// For what the amounts of a quote hold.
fn holds(assessment: &Assessment) -> Text {
    let (day, edition) = (assessment.law_date, assessment.edition);
    let mut zh = format!(
        "同样的货物与费用于 {day} 申报、适用第 {edition} 版法规的，税款即为上列金额。法规换版、汇率变化或者事实\
         不同的，以申报时为准。许可证件、检验检疫、滞报金与滞纳金不在此列。"
    );
    let mut en = format!(
        "The same goods and costs, declared on {day} under edition {edition} of the law, owe these amounts. \
         Another edition, another exchange rate or other facts give other amounts. Licences, inspection and \
         quarantine, and what lateness costs are no part of it."
    );
    let carried = |step: &Step| matches!(step, Step::Exchange { carried_forward: true, .. });
    if assessment.trace.iter().any(carried) {
        zh.push_str("当月汇率尚未公布，沿用了最近一期汇率：公布后金额可能不同。");
        en.push_str(
            " The exchange rate of that month is not published yet and the last one was carried forward: \
             the amounts may change when it is.",
        );
    }
    Text::of(zh, en)
}

/// Reads the facts of a quote and assesses them under the law of a day.
///
/// # Errors
/// Every finding: what is missing or not in form, which norms on these fields do not hold, and what the law
/// of the day cannot assess. Warnings come with the assessment.
pub fn quote(form: &Form, law: &ControlLaw, day: Date) -> Result<(Assessment, Vec<Refusal>), Vec<Refusal>> {
    let mut findings = Vec::new();
    let mut import = form.clone();
    import.head.set(DIRECTION, "import");
    let demand = |part: Part, place: usize, _| match quote_requires(part, part.fields()[place].name) {
        true => Demand::Required,
        false => Demand::Free,
    };
    let parsed = read_parts(&import, law, (day, Some(Direction::Import)), &demand, &mut findings);
    let known = fields_known(law);
    let context = NormContext { today: day, bill: BillKnowledge::NotAsked };
    let asked = |norm: &Norm| norm.holds.fields().all(|field| known.contains(&field));
    check_norms(&parsed, law, &context, asked, &mut findings);
    lacking(form, law, day, &mut findings);
    let (consignment, places) = consignment(&parsed);
    if consignment.items.is_empty() && !form.lines.is_empty() {
        return Err(findings);
    }
    match assessed(&consignment, &places, &law.tariff, day, &mut findings) {
        Some(assessment) if findings.iter().all(|f| !f.is_error()) => Ok((assessment, findings)),
        _ => Err(findings),
    }
}

/// The field that says which way goods go. A quote is of an import.
const DIRECTION: &str = "direction";

/// The fields that norms may read here, by place in their schema: what a quote asks for, and the direction.
fn fields_known(law: &ControlLaw) -> BTreeSet<usize> {
    let parts = [Part::Head, Part::Line, Part::Document];
    let names = parts
        .into_iter()
        .flat_map(|part| quote_fields(part).iter().map(move |name| format!("{}{name}", part.prefix())));
    let names = names.chain([DIRECTION.to_owned()]);
    names.filter_map(|name| law.schema.index(&name).map(|(index, _)| index)).collect()
}

/// Fields that others make necessary.
fn lacking(form: &Form, law: &ControlLaw, day: Date, findings: &mut Vec<Refusal>) {
    let parts = std::iter::once((&form.head, 0)).chain(form.lines.iter().zip(0..));
    for (fields, index) in parts {
        let mut names: Vec<&str> = Vec::new();
        for (_, together) in TOGETHER.iter().filter(|(part, _)| *part == fields.part()) {
            if together.iter().any(|name| fields.get(name).is_some()) {
                names.extend(together.iter().filter(|name| fields.get(name).is_none()));
            }
        }
        for (_, name, needed) in WITH.iter().filter(|(part, ..)| *part == fields.part()) {
            if fields.get(name).is_some() && fields.get(needed).is_none() && !names.contains(needed) {
                names.push(needed);
            }
        }
        for name in names {
            let label = law.field_name(fields.part(), name, Direction::Import, day);
            findings.push(labelled(&refusals::MISSING, label, fields.part(), index, name));
        }
    }
}

/// The facts of what could be read, and which line of the form each item was.
fn consignment(parsed: &Parsed) -> (Consignment, Vec<usize>) {
    let documents: Vec<&str> = parsed.documents.iter().map(|d| d.text("code")).collect();
    let read = parsed.lines.iter().enumerate();
    let read = read.filter_map(|(n, cells)| Some((n, item(cells, n, &documents)?)));
    let (places, items): (Vec<usize>, Vec<GoodsItem>) = read.unzip();
    let [freight, insurance, other] = costs(&parsed.head);
    let consignment = Consignment {
        direction: Direction::Import,
        terms: parsed.head.text("terms").to_owned(),
        freight,
        insurance,
        other,
        gross_kg: parsed.head.number("gross_kg"),
        items,
        grants: BTreeMap::new(),
    };
    (consignment, places)
}

fn item(cells: &Cells, index: usize, documents: &[&str]) -> Option<GoodsItem> {
    let pairs = [("first_unit", "first_quantity"), ("second_unit", "second_quantity"), ("unit", "quantity")];
    let measured =
        |(unit, quantity): (&str, &str)| Some((UnitCode::parse(cells.text(unit))?, cells.number(quantity)?));
    Some(goods_item(Goods {
        number: u32::try_from(index + 1).ok()?,
        commodity: CommodityCode::parse(cells.text("commodity_code"))?,
        origin: CountryCode::parse(cells.text("origin"))?,
        total: cells.number("total")?,
        currency: CurrencyCode::parse(cells.text("currency"))?,
        quantities: pairs.into_iter().filter_map(measured).collect(),
        preference: cells.preference(),
        documents: documents.iter().map(|code| (*code).to_owned()).collect(),
    }))
}
