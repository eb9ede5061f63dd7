//! Payment books 海关专用缴款书: one for each charge of a declaration.

use crate::accounts::{duty_assessed, duty_owed};
use crate::term::PaymentTerms;
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A payment book's number: entry number, a letter for the charge, a two-digit serial
/// (`222520261000000001-A01`). Source: handbook 4.7, to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookNumber {
    entry: EntryNumber,
    letter: String,
    serial: u8,
}

impl BookNumber {
    pub fn new(entry: EntryNumber, letter: &str, serial: u8) -> BookNumber {
        BookNumber { entry, letter: letter.to_owned(), serial }
    }

    pub fn parse(text: &str) -> Option<BookNumber> {
        let (entry, rest) = text.split_once('-')?;
        let letter = rest.get(..1).filter(|l| l.bytes().all(|b| b.is_ascii_uppercase()))?;
        let serial = rest.get(1..).filter(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit()))?;
        Some(BookNumber::new(EntryNumber::parse(entry)?, letter, serial.parse().ok()?))
    }

    pub fn letter(&self) -> &str {
        &self.letter
    }

    pub fn serial(&self) -> u8 {
        self.serial
    }

    pub fn entry(&self) -> EntryNumber {
        self.entry
    }
}

impl fmt::Display for BookNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}{:02}", self.entry, self.letter, self.serial)
    }
}

/// A payment book. Its amount is the sum of the lines' collected amounts of one charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentBook {
    pub number: String,
    pub charge: String,
    pub amount: Money,
    /// The day on which the book was made; the declaration's completion and the payment are days of
    /// their own (invariant 40).
    pub issued: Date,
    pub completed: Date,
    pub due: LegalDay,
    /// The day on which the bank settled it.
    pub paid: Option<Date>,
    /// The day on which it was cancelled, because a change made another book in its place.
    #[serde(default)]
    pub cancelled: Option<Date>,
    /// What a change took off it after it was paid; the payer has it back.
    #[serde(default)]
    pub reduced: Money,
    /// What of `reduced` a refund took up: it was ordered from the bank, and never comes twice.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub refunded: Money,
    /// What was given back for goods that went back out in original state (TL 52). It stays assessed: the
    /// goods were imported.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub returned: Money,
    /// Number of the guarantee that answers for it while it is unpaid.
    #[serde(default)]
    pub guaranteed: Option<String>,
    /// Paid out of that guarantee, not by the payer 以担保抵缴.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
}

impl PaymentBook {
    /// A book with the posting that makes its amount owed by `payer`. `days`: on which the declaration
    /// was completed, and on which the book is made.
    pub fn make(
        number: BookNumber,
        charge: &str,
        payer: &str,
        amount: Money,
        days: (Date, Date),
        due: LegalDay,
    ) -> (PaymentBook, Posting) {
        let (completed, issued) = days;
        let number = number.to_string();
        let posting = Posting::new("duty.assessed")
            .debit(duty_owed(&number), amount.minor())
            .credit(duty_assessed(charge, payer, issued.year()), amount.minor());
        let book = PaymentBook {
            number,
            charge: charge.to_owned(),
            amount,
            issued,
            completed,
            due,
            paid: None,
            cancelled: None,
            reduced: Money::ZERO,
            refunded: Money::ZERO,
            returned: Money::ZERO,
            guaranteed: None,
            claimed: false,
        };
        (book, posting)
    }

    /// Whether it is still owed.
    pub fn is_open(&self) -> bool {
        self.paid.is_none() && self.cancelled.is_none()
    }

    /// Whether it is owed and a guarantee answers for it.
    pub fn is_guaranteed(&self) -> bool {
        self.is_open() && self.guaranteed.is_some()
    }

    /// What a change took off it and no refund has taken up.
    pub fn left_to_refund(&self) -> Money {
        self.reduced.checked_sub(self.refunded).unwrap_or_default()
    }

    /// What of it is in the treasury: paid, and not given back.
    pub fn in_treasury(&self) -> Money {
        let paid = if self.paid.is_some() { self.stands_for() } else { Money::ZERO };
        paid.checked_sub(self.returned).unwrap_or_default()
    }

    /// What of the assessment it stands for: nothing once it is cancelled.
    pub fn stands_for(&self) -> Money {
        if self.cancelled.is_some() {
            Money::ZERO
        } else {
            self.amount.checked_sub(self.reduced).unwrap_or_default()
        }
    }
}

/// A member that old records lack stays out of new ones while it says nothing.
fn is_nothing(amount: &Money) -> bool {
    amount.is_zero()
}

/// Makes the books of a declaration from what each charge collects, with the postings that make the
/// amounts owed by `payer`. A charge that collects nothing has no book.
///
/// # Errors
/// No payment term on the day.
pub fn books_for(
    entry: EntryNumber,
    payer: &str,
    charges: &[(String, String, Money)],
    completed: Date,
    issued: Date,
    terms: &PaymentTerms,
) -> Result<(Vec<PaymentBook>, Vec<Posting>), Refusal> {
    let due = terms.due(completed, issued)?;
    let owed = charges.iter().filter(|(_, _, amount)| !amount.is_zero());
    Ok(owed
        .map(|(charge, letter, amount)| {
            let number = BookNumber::new(entry, letter, 1);
            PaymentBook::make(number, charge, payer, *amount, (completed, issued), due)
        })
        .unzip())
}

/// Takes back a book that is open: nothing is owed on it any more.
pub fn cancel(book: &PaymentBook, payer: &str) -> Posting {
    Posting::new("duty.cancelled")
        .debit(duty_assessed(&book.charge, payer, book.issued.year()), book.amount.minor())
        .credit(duty_owed(&book.number), book.amount.minor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for text in ["222520211000000001-A01", "222520211000000001-L12"] {
            assert_eq!(BookNumber::parse(text).unwrap().to_string(), text);
        }
        for bad in [
            "",
            "222520211000000001",
            "222520211000000001-a01",
            "222520211000000001-A1",
            "2-A01",
            "222520211000000001-税01",
        ] {
            assert!(BookNumber::parse(bad).is_none(), "{bad}");
        }
    }
}
