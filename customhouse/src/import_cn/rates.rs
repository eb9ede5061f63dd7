//! Reading the file of rates: one ten-digit line a row, rates as fractions.

use customhouse_kernel::values::{CommodityCode, Exact};
use std::collections::BTreeSet;

/// A line of the tariff as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    pub code: CommodityCode,
    pub name_zh: String,
    /// Rates are fractions: 0.08 is 8%.
    pub mfn: Exact,
    pub general: Option<Exact>,
    pub provisional: Option<Exact>,
    pub vat: Exact,
    pub consumption: Exact,
}

const COLUMNS: [&str; 7] =
    ["hs_code", "name_zh", "mfn_rate", "general_rate", "provisional_rate", "vat_rate", "consumption_rate"];
/// Faults that one answer names.
const SHOWN: usize = 50;

/// Reads the file.
///
/// # Errors
/// Each row that is not in form, with its line.
pub(crate) fn read(text: &str) -> Result<Vec<Rates>, Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| vec![format!("1: {e}")])?.clone();
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let found = header.iter().position(|h| h == column);
        *place = found.ok_or_else(|| vec![format!("1: there is no column {column}")])?;
    }
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for record in reader.records() {
        if faults.len() >= SHOWN {
            faults.push("… and perhaps more".to_owned());
            break;
        }
        let line = record.as_ref().ok().and_then(csv::StringRecord::position).map_or(0, csv::Position::line);
        let read =
            record.map_err(|e| e.to_string()).and_then(|r| row(&places.map(|p| r.get(p).unwrap_or(""))));
        match read {
            Ok(rates) if seen.insert(rates.code) => lines.push(rates),
            Ok(rates) => faults.push(format!("{line}: code {} occurs twice", rates.code)),
            Err(why) => faults.push(format!("{line}: {why}")),
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn row(cells: &[&str; COLUMNS.len()]) -> Result<Rates, String> {
    let [code, name, mfn, general, provisional, vat, consumption] = cells;
    let full = CommodityCode::parse(code).filter(CommodityCode::is_full);
    let name = name.trim();
    if name.is_empty() {
        return Err(format!("code {code} has no name"));
    }
    Ok(Rates {
        code: full.ok_or_else(|| format!("{code:?} is not a ten-digit code"))?,
        name_zh: name.to_owned(),
        mfn: fraction("mfn_rate", mfn)?.ok_or("mfn_rate is missing")?,
        general: fraction("general_rate", general)?,
        provisional: fraction("provisional_rate", provisional)?,
        vat: fraction("vat_rate", vat)?.ok_or("vat_rate is missing")?,
        consumption: fraction("consumption_rate", consumption)?.unwrap_or_default(),
    })
}

/// A rate between 0 and 1000%; `None` for an empty cell.
fn fraction(column: &str, text: &str) -> Result<Option<Exact>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let most = Exact::from(10);
    let rate = Exact::parse(text).filter(|rate| !rate.is_negative() && *rate <= most);
    rate.map(Some).ok_or_else(|| format!("{column} {text:?} is not a fraction such as 0.08"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "hs_code,name_zh,mfn_rate,general_rate,provisional_rate,vat_rate,consumption_rate\n";

    #[test]
    fn reads_rows_and_names_every_fault() {
        let good = read(&format!("{HEAD}0101210010,马,0.0,0.3,,0.09,0.0\n")).unwrap();
        assert_eq!(good[0].general, Exact::parse("0.3"));
        assert_eq!(good[0].provisional, None);
        let faults = read(&format!(
            "{HEAD}01012100,马,0,,,0.09,\n0101210010,马,8%,,,0.09,\n0101210010,,0,,,0,\n0101210010,马,0,,,0,\n0101210010,马,0,,,0,\n"
        ))
        .unwrap_err();
        let all = faults.join("\n");
        for want in [
            "2: \"01012100\"",
            "3: mfn_rate \"8%\"",
            "4: code 0101210010 has no name",
            "6: code 0101210010 occurs twice",
        ] {
            assert!(all.contains(want), "{want} not in\n{all}");
        }
        assert!(read("a,b\n").unwrap_err()[0].contains("no column hs_code"));
    }
}
