//! One import through the real program, over HTTP, and everything a client may send wrongly.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_exchange::{Encoding, Format, Limits, Message, read, write_in};
use customhouse_tests::{Folder, Server, bill, declaration, program};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

/// A server on a sample database whose clock stands on a Friday, with its tokens.
struct Site {
    _folder: Folder,
    data: std::path::PathBuf,
    server: Server,
    carrier: String,
    trader: String,
    operator: String,
    officer: String,
    bank: String,
    firm: String,
}

impl Site {
    fn open(name: &str) -> Site {
        let folder = Folder::new(name);
        let data = folder.0.join("data");
        std::fs::create_dir_all(&data).unwrap();
        let server = Server::start(&data, &["--sample", "--clock", "2026-11-20T02:00:00Z"]);
        let signs = server.sign_ins();
        let token = |role: &str| signs.token(role);
        let (carrier, trader, operator) = (token("carrier"), token("trader"), token("operator"));
        let (officer, bank) = (token("officer"), token("bank"));
        let firm = server.get(&trader, "/api/v1/me").1["party"].as_str().unwrap().to_owned();
        Site { _folder: folder, data, server, carrier, trader, operator, officer, bank, firm }
    }

    fn bill(&self, number: &str) {
        let (status, answer) =
            self.server.post(&self.carrier, number, "/api/v1/bills", &bill(number, "2026-11-20"));
        assert_eq!(status, 201, "{answer:#}");
    }

    fn lodge(&self, number: &str) -> (u16, Value) {
        let body = declaration(number, "2026-11-20", &self.firm);
        self.server.post(&self.trader, &format!("lodge-{number}"), "/api/v1/declarations", &body)
    }

