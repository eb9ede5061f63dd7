//! Guarantees through the API: lodged, decided on, shown with their balances, given back.

use super::support::Site;
use customhouse_control::{Actor, Command, Role, StepForm};
use customhouse_engine::{Command as EngineCommand, Sent, Submission};
use customhouse_kernel::values::EntryNumber;
use serde_json::{Value, json};

/// The declarant lets the guarantee answer for the declaration.
fn use_guarantee(site: &Site, entry: &str, guarantee: &str) {
    let form = StepForm { guarantee: guarantee.to_owned(), ..StepForm::default() };
    let command = Command::TakeStep {
        entry: EntryNumber::parse(entry).unwrap(),
        step: "use_guarantee".to_owned(),
        form: Box::new(form),
    };
    let actor = Actor {
        name: "trader".to_owned(),
        role: Role::Declarant,
        party: super::support::firm(1),
        offices: Vec::new(),
        places: Vec::new(),
        posts: Vec::new(),
    };
    let sent =
        Sent { media_type: "application/json".to_owned(), bytes: entry.as_bytes().to_vec(), keep: false };
    let command = EngineCommand::Control(command);
    let outcome =
        site.engine.submit_and_wait(Submission { actor, key: "use".to_owned(), command, sent }).unwrap();
    assert!(outcome.accepted, "{:#?}", outcome.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_lodging_to_giving_back() {
    let site = Site::open();
    // others before and after it, so that its balances are found among theirs
    site.guarantee("first").await;
    let number = site.guarantee("mine").await;
    let last = site.guarantee("last").await;
    let path = format!("/api/v1/guarantees/{number}");
    let decide = async |key: &str, body: Value| {
        site.api("officer", "post", &format!("{path}/decision"), key, body.to_string()).await
    };
    assert_eq!(decide("d1", json!({ "decision": "refuse" })).await.status, 422, "without a reason");
    assert_eq!(decide("d2", json!({ "decision": "accept", "why": "" })).await.status, 422, "unknown member");
    assert_eq!(decide("d3", json!({ "decision": "accept" })).await.status, 201);
    let other = format!("/api/v1/guarantees/{last}/decision");
    let accept = json!({ "decision": "accept" }).to_string();
    let reused = site.api("officer", "post", &other, "d3", accept.clone()).await;
    assert_eq!(reused.status, 409, "a key belongs to its guarantee");
    assert_eq!(site.api("officer", "post", &other, "d4", accept).await.status, 201);

    let entry = site.lodged("G1").await;
    use_guarantee(&site, &entry, &number);
    let shown = site.get("trader", &path).await.json();
    assert_eq!(shown["state"], "accepted");
    let declaration = site.get("trader", &format!("/api/v1/declarations/{entry}")).await.json();
    assert_eq!(declaration["state"], "released");
    let owed = &declaration["record"]["amounts"]["computed_total"];
    assert_eq!((&shown["balances"]["given"], &shown["balances"]["reserved"]), (&json!("500000.00"), owed));
    assert!(!shown["record"].to_string().contains("\"by\""), "officers' names are customs' own: {shown}");
    assert!(site.get("officer", &path).await.json()["record"].to_string().contains("\"by\":\"officer\""));

    site.settle(&entry).await;
    let back = site.api("trader", "post", &format!("{path}/return"), "back", "").await;
    assert_eq!((back.status.as_u16(), &back.json()["answer"]["state"]), (201, &json!("returned")));
    let balances = site.get("trader", &path).await.json()["balances"].clone();
    let zero = "0.00";
    let expected = json!({
        "given": "500000.00", "free": zero, "reserved": zero, "claimed": zero, "returned": "500000.00",
    });
    assert_eq!(balances, expected);
    let list = site.get("trader", "/api/v1/guarantees?state=returned").await.json();
    assert_eq!(list["guarantees"][0]["number"], number.as_str());
    assert_eq!(list["guarantees"].as_array().unwrap().len(), 1);
}
