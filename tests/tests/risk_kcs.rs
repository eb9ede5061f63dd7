//! Real input: the first thousand import declarations of `risk-kcs` (Korea Customs, synthetic after
//! inspected real ones), lodged by their importers under the whole real tariff. Most are released or reach
//! a channel; every other one is refused by name, and for what its row truly lacks.
//!
//! Of a row come the day, the mode of transport, the importer, the first six digits of the commodity code,
//! both countries, the net mass and the price in won. Read otherwise than they stand there:
//! - the day: the same one of 2026, whose tariff, calendar and exchange rates the pack knows (won among
//!   them, dated and not confirmed);
//! - the code: the first under the HS6; where the tariff has none, `0000` behind it;
//! - Korea's home trade: CN as KR, in both country fields;
//! - mass, quantities and price: no more places than the form takes.
//!
//! Fiction, for what rows lack: the bill, its carrier, ship or flight, ten boxes, a tenth and a kilogram
//! more of gross mass; codes and names of firms; the offices; terms CIF; the goods' name; a piece, or
//! whatever else the tariff counts in, for each kilogram begun.

#![allow(clippy::disallowed_methods)] // tests are shell: they read files

use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{Actor, BillForm, Command, DeclarationRecord, Role, Settlement, declaration_key};
use customhouse_duties::{RateText, SecondUnit, Tariff};
use customhouse_engine::{
    Command as EngineCommand, Dice, Edition, Engine, KeyFile, Outcome, PackFiles, Sent, Settings, Submission,
    SubmitError, verify,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::values::{
    CommodityCode, CreditCode, Direction, EntryNumber, Exact, Money, OfficeCode, Rounding, UnitCode,
};
use customhouse_program::import_cn::{Nomenclature, import, text};
use customhouse_program::pack_source::embedded;
use customhouse_storage::Sqlite;
use customhouse_tests::Folder;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Instant;

const ROWS: usize = 1_000;
/// 2026-01-01 10:00 in China.
const FIRST_DAY: i64 = 1_767_232_800_000_000;
const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const KILOGRAM: &str = "035";
/// Yuan for a won in January of 2026, as the pack has it.
const WON: &str = "0.00476141";

/// Why a row may be refused, and the codes that say so. Whatever else is said fails the test.
const REASONS: &[(&str, &[&str])] = &[
    ("unknown code", &["CN-NORM-CODE-KNOWN"]),
    ("rate unknown", &["DUT-013"]),
    ("no value", &["CN-NORM-TOTAL-POSITIVE", "DUT-005"]),
    ("no mass", &["CN-NORM-NET-POSITIVE", "CN-NORM-QUANTITY-POSITIVE", "CN-NORM-FIRST-QUANTITY-POSITIVE"]),
    ("no such country", &["CTL-009"]),
];

#[test]
fn a_thousand_declarations_of_another_country() {
    let Some(shared) = shared() else { return };
    let begun = Instant::now();
    let pack = whole_pack(&shared);
    let folder = Folder::new("risk-kcs");
    let engine = engine(&folder, pack);
    let law = engine.law();
    let rows = rows(&shared, &law.control.tariff);
    let mut days: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        days.entry(row.day).or_default().push(row);
    }
    println!(
        "{:.1} s: the pack has {} rules",
        begun.elapsed().as_secs_f32(),
        law.control.rulebook.rules().len()
    );

    let mut counts = Counts::default();
    for (day, rows) in days {
        engine.move_clock(FIRST_DAY + (day - 1) * DAY).unwrap();
        lodge_and_pay(&engine, &rows, &mut counts);
    }
    println!("{:.1} s: lodged and paid", begun.elapsed().as_secs_f32());
    let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
    engine.stop();
    println!("{:.1} s: verified", begun.elapsed().as_secs_f32());

    for (what, count) in &counts.0 {
        println!("{count:5}  {what}");
    }
    let cleared = ["released", "document check", "examination"].map(|way| counts.of(way));
    let cleared: usize = cleared.into_iter().sum();
    assert!(cleared > ROWS / 2, "{cleared} reached release or a channel");
    assert_eq!(cleared + counts.of("held") + counts.of("refused"), ROWS);
}

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

