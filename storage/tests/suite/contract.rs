//! What both stores promise, method by method.

use crate::places::{on_each, on_each_open, reader};
use crate::samples::{Clerk, account, attachment, event, message, plain, record};
use customhouse_kernel::beats::{Keys, RecordKey};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::{Batch, StoreError, Want};
use std::collections::BTreeMap;

/// A batch with something in every table.
fn full(clerk: &mut Clerk) -> Batch {
    let mut declaration = record("declaration", "D1");
    declaration.owner = "91310000".into();
    declaration.office = "2225".into();
    declaration.due = "2026-03-17".parse().ok();
    Batch {
        records: vec![declaration, record("bill", "中远/1")],
        balances: BTreeMap::from([(account("D1"), 20_000), (account("a/b"), -20_000)]),
        counters: BTreeMap::from([("2225/2026/I".into(), 7)]),
        outgoing: vec![message("m2"), message("m1")],
        attachments: vec![attachment("<申报/>"), attachment("second")],
        plain: vec![plain("session", "s1", Some("张三"))],
        ..clerk.batch(vec![event("p1", "k1", "declaration/D1"), event("p1", "", "")])
    }
}

fn assert_failed(result: Result<(), StoreError>) {
    assert!(matches!(result, Err(StoreError::Failed(_))), "{result:?}");
}

#[test]
fn an_empty_store_has_nothing() {
    on_each_open(|store| {
        let mut reader = reader(store);
        assert_eq!(reader.record(&RecordKey::new("declaration", "D1")).unwrap(), None);
        assert_eq!(reader.event(1).unwrap(), None);
        assert_eq!(reader.events(0, 10).unwrap(), []);
        assert_eq!(reader.last_head().unwrap(), None);
        assert_eq!(reader.attachment(&Hash::of(b"")).unwrap(), None);
        store.commit(&Batch::default()).unwrap();
        assert_eq!(reader.last_head().unwrap(), None);
    });
}

#[test]
fn a_reader_finds_what_was_committed() {
    on_each_open(|store| {
        let batch = full(&mut Clerk::default());
        let mut reader = reader(store); // opened before, it sees it all the same
        store.commit(&batch).unwrap();

        assert_eq!(reader.record(&batch.records[0].key).unwrap().as_ref(), Some(&batch.records[0]));
        assert_eq!(reader.record(&batch.records[1].key).unwrap().as_ref(), Some(&batch.records[1]));
        assert_eq!(reader.event(1).unwrap().as_ref(), Some(&batch.events[0]));
        assert_eq!(reader.event(u64::MAX).unwrap(), None);
        assert_eq!(reader.events(1, 10).unwrap(), batch.events);
        assert_eq!(reader.events(2, 10).unwrap(), batch.events[1..]);
        assert_eq!(reader.events(0, 1).unwrap(), batch.events[..1]);
        assert_eq!(reader.events_about("declaration/D1").unwrap(), batch.events[..1]);
        assert_eq!(reader.events_about("").unwrap(), []);
        assert_eq!(reader.submission("p1", "k1").unwrap().as_ref(), Some(&batch.events[0]));
        assert_eq!(reader.submission("p1", "").unwrap(), None);
        assert_eq!(reader.submission("p2", "k1").unwrap(), None);
        assert_eq!(reader.head(1).unwrap(), batch.head);
        assert_eq!(reader.head(2).unwrap(), None);
        assert_eq!(reader.last_head().unwrap(), batch.head);
        assert_eq!(reader.counters().unwrap(), batch.counters);
        assert_eq!(reader.undelivered(0, 10).unwrap(), batch.outgoing);
        assert_eq!(reader.undelivered(0, 1).unwrap(), batch.outgoing[..1]);
        assert_eq!(reader.plain("session", "s1").unwrap().as_deref(), Some("张三"));
        assert_eq!(reader.plain("token", "s1").unwrap(), None);
    });
}

