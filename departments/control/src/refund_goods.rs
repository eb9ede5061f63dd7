//! Goods that went back in original state within a year, for their quality or specification or by force
//! majeure: imports that went out again 原状复运出境, exports that came in again 原状复运进境; what is refunded
//! of the duty on them. Source: TL 52 (1) and (2), handbook 4.6.
//!
//! The declaration by which they went back names the entry number of the first in its remarks 备注: the form
//! has no field for a related declaration. That the goods are in original state, and why they went back, is for
//! the officers to see from the papers; so is whether the buyer has deducted the import VAT, and whether
//! domestic taxes that were repaid on the export have been paid again.
//!
//! Not here: exports that were never shipped (TL 52 (3)), whose books a change reduces (`refund_source`); that
//! goods which went back are not taxed again (TL 39).

use crate::declaration::{Declaration, Line};
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, DeclarationVersion, declaration_key, version_key};
use crate::refund_form::{Claimant, RefundForm};
use crate::refund_source::{RefundSource, SourceKind, Sources};
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{RestsOn, is_tax, share};
use customhouse_kernel::beats::{Record, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, EntryNumber, Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A part of a line that went back and was refunded. It stands in the records of both declarations, so
/// that the same goods are refunded once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedGoods {
    pub import_entry: EntryNumber,
    pub import_line: u32,
    pub export_entry: EntryNumber,
    pub export_line: u32,
    /// In the unit of the lines.
    pub quantity: Exact,
}

/// The two declarations: by which goods were taxed, and by which they went back.
struct WentBack {
    /// The way in which they were taxed.
    way: Direction,
    import: Declared,
    export: Declared,
}

impl WentBack {
    /// The declaration by which they were taxed, and its place in the form.
    fn taxed(&self) -> (&Declared, &'static str) {
        match self.way {
            Direction::Import => (&self.import, "/import_entry"),
            Direction::Export => (&self.export, "/export_entry"),
        }
    }

    /// The declaration by which they went back, and its place in the form.
    fn back(&self) -> (&Declared, &'static str) {
        match self.way {
            Direction::Import => (&self.export, "/export_entry"),
            Direction::Export => (&self.import, "/import_entry"),
        }
    }

    /// Which line of the taxed declaration a part was.
    fn taxed_line(&self, part: &ReturnedGoods) -> u32 {
        if self.way == Direction::Import { part.import_line } else { part.export_line }
    }
}

/// A declaration with its document.
struct Declared {
    body: DeclarationRecord,
    version: DeclarationVersion,
    office: String,
}

/// What a form that names goods rests on, reckoned anew each time: the lines' share of what each tax
/// brought, out of the books that brought it. The ground says which way the goods were taxed.
///
/// # Errors
/// Every reason for which the two declarations do not show goods that went back in time.
pub(crate) fn sources(
    form: &RefundForm,
    claimant: Claimant<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Sources, Vec<Refusal>> {
    let ground = law.refund_grounds.find(&form.ground, at.day());
    let exported = ground.is_ok_and(|ground| ground.rests_on == RestsOn::ExportedGoods);
    let import = declared(&form.import_entry, "/import_entry", Direction::Import, view);
    let export = declared(&form.export_entry, "/export_entry", Direction::Export, view);
    let (import, export) = both(import, export)?;
    let way = if exported { Direction::Export } else { Direction::Import };
    let pair = WentBack { way, import, export };
    let (taxed, path) = pair.taxed();
    if !claimant.may_claim(&taxed.body.consignee, &taxed.office) {
        return Err(vec![refusals::NO_SUCH_DECLARATION.at(path).with("entry", taxed.body.entry_number)]);
    }
    let mut found = not_shown(&pair);
    let rounding = in_time(&pair, law).map_err(|r| found.push(r)).ok();
    let returned = form.parts().map_err(|r| found.extend(r)).unwrap_or_default();
    let goods: Vec<ReturnedGoods> = returned
        .iter()
        .map(|part| ReturnedGoods {
            import_entry: pair.import.body.entry_number,
            import_line: part.import_line,
            export_entry: pair.export.body.entry_number,
            export_line: part.export_line,
            quantity: part.quantity,
        })
        .collect();
    if goods.is_empty() {
        found.push(refusals::MISSING.at("/lines").with("field", "lines"));
    }
    let (import, export) = (&pair.import, &pair.export);
    found.extend(goods.iter().enumerate().flat_map(|(place, _)| fits(&goods[..=place], import, export)));
    let rounding = rounding.filter(|_| found.is_empty()).ok_or(found)?;
    let sources = shares(form, &goods, &pair, rounding, claimant, law, at)?;
    Ok(Sources { payer: taxed.body.consignee.clone(), sources, goods })
}

fn both<T>(one: Result<T, Refusal>, other: Result<T, Refusal>) -> Result<(T, T), Vec<Refusal>> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (one, other) => Err([one.err(), other.err()].into_iter().flatten().collect()),
    }
}