fn read(shared: &Path, name: &str) -> String {
    text(&fs::read(shared.join(name)).unwrap()).unwrap()
}

/// The China pack with the whole real tariff in it.
fn whole_pack(shared: &Path) -> PackFiles {
    let pack = embedded();
    let own = Edition::compile(1, &pack).unwrap();
    let nomenclature = Nomenclature::read(&read(shared, "wco-hs/hs2022.csv.gz"), true).unwrap();
    let tariff = read(shared, "cn-tariff/cn_hs10_rates.csv.gz");
    import(&pack, &own.control.rulebook, &tariff, &nomenclature).unwrap().files
}

/// An engine on a database of its own, with the dice of a real service.
fn engine(folder: &Folder, pack: PackFiles) -> Engine {
    Engine::start(Settings {
        store: Box::new(Sqlite::open(&folder.0.join("customhouse.db")).unwrap()),
        keys: KeyFile::open_or_make(&folder.0, "2026-01-01T00:00:00Z").unwrap(),
        pack: Some((pack, "packs/cn and the whole tariff".to_owned())),
        sample: true,
        clock: Some(FIRST_DAY - HOUR),
        dice: Dice::Machine,
        outlets: BTreeMap::new(),
    })
    .unwrap()
}

// --- the rows ------------------------------------------------------------------------------------

/// What is taken of a row.
struct Row {
    /// Its place, from 1.
    number: usize,
    /// The day of January.
    day: i64,
    /// The importer's place among all, from 1.
    importer: usize,
    /// The code of China for the row's of Rec 19.
    mode: &'static str,
    code: String,
    unit_1: Option<UnitCode>,
    unit_2: Option<UnitCode>,
    departure: String,
    origin: String,
    net_kg: Exact,
    price: Exact,
    /// What customs must say against it: the names of [`REASONS`].
    lacks: BTreeSet<&'static str>,
}

fn rows(shared: &Path, tariff: &Tariff) -> Vec<Row> {
    let table = read(shared, "risk-kcs/df_syn_train_eng.csv.gz");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut importers: BTreeMap<String, usize> = BTreeMap::new();
    let rows: Vec<Row> = reader
        .deserialize()
        .take(ROWS)
        .zip(1..)
        .map(|(cells, number)| {
            let cells: BTreeMap<String, String> = cells.unwrap();
            let next = importers.len() + 1;
            let importer = *importers.entry(cells["Importer ID"].clone()).or_insert(next);
            row(number, importer, &cells, tariff)
        })
        .collect();
    assert_eq!(rows.len(), ROWS);
    rows
}

fn row(number: usize, importer: usize, cells: &BTreeMap<String, String>, tariff: &Tariff) -> Row {
    let day = cells["Date"].strip_prefix("2020-01-").expect("they begin in January of 2020");
    let today = format!("2026-01-{day}").parse().unwrap();
    let country = |name: &str| if cells[name] == "CN" { "KR".to_owned() } else { cells[name].clone() };
    let number_of = |name: &str, places| Exact::parse(&cells[name]).unwrap().round(places, Rounding::HalfUp);
    let line = tariff.commodities(&cells["HS6 Code"], today).next();
    let second = match line.map(|l| l.unit_2) {
        Some(SecondUnit::Unit(unit)) => Some(unit),
        _ => None,
    };
    let mut row = Row {
        number,
        day: day.parse().unwrap(),
        importer,
        mode: mode(&cells["Mode of Transport"]),
        code: line.map_or_else(|| format!("{}0000", cells["HS6 Code"]), |l| l.code.to_string()),
        unit_1: line.and_then(|l| l.unit_1),
        unit_2: second,
        departure: country("Country of Departure"),
        origin: country("Country of Origin"),
        net_kg: number_of("Net Mass", 5),
        price: number_of("Item Price", 4),
        lacks: BTreeSet::new(),
    };
    let rate = line.is_some_and(|l| is_rate_unknown(tariff, l.code, today));
    row.lacks = [
        ("unknown code", line.is_none()),
        ("rate unknown", rate),
        ("no value", row.price.is_zero()),
        ("no mass", row.net_kg.is_zero()),
        ("no such country", row.origin == "ZZ"), // the data set's word for an unknown one
    ]
    .into_iter()
    .filter_map(|(what, lacks)| lacks.then_some(what))
    .collect();
    row
}

