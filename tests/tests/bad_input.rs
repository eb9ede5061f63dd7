//! Bad input to cases under way, through the real program and its API: what contradicts, comes from the wrong
//! hand, twice at once or too late is refused by its name, nothing is changed by it, and the database verifies.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server, SignIns, bill, declaration, program};
use serde_json::{Value, json};
use std::cell::Cell;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// A Friday.
const TODAY: &str = "2026-11-20";
/// Throws of the dice that the sample pack's selection takes for document check, examination, neither.
const DOCUMENTS: &str = "20";
const EXAMINATION: &str = "10";
const GREEN: &str = "7";

/// A server on a sample database, its sign-ins, and a key that was never given out.
struct Site {
    _folder: Folder,
    data: PathBuf,
    server: Server,
    signs: SignIns,
    firm: String,
    next: Cell<u32>,
}

impl Site {
    fn open(name: &str, dice: &str) -> Site {
        let folder = Folder::new(name);
        let data = folder.0.join("data");
        std::fs::create_dir_all(&data).unwrap();
        let clock = format!("{TODAY}T02:00:00Z");
        let server = Server::start(&data, &["--sample", "--clock", &clock, "--dice", dice]);
        let signs = server.sign_ins();
        let firm = server.get(&signs.token("trader"), "/api/v1/me").1["party"].as_str().unwrap().to_owned();
        Site { _folder: folder, data, server, signs, firm, next: Cell::new(0) }
    }

    fn key(&self) -> String {
        self.next.set(self.next.get() + 1);
        format!("bad-{}", self.next.get())
    }

    fn post(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        self.server.post(&self.signs.token(who), &self.key(), &format!("/api/v1{path}"), body)
    }

    fn accepted(&self, who: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(who, path, body);
        assert_eq!(status, 201, "{path} by {who}: {answer:#}");
        answer["answer"].clone()
    }

    fn step(&self, who: &str, entry: &str, step: &str, body: &Value) -> Value {
        self.accepted(who, &format!("/declarations/{entry}/steps/{step}"), body)
    }

    /// A new declaration on a bill of its own, and its payment books.
    fn lodged(&self, number: &str) -> (String, Vec<Value>) {
        self.accepted("carrier", "/bills", &bill(number, TODAY));
        let lodged = self.accepted("trader", "/declarations", &declaration(number, TODAY, &self.firm));
        let entry = lodged["entry_number"].as_str().unwrap().to_owned();
        (entry, lodged["books"].as_array().unwrap().clone())
    }

    fn settle(&self, book: &Value) -> Value {
        let reference = format!("R-{}", book["number"].as_str().unwrap());
        let body = json!({ "book": book["number"], "amount": book["amount"], "reference": reference });
        self.accepted("bank", "/settlements", &body)
    }

    /// All that the firm sees of a declaration but what was tried on it: state, record, document, assessment.
    fn seen(&self, entry: &str) -> Value {
        let path = format!("/api/v1/declarations/{entry}");
        let (status, mut found) = self.server.get(&self.signs.token("trader"), &path);
        assert_eq!(status, 200, "{found:#}");
        assert!(found["record"].is_object() && found["version"].is_number(), "{found:#}");
        found.as_object_mut().unwrap().remove("events").expect("its events");
        found
    }

    fn state(&self, entry: &str) -> String {
        self.seen(entry)["state"].as_str().unwrap().to_owned()
    }

