//! Nothing acknowledged is ever lost: every n-th operation of the store fails in every way, for
//! every n, and after a power loss every receipt that a client holds stands in the journal once.

mod support;

use customhouse_control::{Command, Role};
use customhouse_engine::{Engine, Outcome, verify};
use customhouse_storage::{Fault, Sim, SimDisk};
use support::*;

/// Three clearances, up to the first submission without an answer; gives what was acknowledged.
fn trade(engine: &Engine) -> Vec<Outcome> {
    let mut acknowledged = Vec::new();
    let mut ask = |role: Role, key: String, command: Command| -> Option<Outcome> {
        let outcome = engine.submit_and_wait(submission(role, &key, command)).ok()?;
        assert!(outcome.accepted, "{key}: {:?}", outcome.findings);
        acknowledged.push(outcome.clone());
        Some(outcome)
    };
    let clearance = |n: usize| -> Option<()> {
        let number = format!("BILL{n}");
        ask(Role::Carrier, format!("b{n}"), bill(&number))?;
        let lodged = ask(Role::Declarant, format!("d{n}"), lodge(&number))?;
        for (i, (book, amount)) in books(&lodged.answer).iter().enumerate() {
            ask(Role::Bank, format!("p{n}-{i}"), settle_as(book, amount, &format!("R{n}-{i}")))?;
        }
        ask(Role::Operator, format!("o{n}"), goods_out(&number, 10, "1250.5"))?;
        Some(())
    };
    let _ = (0..3).try_for_each(clearance);
    acknowledged
}

/// Runs the trade with a fault at the n-th operation; `false` once the fault lies beyond the end.
fn survives(n: u64, fault: Fault) -> bool {
    let disk = SimDisk::new(n);
    let engine = start_with(Box::new(Sim::open(&disk).unwrap()), small_pack()).unwrap();
    let before = disk.operations();
    disk.clone().fail_at(before + n, fault);
    let acknowledged = trade(&engine);
    let reached = disk.operations() >= before + n;
    engine.stop();
    drop(engine);

    let disk = disk.after_power_loss();
    let engine = start_with(Box::new(Sim::open(&disk).unwrap()), small_pack()).unwrap();
    for outcome in &acknowledged {
        let kept = engine.receipt(outcome.seq).unwrap();
        let kept = kept.unwrap_or_else(|| panic!("event {} lost: {fault:?} at {n}", outcome.seq));
        assert_eq!(kept.event, outcome.receipt.event, "{fault:?} at {n}");
        outcome.receipt.check(&engine.public_key()).unwrap();
    }
    // the client asks everything again: the same effect, once
    for outcome in trade(&engine) {
        if let Some(first) = acknowledged.iter().find(|a| a.seq == outcome.seq) {
            assert!(outcome.repeated);
            assert_eq!(first.receipt.event, outcome.receipt.event);
        }
    }
    let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
    assert!(verified.findings.is_empty(), "{fault:?} at {n}: {:#?}", verified.findings);
    assert_eq!(verified.declarations, 3, "{fault:?} at {n}");
    engine.stop();
    reached
}

fn every_operation_may_fail(fault: Fault) {
    let mut n = 1;
    while survives(n, fault) {
        n += 1;
    }
    assert!(n > 15, "only {n} operations were tried");
}

// a test for each fault, so that they run side by side

#[test]
fn every_operation_may_fail_cleanly() {
    every_operation_may_fail(Fault::Error);
}

#[test]
fn the_power_may_go_before_every_operation() {
    every_operation_may_fail(Fault::CrashBefore);
}

#[test]
fn the_power_may_go_after_every_commit_before_its_answer() {
    every_operation_may_fail(Fault::CrashAfter);
}

#[test]
fn every_write_may_be_torn() {
    every_operation_may_fail(Fault::TornWrite);
}
