//! What becomes of money that comes in 税款入库.
//!
//! A book is paid by exactly what it is owed. Any other amount, and any payment of a book that owes
//! nothing, is held whole and owed back to the payer: nothing is lost, nothing is half-paid.

use crate::accounts::{duty_assessed, duty_owed, held, refundable, treasury};
use crate::book::PaymentBook;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::values::Money;
use serde::{Deserialize, Serialize};

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    /// The book is paid; the treasury is credited.
    Collected,
    /// The amount is not what the book owes: held, refundable, and the book stays open.
    WrongAmount,
    /// The book was paid before: held and refundable.
    PaidTwice,
    /// The book was cancelled by a change or a withdrawal: held and refundable.
    BookCancelled,
    /// No book has this number: held, refundable to whoever the bank names as payer.
    NoSuchBook,
    /// The declaration cannot take the payment as it stands: held and refundable.
    NotTaken,
}

impl Collection {
    /// The name in records and answers, as it is serialised.
    pub fn name(self) -> &'static str {
        match self {
            Collection::Collected => "collected",
            Collection::WrongAmount => "wrong_amount",
            Collection::PaidTwice => "paid_twice",
            Collection::BookCancelled => "book_cancelled",
            Collection::NoSuchBook => "no_such_book",
            Collection::NotTaken => "not_taken",
        }
    }
}

/// Money that fits no book: held, and owed back. Nothing that the bank moved goes unbooked.
pub fn hold(amount: Money, payer: &str) -> Posting {
    Posting::new("payment.held").debit(held(), amount.minor()).credit(refundable(payer), amount.minor())
}

/// Gives back a part of what a book brought to the treasury: it is refundable, and no longer assessed.
/// `book` must be paid.
pub fn refund(book: &PaymentBook, part: Money, payer: &str) -> Posting {
    let paid = book.paid.unwrap_or(book.issued);
    Posting::new("duty.refundable")
        .debit(held(), part.minor())
        .credit(treasury(&book.charge, paid.year()), part.minor())
        .debit(duty_assessed(&book.charge, payer, book.issued.year()), part.minor())
        .credit(refundable(payer), part.minor())
}

/// Posts a payment that the bank settled. `amount` must be above zero; `payer` is who gets it back.
/// `year` is the calendar year of the payment, by which the treasury's accounts are kept.
pub fn collect(book: &PaymentBook, amount: Money, payer: &str, year: i16) -> (Collection, Posting) {
    let outcome = match book.paid {
        _ if book.cancelled.is_some() => Collection::BookCancelled,
        Some(_) => Collection::PaidTwice,
        None if amount == book.amount => Collection::Collected,
        None => Collection::WrongAmount,
    };
    let posting = match outcome {
        Collection::Collected => Posting::new("duty.collected")
            .debit(treasury(&book.charge, year), amount.minor())
            .credit(duty_owed(&book.number), amount.minor()),
        _ => hold(amount, payer),
    };
    (outcome, posting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use customhouse_kernel::law::LegalDay;
    use customhouse_kernel::ledger::{Chart, check};
    use std::collections::BTreeMap;

    fn book(paid: bool) -> PaymentBook {
        let day = jiff::civil::date(2026, 3, 2);
        PaymentBook {
            number: "222520261000000001-A01".into(),
            charge: "import_duty".into(),
            amount: Money::from_minor(10_000),
            issued: day,
            completed: day,
            due: LegalDay { day, provisional: false },
            paid: paid.then_some(day),
            cancelled: None,
            reduced: Money::ZERO,
            refunded: Money::ZERO,
            returned: Money::ZERO,
            guaranteed: None,
            claimed: false,
        }
    }

    #[test]
    fn an_outcome_is_named_as_it_is_serialised() {
        use Collection::*;
        for outcome in [Collected, WrongAmount, PaidTwice, BookCancelled, NoSuchBook, NotTaken] {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }

    #[test]
    fn every_payment_has_a_defined_result() {
        // paid before, amount -> outcome, left owed, treasury, refundable (hundredths)
        for (paid, amount, outcome, owed, credited, back) in [
            (false, 10_000, Collection::Collected, 0, 10_000, 0),
            (false, 9_999, Collection::WrongAmount, 10_000, 0, 9_999),
            (false, 10_001, Collection::WrongAmount, 10_000, 0, 10_001),
            (true, 10_000, Collection::PaidTwice, 0, 10_000, 10_000),
        ] {
            let mut balances = BTreeMap::from([
                (duty_owed("222520261000000001-A01"), if paid { 0 } else { 10_000 }),
                (treasury("import_duty", 2026), if paid { 10_000 } else { 0 }),
            ]);
            let (got, posting) = collect(&book(paid), Money::from_minor(amount), "P", 2026);
            let chart = Chart::new(crate::CHART).unwrap();
            let at = |balances: &BTreeMap<_, i64>, a| balances.get(&a).copied().unwrap_or(0);
            let new = check(&[posting], &chart, |a| balances.get(a).copied().unwrap_or(0)).unwrap();
            balances.extend(new);
            assert_eq!(got, outcome);
            assert_eq!(at(&balances, duty_owed("222520261000000001-A01")), owed);
            assert_eq!(at(&balances, treasury("import_duty", 2026)), credited);
            assert_eq!(-at(&balances, refundable("P")), back);
            assert_eq!(at(&balances, held()), back, "what is held is refundable");
        }
    }
}
