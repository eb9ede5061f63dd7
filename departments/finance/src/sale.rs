//! Sales 变卖 of goods that nobody clears: who is paid from the proceeds in which order, what is left, and
//! how that stands in the ledger. Source: CL 30, handbook 3.1; the order of payment is a rule of the pack.
//!
//! Not here: whether and when goods are sold, and how much tax bears on them: an officer's finding.

use crate::accounts::{
    UNIT, duty_assessed, held, refundable, sale_costs, sale_proceeds, sale_realised, sale_refunded,
    sale_surplus, sale_treasury, treasury,
};
use crate::refusals;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::ledger::{AccountId, Posting};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, OfficeCode, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The charge of a surplus that fell to the treasury 余款上缴国库.
pub const SALE_SURPLUS: &str = "sale_surplus";
/// What a rule names costs and taxes by.
const COST: &str = "cost.";
const TAX: &str = "tax.";

/// Whose the rest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleRest {
    /// Held for the consignee.
    Consignee,
    Treasury,
}

/// The order of payment over all time.
#[derive(Clone, Debug, Default)]
pub struct SaleRules {
    rules: Vec<SaleRule>,
}

/// Who is paid from the proceeds of a sale.
#[derive(Clone, Debug)]
pub struct SaleRule {
    id: Box<str>,
    key: Box<str>,
    valid: Validity,
    /// Names paid one rank after another; those of one rank share what does not cover it.
    ranks: Vec<Vec<Box<str>>>,
    rounding: Rounding,
    rest: SaleRest,
}

/// What one name asked of the proceeds, and what it got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalePart {
    pub name: String,
    pub asked: Money,
    pub paid: Money,
}

/// What becomes of the proceeds of one sale: the parts paid and the surplus are together the proceeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleDistribution {
    /// The rule that it was reckoned by.
    pub rule: String,
    pub proceeds: Money,
    pub parts: Vec<SalePart>,
    /// What the proceeds did not cover. Nobody owes it.
    pub shortfall: Money,
    pub surplus: Money,
    pub rest: SaleRest,
}

impl SaleRules {
    /// # Errors
    /// Each rule of kind `sale_proceeds` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<SaleRules, Vec<PackFault>> {
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("sale_proceeds") {
            match read_rule(rule) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(SaleRules { rules }) } else { Err(faults) }
    }

    /// The rule for goods sold for a reason, by the law of the day of the sale.
    ///
    /// # Errors
    /// There is none.
    pub fn rule(&self, key: &str, day: Date) -> Result<&SaleRule, Refusal> {
        let found = self.rules.iter().find(|r| &*r.key == key && r.valid.covers(day));
        found.ok_or_else(|| refusals::NO_SALE_RULE.at("").with("case", key).with("date", day))
    }
}

fn read_rule(rule: &Rule) -> Result<SaleRule, PackFault> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        ranks: Vec<Vec<Box<str>>>,
        rounding: Rounding,
        rest: SaleRest,
    }
    let Entry { ranks, rounding, rest } = rule.read()?;
    let mut seen = BTreeSet::new();
    for name in ranks.iter().flatten() {
        let known = &**name == crate::LATE_DECLARATION || charge_of(name).is_some() || name.starts_with(COST);
        if !known || !seen.insert(name.clone()) {
            let zh = format!("{name} 不是 cost.…、tax.… 或 late_declaration_fee，或重复");
            return Err(rule
                .fault(zh, format!("{name} is no cost.…, tax.… or late_declaration_fee, or stands twice")));
        }
    }
    Ok(SaleRule { id: rule.id.clone(), key: rule.key.clone(), valid: rule.valid, ranks, rounding, rest })
}

/// The charge that a name pays into the treasury; `None` for costs.
fn charge_of(name: &str) -> Option<&str> {
    if name == crate::LATE_DECLARATION { Some(name) } else { name.strip_prefix(TAX) }
}

impl SaleRule {
    /// Whether something of this name may be paid from the proceeds.
    pub fn pays(&self, name: &str) -> bool {
        self.ranks.iter().flatten().any(|n| &**n == name)
    }