#[test]
fn load_finds_what_is_wanted_and_there() {
    on_each_open(|store| {
        let batch = full(&mut Clerk::default());
        store.commit(&batch).unwrap();

        let mut keys = Keys::default();
        keys.record(batch.records[1].key.clone()).record(RecordKey::new("declaration", "中远/1"));
        keys.account(account("a/b")).account(account("nothing"));
        keys.counter("2225/2026/I").counter("none");
        let submissions =
            vec![("p1".into(), "k1".into()), ("p1".into(), "k2".into()), ("p1".into(), String::new())];
        let loaded = store.load(&Want { keys, submissions }).unwrap();

        let record = batch.records[1].clone();
        assert_eq!(loaded.records, BTreeMap::from([(record.key.clone(), record)]));
        assert_eq!(loaded.balances, BTreeMap::from([(account("a/b"), -20_000)]));
        assert_eq!(loaded.counters, batch.counters);
        let event = batch.events[0].clone();
        assert_eq!(loaded.submissions, BTreeMap::from([(("p1".into(), "k1".into()), event)]));
        assert_eq!(store.load(&Want::default()).unwrap(), Default::default());
    });
}

#[test]
fn the_newest_version_replaces_the_old() {
    on_each_open(|store| {
        store.commit(&full(&mut Clerk::default())).unwrap();
        let mut released = record("declaration", "D1");
        (released.version, released.state) = (2, "released".into());
        let batch = Batch {
            records: vec![released.clone()],
            balances: BTreeMap::from([(account("D1"), i64::MIN)]),
            counters: BTreeMap::from([("2225/2026/I".into(), i64::MAX as u64)]),
            ..Batch::default()
        };
        store.commit(&batch).unwrap();

        let mut reader = reader(store);
        assert_eq!(reader.record(&released.key).unwrap(), Some(released));
        assert_eq!(reader.balances(None, 9).unwrap()[0], (account("D1"), i64::MIN));
        assert_eq!(reader.counters().unwrap(), batch.counters);
    });
}

#[test]
fn a_delivered_message_is_not_shown_and_keeps_its_id() {
    on_each_open(|store| {
        store.commit(&full(&mut Clerk::default())).unwrap();
        let delivered = vec!["m2".into(), "unknown".into()];
        store.commit(&Batch { delivered, outgoing: vec![message("m3")], ..Batch::default() }).unwrap();
        assert_eq!(reader(store).undelivered(0, 10).unwrap(), [message("m1"), message("m3")]);
        assert_failed(store.commit(&Batch { outgoing: vec![message("m2")], ..Batch::default() }));
        assert_failed(
            store.commit(&Batch { outgoing: vec![message("m4"), message("m4")], ..Batch::default() }),
        );
        assert_eq!(reader(store).undelivered(0, 10).unwrap(), [message("m1"), message("m3")]);
    });
}

#[test]
fn plain_rows_are_set_and_deleted_in_order() {
    on_each_open(|store| {
        let writes = vec![
            plain("session", "b", Some("1")),
            plain("session", "a", Some("2")),
            plain("session", "b", Some("3")),
            plain("session", "c", Some("4")),
            plain("session", "c", None),
            plain("token", "a", Some("")),
            plain("token", "gone", None),
        ];
        store.commit(&Batch { plain: writes, ..Batch::default() }).unwrap();
        let mut reader = reader(store);
        assert_eq!(
            reader.plain_all("session").unwrap(),
            [("a".into(), "2".into()), ("b".into(), "3".into())]
        );
        assert_eq!(reader.plain_all("token").unwrap(), [("a".into(), String::new())]);
        assert_eq!(reader.plain_all("user").unwrap(), []);
    });
}

#[test]
fn attachments_come_back_byte_for_byte() {
    on_each_open(|store| {
        let large: Vec<u8> = (0..8u32 << 20).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let all = [attachment(large), attachment(""), attachment("申报"), attachment(vec![0xff; 1000])];
        let mut clerk = Clerk::default();
        let first = Batch { attachments: all[..3].to_vec(), ..clerk.batch(vec![event("p", "1", "")]) };
        store.commit(&first).unwrap();
        // Without a head; with one that is known, and one twice.
        let again = vec![all[2].clone(), all[3].clone(), all[3].clone()];
        store.commit(&Batch { attachments: again, ..Batch::default() }).unwrap();
        let mut reader = reader(store);
        for kept in &all {
            assert!(
                reader.attachment(&kept.digest).unwrap().as_ref() == Some(&kept.bytes),
                "{}",
                kept.digest
            );
        }
        assert_eq!(reader.attachment(&Hash::of(b"other")).unwrap(), None);
    });
}

