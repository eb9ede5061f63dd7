//! The duty engine in five minutes: a country's law in thirty lines, a consignment, what it owes, and why.
//!
//! `cargo run -p customhouse-duties --example five_minutes`

use customhouse_duties::{Consignment, Tariff, assess, explain};
use customhouse_kernel::law::{faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::CurrencyCode;
use jiff::civil::date;
use std::error::Error;
use std::fmt::Write;

/// What a country is: its currency, and which kinds of rule its law has.
const PACK: &str = r#"
id = "qz"
name = { zh = "示例国", en = "Exampleland" }
territory = { country = "QZ", currency = "CNY", time_zone = "UTC" }
kind = [
    { name = "valuation" }, { name = "delivery_terms" }, { name = "exchange_rate" }, { name = "unit" },
    { name = "commodity" }, { name = "charge" }, { name = "rate_choice" }, { name = "measure" },
]
"#;

/// The law: each rule holds from a day on and rests on a paper. Here two charges, of which the second one's
/// base has the first in it, and two rates of duty, of which the provisional one goes first.
const LAW: &str = r#"
[defaults]
valid = "2026-01-01.."
published = "2025-12-01"
basis = { authority = "Parliament", document = "Tariff Act", article = "1" }

[[valuation]]
id = "value"
places = 2
rounding = "half_up"
apportion = "coefficient"
insurance_presumed = "0.003"

[[delivery_terms]]
id = "FOB"
adds_freight = true
adds_insurance = true

[[exchange_rate]]
id = "usd"
key = "USD"
currency = "USD"
rate = "7.10"

[[unit]]
id = "kilogram"
code = "035"
name = { zh = "千克", en = "kilogram" }
symbol = "kg"

[[commodity]]
id = "figs"
key = "0804200000"
code = "0804200000"
name_zh = "无花果"
name_en = "Figs"

[[charge]]
id = "import_duty"
name = { zh = "进口关税", en = "Import duty" }
order = 1
base = "value"
price = "exclusive"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = true
book = "A"

[[charge]]
id = "vat"
name = { zh = "增值税", en = "Value added tax" }
order = 2
base = "value + import_duty"
price = "exclusive"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = true
book = "L"

[[rate_choice]]
id = "choice.import_duty"
key = "import_duty"
order = 1
when = "true"
prefer = [["provisional"], ["mfn"]]

[[rate_choice]]
id = "choice.vat"
key = "vat"
order = 1
when = "true"
prefer = [["standard"]]
"#;

/// Rates are many: a table, a line each. The goods of a measure are a code or the beginning of one.
const RATES: &str = r#"# kind = "measure"
# key = "goods"
# valid = "2026-01-01.."
# published = "2025-12-01"
# basis = { authority = "Parliament", document = "Tariff", article = "" }
goods,charge,tier,rate,id
0804,import_duty,mfn,30%,figs.mfn
08042000,import_duty,provisional,"atLeast(9%, 1.8 CNY/kg)",figs.provisional
08,vat,standard,9%,figs.vat
"#;

/// The goods: a price free on board in dollars, freight in total, insurance not declared.
pub const GOODS: &str = r#"{
    "terms": "FOB",
    "freight": { "mark": "total", "currency": "USD", "rate": "180" },
    "items": [{
        "number": 1, "commodity": "0804200000", "origin": "TR", "total": "4200", "currency": "USD",
        "quantities": [["035", "1600"]]
    }]
}"#;

/// What the goods owe, charge by charge, and every step as one would write it by hand.
pub fn told(goods: &str, lang: Lang) -> Result<String, Box<dyn Error>> {
    let files = [("pack.toml", PACK), ("rules/law.toml", LAW), ("tables/rates.csv", RATES)];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let pack = read_pack(&files).map_err(|faults| faults_text(&faults, lang))?;
    let currency = CurrencyCode::parse(&pack.manifest.territory.currency).ok_or("a currency")?;
    let tariff = Tariff::compile(&pack.rulebook, currency).map_err(|faults| faults_text(&faults, lang))?;

    let consignment: Consignment = serde_json::from_str(goods)?;
    let day = date(2026, 3, 2);
    let assessment = match assess(&consignment, &tariff, day) {
        Ok(assessment) => assessment,
        Err(refused) => return Ok(refused.iter().map(|why| refusal(why, lang)).collect()),
    };

    let mut out = String::new();
    for owed in &assessment.charges {
        let charge = tariff.charge(&owed.charge, day).ok_or("a charge of the day")?;
        writeln!(out, "{}: {}", charge.name.get(lang), owed.amount)?;
    }
    for step in explain(&assessment, &consignment, &pack.rulebook, &tariff) {
        let words = step.words(lang);
        writeln!(out, "  {}", words.sum)?;
        for remark in &words.remarks {
            writeln!(out, "      {remark}")?;
        }
    }
    Ok(out)
}

/// What cannot be reckoned says where, why, and what to do.
fn refusal(why: &Refusal, lang: Lang) -> String {
    format!("{} {} {}\n", why.code, why.path, why.text.get(lang))
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", told(GOODS, Lang::En)?);
    println!("{}", told(GOODS, Lang::Zh)?);
    // without the weight the amount per kilogram is not zero but refused
    print!("{}", told(&GOODS.replace(r#"[["035", "1600"]]"#, "[]"), Lang::En)?);
    Ok(())
}
