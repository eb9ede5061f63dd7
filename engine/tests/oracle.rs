//! Every state × step × taker against an independent reading of the procedure's file: the oracle knows the
//! file's words and a record's JSON, and nothing of the program that decides.

mod support;

use customhouse_control::{Actor, Command, Post, Role};
use customhouse_engine::Outcome;
use customhouse_kernel::values::{CreditCode, EntryNumber, OfficeCode};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use support::file::*;
use support::house::*;
use support::*;

/// What brings a declaration to a state: throw of the dice, whether a licence is asked for, and commands.
type Situation = (&'static str, u64, bool, &'static [&'static str]);

/// Every state by its shortest path, and what can be open in it.
const SITUATIONS: [Situation; 37] = [
    ("green", GREEN, false, &[]),
    ("green", GREEN, false, &["firm request_amendment"]),
    ("green", GREEN, false, &["firm request_withdrawal"]),
    ("green", GREEN, false, &["firm request_amendment", "pay"]),
    ("document_check", DOCUMENTS, false, &[]),
    ("document_check", DOCUMENTS, false, &["pay"]),
    ("document_check", EXAMINATION, false, &[]),
    ("document_check", DOCUMENTS, false, &["firm request_amendment"]),
    ("document_check", GREEN, false, &["rel hold", "rel lift_hold"]),
    ("documents_requested", DOCUMENTS, false, &["doc request_documents"]),
    ("documents_requested", DOCUMENTS, false, &["doc request_documents", "firm request_withdrawal"]),
    ("examination", EXAMINATION, false, &["doc order_examination"]),
    (
        "examination",
        EXAMINATION,
        false,
        &["doc order_examination", "exam report_discrepancy", "doc re_examine"],
    ),
    ("discrepancy", EXAMINATION, false, &["doc order_examination", "exam report_discrepancy"]),
    (
        "discrepancy",
        EXAMINATION,
        false,
        &["doc order_examination", "exam report_discrepancy", "doc re_examine", "exam report_discrepancy"],
    ),
    ("change_required", DOCUMENTS, false, &["doc require_change"]),
    ("change_required", DOCUMENTS, false, &["doc require_change", "firm request_amendment"]),
    ("held", GREEN, true, &[]),
    ("held", GREEN, true, &["firm request_withdrawal"]),
    ("suspended", GREEN, false, &["rel hold"]),
    ("awaiting_entry", GREEN, false, &["ahead", "pay"]),
    ("awaiting_entry", GREEN, false, &["ahead", "firm use_guarantee", "firm request_amendment"]),
    ("awaiting_entry", GREEN, false, &["ahead", "pay", "firm request_withdrawal"]),
    ("released", GREEN, false, &["pay"]),
    ("released", GREEN, false, &["firm use_guarantee"]),
    ("released", GREEN, false, &["pay", "firm request_amendment", "rel approve_amendment"]),
    ("goods_out", GREEN, false, &["pay", "firm request_amendment", "out"]),
    ("goods_out", GREEN, false, &["pay", "firm request_amendment", "rel approve_amendment", "out"]),
    ("summary_released", GREEN, false, &["sum"]),
    ("summary_released", GREEN, false, &["sum", "firm request_withdrawal"]),
    ("document_check", DOCUMENTS, false, &["sum"]),
    ("held", GREEN, true, &["sum"]),
    ("picked_up", GREEN, false, &["sum", "out"]),
    ("released", GREEN, false, &["sum", "firm complete"]),
    ("goods_out", GREEN, false, &["sum", "out", "firm complete"]),
    ("closed", GREEN, false, &["pay", "out"]),
    ("withdrawn", GREEN, false, &["firm request_withdrawal", "rel approve_withdrawal"]),
];

/// A new declaration in a situation, with its bill.
fn bring(house: &House, (state, _, _, path): Situation, bill: &str) -> EntryNumber {
    let entry = house.brought(path, bill);
    assert_eq!(house.state(entry), state, "{path:?}");
    entry
}

impl House {
    fn body_json(&self, entry: EntryNumber) -> Value {
        serde_json::from_str(&self.record(entry).body).unwrap()
    }
}

/// Everybody who may try: each role, an officer of each post, and those whom it does not concern.
fn takers(body: &Value) -> Vec<(&'static str, Actor)> {
    let drawn = drawn(body);
    let not_drawn = EXAMINERS.iter().find(|name| !drawn.iter().any(|d| d == *name)).unwrap_or(&"exam9");
    let examiner = drawn.first().map_or("exam1", String::as_str);
    let elsewhere = Actor {
        offices: vec![OfficeCode::parse("2248").unwrap()],
        posts: Post::ALL.to_vec(),
        ..officer("far1", Post::Release)
    };
    let other = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    vec![
        ("carrier", actor(Role::Carrier)),
        ("declarant", actor(Role::Declarant)),
        ("operator", actor(Role::Operator)),
        ("bank", actor(Role::Bank)),
        ("system", Actor::system()),
        ("officer without a post", actor(Role::Officer)),
        ("document check", officer("doc1", Post::DocumentCheck)),
        ("another of document check", officer("doc2", Post::DocumentCheck)),
        ("the examiner drawn", officer(examiner, Post::Examination)),
        ("an examiner not drawn", officer(not_drawn, Post::Examination)),
        ("release", officer("rel1", Post::Release)),
        ("audit", officer("aud1", Post::Audit)),
        ("head", officer("head", Post::Head)),
        ("document check's officer in release", officer("doc1", Post::Release)),
        ("release's officer in document check", officer("rel1", Post::DocumentCheck)),
        ("another office, every post", elsewhere),
        ("another firm", Actor { party: other, ..actor(Role::Declarant) }),
    ]
}

/// Who was drawn for the last examination.
fn drawn(body: &Value) -> Vec<String> {
    let last = body["examinations"].as_array().and_then(|all| all.last());
    last.map_or_else(Vec::new, |e| words(&e["officers"]))
}

fn words(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

struct Oracle<'a> {
    steps: &'a [FileStep],
}

impl Oracle<'_> {
    /// Why a step must be refused; `None` if it must be accepted.
    fn refusal(
        &self,
        state: &str,
        body: &Value,
        step: &str,
        (who, actor): (&str, &Actor),
    ) -> Option<&'static str> {
        let concerned = !who.starts_with("another office") && !who.starts_with("another firm");
        if who == "officer without a post" {
            return Some("CTL-091");
        }
        if !concerned || !matches!(actor.role, Role::Officer | Role::Declarant) {
            return Some("CTL-018");
        }
        let Some(step) = self.steps.iter().find(|s| s.id == step) else { return Some("CAS-001") };
        if !step.from.iter().any(|from| from == state) {
            return Some("CAS-002");
        }
        let post = actor.posts.first().map(|post| post.name());
        let role = if actor.role == Role::Declarant { "declarant" } else { "officer" };
        if !step.takers.iter().any(|taker| taker == role || Some(taker.as_str()) == post) {
            return Some("CAS-003");
        }
        let guard = step.guards.iter().find_map(|guard| unmet(guard, body, &actor.name, post));
        guard.or_else(|| step.actions.iter().find_map(|action| unfit(action, body, &actor.name)))
    }

    /// The state that follows: the step's own, and from there what is automatic, by the record as it is
    /// afterwards.
    fn leads_to(&self, state: &str, step: &str, after: &Value) -> String {
        let step = self.steps.iter().find(|s| s.id == step).unwrap();
        let mut state = step.to.clone().unwrap_or_else(|| state.to_owned());
        let next = |state: &str| {
            let mut ours =
                self.steps.iter().filter(|s| s.automatic && s.from.iter().any(|from| from == state));
            ours.find(|s| s.guards.iter().all(|guard| unmet(guard, after, "system", None).is_none()))
        };
        while let Some(step) = next(&state) {
            state = step.to.clone().unwrap();
        }
        state
    }
}

