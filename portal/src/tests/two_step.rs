//! A declaration in two steps: summary, pick-up, the full declaration, payment and closing, through the API
//! and through the pages.

use super::support::{DOCUMENTS, EXAMINATION, Got, Site, bill_form, firm, form, key_of};
use customhouse_exchange::{Format, Limits, Message, json, write};
use serde_json::{Value, json};

/// What no summary has.
const BEYOND: [&str; 15] = [
    "consumer",
    "trading_country",
    "departure_country",
    "departure_port",
    "last_port",
    "entry_port",
    "storage_place",
    "packages",
    "packaging",
    "net_kg",
    "freight",
    "insurance",
    "price_confirmations",
    "self_assessed_total",
    "remarks",
];

fn summary(bill: &str) -> Value {
    let mut form = form(bill);
    form["declaration_kind"] = "  5".into();
    let members = form.as_object_mut().unwrap();
    members.retain(|name, _| !BEYOND.contains(&name.as_str()));
    form
}

fn full(bill: &str) -> Value {
    let mut form = form(bill);
    form["declaration_kind"] = "  6".into();
    form
}

fn findings(refused: &Got) -> Vec<(String, String)> {
    assert_eq!(refused.status, 422, "{}", refused.text);
    let refused = refused.json();
    let text = |e: &Value, name: &str| e[name].as_str().unwrap().to_owned();
    refused["errors"].as_array().unwrap().iter().map(|e| (text(e, "code"), text(e, "path"))).collect()
}

