//! Duty expressions as the United Kingdom and the European Union print them:
//! `6.80% + 125.00 GBP/100 kg`, `9 + EA MAX 18.7 +ADSZ`, `5 MIN 0.17 EUR/p/st`.
//!
//! | printed | read as |
//! |---|---|
//! | `6.80%`, or a bare `6.80` | `6.8%` |
//! | `A + B`, `A MIN B`, `A MAX B` | sums first; bounds join from the left, each to the sum before it |
//! | `93.1 EUR/100 kg eda`, `/br`, `mas`, `std qual` | drained, gross, dry matter, standard quality |
//! | `/% vol/hl`, `/100 kg/%sacchar.` | hectolitres × % vol, kilograms × % of sucrose |
//! | `/kg/lactic matter`, `/kg/tot/alc` | kilograms of lactic matter, of total alcohol |
//! | `EA`, `ADSZ`, `ADFM` | the terms `meursing.ea`, `.adsz`, `.adfm`: components by content |
//! | `EP` | the term `entry_price.duty` |
//! | `12.00% (JUN-AUG), 8.00% (SEP-MAY)` | a choice by the month of the law date |
//!
//! Not known here: the days on which seasons begin. Seasons are read as whole months, and refused where
//! two share a month.

use super::cursor::Cursor;
use super::{Unread, Why};
use customhouse_kernel::expression::{Schema, Type};

/// What a text may ask the consignment for.
pub const TERMS: [(&str, Type); 4] = [
    ("meursing.ea", Type::Rate),
    ("meursing.adsz", Type::Rate),
    ("meursing.adfm", Type::Rate),
    ("entry_price.duty", Type::Rate),
];

const COMPONENTS: [(&str, &str); 4] =
    [("EA", "meursing.ea"), ("ADSZ", "meursing.adsz"), ("ADFM", "meursing.adfm"), ("EP", "entry_price.duty")];

const CURRENCIES: [(&str, &str); 2] = [("EUR", "EUR"), ("GBP", "GBP")];

/// Spellings of units, after the multiple; what is measured, behind the dot.
const UNITS: [(&str, &str); 17] = [
    ("kg", "kg"),
    ("kg/br", "kg.gross"),
    ("kgeda", "kg.drained"),
    ("kgmas", "kg.dry_matter"),
    ("kgstdqual", "kg.standard_quality"),
    ("kg/%sacchar.", "kg.sucrose"),
    ("kg/lacticmatter", "kg.lactic_matter"),
    ("kg/drylacticmatter", "kg.dry_lactic_matter"),
    ("kg/tot/alc", "kg.total_alcohol"),
    ("t", "t"),
    ("hl", "hl"),
    ("%vol/hl", "hl.vol"),
    ("m", "m"),
    ("msq", "m2"),
    ("m²", "m2"),
    ("m³", "m3"),
    ("p/st", "piece"),
];

const MONTHS: [(&str, u8); 12] = [
    ("JAN", 1),
    ("FEB", 2),
    ("MAR", 3),
    ("APR", 4),
    ("MAY", 5),
    ("JUN", 6),
    ("JUL", 7),
    ("AUG", 8),
    ("SEP", 9),
    ("OCT", 10),
    ("NOV", 11),
    ("DEC", 12),
];

/// The names that texts of this reader use.
pub fn schema() -> Schema {
    let fields = [("law_date", Type::Date)].into_iter().chain(TERMS);
    let units = UNITS.iter().map(|(_, unit)| unit.split_once('.').map_or(*unit, |(unit, _)| unit));
    let qualifiers = UNITS.iter().filter_map(|(_, unit)| unit.split_once('.')).map(|(_, name)| name);
    Schema::new(&fields.collect::<Vec<_>>()).measuring(units, qualifiers)
}

/// Reads a duty expression into the language of rates, in canonical text.
///
/// # Errors
/// The first place that is not understood, and why.
pub fn read(text: &str) -> Result<String, Unread> {
    let mut cursor = Cursor::new(text);
    if cursor.is_end() {
        return cursor.unread(Why::Empty);
    }
    if let Some(position) = cursor.find(char::REPLACEMENT_CHARACTER) {
        return Err(Unread { position, reason: Why::LostCharacter });
    }
    let rate = bounded(&mut cursor)?;
    match cursor.next() {
        None => Ok(rate),
        Some('(') => seasons(text),
        Some('0'..='9') => cursor.unread(Why::NoSign),
        Some(_) => cursor.unread(Why::Unexpected),
    }
}

