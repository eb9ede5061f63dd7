//! The readers of other tariffs' duty texts, held against all texts of two tariffs: which are understood,
//! that each prints back, has words and can be reckoned, and a second reckoning by hand or from a
//! structured table of the same duties. The data lie beside the work tree and are read in place.

#![allow(clippy::disallowed_methods)] // a test reads files

use customhouse_duties::text::us::{Special, SpecialRate};
use customhouse_duties::text::{Unread, Why, uk, us};
use customhouse_kernel::expression::{Expression, Facts, RateValue, Schema, Type, Value, rate_words};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Exact;
use flate2::read::GzDecoder;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A folder of the shared data, if it lies beside the work tree.
pub fn data(folder: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT CHECKED: {} is not beside this work tree", folder.display());
    None
}

/// The rows of a table, by column.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = File::open(path).unwrap();
    let is_packed = path.extension().is_some_and(|e| e == "gz");
    let reader: Box<dyn Read> = if is_packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut table = csv::Reader::from_reader(reader);
    let head: Vec<String> =
        table.headers().unwrap().iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        head.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect()
    };
    table.records().map(row).collect()
}

/// How many rows have each text of a column; blank is no text.
fn texts(rows: &[BTreeMap<String, String>], columns: &[&str]) -> BTreeMap<String, usize> {
    let mut texts = BTreeMap::new();
    for text in rows.iter().flat_map(|row| columns.iter().map(|column| &row[*column])) {
        if !text.trim().is_empty() {
            *texts.entry(text.clone()).or_default() += 1;
        }
    }
    texts
}

/// Goods and an exchange rate for a reckoning.
struct Goods {
    schema: Schema,
    fields: BTreeMap<&'static str, Value<'static>>,
    quantities: BTreeMap<&'static str, &'static str>,
    exchange: BTreeMap<&'static str, &'static str>,
}

const VALUE: &str = "10000";

fn x(text: &str) -> Exact {
    Exact::parse(text).unwrap_or_else(|| panic!("{text}"))
}

impl Facts for Goods {
    fn field(&self, index: usize) -> Value<'_> {
        self.fields.get(self.schema.name(index)).cloned().unwrap_or(Value::Absent)
    }

    fn quantity(&self, unit: &str, qualifier: Option<&str>) -> Option<Exact> {
        let measured = qualifier.map_or_else(|| unit.to_owned(), |name| format!("{unit}.{name}"));
        self.quantities.get(&*measured).map(|quantity| x(quantity))
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        self.exchange.get(currency).map(|rate| x(rate))
    }

    fn base(&self) -> Option<Exact> {
        Some(x(VALUE))
    }
}

fn rate(share: &str, fixed: &str) -> Value<'static> {
    Value::Rate(RateValue { share: x(share), fixed: x(fixed) })
}

fn number(number: &str) -> Value<'static> {
    Value::Number(x(number))
}

/// 2,000 kg or 50 hl or 5,000 pieces worth 10,000 pounds, on a day of July, at 0.85 pounds a euro.
fn uk_goods() -> Goods {
    Goods {
        schema: uk::schema(),
        fields: BTreeMap::from([
            ("law_date", Value::Date(jiff::civil::date(2020, 7, 15))),
            ("meursing.ea", rate("0", "150")),
            ("meursing.adsz", rate("0", "90")),
            ("meursing.adfm", rate("0", "80")),
            ("entry_price.duty", rate("0.08", "20")),
        ]),
        quantities: BTreeMap::from([
            ("kg", "2000"),
            ("kg.gross", "2200"),
            ("kg.drained", "1500"),
            ("kg.dry_matter", "1200"),
            ("kg.standard_quality", "1900"),
            ("kg.sucrose", "120000"), // 2,000 kg with 60%
            ("kg.lactic_matter", "300"),
            ("kg.dry_lactic_matter", "250"),
            ("kg.total_alcohol", "40"),
            ("t", "2"),
            ("hl", "50"),
            ("hl.vol", "600"), // 50 hl of 12% vol
            ("m", "3000"),
            ("m2", "800"),
            ("piece", "5000"),
        ]),
        exchange: BTreeMap::from([("GBP", "1"), ("EUR", "0.85")]),
    }
}