/// The code of a guard that does not hold.
fn unmet(guard: &str, body: &Value, name: &str, post: Option<&str>) -> Option<&'static str> {
    let list = |name: &str| body[name].as_array().unwrap();
    let (holds, code) = match guard {
        "no_open_conditions" => (list("holds").is_empty(), "CTL-032"),
        "open_conditions" => (!list("holds").is_empty(), "CTL-032"),
        "duty_settled" => {
            let open =
                |b: &&Value| b["paid"].is_null() && b["cancelled"].is_null() && b["guaranteed"].is_null();
            (!list("books").iter().any(|book| open(&book)), "CTL-033")
        }
        "separate_posts" => {
            let other = |m: &&Value| m["by"] == name && m["post"].is_string() && m["post"].as_str() != post;
            (!list("timeline").iter().any(|m| other(&m)), "CTL-034")
        }
        "drawn_examiner" => (drawn(body).iter().any(|drawn| drawn == name), "CTL-035"),
        "all_paid" => {
            let open = |b: &&Value| b["paid"].is_null() && b["cancelled"].is_null();
            (!list("books").iter().any(|book| open(&book)), "CTL-068")
        }
        // whoever acts here acts before entry
        "entered" => (body["advance"].is_null(), "CTL-070"),
        "awaiting_entry" => (!body["advance"].is_null(), "CTL-070"),
        "entry_day_not_assessed" => (false, "CTL-070"),
        "gathered" => (body["periodic"].is_null(), "CTL-104"),
        // none here is a list
        "not_gathered" => (!body["periodic"].is_null(), "CTL-104"),
        "open_summary" => (is_open_summary(body), "CTL-073"),
        "no_open_summary" => (!is_open_summary(body), "CTL-071"),
        "no_open_change" => (body["change"].is_null(), "CTL-036"),
        "examined_or_not_selected" => {
            let looked = list("examinations").last().is_some_and(|e| !e["sheet"].is_null());
            (body["channel"] != "examination" || looked, "CTL-048")
        }
        other => panic!("the oracle does not know the guard {other}"),
    };
    (!holds).then_some(code)
}

