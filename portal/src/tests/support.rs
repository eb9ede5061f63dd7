//! What the tests share: an engine in memory, accounts, a client, and one import.

use crate::accounts::{self, Account};
use crate::{Portal, PortalSettings, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use customhouse_control::{Actor, AppointmentForm, Command, Post, Role};
use customhouse_engine::{Dice, Engine, KeyFile, PackFiles, Sent, Settings, Submission};
use customhouse_kernel::values::{CreditCode, OfficeCode};
use customhouse_storage::{Sim, SimDisk};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use tower::ServiceExt;

/// 2026-11-20 10:00 in China: a Friday.
pub const FRIDAY: i64 = 1_795_140_000_000_000;
pub const PASSWORD: &str = "correct horse";

/// Goods of the test's tariff that have no rate in it: assessing refuses them.
pub const UNRATED: &str = "7901120000";

/// The China pack with one commodity and one that has no rate: the same law, and a start in a few milliseconds.
fn pack() -> PackFiles {
    const BULK: [&str; 3] = ["tables/commodities", "tables/measures", "tables/conditions"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/cn");
    let mut files = vec![("pack.toml".to_owned(), fs::read_to_string(root.join("pack.toml")).unwrap())];
    for folder in customhouse_kernel::law::FOLDERS {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            let mut text = fs::read_to_string(path).unwrap();
            if BULK.iter().any(|b| name.starts_with(b)) {
                let head = text.lines().find(|l| !l.starts_with('#')).unwrap_or_default().to_owned();
                let keeps = |l: &&str| {
                    let unrated = name.starts_with("tables/commodities") && l.contains(UNRATED);
                    let listed = l.contains("8512201000") || unrated;
                    l.starts_with('#') || *l == head || listed
                };
                text = text.lines().filter(keeps).map(|line| format!("{line}\n")).collect();
            }
            files.push((name, text));
        }
    }
    files.sort();
    files
}

pub fn firm(n: u8) -> String {
    CreditCode::complete(&format!("91990000MA000000{n}")).unwrap().to_string()
}

/// Everyone: `stranger` is another trader, `elsewhere` an officer of another office.
pub const EVERYONE: [(&str, Role, u8, &str); 8] = [
    ("carrier", Role::Carrier, 2, ""),
    ("trader", Role::Declarant, 1, ""),
    ("operator", Role::Operator, 3, "2225"),
    ("officer", Role::Officer, 0, "2225"),
    ("bank", Role::Bank, 0, ""),
    ("stranger", Role::Declarant, 4, ""),
    ("rival", Role::Carrier, 5, ""),
    ("elsewhere", Role::Officer, 0, "0100"),
];

/// Officers of office 2225 with one post each.
pub const POSTS: [(&str, Post); 6] = [
    ("checker", Post::DocumentCheck),
    ("examiner1", Post::Examination),
    ("examiner2", Post::Examination),
    ("examiner3", Post::Examination),
    ("releaser", Post::Release),
    ("head", Post::Head),
];

/// Dice that the selection of the pack takes for document check, and for examination.
pub const DOCUMENTS: u64 = 20;
pub const EXAMINATION: u64 = 10;

pub struct Site {
    pub engine: Engine,
    pub router: Router,
}

/// What came back.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }
}

impl Site {
    pub fn open() -> Site {
        Site::open_with(true, PortalSettings { body_limit: 256 << 10, ..PortalSettings::default() })
    }

    /// The same with other dice for selecting and drawing.
    pub fn thrown(dice: u64) -> Site {
        Site::open_at(true, dice, PortalSettings { body_limit: 256 << 10, ..PortalSettings::default() })
    }

    pub fn open_with(sample: bool, settings: PortalSettings) -> Site {
        Site::open_at(sample, 7, settings)
    }

    /// The same, where the test's goods need an import licence.
    pub fn licensed(dice: u64) -> Site {
        let mut pack = pack();
        let conditions = pack.iter_mut().find(|(name, _)| name.starts_with("tables/conditions"));
        conditions.unwrap().1.push_str("condition.test,85122010,7,licence,import,,,,,\n");
        let settings = PortalSettings { body_limit: 256 << 10, ..PortalSettings::default() };
        Site::open_of(pack, true, dice, settings)
    }

    fn open_at(sample: bool, dice: u64, settings: PortalSettings) -> Site {
        Site::open_of(pack(), sample, dice, settings)
    }