#[test]
fn everything_is_there_after_reopening() {
    on_each(|open| {
        let mut clerk = Clerk::default();
        let batch = full(&mut clerk);
        open().unwrap().commit(&batch).unwrap();
        let mut store = open().unwrap();
        let mut reader = reader(&*store);
        assert_eq!(reader.last_head().unwrap(), batch.head);
        assert_eq!(reader.events(1, 9).unwrap(), batch.events);
        assert_eq!(
            reader.attachment(&batch.attachments[0].digest).unwrap().unwrap(),
            batch.attachments[0].bytes
        );
        store.commit(&clerk.batch(vec![event("p1", "k2", "")])).unwrap();
        assert_eq!(reader.last_head().unwrap().unwrap().number, 2);
    });
}

#[test]
fn a_second_writer_is_locked_out() {
    on_each(|open| {
        let first = open().unwrap();
        assert!(matches!(open().err(), Some(StoreError::Locked)));
        drop(first);
        assert!(open().is_ok());
    });
}

/// A batch that spoils the next good one, and why it must be refused.
fn check_refused(why: &str, spoil: fn(&mut Batch)) {
    on_each_open(|store| {
        let mut clerk = Clerk::default();
        store.commit(&full(&mut clerk)).unwrap();
        let before = reader(store).last_head().unwrap();
        let good = Batch {
            records: vec![record("declaration", "D2")],
            plain: vec![plain("session", "s2", Some("x"))],
            ..clerk.batch(vec![event("p2", "k1", "declaration/D2"), event("p2", "k2", "declaration/D2")])
        };
        let mut bad = good.clone();
        spoil(&mut bad);
        let result = store.commit(&bad);
        assert!(matches!(result, Err(StoreError::Failed(_))), "{why}: {result:?}");

        let mut reader = reader(store);
        assert_eq!(reader.last_head().unwrap(), before, "{why}");
        assert_eq!(reader.events(3, 9).unwrap(), [], "{why}");
        assert_eq!(reader.record(&good.records[0].key).unwrap(), None, "{why}");
        assert_eq!(reader.plain("session", "s2").unwrap(), None, "{why}");
        assert_eq!(reader.balances(None, 9).unwrap().len(), 2, "{why}");
        store.commit(&good).unwrap();
        assert_eq!(reader.events(3, 9).unwrap(), good.events, "{why}");
    });
}

#[test]
fn a_batch_that_is_refused_leaves_nothing() {
    check_refused("no head", |b| b.head = None);
    check_refused("no events", |b| b.events.clear());
    check_refused("head skips a number", |b| b.head.as_mut().unwrap().number = 3);
    check_refused("head repeats a number", |b| b.head.as_mut().unwrap().number = 1);
    check_refused("head begins later", |b| b.head.as_mut().unwrap().first_event += 1);
    check_refused("head covers more", |b| b.head.as_mut().unwrap().count += 1);
    check_refused("gap between events", |b| b.events[1].seq += 1);
    check_refused("gap before the first", |b| b.events.iter_mut().for_each(|e| e.seq += 1));
    check_refused("event of another batch", |b| b.events[1].batch = 1);
    check_refused("key used before", |b| {
        (b.events[1].party, b.events[1].key) = ("p1".into(), "k1".into());
    });
    check_refused("key twice in the batch", |b| b.events[1].key = "k1".into());
    check_refused("message sent before", |b| b.outgoing.push(message("m1")));
    check_refused("counter past the range", |b| b.counters.extend([("c".into(), u64::MAX)]));
    check_refused("account that reads as another", |b| {
        b.balances.insert(AccountId::new("a/b", "c", "CNY"), 1);
    });
    check_refused("attachment with another digest", |b| {
        let mut wrong = attachment("x");
        wrong.bytes.push(0);
        b.attachments.push(wrong);
    });
}

#[test]
fn a_pinned_reader_sees_one_state_until_it_is_unpinned() {
    on_each_open(|store| {
        let mut clerk = Clerk::default();
        store.commit(&full(&mut clerk)).unwrap();
        let mut reader = reader(store);
        reader.pin().unwrap();
        let next =
            Batch { records: vec![record("bill", "later")], ..clerk.batch(vec![event("p1", "k2", "")]) };
        store.commit(&next).unwrap();
        assert_eq!(reader.record(&RecordKey::new("bill", "later")).unwrap(), None);
        assert_eq!(reader.event(3).unwrap(), None);
        assert_eq!(reader.kinds().unwrap().get("bill"), Some(&1));
        reader.unpin().unwrap();
        assert!(reader.record(&RecordKey::new("bill", "later")).unwrap().is_some());
        assert_eq!(reader.kinds().unwrap().get("bill"), Some(&2));
        assert_eq!(reader.undelivered(1, 10).unwrap().len(), 1, "the first is skipped");
    });
}
