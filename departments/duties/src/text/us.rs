//! Rates of the Harmonized Tariff Schedule of the United States: `4.4¢/kg + 2.5%`, `Free`,
//! `33 1/3%`, and the special column with its programmes: `Free (A,AU) 3.2% (JP)`.
//!
//! | printed | read as |
//! |---|---|
//! | `17.6¢/kg`, `$1.10/kg`, `44¢ each` | dollars per unit; `each` is per piece |
//! | `on drained weight`, `on lead content`, … | what is measured: a qualifier of the unit |
//! | `6% on the case`, `3 percent of the fair retail value` | a share of another base: a term `base.…` |
//! | `less … for each degree under 100 degrees … but not less than …` | degrees of sugar: the term `sugar.degrees` |
//! | `33 1/3%` | `100% / 3` |
//! | `The duty provided in the applicable subheading + 25%`, `No change`, `The rate applicable to …` | the duty of another heading: a term `applicable.…` |
//! | `See 9822.05.20 (P+)` | in the special column: the headings, by number |

use super::cursor::Cursor;
use super::{Unread, Why};
use customhouse_kernel::expression::{Schema, Type};
use customhouse_kernel::values::Exact;

/// One part of the special column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Special {
    pub rate: SpecialRate,
    /// Programmes and countries by their letters; none where the text names none.
    pub programmes: Vec<String>,
}

/// What a part of the special column gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecialRate {
    /// A rate, in canonical text.
    Rate(String),
    /// The headings that give it; a range as its ends.
    See(Vec<(String, Option<String>)>),
}

/// Bases of which a text takes a share, by their words without spaces.
const BASES: [(&str, &str); 18] = [
    ("onthecase", "base.case"),
    ("onthestrap,bandorbracelet", "base.strap"),
    ("onthecaseandstrap,bandorbracelet", "base.case_and_strap"),
    ("oncaseandstrap,bandorbracelet", "base.case_and_strap"),
    ("onthebattery", "base.battery"),
    ("onthemovement", "base.movement"),
    ("onthemovementandcase", "base.movement_and_case"),
    ("ontheapparatus", "base.apparatus"),
    ("ontheentireset", "base.entire_set"),
    ("onthevalueoftherifle", "base.rifle"),
    ("onthevalueofthetelescopicsight,ifany", "base.telescopic_sight"),
    ("onthevalueoftheleadcontent", "base.lead_content"),
    ("onthefullvalueoftheimportedarticle", "base.full_value"),
    ("ofthefairretailvalue", "base.fair_retail_value"),
    ("ofthecostofsuchgoodsorrepairs", "base.cost_of_goods_or_repairs"),
    ("ofthecostofsuchpartsormaterials", "base.cost_of_parts_or_materials"),
    ("ofthecostofsuchparts", "base.cost_of_parts"),
    ("onthecostofsuchparts", "base.cost_of_parts"),
];

/// Duties of other provisions, by their words without spaces.
const APPLICABLE: [(&str, &str); 11] = [
    ("nochange", "applicable.subheading"),
    ("thedutyprovidedintheapplicablesubheading", "applicable.subheading"),
    ("thedutyprovidedforintheapplicablesubheading", "applicable.subheading"),
    ("thedutyrateprovidedinsuchsubheading", "applicable.subheading"),
    ("therateapplicabletothenaturaljuiceinheading2009", "applicable.natural_juice"),
    ("therateapplicabletothearticleofwhichitisapartoraccessory", "applicable.article"),
    ("therateapplicabletothearticleofwhichitisanaccessory", "applicable.article"),
    ("therateapplicabletothecomplete,assembledmovement", "applicable.complete_movement"),
    (
        "therateofdutyapplicabletothatarticleinthesetsubjecttothehighestrateofduty",
        "applicable.highest_in_set",
    ),
    ("therateapplicableintheabsenceofthissubheading", "applicable.without_this"),
    ("therateapplicableintheabsenceofthisheading", "applicable.without_this"),
];

