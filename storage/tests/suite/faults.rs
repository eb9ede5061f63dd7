//! The simulated disk: a fault at every n-th operation, until a run gets through without meeting it.

use crate::samples::{Clerk, account, event, record};
use customhouse_kernel::beats::Keys;
use customhouse_storage::{Batch, Fault, Sim, SimDisk, Store, StoreError, Want};
use std::collections::BTreeMap;

const BATCHES: u64 = 6;

/// Lodges what is not there yet, a load and a commit each, until the first failure.
/// Answers the keys that were acknowledged.
fn lodge_all(store: &mut Sim) -> Vec<String> {
    let mut clerk = match store.reader().unwrap().last_head().unwrap() {
        Some(head) => Clerk { head: head.number, seq: head.first_event + head.count - 1 },
        None => Clerk::default(),
    };
    let mut acknowledged = Vec::new();
    for n in 1..=BATCHES {
        match lodge(store, &mut clerk, &format!("k{n}")) {
            Ok(()) => acknowledged.push(format!("k{n}")),
            Err(_) => break,
        }
    }
    acknowledged
}

/// One lodgement: owes 100 more. Done before, it does nothing.
fn lodge(store: &mut Sim, clerk: &mut Clerk, key: &str) -> Result<(), StoreError> {
    let mut keys = Keys::default();
    keys.account(account("owed")).account(account("treasury"));
    let loaded = store.load(&Want { keys, submissions: vec![("p".into(), key.into())] })?;
    if !loaded.submissions.is_empty() {
        return Ok(());
    }
    let owed = loaded.balances.get(&account("owed")).copied().unwrap_or(0) + 100;
    store.commit(&Batch {
        records: vec![record("declaration", key)],
        balances: BTreeMap::from([(account("owed"), owed), (account("treasury"), -owed)]),
        ..clerk.batch(vec![event("p", key, &format!("declaration/{key}"))])
    })
}

/// Whole batches only: every event has its record and its 100.
fn assert_whole(store: &Sim) -> u64 {
    let mut reader = store.reader().unwrap();
    let events = reader.events(1, 1000).unwrap();
    let count = events.len() as u64;
    assert_eq!(reader.last_head().unwrap().map_or(0, |h| h.number), count);
    assert_eq!(reader.count_by_state("declaration").unwrap().values().sum::<u64>(), count);
    let balances: Vec<i64> = reader.balances(None, 9).unwrap().into_iter().map(|(_, n)| n).collect();
    assert_eq!(balances.iter().sum::<i64>(), 0);
    assert_eq!(balances.first().copied().unwrap_or(0), 100 * count as i64);
    count
}

fn missing(store: &Sim, acknowledged: &[String]) -> Vec<String> {
    let mut reader = store.reader().unwrap();
    let is_missing = |key: &&String| reader.submission("p", key).unwrap().is_none();
    acknowledged.iter().filter(is_missing).cloned().collect()
}

/// For every n: run into the fault, lose power, reopen, check, and finish the work.
fn for_every_operation(fault: Fault) -> u64 {
    for n in 1.. {
        let disk = SimDisk::new(n).fail_at(n, fault);
        let mut store = Sim::open(&disk).unwrap();
        let acknowledged = lodge_all(&mut store);
        let met_no_fault = disk.operations() < n;
        let mut store = Sim::open(&disk.after_power_loss()).unwrap();
        assert_whole(&store);
        assert_eq!(missing(&store, &acknowledged), [""; 0], "lost after {fault:?} at operation {n}");
        assert_eq!(lodge_all(&mut store).len() as u64, BATCHES);
        assert_eq!(assert_whole(&store), BATCHES);
        if met_no_fault {
            return n;
        }
    }
    unreachable!()
}

#[test]
fn what_is_acknowledged_survives_a_fault_at_any_operation() {
    for fault in [Fault::Error, Fault::CrashBefore, Fault::CrashAfter, Fault::TornWrite, Fault::DiskFull] {
        assert!(for_every_operation(fault) > 2 * BATCHES, "{fault:?}");
    }
}

