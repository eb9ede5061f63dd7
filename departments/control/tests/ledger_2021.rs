//! The real ledger of 2021: two declarations, 46 lines, 92 amounts of duty and value added tax, each
//! reckoned again from the form and the China pack, to the fen (handbook 4.12, invariant 37).

mod ledger;

use customhouse_control::assess_form;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::Rounding;
use jiff::civil::{Date, date};

/// One entry under the law of its day; gives the number of amounts compared.
fn check(name: &str, day: Date, coefficient: &str, printed: Rounding) -> usize {
    let Some(folder) = ledger::folder() else { return 0 };
    let entry = ledger::entry(&folder, name);
    let (declaration, assessment, warnings) = assess_form(&ledger::form(&entry), &ledger::china(), day)
        .unwrap_or_else(|findings| panic!("{name} is refused: {findings:#?}"));
    assert!(warnings.iter().all(|w| !w.is_error()));
    assert_eq!(codes(&warnings), Vec::<String>::new(), "{name}");
    assert_eq!(ledger::coefficient(&assessment), coefficient, "{name}");
    assert_eq!(declaration.lines.len(), entry.lines.len());
    ledger::compare(&entry, &declaration, &assessment, printed)
}

fn codes(findings: &[Refusal]) -> Vec<String> {
    findings.iter().map(|f| format!("{} {} {}", f.code, f.path, f.text.en)).collect()
}

#[test]
fn every_amount_of_the_ledger_is_met_to_the_fen() {
    //               completed          K to 7 places  how DUTY_VALUE was printed
    let e06 = check("E06", date(2021, 3, 12), "6.4588186", Rounding::Down);
    let e01 = check("E01", date(2021, 8, 24), "7.1581995", Rounding::HalfUp);
    if ledger::folder().is_some() {
        assert_eq!((e06, e01), (86, 6), "92 amounts");
    }
}