/// Means of transport: UN/ECE recommendation 19 to China's list.
fn mode(recommendation_19: &str) -> &'static str {
    match recommendation_19 {
        "10" => "2",
        "20" => "3",
        "30" => "4",
        "40" => "5",
        "50" => "6",
        "90" => "9",
        other => panic!("mode of transport {other}"),
    }
}

/// Whether a rate that goods of a most-favoured nation pay is written as unknown.
fn is_rate_unknown(tariff: &Tariff, code: CommodityCode, day: Date) -> bool {
    let rate = |charge: &str, tier: &str| {
        tariff.measures(code, day).find(|m| &*m.charge == charge && &*m.tier == tier).map(|m| &m.rate)
    };
    let duty = rate("import_duty", "provisional").or_else(|| rate("import_duty", "mfn"));
    let rates = [duty, rate("consumption_tax", "standard")];
    rates.into_iter().flatten().any(|rate| matches!(rate, RateText::Unknown { .. }))
}

// --- what is sent --------------------------------------------------------------------------------

impl Row {
    fn date(&self) -> String {
        format!("2026-01-{:02}", self.day)
    }

    /// Office of entry and supervised place: the airport's for goods by air.
    fn place(&self) -> (&'static str, &'static str) {
        if self.mode == "5" { ("2233", "浦东机场货站") } else { ("2225", "外港监管仓") }
    }

    fn bill_number(&self) -> String {
        format!("KCS{:06}", self.number)
    }

    /// What the goods weigh in ten boxes.
    fn gross_kg(&self) -> Exact {
        let boxed = self.net_kg.mul(Exact::parse("1.1").unwrap()).unwrap().add(Exact::ONE).unwrap();
        boxed.round(5, Rounding::HalfUp)
    }

    fn bill(&self) -> BillForm {
        let (office, place) = self.place();
        BillForm {
            office: OfficeCode::parse(office).unwrap(),
            bill: self.bill_number(),
            transport_mode: self.mode.to_owned(),
            transport_name: "FARSEA AURORA".to_owned(),
            voyage: "001W".to_owned(),
            direction: Direction::Import,
            entry_date: Some(self.date().parse().unwrap()),
            loading: None,
            place: place.to_owned(),
            packages: 10,
            gross_kg: self.gross_kg(),
            consignee: None,
        }
    }

    fn firm(&self) -> String {
        CreditCode::complete(&format!("91990000MA{:07}", self.importer)).unwrap().to_string()
    }

    fn form(&self) -> Form {
        let (office, place) = self.place();
        let name = format!("示例企业{}有限公司", self.importer);
        let mut form = Form::default();
        set(
            &mut form.head,
            &[
                ("direction", "import"),
                ("declaration_office", office),
                ("entry_office", office),
                ("entry_date", &self.date()),
                ("bill", &self.bill_number()),
                ("transport_mode", self.mode),
                ("transport_name", "FARSEA AURORA"),
                ("voyage", "001W"),
                ("consignee.credit_code", &self.firm()),
                ("consignee.customs_code", &format!("99999{:05}", self.importer)),
                ("consignee.name", &name),
                ("consumer.name", &name),
                ("supervision_mode", "0110"),
                ("levy_nature", "101"),
                ("trading_country", &self.departure),
                ("departure_country", &self.departure),
                ("departure_port", "XXX000"),
                ("last_port", "XXX000"),
                ("entry_port", "310001"),
                ("storage_place", place),
                ("packages", "10"),
                ("packaging", "22"),
                ("gross_kg", &self.gross_kg().to_string()),
                ("net_kg", &self.net_kg.to_string()),
                ("terms", "1"),
                ("price_confirmations", "00000"),
            ],
        );
        self.line(form.add(Part::Line));
        form
    }