fn is_open_summary(body: &Value) -> bool {
    !body["two_step"].is_null() && body["two_step"]["completed"].is_null()
}

/// The code of an action for which something is not there.
fn unfit(action: &str, body: &Value, name: &str) -> Option<&'static str> {
    let kind = body["change"]["kind"].as_str();
    let past = body["examinations"].as_array().unwrap().iter().flat_map(|e| words(&e["officers"]));
    let past: BTreeSet<String> = past.collect();
    let acted =
        |one: &str| one == name || body["timeline"].as_array().unwrap().iter().any(|m| m["by"] == one);
    let free = |others: bool| {
        EXAMINERS.iter().filter(|one| !acted(one) && (!others || !past.contains(**one))).count()
    };
    match action {
        "approve_amendment" => (kind != Some("amendment")).then_some("CTL-037"),
        "approve_withdrawal" => (kind != Some("withdrawal")).then_some("CTL-037"),
        "refuse_change" => kind.is_none().then_some("CTL-037"),
        "use_guarantee" => {
            let could = |b: &Value| {
                let open = b["paid"].is_null() && b["cancelled"].is_null() && b["guaranteed"].is_null();
                open && !b["charge"].as_str().unwrap().starts_with("late_")
            };
            let licence = body["holds"].as_array().unwrap().iter().any(|h| h["nature"] == "licence");
            let nothing = !body["books"].as_array().unwrap().iter().any(could);
            if nothing { Some("CTL-066") } else { licence.then_some("FIN-012") }
        }
        // nothing is overdue on the day on which it is lodged
        "claim_guarantee" => Some("CTL-067"),
        "draw_examiners" => (free(false) < 2).then_some("CTL-041"),
        "draw_other_examiners" => (free(true) < 2).then_some("CTL-041"),
        _ => None,
    }
}

/// A cell of the table: a step, and who would take it.
struct Cell<'a> {
    step: &'a str,
    who: &'static str,
    actor: Actor,
    expected: Option<&'static str>,
}

fn cells<'a>(oracle: &Oracle<'a>, state: &str, body: &Value) -> Vec<Cell<'a>> {
    let steps = oracle.steps.iter().map(|s| s.id.as_str()).chain(["no_such_step"]);
    let all = steps.flat_map(|step| takers(body).into_iter().map(move |(who, actor)| (step, who, actor)));
    all.map(|(step, who, actor)| {
        let expected = oracle.refusal(state, body, step, (who, &actor));
        Cell { step, who, actor, expected }
    })
    .collect()
}

/// Tries every cell that must be refused, all queued at once: each has its code, and nothing changed.
fn refused(house: &House, (entry, bill): (EntryNumber, &str), cells: &[Cell<'_>], place: &str) {
    let (record, balances) = (house.record(entry), house.balances());
    let ask = |cell: &Cell<'_>| {
        let command: Command = take(entry, cell.step, content(cell.step, bill, "8500"));
        house.engine.submit_later(house.submission(cell.actor.clone(), command))
    };
    let waiting: Vec<_> = cells.iter().map(ask).collect();
    for (cell, answer) in cells.iter().zip(waiting) {
        let outcome: Outcome = answer.recv().unwrap().unwrap();
        let (step, who) = (cell.step, cell.who);
        assert!(!outcome.accepted, "{place}: {step} by {who}: accepted, not {:?}", cell.expected);
        assert_eq!(codes(&outcome), [cell.expected.unwrap()], "{place}: {step} by {who}");
    }
    assert_eq!(house.record(entry), record, "{place}: a refused step wrote the record");
    assert_eq!(house.balances(), balances, "{place}: a refused step moved a balance");
}

