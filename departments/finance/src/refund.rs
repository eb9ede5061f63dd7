//! Refunds 退税、退款: on which ground, until when, with which interest, and how the money moves.
//! Source: TL 51 to 53, handbook 1.2, 4.6, invariant 20.
//!
//! What is refundable is ordered from the bank, then paid out, or put back if it could not be. The
//! ledger's floor refuses more than is refundable. Interest comes out of the treasury's account of its own,
//! as duty that is given back comes out of the duty's.
//!
//! Not here: who asks and who approves, whether goods that went back out are the same.

use crate::accounts::{REFUND_INTEREST, duty_assessed, held, refund_ordered, refundable, treasury};
use crate::refusals;
use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Direction, Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a ground of a refund rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestsOn {
    /// What a change took off a paid book.
    Book,
    /// Money that fits no book.
    Payment,
    /// Goods that went back out in original state.
    Goods,
    /// Exported goods that came back in original state.
    ExportedGoods,
}

/// A ground on which money is refunded 退还事由, for a time.
#[derive(Clone, Debug)]
pub struct RefundGround {
    pub rule: Box<str>,
    pub key: Box<str>,
    pub valid: Validity,
    pub title: Text,
    /// How many years after payment it may be asked for.
    pub years: i32,
    pub rests_on: RestsOn,
    /// For exports of which something was shut out, and for nothing else (TL 52 (3)).
    pub shut_out: bool,
    pub interest: bool,
}

/// The grounds over all time, with the calendar that their terms roll by.
#[derive(Clone, Debug, Default)]
pub struct RefundGrounds {
    grounds: Vec<RefundGround>,
    calendar: Calendar,
}

impl RefundGrounds {
    /// # Errors
    /// Each rule of kind `refund_ground` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<RefundGrounds, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            title: Text,
            years: u8,
            rests_on: RestsOn,
            #[serde(default)]
            shut_out: bool,
            interest: bool,
        }
        let grounds = each(rulebook, "refund_ground", |rule, entry: Entry| {
            Ok(RefundGround {
                rule: rule.id.clone(),
                key: rule.key.clone(),
                valid: rule.valid,
                title: entry.title,
                years: i32::from(entry.years),
                rests_on: entry.rests_on,
                shut_out: entry.shut_out,
                interest: entry.interest,
            })
        })?;
        Ok(RefundGrounds { grounds, calendar: Calendar::compile(rulebook) })
    }

    /// The grounds of a day, in the pack's order.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &RefundGround> {
        self.grounds.iter().filter(move |ground| ground.valid.covers(day))
    }

    /// The ground of this name on a day.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, key: &str, day: Date) -> Result<&RefundGround, Refusal> {
        let shown: String = key.chars().filter(|c| !c.is_control()).take(40).collect();
        let none = || refusals::NO_REFUND_GROUND.at("/ground").with("ground", shown).with("date", day);
        self.on(day).find(|ground| &*ground.key == key).ok_or_else(none)
    }

    /// The last day to ask for what was paid on a day: the day of the same date, or the month's last where
    /// there is none; on a rest day, the next working day.
    pub fn last_day(&self, ground: &RefundGround, paid: Date) -> LegalDay {
        self.calendar.on_or_after(years_after(paid, ground.years))
    }
}

/// Interest on what customs must return 退税利息.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundInterest {
    pub principal: Money,
    /// The day of payment, the first that counts.
    pub from: Date,
    /// The day of approval, which does not count.
    pub to: Date,
    pub days: i64,
    /// A fraction of the principal for a year.
    pub annual_rate: Exact,
    /// Days of a year.
    pub year_days: u16,
    pub amount: Money,
    /// The rule that it was reckoned by.
    pub rule: String,
}

/// How interest on refunds is reckoned over all time, with the bank's rates.
#[derive(Clone, Debug, Default)]
pub struct DepositRates {
    rates: Vec<DepositRate>,
    /// The rates that rules name: kind `interest_rate`, which whatever bears interest reads.
    named: Vec<NamedRate>,
}

#[derive(Clone, Debug)]
struct DepositRate {
    rule: Box<str>,
    valid: Validity,
    rate: Rate,
    year_days: u16,
    places: u32,
    rounding: Rounding,
}