/// 2,000 kg or 1,000 pieces and so on, worth 10,000 dollars.
fn us_goods() -> Goods {
    Goods {
        schema: us::schema(),
        fields: BTreeMap::from([
            ("base.case", number("3000")),
            ("base.strap", number("1000")),
            ("base.case_and_strap", number("4000")),
            ("base.battery", number("500")),
            ("base.movement", number("4000")),
            ("base.movement_and_case", number("7000")),
            ("base.apparatus", number("9500")),
            ("base.entire_set", number("10000")),
            ("base.rifle", number("8000")),
            ("base.telescopic_sight", number("2000")),
            ("base.lead_content", number("1200")),
            ("base.full_value", number("10000")),
            ("base.fair_retail_value", number("25000")),
            ("base.cost_of_goods_or_repairs", number("700")),
            ("base.cost_of_parts_or_materials", number("600")),
            ("base.cost_of_parts", number("400")),
            ("sugar.degrees", number("96.5")),
            ("applicable.subheading", rate("0.04", "100")),
            ("applicable.natural_juice", rate("0", "340")),
            ("applicable.article", rate("0.03", "0")),
            ("applicable.complete_movement", rate("0.05", "60")),
            ("applicable.highest_in_set", rate("0.09", "0")),
            ("applicable.without_this", rate("0.07", "0")),
        ]),
        quantities: BTreeMap::from([
            ("kg", "2000"),
            ("kg.drained", "1500"),
            ("kg.contents", "2500"),
            ("kg.contents_and_container", "2600"),
            ("kg.with_container", "2100"),
            ("t.with_container", "2.1"),
            ("kg.total_sugars", "900"),
            ("kg.morphine", "10"),
            ("kg.copper", "300"),
            ("kg.lead", "400"),
            ("kg.zinc", "200"),
            ("kg.manganese", "50"),
            ("kg.magnesium", "60"),
            ("kg.molybdenum", "150"),
            ("kg.silicon", "70"),
            ("kg.tungsten", "100"),
            ("kg.clean", "1800"),
            ("g", "2000000"),
            ("t", "2"),
            ("l", "5000"),
            ("l.proof", "3800"),
            ("barrel", "600"),
            ("m", "3000"),
            ("m.linear", "2900"),
            ("m2", "800"),
            ("m2.recording_surface", "750"),
            ("m3", "30"),
            ("piece", "1000"),
            ("piece.other", "250"),
            ("pair", "1200"),
            ("dozen", "100"),
            ("gross", "50"),
            ("gross.immediate_containers", "55"),
            ("gross.line", "2000"),
            ("head", "20"),
            ("pack", "5000"),
            ("pin", "40000"),
            ("jewel", "17000"),
            ("jewel.over_7", "10000"),
        ]),
        exchange: BTreeMap::from([("USD", "1")]),
    }
}

/// What a rate in canonical text comes to on some goods. Also: it prints back, and has words.
fn reckoned(canonical: &str, goods: &Goods) -> Exact {
    let parsed = Expression::parse(canonical, &goods.schema, Type::Rate)
        .unwrap_or_else(|fault| panic!("{canonical}: {fault}"));
    assert_eq!(parsed.to_string(), canonical);
    let again = Expression::parse(&parsed.to_string(), &goods.schema, Type::Rate).unwrap();
    assert_eq!(again, parsed);
    let (zh, en) = (rate_words(&parsed, Lang::Zh), rate_words(&parsed, Lang::En));
    let is_name =
        canonical.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')) && canonical != "free";
    assert!(!zh.is_empty() && !en.is_empty() && (zh != en || is_name), "{en}");
    match parsed.evaluate(goods) {
        Ok(Value::Rate(rate)) => rate.amount(x(VALUE)).unwrap(),
        other => panic!("{canonical}: {other:?}"),
    }
}

/// The texts of a column that are not understood, by reason.
#[derive(Default)]
struct Column {
    name: &'static str,
    distinct: usize,
    rows: usize,
    refused: BTreeMap<Why, BTreeMap<String, (usize, usize)>>,
    refused_rows: usize,
}

impl Column {
    /// Reads each text; what is understood is checked.
    fn of(
        name: &'static str,
        texts: &BTreeMap<String, usize>,
        check: impl Fn(&str) -> Result<(), Unread>,
    ) -> Column {
        let rows = texts.values().sum();
        let mut column = Column { name, distinct: texts.len(), rows, ..Column::default() };
        for (text, count) in texts {
            let Err(unread) = check(text) else { continue };
            assert!(unread.position <= text.chars().count(), "{text}");
            let refusal = unread.refusal(text, "");
            assert!(refusal.text.zh.contains(&*unread.reason.text().zh), "{refusal:?}");
            column.refused_rows += count;
            column.refused.entry(unread.reason).or_default().insert(text.clone(), (unread.position, *count));
        }
        eprintln!("{name}: {} of {} distinct texts understood", column.understood(), column.distinct);
        column
    }

