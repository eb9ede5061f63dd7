//! Refunds, as `verify` checks them: the ledger says what records say, and nothing left but what came in.

use crate::verify::Finding;
use customhouse_control::{KeptRefund, RefundNumber, SettlementRecord, SourceKind};
use customhouse_finance::{PaymentBook, REFUND_INTEREST, refund_ordered};
use customhouse_kernel::beats::Record;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Money;
use std::collections::BTreeMap;

type Balances = BTreeMap<AccountId, i64>;

/// What records say of money that goes back, in hundredths.
#[derive(Debug, Default)]
pub(crate) struct RefundsSeen {
    /// What refunds took up of books and payments, by what each rests on.
    taken: BTreeMap<(SourceKind, String), i128>,
    /// What books and payments say of the same.
    kept: BTreeMap<(SourceKind, String), i128>,
    /// What is ordered, by the accounts of refunds.
    ordered: Balances,
    /// What the bank settled and did not take back, whatever became of it.
    came_in: i128,
    paid_out: i128,
    interest: i128,
}

impl RefundsSeen {
    /// A book of a declaration.
    pub fn book(&mut self, book: &PaymentBook) {
        for (kind, amount) in [(SourceKind::Book, book.refunded), (SourceKind::Returned, book.returned)] {
            self.keep(kind, &book.number, amount);
        }
    }

    /// A settlement: a payment that came in, unless it bounced.
    pub fn settlement(&mut self, record: &Record) {
        let Some(body) = record.read::<SettlementRecord>() else { return };
        if record.state != "bounced" {
            self.came_in += i128::from(body.amount.minor());
        }
        self.keep(SourceKind::Payment, &body.settlement.reference, body.refunded);
    }

    fn keep(&mut self, kind: SourceKind, of: &str, amount: Money) {
        if !amount.is_zero() {
            *self.kept.entry((kind, of.to_owned())).or_default() += i128::from(amount.minor());
        }
    }

    /// A refund's record: what is ordered is on its account, and on no other moment is there anything.
    pub fn refund(
        &mut self,
        record: &Record,
        counters: &BTreeMap<String, u64>,
        balances: &Balances,
    ) -> Vec<Finding> {
        let place = record.key.to_string();
        let Some(body) = record.read::<KeptRefund>() else {
            return vec![finding("records", &place, "退税申请内容无法读取", "the refund cannot be read")];
        };
        let mut found = Vec::new();
        let given_out = |n: RefundNumber| counters.get(&n.counter()).is_some_and(|last| n.serial <= *last);
        if body.number != record.key.id || !RefundNumber::parse(&body.number).is_some_and(given_out) {
            found.push(finding("numbers", &place, "退税编号未曾发放", "its number was never given out"));
        }
        let granted = body.granted.as_ref().map_or(Money::ZERO, |granted| granted.total);
        let due = if record.state == "ordered" { granted.minor() } else { 0 };
        let account = refund_ordered(&body.number);
        let kept = balances.get(&account).map_or(0, |kept| -kept);
        if kept != due {
            let zh = format!("账上已指令退付 {kept}，应为 {due}");
            let en = format!("{kept} is ordered on its account, {due} by the record");
            found.push(finding("money", &place, zh, en));
        }
        self.ordered.insert(account, kept);
        if body.paid_out.is_some() {
            self.paid_out += i128::from(granted.minor());
        }
        if let Some(granted) = &body.granted {
            self.interest += i128::from(granted.total_interest.minor());
            for source in &body.sources {
                let taken = self.taken.entry((source.kind, source.of.clone())).or_default();
                *taken += i128::from(source.amount.minor());
            }
        }
        found
    }