#[test]
fn a_sync_that_lies_is_noticed() {
    let mut lost = 0;
    for n in 1..=2 * BATCHES {
        let disk = SimDisk::new(n).fail_at(n, Fault::LostSync);
        let acknowledged = lodge_all(&mut Sim::open(&disk).unwrap());
        assert_eq!(acknowledged.len() as u64, BATCHES);
        let store = Sim::open(&disk.after_power_loss()).unwrap();
        assert_whole(&store);
        lost += missing(&store, &acknowledged).len();
    }
    assert!(lost > 0);
}

#[test]
fn a_clean_error_costs_one_operation_only() {
    let disk = SimDisk::new(1).fail_at(2, Fault::Error).fail_at(5, Fault::DiskFull);
    let mut store = Sim::open(&disk).unwrap();
    let mut clerk = Clerk::default();
    assert!(lodge(&mut store, &mut clerk.clone(), "k1").is_err());
    lodge(&mut store, &mut clerk, "k1").unwrap();
    for _ in 0..2 {
        assert!(lodge(&mut store, &mut clerk.clone(), "k2").is_err());
        assert_eq!(assert_whole(&store), 1);
    }
    disk.make_room();
    lodge(&mut store, &mut clerk, "k2").unwrap();
    assert_eq!(assert_whole(&store), 2);
}

#[test]
fn a_commit_whose_answer_is_lost_is_found_when_the_store_is_asked() {
    let disk = SimDisk::new(1).fail_at(1, Fault::LostAnswer);
    let mut store = Sim::open(&disk).unwrap();
    let mut clerk = Clerk::default();
    assert!(lodge(&mut store, &mut clerk.clone(), "k1").is_err());
    assert!(store.load(&Want::default()).is_err(), "nothing is certain before it was asked");
    assert_eq!(store.recover().unwrap().map(|head| head.number), Some(1));
    assert_eq!(assert_whole(&store), 1);
    // the caller goes on from what is there
    lodge(&mut Sim::open(&SimDisk::new(2)).unwrap(), &mut clerk, "k1").unwrap();
    lodge(&mut store, &mut clerk, "k2").unwrap();
    assert_eq!(assert_whole(&Sim::open(&disk.after_power_loss()).unwrap()), 2);
}

#[test]
fn without_power_nothing_works() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter, Fault::TornWrite] {
        let disk = SimDisk::new(1).fail_at(2, fault);
        let mut store = Sim::open(&disk).unwrap();
        let mut reader = store.reader().unwrap();
        assert!(lodge(&mut store, &mut Clerk::default(), "k1").is_err());
        assert!(disk.is_crashed());
        assert!(store.load(&Want::default()).is_err());
        assert!(store.commit(&Batch::default()).is_err());
        assert!(store.reader().is_err());
        assert!(reader.last_head().is_err());
        drop(store);
        assert!(Sim::open(&disk).is_err());
        let found = assert_whole(&Sim::open(&disk.after_power_loss()).unwrap());
        assert_eq!(found, u64::from(fault == Fault::CrashAfter));
    }
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let torn = |seed| {
        let disk = SimDisk::new(seed).fail_at(4, Fault::TornWrite);
        lodge_all(&mut Sim::open(&disk).unwrap());
        disk.size()
    };
    assert_eq!(torn(3), torn(3));
    assert!((0..20).map(torn).collect::<std::collections::BTreeSet<_>>().len() > 5);
}

#[test]
fn a_flipped_bit_is_found_or_discarded_never_believed() {
    let disk = SimDisk::new(1);
    lodge_all(&mut Sim::open(&disk).unwrap());
    let mut damaged = 0;
    for byte in 0..disk.size() {
        let disk = disk.after_power_loss();
        disk.flip(byte);
        match Sim::open(&disk) {
            Ok(store) => assert!(assert_whole(&store) < BATCHES, "believed a flip at {byte}"),
            Err(StoreError::Damaged(_)) => damaged += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(damaged > disk.size() / 2);
}
