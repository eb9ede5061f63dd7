//! What the engine's tests share: the China pack from the tree, a clock, actors, and a small trade.
#![allow(dead_code, clippy::disallowed_methods)] // each test uses a part; tests are shell

pub mod disposals; // goods that nobody clears
pub mod file; // the procedure's file, read a second time
pub mod house; // officers, steps and what is said with them

use customhouse_control::form::{Form, Part};
use customhouse_control::{
    Actor, AppointmentForm, BillForm, Command, GoodsOut, Officer, Post, Role, Settlement, officer_key,
};
use customhouse_engine::{
    Command as EngineCommand, Dice, Engine, KeyFile, PackFiles, Sent, Settings, StartError, Submission,
};
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, OfficeCode};
use customhouse_storage::Store;
use ed25519_dalek::SigningKey;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// 2026-03-02 10:00 in China: a Monday.
pub const MONDAY: i64 = 1_772_416_800_000_000;
pub const BILL: &str = "COSU6000000001";

pub fn pack() -> PackFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/cn");
    let mut files = vec![("pack.toml".to_owned(), fs::read_to_string(root.join("pack.toml")).unwrap())];
    for folder in ["rules", "tables", "procedures"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    files.sort();
    files
}

/// The China pack with one commodity only: the same law, and a start in a few milliseconds.
pub fn small_pack() -> PackFiles {
    const BULK: [&str; 4] =
        ["tables/commodities", "tables/measures", "tables/conditions", "tables/exchange_rates"];
    let keeps = |line: &str| {
        line.starts_with('#')
            || line.contains("goods,")
            || line.contains("code,")
            || line.contains("id,")
            || line.contains("8512201000")
            || line.contains("EUR.2026-03")
    };
    let mut pack = pack();
    for (path, text) in pack.iter_mut().filter(|(path, _)| BULK.iter().any(|b| path.starts_with(b))) {
        *text = text.lines().filter(|line| keeps(line)).map(|line| format!("{line}\n")).collect();
        assert!(!text.is_empty(), "{path}");
    }
    pack
}

pub fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// An engine without a bank, on a sample database whose clock stands at [`MONDAY`].
pub fn start(store: Box<dyn Store>) -> Result<Engine, StartError> {
    start_with(store, pack())
}

pub fn start_with(store: Box<dyn Store>, pack: PackFiles) -> Result<Engine, StartError> {
    Engine::start(Settings {
        store,
        keys: KeyFile::of(key(), "2026-03-02T02:00:00Z"),
        pack: Some((pack, "embedded".to_owned())),
        sample: true,
        clock: Some(MONDAY),
        dice: Dice::Fixed(7),
        outlets: BTreeMap::new(),
    })
}

pub fn firm() -> String {
    CreditCode::complete("91990000MA0000001").unwrap().to_string()
}

pub fn actor(role: Role) -> Actor {
    let party = match role {
        Role::Declarant => firm(),
        Role::Carrier => CreditCode::complete("91990000MA0000002").unwrap().to_string(),
        Role::Operator | Role::Officer | Role::Bank | Role::System => String::new(),
    };
    Actor {
        name: role.name().to_owned(),
        role,
        party,
        offices: vec![OfficeCode::parse("2225").unwrap()],
        places: vec!["外港监管仓".to_owned()],
        posts: Vec::new(),
    }
}

/// The head whom the program appoints where a test needs one that appoints the others.
pub const CHIEF: &str = "chief";

/// An appointment from today on, as a head decides it.
pub fn appointment(engine: &Engine, name: &str, office: OfficeCode, post: Post) -> Command {
    Command::Appoint(AppointmentForm {
        officer: name.to_owned(),
        office,
        post,
        from: engine.now().day(),
        to: None,
        document: "关任〔2026〕1号".to_owned(),
    })
}

/// Appoints, by real commands, whoever acts or stands on a roster and never held the post: for tests whose
/// subject is another. An appointment that ended is left ended.
pub fn appointed(engine: &Engine, actor: &Actor, command: &Command) {
    let mut wanted = Vec::new();
    if actor.role == Role::Officer {
        let at = |office: &OfficeCode| {
            actor.posts.iter().map(|post| (actor.name.clone(), *office, *post)).collect::<Vec<_>>()
        };
        wanted.extend(actor.offices.iter().flat_map(at));
    }
    if let Command::SetRoster(roster) = command {
        for on in &roster.officers {
            wanted.extend(on.posts.iter().map(|post| (on.name.clone(), roster.office, *post)));
        }
    }
    for (name, office, post) in wanted {
        if is_known(engine, &name, office, post) || name.is_empty() {
            continue;
        }
        if !is_known(engine, CHIEF, office, Post::Head) {
            appoint_by(engine, Actor::system(), CHIEF, office, Post::Head);
        }
        let chief = Actor { name: CHIEF.to_owned(), ..self::actor(Role::Officer) };
        appoint_by(engine, chief, &name, office, post);
    }
}

/// Whether somebody holds, held or will hold a post.
fn is_known(engine: &Engine, name: &str, office: OfficeCode, post: Post) -> bool {
    let record = engine.read(|r| r.record(&officer_key(name))).unwrap();
    let officer = record.and_then(|r| r.read::<Officer>()).unwrap_or_default();
    officer.appointments.iter().any(|one| one.office == office && one.post == post)
}

