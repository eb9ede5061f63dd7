//! The real program on a real PostgreSQL server: it lodges, verifies, is opened by one writer only, and loses
//! nothing when the server is killed under load.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_kernel::journal::{PublicKey, Receipt};
use customhouse_tests::postgres::{OwnServer, new_database};
use customhouse_tests::{Folder, Server, bill, declaration, free_port, program};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

fn run(command: &str, data: &Path, database: &str) -> (bool, String) {
    let done = Command::new(program())
        .args(command.split(' '))
        .args(["--database", database, "--data"])
        .arg(data)
        .output()
        .unwrap();
    let words = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (done.status.success(), words)
}

#[test]
fn a_sample_lives_on_a_server_as_it_does_in_a_file() {
    let Some(address) = new_database() else { return };
    let database = format!("postgres:{address}");
    let folder = Folder::new("on-postgres");
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let (started, words) = run("verify", &data, &database);
    assert!(!started, "{words}");
    let options = ["--sample", "--database", &database];
    let server = Server::start(&data, &options);
    let signs = server.sign_ins();
    let firm = server.get(&signs.token("trader"), "/api/v1/me").1["party"].as_str().unwrap().to_owned();
    let (status, filed) =
        server.post(&signs.token("carrier"), "bill", "/api/v1/bills", &bill("PG1", "2026-01-05"));
    assert_eq!(status, 201, "{filed}");
    let document = declaration("PG1", "2026-01-05", &firm);
    let (status, lodged) = server.post(&signs.token("trader"), "one", "/api/v1/declarations", &document);
    assert_eq!(status, 201, "{lodged}");
    // one writer, any number of readers
    let port = free_port().to_string();
    let (second, words) = run(&format!("serve --port {port}"), &data, &database);
    assert!(!second && words.contains("another customhouse"), "{words}");
    let (verified, words) = run("verify", &data, &database);
    assert!(verified, "{words}");
    server.kill();
    // and again after a kill
    let server = Server::start(&data, &options);
    let (_, again) = server.post(&signs.token("trader"), "one", "/api/v1/declarations", &document);
    assert_eq!(again["repeated"], true);
    assert_eq!(again["answer"], lodged["answer"]);
    drop(server);
    let (verified, words) = run("verify", &data, &database);
    assert!(verified, "{words}");
    assert!(!data.join("customhouse.db").exists());
}

/// What a client lodges under a number, until it is answered: a server that is away is asked again.
fn lodge(address: &str, tokens: &(String, String), firm: &str, number: &str) -> serde_json::Value {
    let begun = Instant::now();
    let post = |token: &str, path: &str, body: &serde_json::Value| loop {
        let request = ureq::post(format!("{address}{path}"))
            .header("Authorization", format!("Bearer {token}"))
            .header("Idempotency-Key", number)
            .header("Content-Type", "application/json");
        let sent = request.config().http_status_as_error(false).build().send(body.to_string());
        if let Ok(mut response) = sent {
            let status = response.status().as_u16();
            let text = response.body_mut().read_to_string().unwrap();
            match status {
                201 => return serde_json::from_str::<serde_json::Value>(&text).unwrap(),
                503 => {}
                other => panic!("{number}: {other} {text}"),
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{number} is never answered");
        std::thread::sleep(Duration::from_millis(50));
    };
    post(&tokens.0, "/api/v1/bills", &bill(number, "2026-01-05"));
    post(&tokens.1, "/api/v1/declarations", &declaration(number, "2026-01-05", firm))
}

#[test]
fn what_was_acknowledged_survives_a_kill_of_the_server_and_the_program_goes_on() {
    if std::env::var("CUSTOMHOUSE_TEST_POSTGRES").is_err() && std::env::var("CI").is_err() {
        return eprintln!("skipped: run this by scripts/with_postgres");
    }
    let postgres = OwnServer::start();
    let database = format!("postgres:{}", postgres.address);
    let folder = Folder::new("postgres-kill");
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let server = Server::start(&data, &["--sample", "--database", &database]);
    let signs = server.sign_ins();
    let tokens = (signs.token("carrier"), signs.token("trader"));
    let firm = server.get(&tokens.1, "/api/v1/me").1["party"].as_str().unwrap().to_owned();
    let held = Arc::new(Mutex::new(Vec::new()));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|client| {
            let (address, tokens, firm) = (server.address.clone(), tokens.clone(), firm.clone());
            let (held, stop) = (Arc::clone(&held), Arc::clone(&stop));
            std::thread::spawn(move || {
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let number = format!("PGKILL{client}X{n}");
                    let answer = lodge(&address, &tokens, &firm, &number);
                    held.lock().unwrap().push((number, answer));
                }
            })
        })
        .collect();
    let wait_for = |count: usize| {
        while held.lock().unwrap().len() < count {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    for round in 1..=3 {
        wait_for(round * 20);
        postgres.kill();
        postgres.start_again();
        let (before, begun) = (held.lock().unwrap().len(), Instant::now());
        wait_for(before + 4);
        println!("kill {round}: answered again after {:?}", begun.elapsed());
    }
    stop.store(true, Ordering::Relaxed);
    clients.into_iter().for_each(|client| client.join().unwrap());
    let (_, keys) = server.get(&tokens.1, "/api/v1/keys");
    let key = PublicKey::parse(keys["keys"][0]["public_key"].as_str().unwrap()).unwrap();
    for (number, answer) in held.lock().unwrap().iter() {
        let receipt: Receipt = serde_json::from_value(answer["receipt"].clone()).unwrap();
        receipt.check(&key).unwrap_or_else(|fault| panic!("{number}: {fault:?}"));
        let document = declaration(number, "2026-01-05", &firm);
        let (_, again) = server.post(&tokens.1, number, "/api/v1/declarations", &document);
        assert_eq!(again["answer"], answer["answer"], "{number} has one effect");
        assert_eq!(again["receipt"], answer["receipt"], "{number} has one event");
    }
    drop(server);
    let (verified, words) = run("verify", &data, &database);
    assert!(verified, "{words}");
}