    /// What a sheet may name, in the order of payment: all but the fee, which is reckoned.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.ranks.iter().flatten().map(|name| &**name).filter(|name| *name != crate::LATE_DECLARATION)
    }

    /// Pays what is asked from the proceeds, one rank after another. A surplus `to_treasury` goes there
    /// whatever the rule says: goods under an import restriction without licence (CL 30).
    ///
    /// Rounding: the rule's, for each share of a rank that is not covered; the fen that remain go one by one
    /// to the first names of the rank.
    ///
    /// # Errors
    /// Amounts whose sum does not fit.
    pub fn distribute(
        &self,
        proceeds: Money,
        asked: &BTreeMap<String, Money>,
        to_treasury: bool,
    ) -> Result<SaleDistribution, Refusal> {
        let range = || refusals::OUT_OF_RANGE.at("").with("amount", proceeds);
        let mut left = proceeds;
        let mut parts = Vec::new();
        for rank in &self.ranks {
            let claims: Vec<(&str, Money)> = rank
                .iter()
                .filter_map(|name| asked.get(&**name).map(|amount| (&**name, *amount)))
                .filter(|(_, amount)| !amount.is_zero())
                .collect();
            let paid = self.shares(&claims, left).ok_or_else(range)?;
            for ((name, asked), paid) in claims.into_iter().zip(paid) {
                left = left.checked_sub(paid).ok_or_else(range)?;
                parts.push(SalePart { name: name.to_owned(), asked, paid });
            }
        }
        let unpaid = parts.iter().map(|part| part.asked.checked_sub(part.paid).unwrap_or_default());
        let shortfall = Money::sum(unpaid).ok_or_else(range)?;
        let rest = if to_treasury { SaleRest::Treasury } else { self.rest };
        Ok(SaleDistribution { rule: self.id.to_string(), proceeds, parts, shortfall, surplus: left, rest })
    }

    /// What each claim of a rank gets of what is left.
    fn shares(&self, claims: &[(&str, Money)], left: Money) -> Option<Vec<Money>> {
        let sum = Money::sum(claims.iter().map(|(_, amount)| *amount))?;
        if sum <= left {
            return Some(claims.iter().map(|(_, amount)| *amount).collect());
        }
        let share = |amount: Money| {
            let exact = Exact::product_over(
                &[left.exact(), amount.exact()],
                &[sum.exact()],
                Money::PLACES,
                self.rounding,
            )?;
            Money::rounded(exact, Money::PLACES, self.rounding)
        };
        let mut shares = claims.iter().map(|(_, amount)| share(*amount)).collect::<Option<Vec<Money>>>()?;
        let mut rest = left.checked_sub(Money::sum(shares.iter().copied())?)?;
        for (share, (_, asked)) in shares.iter_mut().zip(claims) {
            let fen = Money::from_minor(1).min(rest);
            if *share < *asked && fen > Money::ZERO {
                *share = share.checked_add(fen)?;
                rest = rest.checked_sub(fen)?;
            }
        }
        Some(shares)
    }
}

impl SaleDistribution {
    /// What is held for the consignee.
    pub fn held(&self) -> Money {
        if self.rest == SaleRest::Consignee { self.surplus } else { Money::ZERO }
    }

    /// What went to the treasury at once: taxes and the fee, and the surplus where it is the treasury's.
    pub fn to_treasury(&self) -> Money {
        let charges = self.parts.iter().filter(|part| charge_of(&part.name).is_some()).map(|part| part.paid);
        let surplus = if self.rest == SaleRest::Treasury { self.surplus } else { Money::ZERO };
        Money::sum(charges.chain([surplus])).unwrap_or_default()
    }

    /// What the costs got.
    pub fn costs(&self) -> Money {
        let costs = self.parts.iter().filter(|part| charge_of(&part.name).is_none()).map(|part| part.paid);
        Money::sum(costs).unwrap_or_default()
    }

