//! A small country, written as the files of a pack, and consignments for it.

use crate::recomputed;
use customhouse_duties::{
    Assessment, Consignment, Cost, CostMark, GoodsItem, Preference, Step, Tariff, assess, explain, step_words,
};
use customhouse_kernel::law::{Pack, faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction, Exact, UnitCode};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// The one commodity of the country.
pub const GOODS: &str = "9000000001";

/// The day of every example.
pub const DAY: Date = date(2026, 3, 2);

/// Whose law it is, and which kinds of rule there are.
const PACK: &str = r#"
id = "qz"
name = { zh = "示例国", en = "Exampleland" }
territory = { country = "QZ", currency = "CNY", time_zone = "UTC" }
kind = [
    { name = "charge" }, { name = "rate_choice" }, { name = "measure" }, { name = "country_group" },
    { name = "valuation" }, { name = "delivery_terms" }, { name = "exchange_rate" },
    { name = "commodity" }, { name = "unit" }, { name = "term" }, { name = "code" },
]
"#;

const DEFAULTS: &str = r#"
[defaults]
valid = "2000-01-01.."
published = "2000-01-01"
basis = { authority = "Parliament", document = "Tariff Act" }
"#;

/// Value to the hundredth, half up; insurance that is not declared is 0.3% of price and freight.
pub const VALUATION: &str = r#"
[[valuation]]
id = "valuation"
places = 2
rounding = "half_up"
apportion = "coefficient"
insurance_presumed = "0.003"

[[delivery_terms]]
id = "CIF"
adds_freight = false
adds_insurance = false

[[delivery_terms]]
id = "FOB"
adds_freight = true
adds_insurance = true
"#;

/// Import duty, then consumption tax that the price contains, then value added tax; each rounded half
/// up and free up to 50.00. Two competing rates of duty: the provisional one wins.
pub const CHARGES: &str = r#"
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
id = "consumption_tax"
name = { zh = "消费税", en = "Consumption tax" }
order = 3
base = "value + import_duty"
price = "inclusive"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = false
book = "Y"

[[charge]]
id = "vat"
name = { zh = "增值税", en = "Value added tax" }
order = 4
base = "value + import_duty + consumption_tax"
price = "exclusive"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = false
book = "L"

[[rate_choice]]
id = "choice.import_duty"
key = "import_duty"
order = 1
when = "true"
prefer = [["provisional"], ["mfn"]]

[[rate_choice]]
id = "choice.consumption_tax"
key = "consumption_tax"
order = 1
when = "true"
prefer = [["standard"]]

[[rate_choice]]
id = "choice.vat"
key = "vat"
order = 1
when = "true"
prefer = [["standard"]]
"#;

/// One more charge between duty and consumption tax, in four values of data: the bases of the taxes
/// after it name it.
pub const ANTI_DUMPING: &str = r#"
[[charge]]
id = "anti_dumping"
name = { zh = "反倾销税", en = "Anti-dumping duty" }
order = 2
base = "value"
price = "exclusive"
places = 2
rounding = "half_up"
free_up_to = "0.00"
required = false
book = "C"

[[rate_choice]]
id = "choice.anti_dumping"
key = "anti_dumping"
order = 1
when = "true"
prefer = [["standard"]]
"#;

const UNITS: &str = "code,symbol\n035,kg\n070,t\n095,l\n006,set\n";

/// A law that has been compiled.
pub struct Law {
    pub pack: Pack,
    pub tariff: Tariff,
}

/// Compiles rules (TOML) and tables: measures as `goods,charge,tier,origin,programme,rate`, exchange
/// rates as `currency,rate` or `currency,rate,validity`, commodity codes.
pub fn law(rules: &str, measures: &str, exchange_rates: &str, codes: &str) -> Law {
    let pack = pack(rules, measures, exchange_rates, codes);
    let tariff = Tariff::compile(&pack.rulebook, currency(&pack.manifest.territory.currency))
        .unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
    Law { pack, tariff }
}

/// The same as a pack that has been read.
pub fn pack(rules: &str, measures: &str, exchange_rates: &str, codes: &str) -> Pack {
    let head = |kind: &str, key: &str| {
        let basis = r#"basis = { authority = "Parliament", document = "Tariff" }"#;
        let lines = [
            &format!("kind = {kind:?}"),
            &format!("key = {key:?}"),
            r#"valid = "2000-01-01..""#,
            r#"published = "2000-01-01""#,
            basis,
        ];
        lines.map(|line| format!("# {line}\n")).concat()
    };
    let measures: String =
        measures.lines().enumerate().map(|(n, row)| format!("measure.{n},{row}\n")).collect();
    let rate = |(n, row): (usize, &str)| {
        let always = if row.matches(',').count() == 1 { "," } else { "" };
        format!("exchange.{n},{row}{always}\n")
    };
    let exchange_rates: String = exchange_rates.lines().enumerate().map(rate).collect();
    let names: String = codes.lines().map(|code| format!("{code},货物,Goods\n")).collect();
    let files = [
        ("pack.toml", PACK.to_owned()),
        ("rules/law.toml", format!("{DEFAULTS}{rules}")),
        (
            "tables/measures.csv",
            head("measure", "goods") + "id,goods,charge,tier,origin,programme,rate\n" + &measures,
        ),
        (
            "tables/exchange.csv",
            head("exchange_rate", "currency") + "id,currency,rate,valid\n" + &exchange_rates,
        ),
        ("tables/commodities.csv", head("commodity", "code") + "code,name_zh,name_en\n" + &names),
        ("tables/units.csv", head("unit", "code") + UNITS),
    ];
    let files: Vec<(String, String)> =
        files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
    read_pack(&files).unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)))
}

