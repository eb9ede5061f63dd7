//! Goods that nobody clears, for tests: bills that name their consignee, cases and their steps, days.

use super::house::*;
use super::*;
use customhouse_control::{
    AbandonmentForm, DirectReturnForm, DisposalKind, DisposalRecord, DisposalStepForm, Post, SaleDeduction,
    SaleSheet, bill_key, disposal_key,
};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::values::Money;
use jiff::civil::Date;

pub fn release() -> Actor {
    officer("rel1", Post::Release)
}

pub fn head() -> Actor {
    officer("head", Post::Head)
}

pub fn declarant() -> Actor {
    actor(Role::Declarant)
}

pub fn stranger() -> Actor {
    let party = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    Actor { name: "stranger".to_owned(), party, ..declarant() }
}

/// A release officer of another office.
pub fn elsewhere() -> Actor {
    Actor { offices: vec![OfficeCode::parse("2248").unwrap()], ..officer("far1", Post::Release) }
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Ten in the morning in China on a day.
pub fn morning(text: &str) -> i64 {
    let at = day(text).at(10, 0, 0, 0).in_tz("Asia/Shanghai").unwrap();
    at.timestamp().as_microsecond()
}

/// A bill that names its consignee, or nobody.
pub fn named(number: &str, consignee: Option<&str>) -> Command {
    let Command::FileBill(form) = bill(number) else { unreachable!() };
    Command::FileBill(BillForm { consignee: consignee.and_then(CreditCode::parse), ..form })
}

pub fn abandon(number: &str) -> Command {
    let office = OfficeCode::parse("2225").unwrap();
    Command::DeclareAbandonment(AbandonmentForm {
        office,
        bill: number.to_owned(),
        note: "不再需要".to_owned(),
    })
}

pub fn ask_return(number: &str, reason: &str) -> Command {
    let (office, bill) = (OfficeCode::parse("2225").unwrap(), number.to_owned());
    let (reason, note) = (reason.to_owned(), "发错货物".to_owned());
    Command::AskDirectReturn(DirectReturnForm { office, bill, reason, note })
}

pub fn says(note: &str) -> DisposalStepForm {
    DisposalStepForm { note: note.to_owned(), ..DisposalStepForm::default() }
}

pub fn ground(code: &str) -> DisposalStepForm {
    DisposalStepForm { ground: code.to_owned(), ..DisposalStepForm::default() }
}

/// A sheet; deductions are written `name=amount`.
pub fn sheet_of(sold_on: &str, proceeds: &str, deductions: &str) -> SaleSheet {
    let pairs = deductions.split_whitespace().filter_map(|pair| pair.split_once('='));
    let deduction = |(name, amount): (&str, &str)| SaleDeduction {
        name: name.to_owned(),
        amount: Exact::parse(amount).unwrap(),
        note: "核算".to_owned(),
    };
    SaleSheet {
        buyer: "示例拍卖成交人".to_owned(),
        document: "拍字2026-1".to_owned(),
        sold_on: day(sold_on),
        proceeds: Exact::parse(proceeds).unwrap(),
        value: Exact::parse("10000.00"),
        restricted: false,
        deductions: pairs.map(deduction).collect(),
    }
}

pub fn sold(sheet: SaleSheet) -> DisposalStepForm {
    DisposalStepForm { sale: Some(Box::new(sheet)), ..DisposalStepForm::default() }
}

pub fn step_of(kind: DisposalKind, number: &str, step: &str, form: DisposalStepForm) -> Command {
    let (number, step) = (number.to_owned(), step.to_owned());
    Command::TakeDisposalStep { kind, number, step, form: Box::new(form) }
}

impl House {
    /// The clock stands at ten in the morning of a day.
    pub fn on(&self, text: &str) {
        self.engine.set_clock(morning(text)).unwrap();
    }

    pub fn disposal(&self, kind: DisposalKind, number: &str) -> Option<Record> {
        self.engine.read(|r| r.record(&disposal_key(kind, number))).unwrap()
    }

    pub fn disposal_body(&self, kind: DisposalKind, number: &str) -> DisposalRecord {
        self.disposal(kind, number).unwrap().read().unwrap()
    }

    /// Waits until the program has brought a case to a state by itself.
    pub fn until(&self, kind: DisposalKind, number: &str, state: &str) {
        for _ in 0..400 {
            if self.disposal(kind, number).is_some_and(|record| record.state == state) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("{number} is not {state}: {:#?}", self.disposal(kind, number));
    }

    pub fn bill_state(&self, number: &str) -> String {
        let key: RecordKey = bill_key(OfficeCode::parse("2225").unwrap(), number);
        self.engine.read(|r| r.record(&key)).unwrap().unwrap().state
    }

    pub fn balance(&self, account: &AccountId) -> i64 {
        self.engine.read(|r| r.balance(account)).unwrap()
    }

    /// The sum of a class of accounts, on its own side.
    pub fn money(&self, class: &str) -> Money {
        let sum: i64 = self.balances().iter().filter(|(a, _)| a.class() == class).map(|(_, n)| n).sum();
        Money::from_minor(sum.abs())
    }

    /// It is refused with these codes, and nothing changed.
    pub fn refuses_all(&self, by: Actor, command: Command, expected: &[&str]) {
        let what = format!("{command:?}").chars().take(120).collect::<String>();
        self.refused(by, command, expected, &what);
    }
}