/// Beginnings of texts that no rate can be read from.
const REFUSED: [(&str, Why); 7] = [
    ("seeadditionalu.s.note", Why::InNote),
    ("seeu.s.note", Why::InNote),
    ("aduty", Why::Sentences),
    ("therateapplicabletoeach", Why::AssessedApart),
    ("therateapplicable,toeach", Why::AssessedApart),
    ("therateprovidedforbeneficiarycountries", Why::AnotherProvision),
    ("thedutyrateprovidedfororiginatinggoods", Why::AnotherProvision),
];

/// Spellings of units after the bar; what is measured, behind the dot.
const UNITS: [(&str, &str); 43] = [
    ("kg", "kg"),
    ("kgondrainedweight", "kg.drained"),
    ("kgonentirecontentsofcontainer", "kg.contents"),
    ("kgoncontentsandcontainer", "kg.contents_and_container"),
    ("kg,includingweightofcontainer", "kg.with_container"),
    ("t,includingweightofcontainer", "t.with_container"),
    ("kgoftotalsugars", "kg.total_sugars"),
    ("kgofanhydrousmorphinecontent", "kg.morphine"),
    ("kgoncoppercontent", "kg.copper"),
    ("kgonleadcontent", "kg.lead"),
    ("kgonzinccontent", "kg.zinc"),
    ("kgonmanganesecontent", "kg.manganese"),
    ("kgonmagnesiumcontent", "kg.magnesium"),
    ("kgonmolybdenumcontent", "kg.molybdenum"),
    ("kgonsiliconcontent", "kg.silicon"),
    ("kgontungstencontent", "kg.tungsten"),
    ("cleankg", "kg.clean"),
    ("g", "g"),
    ("t", "t"),
    ("liter", "l"),
    ("pf.liter", "l.proof"),
    ("pf.literonethylalcoholcontent", "l.proof"),
    ("bbl", "barrel"),
    ("m", "m"),
    ("lin.m", "m.linear"),
    ("m2", "m2"),
    ("m2ofrecordingsurface", "m2.recording_surface"),
    ("m3", "m3"),
    ("pr.", "pair"),
    ("doz.", "dozen"),
    ("gross", "gross"),
    ("grossofimmediatecontainers", "gross.immediate_containers"),
    ("line/gross", "gross.line"),
    ("head", "head"),
    ("article", "piece"),
    ("pack", "pack"),
    ("jewel", "jewel"),
    ("jewelover7", "jewel.over_7"),
    ("1000", "1000 piece"),
    ("1,000", "1000 piece"),
    ("thousand", "1000 piece"),
    ("1000pins", "1000 pin"),
    ("1,000pins", "1000 pin"),
];

/// What a text may ask the consignment for.
pub fn terms() -> Vec<(&'static str, Type)> {
    let bases = BASES.iter().map(|(_, name)| (*name, Type::Number));
    let duties = APPLICABLE.iter().map(|(_, name)| (*name, Type::Rate));
    let mut terms: Vec<_> = bases.chain(duties).chain([("sugar.degrees", Type::Number)]).collect();
    terms.sort_by_key(|(name, _)| *name);
    terms.dedup();
    terms
}

/// The names that texts of this reader use.
pub fn schema() -> Schema {
    let parts = |unit: &'static str| {
        let unit = unit.rsplit_once(' ').map_or(unit, |(_, unit)| unit);
        unit.split_once('.').map_or((unit, "other"), |(unit, qualifier)| (unit, qualifier))
    };
    let units: Vec<_> = UNITS.iter().map(|(_, unit)| parts(unit)).collect();
    let (names, qualifiers) = (units.iter().map(|(unit, _)| *unit), units.iter().map(|(_, name)| *name));
    Schema::new(&terms()).measuring(names, qualifiers)
}

