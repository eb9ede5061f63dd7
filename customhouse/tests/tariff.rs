//! The whole real tariff, imported in memory: a declaration on every line with a known rate is
//! assessed, and every other line is refused by name.

#![allow(clippy::disallowed_methods)] // tests are shell: they read files

use customhouse_control::assess_form;
use customhouse_control::form::{Form, Part};
use customhouse_duties::{Commodity, RateText, SecondUnit, Tariff};
use customhouse_engine::Edition;
use customhouse_kernel::values::{CommodityCode, CreditCode};
use customhouse_program::import_cn::{Imported, Nomenclature, QUOTAS, import, text};
use customhouse_program::pack_source::embedded;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const DAY: Date = date(2026, 11, 20);

/// The folder of shared data; `None`, told aloud, where it is not there. In CI it must be.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{} is not there", folder.display());
    println!("skipped: {} is not there", folder.display());
    None
}

fn whole_tariff(shared: &Path) -> Imported {
    let read = |name: &str| text(&fs::read(shared.join(name)).unwrap()).unwrap();
    let pack = embedded();
    let own = Edition::compile(1, &pack).unwrap();
    let nomenclature = Nomenclature::read(&read("wco-hs/hs2022.csv.gz"), true).unwrap();
    import(&pack, &own.control.rulebook, &read("cn-tariff/cn_hs10_rates.csv.gz"), &nomenclature).unwrap()
}

#[test]
fn every_line_is_assessed_or_refused_by_name() {
    let Some(shared) = shared() else { return };
    let imported = whole_tariff(&shared);
    assert_eq!(imported.summary.lines, 12_030);
    let edition = Edition::compile(1, &imported.files).unwrap();
    let tariff = &edition.control.tariff;
    let lines: Vec<&Commodity> = tariff.commodities("", DAY).collect();
    assert_eq!(lines.len(), 12_030);
    let (known, unknown): (Vec<&Commodity>, Vec<&Commodity>) =
        lines.iter().partition(|line| why_unknown(tariff, line.code).is_none());
    for lot in known.chunks(50) {
        let (declaration, assessment, _) = assess_form(&form(lot), &edition.control, DAY)
            .unwrap_or_else(|findings| panic!("{}…: {findings:#?}", lot[0].code));
        assert_eq!(assessment.lines.len(), declaration.lines.len());
        for line in &assessment.lines {
            let charges: Vec<&str> = line.charges.iter().map(|c| c.charge.as_str()).collect();
            assert!(charges.contains(&"import_duty") && charges.contains(&"vat"), "{charges:?}");
        }
    }
    for line in &unknown {
        let findings = assess_form(&form(&[line]), &edition.control, DAY).unwrap_err();
        let refused: Vec<&str> = findings.iter().filter(|f| f.is_error()).map(|f| f.code.as_str()).collect();
        assert_eq!(refused, ["DUT-013"], "{}: {findings:#?}", line.code);
        let why = why_unknown(tariff, line.code).unwrap();
        assert!(findings.iter().any(|f| f.text.en.contains(&why)), "{}: {findings:#?}", line.code);
    }
    println!("{} lines assessed, {} refused by name", known.len(), unknown.len());
    assert!(unknown.len() > 200 && unknown.len() < 400, "{}", unknown.len());
}

/// Why the rates that goods of a most-favoured nation pay are not known, if they are not.
fn why_unknown(tariff: &Tariff, code: CommodityCode) -> Option<String> {
    let rate = |charge: &str, tier: &str| {
        tariff.measures(code, DAY).find(|m| &*m.charge == charge && &*m.tier == tier).map(|m| &m.rate)
    };
    let duty = rate("import_duty", "provisional").or_else(|| rate("import_duty", "mfn"));
    [duty, rate("consumption_tax", "standard")].into_iter().flatten().find_map(|rate| match rate {
        RateText::Unknown { note } => Some(note.to_string()),
        RateText::Known(_) => None,
    })
}