fn declared(entry: &str, path: &str, way: Direction, view: &dyn View) -> Result<Declared, Refusal> {
    let shown: String = entry.chars().filter(|c| !c.is_control()).take(20).collect();
    let none = || refusals::NO_SUCH_DECLARATION.at(path).with("entry", shown);
    let number =
        EntryNumber::parse(entry).filter(|number| number.direction() == way).ok_or_else(none.clone())?;
    let record = view.record(&declaration_key(number)).ok_or_else(none.clone())?;
    let body: DeclarationRecord = record.read().ok_or_else(none.clone())?;
    let key = version_key(number, body.document_version);
    let version = view.record(&key).and_then(Record::read).ok_or_else(none)?;
    Ok(Declared { body, version, office: record.office.clone() })
}

/// What of the two declarations does not show that the goods of one are those of the other.
fn not_shown(pair: &WentBack) -> Vec<Refusal> {
    let ((taxed, first), (back, second)) = (pair.taxed(), pair.back());
    let entry = taxed.body.entry_number.to_string();
    let checks = [
        (taxed.body.consignee == back.body.consignee, second, "consignee"),
        (back.version.declaration.remarks.contains(&entry), second, "remarks"),
        (!taxed.body.is_withdrawn(), first, "withdrawn"),
        (!back.body.is_withdrawn(), second, "withdrawn"),
    ];
    let wrong = checks.into_iter().filter(|(holds, _, _)| !holds);
    wrong.map(|(_, path, what)| refusals::RETURN_NOT_SHOWN.at(path).with("what", what)).collect()
}

/// How shares are rounded, if the goods went back within the time of the law of their release.
fn in_time(pair: &WentBack, law: &ControlLaw) -> Result<Rounding, Refusal> {
    let ((taxed, first), (back, second)) = (pair.taxed(), pair.back());
    let missing = |path: &str, what: &str| refusals::RETURN_NOT_SHOWN.at(path).with("what", what);
    let released = released_on(&taxed.body).ok_or_else(|| missing(first, "released"))?;
    let gone = match pair.way {
        Direction::Import => back.body.departed.ok_or_else(|| missing(second, "departed"))?,
        // exports count as gone once they have left, and as back once they are released
        Direction::Export => {
            taxed.body.departed.ok_or_else(|| missing(first, "departed"))?;
            released_on(&back.body).ok_or_else(|| missing(second, "released"))?;
            back.version.declaration.entry_date.ok_or_else(|| missing(second, "entered"))?
        }
    };
    law.returns_of_goods.rounding(pair.way, released, gone)
}

/// The day on which the goods were released first.
fn released_on(body: &DeclarationRecord) -> Option<Date> {
    body.timeline.iter().find(|m| m.state == "released").map(|m| m.moment.day())
}

