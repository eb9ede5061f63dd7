//! One import through the engine: from bill of lading to goods out, and everything that may go wrong.

mod support;

use customhouse_control::{
    Command, DeclarationRecord, DeclarationVersion, Role, declaration_key, version_key,
};
use customhouse_engine::{Engine, Outcome, SubmitError, verify};
use customhouse_kernel::beats::Record;
use customhouse_storage::{Sim, SimDisk, Sqlite, Store};
use support::*;

fn engine() -> Engine {
    start(Box::new(Sim::open(&SimDisk::new(1)).unwrap())).unwrap()
}

fn ask(engine: &Engine, role: Role, key: &str, command: Command) -> Outcome {
    engine.submit_and_wait(submission(role, key, command)).unwrap()
}

fn accepted(engine: &Engine, role: Role, key: &str, command: Command) -> Outcome {
    let outcome = ask(engine, role, key, command);
    assert!(outcome.accepted, "{key}: {:#?}", outcome.findings);
    outcome
}

fn refused(engine: &Engine, role: Role, key: &str, command: Command) -> Vec<String> {
    let outcome = ask(engine, role, key, command);
    assert!(!outcome.accepted, "{key} was accepted");
    let codes: Vec<String> =
        outcome.findings.iter().filter(|f| f.is_error()).map(|f| f.code.clone()).collect();
    assert!(!codes.is_empty());
    codes
}

fn state(engine: &Engine, outcome: &Outcome) -> (String, DeclarationRecord) {
    let record: Record = engine
        .read(|r| r.record(&declaration_key(entry(&outcome.answer))))
        .unwrap()
        .expect("the declaration");
    (record.state.clone(), record.read().expect("its body"))
}

fn assert_sound(engine: &Engine) {
    let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
    assert!(verified.findings.is_empty(), "{:#?}", verified.findings);
}

