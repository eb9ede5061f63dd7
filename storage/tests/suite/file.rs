//! What only a file can suffer: an edited history, damage, a reader in another process.

use crate::places::Folder;
use crate::samples::{Clerk, account, attachment, event, record};
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::journal::Hash;
use customhouse_storage::{Batch, Query, Reader, Sqlite, SqliteReader, Store, StoreError};
use std::collections::BTreeMap;

/// A database with one batch in it, and then some SQL done to it behind our back.
fn tampered(sql: &str) -> Folder {
    let folder = Folder::new();
    let mut store = Sqlite::open(&folder.database()).unwrap();
    let batch = Batch {
        records: vec![record("declaration", "D1")],
        balances: BTreeMap::from([(account("D1"), 1)]),
        counters: BTreeMap::from([("c".into(), 1)]),
        attachments: vec![attachment("<申报/>")],
        ..Clerk::default().batch(vec![event("p", "k", "declaration/D1")])
    };
    store.commit(&batch).unwrap();
    drop(store);
    rusqlite::Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
    folder
}

fn check_open_fails(sql: &str, expected: &str) {
    let folder = tampered(sql);
    let error = Sqlite::open(&folder.database()).err().unwrap().to_string();
    assert!(error.contains(expected), "{sql}: {error}");
}

#[test]
fn an_edited_history_is_refused() {
    check_open_fails("UPDATE migrations SET sha256 = 'other'", "migration 0001_first is not 0001_first");
    check_open_fails("UPDATE migrations SET name = '0001_last'", "migration 0001_last is not 0001_first");
    let later = "INSERT INTO migrations (name, sha256) VALUES ('9999_later', '')";
    check_open_fails(later, "migration 9999_later is newer than this program");
    let folder = tampered(later);
    assert!(SqliteReader::open(&folder.database()).is_err());
}

#[test]
fn a_journal_that_does_not_end_with_its_head_is_damaged() {
    check_open_fails("DELETE FROM events", "damaged: head 1 ends with event 1, the journal with 0");
    check_open_fails("DELETE FROM heads", "damaged: head 0 ends with event 0, the journal with 1");
    check_open_fails("UPDATE heads SET body = '{'", "damaged: head 1: EOF");
    check_open_fails("UPDATE heads SET number = 2", "damaged: head 2: says that it is head 1");
}

/// Reads everything; answers the first error.
fn read_all(reader: &mut dyn Reader) -> Result<(), StoreError> {
    reader.record(&RecordKey::new("declaration", "D1"))?;
    reader.records(&Query { limit: 9, ..Query::default() })?;
    reader.events(1, 9)?;
    reader.balances(None, 9)?;
    reader.counters()?;
    reader.attachment(&Hash::of("<申报/>".as_bytes()))?;
    Ok(())
}

#[test]
fn damage_is_told_with_its_place() {
    for (sql, place) in [
        ("UPDATE records SET due = 'soon'", "record declaration/D1: due \"soon\""),
        ("UPDATE records SET version = -1", "record declaration/D1: "),
        ("UPDATE records SET schema = 70000", "record declaration/D1: "),
        ("UPDATE records SET body = CAST(x'ff' AS TEXT)", "record declaration/D1: "),
        ("UPDATE events SET salt = x'00'", "event 1: "),
        ("UPDATE events SET secret = x'00'", "event 1: "),
        ("UPDATE events SET batch = -1", "event 1: "),
        ("UPDATE balances SET account = 'cash'", "balance of \"cash\": not class/key/unit"),
        ("UPDATE counters SET value = -1", "number of \"c\": "),
        ("UPDATE attachments SET body = substr(body, 1, 4)", "attachment "),
        ("UPDATE attachments SET body = x'00'", "attachment "),
        ("DELETE FROM attachments", "the row is missing"),
        ("UPDATE attachment_index SET length = 3", "attachment "),
        ("UPDATE attachment_index SET offset = 1", "attachment "),
    ] {
        let folder = tampered(sql);
        match read_all(&mut SqliteReader::open(&folder.database()).unwrap()) {
            Err(StoreError::Damaged(what)) => assert!(what.contains(place), "{sql}: {what}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
    let folder = tampered("");
    read_all(&mut SqliteReader::open(&folder.database()).unwrap()).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "no database".repeat(1000)).unwrap();
    assert!(matches!(Sqlite::open(&folder.database()).err(), Some(StoreError::Damaged(_))));
    assert!(matches!(SqliteReader::open(&folder.database()).err(), Some(StoreError::Damaged(_))));
}

#[test]
fn a_second_writer_is_refused_or_takes_over_and_the_first_writes_nothing_more() {
    let folder = tampered("");
    let mut paused = Sqlite::open(&folder.database()).unwrap();
    assert!(matches!(Sqlite::open(&folder.database()).err(), Some(StoreError::Locked)));
    let mut second = Sqlite::take_over(&folder.database()).unwrap();
    let next = |key: &str| Clerk { head: 1, seq: 1 }.batch(vec![event("p", key, "")]);
    // the first wakes before the second has written anything
    assert!(matches!(paused.commit(&next("k2")), Err(StoreError::Locked)));
    assert!(matches!(paused.load(&Default::default()), Err(StoreError::Locked)));
    assert!(matches!(paused.recover(), Err(StoreError::Locked)));
    assert!(paused.reader().is_err());
    second.commit(&next("k3")).unwrap();
    assert_eq!(second.reader().unwrap().events(2, 9).unwrap().len(), 1);
    // a third is refused as long as the second lives, whatever becomes of the first
    drop(paused);
    assert!(matches!(Sqlite::open(&folder.database()).err(), Some(StoreError::Locked)));
    drop(second);
    assert_eq!(Sqlite::open(&folder.database()).unwrap().recover().unwrap().map(|head| head.number), Some(2));
}

#[test]
fn a_database_of_before_the_writer_had_a_number_is_brought_up() {
    let folder = tampered("DROP TABLE writer; DELETE FROM migrations WHERE name = '0004_writer'");
    let mut store = Sqlite::open(&folder.database()).unwrap();
    store.commit(&Clerk { head: 1, seq: 1 }.batch(vec![event("p", "k2", "")])).unwrap();
    check_open_fails("DELETE FROM writer", "the row of the writer is missing");
}

#[test]
fn a_reader_needs_no_lock_but_a_database() {
    let folder = tampered("");
    let _writer = Sqlite::open(&folder.database()).unwrap();
    assert!(SqliteReader::open(&folder.database()).unwrap().last_head().unwrap().is_some());
    assert!(SqliteReader::open(&folder.database().with_extension("none")).is_err());
}