    fn understood(&self) -> usize {
        self.distinct - self.refused.values().map(BTreeMap::len).sum::<usize>()
    }

    fn write(&self, out: &mut String) {
        let Column { name, distinct, rows, refused_rows, .. } = self;
        let read_rows = rows - refused_rows;
        let understood = self.understood();
        writeln!(out, "\n## {name}\n").unwrap();
        writeln!(
            out,
            "{understood} of {distinct} distinct texts are understood: {read_rows} of {rows} rows with a text."
        )
        .unwrap();
        for (why, texts) in &self.refused {
            let words = why.text();
            writeln!(out, "\n### {} ({}): {}\n", words.en, words.zh, texts.len()).unwrap();
            writeln!(out, "| text | at character | rows |\n|---|---|---|").unwrap();
            for (text, (position, count)) in texts {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
                writeln!(out, "| `{text}` | {position} | {count} |").unwrap();
            }
        }
    }
}

/// What is said of the list before it.
const HEAD: &str = "# Duty texts that are not understood

The readers in `departments/duties/src/text` translate the duty texts of other tariffs into the language of rates. This is the list of the distinct texts that they refuse, each by its reason and place; a blank cell is no text. The test `rate_texts` writes it (`WRITE_RATE_TEXTS=1`) and holds it against the data. Understood does not mean that a rate stands by itself: a text that rests on something outside it (a component by content, the duty of another heading, the value of a part) names that as a term, and reckoning refuses by the term's name until the term is given.
";

fn uk_column() -> Option<Column> {
    let table = rows(&data("uk-tariff")?.join("uk_global_tariff_2020.csv.gz"));
    assert_eq!(table.len(), 9_533);
    let texts = texts(&table, &["cet_duty_rate", "ukgt_duty_rate"]);
    let goods = uk_goods();
    Some(Column::of("UK Global Tariff 2020: duties of the EU and of the UK", &texts, |text| {
        uk::read(text).map(|canonical| {
            reckoned(&canonical, &goods);
        })
    }))
}

fn us_columns() -> Option<[Column; 3]> {
    let table = rows(&data("us-hts")?.join("htsdata_2024-11.csv.gz"));
    assert_eq!(table.len(), 35_808);
    let goods = us_goods();
    let plain = |text: &str| {
        us::read(text).map(|canonical| {
            reckoned(&canonical, &goods);
        })
    };
    let special = |text: &str| us::read_special(text).map(|parts| check_special(text, &parts, &goods));
    let texts = |column: &str| texts(&table, &[column]);
    Some([
        Column::of("HTS of November 2024: general", &texts("General Rate of Duty"), plain),
        Column::of("HTS of November 2024: special", &texts("Special Rate of Duty"), special),
        Column::of("HTS of November 2024: column 2", &texts("Column 2 Rate of Duty"), plain),
    ])
}

/// Every rate can be reckoned, and no two rates are for one programme.
fn check_special(text: &str, parts: &[Special], goods: &Goods) {
    let mut seen = BTreeSet::new();
    for part in parts {
        match &part.rate {
            SpecialRate::Rate(canonical) => {
                reckoned(canonical, goods);
                // one text names `L` twice for one rate
                let programmes: BTreeSet<_> = part.programmes.iter().collect();
                for programme in programmes {
                    assert!(seen.insert(programme), "{text}: {programme} twice");
                }
            }
            SpecialRate::See(headings) => assert!(!headings.is_empty() && !part.programmes.is_empty()),
        }
    }
}

#[test]
fn the_texts_of_two_tariffs() {
    let (Some(uk), Some(us)) = (uk_column(), us_columns()) else { return };
    let [general, special, second] = us;
    // what was reached; a reader that understands less has lost something
    for (column, distinct, understood) in
        [(&uk, 832, 817), (&general, 800, 778), (&special, 782, 766), (&second, 840, 816)]
    {
        assert_eq!(column.distinct, distinct, "{}", column.name);
        assert!(column.understood() >= understood, "{}: {}", column.name, column.understood());
    }
    let mut list = HEAD.to_owned();
    [uk, general, special, second].iter().for_each(|column| column.write(&mut list));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rate-texts.md");
    if std::env::var_os("WRITE_RATE_TEXTS").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap_or_default() == list, "docs/rate-texts.md is not of today");
}

