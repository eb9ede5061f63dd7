//! The ledger's laws: first as rows of a small table, then as properties.

use super::*;
use crate::refusal::Refusal;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// `goods` and `quota` are held, `owed` stands on the credit side with 5 always to remain,
/// `world` is the outside.
const CLASSES: [AccountClass; 4] = [
    AccountClass { name: "goods", side: Side::Debit, floor: Some(0) },
    AccountClass { name: "owed", side: Side::Credit, floor: Some(5) },
    AccountClass { name: "quota", side: Side::Debit, floor: Some(-3) },
    AccountClass { name: "world", side: Side::Debit, floor: None },
];

fn chart() -> Chart {
    Chart::new(&CLASSES).expect("four names")
}

#[derive(Clone, Debug, Default)]
struct Book(BTreeMap<AccountId, i64>);

impl Book {
    fn balance(&self, account: &AccountId) -> i64 {
        self.0.get(account).copied().unwrap_or(0)
    }

    fn post(&mut self, set: &[Posting]) -> Result<(), LedgerFault> {
        let touched = check(set, &chart(), |account| self.balance(account))?;
        self.0.extend(touched);
        Ok(())
    }

    fn totals(&self) -> BTreeMap<&str, i128> {
        let mut totals = BTreeMap::new();
        for (account, balance) in &self.0 {
            *totals.entry(account.unit()).or_default() += i128::from(*balance);
        }
        totals
    }
}

/// A set: postings parted by `|`, each a list of `account amount`.
fn read_set(text: &str) -> Vec<Posting> {
    let posting = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.chunks(2).fold(Posting::new("m"), |posting, pair| {
            posting.debit(AccountId::parse(pair[0]).unwrap(), pair[1].parse().unwrap())
        })
    };
    text.split('|').map(posting).collect()
}

fn outcome(result: Result<(), LedgerFault>) -> String {
    match result {
        Ok(()) => "ok".to_owned(),
        Err(LedgerFault::Unbalanced { unit, sum, .. }) => format!("unbalanced {unit} {sum}"),
        Err(LedgerFault::UnknownClass { account }) => format!("unknown {account}"),
        Err(LedgerFault::BelowFloor { account, balance_before, change, floor }) => {
            format!("below {account} {balance_before} {change} {floor}")
        }
        Err(LedgerFault::Overflow { account }) => format!("overflow {account}"),
        Err(LedgerFault::EmptyPosting { .. }) => "empty".to_owned(),
    }
}

/// Runs rows `set = outcome` and `account is balance` over one book.
fn run(rows: &str) {
    let mut book = Book::default();
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        if let Some((set, expected)) = row.split_once('=') {
            assert_eq!(outcome(book.post(&read_set(set))), expected.trim(), "{row}");
        } else {
            let (account, balance) = row.split_once(" is ").unwrap();
            assert_eq!(
                book.balance(&AccountId::parse(account.trim()).unwrap()).to_string(),
                balance.trim(),
                "{row}"
            );
        }
    }
}

