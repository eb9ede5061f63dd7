//! kill -9 of the real program while declarations are lodged: after each start every acknowledged
//! declaration is there exactly once, its receipt is valid, and all invariants hold.
//! `CUSTOMHOUSE_KILLS` says how often (3 here, a hundred in `./test full`).

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_kernel::journal::{PublicKey, Receipt};
use customhouse_storage::{Reader, SqliteReader};
use customhouse_tests::postgres::new_database;
use customhouse_tests::{Folder, Server, bill, declaration, free_port, program};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a client holds: its key, and the answer it got.
type Held = Arc<Mutex<BTreeMap<String, serde_json::Value>>>;

#[test]
fn every_acknowledged_declaration_survives_a_kill() {
    survives("kill", &["--sample"]);
}

#[test]
fn and_on_a_postgresql_server() {
    if let Some(address) = new_database() {
        survives("kill-postgres", &["--sample", "--database", &format!("postgres:{address}")]);
    }
}

fn survives(name: &str, options: &[&str]) {
    let kills: usize = std::env::var("CUSTOMHOUSE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let folder = Folder::new(name);
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let held: Held = Held::default();
    let mut server = Server::start(&data, options);
    for round in 0..kills {
        let enough = lodge_until_stopped(&server, round, &held);
        server.kill();
        enough.join().expect("the clients end with the server");
        server = Server::start(&data, options);
        check(&server, &held);
    }
    drop(server);
    let verified =
        Command::new(program()).arg("verify").args(&options[1..]).arg("--data").arg(&data).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    println!("{} acknowledged declarations survived {kills} kills", held.lock().unwrap().len());
}

/// Four clients lodge until the server is gone; returns once some answers are in, with the clients
/// still at work.
fn lodge_until_stopped(server: &Server, round: usize, held: &Held) -> std::thread::JoinHandle<()> {
    let sign_ins = server.sign_ins();
    let (carrier, trader) = (sign_ins.token("carrier"), sign_ins.token("trader"));
    let (_, me) = server.get(&trader, "/api/v1/me");
    let firm = me["party"].as_str().expect("the trader's firm").to_owned();
    let day = "2026-01-05".to_owned();
    let (answered, gone) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let address = server.address.clone();
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (carrier, trader, firm, day, address) =
                (carrier.clone(), trader.clone(), firm.clone(), day.clone(), address.clone());
            let (held, answered, gone) = (Arc::clone(held), Arc::clone(&answered), Arc::clone(&gone));
            std::thread::spawn(move || {
                for n in 0.. {
                    let number = format!("KILL{round}X{client}X{n}");
                    let filed = post(&address, &carrier, &number, "/api/v1/bills", &bill(&number, &day));
                    let document = declaration(&number, &day, &firm);
                    let lodged = filed
                        .and_then(|_| post(&address, &trader, &number, "/api/v1/declarations", &document));
                    let Some(answer) = lodged else { break };
                    held.lock().unwrap().insert(number, answer);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                gone.store(true, Ordering::Relaxed);
            })
        })
        .collect();
    while answered.load(Ordering::Relaxed) < 40 && !gone.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::spawn(move || clients.into_iter().for_each(|c| c.join().expect("a client")))
}

/// A POST that is acknowledged, or `None` if the server is gone.
fn post(
    address: &str,
    token: &str,
    key: &str,
    path: &str,
    body: &serde_json::Value,
) -> Option<serde_json::Value> {
    let request = ureq::post(format!("{address}{path}"))
        .header("Authorization", format!("Bearer {token}"))
        .header("Idempotency-Key", key)
        .header("Content-Type", "application/json");
    let mut response = request.config().http_status_as_error(false).build().send(body.to_string()).ok()?;
    let text = response.body_mut().read_to_string().ok()?;
    let answer: serde_json::Value = serde_json::from_str(&text).ok()?;
    assert_eq!(response.status().as_u16(), 201, "{answer:#}");
    Some(answer)
}

/// From the client's side: the receipt is valid, the declaration is there, and asking again with the
/// same key gives the same event.
fn check(server: &Server, held: &Held) {
    let sign_ins = server.sign_ins();
    let trader = sign_ins.token("trader");
    let (_, keys) = server.get(&trader, "/api/v1/keys");
    let key = PublicKey::parse(keys["keys"][0]["public_key"].as_str().expect("a key")).expect("64 digits");
    let (_, me) = server.get(&trader, "/api/v1/me");
    let firm = me["party"].as_str().unwrap().to_owned();
    for (number, answer) in held.lock().unwrap().iter() {
        let receipt: Receipt = serde_json::from_value(answer["receipt"].clone()).expect("a receipt");
        receipt.check(&key).unwrap_or_else(|fault| panic!("{number}: {fault:?}"));
        let entry = answer["answer"]["entry_number"].as_str().expect("an entry number");
        let (status, found) = server.get(&trader, &format!("/api/v1/declarations/{entry}"));
        assert_eq!(status, 200, "{entry} is lost: {found}");
        let (_, again) =
            server.post(&trader, number, "/api/v1/declarations", &declaration(number, "2026-01-05", &firm));
        assert_eq!(again["repeated"], true);
        assert_eq!(again["answer"], answer["answer"], "{number} has one effect");
    }
}

#[test]
fn a_sample_trade_that_was_killed_is_completed_at_the_next_start() {
    let folder = Folder::new("kill-sample");
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let mut first = Command::new(program())
        .args(["serve", "--sample", "--port", &free_port().to_string(), "--data"])
        .arg(&data)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let declarations = || {
        let mut reader = SqliteReader::open(&data.join("customhouse.db")).ok()?;
        Some(reader.kinds().ok()?.get("declaration").copied().unwrap_or(0))
    };
    while declarations().unwrap_or(0) < 40 {
        assert!(first.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(2));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let before = declarations().unwrap();
    assert!((40..280).contains(&before), "killed in the middle: {before}");
    let server = Server::start(&data, &["--sample"]);
    let after = declarations().unwrap();
    assert!((280..=320).contains(&after), "{after} declarations");
    drop(server);
    let verified = Command::new(program()).args(["verify", "--data"]).arg(&data).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    drop(Server::start(&data, &["--sample"]));
    assert_eq!(declarations(), Some(after), "a trade is made once");
}
