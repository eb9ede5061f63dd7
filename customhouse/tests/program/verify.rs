//! `verify` and `pack export` on a database.

use crate::support::{Folder, run};
use customhouse_control::{Actor, BillForm, Command, Role};
use customhouse_engine::{Command as EngineCommand, Dice, Engine, KeyFile, Sent, Settings, Submission};
use customhouse_kernel::journal::Receipt;
use customhouse_kernel::values::{CreditCode, Direction, Exact, OfficeCode};
use customhouse_program::pack_source::embedded;
use customhouse_storage::Sqlite;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Makes a database in `data` with one bill of lading; gives its receipt.
pub fn database(folder: &Folder) -> Receipt {
    let data = folder.path("data");
    fs::create_dir_all(&data).unwrap();
    let engine = Engine::start(Settings {
        store: Box::new(Sqlite::open(&Path::new(&data).join("customhouse.db")).unwrap()),
        keys: KeyFile::open_or_make(&Path::new(&data).join("keys"), "2026-11-20T02:00:00Z").unwrap(),
        pack: Some((embedded(), "embedded".to_owned())),
        sample: true,
        clock: None,
        dice: Dice::Fixed(7),
        outlets: BTreeMap::new(),
    })
    .unwrap();
    let bill = BillForm {
        office: OfficeCode::parse("2225").unwrap(),
        bill: "TEST1".to_owned(),
        transport_mode: "2".to_owned(),
        transport_name: "FARSEA AURORA".to_owned(),
        voyage: "001E".to_owned(),
        direction: Direction::Import,
        entry_date: "2026-11-20".parse().ok(),
        loading: None,
        place: "外港监管仓".to_owned(),
        packages: 10,
        gross_kg: Exact::parse("100").unwrap(),
        consignee: None,
    };
    let party = CreditCode::complete("91990000MA0000101").unwrap().to_string();
    let actor = Actor {
        name: "carrier".to_owned(),
        role: Role::Carrier,
        party,
        offices: Vec::new(),
        places: Vec::new(),
        posts: Vec::new(),
    };
    let command = EngineCommand::Control(Command::FileBill(bill));
    let submission = Submission { actor, key: "b1".to_owned(), command, sent: Sent::default() };
    let outcome = engine.submit_and_wait(submission).unwrap();
    assert!(outcome.accepted, "{:?}", outcome.findings);
    engine.stop();
    outcome.receipt
}

#[test]
fn a_sound_database_verifies_and_a_changed_key_is_found() {
    let folder = Folder::new("verify");
    database(&folder);
    let data = folder.path("data");
    let done = run(&["verify", "--data", &data]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert_eq!(done.out, "2 heads, 2 events, 4 accounts, 0 declarations; 0 findings.\n");
    assert_eq!(run(&["--json", "verify", "--data", &data]).json()["findings"], serde_json::json!([]));
    let elsewhere = format!("sqlite:{data}/customhouse.db");
    assert_eq!(run(&["verify", "--data", &data, "--database", &elsewhere]).code, 0);

    let history = folder.path("data/keys/history.json");
    let kept = fs::read_to_string(&history).unwrap();
    let key: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    fs::write(&history, kept.replace(key["keys"][0]["public_key"].as_str().unwrap(), other)).unwrap();
    let done = run(&["verify", "--data", &data]);
    assert_eq!(done.code, 1, "{}", done.out);
    assert!(done.out.contains("chain  head 1\n"), "{}", done.out);
    fs::remove_file(&history).unwrap();
    let done = run(&["verify", "--data", &data]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("history.json"), "{}", done.err);
}

#[test]
fn the_law_of_a_database_is_written_back_as_it_came() {
    let folder = Folder::new("export");
    database(&folder);
    let (data, law) = (folder.path("data"), folder.path("law"));
    let done = run(&["pack", "export", &law, "--data", &data]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    for (path, text) in embedded() {
        assert_eq!(fs::read_to_string(Path::new(&law).join(&path)).unwrap(), text, "{path}");
    }
    folder.write("other/letter.txt", "dear");
    let done = run(&["pack", "export", &folder.path("other"), "--data", &data]);
    assert_eq!(done.code, 2);
    assert!(done.err.contains("holds other files"), "{}", done.err);
}
