//! Writing the tables: one rule a line, beside the pack's own.

use super::doubts::{Rate, form, why, why_above_zero};
use super::{Nomenclature, Rates, Summary};
use customhouse_kernel::values::Exact;
use std::collections::BTreeMap;

const COMMODITIES: &str = "tables/imported-commodities.csv";
const DUTY: &str = "tables/imported-measures-import-duty.csv";
const VAT: &str = "tables/imported-measures-vat.csv";
const CONSUMPTION_TAX: &str = "tables/imported-measures-consumption-tax.csv";

/// Whether an earlier import wrote this file of a pack.
pub(crate) fn is_ours(path: &str) -> bool {
    path.starts_with("tables/imported-")
}

const TARIFF: [&str; 3] =
    ["国务院关税税则委员会", "《中华人民共和国进出口税则（2026）》（税委会公告2025年第11号）", "进口税则"];
const VAT_LAW: [&str; 3] = ["全国人民代表大会常务委员会", "中华人民共和国增值税法", "第十条"];
const CONSUMPTION_TAX_LAW: [&str; 3] = ["国务院", "中华人民共和国消费税暂行条例", "第二条"];

/// The head of a table: nothing of an import is confirmed.
fn head(kind: &str, key: &str, published: &str, [authority, document, article]: [&str; 3]) -> String {
    format!(
        "# kind = \"{kind}\"\n# key = \"{key}\"\n# valid = \"2026-01-01..\"\n# published = \"{published}\"\n# confirmed = false\n\
         # basis = {{ authority = \"{authority}\", document = \"{document}\", article = \"{article}\" }}\n"
    )
}

/// The four tables of new lines, with what became of them.
pub(crate) fn write(
    lines: &[&Rates],
    within_quota: &BTreeMap<&str, String>,
    nomenclature: &Nomenclature,
    summary: &mut Summary,
) -> Vec<(String, String)> {
    let mut duty = Measures::new("import_duty", summary);
    for line in lines {
        import_duty(line, within_quota, &mut duty);
    }
    let duty = duty.close();
    let mut vat = Measures::new("vat", summary);
    for line in lines {
        vat.known("standard", line, line.vat, note_of_vat(line.vat));
    }
    let vat = vat.close();
    let mut tax = Measures::new("consumption_tax", summary);
    for line in lines {
        consumption_tax(line, &mut tax);
    }
    let tax = tax.close();
    vec![
        (
            COMMODITIES.to_owned(),
            head("commodity", "code", "2025-12-29", TARIFF) + &commodities(lines, nomenclature, summary),
        ),
        (DUTY.to_owned(), head("measure", "goods", "2025-12-29", TARIFF) + &duty),
        (VAT.to_owned(), head("measure", "goods", "2024-12-25", VAT_LAW) + &vat),
        (CONSUMPTION_TAX.to_owned(), head("measure", "goods", "2008-11-10", CONSUMPTION_TAX_LAW) + &tax),
    ]
}

fn commodities(lines: &[&Rates], nomenclature: &Nomenclature, summary: &mut Summary) -> String {
    let mut table = Table::new(&["code", "name_zh", "name_en", "unit_1", "unit_2", "units_source"]);
    for line in lines {
        let code = line.code.as_str();
        let english = nomenclature.name(code).unwrap_or(&line.name_zh);
        let unit = nomenclature.unit(code);
        summary.without_unit += usize::from(unit.is_none());
        let source = if unit.is_some() { "hs6" } else { "" };
        table.row(&[code, &line.name_zh, english, unit.unwrap_or(""), "", source]);
    }
    table.close()
}

fn import_duty(line: &Rates, within_quota: &BTreeMap<&str, String>, table: &mut Measures<'_>) {
    let code = line.code;
    for (rate, tier) in [(Rate::Mfn, "mfn"), (Rate::General, "general"), (Rate::Provisional, "provisional")] {
        if let Some((text, note)) = form(code, rate) {
            table.row(tier, line, text, note);
        }
    }
    match (why(code, Rate::Mfn), within_quota.get(code.as_str())) {
        _ if form(code, Rate::Mfn).is_some() => {}
        (Some(why), _) => table.unknown("mfn", line, why),
        (None, Some(why)) => table.unknown("mfn", line, why),
        (None, None) => table.known("mfn", line, line.mfn, ""),
    }
    match (why(code, Rate::General), line.general) {
        _ if form(code, Rate::General).is_some() => {}
        (Some(why), _) => table.unknown("general", line, why),
        (None, Some(rate)) => table.known("general", line, rate, ""),
        (None, None) => {}
    }
    // a provisional rate of goods within quota holds within the quota too
    let in_quota = within_quota.get(code.as_str()).map(String::as_str);
    match (why(code, Rate::Provisional).or(in_quota), line.provisional) {
        _ if form(code, Rate::Provisional).is_some() => {}
        (Some(why), Some(_)) => table.unknown("provisional", line, why),
        (None, Some(rate)) => table.known("provisional", line, rate, ""),
        (_, None) => {}
    }
}

fn consumption_tax(line: &Rates, table: &mut Measures<'_>) {
    if let Some((text, note)) = form(line.code, Rate::Consumption) {
        table.row("standard", line, text, note);
    } else if let Some(why) = why(line.code, Rate::Consumption) {
        table.unknown("standard", line, why);
    } else if !line.consumption.is_zero() {
        match why_above_zero(line.code, Rate::Consumption) {
            Some(why) => table.unknown("standard", line, why),
            None => table.known("standard", line, line.consumption, ""),
        }
    }
}

/// Rates below the law's own ones rest on lists that the file does not name.
fn note_of_vat(rate: Exact) -> &'static str {
    if rate.is_zero() {
        "the source has 0: exempt by a policy that is not in the data"
    } else if rate == Exact::from_steps(3, 2) {
        "3%: listed medicines, bound to the code; the list is not in the data"
    } else {
        ""
    }
}

/// A table of measures of one charge.
struct Measures<'a> {
    charge: &'static str,
    table: Table,
    summary: &'a mut Summary,
}

impl Measures<'_> {
    fn new<'a>(charge: &'static str, summary: &'a mut Summary) -> Measures<'a> {
        Measures { charge, table: Table::new(&["id", "goods", "charge", "tier", "rate", "note"]), summary }
    }

    fn known(&mut self, tier: &str, line: &Rates, rate: Exact, note: &str) {
        // a fraction of at most 28 digits, moved by two places
        let percent = rate.mul(Exact::HUNDRED).map_or_else(|| "unknown".to_owned(), |p| format!("{p}%"));
        self.row(tier, line, &percent, note);
    }

    fn unknown(&mut self, tier: &str, line: &Rates, why: &str) {
        *self.summary.unknown.entry(why.to_owned()).or_default() += 1;
        self.row(tier, line, "unknown", why);
    }

    fn row(&mut self, tier: &str, line: &Rates, rate: &str, note: &str) {
        self.summary.rates += 1;
        let (charge, code) = (self.charge, line.code.as_str());
        self.table.row(&[&format!("measure.{charge}.{tier}.{code}"), code, charge, tier, rate, note]);
    }

    fn close(self) -> String {
        self.table.close()
    }
}

/// CSV in memory.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(columns: &[&str]) -> Table {
        let mut table = Table(csv::Writer::from_writer(Vec::new()));
        table.row(columns);
        table
    }

    fn row(&mut self, cells: &[&str]) {
        self.0.write_record(cells).expect("every row has the columns of the head, and memory takes it");
    }

    fn close(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes it");
        String::from_utf8(bytes).expect("texts in, text out")
    }
}
