//! What an officer sees beside a declaration: why it was selected, its bill, earlier declarations of the
//! same consignee, and what comparable goods were valued at. Only of the officer's own offices.

use super::words::{Tag, code_name, grouped, minute_words};
use crate::access;
use crate::api::Whole;
use customhouse_control::{Actor, BillRecord, ControlLaw, DeclarationRecord, version_key};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{EntryNumber, Exact, Money, Rounding};
use customhouse_storage::{Query, Reader, StoreError};
use serde::Deserialize;

/// Earlier declarations that are shown.
const EARLIER: usize = 5;
/// Comparable lines that are shown.
const COMPARABLE: usize = 20;
/// Declarations that are looked through for them, newest first: an answer in a few hundredths of a second.
const LOOKED_THROUGH: usize = 300;

/// As it is found.
pub(crate) struct Found {
    bill: Option<(Record, BillRecord)>,
    earlier: Vec<(Record, DeclarationRecord)>,
    comparable: Vec<Comparable>,
}

/// A line of another declaration with goods of the same eight digits.
struct Comparable {
    entry: EntryNumber,
    code: String,
    goods: String,
    origin: String,
    unit: String,
    quantity: Exact,
    value: Money,
    own: bool,
}

/// The parts of a version that comparing needs.
#[derive(Deserialize)]
struct Lines {
    declaration: Declared,
    assessment: Assessed,
}
#[derive(Deserialize)]
struct Declared {
    lines: Vec<Line>,
}
#[derive(Deserialize)]
struct Line {
    number: u32,
    commodity_code: String,
    name: String,
    origin: String,
    first_unit: String,
    first_quantity: Exact,
}
#[derive(Deserialize)]
struct Assessed {
    lines: Vec<Valued>,
}
#[derive(Deserialize)]
struct Valued {
    number: u32,
    /// The line of which this is what exceeds its quota.
    #[serde(default)]
    rest_of: Option<u32>,
    value: Money,
}

/// Reads what belongs beside a declaration.
pub(crate) fn find(
    reader: &mut dyn Reader,
    actor: &Actor,
    record: &Record,
    body: &DeclarationRecord,
) -> Result<Found, StoreError> {
    let bill = match reader.record(&RecordKey::new("bill", &*body.bill))? {
        Some(found) => access::body(&found).map(|bill| Some((found, bill)))?,
        None => None,
    };
    let own = reader.record(&version_key(body.entry_number, body.document_version))?;
    let own: Option<Lines> = own.and_then(|record| record.read());
    let mut earlier = Vec::new();
    let mut comparable = Vec::new();
    if let Some(own) = &own {
        take(own, body.entry_number, own, true, &mut comparable);
    }
    let mut left = LOOKED_THROUGH;
    for office in &actor.offices {
        let query = Query {
            kind: record.key.kind.clone(),
            office: Some(office.to_string()),
            newest_first: true,
            ..Query::default()
        };
        let of_firm = Query { owner: Some(record.owner.clone()), limit: EARLIER * 8, ..query.clone() };
        earlier.extend(reader.records(&of_firm)?);
        let Some(own) = &own else { continue };
        let newest = reader.records(&Query { limit: left.min(LOOKED_THROUGH / 2), ..query })?;
        left -= newest.len();
        for other in newest.iter().filter(|r| r.key != record.key) {
            if comparable.len() > COMPARABLE * 2 {
                break;
            }
            let Some(other) = other.read::<DeclarationRecord>() else { continue };
            let version = reader.record(&version_key(other.entry_number, other.document_version))?;
            if let Some(lines) = version.and_then(|v| v.read::<Lines>()) {
                take(&lines, other.entry_number, own, false, &mut comparable);
            }
        }
    }
    let lodged = |body: &DeclarationRecord| body.timeline.first().map(|m| m.moment.utc_micros);
    let read = earlier.into_iter().filter_map(|r| r.read().map(|body| (r, body)));
    let mut earlier: Vec<(Record, DeclarationRecord)> =
        read.filter(|(r, other)| r.key != record.key && lodged(other) <= lodged(body)).collect();
    earlier.sort_by_key(|(_, other)| std::cmp::Reverse(lodged(other)));
    earlier.truncate(EARLIER);
    Ok(Found { bill, earlier, comparable })
}

/// Takes the lines that compare with one of `own`.
fn take(lines: &Lines, entry: EntryNumber, own: &Lines, is_own: bool, out: &mut Vec<Comparable>) {
    let eight = |code: &str| code.get(..8).unwrap_or(code).to_owned();
    for line in &lines.declaration.lines {
        let code = eight(&line.commodity_code);
        let known = own.declaration.lines.iter();
        if !known.into_iter().any(|l| eight(&l.commodity_code) == code && l.first_unit == line.first_unit) {
            continue;
        }
        let of = |v: &&Valued| v.number == line.number || v.rest_of == Some(line.number);
        let valued: Vec<Money> = lines.assessment.lines.iter().filter(of).map(|v| v.value).collect();
        let Some(value) = Money::sum(valued.iter().copied()).filter(|_| !valued.is_empty()) else { continue };
        out.push(Comparable {
            entry,
            code,
            goods: line.name.clone(),
            origin: line.origin.clone(),
            unit: line.first_unit.clone(),
            quantity: line.first_quantity,
            value,
            own: is_own,
        });
    }
}