    fn wait_for(&self, entry: &str, state: &str) -> Value {
        for _ in 0..200 {
            let (_, found) = self.server.get(&self.trader, &format!("/api/v1/declarations/{entry}"));
            if found["state"] == state {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{entry} never became {state}");
    }
}

#[test]
fn from_bill_to_goods_out_and_every_receipt_checks_offline() {
    let site = Site::open("import");
    site.bill("E2E1");
    let (status, lodged) = site.lodge("E2E1");
    assert_eq!(status, 201, "{lodged:#}");
    let entry = lodged["answer"]["entry_number"].as_str().unwrap().to_owned();
    assert_eq!(&entry[..9], "222520261");
    let (status, _) =
        site.server.post(&site.trader, "pay-1", &format!("/api/v1/declarations/{entry}/payment"), &json!({}));
    assert_eq!(status, 201);
    site.wait_for(&entry, "released");
    let out = json!({ "office": "2225", "bill": "E2E1", "packages": 10, "gross_kg": "1250.5" });
    let (status, answer) = site.server.post(&site.operator, "out-1", "/api/v1/goods-out", &out);
    assert_eq!(status, 201, "{answer:#}");
    let found = site.wait_for(&entry, "closed");
    assert!(found["record"]["amounts"]["computed_total"].is_string(), "{found:#}");

    // the receipt stands alone
    let receipt = site.data.with_extension("receipt.json");
    std::fs::write(&receipt, lodged["receipt"].to_string()).unwrap();
    let (_, keys) = site.server.get(&site.trader, "/api/v1/keys");
    let key = keys["keys"][0]["public_key"].as_str().unwrap();
    let check = |file: &std::path::Path| {
        Command::new(program()).args(["receipt", "check"]).arg(file).args(["--key", key]).output().unwrap()
    };
    assert!(check(&receipt).status.success());
    let forged = lodged["receipt"].to_string().replace("declaration.lodged", "declaration.losted");
    std::fs::write(&receipt, forged).unwrap();
    assert_eq!(check(&receipt).status.code(), Some(1));
    std::fs::remove_file(&receipt).unwrap();

    // and the database verifies while it is served
    let verified = Command::new(program()).args(["verify", "--data"]).arg(&site.data).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn a_repeat_has_one_effect_and_a_key_is_needed() {
    let site = Site::open("repeat");
    site.bill("E2E2");
    let (_, first) = site.lodge("E2E2");
    let (status, again) = site.lodge("E2E2");
    assert_eq!(status, 201);
    assert_eq!(again["repeated"], true);
    assert_eq!(again["receipt"], first["receipt"]);
    let mut other = declaration("E2E2", "2026-11-20", &site.firm);
    other["remarks"] = "changed".into();
    let (status, _) = site.server.post(&site.trader, "lodge-E2E2", "/api/v1/declarations", &other);
    assert_eq!(status, 409);
    let without = ureq::post(format!("{}/api/v1/declarations", site.server.address))
        .header("Authorization", format!("Bearer {}", site.trader))
        .header("Content-Type", "application/json")
        .config()
        .http_status_as_error(false)
        .build()
        .send(other.to_string());
    assert_eq!(without.unwrap().status().as_u16(), 400);
}

#[test]
fn wrong_money_is_held_and_the_bank_may_repeat_itself() {
    let site = Site::open("money");
    site.bill("E2E3");
    let (_, lodged) = site.lodge("E2E3");
    let entry = lodged["answer"]["entry_number"].as_str().unwrap().to_owned();
    let books = lodged["answer"]["books"].as_array().unwrap().clone();
    let pay = |key: &str, book: &Value, amount: &str| {
        let body = json!({ "book": book["number"], "amount": amount, "reference": key });
        site.server.post(&site.bank, key, "/api/v1/settlements", &body)
    };
    let amount = books[0]["amount"].as_str().unwrap();
    assert_eq!(pay("s1", &books[0], "0.01").1["answer"]["outcome"], "wrong_amount");
    assert_eq!(pay("s2", &books[0], amount).1["answer"]["outcome"], "collected");
    assert_eq!(pay("s2", &books[0], amount).1["repeated"], true);
    assert_eq!(pay("s3", &books[0], amount).1["answer"]["outcome"], "paid_twice");
    let (_, found) = site.server.get(&site.trader, &format!("/api/v1/declarations/{entry}"));
    assert_eq!(found["state"], "green", "one book is still open");
    assert_eq!(pay("s4", &books[1], books[1]["amount"].as_str().unwrap()).1["answer"]["state"], "released");
}

#[test]
fn bad_input_gets_one_clear_answer_and_is_kept() {
    let site = Site::open("bad");
    let deep = "[".repeat(100_000);
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><DecMessage>&a;</DecMessage>";
    let nested = format!("<DecMessage>{}", "<a>".repeat(50_000));
    let digits = json!({ "direction": "import", "gross_kg": "9".repeat(1_000_000) }).to_string();
    for (n, (media_type, body)) in [
        ("application/json", b"{".to_vec()),
        ("application/json", deep.into_bytes()),
        ("application/json", b"\xff\xfe\x00".to_vec()),
        ("application/json", b"{\"direction\":\"import\\u0000\"}".to_vec()),
        ("application/json", digits.into_bytes()),
        (
            "application/json",
            "{\"lines\":[{\"commodity_code\":\"８７０８４０９９９０\"}]}".as_bytes().to_vec(),
        ),
        ("application/json", b"{\"gross_kg\": 1e400}".to_vec()),
        ("application/xml", bomb.as_bytes().to_vec()),
        ("application/xml", nested.into_bytes()),
        ("application/xml", b"<DecMessage><DecHead></DecMessage>".to_vec()),
        ("application/xml", Vec::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("bad-{n}");
        let (status, answer) =
            site.server.try_post(&site.trader, &key, "/api/v1/declarations", media_type, &body).unwrap();
        assert_eq!(status, 422, "{n}: {answer}");
        let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{n}: {answer}"));
        assert!(!errors.is_empty(), "{n}");
        for error in errors {
            for part in ["code", "basis"] {
                assert!(error[part].as_str().is_some_and(|t| !t.is_empty()), "{n}: {error}");
            }
            for part in ["text", "remedy"] {
                assert!(
                    !error[part]["zh"].as_str().unwrap().is_empty()
                        && !error[part]["en"].as_str().unwrap().is_empty()
                );
            }
        }
        assert!(answer["receipt"].is_object(), "{n}: what was refused is journalled too");
    }
    let huge = vec![b' '; 9 * 1024 * 1024];
    let refused =
        site.server.try_post(&site.trader, "huge", "/api/v1/declarations", "application/json", &huge);
    // the server may close the connection before it has read nine megabytes
    assert!(refused.is_err() || refused.unwrap().0 == 413);
    let verified = Command::new(program()).args(["verify", "--data"]).arg(&site.data).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn nobody_sees_what_is_not_theirs() {
    let site = Site::open("access");
    site.bill("E2E4");
    let (_, lodged) = site.lodge("E2E4");
    let entry = lodged["answer"]["entry_number"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/declarations/{entry}");
    for (token, status) in [
        (site.trader.as_str(), 200),
        // it waits for the trader: an officer who has nothing to do with it says why
        (&site.officer, 428),
        (&site.carrier, 404),
        (&site.operator, 404),
        (&site.bank, 404),
        ("ch_wrong", 401),
        ("", 401),
    ] {
        assert_eq!(site.server.get(token, &path).0, status, "{token}");
    }
    assert_eq!(site.server.get(&site.officer, &format!("{path}?reason=complaint")).0, 200);
    let (_, seen) = site.server.get(&site.trader, &path);
    assert!(!seen.to_string().contains("selection."), "why the channel was chosen stays with customs");
    let (status, _) =
        site.server.post(&site.trader, "clock", "/api/v1/clock", &json!({ "advance_seconds": 60 }));
    assert_eq!(status, 403);
    let (status, _) =
        site.server.post(&site.officer, "clock", "/api/v1/clock", &json!({ "advance_seconds": 86_400 }));
    assert_eq!(status, 200);
    let (status, _) =
        site.server.post(&site.officer, "back", "/api/v1/clock", &json!({ "advance_seconds": -5 }));
    assert_eq!(status, 422);
}

#[test]
fn a_message_in_gb18030_is_read_kept_and_answered() {
    let site = Site::open("gb18030");
    site.bill("GBK1");
    let mut body = declaration("GBK1", "2026-11-20", &site.firm);
    body["lines"][0]["name"] = "车灯㐂𠮷".into(); // one character of two bytes, two of four
    let form = read(Format::Json, body.to_string().as_bytes(), &Limits::default()).unwrap().form;
    let message = Message { form, client_sequence_number: Some("GBK-1".to_owned()), ..Message::default() };
    let bytes = write_in(Format::DecMessage, &message, Encoding::Gb18030);
    assert!(std::str::from_utf8(&bytes).is_err(), "it is no UTF-8");
    let (status, lodged) = site.server.post_message(&site.trader, "/api/v1/declarations", &bytes);
    assert_eq!(status, 201, "{lodged:#}");
    let entry = lodged["answer"]["entry_number"].as_str().unwrap();
    let (_, found) = site.server.get(&site.trader, &format!("/api/v1/declarations/{entry}"));
    assert_eq!(found["document"]["lines"][0]["name"], "车灯㐂𠮷");
    // the same bytes under a wrong name are one clear error, and nothing is half-written
    let declared = String::from_utf8_lossy(&bytes).into_owned();
    assert!(declared.contains("GB18030"));
    let wrong = [b"\xef\xbb\xbf".as_slice(), &bytes].concat();
    let (status, refused) = site.server.post_message(&site.trader, "/api/v1/declarations", &wrong);
    assert_eq!((status, refused["errors"][0]["code"].as_str()), (400, Some("EXC-014")), "{refused:#}");
}