    /// Books the sale of a case: what it realised, and what each part and the rest got of it.
    pub fn post(&self, case: &str, office: OfficeCode, year: i16) -> Vec<Posting> {
        let proceeds = self.proceeds.minor();
        let realised = Posting::new("sale.realised")
            .debit(sale_proceeds(case), proceeds)
            .credit(sale_realised(office, year), proceeds);
        let mut postings = vec![realised];
        for part in self.parts.iter().filter(|part| !part.paid.is_zero()) {
            postings.push(match charge_of(&part.name) {
                Some(charge) => to_treasury(sale_proceeds(case), case, charge, part.paid, year),
                None => Posting::new("sale.cost")
                    .debit(sale_costs(case), part.paid.minor())
                    .credit(sale_proceeds(case), part.paid.minor()),
            });
        }
        match self.rest {
            _ if self.surplus.is_zero() => {}
            SaleRest::Treasury => {
                postings.push(to_treasury(sale_proceeds(case), case, SALE_SURPLUS, self.surplus, year));
            }
            SaleRest::Consignee => postings.push(
                Posting::new("sale.surplus")
                    .debit(sale_surplus(case), self.surplus.minor())
                    .credit(sale_proceeds(case), self.surplus.minor()),
            ),
        }
        postings
    }
}

/// Money of a sale goes to the treasury: assessed and collected in the name of the case.
fn to_treasury(from: AccountId, case: &str, charge: &str, amount: Money, year: i16) -> Posting {
    debug_assert_eq!(from.unit(), UNIT);
    Posting::new("sale.treasury")
        .debit(sale_treasury(case), amount.minor())
        .credit(from, amount.minor())
        .debit(treasury(charge, year), amount.minor())
        .credit(duty_assessed(charge, case, year), amount.minor())
}

/// The surplus that was held becomes refundable to a party.
pub fn refund_surplus(case: &str, party: &str, surplus: Money) -> Posting {
    Posting::new("sale.refundable")
        .debit(sale_refunded(case), surplus.minor())
        .credit(sale_surplus(case), surplus.minor())
        .debit(held(), surplus.minor())
        .credit(refundable(party), surplus.minor())
}

