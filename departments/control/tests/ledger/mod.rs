//! Two real import declarations of 2021 with the amounts that customs computed then, masked, in the
//! layout of the customs ledger (handbook 4.12), as forms of today.
//!
//! The extract carries no licence to pass it on, so it stands beside the work tree and not in it:
//! `data/cn-entry` of the shared folder.
#![allow(dead_code, clippy::disallowed_methods)] // each test uses a part; tests read files

use customhouse_control::form::{Form, Part};
use customhouse_control::{ControlLaw, Declaration};
use customhouse_duties::{Assessment, Step};
use customhouse_kernel::law::{faults_text, read_pack};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CreditCode, Exact, Money, Rounding};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Fields that the ledger lacks. All of it is fiction; none of it enters an amount.
const FICTION: &[(&str, &str)] = &[
    ("overseas_consignor.name", "EXAMPLE MOTORS INC."),
    ("departure_port", "USA000"),
    ("last_port", "USA000"),
    ("entry_port", "310001"),
    ("storage_place", "示例监管作业场所"),
    ("price_confirmations", "00000"),
    ("agent.name", "示例企业10有限公司"),
];

/// Fields of a line that the ledger lacks.
const FICTION_LINE: &[(&str, &str)] = &[("destination", "142")];

/// Where a column of the ledger's head stands in the form.
const HEAD: &[(&str, &str)] = &[
    ("I_E_PORT", "entry_office"),
    ("DECL_PORT", "declaration_office"),
    ("I_E_DATE", "entry_date"),
    ("BILL_NO", "bill"),
    ("TRAF_MODE", "transport_mode"),
    ("TRAF_NAME", "transport_name"),
    ("VOYAGE_NO", "voyage"),
    ("TRADE_CO", "consignee.customs_code"),
    ("TRADE_NAME", "consignee.name"),
    ("OWNER_CODE", "consumer.customs_code"),
    ("OWNER_NAME", "consumer.name"),
    ("AGENT_CODE", "agent.customs_code"),
    ("CONTR_NO", "contract"),
    ("CUT_MODE", "levy_nature"),
    ("TRADE_COUNTRY", "trading_country"),
    ("TRADE_COUNTRY", "departure_country"),
    ("PACK_NO", "packages"),
    ("WRAP_TYPE", "packaging"),
    ("GROSS_WT", "gross_kg"),
    ("NET_WT", "net_kg"),
    ("TRANS_MODE", "terms"),
    ("FEE_MARK", "freight.mark"),
    ("FEE_CURR", "freight.currency"),
    ("FEE_RATE", "freight.rate"),
    ("INSUR_MARK", "insurance.mark"),
    ("INSUR_CURR", "insurance.currency"),
];

/// Where a column of the ledger's lines stands in the form.
const LINE: &[(&str, &str)] = &[
    ("G_NO", "number"),
    ("CODE_TS", "commodity_code"),
    ("G_NAME", "name"),
    ("G_MODEL", "model"),
    ("G_QTY", "quantity"),
    ("G_UNIT", "unit"),
    ("QTY_1", "first_quantity"),
    ("UNIT_1", "first_unit"),
    ("QTY_2", "second_quantity"),
    ("UNIT_2", "second_unit"),
    ("DECL_PRICE", "price"),
    ("DECL_TOTAL", "total"),
    ("TRADE_CURR", "currency"),
    ("ORIGIN_COUNTRY", "origin"),
    ("DUTY_MODE", "duty_mode"),
];

/// A row by column.
type Row = BTreeMap<String, String>;

/// A declaration of the ledger.
pub struct Entry {
    pub head: Row,
    pub lines: Vec<Row>,
}

/// The folder of the extract; `None`, said aloud, where it is not at hand.
pub fn folder() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/cn-entry"))
        .find(|folder| folder.join("entry_list.csv").exists());
    if found.is_none() {
        eprintln!("NOT CHECKED: shared/data/cn-entry is not beside this work tree");
    }
    found
}

/// An entry by the name that masking gave it.
pub fn entry(folder: &Path, name: &str) -> Entry {
    let rows = |file: &str| -> Vec<Row> {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let mut records = text.lines().map(cells);
        let columns = records.next().unwrap();
        let rows = records.map(|row| columns.iter().cloned().zip(row).collect::<Row>());
        rows.filter(|row| row["ENTRY"] == name).collect()
    };
    Entry { head: rows("entry_head.csv").remove(0), lines: rows("entry_list.csv") }
}