/// The sums are by hand, from the text and the goods above.
#[test]
fn uk_texts_reckoned_by_hand() {
    let goods = uk_goods();
    for (text, by_hand, want) in UK_BY_HAND {
        let canonical = uk::read(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        assert_eq!(reckoned(&canonical, &goods), x(want), "{text}: {by_hand}");
    }
}

#[test]
fn us_texts_reckoned_by_hand() {
    let goods = us_goods();
    for (text, by_hand, want) in US_BY_HAND {
        let canonical = us::read(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"));
        assert_eq!(reckoned(&canonical, &goods), x(want), "{text}: {by_hand}");
    }
}

/// Text, sum by hand, amount in pounds.
const UK_BY_HAND: &[(&str, &str, &str)] = &[
    ("0.00%", "nothing", "0"),
    ("6.80%", "10000 × 0.068", "680"),
    ("41.2 EUR/100 kg", "20 × 41.2 × 0.85", "700.4"),
    ("32.72 GBP/100kg", "20 × 32.72", "654.4"),
    ("10.2 + 93.1 EUR/100 kg", "1020 + 20 × 93.1 × 0.85", "2602.7"),
    ("10.00% + 73.94 GBP/100kg", "1000 + 20 × 73.94", "2478.8"),
    ("32 EUR/hl", "50 × 32 × 0.85", "1360"),
    ("1.19 EUR/kg/lactic matter + 27.5 EUR/100 kg", "300 × 1.19 × 0.85 + 20 × 27.5 × 0.85", "770.95"),
    ("0.94 GBP/kg/lacticmatter + 21.8 GBP/100kg", "300 × 0.94 + 20 × 21.8", "718"),
    ("0.07 EUR/kg/dry lactic matter", "250 × 0.07 × 0.85", "14.875"),
    ("6.2 + 27.1 EUR/100 kg MAX 17.9", "620 + 460.7 = 1080.7, at most 1790", "1080.7"),
    ("9.1 + 45.1 EUR/100 kg MAX 18.9 + 16.5 EUR/100 kg", "910 + 766.7, at most 1890 + 280.5", "1676.7"),
    ("9 + EA", "900 + 150", "1050"),
    ("9 + EA MAX 18.7 +ADSZ", "1050, at most 1870 + 90", "1050"),
    ("9 + EA MAX 8 +ADFM", "1050, at most 800 + 80", "880"),
    ("EP", "10000 × 8% + 20", "820"),
    ("12 MIN 2 EUR/100 kg/br", "1200, at least 22 × 2 × 0.85", "1200"),
    ("0.1 MIN 2 EUR/100 kg/br", "10, at least 22 × 2 × 0.85", "37.4"),
    ("5.1 + 9.4 EUR/100 kg eda", "510 + 15 × 9.4 × 0.85", "629.85"),
    ("52 EUR/1000 p/st", "5 × 52 × 0.85", "221"),
    ("50.7 EUR/100 kg mas", "12 × 50.7 × 0.85", "517.14"),
    ("33.9 EUR/100 kg std qual", "19 × 33.9 × 0.85", "547.485"),
    ("0.4 EUR/100 kg/%sacchar.", "20 × 60 × 0.4 × 0.85", "408"),
    ("1.62 EUR/kg/tot/alc", "40 × 1.62 × 0.85", "55.08"),
    ("40 + 121 EUR/hl + 20.6 EUR/100 kg", "4000 + 5142.5 + 350.2", "9492.7"),
    ("0.71 GBP/%vol/hl + 5 GBP/hl", "50 × 12 × 0.71 + 250", "676"),
    ("1.3 EUR/% vol/hl MIN 7.2 EUR/hl", "600 × 1.3 × 0.85, at least 50 × 7.2 × 0.85", "663"),
    ("17.3 MIN 1 EUR/% vol/hl", "1730, at least 510", "1730"),
    ("5 EUR/100 m", "30 × 5 × 0.85", "127.5"),
    ("8.00% + 2.22 GBP/msq", "800 + 800 × 2.22", "2576"),
    ("11.2 MIN 22 EUR/100 kg MAX 56 EUR/100 kg", "1120, at least 374, at most 952", "952"),
    ("4.5 MIN 0.3 EUR/p/st MAX 0.8 EUR/p/st", "450, at least 1275, at most 3400", "1275"),
    ("0.5 EUR/p/st MIN 2.7 MAX 4.6", "2125, at least 270, at most 460", "460"),
    ("12.00% (JUN-AUG), 8.00% (SEP-MAY)", "July: 12%", "1200"),
    ("6.00% (OCT-JUN), 12.00% (JUL-SEP)", "July: 12%", "1200"),
    ("4.00% (JAN-MAR), 0.00% (APR-JUL), 8.00% (AUG-DEC)", "July: 0%", "0"),
];

/// Text, sum by hand, amount in dollars.
const US_BY_HAND: &[(&str, &str, &str)] = &[
    ("Free", "nothing", "0"),
    ("6.8%", "10000 × 0.068", "680"),
    ("2.5% <u></u>", "10000 × 0.025", "250"),
    ("33 1/3%", "10000 × 100/3 %, the share to 12 places", "3333.33333333"),
    ("1¢/kg", "2000 × 0.01", "20"),
    ("4.4¢/kg + 2.5%", "88 + 250", "338"),
    ("$1.035/kg +13.6%", "2070 + 1360", "3430"),
    ("1¢ each + 2.8%", "10 + 280", "290"),
    ("0.34¢/liter", "5000 × 0.0034", "17"),
    ("4.5¢/ liter", "5000 × 0.045", "225"),
    ("18.9¢/pf.liter", "3800 × 0.189", "718.2"),
    ("4.4¢/liter + 31.4¢/pf. liter", "220 + 1193.2", "1413.2"),
    ("3.7¢/kg on drained weight", "1500 × 0.037", "55.5"),
    ("5.7¢/kg on drained weight +8%", "85.5 + 800", "885.5"),
    ("2.1¢/kg on entire contents of container", "2500 × 0.021", "52.5"),
    ("0.7¢/kg on copper content + 0.7¢/kg on lead content", "2.1 + 2.8", "4.9"),
    ("12.8¢/kg on molybdenum content + 1.8%", "19.2 + 180", "199.2"),
    ("16.9¢/kg of total sugars + 5.1%", "152.1 + 510", "662.1"),
    ("18.7¢/m<sup>2</sup>", "800 × 0.187", "149.6"),
    ("$1.13/m<sup>3</sup>", "30 × 1.13", "33.9"),
    ("14.5¢/m<sup>2 </sup>+ 0.4%", "116 + 40", "156"),
    ("76¢/pr. + 32%", "912 + 3200", "4112"),
    ("96¢/doz. + 1.4%", "96 + 140", "236"),
    ("14¢/gross + 4.3%", "7 + 430", "437"),
    ("0.3¢/line/ gross + 4.6%", "2000 × 0.003 + 460", "466"),
    ("89.6¢/1000", "0.896", "0.896"),
    ("10¢/1,000 pins + 3.5%", "40 × 0.1 + 350", "354"),
    ("5.25¢/bbl", "600 × 0.0525", "31.5"),
    ("$1.24/t", "2 × 1.24", "2.48"),
    ("68¢/head", "20 × 0.68", "13.6"),
    (
        "44¢ each + 6% on the case + 14% on the strap, band or bracelet + 5.3% on the battery",
        "440 + 180 + 140 + 26.5",
        "786.5",
    ),
    ("43¢ each + 2.8¢/jewel over 7 + 3.7% on the case", "430 + 280 + 111", "821"),
    ("17¢ each + 2.5% + 1¢/jewel", "170 + 250 + 170", "590"),
    ("4.7% on the value of the rifle + 20% on the value of the telescopic sight, if any", "376 + 400", "776"),
    ("3 percent of the fair retail value", "25000 × 3%", "750"),
    (
        "3.6606¢/kg less 0.020668¢/kg for each degree under 100 degrees (and fractions of a degree in \
         proportion) but not less than 3.143854¢/kg",
        "2000 × (0.036606 − 0.00020668 × 3.5) = 71.76524, at least 62.87708",
        "71.76524",
    ),
    (
        "3.6606¢/kg less 0.5¢/kg for each degree under 100 degrees (and fractions of a degree in \
         proportion) but not less than 3.143854¢/kg",
        "2000 × (0.036606 − 0.005 × 3.5), at least 2000 × 0.03143854",
        "62.87708",
    ),
    ("The duty provided in the applicable subheading + 25%", "400 + 100 + 2500", "3000"),
    ("The duty rate provided in such subheading minus 0.5%", "500 − 50", "450"),
    ("No change", "400 + 100", "500"),
    ("The rate applicable to the natural juice in heading 2009", "as given", "340"),
];

/// Components of the same duties in a table of their own (expression 01 or 04, amount, currency, unit,
/// qualifier): another source than the text, reckoned here without the language.
#[test]
fn texts_agree_with_the_components_of_the_same_duties() {
    let Some(folder) = data("uk-tariff") else { return };
    let schedule = rows(&folder.join("mfn_final.csv.gz"));
    let duties: BTreeMap<&str, &str> = schedule
        .iter()
        .filter(|row| row["PLS"] == "80" && !row["Duty"].is_empty())
        .map(|row| (row["Full commodity code"].as_str(), row["Duty"].as_str()))
        .collect();
    let text = std::fs::read_to_string(folder.join("mfn_components.csv")).unwrap();
    let mut by_code: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        if cells.len() >= 6 && !cells[1].is_empty() {
            by_code.entry(cells[0]).or_default().push(cells);
        }
    }
    let goods = uk_goods();
    let (mut agreed, mut other_figures) = (0, 0);
    for (code, components) in &by_code {
        let Some(duty) = duties.get(code) else { continue };
        let Ok(canonical) = uk::read(duty) else { continue };
        let figures: Vec<Exact> = components.iter().map(|cells| x(cells[2])).collect();
        if figures_of(duty) != figures {
            other_figures += 1; // the tables are of two proposals: 3.84% here, 3.8 there
            continue;
        }
        let sum = components.iter().map(|cells| component(cells, &goods));
        let sum = sum.reduce(|a, b| a.add(b).unwrap()).unwrap();
        assert_eq!(reckoned(&canonical, &goods), sum, "{code}: {duty}, components {components:?}");
        agreed += 1;
    }
    eprintln!("{agreed} duties agree with their components; {other_figures} have other figures there");
    assert_eq!((agreed, other_figures), (191, 47));
}

/// The figures of a text that are rates: multiples of units have no decimal point and a unit behind.
fn figures_of(duty: &str) -> Vec<Exact> {
    let amounts = duty.replace("/ 100", "/").replace("/100", "/");
    let pieces = amounts.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|piece| !piece.is_empty());
    pieces.filter_map(Exact::parse).collect()
}