/// The law of the small country with some rates on its one commodity, a rate a line:
/// `import_duty mfn 8%`.
pub fn law_with(rules: &str, rates: &str, exchange_rates: &str) -> Law {
    let row = |line: &str| {
        let (charge, rest) = line.trim().split_once(' ').expect("a charge");
        let (tier, rate) = rest.trim().split_once(' ').expect("a tier");
        format!("90,{charge},{tier},,,\"{}\"\n", rate.trim())
    };
    let measures: String = rates.lines().filter(|l| !l.trim().is_empty()).map(row).collect();
    law(rules, &measures, exchange_rates, GOODS)
}

impl Law {
    pub fn assess(&self, consignment: &Consignment) -> Result<Assessment, Vec<Refusal>> {
        let assessed = assess(consignment, &self.tariff, DAY);
        if let Ok(assessment) = &assessed {
            self.recomputed(assessment, consignment);
        }
        assessed
    }

    /// Every example is reckoned again from its trace alone.
    fn recomputed(&self, assessment: &Assessment, consignment: &Consignment) {
        let explained = explain(assessment, consignment, &self.pack.rulebook, &self.tariff);
        recomputed::agrees(assessment, &explained);
    }

    /// The working of an assessment, as one would write it by hand.
    pub fn working(&self, assessment: &Assessment) -> Vec<String> {
        let is_sum = |step: &&Step| !matches!(step, Step::Choice { .. });
        let words = |step| step_words(step, &self.pack.rulebook, &self.tariff, DAY, Lang::En).sum;
        assessment.trace.iter().filter(is_sum).map(words).collect()
    }
}

pub fn x(text: &str) -> Exact {
    Exact::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn currency(text: &str) -> CurrencyCode {
    CurrencyCode::parse(text).unwrap()
}

/// Goods priced to the port of destination: one line for each total.
pub fn cif(in_currency: &str, totals: &[&str]) -> Consignment {
    let items = totals.iter().enumerate().map(|(n, total)| GoodsItem {
        number: n as u32 + 1,
        commodity: CommodityCode::parse(GOODS).unwrap(),
        origin: CountryCode::parse("QA").unwrap(),
        total: x(total),
        currency: currency(in_currency),
        quantities: Vec::new(),
        preference: None,
        qualified: Vec::new(),
        terms: BTreeMap::new(),
        additional_codes: Vec::new(),
        documents: Vec::new(),
        quota: None,
    });
    Consignment {
        direction: Direction::Import,
        terms: "CIF".to_owned(),
        freight: None,
        insurance: None,
        other: None,
        gross_kg: None,
        items: items.collect(),
        grants: BTreeMap::new(),
    }
}

/// Goods priced on board at the port of shipment, with a total of freight in the same currency.
pub fn fob(in_currency: &str, totals: &[&str], freight: &str) -> Consignment {
    let freight = Cost { mark: CostMark::Total, currency: Some(currency(in_currency)), rate: x(freight) };
    Consignment { terms: "FOB".to_owned(), freight: Some(freight), ..cif(in_currency, totals) }
}

/// Builders that read like the facts of an example.
pub trait With {
    fn insured_at(self, share: &str) -> Self;
    fn insured_at_of_whole(self, share: &str) -> Self;
    fn measuring(self, unit: &str, quantities: &[&str]) -> Self;
    fn claiming(self, agreement: &str, proof_kind: &str, proof_number: &str) -> Self;
}

impl With for Consignment {
    /// Insurance as a share of price and freight.
    fn insured_at(mut self, share: &str) -> Self {
        self.insurance = Some(Cost { mark: CostMark::Share, currency: None, rate: x(share) });
        self
    }

    /// Insurance as a share of price, freight and itself.
    fn insured_at_of_whole(mut self, share: &str) -> Self {
        self.insurance = Some(Cost { mark: CostMark::ShareOfWhole, currency: None, rate: x(share) });
        self
    }

    /// Quantities, one a line, in a unit by its code.
    fn measuring(mut self, unit: &str, quantities: &[&str]) -> Self {
        for (item, quantity) in self.items.iter_mut().zip(quantities) {
            item.quantities.push((UnitCode::parse(unit).unwrap(), x(quantity)));
        }
        self
    }

    fn claiming(mut self, agreement: &str, proof_kind: &str, proof_number: &str) -> Self {
        for item in &mut self.items {
            item.preference = Some(Preference {
                agreement: agreement.to_owned(),
                proof_kind: proof_kind.to_owned(),
                proof_number: proof_number.to_owned(),
            });
        }
        self
    }
}
