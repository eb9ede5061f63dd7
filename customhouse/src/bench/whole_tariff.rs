//! A pack with a whole tariff: from a file of rates, or twelve thousand codes made here, which stand for nothing but
//! their number.

use crate::import_cn::{Nomenclature, import};
use customhouse_engine::{Edition, PackFiles};
use std::fmt::Write;

/// Codes of the tariff that is made here.
const CODES: u64 = 12_000;

/// The pack with a tariff in it, and where that is from.
///
/// # Errors
/// A sentence: the pack or the file cannot be used.
pub fn whole_tariff(files: &PackFiles, rates: Option<&str>) -> Result<(PackFiles, String), String> {
    let own = Edition::compile(1, files).map_err(|_| super::UNUSABLE.to_owned())?;
    let (text, from) = match rates {
        Some(text) => (text.to_owned(), "file"),
        None => (made_up(), "made up"),
    };
    let imported = import(files, &own.control.rulebook, &text, &Nomenclature::default());
    let imported = imported.map_err(|faults| format!("the tariff: {}", faults.join("; ")))?;
    Ok((imported.files, format!("{from}, {} codes", imported.summary.lines)))
}

/// Rates of every kind that the file can say, spread over chapters 1 to 97.
fn made_up() -> String {
    let mut text =
        "hs_code,name_zh,mfn_rate,general_rate,provisional_rate,vat_rate,consumption_rate\n".to_owned();
    for n in 0..CODES {
        let (chapter, rest) = (1 + n * 97 / CODES, n * 10);
        let provisional = if n % 10 == 0 { "0.03" } else { "" };
        let (mfn, vat) = (n % 25, if n % 4 == 0 { 9 } else { 13 });
        // writing into a text cannot fail
        let _ = writeln!(text, "{chapter:02}{rest:08},货物 {n},0.{mfn:02},0.4,{provisional},0.{vat:02},0.0");
    }
    text
}
