//! Guarantees, as `verify` checks them: the ledger says what records say.

use crate::verify::Finding;
use customhouse_control::{DeclarationRecord, GuaranteeNumber, KeptGuarantee, TwoStep, given_account};
use customhouse_finance::{
    PaymentBook, guarantee_claimed, guarantee_free, guarantee_reserved, guarantee_returned,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::EntryNumber;
use std::collections::BTreeMap;

type Balances = BTreeMap<AccountId, i64>;

/// What records say that the accounts of guarantees hold.
#[derive(Debug, Default)]
pub(crate) struct GuaranteesSeen {
    /// What is reserved for the open books that a guarantee answers for.
    reserved: Balances,
    /// What is reserved of each guarantee, by the ledger.
    by_guarantee: Option<BTreeMap<String, i64>>,
    /// What parties have given.
    given: Balances,
    /// The accounts of guarantees that have a record.
    known: Balances,
}

impl GuaranteesSeen {
    /// A book of a declaration: while it is open, its guarantee is occupied by its amount.
    pub fn book(&mut self, entry: EntryNumber, book: &PaymentBook) {
        if let Some(number) = book.guaranteed.as_ref().filter(|_| book.is_open()) {
            let account = guarantee_reserved(number, entry);
            let sum = self.reserved.entry(account).or_default();
            *sum = sum.saturating_add(book.amount.minor());
        }
    }

    /// A periodic list: until it is gathered, its guarantee is occupied by its taxes.
    pub fn list(&mut self, body: &DeclarationRecord) {
        if let Some(list) = body.periodic.as_ref().filter(|_| body.waits_to_be_gathered()) {
            let account = guarantee_reserved(&list.guarantee, body.entry_number);
            let sum = self.reserved.entry(account).or_default();
            *sum = sum.saturating_add(list.reserved.minor());
        }
    }

    /// A summary that is not completed: its guarantee is occupied by what is reserved.
    pub fn summary(&mut self, entry: EntryNumber, two: &TwoStep) {
        if let Some(number) = &two.guarantee {
            let sum = self.reserved.entry(guarantee_reserved(number, entry)).or_default();
            *sum = sum.saturating_add(two.reserved.minor());
        }
    }

    /// A guarantee's record: free + reserved + claimed + returned = given, nothing before it is accepted.
    pub fn guarantee(
        &mut self,
        record: &Record,
        counters: &BTreeMap<String, u64>,
        balances: &Balances,
    ) -> Vec<Finding> {
        let place = record.key.to_string();
        let Some(body) = record.read::<KeptGuarantee>() else {
            return vec![finding("records", &place, "担保内容无法读取", "the guarantee cannot be read")];
        };
        let mut found = Vec::new();
        let number = &body.given.number;
        let given_out = |n: GuaranteeNumber| counters.get(&n.counter()).is_some_and(|last| n.serial <= *last);
        if *number != record.key.id || !GuaranteeNumber::parse(number).is_some_and(given_out) {
            found.push(finding("numbers", &place, "担保编号未曾发放", "its number was never given out"));
        }
        let given = if body.is_taken() { body.given.amount.minor() } else { 0 };
        let of_party = self.given.entry(given_account(&body.given)).or_default();
        *of_party = of_party.saturating_add(given);
        let own = [guarantee_free(number), guarantee_claimed(number), guarantee_returned(number)];
        let stand = own.map(|account| {
            let kept = balances.get(&account).copied().unwrap_or(0);
            self.known.insert(account, kept);
            kept
        });
        let [free, claimed, returned] = stand;
        let reserved = self.reserved_of(number, balances);
        let sum: i128 = [free, reserved, claimed, returned].into_iter().map(i128::from).sum();
        if sum != i128::from(given) {
            let zh = format!(
                "可用 {free}、占用 {reserved}、抵缴 {claimed}、退还 {returned} 之和不等于担保额 {given}"
            );
            let en = format!(
                "free {free}, reserved {reserved}, claimed {claimed} and returned {returned} \
                 are not the {given} given"
            );
            found.push(finding("money", &place, zh, en));
        }
        found
    }

    fn reserved_of(&mut self, number: &str, balances: &Balances) -> i64 {
        let sums = self.by_guarantee.get_or_insert_with(|| {
            let mut sums = BTreeMap::new();
            for (account, kept) in balances.iter().filter(|(a, _)| a.class() == "guarantee_reserved") {
                let of = account.key().split('/').next().unwrap_or_default().to_owned();
                *sums.entry(of).or_insert(0_i64) += kept;
            }
            sums
        });
        sums.get(number).copied().unwrap_or(0)
    }

    /// What the ledger holds of guarantees and no record does, or the other way round.
    pub fn rest(&self, balances: &Balances) -> Vec<Finding> {
        let mut found = Vec::new();
        let kept_of = |account: &AccountId| balances.get(account).copied().unwrap_or(0);
        let kept = balances.keys().filter(|a| a.class() == "guarantee_reserved");
        let mut reserved: Vec<&AccountId> = kept.chain(self.reserved.keys()).collect();
        reserved.sort();
        reserved.dedup();
        for account in reserved {
            let (kept, due) = (kept_of(account), self.reserved.get(account).copied().unwrap_or(0));
            if kept != due {
                let zh = format!("占用 {kept} 不等于所担保的未缴税款 {due}");
                let en = format!("{kept} is reserved, and the open books that it answers for are {due}");
                found.push(finding("money", &account.to_string(), zh, en));
            }
        }
        for (account, kept) in balances.iter().filter(|(_, kept)| **kept != 0) {
            let known = match account.class() {
                "guarantee_free" | "guarantee_claimed" | "guarantee_returned" => {
                    self.known.contains_key(account)
                }
                "guarantee_given" => self.given.get(account).is_some_and(|given| *given == -*kept),
                _ => true,
            };
            if !known {
                let words = ("与担保记录不符", "it is not what the records of guarantees say");
                found.push(finding("money", &account.to_string(), words.0, words.1));
            }
        }
        found
    }
}

fn finding(invariant: &'static str, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding { invariant, place: place.to_owned(), text: Text::of(zh, en) }
}
