//! What an officer sees beside a declaration: why it was selected, its bill and where the goods are, the licences that
//! it names, earlier declarations of the same consignee, those of the same goods first, and what comparable goods
//! were valued at. Declarations are only those of the officer's own offices.

use super::goods::{Whereabouts, whereabouts};
use super::words::{Tag, code_name, grouped, minute_words};
use crate::access;
use crate::api::Whole;
use customhouse_control::{
    Actor, BillRecord, ControlLaw, DeclarationRecord, LicenceForm, licence_key, version_key,
};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{EntryNumber, Exact, Money, Rounding};
use customhouse_storage::{Query, Reader, StoreError};
use serde::Deserialize;

/// Earlier declarations that are shown.
const EARLIER: usize = 5;
/// Earlier declarations of an office that are looked through for the same goods, newest first.
const OF_FIRM: usize = 40;
/// Comparable lines that are shown.
const COMPARABLE: usize = 20;
/// Declarations that are looked through for them, newest first: an answer in a few hundredths of a second.
const LOOKED_THROUGH: usize = 300;

/// As it is found.
pub(crate) struct Found {
    bill: Option<(Record, BillRecord, Whereabouts)>,
    licences: Vec<Licence>,
    /// With whether there are the same goods in it.
    earlier: Vec<(Record, DeclarationRecord, bool)>,
    comparable: Vec<Comparable>,
}

/// A document of the declaration, and the licence of that number, with what is left of it, if customs has one.
struct Licence {
    code: String,
    number: String,
    kept: Option<(LicenceForm, Exact, i64)>,
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
    documents: Vec<Document>,
}
#[derive(Deserialize)]
struct Document {
    code: String,
    number: String,
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
        Some(found) => {
            let bill: BillRecord = access::body(&found)?;
            let goods = whereabouts(reader, &found, &bill)?;
            Some((found, bill, goods))
        }
        None => None,
    };
    let own = reader.record(&version_key(body.entry_number, body.document_version))?;
    let own: Option<Lines> = own.and_then(|record| record.read());
    let mut licences = Vec::new();
    for Document { code, number } in own.iter().flat_map(|own| &own.declaration.documents) {
        let kept = access::licence(reader, actor, code, number)?;
        licences.push(Licence { code: code.clone(), number: number.clone(), kept });
    }
    let mut candidates = Vec::new();
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
        let of_firm = Query { owner: Some(record.owner.clone()), limit: OF_FIRM, ..query.clone() };
        candidates.extend(reader.records(&of_firm)?);
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
    let mut earlier = Vec::new();
    for candidate in candidates.into_iter().filter(|r| r.key != record.key) {
        let other = candidate.read::<DeclarationRecord>().filter(|other| lodged(other) <= lodged(body));
        let Some(other) = other else { continue };
        let version = reader.record(&version_key(other.entry_number, other.document_version))?;
        let lines: Option<Lines> = version.and_then(|version| version.read());
        let same = own.as_ref().zip(lines.as_ref()).is_some_and(|(own, lines)| {
            lines.declaration.lines.iter().any(|line| own.has(&line.commodity_code))
        });
        earlier.push((candidate, other, same));
    }
    earlier.sort_by_key(|(_, other, same)| (!same, std::cmp::Reverse(lodged(other))));
    earlier.truncate(EARLIER);
    Ok(Found { bill, licences, earlier, comparable })
}

/// The eight digits by which goods compare.
fn eight(code: &str) -> &str {
    code.get(..8).unwrap_or(code)
}

impl Lines {
    fn has(&self, code: &str) -> bool {
        self.declaration.lines.iter().any(|line| eight(&line.commodity_code) == eight(code))
    }
}

