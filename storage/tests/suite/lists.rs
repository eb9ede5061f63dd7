//! Lists of records and balances: filters, order, pages.

use crate::places::{on_each_open, reader};
use crate::samples::{account, record};
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::{Batch, Query, Store};
use std::collections::BTreeMap;

/// Twenty declarations D00 to D19 of two owners, two offices and two states, and a bill D05.
fn fill(store: &mut dyn Store) {
    let mut records: Vec<_> = (0..20).map(|i| record("declaration", &format!("D{i:02}"))).collect();
    for (i, record) in records.iter_mut().enumerate() {
        record.owner = if i % 2 == 0 { "even" } else { "odd" }.into();
        record.office = if i % 4 < 2 { "2225" } else { "5301" }.into();
        record.state = if i < 10 { "lodged" } else { "released" }.into();
    }
    records.push(record("bill", "D05"));
    records.reverse();
    store.commit(&Batch { records, ..Batch::default() }).unwrap();
}

fn ids(store: &dyn Store, query: &Query) -> String {
    let records = reader(store).records(query).unwrap();
    records.iter().map(|r| r.key.id.trim_start_matches('D')).collect::<Vec<_>>().join(" ")
}

fn all() -> Query {
    Query { kind: "declaration".into(), limit: 100, ..Query::default() }
}

#[test]
fn filters_narrow_together() {
    on_each_open(|store| {
        fill(store);
        let some = |text: &str| Some(text.to_owned());
        let check = |query: Query, expected: &str| assert_eq!(ids(store, &query), expected);
        check(Query { limit: 3, ..all() }, "00 01 02");
        check(Query { limit: 0, ..all() }, "");
        check(Query { owner: some("odd"), limit: 4, ..all() }, "01 03 05 07");
        check(Query { office: some("5301"), limit: 4, ..all() }, "02 03 06 07");
        check(Query { state: some("released"), limit: 2, ..all() }, "10 11");
        check(Query { office: some("5301"), state: some("released"), ..all() }, "10 11 14 15 18 19");
        check(
            Query { owner: some("even"), office: some("5301"), state: some("released"), ..all() },
            "10 14 18",
        );
        check(Query { owner: some("nobody"), ..all() }, "");
        check(Query { owner: some(""), ..all() }, "");
        check(Query { kind: "other".into(), ..all() }, "");
        check(Query { kind: String::new(), after: some("D04"), limit: 3, ..all() }, "05 05 06");
    });
}

#[test]
fn pages_join_without_gap_or_repeat() {
    on_each_open(|store| {
        fill(store);
        for newest_first in [false, true] {
            for owner in [None, Some("odd".to_owned())] {
                let whole = ids(store, &Query { newest_first, owner: owner.clone(), ..all() });
                let mut query = Query { newest_first, owner, limit: 3, ..all() };
                let mut pages = Vec::new();
                loop {
                    let page = ids(store, &query);
                    let Some(last) = page.split(' ').next_back().filter(|id| !id.is_empty()) else {
                        break;
                    };
                    query.after = Some(format!("D{last}"));
                    pages.push(page);
                }
                assert_eq!(pages.join(" "), whole);
            }
        }
        assert_eq!(ids(store, &Query { newest_first: true, limit: 2, ..all() }), "19 18");
        let after = Some("D02".to_owned());
        assert_eq!(ids(store, &Query { newest_first: true, after, ..all() }), "01 00");
    });
}

#[test]
fn states_are_counted_by_kind() {
    on_each_open(|store| {
        fill(store);
        let mut reader = reader(store);
        let counts = BTreeMap::from([("lodged".to_owned(), 10), ("released".to_owned(), 10)]);
        assert_eq!(reader.count_by_state("declaration").unwrap(), counts);
        assert_eq!(reader.count_by_state("bill").unwrap(), BTreeMap::from([("lodged".to_owned(), 1)]));
        assert_eq!(reader.count_by_state("").unwrap(), BTreeMap::new());
    });
}

#[test]
fn balances_come_in_order_of_their_text() {
    on_each_open(|store| {
        let accounts =
            [AccountId::new("a", "z", "CNY"), AccountId::new("a-b", "a", "CNY"), account("中"), account("b")];
        let balances = accounts.iter().cloned().zip(1..).collect();
        store.commit(&Batch { balances, ..Batch::default() }).unwrap();
        let mut reader = reader(store);
        let found = reader.balances(None, 9).unwrap();
        let texts: Vec<String> = found.iter().map(|(a, _)| a.to_string()).collect();
        assert_eq!(texts, ["a-b/a/CNY", "a/z/CNY", "duty_owed/b/CNY", "duty_owed/中/CNY"]);
        assert_eq!(reader.balances(Some(&found[0].0), 2).unwrap(), found[1..3]);
        assert_eq!(reader.balances(Some(&found[3].0), 2).unwrap(), []);
    });
}

#[test]
fn whoever_acts_for_the_owner_finds_the_record() {
    on_each_open(|store| {
        let records = [
            ("declaration", "D1", r#"{"agent":"broker"}"#),
            ("declaration", "D2", r#"{"agent":null}"#),
            ("declaration", "D3", r#"{"agent":"other"}"#),
            ("declaration", "D4", r#"{"agent":"broker"}"#),
            ("authorisation", "A1", r#"{"granted":{"agent":"broker"}}"#),
            // of these kinds no agent is asked for, whatever they hold
            ("bill", "B1", r#"{"agent":"broker"}"#),
            ("note", "N1", "no JSON"),
        ];
        let records = records.map(|(kind, id, body)| customhouse_kernel::beats::Record {
            body: body.into(),
            ..record(kind, id)
        });
        let batch = Batch { records: records.to_vec(), ..Batch::default() };
        store.commit(&batch).unwrap();
        let of = |kind: &str| Query {
            kind: kind.into(),
            agent: Some("broker".into()),
            newest_first: true,
            limit: 10,
            ..Query::default()
        };
        assert_eq!(ids(store, &of("declaration")), "4 1");
        assert_eq!(ids(store, &of("authorisation")), "A1");
        assert_eq!(ids(store, &of("bill")), "");
        // the newest version says who
        let mut changed = records[0].clone();
        (changed.version, changed.body) = (2, r#"{"agent":"other"}"#.into());
        let batch = Batch { records: vec![changed], ..Batch::default() };
        store.commit(&batch).unwrap();
        assert_eq!(ids(store, &of("declaration")), "4");
    });
}