    fn line(&self, line: &mut Fields) {
        let unit = self.unit_1.map_or_else(|| KILOGRAM.to_owned(), |unit| unit.to_string());
        let quantity = self.quantity(&unit);
        // goods without a quantity have a price all the same
        let price = self.price.div(quantity, 4, Rounding::HalfUp).unwrap_or(self.price).to_string();
        let quantity = quantity.to_string();
        set(
            line,
            &[
                ("number", "1"),
                ("commodity_code", &self.code),
                ("name", "申报样品"),
                ("quantity", &quantity),
                ("unit", &unit),
                ("first_quantity", &quantity),
                ("first_unit", &unit),
                ("price", &price),
                ("total", &self.price.to_string()),
                ("currency", "KRW"),
                ("origin", &self.origin),
                ("destination", "CN"),
                ("district", "31222"),
                ("duty_mode", "1"),
            ],
        );
        if let Some(unit) = self.unit_2.map(|unit| unit.to_string()) {
            let quantity = self.quantity(&unit).to_string();
            set(line, &[("second_quantity", &quantity), ("second_unit", &unit)]);
        }
    }

    /// The net mass in kilograms, grams or tonnes; or a piece for each kilogram begun.
    fn quantity(&self, unit: &str) -> Exact {
        let times = |factor: &str| self.net_kg.mul(Exact::parse(factor).unwrap()).unwrap();
        match unit {
            KILOGRAM => self.net_kg,
            "036" => times("1000"),
            "070" => times("0.001"),
            _ => self.net_kg.round(0, Rounding::Up),
        }
    }
}

fn set(fields: &mut Fields, values: &[(&str, &str)]) {
    for (name, value) in values {
        assert!(fields.set(name, *value), "{name}");
    }
}

fn submission(role: Role, party: String, key: String, command: Command) -> Submission {
    let actor = Actor {
        name: role.name().to_owned(),
        role,
        party,
        offices: Vec::new(),
        places: Vec::new(),
        posts: Vec::new(),
    };
    let sent = Sent { media_type: "text/plain".to_owned(), bytes: format!("{command:?}").into(), keep: true };
    Submission { actor, key, command: EngineCommand::Control(command), sent }
}

type Wait = Receiver<Result<Outcome, SubmitError>>;

fn file(engine: &Engine, row: &Row) -> Wait {
    let carrier = CreditCode::complete("91990000MB0000001").unwrap().to_string();
    let command = Command::FileBill(row.bill());
    engine.submit_later(submission(Role::Carrier, carrier, row.bill_number(), command))
}

fn lodge(engine: &Engine, row: &Row) -> Wait {
    let command = Command::Lodge(Box::new(row.form()));
    engine.submit_later(submission(Role::Declarant, row.firm(), row.bill_number(), command))
}

/// The bank pays what a declaration owes, each book at once.
fn pay(engine: &Engine, answer: &Value) -> Vec<Wait> {
    let books = answer["books"].as_array().unwrap().iter();
    books
        .map(|book| {
            let number = book["number"].as_str().unwrap().to_owned();
            let settlement = Settlement {
                book: number.clone(),
                amount: Exact::parse(book["amount"].as_str().unwrap()).unwrap(),
                order: String::new(),
                reference: format!("R{number}"),
            };
            let command = Command::Settle(settlement);
            engine.submit_later(submission(Role::Bank, String::new(), format!("pay-{number}"), command))
        })
        .collect()
}