/// Where the rate of a year stands.
#[derive(Clone, Debug)]
enum Rate {
    /// Key of an `interest_rate`.
    Named(Box<str>),
    /// In the rule itself, as editions before it was named have it.
    Own(Exact),
}

#[derive(Clone, Debug)]
struct NamedRate {
    key: Box<str>,
    valid: Validity,
    yearly: Exact,
}

impl DepositRates {
    /// # Errors
    /// Each rule of kind `demand_deposit_rate` or `interest_rate` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<DepositRates, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            rate: Option<Box<str>>,
            annual_rate: Option<Exact>,
            year_days: u16,
            places: u32,
            rounding: Rounding,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Yearly {
            yearly: Exact,
        }
        let named = each(rulebook, "interest_rate", |rule, Yearly { yearly }: Yearly| {
            Ok(NamedRate { key: rule.key.clone(), valid: rule.valid, yearly })
        })?;
        let rates = each(rulebook, "demand_deposit_rate", |rule, entry: Entry| {
            let Entry { rate, annual_rate, year_days, places, rounding } = entry;
            let rate = match (rate, annual_rate) {
                (Some(name), None) if named.iter().any(|one| one.key == name) => Rate::Named(name),
                (None, Some(own)) if !own.is_negative() => Rate::Own(own),
                (None, Some(_)) => {
                    return Err(rule.fault(
                        format!("规则 {} 的利率不得小于零", rule.id),
                        format!("rule {}: no rate below zero", rule.id),
                    ));
                }
                _ => {
                    return Err(rule.fault(
                        format!("规则 {} 须写明一个已有的利率", rule.id),
                        format!("rule {}: name one rate that there is", rule.id),
                    ));
                }
            };
            if year_days == 0 || places > Money::PLACES {
                return Err(rule.fault(
                    format!("规则 {} 一年天数须大于零", rule.id),
                    format!("rule {}: a year has days", rule.id),
                ));
            }
            let (rule, valid) = (rule.id.clone(), rule.valid);
            Ok(DepositRate { rule, valid, rate, year_days, places, rounding })
        })?;
        Ok(DepositRates { rates, named })
    }

    /// The rate of a year on a day.
    fn yearly(&self, rate: &Rate, day: Date) -> Option<Exact> {
        match rate {
            Rate::Own(own) => Some(*own),
            Rate::Named(name) => {
                let mut named = self.named.iter().filter(|one| one.key == *name && one.valid.covers(day));
                named.next().map(|one| one.yearly)
            }
        }
    }

    /// Interest on what was paid on one day and is approved to go back on another, at the rate of the day
    /// of approval: a demand deposit bears the rate of the day on which it is drawn.
    ///
    /// Principal × annual rate × days / days of a year. Rounding: the rule's, once, at the end.
    ///
    /// # Errors
    /// No rate on the day of approval, or an amount that does not fit.
    pub fn interest(&self, principal: Money, from: Date, to: Date) -> Result<RefundInterest, Refusal> {
        let rate = self.rates.iter().find(|rate| rate.valid.covers(to));
        let annual = rate.and_then(|rate| Some((rate, self.yearly(&rate.rate, to)?)));
        let none = || refusals::NO_DEPOSIT_RATE.at("").with("date", to);
        let (rate, annual_rate) = annual.ok_or_else(none)?;
        let days = (from.duration_until(to).as_hours() / 24).max(0);
        let above = [principal.exact(), annual_rate, Exact::from(days)];
        let below = [Exact::from(i64::from(rate.year_days))];
        let amount = Exact::product_over(&above, &below, rate.places, rate.rounding)
            .and_then(|exact| Money::rounded(exact, rate.places, rate.rounding));
        let amount = amount.ok_or_else(|| refusals::OUT_OF_RANGE.at("").with("amount", principal))?;
        Ok(RefundInterest {
            principal,
            from,
            to,
            days,
            annual_rate,
            year_days: rate.year_days,
            amount,
            rule: rate.rule.to_string(),
        })
    }
}

/// Within what time goods go back out, and how the share of a part is rounded.
#[derive(Clone, Debug, Default)]
pub struct ReturnsOfGoods {
    rules: Vec<ReturnOfGoods>,
}

#[derive(Clone, Debug)]
struct ReturnOfGoods {
    /// The way in which the goods were taxed.
    direction: Direction,
    valid: Validity,
    years: i32,
    rounding: Rounding,
}