impl Comparable {
    /// Customs value of one unit.
    fn price(&self) -> Option<Exact> {
        self.value.exact().div(self.quantity, 2, Rounding::HalfUp)
    }
}

/// As the page shows it.
pub(crate) struct Dossier {
    /// The rule that selected it, and what the rule rests on.
    pub rule: String,
    pub channel: String,
    pub basis: String,
    pub bill: Option<BillView>,
    pub earlier: Vec<Earlier>,
    pub prices: Vec<Prices>,
}

pub(crate) struct BillView {
    pub number: String,
    pub tag: Tag,
    pub transport: String,
    pub place: String,
    pub goods: String,
    /// The day of entry, or the moment of loading that is planned.
    pub when: String,
}

pub(crate) struct Earlier {
    pub entry: String,
    pub tag: Tag,
    pub goods: String,
    pub completed: String,
    pub total: String,
}

/// What goods of one code were valued at.
pub(crate) struct Prices {
    pub code: String,
    pub unit: String,
    /// This declaration's own line, the first of them.
    pub own: String,
    pub min: String,
    pub median: String,
    pub max: String,
    pub rows: Vec<PriceRow>,
}

pub(crate) struct PriceRow {
    pub entry: String,
    pub goods: String,
    pub origin: String,
    pub quantity: String,
    pub price: String,
    pub own: bool,
}

/// What was found, in words.
pub(crate) fn view(found: &Found, whole: &Whole, law: &ControlLaw, lang: Lang) -> Dossier {
    let day = whole.version.assessment.law_date;
    let rule = &whole.body.selected_by;
    let basis = law.rulebook.by_id(rule).map(|r| &r.basis);
    let bill = found.bill.as_ref().map(|(record, bill)| BillView {
        number: bill.bill.clone(),
        tag: Tag::of(law.bill_procedure_of(bill.direction), &record.state, lang),
        transport: format!("{} {}", bill.transport_name, bill.voyage),
        place: bill.place.clone(),
        goods: format!("{} · {} kg", bill.packages, grouped(bill.gross_kg)),
        when: bill
            .entry_day()
            .map(|day| day.to_string())
            .or(bill.loading.map(minute_words))
            .unwrap_or_default(),
    });
    let earlier = found.earlier.iter().map(|(record, body)| Earlier {
        entry: body.entry_number.to_string(),
        tag: Tag::of(law.procedure_of(body.entry_number.direction()), &record.state, lang),
        goods: body.first_goods.clone(),
        completed: body.completed.to_string(),
        total: grouped(body.amounts.computed_total),
    });
    Dossier {
        rule: rule.clone(),
        channel: code_name(law, "channel", &whole.body.channel, day, lang),
        basis: basis.map_or_else(String::new, |b| format!("{} {} {}", b.authority, b.document, b.article)),
        bill,
        earlier: earlier.collect(),
        prices: prices(found, law, day, lang),
    }
}

fn prices(found: &Found, law: &ControlLaw, day: jiff::civil::Date, lang: Lang) -> Vec<Prices> {
    let mut codes: Vec<(&str, &str)> =
        found.comparable.iter().filter(|c| c.own).map(|c| (c.code.as_str(), c.unit.as_str())).collect();
    codes.sort_unstable();
    codes.dedup();
    let of = |(code, unit): (&str, &str)| {
        let same = found.comparable.iter().filter(|c| c.code == code && c.unit == unit);
        let mut lines: Vec<(&Comparable, Exact)> =
            same.filter_map(|c| Some((c, c.price()?))).take(COMPARABLE).collect();
        lines.sort_by_key(|(_, price)| *price);
        let two = |price: &Exact| grouped(price.with_places(2));
        let at = |place: usize| lines.get(place).map_or_else(String::new, |(_, price)| two(price));
        let own = lines.iter().find(|(line, _)| line.own).map_or_else(String::new, |(_, price)| two(price));
        let name = code_name(law, "unit", unit, day, lang);
        Prices {
            code: code.to_owned(),
            unit: if name.is_empty() { unit.to_owned() } else { name },
            own,
            min: at(0),
            median: at(lines.len() / 2),
            max: at(lines.len().saturating_sub(1)),
            rows: lines
                .iter()
                .map(|(line, price)| PriceRow {
                    entry: line.entry.to_string(),
                    goods: line.goods.clone(),
                    origin: code_name(law, "country", &line.origin, day, lang),
                    quantity: grouped(line.quantity),
                    price: two(price),
                    own: line.own,
                })
                .collect(),
        }
    };
    codes.into_iter().map(of).collect()
}