// --- what became of them -------------------------------------------------------------------------

/// How many rows ended in which way.
#[derive(Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn add(&mut self, what: String) {
        *self.0.entry(what).or_default() += 1;
    }

    /// The rows whose way begins with a word.
    fn of(&self, word: &str) -> usize {
        self.0.iter().filter(|(what, _)| what.starts_with(word)).map(|(_, count)| count).sum()
    }
}

/// One day: all bills and declarations, then the money for what is in the green channel.
fn lodge_and_pay(engine: &Engine, rows: &[&Row], counts: &mut Counts) {
    assert_eq!(engine.now().day().to_string(), rows[0].date());
    let waits: Vec<(Wait, Wait)> = rows.iter().map(|row| (file(engine, row), lodge(engine, row))).collect();
    let (mut entries, mut payments) = (Vec::new(), Vec::new());
    for (row, (filed, lodged)) in rows.iter().zip(waits) {
        accepted(filed);
        let outcome = lodged.recv().unwrap().unwrap();
        if !outcome.accepted {
            counts.add(format!("refused: {}", refused(row, &outcome)));
            continue;
        }
        let lacks = &row.lacks;
        assert!(lacks.is_empty(), "row {} was accepted although: {lacks:?}", row.number);
        let answer: Value = serde_json::from_str(outcome.answer.as_ref().unwrap().get()).unwrap();
        let entry = EntryNumber::parse(answer["entry_number"].as_str().unwrap()).unwrap();
        entries.push((*row, entry));
        if answer["state"] == "green" {
            payments.extend(pay(engine, &answer));
        }
    }
    payments.into_iter().for_each(accepted);
    for (row, entry) in entries {
        counts.add(way(row, engine, entry));
    }
}

fn accepted(wait: Wait) {
    let outcome = wait.recv().unwrap().unwrap();
    assert!(outcome.accepted, "{:#?}", outcome.findings);
}

/// Why a row was refused, by name: exactly for what it lacks.
fn refused(row: &Row, outcome: &Outcome) -> String {
    let errors = outcome.findings.iter().filter(|f| f.is_error());
    let reasons: BTreeSet<&str> = errors
        .map(|f| {
            let named = REASONS.iter().find(|(_, codes)| codes.contains(&f.code.as_str()));
            named.unwrap_or_else(|| panic!("row {}: {f:#?}", row.number)).0
        })
        .collect();
    assert_eq!(reasons, row.lacks, "row {}: {:#?}", row.number, outcome.findings);
    reasons.into_iter().collect::<Vec<_>>().join(", ")
}

/// What became of a declaration: released, in a channel, or held by conditions of these natures.
fn way(row: &Row, engine: &Engine, entry: EntryNumber) -> String {
    let found: Record = engine.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap();
    let record: DeclarationRecord = found.read().unwrap();
    let value = row.price.mul(Exact::parse(WON).unwrap()).unwrap();
    let value = Money::rounded(value, 2, Rounding::HalfUp).unwrap();
    assert_eq!(record.amounts.customs_value, value, "row {}", row.number);
    let natures: BTreeSet<&str> = record.holds.iter().map(|hold| hold.nature.as_str()).collect();
    match (found.state.as_str(), record.channel.as_str()) {
        ("released", "green") => {
            assert!(record.books.iter().all(|book| book.paid.is_some()), "row {}", row.number);
            let paid = if record.books.is_empty() { "nothing to collect" } else { "paid" };
            format!("released: {paid}")
        }
        // what is to be examined waits for the documents first
        ("document_check", "documents") => "document check".to_owned(),
        ("document_check", "examination") => "examination".to_owned(),
        ("held", _) => format!("held: {}", natures.into_iter().collect::<Vec<_>>().join(", ")),
        (state, channel) => panic!("row {}: {state}, {channel}", row.number),
    }
}