#[test]
fn from_bill_of_lading_to_goods_out_on_sqlite() {
    let folder = std::env::temp_dir().join(format!("customhouse-clearance-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let store: Box<dyn Store> = Box::new(Sqlite::open(&folder.join("customhouse.db")).unwrap());
    let engine = start(store).unwrap();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let (now, record) = state(&engine, &lodged);
    assert_eq!(now, "green");
    assert_eq!(record.entry_number.to_string(), "222520261000000001");
    let milestones: Vec<&str> = record.timeline.iter().map(|m| m.state.as_str()).collect();
    assert_eq!(milestones, ["lodged", "accepted", "computed", "green"]);
    assert_eq!(record.books[0].due.day.to_string(), "2026-03-17", "15 days after completion");

    for (n, (book, amount)) in books(&lodged.answer).iter().enumerate() {
        accepted(&engine, Role::Bank, &format!("p{n}"), settle(book, amount));
    }
    assert_eq!(state(&engine, &lodged).0, "released");
    // half leaves, more than the rest is refused, the rest closes
    accepted(&engine, Role::Operator, "o1", goods_out(BILL, 5, "625.25"));
    assert_eq!(state(&engine, &lodged).0, "released");
    assert_eq!(refused(&engine, Role::Operator, "o2", goods_out(BILL, 6, "625.25")), ["LED-003"]);
    let out = accepted(&engine, Role::Operator, "o3", goods_out(BILL, 5, "625.25"));
    assert_eq!(told(&out.answer, "state"), "written_off");
    assert_eq!(state(&engine, &lodged).0, "closed");
    // every receipt stands by itself
    for seq in 1..=out.seq {
        let receipt = engine.receipt(seq).unwrap().expect("a receipt");
        receipt.check(&engine.public_key()).unwrap();
    }
    assert_sound(&engine);
    engine.stop();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn duty_is_reckoned_by_the_coefficient_rule() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let record = engine.read(|r| r.record(&version_key(entry(&lodged.answer), 1))).unwrap().unwrap();
    let version: DeclarationVersion = record.read().unwrap();
    let assessment = &version.assessment;
    // EUR of March 2026, (8000 + 500) × 1.003 × rate, half up to the fen; then 10% and 13%
    let rate = assessment.trace.iter().find_map(|step| match step {
        customhouse_duties::Step::Exchange { rate, .. } => Some(*rate),
        _ => None,
    });
    use customhouse_kernel::values::{Exact, Money, Rounding};
    let x = |t: &str| Exact::parse(t).unwrap();
    let round = |e: Exact| Money::rounded(e, 2, Rounding::HalfUp).unwrap();
    let value = round(x("8500").mul(x("1.003")).unwrap().mul(rate.unwrap()).unwrap());
    let duty = round(value.exact().mul(x("0.1")).unwrap());
    let vat = round(value.checked_add(duty).unwrap().exact().mul(x("0.13")).unwrap());
    assert_eq!(assessment.value(), value);
    assert_eq!(assessment.charge("import_duty"), duty);
    assert_eq!(assessment.charge("vat"), vat);
}

#[test]
fn a_repeat_gets_the_same_answer_and_another_content_is_refused() {
    let engine = engine();
    let first = accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let again = accepted(&engine, Role::Carrier, "b1", bill(BILL));
    assert!(again.repeated);
    assert_eq!((again.seq, &again.receipt), (first.seq, &first.receipt));
    let other = engine.submit_and_wait(submission(Role::Carrier, "b1", bill("OTHER1")));
    assert_eq!(other.unwrap_err(), SubmitError::KeyReused);
    // a refusal is an answer too
    let no = ask(&engine, Role::Carrier, "b2", bill(BILL));
    let no_again = ask(&engine, Role::Carrier, "b2", bill(BILL));
    assert!(!no.accepted && !no_again.accepted && no_again.repeated);
    assert_eq!(no.findings, no_again.findings);
    assert_sound(&engine);
}

#[test]
fn a_bill_is_declared_once_even_within_one_batch() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let waits: Vec<_> = (0..20)
        .map(|n| engine.submit_later(submission(Role::Declarant, &format!("d{n}"), lodge(BILL))))
        .collect();
    let outcomes: Vec<Outcome> = waits.into_iter().map(|w| w.recv().unwrap().unwrap()).collect();
    assert_eq!(outcomes.iter().filter(|o| o.accepted).count(), 1);
    for no in outcomes.iter().filter(|o| !o.accepted) {
        assert!(no.findings.iter().any(|f| f.code == "CN-NORM-BILL-OPEN"), "{:?}", no.findings);
    }
    assert_sound(&engine);
}

#[test]
fn a_declaration_in_the_same_batch_as_its_bill_waits_for_it() {
    let engine = engine();
    let bills = engine.submit_later(submission(Role::Carrier, "b1", bill(BILL)));
    let declared = engine.submit_later(submission(Role::Declarant, "d1", lodge(BILL)));
    assert!(bills.recv().unwrap().unwrap().accepted);
    assert!(declared.recv().unwrap().unwrap().accepted);
}

#[test]
fn money_of_another_amount_is_held_and_a_second_payment_is_refundable() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let books = books(&lodged.answer);
    let (book, amount) = &books[0];
    let wrong = accepted(&engine, Role::Bank, "p1", settle(book, "1.00"));
    assert_eq!(told(&wrong.answer, "outcome"), "wrong_amount");
    assert_eq!(state(&engine, &lodged).0, "green", "the book stays open");
    let right = accepted(&engine, Role::Bank, "p2", settle(book, amount));
    assert_eq!(told(&right.answer, "outcome"), "collected");
    let twice = accepted(&engine, Role::Bank, "p3", settle(book, amount));
    assert_eq!(told(&twice.answer, "outcome"), "paid_twice");
    assert_eq!(refused(&engine, Role::Bank, "p4", settle(book, "0")), ["FIN-005"]);
    assert_eq!(refused(&engine, Role::Bank, "p5", settle(book, "0.001")), ["FIN-005"]);
    let nowhere = accepted(&engine, Role::Bank, "p6", settle("222520261000000009-A01", "1"));
    assert_eq!(told(&nowhere.answer, "outcome"), "no_such_book", "the money moved: it is held");
    assert_sound(&engine);
}

#[test]
fn nobody_takes_another_ones_step() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let number = entry(&lodged.answer);
    let (book, amount) = books(&lodged.answer)[0].clone();
    let commands = [
        (Role::Carrier, bill("B2")),
        (Role::Declarant, lodge(BILL)),
        (Role::Declarant, Command::OrderPayment(number)),
        (Role::Bank, settle(&book, &amount)),
        (Role::Operator, goods_out(BILL, 1, "1")),
    ];
    for (taker, command) in &commands {
        for role in [Role::Carrier, Role::Declarant, Role::Operator, Role::Officer, Role::Bank, Role::System]
        {
            if role != *taker {
                let key = format!("{}-{}", role.name(), command.kind());
                let codes = refused(&engine, role, &key, command.clone());
                // an officer who was never appointed gets no further than that
                let code = if role == Role::Officer { "CTL-091" } else { "CTL-014" };
                assert!(codes.contains(&code.to_owned()), "{key}: {codes:?}");
            }
        }
    }
    // goods that are not released cannot leave
    assert_eq!(refused(&engine, Role::Operator, "o1", goods_out(BILL, 1, "1")), ["LED-003"]);
    assert_sound(&engine);
}