/// What the file's description warns of, and the codes within quota, all refuse; what stands beside
/// them does not.
#[test]
fn what_the_source_warns_of_is_unknown() {
    let Some(shared) = shared() else { return };
    let edition = Edition::compile(1, &whole_tariff(&shared).files).unwrap();
    let tariff = &edition.control.tariff;
    for heading in
        ["0207", "2207", "2208", "2402", "2709", "2710", "3702", "52010000", "8521", "8525", "2206001000"]
    {
        let mut lines = tariff.commodities(heading, DAY).peekable();
        assert!(lines.peek().is_some(), "{heading}");
        for line in lines.filter(|line| line.code.as_str() != "5201000080") {
            assert!(why_unknown(tariff, line.code).is_some(), "{}", line.code);
        }
    }
    for code in ["2707500010", "2707999000", "2715000010", "3826000090"] {
        assert!(why_unknown(tariff, CommodityCode::parse(code).unwrap()).is_some(), "{code}");
    }
    for eight in QUOTAS.iter().flat_map(|(.., eights)| eights.split(' ')).filter(|e| *e != "52010000") {
        // the pack has the quota's rate of the codes that it knows itself; of the others it is not known
        let within = |code: CommodityCode| {
            let mut of_quota = tariff.measures(code, DAY).filter(|m| &*m.tier == "quota");
            of_quota.next().is_some() || why_unknown(tariff, code).is_some()
        };
        let states: Vec<bool> = tariff.commodities(eight, DAY).map(|line| within(line.code)).collect();
        assert_eq!(
            states.iter().filter(|within| **within).count(),
            1,
            "{eight}: one of the pair is within quota"
        );
        assert_eq!(states.len(), 2, "{eight}");
    }
    // beer, natural rubber and sliding cotton: the file flattens them, the tariff's footnotes do not
    for code in [
        "0201300090",
        "2204210000",
        "8703234110",
        "2203000000",
        "4001100000",
        "4001210000",
        "4001220000",
        "5201000080",
    ] {
        assert_eq!(why_unknown(tariff, CommodityCode::parse(code).unwrap()), None, "{code}");
    }
}

#[test]
fn quotas_are_those_of_the_tariff() {
    let Some(shared) = shared() else { return };
    let file = fs::read(shared.join("cn/tariff-quotas-2026.tsv")).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(file.as_slice());
    let theirs: BTreeMap<String, (String, BTreeSet<String>)> = reader
        .records()
        .map(|r| r.unwrap())
        .map(|r| (r[1].to_owned(), (r[4].to_owned(), r[3].split(' ').map(str::to_owned).collect())))
        .collect();
    let ours: BTreeMap<String, (String, BTreeSet<String>)> = QUOTAS
        .iter()
        .map(|(goods, rate, lines)| {
            ((*goods).to_owned(), ((*rate).to_owned(), lines.split(' ').map(str::to_owned).collect()))
        })
        .collect();
    assert_eq!(ours, theirs);
}

/// A declaration of one piece of each, from a most-favoured nation.
fn form(lines: &[&Commodity]) -> Form {
    let firm = CreditCode::complete("91990000MA0000001").unwrap();
    let mut form = Form::default();
    for (name, value) in [
        ("direction", "import"),
        ("declaration_office", "2225"),
        ("entry_office", "2225"),
        ("entry_date", "2026-11-20"),
        ("bill", "TEST1"),
        ("transport_mode", "2"),
        ("transport_name", "FARSEA AURORA"),
        ("consignee.credit_code", firm.as_str()),
        ("consignee.customs_code", "9999910001"),
        ("consignee.name", "示例进口有限公司"),
        ("consumer.name", "示例进口有限公司"),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("trading_country", "DE"),
        ("departure_country", "DE"),
        ("departure_port", "DEU000"),
        ("last_port", "DEU000"),
        ("entry_port", "310001"),
        ("storage_place", "外港监管仓"),
        ("packages", "10"),
        ("packaging", "22"),
        ("gross_kg", "1000"),
        ("net_kg", "900"),
        ("terms", "1"),
        ("price_confirmations", "00000"),
    ] {
        assert!(form.head.set(name, value), "{name}");
    }
    for (place, line) in lines.iter().enumerate() {
        let unit = line.unit_1.map_or_else(|| "035".to_owned(), |u| u.to_string());
        let fields = form.add(Part::Line);
        for (name, value) in [
            ("number", (place + 1).to_string().as_str()),
            ("commodity_code", line.code.as_str()),
            ("name", "样品"),
            ("quantity", "10"),
            ("unit", &unit),
            ("first_quantity", "10"),
            ("first_unit", &unit),
            ("price", "100"),
            ("total", "1000"),
            ("currency", "EUR"),
            ("origin", "DE"),
            ("destination", "CN"),
            ("district", "31222"),
            ("duty_mode", "1"),
        ] {
            assert!(fields.set(name, value), "{name}");
        }
        if let SecondUnit::Unit(unit) = line.unit_2 {
            fields.set("second_quantity", "10");
            fields.set("second_unit", unit.to_string());
        }
    }
    form
}