/// Takes the lines that compare with one of `own`.
fn take(lines: &Lines, entry: EntryNumber, own: &Lines, is_own: bool, out: &mut Vec<Comparable>) {
    for line in &lines.declaration.lines {
        let code = eight(&line.commodity_code).to_owned();
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
    /// The rule's condition, and of a hundred declarations that meet it how many it chooses.
    pub when: String,
    pub share: String,
    pub bill: Option<BillView>,
    pub licences: Vec<LicenceView>,
    pub earlier: Vec<Earlier>,
    pub prices: Vec<Prices>,
}

pub(crate) struct BillView {
    pub number: String,
    pub address: String,
    /// Where the goods are, in words.
    pub there: String,
    pub tag: Tag,
    pub transport: String,
    pub place: String,
    pub goods: String,
    /// The day of entry, or the moment of loading that is planned.
    pub when: String,
}

/// A document that the declaration names.
pub(crate) struct LicenceView {
    pub number: String,
    pub what: String,
    /// Where its page is; nothing where customs has no licence of this number.
    pub address: Option<String>,
    pub valid: String,
    /// It does not serve on the day of the declaration.
    pub over: bool,
    pub other_holder: bool,
    /// What is left: quantity with unit, uses.
    pub left: String,
    pub uses: i64,
    /// Line and quantity that this declaration took off it.
    pub drawn: Vec<(u32, String)>,
}

pub(crate) struct Earlier {
    pub entry: String,
    pub same: bool,
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
    let chosen_by = law.rulebook.by_id(rule);
    let basis = chosen_by.map(|r| &r.basis);
    let chosen = chosen_by.and_then(|r| r.read::<Chosen>().ok()).unwrap_or_default();
    let bill = found.bill.as_ref().map(|(record, bill, goods)| BillView {
        number: bill.bill.clone(),
        address: super::bill::address(bill.office, &bill.bill),
        there: goods.reading(bill.direction, lang),
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
    let earlier = found.earlier.iter().map(|(record, body, same)| Earlier {
        entry: body.entry_number.to_string(),
        same: *same,
        tag: Tag::of(law.procedure_of(body.entry_number.direction()), &record.state, lang),
        goods: body.first_goods.clone(),
        completed: body.completed.to_string(),
        total: grouped(body.amounts.computed_total),
    });
    Dossier {
        rule: rule.clone(),
        channel: code_name(law, "channel", &whole.body.channel, day, lang),
        basis: basis.map_or_else(String::new, |b| format!("{} {} {}", b.authority, b.document, b.article)),
        when: if chosen.when == "true" { String::new() } else { chosen.when },
        share: chosen.share.and_then(percent).unwrap_or_default(),
        bill,
        licences: found.licences.iter().map(|licence| licence.view(whole, law, lang)).collect(),
        earlier: earlier.collect(),
        prices: prices(found, law, day, lang),
    }
}

/// What of a rule of selection an officer reads.
#[derive(Default, Deserialize)]
struct Chosen {
    when: String,
    share: Option<Exact>,
}

/// A share of one in hundredths (`0.015`: `1.5`).
fn percent(share: Exact) -> Option<String> {
    let text = share.mul(Exact::from(100))?.to_string();
    let whole = text.trim_end_matches('0').trim_end_matches('.');
    Some(if text.contains('.') { whole.to_owned() } else { text })
}

impl Licence {
    fn view(&self, whole: &Whole, law: &ControlLaw, lang: Lang) -> LicenceView {
        let day = whole.version.assessment.law_date;
        let name = code_name(law, "document", &self.code, day, lang);
        let id = licence_key(&self.code, &self.number).id;
        let form = self.kept.as_ref().map(|(form, ..)| form);
        let unit = form.map_or_else(String::new, |form| form.unit.to_string());
        let unit_name = code_name(law, "unit", &unit, day, lang);
        let draws = whole.body.draws.iter().filter(|draw| draw.licence == id);
        let encoded = super::frame::encoded;
        LicenceView {
            number: self.number.clone(),
            what: format!("{} {name}", self.code).trim_end().to_owned(),
            address: form
                .map(|form| format!("/licences/{}/{}", encoded(&form.certificate), encoded(&form.number))),
            valid: form.map_or_else(String::new, |form| format!("{} – {}", form.valid_from, form.valid_to)),
            over: form.is_some_and(|form| !(form.valid_from..=form.valid_to).contains(&whole.body.completed)),
            other_holder: form.is_some_and(|form| form.holder.as_str() != whole.body.consignee),
            left: self.kept.as_ref().map_or_else(String::new, |(_, left, _)| {
                format!("{} {}", grouped(left), if unit_name.is_empty() { &unit } else { &unit_name })
            }),
            uses: self.kept.as_ref().map_or(0, |(.., uses)| *uses),
            drawn: draws.map(|draw| (draw.line, grouped(LicenceForm::quantity_of(draw.steps)))).collect(),
        }
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