impl ReturnsOfGoods {
    /// # Errors
    /// Each rule of kind `return_of_goods` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<ReturnsOfGoods, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            years: u8,
            rounding: Rounding,
        }
        let rules = each(rulebook, "return_of_goods", |rule, Entry { years, rounding }: Entry| {
            let direction = match &*rule.key {
                "import" => Direction::Import,
                "export" => Direction::Export,
                other => {
                    let zh = format!("规则 {} 的 key 为 import 或 export，不是 {other}", rule.id);
                    return Err(
                        rule.fault(zh, format!("the key of {} is import or export, not {other}", rule.id))
                    );
                }
            };
            Ok(ReturnOfGoods { direction, valid: rule.valid, years: i32::from(years), rounding })
        })?;
        Ok(ReturnsOfGoods { rules })
    }

    /// By which rounding the share of goods is reckoned that were released on a day, the way they were taxed,
    /// and went back on another.
    ///
    /// # Errors
    /// They went back too late, or the pack has no rule.
    pub fn rounding(&self, way: Direction, released: Date, back: Date) -> Result<Rounding, Refusal> {
        let none = || {
            refusals::NO_REFUND_GROUND.at("/ground").with("ground", "return_of_goods").with("date", released)
        };
        let covers = |rule: &&ReturnOfGoods| rule.direction == way && rule.valid.covers(released);
        let rule = self.rules.iter().find(covers).ok_or_else(none)?;
        let last = years_after(released, rule.years);
        if back > last {
            let path = if way == Direction::Import { "/export_entry" } else { "/import_entry" };
            let late = refusals::RETURN_TOO_LATE.at(path).with("released", released);
            return Err(late.with("last", last).with("departed", back));
        }
        Ok(rule.rounding)
    }
}

/// What a part of a line's quantity gives back of what the line brought. `before` has gone back already,
/// `part` goes back now, of `whole`.
///
/// Rounding: the named one, to hundredths, on what has gone back in all, before and after: the parts of a
/// whole give back exactly what it brought. `None` if it does not fit, or the whole is nothing.
pub fn share(brought: Money, before: Exact, part: Exact, whole: Exact, rounding: Rounding) -> Option<Money> {
    let of = |quantity: Exact| {
        let exact = Exact::product_over(&[brought.exact(), quantity], &[whole], Money::PLACES, rounding)?;
        Money::rounded(exact, Money::PLACES, rounding)
    };
    of(before.add(part)?)?.checked_sub(of(before)?)
}

/// Orders the bank to pay out what is refundable, and interest that the treasury adds. `year` is the calendar
/// year of the approval, by which the treasury's accounts are kept.
pub fn order_refund(refund: &str, payer: &str, principal: Money, interest: Money, year: i16) -> Vec<Posting> {
    let ordered = Posting::new("refund.ordered")
        .debit(refundable(payer), principal.minor())
        .credit(refund_ordered(refund), principal.minor());
    let added = Posting::new("refund.interest")
        .debit(held(), interest.minor())
        .credit(treasury(REFUND_INTEREST, year), interest.minor())
        .debit(duty_assessed(REFUND_INTEREST, payer, year), interest.minor())
        .credit(refund_ordered(refund), interest.minor());
    let both = [(ordered, principal), (added, interest)].into_iter();
    both.filter(|(_, amount)| !amount.is_zero()).map(|(posting, _)| posting).collect()
}

/// The bank has paid out what was ordered: the money has left.
pub fn pay_out_refund(refund: &str, amount: Money) -> Posting {
    Posting::new("refund.paid_out")
        .debit(refund_ordered(refund), amount.minor())
        .credit(held(), amount.minor())
}

/// The bank could not pay out what was ordered, or got it back: it is refundable again. `paid_out`: whether
/// the money had left.
pub fn put_back_refund(refund: &str, payer: &str, amount: Money, paid_out: bool) -> Posting {
    let from = if paid_out { held() } else { refund_ordered(refund) };
    Posting::new("refund.bounced").debit(from, amount.minor()).credit(refundable(payer), amount.minor())
}

/// The day of the same date in another year; of 29 February, 28 February.
fn years_after(day: Date, years: i32) -> Date {
    day.saturating_add(jiff::Span::new().years(years))
}