    /// What remains once every record was seen: nothing was taken up twice or by nobody, no account is without
    /// its refund, and what came in = treasury + refundable + ordered + paid out.
    pub fn rest(&self, balances: &Balances) -> Vec<Finding> {
        let mut found = Vec::new();
        for key in self.taken.keys().chain(self.kept.keys().filter(|key| !self.taken.contains_key(key))) {
            let of = |sums: &BTreeMap<(SourceKind, String), i128>| sums.get(key).copied().unwrap_or(0);
            let (taken, kept) = (of(&self.taken), of(&self.kept));
            if taken != kept {
                let zh = format!("退税共取用 {taken}，其记录为 {kept}");
                let en = format!("refunds took up {taken} of it, its own record says {kept}");
                found.push(finding("money", &key.1, zh, en));
            }
        }
        for (account, _) in balances.iter().filter(|(a, n)| a.class() == "refund_ordered" && **n != 0) {
            if !self.ordered.contains_key(account) {
                found.push(finding(
                    "money",
                    &account.to_string(),
                    "没有这份退税申请",
                    "no refund has this account",
                ));
            }
        }
        let total = |class: &str| {
            balances.iter().filter(|(a, _)| a.class() == class).map(|(_, n)| i128::from(*n)).sum::<i128>()
        };
        let interest = format!("{REFUND_INTEREST}/");
        let given: i128 = balances
            .iter()
            .filter(|(a, _)| a.class() == "treasury" && a.key().starts_with(&interest))
            .map(|(_, n)| -i128::from(*n))
            .sum();
        if given != self.interest {
            let zh = format!("国库支付的退税利息 {given} 不等于各案批准的利息 {}", self.interest);
            let en = format!("the treasury gave {given} of interest, refunds granted {}", self.interest);
            found.push(finding("money", "refund_interest", zh, en));
        }
        // guarantees that were claimed came in, too, and what sales brought the treasury and parties
        let sold = total("sale_treasury") + total("sale_refunded");
        let came_in = self.came_in + total("guarantee_claimed") + sold;
        let (treasury, refundable, ordered) =
            (total("treasury"), -total("refundable"), -total("refund_ordered"));
        if came_in != treasury + refundable + ordered + self.paid_out {
            let paid = self.paid_out;
            let zh = format!(
                "收款 {came_in} 不等于国库 {treasury}、可退还 {refundable}、已指令 {ordered}、已退付 {paid} 之和"
            );
            let en = format!(
                "{came_in} came in; {treasury} in the treasury, {refundable} refundable, {ordered} ordered and \
                 {paid} paid out are not the same"
            );
            found.push(finding("money", "collected", zh, en));
        }
        found
    }
}

fn finding(invariant: &'static str, place: &str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding { invariant, place: place.to_owned(), text: Text::of(zh, en) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use customhouse_finance::{held, hold, order_refund, pay_out_refund, refundable, treasury};

    /// The balances after some postings.
    fn balances(postings: &[customhouse_kernel::ledger::Posting]) -> Balances {
        let mut balances = Balances::new();
        for entry in postings.iter().flat_map(|posting| &posting.entries) {
            *balances.entry(entry.account.clone()).or_default() += entry.amount;
        }
        balances
    }

    fn places(seen: &RefundsSeen, balances: &Balances) -> Vec<String> {
        seen.rest(balances).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn money_that_is_nowhere_is_found() {
        let yuan = |n: i64| Money::from_minor(n * 100);
        let mut postings = vec![hold(yuan(10), "P")];
        let mut seen = RefundsSeen { came_in: 1_000, ..RefundsSeen::default() };
        assert_eq!(places(&seen, &balances(&postings)), [""; 0]);
        // ordered, with interest: an account without a case, and interest that no case granted
        postings.extend(order_refund("R1", "P", yuan(10), yuan(1), 2026));
        assert_eq!(places(&seen, &balances(&postings)), ["refund_ordered/R1/money", "refund_interest"]);
        seen.ordered.insert(refund_ordered("R1"), 1_100);
        seen.interest = 100;
        assert_eq!(places(&seen, &balances(&postings)), [""; 0]);
        // paid out: the record must say so
        postings.push(pay_out_refund("R1", yuan(11)));
        assert_eq!(places(&seen, &balances(&postings)), ["collected"]);
        seen.paid_out = 1_100;
        assert_eq!(places(&seen, &balances(&postings)), [""; 0]);
        let after = balances(&postings);
        assert_eq!(
            (after[&held()], after[&refundable("P")], after[&treasury(REFUND_INTEREST, 2026)]),
            (0, 0, -100)
        );
        // the same book taken up by two cases, or by none
        seen.taken.insert((SourceKind::Book, "B".to_owned()), 200);
        seen.kept.insert((SourceKind::Book, "B".to_owned()), 100);
        seen.kept.insert((SourceKind::Payment, "IN".to_owned()), 100);
        assert_eq!(places(&seen, &after), ["B", "IN"]);
    }
}
