//! The trace in words 计税说明: each step as one would write it by hand, with the rules it rests on.

use crate::charge::PriceForm;
use crate::tariff::Tariff;
use crate::trace::{Candidate, Outcome, Step, Unmet};
use customhouse_kernel::expression::ByLaw;
use customhouse_kernel::law::Rulebook;
use customhouse_kernel::text::{Lang, Text};
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One step in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepWords {
    /// The line that it is about; `None` for the whole lot.
    pub line: Option<u32>,
    /// The charge that it is about.
    pub charge: Option<String>,
    /// What was done: the sum as one would write it by hand.
    pub sum: String,
    /// Further remarks: rates that lost, claims not met, presumptions.
    pub remarks: Vec<String>,
    /// The papers it rests on.
    pub basis: Vec<String>,
}

/// A step in words. `rulebook` and `tariff` are those of the assessment's edition, `day` its law date.
pub fn step_words(step: &Step, rulebook: &Rulebook, tariff: &Tariff, day: Date, lang: Lang) -> StepWords {
    let writer = Writer { rulebook, tariff, day, lang };
    match step {
        Step::Exchange { rule, currency, rate, carried_forward } => {
            let own = tariff.currency().map_or_else(String::new, |c| c.to_string());
            let mut remarks = writer.unconfirmed(rule);
            if *carried_forward {
                remarks.push(writer.say(
                    "当月汇率尚未公布，沿用此前最近一期的汇率",
                    "the month's rate is not published; the last one was carried forward",
                ));
            }
            writer.step(None, None, format!("1 {currency} = {rate} {own}"), remarks, &[rule])
        }
        Step::Lot { rule, goods, freight, insurance, other, total, insurance_presumed, price } => {
            let say = |zh, en| writer.say(zh, en);
            let mut sum = format!("{} {}", say("货价", "price"), amount_text(*goods));
            for (part, zh, en, deducts) in [
                (freight, "运费", "freight", true),
                (insurance, "保险费", "insurance", true),
                (other, "杂费", "other charges", false),
            ] {
                let (sign, part) = match Exact::ZERO.sub(*part).filter(|less| *less > Exact::ZERO) {
                    Some(less) if deducts => ('−', less),
                    _ => ('+', *part),
                };
                if !part.is_zero() {
                    sum.push_str(&format!(" {sign} {} {}", say(zh, en), amount_text(part)));
                }
            }
            sum.push_str(&format!(" = {}", amount_text(*total)));
            let mut remarks = vec![format!("{} {price}", say("各项总价之和", "sum of the line prices"))];
            if *insurance_presumed {
                remarks.push(say(
                    "未申报保险费，按规定比例计算",
                    "insurance was not declared; the share of the rule was taken",
                ));
            }
            writer.step(None, None, sum, remarks, &[rule])
        }
        Step::Value { line, price, value, places, rounding } => {
            let k = writer.say("批次总额 ÷ 各项总价之和", "lot total ÷ sum of line prices");
            let sum = format!("{} × ({k}) = {value}", amount_text(*price));
            writer.step(Some(*line), None, sum, vec![writer.rounding(*rounding, *places)], &[])
        }
        Step::Deducted { line, charge, rule, price, share, fixed, value, places, rounding } => {
            let sum = format!("{} = {value}", writer.deducted(*price, *share, *fixed));
            let remarks = vec![writer.rounding(*rounding, *places)];
            writer.step(Some(*line), Some(charge), sum, remarks, &[rule])
        }
        Step::Choice { line, charge, rule, unmet, candidates } => {
            writer.choice(*line, charge, rule, unmet, candidates)
        }
        Step::Charge {
            line,
            charge,
            rule,
            measure,
            base,
            share,
            fixed,
            price,
            amount,
            places,
            rounding,
            by_law,
        } => {
            let mut sum = writer.charge_sum(*base, *share, *fixed, *price);
            sum.push_str(&format!(" = {amount}"));
            let mut remarks = writer.unconfirmed(measure);
            remarks.extend(by_law.iter().map(|name| writer.by_law(name)));
            remarks.push(writer.rounding(*rounding, *places));
            writer.step(Some(*line), Some(charge), sum, remarks, &[measure, rule])
        }
        Step::Measured { line, of, quantity, unit, declared, times } => {
            let times = times.as_ref().map_or_else(String::new, |name| format!(" × {name}"));
            let sum = format!("{declared} {unit}{times} = {quantity} {of}");
            writer.step(Some(*line), None, sum, Vec::new(), &[])
        }
        Step::Quota { line, order_number, drawn, left } => {
            let words = (writer.say("使用配额", "out of quota"), writer.say("余", "left"));
            let sum = format!("{drawn} {} {order_number}; {} {left}", words.0, words.1);
            writer.step(Some(*line), None, sum, Vec::new(), &[])
        }
        Step::QuotaExhausted { line, order_number } => {
            let words = writer.say("配额已用完", "nothing is left of quota");
            writer.step(Some(*line), None, format!("{words} {order_number}"), Vec::new(), &[])
        }
        Step::Threshold { charge, rule, sum, free_up_to } => {
            let words = writer.say("不超过起征点", "not above the threshold of");
            let free = writer.say("免征", "not collected");
            writer.step(
                None,
                Some(charge),
                format!("{sum}: {words} {free_up_to}, {free}"),
                Vec::new(),
                &[rule],
            )
        }
    }
}

/// An amount with at least two places; more are shown where it has them.
fn amount_text(amount: Exact) -> String {
    amount.with_places(Money::PLACES)
}

struct Writer<'a> {
    rulebook: &'a Rulebook,
    tariff: &'a Tariff,
    day: Date,
    lang: Lang,
}