#[test]
fn goods_are_not_there_twice() {
    run("
        goods/a/kg  10   world/x/kg -10 = ok
        goods/a/kg -11   world/x/kg  11 = below goods/a/kg 10 -11 0
        goods/a/kg is 10
        goods/a/kg -10   world/x/kg  10 = ok
        goods/a/kg  -1   world/x/kg   1 = below goods/a/kg 0 -1 0
        goods/a/kg is 0
    ");
}

#[test]
fn a_floor_stands_on_the_own_side_of_its_class() {
    run("
        owed/b/CNY   -4   world/x/CNY  4 = below owed/b/CNY 0 4 5
        owed/b/CNY   -9   world/x/CNY  9 = ok
        owed/b/CNY    5   world/x/CNY -5 = below owed/b/CNY 9 -5 5
        owed/b/CNY    4   world/x/CNY -4 = ok
        owed/b/CNY is -5
        quota/q/t    -3   world/x/t    3 = ok
        quota/q/t    -1   world/x/t    1 = below quota/q/t -3 -1 -3
    ");
}

#[test]
fn a_set_is_checked_as_a_whole() {
    run("
        goods/a/kg -5 world/x/kg  5 | goods/a/kg 5 world/x/kg -5 = ok
        goods/a/kg -5 goods/b/kg  5 | goods/c/kg 5 goods/b/kg -5 = below goods/a/kg 0 -5 0
        goods/a/kg  7 world/x/kg -7 | goods/a/kg -7 goods/b/kg 7 = ok
        goods/b/kg is 7
        goods/a/kg is 0
        goods/b/kg -7 world/x/kg  7 | goods/b/kg -1 world/x/kg 1 = below goods/b/kg 7 -8 0
        goods/b/kg is 7
    ");
}

#[test]
fn what_is_malformed_is_refused() {
    run("
        goods/a/kg 1   world/x/t  -1                         = unbalanced kg 1
        goods/a/kg 1   world/x/kg -1 | world/x/kg 2          = unbalanced kg 2
        goods/a/kg 0   world/x/kg 0                          = empty
        goods/a/kg 1   world/x/kg -1 |                       = empty
        gods/a/kg  1   world/x/kg -1                         = unknown gods/a/kg
        goods/a/kg 9223372036854775807 world/x/kg -9223372036854775807 = ok
        goods/a/kg 1   world/y/kg -1                         = overflow goods/a/kg
        world/x/kg -9223372036854775808 world/y/kg 9223372036854775807 world/y/kg 1 = overflow world/x/kg
        goods/a/kg is 9223372036854775807
    ");
}

#[test]
fn a_class_is_exported_once() {
    assert_eq!(Chart::new(&[CLASSES[0], CLASSES[1], CLASSES[0]]), Err(DuplicateClass("goods")));
}

#[test]
fn a_refusal_says_what_is_available_and_what_was_asked() {
    let mut book = Book::default();
    book.post(&read_set("owed/b/CNY -9 world/x/CNY 9")).unwrap();
    let refusal = Refusal::from(book.post(&read_set("owed/b/CNY 6 world/x/CNY -6")).unwrap_err());
    assert_eq!(refusal.code, "LED-003");
    assert!(refusal.text.en.contains("owed/b/CNY has 4 left, 6 were asked for"), "{}", refusal.text.en);
    assert!(refusal.text.zh.contains("可用 4，申请 6"), "{}", refusal.text.zh);
}

fn account() -> impl Strategy<Value = AccountId> {
    let class = prop::sample::select(vec!["goods", "owed", "quota", "world"]);
    (class, prop::sample::select(vec!["a", "b"]), prop::sample::select(vec!["kg", "CNY"]))
        .prop_map(|(class, key, unit)| AccountId::new(class, key, unit))
}

/// A balanced posting: whatever it moves comes from `world`.
fn posting() -> impl Strategy<Value = Posting> {
    let amount = (-20i64..40).prop_filter("nothing moves", |n| *n != 0);
    prop::collection::vec((account(), amount), 1..4).prop_map(|moves| {
        moves.into_iter().fold(Posting::new("m"), |posting, (account, amount)| {
            let from = AccountId::new("world", "x", account.unit());
            posting.debit(account, amount).credit(from, amount)
        })
    })
}

fn sets() -> impl Strategy<Value = Vec<Vec<Posting>>> {
    prop::collection::vec(prop::collection::vec(posting(), 1..4), 1..40)
}

proptest! {
    #[test]
    fn a_floored_account_never_goes_below_its_floor(sets in sets()) {
        let (mut book, chart) = (Book::default(), chart());
        for set in &sets {
            let _ = book.post(set);
            for (account, balance) in &book.0 {
                let class = chart.class(account.class()).unwrap();
                prop_assert!(class.floor.is_none_or(|floor| class.on_own_side(*balance) >= i128::from(floor)));
            }
            prop_assert!(book.totals().values().all(|total| *total == 0));
        }
    }

    #[test]
    fn reversal_restores_every_balance(sets in sets(), last in prop::collection::vec(posting(), 1..4)) {
        let mut book = Book::default();
        for set in &sets {
            let _ = book.post(set);
        }
        let before = book.clone();
        if book.post(&last).is_ok() {
            let undone: Vec<Posting> = last.iter().map(reverse).collect();
            // An account below its floor before its first posting (a floor above zero) cannot return there.
            if book.post(&undone).is_ok() {
                prop_assert!(book.0.iter().all(|(account, balance)| before.balance(account) == *balance));
            } else {
                prop_assert!(last.iter().flat_map(|p| &p.entries).any(|e| !before.0.contains_key(&e.account)));
            }
        }
    }

    #[test]
    fn the_order_within_a_set_never_matters(
        opening in prop::collection::vec(posting(), 0..4),
        (set, shuffled) in posting().prop_flat_map(|p| {
            (Just(p.clone()), Just(p.entries).prop_shuffle()).prop_map(|(p, entries)| {
                (p.clone(), Posting { memo: p.memo, entries })
            })
        }),
        more in posting(),
    ) {
        let mut book = Book::default();
        let _ = book.post(&opening);
        let one = check(&[set, more.clone()], &chart(), |a| book.balance(a));
        let other = check(&[more, shuffled], &chart(), |a| book.balance(a));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn no_entry_makes_it_panic(amounts in prop::collection::vec(any::<i64>(), 0..5), balance in any::<i64>()) {
        let posting = amounts.iter().fold(Posting::new("m"), |p, n| p.credit(AccountId::new("owed", "b", "kg"), *n));
        if let Err(fault) = check(&[posting], &chart(), |_| balance) {
            prop_assert!(Refusal::from(fault).code.starts_with("LED-"));
        }
    }

    #[test]
    fn an_account_reads_back(account in account()) {
        prop_assert_eq!(AccountId::parse(&account.to_string()), Some(account));
    }
}