    fn open_of(pack: PackFiles, sample: bool, dice: u64, settings: PortalSettings) -> Site {
        let engine = Engine::start(Settings {
            store: Box::new(Sim::open(&SimDisk::new(7)).unwrap()),
            keys: KeyFile::of(SigningKey::from_bytes(&[7; 32]), "2026-01-01T00:00:00Z"),
            pack: Some((pack, "embedded".to_owned())),
            sample,
            clock: sample.then_some(FRIDAY),
            dice: if sample { Dice::Fixed(dice) } else { Dice::Machine },
            outlets: BTreeMap::new(),
        })
        .unwrap();
        let hash = accounts::account("any", PASSWORD, Role::Bank, "", &[]).password_hash;
        let mut writes = Vec::new();
        let everyone = EVERYONE.map(|(name, role, n, office)| (name, role, n, office, None));
        let officers = POSTS.map(|(name, post)| (name, Role::Officer, 0, "2225", Some(post)));
        for (name, role, n, office, post) in everyone.into_iter().chain(officers) {
            let posts =
                Post::ALL.into_iter().filter(|p| role == Role::Officer && post.is_none_or(|own| own == *p));
            let account = Account {
                name: name.to_owned(),
                password_hash: hash.clone(),
                role,
                party: if n == 0 { String::new() } else { firm(n) },
                party_name: String::new(),
                offices: OfficeCode::parse(office).into_iter().collect(),
                places: vec!["外港监管仓".to_owned(), "yard".to_owned()],
                posts: posts.collect(),
                language: None,
            };
            writes.extend([account.write(), accounts::token(name, &format!("ch_{name}"))]);
        }
        engine.write_plain(writes).unwrap();
        appoint(&engine);
        let router = router(Portal::new(engine.clone(), settings));
        Site { engine, router }
    }

