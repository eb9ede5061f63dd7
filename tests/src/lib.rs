//! What the tests of the whole share: the real program, started and stopped by its own process id.
//! The tests themselves stand in `tests/tests/` and `tests/pages/tests/`.

#![allow(clippy::disallowed_methods)] // tests are shell: they start processes and read files

pub mod postgres;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program that `cargo build --bin customhouse` made beside this test.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/test");
    let program = folder.join("customhouse");
    assert!(
        program.exists(),
        "{} is not there: run `cargo build --bin customhouse` first",
        program.display()
    );
    program
}

/// A folder of its own, removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let unique = format!("customhouse-{name}-{}-{:?}", std::process::id(), std::thread::current().id());
        let path = std::env::temp_dir().join(unique.replace(['(', ')'], ""));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The running program.
pub struct Server {
    process: Child,
    pub address: String,
    data: PathBuf,
}

impl Server {
    /// Starts `serve` on the data folder of a sample and waits until it is ready. Its dice select nothing
    /// for a check, unless the options say otherwise.
    pub fn start(data: &Path, options: &[&str]) -> Server {
        let dice: &[&str] = if options.contains(&"--dice") { &[] } else { &["--dice", "7"] };
        let port = free_port();
        let log = fs::File::create(data.with_extension(format!("{port}.log"))).expect("a log");
        let process = Command::new(program())
            .arg("serve")
            .args(["--port", &port.to_string(), "--data"])
            .arg(data)
            .args(options)
            .args(dice)
            .stdout(Stdio::from(log.try_clone().expect("the log")))
            .stderr(Stdio::from(log))
            .spawn()
            .expect("the program starts");
        let mut server =
            Server { process, address: format!("http://127.0.0.1:{port}"), data: data.to_owned() };
        let begun = Instant::now();
        while ureq::get(format!("{}/health/ready", server.address)).call().is_err() {
            if let Ok(Some(status)) = server.process.try_wait() {
                let log = fs::read_to_string(data.with_extension(format!("{port}.log"))).unwrap_or_default();
                panic!("the program stopped with {status}:\n{log}");
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "the program is not ready after two minutes");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Kills it as a power cut would: no goodbye.
    pub fn kill(mut self) {
        self.process.kill().expect("kill -9");
        self.process.wait().expect("it is gone");
    }

    /// The sample sign-ins as JSON: a list of accounts with name, password and token.
    pub fn sign_ins(&self) -> SignIns {
        let text = fs::read_to_string(self.data.join("sample-sign-ins.txt")).expect("sample-sign-ins.txt");
        SignIns(text)
    }

    /// A GET with a token; status and JSON.
    pub fn get(&self, token: &str, path: &str) -> (u16, serde_json::Value) {
        let request =
            ureq::get(format!("{}{path}", self.address)).header("Authorization", format!("Bearer {token}"));
        answer(request.config().http_status_as_error(false).build().call())
    }

    /// A POST with a token and a key; status and JSON. `Err` if there was no answer.
    pub fn try_post(
        &self,
        token: &str,
        key: &str,
        path: &str,
        media_type: &str,
        body: &[u8],
    ) -> Result<(u16, serde_json::Value), ureq::Error> {
        let request = ureq::post(format!("{}{path}", self.address))
            .header("Authorization", format!("Bearer {token}"))
            .header("Idempotency-Key", key)
            .header("Content-Type", media_type);
        let mut response = request.config().http_status_as_error(false).build().send(body)?;
        let text = response.body_mut().read_to_string()?;
        Ok((
            response.status().as_u16(),
            serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)),
        ))
    }

    /// A message in XML, whose own client sequence number is the key.
    pub fn post_message(&self, token: &str, path: &str, xml: &[u8]) -> (u16, serde_json::Value) {
        let request = ureq::post(format!("{}{path}", self.address))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/xml");
        answer(request.config().http_status_as_error(false).build().send(xml))
    }

    /// The same for JSON, where there must be an answer.
    pub fn post(
        &self,
        token: &str,
        key: &str,
        path: &str,
        body: &serde_json::Value,
    ) -> (u16, serde_json::Value) {
        self.try_post(token, key, path, "application/json", body.to_string().as_bytes()).expect("an answer")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, serde_json::Value) {
    let mut response = result.expect("an answer");
    let text = response.body_mut().read_to_string().expect("a text");
    (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
}

/// What `sample-sign-ins.txt` says.
pub struct SignIns(pub String);

impl SignIns {
    /// The words after a role's name, on its own line.
    fn line(&self, role: &str) -> Vec<&str> {
        let line = self.0.lines().find(|l| l.split_whitespace().next() == Some(role));
        line.unwrap_or_else(|| panic!("no sign-in for {role} in:\n{}", self.0)).split_whitespace().collect()
    }

    /// The API token of a role.
    pub fn token(&self, role: &str) -> String {
        let line = self.line(role);
        (*line.iter().find(|w| w.starts_with("ch_")).expect("a token")).to_owned()
    }

    /// The password of a role.
    pub fn password(&self, role: &str) -> String {
        self.line(role)[1].to_owned()
    }
}

/// The example bill of the README under another number and day.
pub fn bill(number: &str, entry_date: &str) -> serde_json::Value {
    let example = include_str!("../../docs/examples/bill.json");
    let mut bill: serde_json::Value = serde_json::from_str(example).expect("the example is JSON");
    bill["bill"] = number.into();
    bill["entry_date"] = entry_date.into();
    bill
}

/// The example declaration of the README on that bill: one line of vehicle lamps, FOB in euro.
pub fn declaration(number: &str, entry_date: &str, credit_code: &str) -> serde_json::Value {
    let example = include_str!("../../docs/examples/declaration.json");
    let mut declaration: serde_json::Value = serde_json::from_str(example).expect("the example is JSON");
    declaration["bill"] = number.into();
    declaration["entry_date"] = entry_date.into();
    declaration["consignee"]["credit_code"] = credit_code.into();
    declaration
}