#[test]
fn every_finding_comes_at_once_with_its_place() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let mut form = form(BILL);
    form.head.set("net_kg", "2000");
    form.head.set("packages", "十");
    form.head.set("terms", "9");
    form.head.set("consignee.name", "");
    form.lines[0].set("commodity_code", "9999999999");
    form.lines[0].set("second_quantity", "");
    form.lines[0].set("total", "1e30");
    let outcome = ask(&engine, Role::Declarant, "d1", Command::Lodge(Box::new(form)));
    let found: Vec<(&str, &str)> = outcome
        .findings
        .iter()
        .filter(|f| f.is_error())
        .map(|f| (f.code.as_str(), f.path.as_str()))
        .collect();
    for want in [
        ("CN-NORM-NET-GROSS", "/net_kg"),
        ("CTL-006", "/packages"),
        ("CTL-009", "/terms"),
        ("CTL-001", "/consignee/name"),
        ("CN-NORM-CODE-KNOWN", "/lines/0/commodity_code"),
        ("CN-NORM-SECOND-PAIR", "/lines/0/second_unit"),
        ("CTL-003", "/lines/0/total"),
    ] {
        assert!(found.contains(&want), "{want:?} not in {found:#?}");
    }
    for f in &outcome.findings {
        let whole = [&f.text.zh, &f.text.en, &f.remedy.zh, &f.remedy.en];
        assert!(whole.iter().all(|t| !t.is_empty() && !t.contains('{')), "{f:?}");
        assert!(!f.basis.is_empty());
    }
}

#[test]
fn a_line_with_a_condition_is_held_and_never_released() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let mut form = form(BILL);
    // chapter 62 and 84 lines with conditions stand in conditions.csv
    form.lines[0].set("commodity_code", conditioned());
    for (name, value) in [("first_unit", "035"), ("second_unit", ""), ("second_quantity", "")] {
        form.lines[0].set(name, value);
    }
    let lodged = ask(&engine, Role::Declarant, "d1", Command::Lodge(Box::new(form)));
    assert!(lodged.accepted, "{:#?}", lodged.findings);
    let (now, record) = state(&engine, &lodged);
    assert_eq!(now, "held");
    assert!(!record.holds.is_empty());
    for (n, (book, amount)) in books(&lodged.answer).iter().enumerate() {
        accepted(&engine, Role::Bank, &format!("p{n}"), settle(book, amount));
    }
    let (now, record) = state(&engine, &lodged);
    assert_eq!(now, "held", "paid, and still held");
    assert!(record.books.iter().all(|b| b.paid.is_some()));
    assert_eq!(refused(&engine, Role::Operator, "o1", goods_out(BILL, 10, "1250.5")), ["LED-003"]);
    assert_sound(&engine);
}

/// A commodity code with an import condition, a known rate and no second unit that norms insist on.
fn conditioned() -> String {
    let engine = support::pack();
    let table = |name: &str| engine.iter().find(|(p, _)| p == name).unwrap().1.clone();
    let commodities = table("tables/commodities.csv");
    let rates = table("tables/measures-import-duty.csv");
    for row in
        table("tables/conditions.csv").lines().filter(|l| l.contains(",import,") && !l.contains(".2021"))
    {
        let goods = row.split(',').nth(1).unwrap();
        for line in commodities.lines().filter(|l| l.starts_with(&format!(",{goods}"))) {
            let code = line.split(',').nth(1).unwrap();
            let unknown = rates.lines().any(|l| l.contains(&format!(".{code},")) && l.contains(",unknown,"));
            if line.contains(",035,-,") && !unknown {
                return code.to_owned();
            }
        }
    }
    panic!("no such code in the pack");
}

#[test]
fn a_changed_pack_loads_as_one_edition_and_a_vanished_rule_is_an_error() {
    let disk = SimDisk::new(3);
    let engine = start(Box::new(Sim::open(&disk).unwrap())).unwrap();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    engine.stop();
    drop(engine);
    let mut pack = support::pack();
    let rates = pack.iter_mut().find(|(p, _)| p == "tables/measures-vat.csv").unwrap();
    rates.1 = rates.1.replace("8512201000,vat,standard,,,13%", "8512201000,vat,standard,,,12%");
    let engine = start_with(Box::new(Sim::open(&disk).unwrap()), pack.clone()).unwrap();
    assert_eq!(engine.law().number, 2);
    // what was decided under edition 1 is replayed under edition 1
    assert_sound(&engine);
    engine.stop();
    drop(engine);
    let rates = pack.iter_mut().find(|(p, _)| p == "tables/measures-vat.csv").unwrap();
    rates.1 = rates.1.lines().filter(|l| !l.contains("8512201000")).map(|l| format!("{l}\n")).collect();
    let Err(error) = start_with(Box::new(Sim::open(&disk).unwrap()), pack) else { panic!("it started") };
    assert!(error.to_string().contains("measure.vat.standard.8512201000"), "{error}");
}