    fn wait_for(&self, entry: &str, state: &str) {
        let begun = Instant::now();
        while self.state(entry) != state {
            assert!(begun.elapsed() < Duration::from_secs(60), "{entry} never became {state}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Refused by this name and no other; the declaration is what it was, to the last member.
    fn refused(&self, (who, path, body): (&str, &str, &Value), entry: &str, code: &str, why: &str) {
        let before = self.seen(entry);
        let (status, answer) = self.post(who, path, body);
        assert_eq!((status, codes(&answer)), (422, vec![code.to_owned()]), "{why}: {answer:#}");
        assert!(answer["receipt"].is_object(), "{why}: a refusal has a receipt, too");
        assert_eq!(self.seen(entry), before, "{why}: it changed something");
    }

    fn step_refused(&self, who: &str, (entry, step): (&str, &str), body: &Value, code: &str, why: &str) {
        let path = format!("/declarations/{entry}/steps/{step}");
        self.refused((who, &path, body), entry, code, why);
    }

    /// Both submissions at the same moment from two threads; the answers, the accepted one first.
    fn at_once(&self, both: [(&str, String, Value); 2]) -> [(u16, Value); 2] {
        let barrier = Barrier::new(2);
        let asked = both.map(|(who, path, body)| (self.signs.token(who), self.key(), path, body));
        let mut answers = std::thread::scope(|scope| {
            let started = asked.map(|(token, key, path, body)| {
                let (server, barrier) = (&self.server, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    server.post(&token, &key, &format!("/api/v1{path}"), &body)
                })
            });
            started.map(|thread| thread.join().unwrap())
        });
        answers.sort_by_key(|(status, _)| *status);
        answers
    }

    /// Everything in the database holds; it is looked at while it is served.
    fn verifies(&self) {
        let verified = Command::new(program()).args(["verify", "--data"]).arg(&self.data).output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    }
}

/// The names of what was refused, without those of warnings.
fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let errors = errors.iter().filter(|error| error["severity"] == "error");
    errors.map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

fn note(text: &str) -> Value {
    json!({ "note": text })
}

/// The example's declaration of a hundred pieces at another price, as an amendment.
fn amendment(site: &Site, number: &str, price: u32) -> Value {
    let mut declared = declaration(number, TODAY, &site.firm);
    declared["lines"][0]["price"] = price.to_string().into();
    declared["lines"][0]["total"] = (price * 100).to_string().into();
    json!({ "note": "单价录入错误", "declaration": declared })
}

#[test]
fn amendments_that_contradict_and_steps_by_the_wrong_officer() {
    let site = Site::open("bad-changes", DOCUMENTS);
    let (entry, books) = site.lodged("BADCHANGE");
    let entry = entry.as_str();
    assert_eq!(site.state(entry), "document_check");

    // steps by those whose post it is not, by no officer, and by one of no office of it
    let passes = (entry, "pass_documents");
    site.step_refused("supervisor", passes, &note(""), "CAS-003", "release passes documents");
    site.step_refused("examiner", passes, &note(""), "CAS-003", "an examiner passes documents");
    site.step_refused("head", passes, &note(""), "CAS-003", "the head passes documents");
    site.step_refused("trader", passes, &note(""), "CAS-003", "the firm passes its own documents");
    site.step_refused("carrier", passes, &note(""), "CTL-018", "a carrier");
    site.step_refused("broker", passes, &note(""), "CTL-018", "a firm that has nothing to do with it");
    site.step_refused("officer", (entry, "hold"), &note("?"), "CAS-003", "document check puts on hold");
    site.step_refused("officer", (entry, "no_such_step"), &note("?"), "CAS-001", "a step that is none");

    // an amendment that contradicts itself, the declaration, or another amendment
    let asks = (entry, "request_amendment");
    let other_bill = amendment(&site, "BADOTHER", 85);
    site.step_refused("trader", asks, &other_bill, "CTL-038", "an amendment to another bill");
    let same = amendment(&site, "BADCHANGE", 80);
    site.step_refused("trader", asks, &same, "CTL-039", "an amendment that changes nothing");
    site.step("trader", entry, "request_amendment", &amendment(&site, "BADCHANGE", 85));
    let contrary = amendment(&site, "BADCHANGE", 90);
    site.step_refused("trader", asks, &contrary, "CTL-036", "a second amendment beside an open one");
    let withdraw = (entry, "request_withdrawal");
    site.step_refused("trader", withdraw, &note("撤销"), "CTL-036", "a withdrawal beside an amendment");
    let as_withdrawal = (entry, "approve_withdrawal");
    site.step_refused("supervisor", as_withdrawal, &note(""), "CTL-037", "approved as a withdrawal");
    site.step_refused("officer", (entry, "approve_amendment"), &note(""), "CAS-003", "another post approves");
    site.step("supervisor", entry, "refuse_change", &note("理由不充分"));
    site.step_refused(
        "supervisor",
        (entry, "approve_amendment"),
        &note(""),
        "CTL-037",
        "approved though refused",
    );

    // two of its own at once: exactly one is open afterwards
    let path = format!("/declarations/{entry}/steps/request_amendment");
    let [yes, no] = site.at_once([
        ("trader", path.clone(), amendment(&site, "BADCHANGE", 85)),
        ("trader", path, amendment(&site, "BADCHANGE", 90)),
    ]);
    assert_eq!((yes.0, no.0, codes(&no.1)), (201, 422, vec!["CTL-036".to_owned()]), "{no:?}");

    // withdrawn, it is paid no more: the order is refused, and what the bank brings all the same is owed back
    site.step("supervisor", entry, "refuse_change", &note("重复申请"));
    site.step("trader", entry, "request_withdrawal", &note("错误申报"));
    site.step("supervisor", entry, "approve_withdrawal", &note(""));
    assert_eq!(site.state(entry), "withdrawn");
    let payment = format!("/declarations/{entry}/payment");
    site.refused(("trader", &payment, &json!({})), entry, "FIN-003", "payment of what is withdrawn");
    let before = site.seen(entry);
    assert_eq!(site.settle(&books[0])["outcome"], "book_cancelled");
    let after = site.seen(entry);
    for part in ["state", "record", "document", "assessment"] {
        assert_eq!(after[part], before[part], "money for a cancelled book changes no declaration: {part}");
    }
    site.step_refused("trader", asks, &contrary, "CAS-002", "an amendment of what is withdrawn");
    site.verifies();
}

#[test]
fn two_officers_release_at_once_and_an_answer_comes_too_late() {
    let site = Site::open("bad-release", DOCUMENTS);
    let appointment = json!({
        "officer": "examiner2", "office": "2225", "post": "document_check", "from": TODAY, "document": "关任〔2026〕9号",
    });
    site.accepted("head", "/appointments", &appointment);

    // paid already: whoever passes the documents releases the goods
    for number in 1..=5 {
        let bill = format!("BADTWICE{number}");
        let (entry, books) = site.lodged(&bill);
        for book in &books {
            site.settle(book);
        }
        assert_eq!(site.state(&entry), "document_check");
        let path = format!("/declarations/{entry}/steps/pass_documents");
        let [yes, no] = site.at_once([("officer", path.clone(), note("")), ("examiner2", path, note(""))]);
        assert_eq!((yes.0, yes.1["answer"]["state"].as_str()), (201, Some("released")), "{yes:?}");
        assert_eq!((no.0, codes(&no.1)), (422, vec!["CAS-002".to_owned()]), "{no:?}");
        let record = site.seen(&entry);
        let timeline = record["record"]["timeline"].as_array().unwrap();
        let released = timeline.iter().filter(|one| one["step"] == "release").count();
        assert_eq!((record["state"].as_str(), released), (Some("released"), 1), "released once");
        let (_, found) =
            site.server.get(&site.signs.token("operator"), &format!("/api/v1/bills/2225/{bill}"));
        assert_eq!(found["state"], "released", "{found:#}");
    }

    // documents asked for; their day passes, and the answer comes after it
    let (entry, _) = site.lodged("BADLATE");
    site.step("officer", &entry, "request_documents", &note("请补充合同"));
    assert_eq!(site.state(&entry), "documents_requested");
    let (status, moved) = site.server.post(
        &site.signs.token("officer"),
        "clock",
        "/api/v1/clock",
        &json!({ "advance_seconds": 6 * 86_400 }),
    );
    assert_eq!(status, 200, "{moved}");
    // the program lets the request lapse by itself
    site.wait_for(&entry, "document_check");
    let answer = json!({ "note": "随附合同" });
    site.step_refused("trader", (&entry, "answer"), &answer, "CAS-002", "an answer after its last day");
    let request = site.seen(&entry)["record"]["requests"][0].clone();
    assert!(request["answer"].is_null(), "{request:#}");
    site.verifies();
}

#[test]
fn an_examination_result_for_goods_that_are_out() {
    let site = Site::open("bad-examination", EXAMINATION);
    let (entry, books) = site.lodged("BADEXAM");
    let entry = entry.as_str();
    site.step("officer", entry, "order_examination", &json!({}));
    let sheet = |quantity: Option<&str>| {
        let line = quantity.map_or_else(|| json!({ "number": 1 }), |q| json!({ "number": 1, "quantity": q }));
        json!({ "note": "查验记录", "sheet": [line] })
    };
    let (passes, differs) = ((entry, "pass_examination"), (entry, "report_discrepancy"));
    site.step_refused(
        "examiner",
        passes,
        &sheet(Some("90")),
        "CTL-045",
        "passed, and its sheet says otherwise",
    );
    site.step_refused("officer", passes, &sheet(None), "CAS-003", "a result by document check");
    site.step("examiner", entry, "pass_examination", &sheet(None));
    site.step_refused(
        "examiner2",
        differs,
        &sheet(Some("90")),
        "CAS-002",
        "a second result of one examination",
    );
    for book in &books {
        site.settle(book);
    }
    site.step("officer", entry, "pass_documents", &json!({}));
    assert_eq!(site.state(entry), "released");
    let out = json!({ "office": "2225", "bill": "BADEXAM", "packages": 10, "gross_kg": "1250.5" });
    site.accepted("operator", "/goods-out", &out);
    assert_eq!(site.state(entry), "closed");
    site.step_refused("examiner", passes, &sheet(None), "CAS-002", "a result for goods that are out");
    site.step_refused(
        "examiner2",
        differs,
        &sheet(Some("90")),
        "CAS-002",
        "a discrepancy of goods that are out",
    );
    site.refused(("operator", "/goods-out", &out), entry, "LED-003", "the same goods out twice");
    site.verifies();
}

#[test]
fn goods_out_before_release_and_a_bill_declared_twice() {
    let site = Site::open("bad-goods", GREEN);
    let (entry, _) = site.lodged("BADGOODS");
    let out = json!({ "office": "2225", "bill": "BADGOODS", "packages": 10, "gross_kg": "1250.5" });
    site.refused(("operator", "/goods-out", &out), &entry, "LED-003", "goods out before release");
    let again = declaration("BADGOODS", TODAY, &site.firm);
    let declarations = ("trader", "/declarations", &again);
    site.refused(declarations, &entry, "CN-NORM-BILL-OPEN", "a bill declared twice");
    site.verifies();
}
