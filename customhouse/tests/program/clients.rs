//! The clients of the API: one import from bill to goods out on the command line.

use crate::support::{Folder, Run, Server, declaration, program, root};
use customhouse_exchange::{Format, Limits, Message, read, write};
use serde_json::Value;
use std::fs;

/// A server on a sample, and the tokens of its accounts.
struct Site {
    folder: Folder,
    server: Server,
    signs: String,
}

impl Site {
    fn open(name: &str) -> Site {
        let folder = Folder::new(name);
        let server = Server::start(&folder, &["--clock", "2026-11-20T02:00:00Z"]);
        let signs = fs::read_to_string(folder.path("data/sample-sign-ins.txt")).expect("sign-ins");
        Site { folder, server, signs }
    }

    /// Runs a client as somebody.
    fn ask(&self, name: &str, arguments: &[&str]) -> Run {
        let line = self.signs.lines().find(|l| l.starts_with(name)).unwrap_or_default();
        let token = line.split_whitespace().nth(2).unwrap_or("ch_none");
        let output = program()
            .args(arguments)
            .env("CUSTOMHOUSE_SERVER", &self.server.address)
            .env("CUSTOMHOUSE_TOKEN", token)
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Run {
            code: output.status.code().expect("a code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    fn good(&self, name: &str, arguments: &[&str]) -> String {
        let done = self.ask(name, arguments);
        assert_eq!(done.code, 0, "{arguments:?}: {}{}", done.out, done.err);
        done.out
    }

    /// The example bill under another number.
    fn bill(&self, number: &str) -> String {
        let example = fs::read_to_string(root().join("docs/examples/bill.json")).expect("the example");
        let mut bill: Value = serde_json::from_str(&example).expect("JSON");
        bill["bill"] = number.into();
        bill["entry_date"] = "2026-11-20".into();
        self.folder.write(&format!("{number}.bill.json"), bill.to_string())
    }

    /// The example declaration on a bill.
    fn declaration(&self, number: &str) -> Value {
        let mut value: Value = serde_json::from_str(&declaration()).expect("JSON");
        value["bill"] = number.into();
        value["entry_date"] = "2026-11-20".into();
        value
    }
}

#[test]
fn one_import_on_the_command_line() {
    let site = Site::open("clients");
    let told = site.good("carrier", &["bill", &site.bill("CLI1")]);
    assert!(told.starts_with("accepted: 2225-CLI1 (filed)\nreceipt: event "), "{told}");

    let file = site.folder.write("d.json", site.declaration("CLI1").to_string());
    let receipt = site.folder.path("receipt.json");
    let told = site.good("trader", &["lodge", &file, "--receipt", &receipt]);
    assert!(told.starts_with("accepted: 222520261000000001 (green)\n"), "{told}");
    assert!(told.contains("6394.04  222520261000000001-A01  import_duty"), "{told}");
    assert!(told.contains("15537.52  to pay in all"), "{told}");
    let again = site.good("trader", &["lodge", &file]);
    assert!(again.contains("sent before; this is the first answer"), "{again}");
    let history = site.folder.path("data/keys/history.json");
    let proof = site.good("trader", &["receipt", "check", &receipt, "--key", &history]);
    assert!(
        proof.contains("declaration.lodged  declaration/222520261000000001\n  accepted at 2026-11-20T10:"),
        "{proof}"
    );

    let entry = "222520261000000001";
    let told = site.good("trader", &["pay", entry, "--wait"]);
    assert!(told.starts_with("222520261000000001  released\n") && told.contains("paid 2026-11-20"), "{told}");
    let out = r#"{"office":"2225","bill":"CLI1","packages":10,"gross_kg":"1250.5"}"#;
    let told = site.good("operator", &["goods-out", &site.folder.write("out.json", out)]);
    assert!(told.starts_with("accepted: 2225-CLI1 (written_off)"), "{told}");
    // the officer of document check has nothing to do with it: he says why
    let told = site.good("officer", &["show", entry, "--lang", "zh", "--reason", "归档 check"]);
    assert!(told.starts_with("222520261000000001  closed\n") && told.contains("收货人: 示例"), "{told}");

    let shown: Value = serde_json::from_str(&site.good("trader", &["--json", "show", entry])).expect("JSON");
    let seq = shown["events"][0]["seq"].to_string();
    let got = site.good("trader", &["receipt", "get", &seq]);
    let file = site.folder.write("got.json", got);
    assert!(site.good("trader", &["receipt", "check", &file, "--key", &history]).contains("genuine"));
}

#[test]
fn a_message_keeps_its_own_key_and_a_refusal_ends_with_one() {
    let site = Site::open("clients-xml");
    site.good("carrier", &["bill", &site.bill("CLI2")]);
    let json = site.declaration("CLI2").to_string();
    let form = read(Format::Json, json.as_bytes(), &Limits::default()).unwrap().form;
    let message = Message { form, client_sequence_number: Some("SEQ-17".to_owned()), ..Message::default() };
    let file = site.folder.write("d.xml", write(Format::DecMessage, &message));
    let lodged: Value =
        serde_json::from_str(&site.good("trader", &["--json", "lodge", &file])).expect("JSON");
    let event: Value = serde_json::from_str(lodged["receipt"]["event"].as_str().unwrap()).expect("an event");
    assert_eq!(event["key"], "SEQ-17");

    // without a number of its own the file's digest stands in
    let message = Message { client_sequence_number: None, ..message };
    let file = site.folder.write("again.xml", write(Format::DecMessage, &message));
    let done = site.ask("trader", &["lodge", &file]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("CN-NORM-BILL-OPEN  /DecMessage/DecHead/BillNo"), "{}", done.out);
    let done = site.ask("trader", &["lodge", &site.folder.write("bad.json", "{"), "--lang", "zh"]);
    assert_eq!(done.code, 1);
    assert!(done.out.starts_with("EXC-"), "{}", done.out);
    let done = site.ask("nobody", &["show", "222520261000000001"]);
    assert_eq!(done.code, 1);
    assert!(done.out.starts_with("401 ") && done.out.contains("--token"), "{}", done.out);
    let done = site.ask("carrier", &["show", "222520261000000001"]);
    assert!(done.code == 1 && done.out.starts_with("404 "), "{}", done.out);
    let done = site.ask("trader", &["pay", "222520261000000009"]);
    assert!(done.code == 1 && done.out.starts_with("CTL-018"), "{}", done.out);
}
