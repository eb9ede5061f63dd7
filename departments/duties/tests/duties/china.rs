//! The China pack's own rates that are no plain percentage, on the worked examples of the handbook: what
//! `examples` shows of the engine, here of the tables that ship.

#![allow(clippy::disallowed_methods)] // a test reads files

use crate::country::{With, cif, x};
use crate::recomputed;
use customhouse_duties::{Assessment, Consignment, Grant, RateText, Tariff, assess, explain};
use customhouse_kernel::law::{Rulebook, faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{
    CommodityCode, CountryCode, CurrencyCode, Exact, Money, Rounding, UnitCode,
};
use jiff::civil::{Date, date};
use std::fs;
use std::path::Path;
use std::sync::Arc;

pub const DAY: Date = date(2026, 11, 20);

pub struct China {
    rulebook: Arc<Rulebook>,
    pub tariff: Tariff,
}

impl China {
    pub fn read() -> China {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/cn");
        let mut files = vec![("pack.toml".to_owned(), fs::read_to_string(root.join("pack.toml")).unwrap())];
        for folder in ["rules", "tables"] {
            for file in fs::read_dir(root.join(folder)).unwrap() {
                let path = file.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap();
                files.push((format!("{folder}/{name}"), fs::read_to_string(&path).unwrap()));
            }
        }
        let pack = read_pack(&files).unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
        let currency = CurrencyCode::parse("CNY").unwrap();
        let tariff = Tariff::compile(&pack.rulebook, currency)
            .unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
        China { rulebook: pack.rulebook, tariff }
    }

    /// What a unit of a currency is worth on the day.
    fn tariff_rate(&self, currency: &str) -> Exact {
        let rules = self.rulebook.kind("exchange_rate").iter();
        let rule = { rules }.find(|r| &*r.key == currency && r.valid.covers(DAY)).expect("a rate of the day");
        x(rule.body.get("rate").expect("a number"))
    }

    /// Goods from Germany, priced to the port.
    fn assess(&self, code: &str, mut facts: Consignment) -> Result<Assessment, Vec<Refusal>> {
        facts.terms = "1".to_owned(); // CIF
        for item in &mut facts.items {
            item.commodity = CommodityCode::parse(code).unwrap();
            item.origin = CountryCode::parse("DE").unwrap();
        }
        self.assess_whole(&facts)
    }

    /// Any lot on the day; what comes out is reckoned again from its trace alone.
    pub fn assess_whole(&self, facts: &Consignment) -> Result<Assessment, Vec<Refusal>> {
        let assessment = assess(facts, &self.tariff, DAY)?;
        recomputed::agrees(&assessment, &explain(&assessment, facts, &self.rulebook, &self.tariff));
        Ok(assessment)
    }
}

/// Code, value in yuan, unit, quantity, charge, what is owed, by hand or by the handbook.
const OWED: &[(&str, &str, &str, &str, &str, &str, &str)] = &[
    ("5201000080", "617250.00", "035", "50000", "import_duty", "37652.25", "E06a: 6.1%"),
    ("5201000080", "450000.00", "035", "50000", "import_duty", "108900.00", "E06b: 24.2%"),
    ("5201000080", "300000.00", "035", "50000", "import_duty", "120000.00", "E06c: at most 40%"),
    ("5201000080", "700000.00", "035", "50000", "import_duty", "14000.00", "E06d: 0.280 yuan/kg"),
    ("5201000080", "699999.99", "035", "50000", "import_duty", "13300.00", "just under the switch: 1.9%"),
    ("4001100000", "150000.00", "035", "20000", "import_duty", "15000.00", "10% < 20 t × 900 = 18000"),
    ("4001100000", "200000.00", "035", "20000", "import_duty", "18000.00", "10% = 20000 > 18000"),
    ("4001210000", "140000.00", "035", "20000", "import_duty", "28000.00", "20% < 20 t × 1500 = 30000"),
    ("4001220000", "200000.00", "035", "20000", "import_duty", "30000.00", "20% = 40000 > 30000"),
    ("2203000000", "353254.50", "095", "98800", "import_duty", "0.00", "E08: free of duty"),
    ("2203000000", "353254.50", "095", "98800", "consumption_tax", "25000.00", "E08: 100 t × 250"),
    ("2203000000", "353254.50", "095", "98800", "vat", "49173.09", "E08: (353254.50 + 25000) × 13%"),
    ("2203000000", "300000.00", "095", "98800", "consumption_tax", "25000.00", "at the step of 3000 a tonne"),
    ("2203000000", "299999.99", "095", "98800", "consumption_tax", "22000.00", "one fen under it: 220"),
];

#[test]
fn rates_that_are_no_plain_percentage() {
    let china = China::read();
    for (code, value, unit, quantity, charge, want, why) in OWED {
        let facts = cif("CNY", &[value]).measuring(unit, &[quantity]);
        let assessment = china.assess(code, facts).unwrap_or_else(|r| panic!("{code}, {why}: {r:#?}"));
        assert_eq!(assessment.charge(charge).to_string(), *want, "{code}: {why}");
    }
}

/// Within a quota the quota's rate, its provisional rate before it; beyond it the rate of the tariff line. What
/// exceeds it is reckoned apart: value, quantities, duty and tax of each part.
#[test]
fn a_line_on_both_sides_of_a_quota() {
    let china = China::read();
    // code, order number, kg left of 100 t worth 400000.00: duty, VAT
    for (code, order, left, duty, vat) in [
        // 60 t worth 240000 at 15%, 40 t worth 160000 at 50%; VAT 13% of 276000 and of 240000
        ("1701140001", "sugar", "60000", "116000.00", "67080.00"),
        ("1701140001", "sugar", "100000", "60000.00", "59800.00"),
        ("1701140001", "sugar", "0", "200000.00", "78000.00"),
        // a third is 133333.33 at 1%, the rest 266666.67 at 50%; VAT 9%
        ("3102100010", "urea", "33333.333333", "134666.67", "48120.00"),
    ] {
        let mut goods = cif("CNY", &["400000.00"]).measuring("035", &["100000"]);
        goods.items[0].quota = Some(order.to_owned());
        let left = Grant { left: x(left), unit: UnitCode::parse("035") };
        goods.grants.insert(order.to_owned(), left);
        let found = china.assess(code, goods).unwrap_or_else(|r| panic!("{code}, {order}: {r:#?}"));
        let owed = [found.charge("import_duty"), found.charge("vat")].map(|amount| amount.to_string());
        assert_eq!(owed, [duty, vat], "{code}");
        assert_eq!(found.line_value(1).to_string(), "400000.00");
        assert_eq!(found.collected_on(1, "import_duty"), found.charge("import_duty"));
    }
    // and without a claim the rate of the line
    let goods = cif("CNY", &["400000.00"]).measuring("035", &["100000"]);
    assert_eq!(china.assess("1701140001", goods).unwrap().charge("import_duty").to_string(), "200000.00");
}

/// E10b, a published decision: 488206.00, of Indian phthalocyanine pigments; and the step of cameras of an origin
/// without most-favoured treatment (footnote p. 1257), at 5000 US dollars a set.
#[test]
fn additional_duty_and_steps_of_price() {
    let china = China::read();
    let from = |code: &str, origin: &str, value: &str, units: &[(&str, &str)]| {
        let mut goods = cif("CNY", &[value]);
        for (unit, quantity) in units {
            goods = goods.measuring(unit, &[quantity]);
        }
        goods.terms = "1".to_owned();
        goods.items[0].commodity = CommodityCode::parse(code).unwrap();
        goods.items[0].origin = CountryCode::parse(origin).unwrap();
        china.assess_whole(&goods).unwrap_or_else(|r| panic!("{code} from {origin}: {r:#?}"))
    };
    let indian = from("3204170020", "IN", "488206.00", &[("035", "10000")]);
    let other = from("3204170020", "DE", "488206.00", &[("035", "10000")]);
    let more = indian.charge("vat").exact().sub(other.charge("vat").exact()).unwrap();
    assert_eq!((indian.charge("anti_dumping").to_string(), more), ("149879.24".to_owned(), x("19484.30")));
    assert_eq!(other.charge("anti_dumping").to_string(), "0.00");

    let dollar = china.tariff_rate("USD");
    let at_step = dollar.mul(x("5000")).unwrap();
    let twenty = at_step.mul(x("20")).unwrap();
    let above = twenty.add(x("0.20")).unwrap();
    let owed = |value: Exact| {
        let found = from("8525892200", "GT", &value.to_string(), &[("001", "20"), ("035", "30")]);
        found.charge("import_duty").exact()
    };
    let rounded = |exact: Exact| Money::rounded(exact, 2, Rounding::HalfUp).unwrap().exact();
    assert_eq!(owed(twenty), rounded(twenty.mul(x("1.3")).unwrap()));
    // 6% and 51500 yuan for each of 20 sets
    assert_eq!(owed(above), rounded(above.mul(x("0.06")).unwrap().add(x("1030000")).unwrap()));
}

#[test]
fn a_quantity_that_such_a_rate_needs_is_asked_for() {
    let china = China::read();
    for code in ["5201000080", "4001100000", "2203000000"] {
        let refused = china.assess(code, cif("CNY", &["5000"])).unwrap_err();
        assert_eq!(refused[0].code, "DUT-015", "{refused:#?}");
        let words = &refused[0].text.en;
        assert!(words.contains("quantity.") || words.contains("the quantity in "), "{words}");
    }
    // nothing of it is a division by zero that is answered with an amount
    let nothing = cif("CNY", &["5000"]).measuring("035", &["0"]);
    let refused = china.assess("5201000080", nothing).unwrap_err();
    assert!(refused[0].text.en.contains("division by zero"), "{refused:#?}");
}

/// Each rate of the pack prints back and has words in both languages.
#[test]
fn every_rate_of_the_pack_has_words() {
    let china = China::read();
    let mut known = 0;
    let codes: Vec<CommodityCode> = china.tariff.commodities("", DAY).map(|c| c.code).collect();
    for measure in codes.iter().flat_map(|code| china.tariff.measures(*code, DAY)) {
        let (zh, en) = (measure.rate.words(Lang::Zh), measure.rate.words(Lang::En));
        assert!(!zh.is_empty() && !en.is_empty() && zh != en, "{}: {zh} {en}", measure.rule);
        if let RateText::Known(rate) = &measure.rate {
            known += 1;
            assert_eq!(rate.to_string(), rate.source(), "{} is not in canonical text", measure.rule);
        }
    }
    assert!(known > 1_000, "{known}");
}