impl Writer<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> String {
        Text::fixed(zh, en).get(self.lang).to_owned()
    }

    fn step(
        &self,
        line: Option<u32>,
        charge: Option<&String>,
        sum: String,
        remarks: Vec<String>,
        rules: &[&String],
    ) -> StepWords {
        let mut basis: Vec<String> = rules.iter().filter_map(|rule| self.basis(rule)).collect();
        basis.dedup();
        StepWords { line, charge: charge.cloned(), sum, remarks, basis }
    }

    fn basis(&self, rule: &str) -> Option<String> {
        let basis = &self.rulebook.by_id(rule)?.basis;
        Some([&*basis.authority, &*basis.document, &*basis.article].join(" ").trim_end().to_owned())
    }

    fn unconfirmed(&self, rule: &str) -> Vec<String> {
        let unsure = self.rulebook.by_id(rule).is_some_and(|r| !r.confirmed);
        let words = || self.say("该规则的数值尚待核实", "the figure of this rule is still to be confirmed");
        unsure.then(words).into_iter().collect()
    }

    /// A word of the law in words; one that is not known stands as it is.
    fn by_law(&self, name: &str) -> String {
        let known = [ByLaw::Free, ByLaw::Suspended].into_iter().find(|by_law| by_law.name() == name);
        known.map_or_else(|| name.to_owned(), |by_law| by_law.text().get(self.lang).to_owned())
    }

    fn rounding(&self, rounding: Rounding, places: u32) -> String {
        let name = match rounding {
            Rounding::HalfUp => self.say("四舍五入", "rounded half up"),
            Rounding::HalfEven => self.say("四舍六入五成双", "rounded half to even"),
            Rounding::Down => self.say("舍去", "rounded down"),
            Rounding::Up => self.say("进位", "rounded up"),
        };
        match self.lang {
            Lang::Zh => format!("{name}至小数点后 {places} 位"),
            Lang::En => format!("{name} to {places} places"),
        }
    }

    /// The sum of a charge as written by hand.
    fn charge_sum(&self, base: Exact, share: Exact, fixed: Exact, price: PriceForm) -> String {
        let percent =
            share.mul(Exact::HUNDRED).map_or_else(|| format!("{share} × 100%"), |p| format!("{p}%"));
        let base = amount_text(base);
        let fixed_text = amount_text(fixed);
        let plus_fixed = if fixed.is_zero() { String::new() } else { format!(" + {fixed_text}") };
        match price {
            _ if share.is_zero() && !fixed.is_zero() => fixed_text,
            PriceForm::Exclusive | PriceForm::Deducted => format!("{base} × {percent}{plus_fixed}"),
            PriceForm::Inclusive => format!("({base}{plus_fixed}) ÷ (1 − {percent}) × {percent}{plus_fixed}"),
        }
    }

    /// The price less a charge, as written by hand.
    fn deducted(&self, price: Exact, share: Exact, fixed: Exact) -> String {
        let percent =
            share.mul(Exact::HUNDRED).map_or_else(|| format!("{share} × 100%"), |p| format!("{p}%"));
        match (amount_text(price), amount_text(fixed)) {
            (price, _) if fixed.is_zero() => format!("{price} ÷ (1 + {percent})"),
            (price, fixed) if share.is_zero() => format!("{price} − {fixed}"),
            (price, fixed) => format!("({price} − {fixed}) ÷ (1 + {percent})"),
        }
    }

    fn choice(
        &self,
        line: u32,
        charge: &String,
        rule: &String,
        unmet: &[Unmet],
        candidates: &[Candidate],
    ) -> StepWords {
        let named = |c: &Candidate| {
            let rate = self.tariff.measure(&c.measure).map_or_else(String::new, |m| m.rate.words(self.lang));
            format!("{} {rate}", self.tier(&c.tier))
        };
        let won = candidates.iter().find(|c| c.outcome == Outcome::Won);
        let sum = won.map_or_else(String::new, &named);
        let mut remarks = Vec::new();
        for loser in candidates.iter().filter(|c| c.outcome != Outcome::Won) {
            let why = match (loser.outcome, loser.amount) {
                (Outcome::NotLower, Some(amount)) => {
                    format!("{} {amount}", self.say("不更低：", "not lower:"))
                }
                _ => self.say("不适用于本项", "does not apply here"),
            };
            remarks.push(format!("{}: {why}", named(loser)));
        }
        for case in unmet {
            let clauses: Vec<String> =
                case.clauses.iter().map(|c| format!("{} ({})", c.clause, c.value.get(self.lang))).collect();
            let what = self.say("已主张而未满足", "claimed and not met");
            let none = self.say("税则中没有该税率", "the tariff has no such rate");
            let why = if clauses.is_empty() { none } else { clauses.join("; ") };
            remarks.push(format!("{} {what}: {why}", self.case_name(&case.rule)));
        }
        let mut step = self.step(Some(line), Some(charge), sum, remarks, &[rule]);
        if let Some(won) = won {
            step.basis.extend(self.basis(&won.measure));
        }
        step
    }

    /// A case is called by the rate that it would give first.
    fn case_name(&self, rule: &str) -> String {
        self.tariff.case_tier(rule).map_or_else(|| rule.to_owned(), |tier| self.tier(tier))
    }

    /// The name of a tier on the pack's list `rate_tier`.
    fn tier(&self, tier: &str) -> String {
        let entry = self.rulebook.on("code", &format!("rate_tier/{tier}"), self.day);
        let name = entry.and_then(|r| {
            r.body.get(match self.lang {
                Lang::Zh => "name_zh",
                Lang::En => "name_en",
            })
        });
        name.unwrap_or(tier).to_owned()
    }
}
