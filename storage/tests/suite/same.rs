//! Batches at random, good and bad: SQLite, PostgreSQL and the simulated disk give the same answers.

use crate::places::{Folder, Server};
use crate::samples::{Clerk, account, attachment, event, message, plain, record};
use customhouse_kernel::beats::{Keys, RecordKey};
use customhouse_kernel::journal::Hash;
use customhouse_storage::{Batch, Postgres, Query, Reader, Sim, SimDisk, Sqlite, Store, Want};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Few, so that they collide; odd, so that nothing is taken for granted.
const TEXTS: [&str; 7] = ["", "a", "海关", "it's \"so\"", "nul", "nul\0inside", "😀/b"];

fn text() -> impl Strategy<Value = &'static str> {
    select(&TEXTS[..])
}

/// What a batch holds, before it is numbered; and whether it is then spoilt.
#[derive(Debug, Clone)]
struct Plan {
    batch: Batch,
    spoil: u8,
    reopen: bool,
}

fn batch() -> impl Strategy<Value = Batch> {
    let events = vec((text(), text(), text()).prop_map(|(p, k, s)| event(p, k, s)), 0..4);
    let dues = select(vec!["", "2026-03-02", "2024-02-29"]);
    let records =
        (text(), text(), text(), text(), dues, 1..9u32).prop_map(|(kind, id, owner, state, due, version)| {
            let mut record = record(kind, id);
            (record.owner, record.office, record.state) = (owner.into(), state.into(), state.into());
            (record.due, record.version) = (due.parse().ok(), version);
            record
        });
    let messages = vec(text().prop_map(message), 0..2);
    let writes =
        vec((text(), text(), proptest::option::of(text())).prop_map(|(t, k, v)| plain(t, k, v)), 0..3);
    let balances = proptest::collection::btree_map(text().prop_map(account), any::<i64>(), 0..3);
    let counters = proptest::collection::btree_map(text().prop_map(str::to_owned), 0..1u64 << 62, 0..2);
    let delivered = vec(text().prop_map(str::to_owned), 0..2);
    let attachments = vec(text().prop_map(attachment), 0..3);
    (events, vec(records, 0..4), messages, writes, balances, counters, delivered, attachments).prop_map(
        |(events, records, outgoing, plain, balances, counters, delivered, attachments)| Batch {
            events,
            records,
            outgoing,
            plain,
            balances,
            counters,
            delivered,
            attachments,
            head: None,
        },
    )
}

fn plan() -> impl Strategy<Value = Plan> {
    (batch(), 0..20u8, prop::bool::weighted(0.2)).prop_map(|(batch, spoil, reopen)| Plan {
        batch,
        spoil,
        reopen,
    })
}

/// The batch under the next head, spoilt if so planned.
fn number(clerk: &mut Clerk, plan: &Plan) -> Batch {
    let mut batch = plan.batch.clone();
    if !batch.events.is_empty() {
        let Batch { events, head, .. } = clerk.batch(batch.events);
        (batch.events, batch.head) = (events, head);
    }
    match (plan.spoil, batch.events.last_mut(), &mut batch.head) {
        (0, Some(event), _) => event.seq += 1,
        (1, _, Some(head)) => head.number += 1,
        (2, ..) => batch.head = None,
        (3, ..) => batch.events.clear(),
        _ => {}
    }
    batch
}

/// All that a store knows, as text.
fn everything(store: &mut dyn Store) -> String {
    let pairs = || TEXTS.into_iter().flat_map(|a| TEXTS.into_iter().map(move |b| (a, b)));
    let mut keys = Keys::default();
    for (kind, id) in pairs() {
        keys.record(RecordKey::new(kind, id));
    }
    for text in TEXTS {
        keys.account(account(text)).counter(text);
    }
    let submissions = pairs().map(|(p, k)| (p.to_owned(), k.to_owned())).collect();
    let mut all = format!("{:?}\n", store.load(&Want { keys, submissions }).unwrap());
    let mut reader = store.reader().unwrap();
    all += &lists(&mut *reader);
    for text in TEXTS {
        let of_text = (
            reader.events_about(text).unwrap(),
            reader.count_by_state(text).unwrap(),
            reader.plain_all(text).unwrap(),
            reader.attachment(&Hash::of(text.as_bytes())).unwrap(),
            reader.balances(Some(&account(text)), 2).unwrap(),
        );
        all += &format!("{text:?}: {of_text:?}\n");
    }
    for (a, b) in pairs() {
        let of_pair = (
            reader.submission(a, b).unwrap(),
            reader.record(&RecordKey::new(a, b)).unwrap(),
            reader.plain(a, b).unwrap(),
        );
        all += &format!("{a:?} {b:?}: {of_pair:?}\n");
    }
    all
}

fn lists(reader: &mut dyn Reader) -> String {
    let mut all = format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n",
        reader.events(0, 1000).unwrap(),
        reader.last_head().unwrap(),
        reader.balances(None, 1000).unwrap(),
        reader.counters().unwrap(),
        reader.undelivered(0, 1000).unwrap(),
    );
    for text in TEXTS {
        for (newest_first, owner, state) in
            [(false, None, Some(text)), (true, Some(text), None), (true, None, None)]
        {
            let query = Query {
                due_before: state.map(|_| jiff::civil::date(2026, 3, 2)),
                kind: text.into(),
                owner: owner.map(str::to_owned),
                agent: None,
                office: state.map(str::to_owned),
                state: state.map(str::to_owned),
                with_due: newest_first && state.is_some(),
                after: newest_first.then(|| "nul\0inside".into()),
                newest_first,
                limit: 5,
            };
            all += &format!("{query:?}: {:?}\n", reader.records(&query).unwrap());
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_stores_give_the_same_answers(plans in vec(plan(), 1..8)) {
        let (folder, disk) = (Folder::new(), SimDisk::new(1));
        let database = Server::of_this_run().map(|server| server.database());
        let sqlite = || -> Box<dyn Store> { Box::new(Sqlite::open(&folder.database()).unwrap()) };
        let postgres = || -> Option<Box<dyn Store>> {
            database.as_ref().map(|address| Box::new(Postgres::open(address).unwrap()) as Box<dyn Store>)
        };
        let mut sim = Sim::open(&disk).unwrap();
        let mut others: Vec<Box<dyn Store>> = postgres().into_iter().chain([sqlite()]).collect();
        let mut clerk = Clerk::default();
        for plan in plans {
            let mut next = clerk.clone();
            let batch = number(&mut next, &plan);
            let expected = sim.commit(&batch);
            for other in &mut others {
                let outcome = other.commit(&batch);
                prop_assert_eq!(outcome.is_ok(), expected.is_ok(), "{:?} {:?}", outcome, batch);
            }
            if expected.is_ok() {
                clerk = Clerk { seq: clerk.seq + batch.events.len() as u64, head: clerk.head + batch.head.iter().len() as u64 };
            }
            if plan.reopen {
                drop((sim, others));
                sim = Sim::open(&disk).unwrap();
                others = postgres().into_iter().chain([sqlite()]).collect();
            }
            let expected = everything(&mut sim);
            for other in &mut others {
                prop_assert_eq!(&everything(&mut **other), &expected);
            }
        }
    }
}