/// Reads a rate of the general column or of column 2 into the language of rates, in canonical text.
///
/// # Errors
/// The first place that is not understood, and why.
pub fn read(text: &str) -> Result<String, Unread> {
    let mut cursor = Cursor::new(text);
    if cursor.is_end() {
        return cursor.unread(Why::Empty);
    }
    let rate = rate(&mut cursor)?;
    if cursor.is_end() { Ok(rate) } else { cursor.unread(Why::Unexpected) }
}

/// Reads the special column: rates and headings, each with its programmes.
///
/// # Errors
/// The first place that is not understood, and why.
pub fn read_special(text: &str) -> Result<Vec<Special>, Unread> {
    let mut cursor = Cursor::new(text);
    if cursor.is_end() {
        return cursor.unread(Why::Empty);
    }
    let mut parts = Vec::new();
    while !cursor.is_end() {
        let is_reference = cursor.stands("see") && !cursor.stands("seeu") && !cursor.stands("seeadditional");
        let rate = if is_reference {
            cursor.take("see");
            SpecialRate::See(headings(&mut cursor)?)
        } else {
            SpecialRate::Rate(rate(&mut cursor)?)
        };
        parts.push(Special { rate, programmes: programmes(&mut cursor)? });
    }
    Ok(parts)
}

/// Headings by number: `9822.05.20, 9823.03.01-9823.03.11`.
fn headings(cursor: &mut Cursor) -> Result<Vec<(String, Option<String>)>, Unread> {
    let mut headings = Vec::new();
    loop {
        let first = heading(cursor)?;
        let last = if cursor.take("-") { Some(heading(cursor)?) } else { None };
        headings.push((first, last));
        if !cursor.take(",") {
            return Ok(headings);
        }
    }
}

fn heading(cursor: &mut Cursor) -> Result<String, Unread> {
    let position = cursor.position();
    let heading = cursor.take_while(|c| c.is_ascii_digit() || c == '.');
    let is_one = heading.len() >= 4 && heading.split('.').all(|part| matches!(part.len(), 2 | 4));
    if is_one { Ok(heading) } else { Err(Unread { position, reason: Why::Unexpected }) }
}

/// Programmes in brackets: `(A+,AU,BH)`.
fn programmes(cursor: &mut Cursor) -> Result<Vec<String>, Unread> {
    if cursor.is_end() {
        return Ok(Vec::new());
    }
    if !cursor.take("(") {
        return cursor.unread(Why::Unexpected);
    }
    let mut programmes = Vec::new();
    loop {
        let position = cursor.position();
        let letters = cursor.take_while(|c| c.is_ascii_uppercase());
        if !matches!(letters.len(), 1 | 2) {
            return Err(Unread { position, reason: Why::Programmes });
        }
        programmes.push(letters + &cursor.take_while(|c| matches!(c, '+' | '*')));
        match () {
            () if cursor.take(",") => {}
            () if cursor.take(")") => return Ok(programmes),
            () => return cursor.unread(Why::Programmes),
        }
    }
}

fn rate(cursor: &mut Cursor) -> Result<String, Unread> {
    let refused = REFUSED.iter().find(|(words, _)| cursor.stands(words));
    if let Some((_, reason)) = refused {
        return cursor.unread(*reason);
    }
    if cursor.take("free") {
        return match cursor.next() {
            Some(',') => cursor.unread(Why::UnderCondition),
            _ => Ok("free".to_owned()),
        };
    }
    let mut sum = term(cursor)?;
    loop {
        let sign = match () {
            () if cursor.take("+") || cursor.take("plus") => "+",
            () if cursor.take("minus") => "-",
            () => return Ok(sum),
        };
        sum = format!("{sum} {sign} {}", term(cursor)?);
    }
}