/// Findings about the last of these parts: the same goods by code and unit, and no more of them than came
/// in and went out, less what was refunded before and what stands above it in the form.
fn fits(parts: &[ReturnedGoods], import: &Declared, export: &Declared) -> Vec<Refusal> {
    let Some((part, above)) = parts.split_last() else { return Vec::new() };
    let path = format!("/lines/{}", above.len());
    let not_shown = |what: &str| refusals::RETURN_NOT_SHOWN.at(&path).with("what", what);
    let own = line(&import.version.declaration, part.import_line);
    let other = line(&export.version.declaration, part.export_line);
    let (Some(own), Some(other)) = (own, other) else { return vec![not_shown("line")] };
    let mut found = Vec::new();
    if own.commodity_code != other.commodity_code {
        found.push(not_shown("commodity_code"));
    }
    if own.unit != other.unit {
        found.push(not_shown("unit"));
    }
    let of_import = gone(
        import
            .body
            .returned
            .iter()
            .chain(above)
            .filter(|r| (r.import_entry, r.import_line) == (part.import_entry, part.import_line)),
    );
    let of_export = gone(
        export
            .body
            .returned
            .iter()
            .chain(above)
            .filter(|r| (r.export_entry, r.export_line) == (part.export_entry, part.export_line)),
    );
    for (entry, line, whole, gone) in [
        (part.import_entry, part.import_line, own.quantity, of_import),
        (part.export_entry, part.export_line, other.quantity, of_export),
    ] {
        let left = gone.and_then(|gone| whole.sub(gone)).unwrap_or_default();
        if part.quantity > left {
            let much = finance::RETURNED_TOO_MUCH.at(&path).with("entry", entry).with("line", line);
            found.push(much.with("left", left).with("quantity", part.quantity));
        }
    }
    found
}

fn line(declaration: &Declaration, number: u32) -> Option<&Line> {
    declaration.lines.iter().find(|line| line.number == number)
}

fn gone<'a>(parts: impl Iterator<Item = &'a ReturnedGoods>) -> Option<Exact> {
    parts.map(|part| part.quantity).try_fold(Exact::ZERO, Exact::add)
}

/// What the parts give back of each tax, out of its paid books: the newest first, as a change does.
fn shares(
    form: &RefundForm,
    goods: &[ReturnedGoods],
    pair: &WentBack,
    rounding: Rounding,
    claimant: Claimant<'_>,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Vec<RefundSource>, Vec<Refusal>> {
    let (taxed, path) = pair.taxed();
    let body = &taxed.body;
    let mut back: BTreeMap<&str, Money> = BTreeMap::new();
    for (place, part) in goods.iter().enumerate() {
        let earlier = body.returned.iter().chain(&goods[..place]);
        let number = pair.taxed_line(part);
        let own = |r: &&ReturnedGoods| pair.taxed_line(r) == number;
        let before = gone(earlier.filter(own)).unwrap_or_default();
        let whole = line(&taxed.version.declaration, number).map_or(Exact::ZERO, |l| l.quantity);
        for total in &taxed.version.assessment.charges {
            let brought = taxed.version.assessment.collected(number, &total.charge);
            let given = share(brought, before, part.quantity, whole, rounding);
            let sum = back.entry(&total.charge).or_default();
            *sum = given
                .and_then(|given| sum.checked_add(given))
                .ok_or_else(|| vec![finance::OUT_OF_RANGE.at("").with("amount", brought)])?;
        }
    }
    let (mut sources, mut found) = (Vec::new(), Vec::new());
    for (charge, mut wanted) in
        back.into_iter().filter(|(charge, wanted)| is_tax(charge) && !wanted.is_zero())
    {
        let asked = wanted;
        for book in body.books.iter().rev().filter(|book| book.charge == charge) {
            let amount = wanted.min(book.in_treasury());
            let Some(paid) = book.paid.filter(|_| !amount.is_zero()) else { continue };
            let kind = SourceKind::Returned;
            let source =
                RefundSource::of(kind, &book.number, charge, amount, paid, &form.ground, claimant, law, at);
            match source {
                Ok(source) => sources.push(RefundSource { entry_number: Some(body.entry_number), ..source }),
                Err(refusal) => found.push(refusal),
            }
            wanted = wanted.checked_sub(amount).unwrap_or_default();
        }
        if !wanted.is_zero() {
            let left = asked.checked_sub(wanted).unwrap_or_default();
            let short = finance::NOT_REFUNDABLE.at(path).with("source", charge);
            found.push(short.with("left", left).with("amount", asked));
        }
    }
    if found.is_empty() { Ok(sources) } else { Err(found) }
}

impl SourceKind {
    /// What a ground must rest on for money of this kind; goods by the way in which they were taxed.
    pub(crate) fn rests_on(self, taxed: Option<Direction>) -> RestsOn {
        match self {
            SourceKind::Book => RestsOn::Book,
            SourceKind::Payment => RestsOn::Payment,
            SourceKind::Returned if taxed == Some(Direction::Export) => RestsOn::ExportedGoods,
            SourceKind::Returned => RestsOn::Goods,
        }
    }
}
