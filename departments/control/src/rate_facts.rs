//! What rates may ask of a line beside its quantities 计税要素: codes that say more of the goods, quantities of
//! a part or a content, and numbers such as a retail price. On the form each stands in one field, as a list
//! that commas or semicolons part:
//!
//! | field | written | means |
//! |---|---|---|
//! | `additional_codes` | `A101, B2` | the goods are those of these codes, such as a producer's 附加代码 |
//! | `qualified` | `035.drained=120.5; 095.alcohol=40` | of that unit, so much of what the qualifier names |
//! | `rate_terms` | `price.retail=1200` | the number that the pack's term stands for |
//!
//! Not here: which rate asks for what; one that lacks a fact refuses by its name.

use crate::codes::CodeLists;
use crate::refusals;
use customhouse_duties::{QualifiedQuantity, Tariff, TermType, TermValue};
use customhouse_kernel::refusal::Reason;
use customhouse_kernel::values::{Exact, UnitCode};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The longest code, in characters.
const CODE: usize = 8;
/// Most members of a list.
const MOST: usize = 20;

/// The members of a list.
fn members(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '，', '；']).map(str::trim).filter(|member| !member.is_empty())
}

/// # Errors
/// A code is not made of digits and capitals, or stands twice.
pub(crate) fn additional_codes(text: &str) -> Result<Vec<String>, &'static Reason> {
    let is_code =
        |code: &str| code.len() <= CODE && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let mut codes: Vec<String> = Vec::new();
    for code in members(text) {
        if !is_code(code) || codes.iter().any(|known| known == code) || codes.len() == MOST {
            return Err(&refusals::NOT_IN_FORM);
        }
        codes.push(code.to_owned());
    }
    Ok(codes)
}

/// # Errors
/// A member is not written as above, stands twice or is not above zero, or a unit or qualifier is on no list.
pub(crate) fn qualified(
    text: &str,
    codes: &CodeLists,
    day: Date,
) -> Result<Vec<QualifiedQuantity>, &'static Reason> {
    let mut found: Vec<QualifiedQuantity> = Vec::new();
    for member in members(text) {
        let (of, quantity) = named(member)?;
        let (unit, qualifier) = of.split_once('.').ok_or(&refusals::NOT_IN_FORM)?;
        let unit = UnitCode::parse(unit).ok_or(&refusals::NOT_IN_FORM)?;
        let is_listed = |list: &str, code: &str| codes.contains(list, code, day) == Some(true);
        if !is_listed("unit", unit.as_str()) || !is_listed("quantity_qualifier", qualifier) {
            return Err(&refusals::NOT_LISTED);
        }
        let twice = found.iter().any(|known| known.unit == unit && known.qualifier == qualifier);
        if twice || !quantity.is_positive() || found.len() == MOST {
            return Err(&refusals::NOT_IN_FORM);
        }
        found.push(QualifiedQuantity { unit, qualifier: qualifier.to_owned(), quantity });
    }
    Ok(found)
}

/// # Errors
/// A member is not written as above or stands twice, or the law of the day knows no such number.
pub(crate) fn rate_terms(
    text: &str,
    tariff: &Tariff,
    day: Date,
) -> Result<BTreeMap<String, TermValue>, &'static Reason> {
    let mut found = BTreeMap::new();
    for member in members(text) {
        let (name, number) = named(member)?;
        let is_asked = tariff.term(name, day).is_some_and(|t| t.is == TermType::Number && t.value.is_none());
        if !is_asked {
            return Err(&refusals::NOT_LISTED);
        }
        let twice = found.insert(name.to_owned(), TermValue::Number(number)).is_some();
        if twice || found.len() > MOST {
            return Err(&refusals::NOT_IN_FORM);
        }
    }
    Ok(found)
}

fn named(member: &str) -> Result<(&str, Exact), &'static Reason> {
    let (name, number) = member.split_once('=').ok_or(&refusals::NOT_IN_FORM)?;
    Ok((name.trim(), Exact::parse(number.trim()).ok_or(&refusals::NOT_A_NUMBER)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_digits_and_capitals() {
        let read = |text| additional_codes(text).map(|codes| codes.join(" ")).map_err(|r| r.code);
        assert_eq!(read("A101, B2；C3"), Ok("A101 B2 C3".to_owned()));
        assert_eq!(read(" , "), Ok(String::new()));
        for wrong in ["a101", "A101 B2", "A101,A101", "A12345678", "Ａ1", "А1"] {
            assert_eq!(read(wrong), Err(refusals::NOT_IN_FORM.code), "{wrong}");
        }
    }
}