    pub async fn call(&self, mut request: Request<Body>) -> Got {
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        Got {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A call of the API as someone; an empty name has no token.
    pub async fn api(&self, who: &str, method: &str, path: &str, key: &str, body: impl Into<String>) -> Got {
        self.send(who, method, path, key, "application/json", body.into().into_bytes()).await
    }

    pub async fn send(
        &self,
        who: &str,
        method: &str,
        path: &str,
        key: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Got {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
            .uri(path);
        if !who.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer ch_{who}"));
        }
        if !key.is_empty() {
            request = request.header("Idempotency-Key", key);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        self.call(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Got {
        self.send(who, "get", path, "", "", Vec::new()).await
    }

    /// Files a bill and lodges a declaration on it; the entry number.
    pub async fn lodged(&self, bill: &str) -> String {
        let filed = self.api("carrier", "post", "/api/v1/bills", bill, bill_form(bill).to_string()).await;
        assert_eq!(filed.status, 201, "{}", filed.text);
        let key = format!("lodge-{bill}");
        let lodged = self.api("trader", "post", "/api/v1/declarations", &key, form(bill).to_string()).await;
        assert_eq!(lodged.status, 201, "{}", lodged.text);
        lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned()
    }

    /// Lodges a general guarantee of `trader`'s; its number.
    pub async fn guarantee(&self, key: &str) -> String {
        let form = json!({
            "office": "2225", "kind": "general", "means": "bank_letter", "guarantor": "示例银行",
            "amount": "500000.00", "valid_from": "2026-11-20", "valid_to": "2027-11-19",
            "cases": ["early_release"],
        });
        let key = format!("guarantee-{key}");
        let lodged = self.api("trader", "post", "/api/v1/guarantees", &key, form.to_string()).await;
        assert_eq!(lodged.status, 201, "{}", lodged.text);
        lodged.json()["answer"]["guarantee"].as_str().unwrap().to_owned()
    }

    /// Pays a book of `trader`'s declaration with a yuan, and asks for it back; the refund's number.
    pub async fn refund(&self, entry: &str) -> String {
        let found = self.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
        let reference = format!("IN-{entry}");
        let paid = json!({
            "book": found["record"]["books"][0]["number"], "amount": "1.00", "reference": reference,
        });
        let settled = self.api("bank", "post", "/api/v1/settlements", &reference, paid.to_string()).await;
        assert_eq!(settled.status, 201, "{}", settled.text);
        let asked = json!({
            "ground": "misdirected", "payments": [reference], "account": "示例银行 6222000011112222", "reason": "错缴",
        });
        let key = format!("refund-{entry}");
        let asked = self.api("trader", "post", "/api/v1/refunds", &key, asked.to_string()).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        asked.json()["answer"]["refund"].as_str().unwrap().to_owned()
    }

    /// Takes a step of a declaration through the API.
    pub async fn step(&self, who: &str, entry: &str, step: &str, body: Value) -> Got {
        let key = format!("{who}-{step}-{body}").bytes().map(|b| format!("{b:x}")).collect::<String>();
        let key: String = key.chars().rev().take(200).collect();
        let path = format!("/api/v1/declarations/{entry}/steps/{step}");
        self.api(who, "post", &path, &key, body.to_string()).await
    }

    /// The head puts everybody on duty.
    pub async fn on_duty(&self) {
        let officers: Vec<Value> = POSTS
            .iter()
            .map(|(name, post)| json!({ "name": name, "posts": [post], "on_duty": true }))
            .collect();
        let body = json!({ "officers": officers }).to_string();
        let set = self.api("head", "put", "/api/v1/offices/2225/roster", "roster", body).await;
        assert_eq!(set.status, 201, "{}", set.text);
    }

    /// Settles every book of a declaration.
    pub async fn settle(&self, entry: &str) {
        let found = self.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
        for (n, book) in found["record"]["books"].as_array().unwrap().iter().enumerate() {
            let body =
                json!({ "book": book["number"], "amount": book["amount"], "reference": book["number"] });
            let key = format!("settle-{entry}-{n}");
            let settled = self.api("bank", "post", "/api/v1/settlements", &key, body.to_string()).await;
            assert_eq!(settled.status, 201, "{}", settled.text);
        }
    }

    /// Signs in on the page; the session's cookie.
    pub async fn sign_in(&self, who: &str) -> String {
        let body = format!("name={who}&password={}", PASSWORD.replace(' ', "+"));
        let got = self.form("", "/sign-in", &body).await;
        assert_eq!(got.status, 303, "{}", got.text);
        got.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// A page as a browser asks for it.
    pub async fn page(&self, cookie: &str, path: &str) -> Got {
        let request = Request::builder().uri(path).header(header::COOKIE, cookie);
        self.call(request.body(Body::empty()).unwrap()).await
    }

    /// A form as a browser posts it.
    pub async fn form(&self, cookie: &str, path: &str, body: &str) -> Got {
        self.call(form_request(cookie, path, body)).await
    }
}

/// Appoints every officer by real commands: the program the heads, a head of the office the others.
fn appoint(engine: &Engine) {
    let everyone = EVERYONE.iter().filter(|(_, role, ..)| *role == Role::Officer);
    let all = everyone.flat_map(|(name, _, _, office)| Post::ALL.map(|post| (*name, *office, post)));
    let all: Vec<_> = all.chain(POSTS.map(|(name, post)| (name, "2225", post))).collect();
    let offices: BTreeSet<&str> = all.iter().map(|(_, office, _)| *office).collect();
    let first = offices.into_iter().map(|office| (Actor::system(), "chief", office, Post::Head));
    let chief = Actor { name: "chief".to_owned(), role: Role::Officer, ..Actor::system() };
    let others = all.iter().map(|(name, office, post)| (chief.clone(), *name, *office, *post));
    for (n, (actor, name, office, post)) in first.chain(others).enumerate() {
        let command = Command::Appoint(AppointmentForm {
            officer: name.to_owned(),
            office: OfficeCode::parse(office).unwrap(),
            post,
            from: engine.now().day(),
            to: None,
            document: "关任〔2026〕1号".to_owned(),
        });
        let command = customhouse_engine::Command::Control(command);
        let submission = Submission { actor, key: format!("appoint-{n}"), command, sent: Sent::default() };
        let outcome = engine.submit_and_wait(submission).unwrap();
        assert!(outcome.accepted, "{name}: {:#?}", outcome.findings);
    }
}

pub fn form_request(cookie: &str, path: &str, body: &str) -> Request<Body> {
    Request::builder()
        .method("POST")
        .uri(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ORIGIN, "http://127.0.0.1:8080")
        .header("Sec-Fetch-Site", "same-origin")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub fn bill_form(number: &str) -> Value {
    let mut bill: Value = serde_json::from_str(include_str!("../../../docs/examples/bill.json")).unwrap();
    bill["bill"] = number.into();
    bill
}

pub fn form(bill: &str) -> Value {
    let mut form: Value =
        serde_json::from_str(include_str!("../../../docs/examples/declaration.json")).unwrap();
    form["bill"] = bill.into();
    form["consignee"]["credit_code"] = firm(1).into();
    form
}

/// The value of the hidden field `key` of a page's main form.
pub fn key_of(page: &str) -> String {
    let keys = page.split("name=\"key\" value=\"").skip(1).filter_map(|p| p.split('"').next());
    keys.into_iter().find(|key| !key.ends_with("-file")).expect("a form with a key").to_owned()
}
