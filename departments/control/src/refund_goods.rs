//! Goods that went back out in original state 原状复运出境 within a year, for their quality or specification
//! or by force majeure: what is refunded of the duty on them. Source: TL 52, handbook 4.6.
//!
//! The export's declaration names the import's entry number in its remarks 备注: the form has no field for a
//! related declaration. That the goods are in original state, and why they went back, is for the officers to
//! see from the papers; so is whether the buyer has deducted the import VAT.
//!
//! Not here: exports that come back (TL 39, TL 52 (2)), and exports that were never shipped (TL 52 (3)).

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

/// A part of a line that went back out and was refunded. It stands in the records of both declarations, so
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

/// A declaration with its document.
struct Declared {
    body: DeclarationRecord,
    version: DeclarationVersion,
    office: String,
}

/// What a form that names goods rests on, reckoned anew each time: the lines' share of what each tax
/// brought, out of the books that brought it.
///
/// # Errors
/// Every reason for which the two declarations do not show goods that came back in time.
pub(crate) fn sources(
    form: &RefundForm,
    claimant: Claimant<'_>,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Sources, Vec<Refusal>> {
    let import = declared(&form.import_entry, "/import_entry", Direction::Import, view);
    let export = declared(&form.export_entry, "/export_entry", Direction::Export, view);
    let (import, export) = both(import, export)?;
    if !claimant.may_claim(&import.body.consignee, &import.office) {
        return Err(vec![
            refusals::NO_SUCH_DECLARATION.at("/import_entry").with("entry", import.body.entry_number),
        ]);
    }
    let mut found = not_shown(&import, &export);
    let rounding = in_time(&import.body, &export.body, law).map_err(|r| found.push(r)).ok();
    let returned = form.parts().map_err(|r| found.extend(r)).unwrap_or_default();
    let goods: Vec<ReturnedGoods> = returned
        .iter()
        .map(|part| ReturnedGoods {
            import_entry: import.body.entry_number,
            import_line: part.import_line,
            export_entry: export.body.entry_number,
            export_line: part.export_line,
            quantity: part.quantity,
        })
        .collect();
    if goods.is_empty() {
        found.push(refusals::MISSING.at("/lines").with("field", "lines"));
    }
    found.extend(goods.iter().enumerate().flat_map(|(place, _)| fits(&goods[..=place], &import, &export)));
    let rounding = rounding.filter(|_| found.is_empty()).ok_or(found)?;
    let sources = shares(form, &goods, &import, rounding, claimant, law, at)?;
    Ok(Sources { payer: import.body.consignee, sources, goods })
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
fn not_shown(import: &Declared, export: &Declared) -> Vec<Refusal> {
    let entry = import.body.entry_number.to_string();
    let checks = [
        (import.body.consignee == export.body.consignee, "/export_entry", "consignee"),
        (export.version.declaration.remarks.contains(&entry), "/export_entry", "remarks"),
        (!import.body.is_withdrawn(), "/import_entry", "withdrawn"),
    ];
    let wrong = checks.into_iter().filter(|(holds, _, _)| !holds);
    wrong.map(|(_, path, what)| refusals::RETURN_NOT_SHOWN.at(path).with("what", what)).collect()
}

/// How shares are rounded, if the goods left within the time of the law of their release.
fn in_time(
    import: &DeclarationRecord,
    export: &DeclarationRecord,
    law: &ControlLaw,
) -> Result<Rounding, Refusal> {
    let missing = |path: &str, what: &str| refusals::RETURN_NOT_SHOWN.at(path).with("what", what);
    let released = released_on(import).ok_or_else(|| missing("/import_entry", "released"))?;
    let departed = export.departed.ok_or_else(|| missing("/export_entry", "departed"))?;
    law.returns_of_goods.rounding(released, departed)
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
    import: &Declared,
    rounding: Rounding,
    claimant: Claimant<'_>,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Vec<RefundSource>, Vec<Refusal>> {
    let body = &import.body;
    let mut back: BTreeMap<&str, Money> = BTreeMap::new();
    for (place, part) in goods.iter().enumerate() {
        let earlier = body.returned.iter().chain(&goods[..place]);
        let before = gone(earlier.filter(|r| r.import_line == part.import_line)).unwrap_or_default();
        let whole = line(&import.version.declaration, part.import_line).map_or(Exact::ZERO, |l| l.quantity);
        for total in &import.version.assessment.charges {
            let brought = import.version.assessment.collected(part.import_line, &total.charge);
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
            let short = finance::NOT_REFUNDABLE.at("/import_entry").with("source", charge);
            found.push(short.with("left", left).with("amount", asked));
        }
    }
    if found.is_empty() { Ok(sources) } else { Err(found) }
}

impl SourceKind {
    /// What a ground must rest on for money of this kind.
    pub(crate) fn rests_on(self) -> RestsOn {
        match self {
            SourceKind::Book => RestsOn::Book,
            SourceKind::Payment => RestsOn::Payment,
            SourceKind::Returned => RestsOn::Goods,
        }
    }
}