/// The cells of a line of CSV: quotes may stand around a cell, none inside.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// The credit code of the firm that declares; fictional.
pub fn firm() -> String {
    CreditCode::complete("91990000MA0000009").unwrap().to_string()
}

/// The form that would have been lodged.
pub fn form(entry: &Entry) -> Form {
    let mut form = Form::default();
    let firm = firm();
    let own = [
        ("direction", "import".to_owned()),
        ("consignee.credit_code", firm.clone()),
        ("agent.credit_code", firm),
        // the ledger writes 110 for 0110
        ("supervision_mode", format!("{:0>4}", entry.head["TRADE_MODE"])),
        // a fraction in the ledger, a percent in a declaration (invariant 39)
        ("insurance.rate", x(&entry.head["INSUR_RATE"]).mul(Exact::HUNDRED).unwrap().to_string()),
    ];
    let head = HEAD.iter().map(|(column, field)| (*field, entry.head[*column].clone()));
    let fiction = FICTION.iter().map(|(field, value)| (*field, (*value).to_owned()));
    for (field, value) in own.into_iter().chain(head).chain(fiction).filter(filled) {
        assert!(form.head.set(field, value), "{field}");
    }
    for row in &entry.lines {
        let line = form.add(Part::Line);
        let own = [("district", entry.head["DISTRICT_CODE"].clone())];
        let cells = LINE.iter().map(|(column, field)| (*field, row[*column].clone()));
        let fiction = FICTION_LINE.iter().map(|(field, value)| (*field, (*value).to_owned()));
        for (field, value) in own.into_iter().chain(cells).chain(fiction).filter(filled) {
            assert!(line.set(field, value), "{field}");
        }
    }
    form
}

fn filled((_, value): &(&str, String)) -> bool {
    !value.is_empty()
}

/// The files of the China pack of the work tree.
pub fn pack_files() -> Vec<(String, String)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.ancestors().map(|f| f.join("packs/cn")).find(|f| f.exists()).expect("packs/cn");
    let mut files = vec![("pack.toml".to_owned(), fs::read_to_string(root.join("pack.toml")).unwrap())];
    for folder in customhouse_kernel::law::FOLDERS {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    files
}

/// The law of China, compiled.
pub fn china() -> ControlLaw {
    read_pack(&pack_files())
        .and_then(|pack| ControlLaw::compile(&pack))
        .unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)))
}

/// The coefficient of a lot to seven places, as the ledger's value column implies it.
pub fn coefficient(assessment: &Assessment) -> String {
    let lot = assessment.trace.iter().find_map(|step| match step {
        Step::Lot { price, total, .. } => total.div(*price, 7, Rounding::HalfUp),
        _ => None,
    });
    lot.expect("the step of the lot").to_string()
}

/// Holds every amount of an assessment against the ledger; gives the number of amounts compared.
///
/// The ledger prints the value in whole yuan, entry E06 cut, entry E01 rounded (`printed`); both
/// reckoned their taxes from the fen.
pub fn compare(
    entry: &Entry,
    declaration: &Declaration,
    assessment: &Assessment,
    printed: Rounding,
) -> usize {
    let mut differences = Vec::new();
    let mut compared = 0;
    for row in &entry.lines {
        let number: u32 = row["G_NO"].parse().unwrap();
        for (column, charge) in [("REAL_DUTY", "import_duty"), ("REAL_TAX", "vat")] {
            let (want, got) = (Money::parse(&row[column]).unwrap(), assessment.collected(number, charge));
            compared += 1;
            if want != got {
                differences.push(format!("line {number} {column}: ledger {want}, here {got}"));
            }
        }
        let value = assessment.lines.iter().find(|l| l.number == number).unwrap().value;
        let yuan = Money::rounded(value.exact(), 0, printed).unwrap();
        if yuan != Money::parse(&row["DUTY_VALUE"]).unwrap() {
            differences.push(format!("line {number} DUTY_VALUE: ledger {}, here {value}", row["DUTY_VALUE"]));
        }
        let line = declaration.lines.iter().find(|l| l.number == number).unwrap();
        assert_eq!(line.commodity_code.as_str(), row["CODE_TS"]);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    compared
}

fn x(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}