fn term(cursor: &mut Cursor) -> Result<String, Unread> {
    if let Some(name) = cursor.take_longest(&APPLICABLE) {
        return Ok(name.to_owned());
    }
    if cursor.take("$") {
        return match cursor.number()? {
            Some(dollars) => per_unit(cursor, dollars),
            None => cursor.unread(Why::Unexpected),
        };
    }
    let Some(number) = cursor.number()? else { return cursor.unread(Why::Unexpected) };
    if cursor.take("¢") {
        let dollars = dollars(cursor, number)?;
        return per_unit(cursor, dollars);
    }
    let share = match fraction(cursor, number)? {
        Some(share) => share,
        None => format!("{number}%"),
    };
    if !cursor.take("%") && !cursor.take("percent") {
        return cursor.unread(Why::NoUnit);
    }
    Ok(match cursor.take_longest(&BASES) {
        Some(base) => format!("amount({share} * {base})"),
        None => share,
    })
}

/// The fraction behind a whole number of per cent: `33 1/3` is 100 ÷ 3.
fn fraction(cursor: &mut Cursor, whole: Exact) -> Result<Option<String>, Unread> {
    if !cursor.take(" ") {
        return Ok(None);
    }
    let Some(above) = cursor.number()? else { return cursor.unread(Why::Unexpected) };
    let below = if cursor.take("/") { cursor.number()? } else { None };
    let Some(below) = below.filter(|below| !below.is_zero()) else {
        return cursor.unread(Why::Unexpected);
    };
    match whole.mul(below).and_then(|thirds| thirds.add(above)) {
        Some(above) => Ok(Some(format!("{above}% / {below}"))),
        None => cursor.unread(Why::TooManyDigits),
    }
}

fn dollars(cursor: &Cursor, cents: Exact) -> Result<Exact, Unread> {
    match cents.mul(Exact::from_steps(1, 2)) {
        Some(dollars) => Ok(dollars),
        None => cursor.unread(Why::TooManyDigits),
    }
}

/// An amount per unit, and what is taken off it for each degree of sugar.
fn per_unit(cursor: &mut Cursor, dollars: Exact) -> Result<String, Unread> {
    if cursor.take("each") {
        return Ok(format!("{dollars} USD/piece"));
    }
    if cursor.take("foreachotherpieceorpart") {
        return Ok(format!("{dollars} USD/piece.other"));
    }
    let unit = unit(cursor)?;
    let rate = format!("{dollars} USD/{unit}");
    if cursor.take("less") { by_degrees(cursor, &rate) } else { Ok(rate) }
}

fn unit(cursor: &mut Cursor) -> Result<&'static str, Unread> {
    if !cursor.take("/") {
        return cursor.unread(Why::NoUnit);
    }
    match cursor.take_longest(&UNITS) {
        Some(unit) => Ok(unit),
        None => cursor.unread(Why::UnknownUnit),
    }
}

/// `less 0.02¢/kg for each degree under 100 degrees (and fractions of a degree in proportion) but not
/// less than 3.14¢/kg`.
fn by_degrees(cursor: &mut Cursor, rate: &str) -> Result<String, Unread> {
    let step = cents_per_unit(cursor)?;
    let top = if cursor.take("foreachdegreeunder") { cursor.number()? } else { None };
    let bound = "degrees(andfractionsofadegreeinproportion)butnotlessthan";
    let Some(top) = top.filter(|_| cursor.take(bound)) else { return cursor.unread(Why::Unexpected) };
    let floor = cents_per_unit(cursor)?;
    Ok(format!("atLeast({rate} - {step} * max(0, {top} - sugar.degrees), {floor})"))
}

fn cents_per_unit(cursor: &mut Cursor) -> Result<String, Unread> {
    let cents = cursor.number()?;
    let Some(cents) = cents.filter(|_| cursor.take("¢")) else { return cursor.unread(Why::Unexpected) };
    let dollars = dollars(cursor, cents)?;
    Ok(format!("{dollars} USD/{}", unit(cursor)?))
}