fn appoint_by(engine: &Engine, by: Actor, name: &str, office: OfficeCode, post: Post) {
    let key = format!("appoint-{name}-{office}-{}", post.name());
    let submission =
        Submission { actor: by, ..submission(Role::Officer, &key, appointment(engine, name, office, post)) };
    let outcome = engine.submit_and_wait(submission).unwrap();
    assert!(outcome.accepted, "{name}: {:#?}", outcome.findings);
}

pub fn submission(role: Role, key: &str, command: Command) -> Submission {
    let bytes = format!("{command:?}").into_bytes();
    Submission {
        actor: actor(role),
        key: key.to_owned(),
        command: EngineCommand::Control(command),
        sent: Sent { media_type: "text/plain".to_owned(), bytes, keep: true },
    }
}

/// Bills of this beginning are filed and declared before their means of transport enters.
pub const AHEAD: &str = "AHEAD";

/// Bills of this beginning are declared in two steps.
pub const SUMMED: &str = "SUM";

fn entry_date(bill: &str) -> &'static str {
    if bill.starts_with(AHEAD) { "2026-03-10" } else { "2026-03-01" }
}

pub fn bill(number: &str) -> Command {
    Command::FileBill(BillForm {
        office: OfficeCode::parse("2225").unwrap(),
        bill: number.to_owned(),
        transport_mode: "2".to_owned(),
        transport_name: "COSCO OCEANIA".to_owned(),
        voyage: "079WW".to_owned(),
        direction: customhouse_kernel::values::Direction::Import,
        entry_date: entry_date(number).parse().ok(),
        loading: None,
        place: "外港监管仓".to_owned(),
        packages: 10,
        gross_kg: Exact::parse("1250.5").unwrap(),
        consignee: None,
    })
}

/// One line of vehicle lamps, FOB, from Germany: duty 10%, VAT 13%.
pub fn form(bill: &str) -> Form {
    let firm = firm();
    let mut form = Form::default();
    for (name, value) in [
        ("direction", "import"),
        ("declaration_office", "2225"),
        ("entry_office", "2225"),
        ("entry_date", entry_date(bill)),
        ("bill", bill),
        ("transport_mode", "2"),
        ("transport_name", "COSCO OCEANIA"),
        ("voyage", "079WW"),
        ("consignee.credit_code", &firm),
        ("consignee.customs_code", "9999910001"),
        ("consignee.name", "示例进口有限公司"),
        ("consumer.name", "示例进口有限公司"),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("trading_country", "DE"),
        ("departure_country", "DE"),
        ("departure_port", "DEU001"),
        ("last_port", "DEU001"),
        ("entry_port", "310001"),
        ("storage_place", "外港监管仓"),
        ("packages", "10"),
        ("packaging", "22"),
        ("gross_kg", "1250.5"),
        ("net_kg", "1100"),
        ("terms", "3"),
        ("freight.mark", "3"),
        ("freight.currency", "EUR"),
        ("freight.rate", "500"),
        ("insurance.mark", "1"),
        ("insurance.rate", "0.3"),
        ("price_confirmations", "00000"),
    ] {
        assert!(form.head.set(name, value), "{name}");
    }
    if bill.starts_with(SUMMED) {
        form.head.set("declaration_kind", "  5");
    }
    let line = form.add(Part::Line);
    for (name, value) in [
        ("number", "1"),
        ("commodity_code", "8512201000"),
        ("name", "车灯"),
        ("quantity", "100"),
        ("unit", "007"),
        ("first_quantity", "100"),
        ("first_unit", "007"),
        ("second_quantity", "1100"),
        ("second_unit", "035"),
        ("price", "80"),
        ("total", "8000"),
        ("currency", "EUR"),
        ("origin", "DE"),
        ("destination", "CN"),
        ("district", "31222"),
        ("duty_mode", "1"),
    ] {
        assert!(line.set(name, value), "{name}");
    }
    form
}

pub fn lodge(bill: &str) -> Command {
    Command::Lodge(Box::new(form(bill)))
}

/// A settlement; every one has a reference of its own.
pub fn settle(book: &str, amount: &str) -> Command {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    settle_as(book, amount, &format!("R{number}"))
}

/// A settlement under a reference, for what is sent twice.
pub fn settle_as(book: &str, amount: &str, reference: &str) -> Command {
    Command::Settle(Settlement {
        book: book.to_owned(),
        amount: Exact::parse(amount).unwrap(),
        order: String::new(),
        reference: reference.to_owned(),
    })
}

pub fn goods_out(bill: &str, packages: u32, gross_kg: &str) -> Command {
    Command::ReportGoodsOut(GoodsOut {
        office: OfficeCode::parse("2225").unwrap(),
        bill: bill.to_owned(),
        packages,
        gross_kg: Exact::parse(gross_kg).unwrap(),
    })
}

/// An answer's member as text.
pub fn told(answer: &Option<Box<serde_json::value::RawValue>>, member: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(answer.as_ref().unwrap().get()).unwrap();
    value[member].as_str().map_or_else(|| value[member].to_string(), str::to_owned)
}

pub fn entry(answer: &Option<Box<serde_json::value::RawValue>>) -> EntryNumber {
    EntryNumber::parse(&told(answer, "entry_number")).unwrap()
}

/// The books of an answer: number and amount.
pub fn books(answer: &Option<Box<serde_json::value::RawValue>>) -> Vec<(String, String)> {
    let value: serde_json::Value = serde_json::from_str(answer.as_ref().unwrap().get()).unwrap();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    value["books"].as_array().unwrap().iter().map(|b| (text(&b["number"]), text(&b["amount"]))).collect()
}
