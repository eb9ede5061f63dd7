//! What needs the store's own connection: a full disk, a commit in doubt, the plans of queries.

use super::*;
use crate::StoredEvent;
use customhouse_kernel::journal::{Hash, Head};

struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Place {
        let folder = std::env::temp_dir().join(format!("customhouse-{}-{name}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        Place(folder)
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.0.join("db")).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The n-th batch: one event with 100 kB of payload.
fn batch(n: u64) -> Batch {
    let event = StoredEvent {
        seq: n,
        batch: n,
        salt: [0; 16],
        payload: "x".repeat(100_000),
        kind: "test".into(),
        subject: String::new(),
        party: "p".into(),
        key: n.to_string(),
    };
    let head = Head {
        chain: String::new(),
        number: n,
        previous: Hash::default(),
        root: Hash::default(),
        first_event: n,
        count: 1,
        utc_micros: 0,
        key_id: String::new(),
        algorithm: String::new(),
        signature: String::new(),
    };
    Batch { events: vec![event], head: Some(head), ..Batch::default() }
}

fn stored(store: &Sqlite) -> Vec<u64> {
    store.reader().unwrap().events(1, 1000).unwrap().iter().map(|e| e.seq).collect()
}

#[test]
fn a_full_disk_costs_the_batch_only() {
    let place = Place::new("full");
    let mut store = place.open();
    store.commit(&batch(1)).unwrap();
    let pages: i64 = store.connection.query_row("PRAGMA page_count", (), |row| row.get(0)).unwrap();
    let set_limit = |store: &Sqlite, limit: i64| {
        let set = format!("PRAGMA max_page_count = {limit}");
        store.connection.query_row(&set, (), |_| Ok(())).unwrap();
    };
    let mut room = 0; // in pages, one more each time, so that every write of the batch fails once
    while let Err(error) = {
        set_limit(&store, pages + room);
        store.commit(&batch(2))
    } {
        assert!(error.to_string().contains("full"), "{error}");
        assert_eq!(stored(&store), [1]);
        assert!(store.load(&Want::default()).is_ok());
        room += 1;
    }
    assert!(room > 20, "{room}");
    assert_eq!(stored(&store), [1, 2]);
    drop(store);
    assert_eq!(stored(&place.open()), [1, 2]);
}

#[test]
fn a_commit_in_doubt_stops_the_store_until_it_is_reopened() {
    let place = Place::new("doubt");
    let mut store = place.open();
    store.commit(&batch(1)).unwrap();
    // A deferred foreign key makes COMMIT itself fail.
    let trap = "PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY); \
                CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED); \
                CREATE TEMP TRIGGER trap AFTER INSERT ON heads BEGIN INSERT INTO child VALUES (1); END";
    store.connection.execute_batch(trap).unwrap();
    let error = store.commit(&batch(2)).unwrap_err();
    assert!(error.to_string().contains("this commit is in doubt"), "{error}");
    for error in [store.commit(&batch(2)).err(), store.load(&Want::default()).err(), store.reader().err()] {
        assert!(error.unwrap().to_string().contains("open the database again"));
    }
    // the trap was the connection's own: a new one finds what is there, and goes on
    assert_eq!(store.recover().unwrap().map(|head| head.number), Some(1));
    assert_eq!(stored(&store), [1]);
    store.commit(&batch(2)).unwrap();
    assert_eq!(stored(&store), [1, 2]);
    drop(store);
    assert_eq!(stored(&place.open()), [1, 2]);
}

#[test]
fn settings_are_as_decided() {
    let place = Place::new("settings");
    let store = place.open();
    for (name, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "0")] {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let value: String = store.connection.query_row(&sql, (), |row| row.get(0)).unwrap();
        assert_eq!(value, expected, "{name}");
    }
}

/// How SQLite goes about the statement.
fn plan(store: &Sqlite, sql: &str) -> String {
    let mut explain = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let steps = explain.raw_query().mapped(|row| row.get(3)).collect::<Result<Vec<String>, _>>().unwrap();
    steps.join("; ")
}

#[test]
fn every_load_and_list_finds_its_index() {
    let place = Place::new("plans");
    let store = place.open();
    for (sql, expected) in read::LOADS.iter().zip([
        "records USING INDEX sqlite_autoindex_records_1 (kind=? AND id=?)",
        "balances USING PRIMARY KEY (account=?)",
        "counters USING PRIMARY KEY (name=?)",
        "events USING INDEX events_submission (party=? AND key=?)",
    ]) {
        let plan = plan(&store, sql);
        assert!(plan.starts_with(&format!("SEARCH {expected}")), "{sql}: {plan}");
    }
    let list = |owner: Option<&str>,
                agent: Option<&str>,
                office: Option<&str>,
                state: Option<&str>,
                newest_first| {
        let query = crate::Query {
            due_before: None,
            kind: "declaration".into(),
            owner: owner.map(str::to_owned),
            agent: agent.map(str::to_owned),
            office: office.map(str::to_owned),
            state: state.map(str::to_owned),
            with_due: false,
            after: Some("D1".into()),
            newest_first,
            limit: 50,
        };
        plan(&store, &read::list(&query).0)
    };
    let some = Some("x");
    for newest_first in [false, true] {
        for (plan, index) in [
            (list(None, None, None, None, newest_first), "sqlite_autoindex_records_1 (kind=? AND id"),
            (list(some, None, None, None, newest_first), "records_owner (kind=? AND owner=? AND id"),
            (list(None, some, None, None, newest_first), "records_agent (kind=? AND agent=? AND id"),
            (list(None, some, None, some, newest_first), "records_agent (kind=? AND agent=? AND id"),
            (
                list(None, None, some, some, newest_first),
                "records_office (kind=? AND office=? AND state=? AND id",
            ),
        ] {
            assert!(plan.starts_with(&format!("SEARCH records USING INDEX {index}")), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