/// Takes a step that must be accepted on a declaration of its own.
fn accepted(house: &House, oracle: &Oracle<'_>, situation: Situation, cell: &Cell<'_>, bill: &str) {
    let entry = bring(house, situation, bill);
    let outcome = house.take(cell.actor.clone(), entry, cell.step, content(cell.step, bill, "8500"));
    let place = format!("{situation:?}: {} by {}", cell.step, cell.who);
    assert!(outcome.accepted, "{place}: {:#?}", outcome.findings);
    let after = house.record(entry);
    let expected = oracle.leads_to(situation.0, cell.step, &serde_json::from_str(&after.body).unwrap());
    assert_eq!(after.state, expected, "{place}");
}

/// How many cells were answered how, and which steps were accepted.
#[derive(Default)]
struct Counts {
    answers: BTreeMap<&'static str, usize>,
    taken: BTreeSet<String>,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        for (answer, n) in other.answers {
            *self.answers.entry(answer).or_default() += n;
        }
        self.taken.extend(other.taken);
    }
}

/// Every cell of a situation. Where the state was tried before, only the steps that leave it: the others
/// are refused whatever is open.
fn try_one(house: &House, oracle: &Oracle<'_>, n: usize) -> Counts {
    let situation @ (state, _, _, path) = SITUATIONS[n];
    let again = SITUATIONS[..n].iter().any(|before| before.0 == state);
    let ahead = match path.first() {
        Some(&"ahead") => AHEAD,
        Some(&"sum") => SUMMED,
        _ => "",
    };
    let first = format!("{ahead}S{n}-0");
    let entry = bring(house, situation, &first);
    let leaves =
        |id: &str| oracle.steps.iter().any(|s| s.id == id && s.from.iter().any(|from| from == state));
    let cells = cells(oracle, state, &house.body_json(entry)).into_iter();
    let cells = cells.filter(|cell| !again || leaves(cell.step));
    let (no, yes): (Vec<_>, Vec<_>) = cells.partition(|cell| cell.expected.is_some());
    refused(house, (entry, &first), &no, &format!("{state} after {path:?}"));
    let mut counts = Counts::default();
    for (k, cell) in yes.iter().enumerate() {
        // the dice are fixed: the examiners drawn are the same for each declaration
        accepted(house, oracle, situation, cell, &format!("{ahead}S{n}-{}", k + 1));
        counts.taken.insert(cell.step.to_owned());
    }
    for cell in no.iter().chain(&yes) {
        *counts.answers.entry(cell.expected.unwrap_or("accepted")).or_default() += 1;
    }
    counts
}

/// The situations that begin alike, in one house.
fn try_house(oracle: &Oracle<'_>, dice: u64, licence: bool) -> Counts {
    let house = House::open(dice, if licence { pack_with_condition() } else { small_pack() });
    let ours = (0..SITUATIONS.len()).filter(|n| SITUATIONS[*n].1 == dice && SITUATIONS[*n].2 == licence);
    let mut counts = Counts::default();
    ours.for_each(|n| counts.add(try_one(&house, oracle, n)));
    house.sound();
    house.engine.stop();
    counts
}

#[test]
fn every_state_step_and_taker_is_answered_as_the_file_says() {
    let (states, steps) = read_file();
    let tried = SITUATIONS.iter().map(|s| s.0).chain(PASSED_THROUGH).map(str::to_owned).collect();
    assert_eq!(states, tried, "a state of the file has no situation here");
    let oracle = Oracle { steps: &steps };
    let houses: BTreeSet<(u64, bool)> = SITUATIONS.iter().map(|s| (s.1, s.2)).collect();
    let mut counts = Counts::default();
    std::thread::scope(|scope| {
        let all = houses.iter().map(|(dice, licence)| scope.spawn(|| try_house(&oracle, *dice, *licence)));
        all.collect::<Vec<_>>().into_iter().for_each(|one| counts.add(one.join().unwrap()));
    });
    let Counts { answers, taken } = counts;
    let ours = |s: &&FileStep| {
        s.takers.iter().any(|t| !matches!(t.as_str(), "system" | "bank" | "operator" | "carrier"))
    };
    // a claim needs a day that has passed: `guarantees.rs` has it; lists have a permit: `periodic.rs` has them
    let elsewhere = ["claim_guarantee", "request_list_withdrawal", "approve_list_withdrawal"];
    for step in steps.iter().filter(ours).filter(|step| !elsewhere.contains(&step.id.as_str())) {
        assert!(taken.contains(&step.id), "{} was accepted nowhere", step.id);
    }
    println!(
        "{} states in {} situations × {} steps × {} takers, {} cells tried: {answers:?}",
        states.len() - PASSED_THROUGH.len(),
        SITUATIONS.len(),
        steps.len() + 1,
        takers(&serde_json::json!({ "examinations": [] })).len(),
        answers.values().sum::<usize>(),
    );
}
