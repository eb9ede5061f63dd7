//! Sales of goods that nobody clears, as `verify` checks them: the ledger says what records say.

use crate::verify::Finding;
use customhouse_control::{DisposalRecord, SurplusEnd, sale_accounts};
use customhouse_finance::sale_realised;
use customhouse_kernel::beats::Record;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Money;
use std::collections::{BTreeMap, BTreeSet};

type Balances = BTreeMap<AccountId, i64>;

/// What records say that the accounts of sales hold.
#[derive(Debug, Default)]
pub(crate) struct SalesSeen {
    /// The accounts of cases that have a record.
    known: BTreeSet<AccountId>,
    /// What offices realised in a year.
    realised: Balances,
}

impl SalesSeen {
    /// A case's record: nothing is booked before the sale is approved; from then on the proceeds are costs,
    /// the treasury's, held, or refunded.
    pub fn case(&mut self, record: &Record, balances: &Balances) -> Vec<Finding> {
        let place = record.key.to_string();
        let Some(body) = record.read::<DisposalRecord>() else {
            return vec![finding("records", &place, "案件内容无法读取", "the case cannot be read")];
        };
        let mut found = Vec::new();
        if body.kind.name() != record.key.kind || body.number != record.key.id {
            found.push(finding("numbers", &place, "案件编号与记录不符", "its number is not its record's"));
        }
        let sale = body.sale.as_ref().filter(|sale| sale.approved.is_some());
        let mut expected = [Money::ZERO; 5];
        if let Some((sale, approved)) = sale.and_then(|sale| Some((sale, sale.approved?))) {
            let distribution = &sale.distribution;
            let (at_once, held) = (distribution.to_treasury(), distribution.held());
            let (treasury, surplus, refunded) = match sale.surplus {
                None => (at_once, held, Money::ZERO),
                Some(SurplusEnd::Refunded { .. }) => (at_once, Money::ZERO, held),
                Some(SurplusEnd::Lapsed { .. }) => {
                    (at_once.checked_add(held).unwrap_or_default(), Money::ZERO, Money::ZERO)
                }
            };
            expected = [Money::ZERO, distribution.costs(), treasury, surplus, refunded];
            let account = sale_realised(body.office, approved.year());
            let sum = self.realised.entry(account).or_default();
            *sum = sum.saturating_add(distribution.proceeds.minor());
            if Money::sum(expected) != Some(distribution.proceeds) {
                found.push(finding(
                    "money",
                    &place,
                    "变卖价款未分配完",
                    "its proceeds are not distributed whole",
                ));
            }
        }
        for (account, expected) in sale_accounts(body.kind, &body.number).into_iter().zip(expected) {
            let kept = balances.get(&account).copied().unwrap_or(0);
            if kept != expected.minor() {
                let zh = format!("账户 {account} 为 {kept}，记录为 {}", expected.minor());
                let en = format!("{account} holds {kept}, {} by the record", expected.minor());
                found.push(finding("money", &place, zh, en));
            }
            self.known.insert(account);
        }
        found
    }

    /// What the ledger holds of sales and no record does.
    pub fn rest(&self, balances: &Balances) -> Vec<Finding> {
        let mut found = Vec::new();
        let accounts: BTreeSet<&AccountId> = balances.keys().chain(self.realised.keys()).collect();
        for account in accounts {
            let kept = balances.get(account).copied().unwrap_or(0);
            let known = match account.class() {
                "sale_realised" => self.realised.get(account).copied().unwrap_or(0) == -kept,
                "sale_proceeds" | "sale_costs" | "sale_treasury" | "sale_surplus" | "sale_refunded" => {
                    kept == 0 || self.known.contains(account)
                }
                _ => true,
            };
            if !known {
                let words = ("与变卖记录不符", "it is not what the records of sales say");
                found.push(finding("money", &account.to_string(), words.0, words.1));
            }
        }
        found
    }
}

fn finding(invariant: &'static str, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding { invariant, place: place.to_owned(), text: Text::of(zh, en) }
}
