//! Past declarations reckoned again: under their own law, and under a draft.

mod support;

use customhouse_control::{Actor, Command, DeclarationRecord, Role};
use customhouse_engine::{
    Draft, Engine, PackFiles, Rehearsal, Span, Submission, Total, newest_pack, rehearse, replay,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::values::{CreditCode, Exact, Rounding};
use customhouse_statistics::Reason;
use customhouse_storage::{Query, Reader, Sim, SimDisk, Store};
use support::house::{GREEN, engine_on};
use support::*;

const SPAN: &str = "2026-03-01 2026-03-31";

fn span() -> Span {
    let (from, to) = SPAN.split_once(' ').unwrap();
    Span { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn code(firm: u32) -> String {
    CreditCode::complete(&format!("91990000MA00001{firm:02}")).unwrap().to_string()
}

/// Lodges declarations of the small pack's one commodity: firm, price of the line in euro. Gives what they
/// owe in all, in hundredths, by the records.
fn traded(disk: &SimDisk, trade: &[(u32, u32)]) -> i128 {
    let engine = engine_on(disk, GREEN, small_pack());
    for ((firm, price), number) in trade.iter().zip(1..) {
        let bill_number = format!("COSU7{number:09}");
        let party = code(*firm);
        let mut form = form(&bill_number);
        form.head.set("consignee.credit_code", party.as_str());
        form.lines[0].set("total", price.to_string());
        form.lines[0].set(
            "price",
            Exact::from(i64::from(*price)).div(Exact::from(100), 2, Rounding::HalfUp).unwrap().to_string(),
        );
        let trader = Actor { party, ..actor(Role::Declarant) };
        for (who, key, command) in
            [(actor(Role::Carrier), "b", bill(&bill_number)), (trader, "d", Command::Lodge(Box::new(form)))]
        {
            let role = who.role;
            let submission =
                Submission { actor: who, ..submission(role, &format!("{key}{number}"), command) };
            let outcome = engine.submit_and_wait(submission).unwrap();
            assert!(outcome.accepted, "{:#?}", outcome.findings);
        }
    }
    let owed = owed(&engine);
    engine.stop();
    owed
}

fn owed(engine: &Engine) -> i128 {
    let query = Query { kind: "declaration".to_owned(), limit: 100, ..Query::default() };
    let records = engine.read(|r| r.records(&query)).unwrap();
    let total = |record: &Record| record.read::<DeclarationRecord>().unwrap().amounts.computed_total.minor();
    records.iter().map(total).map(i128::from).sum()
}

fn readers(disk: &SimDisk) -> Vec<Box<dyn Reader>> {
    let store = Sim::open(disk).unwrap();
    (0..3).map(|_| store.reader().unwrap()).collect()
}

/// The pack's rate of vehicle lamps, MFN 10%, at another rate.
fn draft(rate: &str) -> PackFiles {
    let pack = small_pack();
    let lines = |text: &str| -> String {
        let head = text.lines().filter(|line| line.starts_with('#') || line.starts_with("id,"));
        let mfn = text.lines().filter(|line| line.contains("8512201000") && line.contains("mfn"));
        head.map(str::to_owned).chain(mfn.map(|line| line.replace("10%", rate))).map(|l| l + "\n").collect()
    };
    let table = pack.iter().find(|(path, _)| path.contains("measures-import-duty")).unwrap();
    vec![("tables/draft.csv".to_owned(), lines(&table.1))]
}

fn rehearsed(disk: &SimDisk, rate: &str) -> Rehearsal {
    let (edition, law) = newest_pack(readers(disk)[0].as_mut()).unwrap().unwrap();
    let draft = Draft::lay(&law, edition, &draft(rate), span().from).unwrap();
    let rule = draft.before.disclosure.on(span().to).unwrap();
    rehearse(readers(disk), &draft, span(), rule, &mut |_| {}).unwrap()
}

#[test]
fn what_was_decided_comes_out_the_same_again() {
    let disk = SimDisk::new(1);
    traded(&disk, &[(1, 8000), (2, 9000), (3, 8500)]);
    let again = replay(readers(&disk)[0].as_mut(), span(), &mut |_| {}).unwrap();
    assert_eq!((again.versions, again.lines, again.same), (3, 3, 3));
    let earlier = Span { from: "2026-01-01".parse().unwrap(), to: "2026-02-28".parse().unwrap() };
    assert_eq!(replay(readers(&disk)[0].as_mut(), earlier, &mut |_| {}).unwrap().versions, 0);
}

#[test]
fn a_draft_is_reckoned_over_what_was_traded() {
    let disk = SimDisk::new(2);
    let charged = traded(&disk, &[(1, 8000), (2, 9000), (3, 8500), (1, 7000), (4, 9900)]);
    let found = rehearsed(&disk, "6%");
    assert_eq!((found.declarations, found.lines, found.otherwise_than_decided), (5, 5, 0));
    assert_eq!((found.draft.added.len(), found.draft.changed.len()), (0, 1));
    let total = found.total.expect("four firms, none of which dominates");
    assert_eq!(total.before, Total(charged));
    // duty 10% becomes 6%; VAT 13% is on value and duty: 4% × 1.13 of the value less, but for roundings
    let less = total.before.0 - total.after.0;
    let wanted = total.value.0 * 4 * 113 / 10_000;
    assert!((less - wanted).abs() <= 10, "{less} {wanted}");
    let sums = |key: &str| {
        let row = found.charges.iter().find(|row| row.key == key).unwrap();
        row.figures.clone().unwrap().sums
    };
    let (duty, vat) = (sums("import_duty"), sums("vat"));
    assert_eq!(duty.before.0 + vat.before.0, total.before.0);
    assert_eq!(duty.after.0 + vat.after.0, total.after.0);
    for list in [&found.by_chapter, &found.by_origin, &found.by_district] {
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].figures.as_ref().unwrap().sums, total);
    }
    assert_eq!(found.by_outcome.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["less"]);
}

#[test]
fn nothing_is_told_of_two_firms_or_of_one_that_dominates() {
    for trade in [&[(1, 8000), (2, 9000)][..], &[(1, 100_000), (2, 100), (3, 100), (4, 100)][..]] {
        let disk = SimDisk::new(3);
        traded(&disk, trade);
        let found = rehearsed(&disk, "6%");
        assert_eq!(found.declarations, trade.len() as u64);
        assert_eq!(found.total, None);
        let lists = [&found.charges, &found.by_chapter, &found.by_origin, &found.by_district];
        for row in lists.into_iter().chain([&found.by_firm_size, &found.by_outcome]).flatten() {
            assert_eq!(row.figures, None, "{}", row.key);
            assert_eq!(row.withheld, Some(Reason::Protects));
        }
    }
}

#[test]
fn a_draft_that_the_law_cannot_take_is_refused_with_its_places() {
    let disk = SimDisk::new(4);
    traded(&disk, &[(1, 8000)]);
    let (edition, law) = newest_pack(readers(&disk)[0].as_mut()).unwrap().unwrap();
    let faults = Draft::lay(&law, edition, &draft("ten per cent"), span().from).unwrap_err();
    assert!(faults.iter().all(|fault| fault.file == "tables/draft.csv" && fault.line > 0), "{faults:?}");
    let same = Draft::lay(&law, edition, &draft("10%"), span().from).unwrap();
    assert!(same.changes.is_empty());
}