/// A component: a percentage, or an amount per unit; quantities and the exchange rate as above.
fn component(cells: &[&str], goods: &Goods) -> Exact {
    let amount = x(cells[2]);
    let per = |symbol: &str, over: i64| {
        let quantity = x(goods.quantities[symbol]).mul(amount).unwrap();
        let exchanged = quantity.mul(x(goods.exchange[cells[3]])).unwrap();
        exchanged.div(Exact::from(over), 12, customhouse_kernel::values::Rounding::HalfUp).unwrap()
    };
    match (cells[4], cells[5]) {
        ("", "") => amount.mul(Exact::HUNDRED).unwrap(), // of 10,000
        ("DTN", "") => per("kg", 100),
        ("TNE", "") => per("t", 1),
        ("HLT", "") => per("hl", 1),
        ("ASV", "X") => per("hl.vol", 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_outside_a_text_is_asked_for_by_name_and_never_zero() {
    let nothing = |schema: Schema| Goods { fields: BTreeMap::new(), schema, ..uk_goods() };
    for (canonical, schema, name) in [
        (uk::read("9 + EA MAX 18.7 +ADSZ"), uk::schema(), "meursing.ea"),
        (uk::read("EP"), uk::schema(), "entry_price.duty"),
        (us::read("3% on the case"), us::schema(), "base.case"),
        (us::read("No change"), us::schema(), "applicable.subheading"),
    ] {
        let parsed = Expression::parse(&canonical.unwrap(), &schema, Type::Rate).unwrap();
        let fault = parsed.evaluate(&nothing(schema)).unwrap_err();
        assert_eq!(fault.to_string(), format!("the field {name} is missing"));
    }
}

#[test]
fn texts_that_are_refused() {
    for (text, position, why) in [
        ("", 0, Why::Empty),
        ("  ", 2, Why::Empty),
        ("6.8 +", 5, Why::Unexpected),
        ("6.8 MAX", 7, Why::Unexpected),
        ("40.00% + 96.09 GBP/hl16.3 GBP/100kg", 21, Why::NoSign),
        ("11.2 MIN 22 EUR MAX 56 EUR/100 kg", 16, Why::NoUnit),
        ("8 MAX 2.8 EUR/stone", 14, Why::UnknownUnit),
        ("8 MAX 2.8 EUR/m\u{fffd}", 15, Why::LostCharacter),
        ("14.00% (JUN-FEB), 0.00% (FEB-JUN)", 24, Why::Seasons),
        ("14.00% (JUN-AUG)", 16, Why::Seasons),
        ("14.00% (JUN-AUGUST)", 15, Why::Unexpected),
        ("5 USD/100 kg", 2, Why::Unexpected),
        ("99999999999999999999999999999999%", 0, Why::TooManyDigits),
        ("６.8%", 0, Why::Unexpected),
    ] {
        assert_eq!(uk::read(text), Err(Unread { position, reason: why }), "{text}");
    }
    for (text, position, why) in [
        ("", 0, Why::Empty),
        (":", 0, Why::Unexpected),
        ("37% /", 4, Why::Unexpected),
        ("5¢", 2, Why::NoUnit),
        ("5", 1, Why::NoUnit),
        ("5¢/stone", 3, Why::UnknownUnit),
        ("33 1/0%", 6, Why::Unexpected),
        ("See additional U.S. note 1", 0, Why::InNote),
        ("Free, under bond, as prescribed in U.S. note 2", 4, Why::UnderCondition),
        ("The rate applicable to each garment in the ensemble", 0, Why::AssessedApart),
        ("A duty upon the value", 0, Why::Sentences),
        ("[The duty provided in the applicable subheading + 100%]", 0, Why::Unexpected),
    ] {
        assert_eq!(us::read(text), Err(Unread { position, reason: why }), "{text}");
    }
    for (text, position, why) in [
        ("Free (A,AU", 10, Why::Programmes),
        ("Free (A,,AU)", 8, Why::Programmes),
        ("Free (a)", 6, Why::Programmes),
        ("See 9.1 (AU)", 4, Why::Unexpected),
        ("Free 5%", 5, Why::Unexpected),
    ] {
        assert_eq!(us::read_special(text), Err(Unread { position, reason: why }), "{text}");
    }
}

#[test]
fn the_special_column_says_for_whom() {
    let parts =
        us::read_special("Free (A+, AU,\nE*) 18.6¢/kg + 0.8% (P) See 9823.10.01-9823.10.45, 9822.05.20 (S+)")
            .unwrap();
    let programmes: Vec<_> = parts.iter().map(|part| part.programmes.join(" ")).collect();
    assert_eq!(programmes, ["A+ AU E*", "P", "S+"]);
    assert_eq!(parts[0].rate, SpecialRate::Rate("free".to_owned()));
    assert_eq!(parts[1].rate, SpecialRate::Rate("0.186 USD/kg + 0.8%".to_owned()));
    let range = ("9823.10.01".to_owned(), Some("9823.10.45".to_owned()));
    assert_eq!(parts[2].rate, SpecialRate::See(vec![range, ("9822.05.20".to_owned(), None)]));
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(
        text in "\\PC{0,60}|[0-9.+%¢$/ ()A-Za-z,<>-]{0,80}|(6\\.8|EUR|/|100|kg| |\\+|MAX|¢|each|Free|\\(|A|,|\\)|%|less|See|EA){0,25}"
    ) {
        let length = text.chars().count();
        for (read, schema) in [(uk::read(&text), uk::schema()), (us::read(&text), us::schema())] {
            match read {
                Ok(canonical) => match Expression::parse(&canonical, &schema, Type::Rate) {
                    Ok(parsed) => prop_assert_eq!(parsed.to_string(), canonical),
                    // a text may ask for more than one rate holds
                    Err(fault) => prop_assert!(fault.to_string().contains("nested") || fault.to_string().contains("digits"), "{}: {}", canonical, fault),
                },
                Err(unread) => prop_assert!(unread.position <= length),
            }
        }
        if let Err(unread) = us::read_special(&text) {
            prop_assert!(unread.position <= length);
        }
    }
}
