//! What only a server can suffer: tables changed behind our back, connections cut, a writer that was superseded.

use crate::places::Server;
use crate::samples::{Clerk, account, attachment, event, record};
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::journal::Hash;
use customhouse_storage::{Batch, Postgres, PostgresReader, Query, Reader, Store, StoreError};
use std::collections::BTreeMap;

fn sql(address: &str, sql: &str) {
    postgres::Client::connect(address, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}

/// A database with one batch in it, and then some SQL done to it behind our back.
fn tampered(server: &Server, change: &str) -> String {
    let address = server.database();
    let batch = Batch {
        records: vec![record("declaration", "D1")],
        balances: BTreeMap::from([(account("D1"), 1)]),
        counters: BTreeMap::from([("c".into(), 1)]),
        attachments: vec![attachment("<申报/>")],
        ..Clerk::default().batch(vec![event("p", "k", "declaration/D1")])
    };
    Postgres::open(&address).unwrap().commit(&batch).unwrap();
    sql(&address, change);
    address
}

#[test]
fn an_edited_history_or_a_torn_journal_does_not_open() {
    let Some(server) = Server::of_this_run() else { return };
    for (change, expected) in [
        ("UPDATE migrations SET sha256 = 'other'", "migration 0001_first is not 0001_first"),
        ("INSERT INTO migrations (name, sha256) VALUES ('9999_later', '')", "newer than this program"),
        ("DELETE FROM events", "damaged: head 1 ends with event 1, the journal with 0"),
        ("DELETE FROM heads", "damaged: head 0 ends with event 0, the journal with 1"),
        ("UPDATE heads SET body = '{'", "damaged: head 1: EOF"),
        ("DELETE FROM writer", "the row of the writer is missing"),
    ] {
        let error = Postgres::open(&tampered(&server, change)).err().unwrap().to_string();
        assert!(error.contains(expected), "{change}: {error}");
    }
    let error = PostgresReader::open(&server.database()).err().unwrap().to_string();
    assert!(error.contains("holds nothing of this program"), "{error}");
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
    let Some(server) = Server::of_this_run() else { return };
    for (change, place) in [
        ("UPDATE records SET due = 'soon'", "record declaration/D1: due \"soon\""),
        ("UPDATE records SET version = -1", "record declaration/D1: "),
        ("UPDATE records SET schema = 70000", "record declaration/D1: "),
        ("UPDATE events SET salt = '\\x00'", "event 1: "),
        ("UPDATE events SET batch = -1", "event 1: "),
        ("UPDATE balances SET account = 'cash'", "balance of \"cash\": not class/key/unit"),
        ("UPDATE counters SET value = -1", "number of \"c\": "),
        ("UPDATE attachments SET body = substring(body from 1 for 4)", "attachment "),
        ("DELETE FROM attachments", "the row is missing"),
        ("UPDATE attachment_index SET length = 3", "attachment "),
    ] {
        let address = tampered(&server, change);
        match read_all(&mut PostgresReader::open(&address).unwrap()) {
            Err(StoreError::Damaged(what)) => assert!(what.contains(place), "{change}: {what}"),
            other => panic!("{change}: {other:?}"),
        }
    }
    read_all(&mut PostgresReader::open(&tampered(&server, "")).unwrap()).unwrap();
}

/// Ends every connection to the database but the one that asks, as a restart of the server would.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn a_reader_outlives_its_connection_and_a_writer_does_not() {
    let Some(server) = Server::of_this_run() else { return };
    let address = tampered(&server, "");
    let mut store = Postgres::open(&address).unwrap();
    let mut reader = store.reader().unwrap();
    let mut pinned = store.reader().unwrap();
    pinned.pin().unwrap();
    sql(&address, CUT);
    assert_eq!(reader.last_head().unwrap().unwrap().number, 1);
    assert!(pinned.last_head().is_err(), "what it saw cannot be had again");
    let next = Clerk { head: 1, seq: 1 }.batch(vec![event("p", "k2", "")]);
    assert!(store.commit(&next).is_err());
    assert!(store.commit(&next).is_err(), "it does not take the database again by itself");
    assert_eq!(store.recover().unwrap().map(|head| head.number), Some(1));
    sql(&address, CUT);
    assert!(store.load(&Default::default()).is_ok(), "nothing was asked of the server");
    // the lock went with the connection
    let mut second = Postgres::open(&address).unwrap();
    assert_eq!(reader.events(2, 9).unwrap(), []);
    assert!(matches!(store.recover(), Err(StoreError::Locked)));
    second.commit(&next).unwrap();
    assert!(store.commit(&next).is_err());
    drop(second);
    assert_eq!(store.recover().unwrap(), next.head, "somebody else's head, as the caller sees");
    assert_eq!(reader.events(2, 9).unwrap(), next.events);
}

#[test]
fn a_writer_that_was_superseded_writes_nothing() {
    let Some(server) = Server::of_this_run() else { return };
    let address = tampered(&server, "");
    let mut paused = Postgres::open(&address).unwrap();
    // what a later writer does first
    sql(&address, "UPDATE writer SET epoch = epoch + 1");
    let next = Clerk { head: 1, seq: 1 }.batch(vec![event("p", "k2", "")]);
    assert!(matches!(paused.commit(&next), Err(StoreError::Locked)));
    assert!(matches!(paused.commit(&next), Err(StoreError::Locked)));
    assert!(matches!(paused.load(&Default::default()), Err(StoreError::Locked)));
    assert!(paused.reader().is_err());
    assert_eq!(PostgresReader::open(&address).unwrap().events(2, 9).unwrap(), []);
}

#[test]
fn a_server_that_may_lose_what_it_acknowledged_is_refused() {
    let Some(server) = Server::of_this_run() else { return };
    let address = server.database();
    assert!(Postgres::open("postgres://nobody:secret@").is_err());
    let error = Postgres::open("no address, secret").err().unwrap().to_string();
    assert!(!error.contains("secret"), "{error}");
    // a session's own setting is put right
    let mut store = Postgres::open(&format!("{address}?options=-csynchronous_commit%3Doff")).unwrap();
    store.commit(&Clerk::default().batch(vec![event("p", "k", "")])).unwrap();
    drop(store);
    let error = Postgres::open("postgres://customhouse@127.0.0.1:1/none").err().unwrap();
    assert!(matches!(error, StoreError::Failed(_)), "{error}");
}