#[test]
fn after_a_wrong_amount_payment_can_be_ordered_again() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    let number = entry(&lodged.answer);
    let (book, amount) = books(&lodged.answer)[0].clone();
    let order = |n: u32| format!("{book}/{n}");
    let answer = |order: &str, amount: &str| {
        let Command::Settle(settlement) = settle(&book, amount) else { unreachable!() };
        Command::Settle(customhouse_control::Settlement { order: order.to_owned(), ..settlement })
    };
    accepted(&engine, Role::Declarant, "o1", Command::OrderPayment(number));
    assert_eq!(refused(&engine, Role::Declarant, "o2", Command::OrderPayment(number)), ["FIN-004"]);
    // another book's order is not answered by this settlement
    let short = accepted(&engine, Role::Bank, "s1", answer(&order(1), "0.01"));
    assert_eq!(told(&short.answer, "outcome"), "wrong_amount");
    let waiting = |engine: &Engine| engine.read(|r| r.undelivered(0, 10)).unwrap().len();
    assert_eq!(waiting(&engine), 1, "the other book's order is still out");
    accepted(&engine, Role::Declarant, "o3", Command::OrderPayment(number));
    assert_eq!(waiting(&engine), 2, "only the book that is still owed was ordered again");
    let right = accepted(&engine, Role::Bank, "s2", answer(&order(2), &amount));
    assert_eq!(told(&right.answer, "outcome"), "collected");
    assert_eq!(waiting(&engine), 1);
    assert_sound(&engine);
}

#[test]
fn the_last_packages_and_the_last_mass_leave_together() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let lodged = accepted(&engine, Role::Declarant, "d1", lodge(BILL));
    for (n, (book, amount)) in books(&lodged.answer).iter().enumerate() {
        accepted(&engine, Role::Bank, &format!("p{n}"), settle(book, amount));
    }
    assert_eq!(refused(&engine, Role::Operator, "o1", goods_out(BILL, 10, "1250.4")), ["CTL-024"]);
    assert_eq!(refused(&engine, Role::Operator, "o2", goods_out(BILL, 9, "1250.5")), ["CTL-024"]);
    accepted(&engine, Role::Operator, "o3", goods_out(BILL, 10, "1250.5"));
    assert_eq!(state(&engine, &lodged).0, "closed");
}

#[test]
fn one_bill_cannot_fill_the_account_of_an_office() {
    let engine = engine();
    let Command::FileBill(mut huge) = bill("HUGE") else { unreachable!() };
    huge.gross_kg = customhouse_kernel::values::Exact::parse("92233720368547.75807").unwrap();
    assert_eq!(refused(&engine, Role::Carrier, "b1", Command::FileBill(huge)), ["CTL-025"]);
    accepted(&engine, Role::Carrier, "b2", bill(BILL));
}

#[test]
fn costs_and_proofs_cannot_be_half_given() {
    let engine = engine();
    accepted(&engine, Role::Carrier, "b1", bill(BILL));
    let refused_for = |key: &str, changes: &[(&str, &str)]| {
        let mut form = form(BILL);
        for (name, value) in changes {
            form.head.set(name, *value);
        }
        refused(&engine, Role::Declarant, key, Command::Lodge(Box::new(form)))
    };
    for (key, changes, code) in [
        ("d1", &[("other.rate", "500")][..], "CN-NORM-OTHER-PAIR"),
        ("d2", &[("insurance.mark", "")][..], "CN-NORM-INSURANCE-PAIR"),
        ("d3", &[("consignee.name", "  ")][..], "CTL-001"),
        ("d4", &[("other.mark", "3"), ("other.rate", "5")][..], "CN-NORM-OTHER-CURRENCY"),
    ] {
        assert!(refused_for(key, changes).contains(&code.to_owned()), "{key}");
    }
    // a blank proof is none: the agreement is claimed, the most-favoured-nation rate applies
    let mut form = form(BILL);
    for (name, value) in
        [("preference.agreement", "10"), ("preference.proof_kind", "C"), ("preference.proof_number", " ")]
    {
        form.lines[0].set(name, value);
    }
    let lodged = ask(&engine, Role::Declarant, "d5", Command::Lodge(Box::new(form)));
    assert!(lodged.accepted);
    assert!(lodged.findings.iter().any(|f| f.code == "CN-NORM-PREFERENCE-COMPLETE"), "{:?}", lodged.findings);
}

#[test]
fn stopping_with_deferred_commands_ends_and_answers_all() {
    for n in 0..20 {
        let engine = engine();
        let mut waits = vec![engine.submit_later(submission(Role::Carrier, "b1", bill(BILL)))];
        waits.push(engine.submit_later(submission(Role::Declarant, "d1", lodge(BILL))));
        waits.push(engine.submit_later(submission(Role::Operator, "o1", goods_out(BILL, 1, "1"))));
        engine.stop();
        for wait in waits {
            wait.recv().unwrap_or_else(|_| panic!("run {n}: a submission without an answer")).ok();
        }
    }
}