/// The surplus that nobody claimed goes to the treasury.
pub fn lapse_surplus(case: &str, surplus: Money, year: i16) -> Posting {
    to_treasury(sale_surplus(case), case, SALE_SURPLUS, surplus, year)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{china, china_with, day, money};
    use customhouse_kernel::ledger::{Chart, check};

    /// Amounts by name, written `name=amount`.
    fn asked(text: &str) -> BTreeMap<String, Money> {
        let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, amount)| (name.to_owned(), money(amount))).collect()
    }

    fn distributed(key: &str, proceeds: &str, given: &str, restricted: bool) -> SaleDistribution {
        let rules = SaleRules::compile(&china()).unwrap();
        let rule = rules.rule(key, day("2026-07-01")).unwrap();
        rule.distribute(money(proceeds), &asked(given), restricted).unwrap()
    }

    #[test]
    fn the_order_of_payment() {
        const ALL: &str = "cost.sale=100.00 cost.transport=200.00 cost.storage=100.00 tax.import_duty=300.00 \
             tax.vat=400.00 late_declaration_fee=90.00";
        // proceeds, asked, what each name got, shortfall, surplus
        for (proceeds, given, paid, shortfall, surplus) in [
            ("1500.00", ALL, "100.00 200.00 100.00 300.00 400.00 90.00", "0.00", "310.00"),
            ("1190.00", ALL, "100.00 200.00 100.00 300.00 400.00 90.00", "0.00", "0.00"),
            ("1189.99", ALL, "100.00 200.00 100.00 300.00 400.00 89.99", "0.01", "0.00"),
            ("1100.00", ALL, "100.00 200.00 100.00 300.00 400.00 0.00", "90.00", "0.00"),
            ("700.01", ALL, "100.00 200.00 100.00 300.00 0.01 0.00", "489.99", "0.00"),
            // transport and storage share 200 of their 300; the fen that remains is transport's
            ("300.00", ALL, "100.00 133.34 66.66 0.00 0.00 0.00", "890.00", "0.00"),
            ("99.99", ALL, "99.99 0.00 0.00 0.00 0.00 0.00", "1090.01", "0.00"),
            ("500.00", "", "", "0.00", "500.00"),
        ] {
            let got = distributed("unclaimed", proceeds, given, false);
            let parts: Vec<String> = got.parts.iter().map(|p| p.paid.to_string()).collect();
            assert_eq!(parts.join(" "), paid, "{proceeds}");
            assert_eq!((got.shortfall, got.surplus), (money(shortfall), money(surplus)), "{proceeds}");
            assert_eq!(got.held(), money(surplus));
        }
    }

    #[test]
    fn whose_the_surplus_is() {
        // what was sold, restricted without licence, held for the consignee, to the treasury
        for (key, restricted, held, treasury) in [
            ("unclaimed", false, "70.00", "20.00"),
            ("unclaimed", true, "0.00", "90.00"),
            ("abandonment", false, "0.00", "90.00"),
        ] {
            let given = if key == "unclaimed" { "cost.sale=10.00 tax.vat=20.00" } else { "cost.sale=10.00" };
            let got = distributed(key, "100.00", given, restricted);
            assert_eq!((got.held(), got.to_treasury()), (money(held), money(treasury)), "{key} {restricted}");
            assert_eq!(got.costs(), money("10.00"));
        }
    }

    #[test]
    fn every_sale_is_booked_whole() {
        let chart = Chart::new(crate::CHART).unwrap();
        let office = OfficeCode::parse("2225").unwrap();
        for (key, proceeds, restricted, lapses) in [
            ("unclaimed", "100.00", false, true),
            ("unclaimed", "100.00", false, false),
            ("unclaimed", "100.00", true, false),
            ("unclaimed", "15.00", false, false),
            ("unclaimed", "0.01", false, false),
            ("abandonment", "100.00", false, false),
        ] {
            let given = if key == "unclaimed" { "cost.sale=10.00 tax.vat=20.00" } else { "cost.sale=10.00" };
            let sale = distributed(key, proceeds, given, restricted);
            let mut postings = sale.post("C1", office, 2026);
            match sale.held() {
                surplus if surplus.is_zero() => {}
                surplus if lapses => postings.push(lapse_surplus("C1", surplus, 2027)),
                surplus => postings.push(refund_surplus("C1", "P", surplus)),
            }
            let after = check(&postings, &chart, |_| 0).unwrap();
            let at = |account: AccountId| after.get(&account).copied().unwrap_or(0);
            assert_eq!((at(sale_proceeds("C1")), at(sale_surplus("C1"))), (0, 0), "nothing is left over");
            let gone = at(sale_costs("C1")) + at(sale_treasury("C1")) + at(sale_refunded("C1"));
            assert_eq!(
                (gone, at(sale_realised(office, 2026))),
                (sale.proceeds.minor(), -sale.proceeds.minor())
            );
            let of =
                |class: &str| after.iter().filter(|(a, _)| a.class() == class).map(|(_, n)| n).sum::<i64>();
            assert_eq!(of("treasury"), -of("duty_assessed"), "collected is assessed");
            assert_eq!(of("held"), -of("refundable"), "held is refundable");
            // a second distribution finds nothing: the floor of the proceeds refuses it
            let again = postings[1..].to_vec();
            assert!(
                check(&again, &chart, |a| after.get(a).copied().unwrap_or(0)).is_err(),
                "{key} {proceeds}"
            );
        }
    }

    #[test]
    fn a_rule_that_does_not_fit_is_refused() {
        let rule = |ranks: &str| {
            format!(
                r#"
                [[sale_proceeds]]
                id = "sale_proceeds.own"
                key = "own"
                ranks = {ranks}
                rounding = "down"
                rest = "treasury"
                valid = "2026-01-01.."
                published = "2026-01-01"
                basis = {{ authority = "海关总署", document = "示例" }}
                "#
            )
        };
        for (ranks, fits) in [
            (r#"[["cost.sale"], ["tax.vat"]]"#, true),
            (r#"[["cost.sale"], ["cost.sale"]]"#, false),
            (r#"[["sale"]]"#, false),
        ] {
            let book = china_with(&rule(ranks)).unwrap();
            assert_eq!(SaleRules::compile(&book).is_ok(), fits, "{ranks}");
        }
        let rules = SaleRules::compile(&china()).unwrap();
        assert_eq!(rules.rule("unclaimed", day("2001-12-19")).unwrap_err().code, "FIN-024");
    }
}
