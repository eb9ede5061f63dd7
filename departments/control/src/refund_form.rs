//! A refund as it is asked for, decided on, and answered by the bank: the forms.

use crate::command::Actor;
use crate::refusals;
use customhouse_finance::BookNumber;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Exact};
use serde::{Deserialize, Serialize};

/// The longest account, in characters.
const ACCOUNT: usize = 64;
/// The most things that one refund rests on.
const SOURCES: usize = 20;

/// What a payer asks for in writing 退税申请; or what customs finds, and opens itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundForm {
    /// Key of a ground of the pack, such as `amended`.
    pub ground: String,
    /// Numbers of the payment books that it rests on.
    #[serde(default)]
    pub books: Vec<String>,
    /// The bank's references of the payments that it rests on.
    #[serde(default)]
    pub payments: Vec<String>,
    /// How much; all that is refundable of them if absent. It is taken from them in their order.
    #[serde(default)]
    pub amount: Option<Exact>,
    /// The declaration by which goods that went back out had come in.
    #[serde(default)]
    pub import_entry: String,
    /// The declaration by which they went back out; its remarks name the first.
    #[serde(default)]
    pub export_entry: String,
    /// Which of them: line of the import, line of the export, quantity in the unit of both (`1/1/40`).
    #[serde(default)]
    pub lines: Vec<String>,
    /// The payer's account. Commercial data: the case keeps it, events and receipts never name it.
    #[serde(default)]
    pub account: String,
    /// What the payer, or customs, says to it.
    #[serde(default)]
    pub reason: String,
}

/// A part of a line of goods that went back out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReturnedPart {
    pub import_line: u32,
    pub export_line: u32,
    pub quantity: Exact,
}

impl RefundForm {
    /// The declarations that it names, by books and as goods that came in and went out.
    pub(crate) fn entries(&self) -> impl Iterator<Item = EntryNumber> {
        let books = self.books.iter().filter_map(|book| BookNumber::parse(book)).map(|number| number.entry());
        books
            .chain([&self.import_entry, &self.export_entry].into_iter().filter_map(|e| EntryNumber::parse(e)))
    }

    /// The parts of lines that went back out; a text that is none gives its place.
    pub(crate) fn parts(&self) -> Result<Vec<ReturnedPart>, Vec<Refusal>> {
        let read = |text: &str| {
            let mut parts = text.split('/');
            let mut next = || parts.next().map(str::trim);
            let (import, export, quantity) = (next()?, next()?, next()?);
            let part = ReturnedPart {
                import_line: import.parse().ok()?,
                export_line: export.parse().ok()?,
                quantity: Exact::parse(quantity).filter(|q| *q > Exact::ZERO)?,
            };
            parts.next().is_none().then_some(part)
        };
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for (place, text) in self.lines.iter().enumerate() {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
            let wrong = || {
                refusals::NOT_IN_FORM
                    .at(format!("/lines/{place}"))
                    .with("field", "lines")
                    .with("value", shown)
            };
            match read(text) {
                Some(part) => good.push(part),
                None => bad.push(wrong()),
            }
        }
        if bad.is_empty() { Ok(good) } else { Err(bad) }
    }

    /// Every finding about the form by itself.
    pub(crate) fn findings(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        for (text, max, field) in [(&self.ground, 40, "ground"), (&self.reason, crate::step::NOTE, "reason")]
        {
            found.extend(too_long(text, max, field));
        }
        for (list, field) in [(&self.books, "books"), (&self.payments, "payments"), (&self.lines, "lines")] {
            if list.len() > SOURCES {
                let long =
                    refusals::TOO_LONG.at(format!("/{field}")).with("field", field).with("max", SOURCES);
                found.push(long.with("length", list.len()));
            }
        }
        if self.reason.trim().is_empty() {
            found.push(refusals::MISSING.at("/reason").with("field", "reason"));
        }
        found
    }
}

/// The account, if it is in form.
///
/// # Errors
/// It is missing, too long, or holds control characters.
pub(crate) fn checked_account(text: &str) -> Result<String, Refusal> {
    let account = text.trim();
    if account.is_empty() {
        return Err(refusals::MISSING.at("/account").with("field", "account"));
    }
    if account.chars().any(char::is_control) {
        return Err(refusals::NOT_IN_FORM.at("/account").with("field", "account").with("value", ""));
    }
    too_long(account, ACCOUNT, "account").map_or_else(|| Ok(account.to_owned()), Err)
}

/// A refusal for a text that is longer than what is kept of it.
pub(crate) fn too_long(text: &str, max: usize, field: &str) -> Option<Refusal> {
    let length = text.chars().count();
    let long = || refusals::TOO_LONG.at(format!("/{field}")).with("field", field).with("max", max);
    (length > max).then(|| long().with("length", length))
}

/// An account as lists show it: its last four characters, if it has more than eight.
pub fn masked_account(account: &str) -> String {
    let length = account.chars().count();
    let shown = if length > 8 { 4 } else { 0 };
    account.chars().enumerate().map(|(n, c)| if n + shown < length { '*' } else { c }).collect()
}

/// Who the actor asks for: a party its own, an officer what its offices answer for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claimant<'a> {
    Party(&'a str),
    Customs(&'a Actor),
}

impl Claimant<'_> {
    /// Whether the money of this payer, kept at this office, is the claimant's to ask for.
    pub fn may_claim(self, payer: &str, office: &str) -> bool {
        match self {
            Claimant::Party(party) => !party.is_empty() && payer == party,
            // money for which there is no book is at no office
            Claimant::Customs(actor) => {
                office.is_empty() || actor.offices.iter().any(|o| o.as_str() == office)
            }
        }
    }
}

/// What an officer decides on a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundDecisionForm {
    /// A step of the procedure: `propose`, `approve`, `send_back`, `refuse`.
    pub decision: String,
    /// Why; sending back and refusing must say.
    #[serde(default)]
    pub note: String,
}

/// The account that the payer names, where customs found the money or the bank sent it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundAccountForm {
    pub account: String,
}

/// What the bank paid out on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payout {
    /// The order that it answers.
    pub order: String,
    pub amount: Exact,
    /// The bank's own number for the payment.
    pub reference: String,
}

/// The bank says that what it was to pay out, or had paid out, came back 退票.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayoutBounce {
    pub order: String,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_show_the_end_of_an_account() {
        for (account, shown) in [
            ("", ""),
            ("1234", "****"),
            ("12345678", "********"),
            ("123456789", "*****6789"),
            ("示例银行 6222000011112222", "*****************2222"),
        ] {
            assert_eq!(masked_account(account), shown);
        }
    }

    #[test]
    fn parts_of_lines_are_read() {
        let form = |text: &str| RefundForm { lines: vec![text.to_owned()], ..RefundForm::default() };
        let part = form("1/2/40.5").parts().unwrap()[0];
        assert_eq!(
            (part.import_line, part.export_line, part.quantity),
            (1, 2, Exact::parse("40.5").unwrap())
        );
        for bad in ["", "1", "1/2", "1/2/0", "1/2/-3", "1/2/3/4", "a/1/1", "1/1/x", "-1/1/1"] {
            let refused = form(bad).parts().unwrap_err();
            assert_eq!(
                (refused[0].code.as_str(), refused[0].path.as_str()),
                ("CTL-008", "/lines/0"),
                "{bad}"
            );
        }
    }
}