fn ids(found: &Value) -> Vec<&str> {
    found["steps"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect()
}

impl Site {
    /// A bill, and a guarantee that customs accepted.
    async fn ready(&self, bill: &str) -> String {
        let filed = self.api("carrier", "post", "/api/v1/bills", bill, bill_form(bill).to_string()).await;
        assert_eq!(filed.status, 201, "{}", filed.text);
        let guarantee = self.guarantee(bill).await;
        let decision = format!("/api/v1/guarantees/{guarantee}/decision");
        let accept = json!({ "decision": "accept" }).to_string();
        assert_eq!(self.api("officer", "post", &decision, &guarantee, accept).await.status, 201);
        guarantee
    }

    async fn lodges(&self, key: &str, form: &Value) -> Got {
        self.api("trader", "post", "/api/v1/declarations", key, form.to_string()).await
    }

    async fn summed(&self, bill: &str) -> String {
        let lodged = self.lodges(&format!("summary-{bill}"), &summary(bill)).await;
        assert_eq!(lodged.status, 201, "{}", lodged.text);
        lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned()
    }

    async fn completes(&self, key: &str, entry: &str, form: &Value) -> Got {
        let path = format!("/api/v1/declarations/{entry}/steps/complete");
        self.api("trader", "post", &path, key, json!({ "declaration": form }).to_string()).await
    }

    async fn out(&self, bill: &str) {
        let moved =
            json!({ "office": "2225", "bill": bill, "packages": 10, "gross_kg": "1250.5" }).to_string();
        let key = format!("out-{bill}");
        let out = self.api("operator", "post", "/api/v1/goods-out", &key, moved).await;
        assert_eq!(out.status, 201, "{}", out.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn through_the_api_from_the_summary_to_closing() {
    let site = Site::open();
    let guarantee = site.ready("T1").await;
    let mut little = summary("T1");
    little["self_assessed_total"] = "1000".into();
    let refused = findings(&site.lodges("little", &little).await);
    assert_eq!(refused, [("CTL-115".to_owned(), "/self_assessed_total".to_owned())]);
    let entry = site.summed("T1").await;
    let path = format!("/api/v1/declarations/{entry}");
    let found = site.get("trader", &path).await.json();
    assert_eq!((&found["state"], &found["document"]), (&json!("summary_released"), &Value::Null));
    assert_eq!(found["summary"]["bill"], "T1");
    assert_eq!(ids(&found), ["request_withdrawal", "complete"]);
    assert_eq!(found["steps"][1]["needs"], json!(["declaration"]));
    let balances = site.get("trader", &format!("/api/v1/guarantees/{guarantee}")).await.json();
    assert_eq!(balances["balances"]["reserved"], found["record"]["two_step"]["reserved"]);
    site.out("T1").await;
    assert_eq!(site.get("trader", &path).await.json()["state"], "picked_up");

    // what contradicts the summary stands at its field, below where it was sent
    let mut other = full("T1");
    other["lines"][0]["commodity_code"] = "7901120000".into();
    other["packaging"] = "".into();
    let refused = findings(&site.completes("other", &entry, &other).await);
    assert!(refused.contains(&("CTL-072".to_owned(), "/declaration/lines/0/commodity_code".to_owned())));
    assert!(refused.contains(&("CTL-001".to_owned(), "/declaration/packaging".to_owned())), "{refused:?}");
    let done = site.completes("full", &entry, &full("T1")).await;
    assert_eq!(done.status, 201, "{}", done.text);
    let found = site.get("trader", &path).await.json();
    assert_eq!((&found["state"], &found["summary"]), (&json!("goods_out"), &Value::Null));
    assert_eq!(found["document"]["bill"], "T1");
    site.settle(&entry).await;
    assert_eq!(site.get("trader", &path).await.json()["state"], "closed");
    let free = site.get("trader", &format!("/api/v1/guarantees/{guarantee}")).await.json();
    assert_eq!(free["balances"]["free"], "500000.00");

    // the statement tells of the guarantee without owing, then of the books that it answered for
    let statement = site.get("trader", "/api/v1/statement").await.json();
    let lines = statement["lines"].as_array().unwrap();
    let told: Vec<&str> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["summary_reserved", "summary_freed", "assessed", "assessed", "paid", "paid"]);
    assert_eq!(
        (&lines[0]["amount"], &lines[0]["owed"]),
        (&found["record"]["two_step"]["occupied"], &json!("0.00"))
    );
    let answered = |line: &Value| line["guarantee"] == guarantee.as_str();
    assert!(lines[..4].iter().all(answered) && lines[2]["mode"] == "two_step", "{statement}");
    assert_eq!((&statement["owed"], &statement["refundable"]), (&json!("0.00"), &json!("0.00")));
    let cookie = format!("{}{EN}", site.sign_in("trader").await);
    let page = site.page(&cookie, "/statement").await.text;
    for words in ["Summary declaration: guarantee reserved", "in two steps", &entry, &guarantee] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn through_the_single_window_by_the_number_that_was_given() {
    let site = Site::open();
    site.ready("X1").await;
    let message = |form: &Value, entry: &str| {
        let limits = Limits::default();
        let mut form = json::read(form.to_string().as_bytes(), &limits).unwrap();
        if !entry.is_empty() {
            form.head.set("entry_number", entry);
        }
        let message = Message { form, ..Message::default() };
        write(Format::DecMessage, &message).into_bytes()
    };
    let send = async |key: &str, bytes: Vec<u8>| {
        site.send("trader", "post", "/api/v1/declarations", key, "application/xml", bytes).await
    };
    let lodged = send("s", message(&summary("X1"), "")).await;
    assert_eq!(lodged.status, 201, "{}", lodged.text);
    let entry = lodged.json()["answer"]["entry_number"].as_str().unwrap().to_owned();
    let unknown = send("u", message(&full("X1"), "222520261000000099")).await;
    assert_eq!(findings(&unknown), [("CTL-073".to_owned(), "/DecMessage/DecHead/EntryId".to_owned())]);
    let done = send("f", message(&full("X1"), &entry)).await;
    assert_eq!(done.status, 201, "{}", done.text);
    let found = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    assert_eq!((&found["state"], &found["record"]["document_version"]), (&json!("released"), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_is_examined_like_a_declaration() {
    let site = Site::thrown(EXAMINATION);
    site.on_duty().await;
    site.ready("T1").await;
    let entry = site.summed("T1").await;
    let path = format!("/api/v1/declarations/{entry}");
    assert_eq!(site.step("checker", &entry, "order_examination", json!({})).await.status, 201);
    let record = site.get("checker", &path).await.json()["record"].clone();
    let examiner = record["examinations"][0]["officers"][0].as_str().unwrap().to_owned();
    let sheet =
        |quantity: &str| json!({ "note": "查验记录", "sheet": [{ "number": 1, "quantity": quantity }] });
    let differs = site.step(&examiner, &entry, "pass_examination", sheet("99")).await;
    assert_eq!(findings(&differs)[0].1, "/sheet");
    let passed = site.step(&examiner, &entry, "pass_examination", sheet("100")).await;
    assert_eq!(passed.status, 201, "{}", passed.text);
    assert_eq!(site.step("checker", &entry, "pass_documents", json!({})).await.status, 201);
    assert_eq!(site.get("trader", &path).await.json()["state"], "summary_released");
}

const EN: &str = "; customhouse_lang=en";

/// The fields of a form, as a browser sends them.
fn typed(form: &Value, prefix: &str, out: &mut Vec<(String, String)>) {
    match form {
        Value::Object(members) => {
            for (name, value) in members {
                typed(value, &if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") }, out);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                typed(item, &format!("{prefix}.{n}"), out);
            }
        }
        Value::String(text) => out.push((prefix.to_owned(), text.clone())),
        other => out.push((prefix.to_owned(), other.to_string())),
    }
}

fn body(form: &Value, more: &[(&str, &str)]) -> String {
    let mut fields = Vec::new();
    typed(form, "", &mut fields);
    fields.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    let fields =
        fields.iter().map(|(n, v)| format!("{}={}", crate::pages::encoded(n), crate::pages::encoded(v)));
    fields.collect::<Vec<_>>().join("&")
}

/// The part of a page from a field's label to the end of what is said of it.
fn at_field<'a>(page: &'a str, id: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no field {id}"));
    rest.split("class=\"field").next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn through_the_pages_with_errors_at_each_field() {
    let site = Site::thrown(DOCUMENTS);
    site.ready("P1").await;
    for (cookie, words) in [(format!("{}{EN}", site.sign_in("trader").await), "Lodge the summary")] {
        let page = site.page(&cookie, "/declarations/new?summary=1").await.text;
        assert!(page.contains(words) && page.contains("name=\"declaration_kind\" value=\"  5\""), "{page}");
        // what no summary has is not asked for
        assert!(
            at_field(&page, "f-consignee-name").contains("required") || page.contains("f-consignee-name")
        );
        let key = key_of(&page);
        let send = async |key: &str, form: &Value, more: &[(&str, &str)]| {
            let more = [&[("key", key)], more].concat();
            site.form(&cookie, "/declarations/new", &body(form, &more)).await
        };
        let tried = send(&key, &summary("P1"), &[("do", "try")]).await;
        assert!(tried.text.contains("Would be reserved of the guarantee"), "{}", tried.text);
        let mut wrong = summary("P1");
        wrong["self_assessed_total"] = "5".into();
        wrong["transport_name"] = "".into();
        let refused = send("wrong", &wrong, &[("do", "lodge")]).await;
        assert!(
            at_field(&refused.text, "f-transport_name").contains("class=\"error stop\""),
            "{}",
            refused.text
        );
        wrong["transport_name"] = "COSCO OCEANIA".into();
        let refused = send("little", &wrong, &[("do", "lodge")]).await;
        assert!(
            at_field(&refused.text, "f-self_assessed_total").contains("does not suffice"),
            "{}",
            refused.text
        );
        let lodged = send(&key, &summary("P1"), &[("do", "lodge")]).await;
        assert_eq!(lodged.status, 303, "{}", lodged.text);
        let entry = lodged.header("location").trim_start_matches("/declarations/").to_owned();
        let entry = entry.split('?').next().unwrap().to_owned();
        let shown = site.page(&cookie, lodged.header("location")).await.text;
        assert!(
            shown.contains("Ask to withdraw") && !shown.contains("new?complete="),
            "document check first"
        );

        // an officer passes the documents on the same page, in Chinese
        let checker = site.sign_in("checker").await;
        let page = site.page(&checker, &format!("/declarations/{entry}")).await.text;
        assert!(page.contains("/steps/pass_documents"), "{page}");
        assert_eq!(site.step("checker", &entry, "pass_documents", json!({})).await.status, 201);

        let shown = site.page(&cookie, &format!("/declarations/{entry}")).await.text;
        assert!(shown.contains(&format!("/declarations/new?complete={entry}")), "{shown}");
        let page = site.page(&cookie, &format!("/declarations/new?complete={entry}")).await.text;
        assert!(page.contains("name=\"declaration_kind\" value=\"  6\"") && page.contains("value=\"P1\""));
        assert!(page.contains(&firm(1)), "what the summary said is there");
        let mut other = full("P1");
        other["gross_kg"] = "1250.6".into();
        let complete = [("complete", entry.as_str()), ("do", "lodge")];
        let refused = send("other", &other, &complete).await;
        assert!(
            at_field(&refused.text, "f-gross_kg").contains("contradicts the summary"),
            "{}",
            refused.text
        );
        assert!(refused.text.contains("Lodge the full declaration"));
        let tried = send("try", &full("P1"), &[("complete", entry.as_str()), ("do", "try")]).await;
        assert!(tried.text.contains("id=\"trial\""), "{}", tried.text);
        let done = send(&key_of(&page), &full("P1"), &complete).await;
        assert_eq!(done.status, 303, "{}", done.text);
        let shown = site.page(&cookie, done.header("location")).await.text;
        assert!(shown.contains("Complete the declaration") && shown.contains("Released"), "{shown}");
        // an amendment begins with what was declared in full
        let amending = site.page(&cookie, &format!("/declarations/new?amend={entry}")).await.text;
        assert!(amending.contains("value=\"外港监管仓\""), "{amending}");
    }
}