/// Every rule of a kind, read.
fn each<E: DeserializeOwned, T>(
    rulebook: &Rulebook,
    kind: &str,
    read: impl Fn(&Rule, E) -> Result<T, PackFault>,
) -> Result<Vec<T>, Vec<PackFault>> {
    let (mut good, mut faults) = (Vec::new(), Vec::new());
    for rule in rulebook.kind(kind) {
        match rule.read::<E>().and_then(|entry| read(rule, entry)) {
            Ok(value) => good.push(value),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(good) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::hold;
    use crate::sample::{china, china_with, day, money};
    use customhouse_kernel::ledger::{AccountId, Chart, check};
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    #[test]
    fn terms_end_on_the_day_of_the_same_date() {
        let grounds = RefundGrounds::compile(&china()).unwrap();
        // ground, paid -> last day, rule
        for (ground, paid, last, rule) in [
            ("overpaid", "2026-03-02", "2029-03-02", "2024"),
            ("amended", "2024-12-01", "2027-12-01", "2024"),
            ("amended", "2024-11-30", "2025-12-01", "1987"), // a Sunday
            ("withdrawn", "2025-03-01", "2028-03-01", "2024"),
            ("paid_twice", "2026-03-03", "2029-03-05", "2024"), // a Saturday
            ("returned", "2025-03-02", "2026-03-02", "2024"),
            ("returned", "2025-02-16", "2026-02-24", "2024"), // the Spring Festival of 2026
            ("returned_export", "2024-11-29", "2025-12-01", "2004"), // a Saturday
            ("returned_export", "2025-03-02", "2026-03-02", "2024"),
            ("not_shipped", "2025-03-03", "2026-03-03", "2024"),
            ("overpaid", "2028-02-29", "2031-02-28", "2024"),
        ] {
            let found = grounds.find(ground, day(paid)).unwrap();
            assert_eq!(&*found.rule, format!("refund_ground.{ground}.{rule}"), "{paid}");
            assert_eq!(grounds.last_day(found, day(paid)).day, day(last), "{ground} {paid}");
        }
        assert_eq!(grounds.find("paid_twice", day("2024-11-30")).unwrap_err().code, "FIN-025");
        assert_eq!(grounds.find("kindness", day("2026-03-02")).unwrap_err().code, "FIN-025");
    }

    #[test]
    fn interest_runs_from_payment_to_approval() {
        let rates = DepositRates::compile(&china()).unwrap();
        // principal, paid, approved -> days, interest at 0.35% a year of 360 days
        for (principal, from, to, days, amount, why) in [
            ("100000.00", "2026-03-02", "2026-03-02", 0, "0.00", "approved on the day of payment"),
            ("100000.00", "2026-03-02", "2026-03-03", 1, "0.97", "0.97222…"),
            ("100000.00", "2025-03-02", "2026-03-02", 365, "354.86", "354.8611…"),
            ("265842.37", "2026-03-02", "2026-06-30", 120, "310.15", "310.14943…"),
            ("36000.00", "2026-03-02", "2026-04-01", 30, "10.50", "exact"),
            ("51.43", "2026-03-02", "2026-03-12", 10, "0.01", "0.0050001…: above the half"),
            ("51.42", "2026-03-02", "2026-03-12", 10, "0.00", "0.0049991…: below it"),
            ("0.00", "2026-03-02", "2026-09-02", 184, "0.00", "nothing"),
        ] {
            let found = rates.interest(money(principal), day(from), day(to)).unwrap();
            assert_eq!((found.days, found.amount), (days, money(amount)), "{why}");
            assert_eq!(found.rule, "demand_deposit_rate.2012-07-06");
        }
        let early = rates.interest(money("1.00"), day("2012-01-01"), day("2012-07-05"));
        assert_eq!(early.unwrap_err().code, "FIN-028");
        let huge = rates.interest(Money::from_minor(i64::MAX), day("2026-03-02"), day("9999-12-31"));
        assert_eq!(huge.unwrap_err().code, "FIN-008");
    }

    /// The number stands once in the pack: what the bank pays from a day on is one rule for all that bears interest.
    #[test]
    fn the_rate_is_the_one_that_whatever_bears_interest_reads() {
        let rates = DepositRates::compile(&china()).unwrap();
        assert!(
            rates.rates.iter().all(|rate| matches!(&rate.rate, Rate::Named(n) if &**n == "demand_deposit"))
        );
        // the rate of the day of approval, where it changes between
        let mut changing = rates.clone();
        let cut = |from: &str, yearly: &str| NamedRate {
            key: "demand_deposit".into(),
            valid: Validity::parse(from).unwrap(),
            yearly: Exact::parse(yearly).unwrap(),
        };
        changing.named = vec![cut("2026-01-01..2026-04-01", "0.0036"), cut("2026-04-01..", "0.0072")];
        for (to, amount) in [("2026-03-31", "0.29"), ("2026-04-01", "0.60")] {
            let found = changing.interest(money("1000.00"), day("2026-03-02"), day(to)).unwrap();
            assert_eq!(found.amount, money(amount), "{to}");
        }
        let own = DepositRates {
            rates: vec![DepositRate {
                rate: Rate::Own(Exact::parse("0.5").unwrap()),
                ..rates.rates[0].clone()
            }],
            named: Vec::new(),
        };
        let found = own.interest(money("100.00"), day("2026-03-02"), day("2026-03-03")).unwrap();
        assert_eq!((found.amount, found.annual_rate), (money("0.14"), Exact::parse("0.5").unwrap()));
    }

    #[test]
    fn goods_go_back_within_a_year_of_release() {
        let returns = ReturnsOfGoods::compile(&china()).unwrap();
        // released, departed -> refused
        for (released, departed, code) in [
            ("2026-03-02", "2027-03-01", None),
            ("2026-03-02", "2027-03-02", None),
            ("2026-03-02", "2027-03-03", Some("FIN-031")),
            ("2024-11-30", "2025-11-30", None), // a Sunday, and no filing
            ("2003-12-31", "2004-01-01", Some("FIN-025")),
        ] {
            let found = returns.rounding(Direction::Import, day(released), day(departed));
            assert_eq!(
                found.err().map(|refusal| refusal.code),
                code.map(str::to_owned),
                "{released} {departed}"
            );
        }
    }

    #[test]
    fn a_part_gives_back_its_share() {
        let exact = |text: &str| Exact::parse(text).unwrap();
        // brought, before, part, whole -> share
        for (brought, before, part, whole, want) in [
            ("100.00", "0", "40", "100", "40.00"),
            ("100.00", "0", "1", "3", "33.33"),
            ("100.00", "1", "1", "3", "33.34"), // 66.67 less 33.33
            ("100.00", "2", "1", "3", "33.33"),
            ("0.01", "0", "1", "2", "0.01"), // half up
            ("0.01", "1", "1", "2", "0.00"),
            ("7342.11", "0", "12.5", "1100", "83.43"), // 83.43306…
            ("100.00", "0", "0", "3", "0.00"),
        ] {
            let [before, part, whole] = [before, part, whole].map(exact);
            let found = share(money(brought), before, part, whole, Rounding::HalfUp);
            assert_eq!(found, Some(money(want)), "{brought} {part}");
        }
        let nothing = share(money("1.00"), Exact::ZERO, Exact::from(1), Exact::ZERO, Rounding::HalfUp);
        assert_eq!(nothing, None);
    }

    #[test]
    fn rules_that_do_not_fit_are_named() {
        for (rule, words) in [
            ("[[demand_deposit_rate]]\nannual_rate = \"-1\"\nyear_days = 360\nplaces = 2", "below zero"),
            ("[[demand_deposit_rate]]\nannual_rate = \"1\"\nyear_days = 0\nplaces = 2", "has days"),
            ("[[demand_deposit_rate]]\nrate = \"none\"\nyear_days = 360\nplaces = 2", "name one rate"),
            ("[[demand_deposit_rate]]\nyear_days = 360\nplaces = 2", "name one rate"),
        ] {
            let rule = format!(
                "{rule}\nrounding = \"half_up\"\nid = \"own\"\nkey = \"XXX\"\nvalid = \"2000-01-01..2001-01-01\"\n\
                 published = \"2000-01-01\"\nbasis = {{ authority = \"中国人民银行\", document = \"d\", article = \"\" }}\n"
            );
            let faults = DepositRates::compile(&china_with(&rule).unwrap()).unwrap_err();
            assert!(format!("{faults:?}").contains(words), "{faults:?}");
        }
    }

    /// Something that happens to a party's money.
    #[derive(Clone, Debug)]
    enum Happens {
        Held(i64),
        Ordered(usize, i64, i64),
        PaidOut(usize),
        Bounced(usize),
    }

    fn happens() -> impl Strategy<Value = Happens> {
        let amount = 1i64..1000;
        prop_oneof![
            amount.clone().prop_map(Happens::Held),
            (0usize..4, amount, 0i64..20).prop_map(|(n, p, i)| Happens::Ordered(n, p, i)),
            (0usize..4).prop_map(Happens::PaidOut),
            (0usize..4).prop_map(Happens::Bounced),
        ]
    }

    proptest! {
        /// Handbook, invariants 19 and 20: whatever comes in which order, nothing more leaves than came in
        /// and was added, and what is held is what is refundable and ordered.
        #[test]
        fn no_more_goes_out_than_is_refundable(all in prop::collection::vec(happens(), 1..60)) {
            static CHART: LazyLock<Chart> = LazyLock::new(|| Chart::new(crate::CHART).unwrap());
            let mut balances: BTreeMap<AccountId, i64> = BTreeMap::new();
            let mut open: BTreeMap<usize, i64> = BTreeMap::new();
            let (mut came, mut added, mut left) = (0, 0, 0);
            let at = |balances: &BTreeMap<AccountId, i64>, account| balances.get(&account).copied().unwrap_or(0);
            for one in all {
                let owed = -at(&balances, refundable("P"));
                let name = |n: usize| format!("R{n}");
                let postings = match &one {
                    Happens::Held(amount) => vec![hold(Money::from_minor(*amount), "P")],
                    Happens::Ordered(n, p, i) => {
                        order_refund(&name(*n), "P", Money::from_minor(*p), Money::from_minor(*i), 2026)
                    }
                    // a bank that says anything of an order, open or not
                    Happens::PaidOut(n) => {
                        vec![pay_out_refund(&name(*n), Money::from_minor(open.get(n).copied().unwrap_or(7)))]
                    }
                    Happens::Bounced(n) => {
                        let amount = Money::from_minor(open.get(n).copied().unwrap_or(7));
                        vec![put_back_refund(&name(*n), "P", amount, false)]
                    }
                };
                let found = check(&postings, &CHART, |a| balances.get(a).copied().unwrap_or(0));
                match (&one, found.is_ok()) {
                    (Happens::Held(amount), true) => came += amount,
                    (Happens::Ordered(n, p, i), true) => {
                        prop_assert!(*p <= owed, "more than refundable");
                        *open.entry(*n).or_default() += p + i;
                        added += i;
                    }
                    (Happens::Ordered(_, p, _), false) => prop_assert!(*p > owed),
                    (Happens::PaidOut(n), true) => left += open.remove(n).expect("nothing else is paid out"),
                    (Happens::Bounced(n), true) => drop(open.remove(n).expect("nothing else comes back")),
                    (Happens::PaidOut(n) | Happens::Bounced(n), false) => prop_assert!(!open.contains_key(n)),
                    (Happens::Held(_), false) => prop_assert!(false, "money that came in is booked"),
                }
                if let Ok(new) = found {
                    balances.extend(new);
                }
                let ordered: i64 = open.values().sum();
                let owed = -at(&balances, refundable("P"));
                prop_assert_eq!(at(&balances, held()), owed + ordered);
                prop_assert_eq!(came + added, owed + ordered + left);
                prop_assert_eq!(-at(&balances, treasury(REFUND_INTEREST, 2026)), added);
                prop_assert_eq!(at(&balances, duty_assessed(REFUND_INTEREST, "P", 2026)), added);
            }
        }

        /// Goods that go back in parts give back what the whole brought, to the fen.
        #[test]
        fn parts_give_back_the_whole(minor in 0i64..1_000_000, parts in prop::collection::vec(1i64..500, 1..8)) {
            let whole: i64 = parts.iter().sum();
            let (mut before, mut back) = (0, Money::ZERO);
            for part in parts {
                let quantities = [before, part, whole].map(Exact::from);
                let [b, p, w] = quantities;
                let given = share(Money::from_minor(minor), b, p, w, Rounding::HalfUp).unwrap();
                prop_assert!(given >= Money::ZERO);
                back = back.checked_add(given).unwrap();
                before += part;
            }
            prop_assert_eq!(back, Money::from_minor(minor));
        }
    }
}
