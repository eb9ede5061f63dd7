//! The China pack's own rates that are no plain percentage, on the worked examples of the handbook: what
//! `examples` shows of the engine, here of the tables that ship.

#![allow(clippy::disallowed_methods)] // a test reads files

use crate::country::{With, cif};
use crate::recomputed;
use customhouse_duties::{Assessment, Consignment, RateText, Tariff, assess, explain};
use customhouse_kernel::law::{Rulebook, faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode};
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