/// A sum and its bounds, from the left.
fn bounded(cursor: &mut Cursor) -> Result<String, Unread> {
    let mut rate = sum(cursor)?;
    loop {
        let function = match () {
            () if cursor.take("MIN") => "atLeast",
            () if cursor.take("MAX") => "atMost",
            () => return Ok(rate),
        };
        rate = format!("{function}({rate}, {})", sum(cursor)?);
    }
}

fn sum(cursor: &mut Cursor) -> Result<String, Unread> {
    let mut sum = term(cursor)?;
    loop {
        let sign = match () {
            () if cursor.take("+") => "+",
            () if cursor.take("-") => "-",
            () => return Ok(sum),
        };
        sum = format!("{sum} {sign} {}", term(cursor)?);
    }
}

fn term(cursor: &mut Cursor) -> Result<String, Unread> {
    if let Some(name) = cursor.take_longest(&COMPONENTS) {
        return Ok(name.to_owned());
    }
    let Some(number) = cursor.number()? else { return cursor.unread(Why::Unexpected) };
    if let Some(currency) = cursor.take_longest(&CURRENCIES) {
        return Ok(format!("{number} {currency}/{}", unit(cursor)?));
    }
    cursor.take("%");
    Ok(format!("{number}%"))
}

/// A multiple and a unit, after the currency.
fn unit(cursor: &mut Cursor) -> Result<String, Unread> {
    if !cursor.take("/") {
        return cursor.unread(Why::NoUnit);
    }
    let multiple = cursor.number()?;
    let Some(unit) = cursor.take_longest(&UNITS) else { return cursor.unread(Why::UnknownUnit) };
    Ok(multiple.map_or_else(|| unit.to_owned(), |multiple| format!("{multiple} {unit}")))
}

/// Rates with the months in which they hold. They must give every month one rate: a month that two
/// seasons share changes on a day that the text does not give.
fn seasons(text: &str) -> Result<String, Unread> {
    let mut cursor = Cursor::new(text);
    let mut seasons = Vec::new();
    let mut of_month = [false; 12];
    loop {
        let rate = term(&mut cursor)?;
        let from = cursor.position();
        if !cursor.take("(") {
            return cursor.unread(Why::Unexpected);
        }
        let Some(first) = cursor.take_longest(&MONTHS) else { return cursor.unread(Why::Unexpected) };
        let last = if cursor.take("-") { cursor.take_longest(&MONTHS) } else { Some(first) };
        let Some(last) = last.filter(|_| cursor.take(")")) else { return cursor.unread(Why::Unexpected) };
        for month in months(first, last) {
            if std::mem::replace(&mut of_month[usize::from(month) - 1], true) {
                return Err(Unread { position: from, reason: Why::Seasons });
            }
        }
        seasons.push((rate, condition(first, last)));
        if !cursor.take(",") {
            break;
        }
    }
    let whole_year = of_month.iter().all(|taken| *taken);
    match seasons.pop() {
        _ if !cursor.is_end() => cursor.unread(Why::Unexpected),
        Some((rate, _)) if whole_year => Ok(seasons
            .iter()
            .rev()
            .fold(rate, |otherwise, (rate, when)| format!("{when} ? {rate} : {otherwise}"))),
        _ => cursor.unread(Why::Seasons),
    }
}

/// The months of a season, both ends included, perhaps over the turn of the year.
fn months(first: u8, last: u8) -> impl Iterator<Item = u8> {
    let count = (last + 12 - first) % 12 + 1;
    (0..count).map(move |step| (first - 1 + step) % 12 + 1)
}

fn condition(first: u8, last: u8) -> String {
    let from = format!("month(law_date) >= {first}");
    let to = format!("month(law_date) <= {last}");
    match () {
        () if first == last => format!("month(law_date) == {first}"),
        () if first == 1 => to,
        () if last == 12 => from,
        () if first < last => format!("{from} && {to}"),
        () => format!("{from} || {to}"),
    }
}
