//! The trace in words 计税说明: each step as one would write it by hand, with the rules it rests on. A kept
//! step and one that was just reckoned are told by the same lines, out of ids and numbers.

use crate::charge::PriceForm;
use crate::measure::Measure;
use crate::reckoned::{LotMark, Mark, Reckoned, UnmetOf};
use crate::tariff::Tariff;
use crate::trace::{Outcome, Step, UnmetClause};
use customhouse_kernel::expression::{ByLaw, RateValue};
use customhouse_kernel::law::{Rule, Rulebook};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CurrencyCode, Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One step in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    let mut narrator = Narrator::new(rulebook, tariff, day, lang);
    narrator.kept(step);
    narrator.words.steps().next().unwrap_or_default()
}

/// Steps in words, in one text that keeps its room from one working to the next.
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    /// What each piece is, and where it ends; it begins where the one before it ends.
    pieces: Vec<(Piece, usize)>,
}

/// What a piece of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// A step begins; without text.
    Step {
        line: Option<u32>,
    },
    Charge,
    Sum,
    Remark,
    Basis,
}

impl Words {
    /// Each step by itself.
    pub fn steps(&self) -> impl Iterator<Item = StepWords> {
        let mut begin = 0;
        let begins = |(piece, _): &(Piece, usize)| matches!(piece, Piece::Step { .. });
        self.pieces.chunk_by(move |_, next| !begins(next)).map(move |pieces| {
            let mut words = StepWords::default();
            for (piece, end) in pieces {
                let text = || self.text[begin..*end].to_owned();
                match piece {
                    Piece::Step { line } => words.line = *line,
                    Piece::Charge => words.charge = Some(text()),
                    Piece::Sum => words.sum = text(),
                    Piece::Remark => words.remarks.push(text()),
                    Piece::Basis => words.basis.push(text()),
                }
                begin = *end;
            }
            words
        })
    }

    /// All of it, piece after piece without anything between them.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }
}

/// Puts workings of one edition and law date into words, one after the other.
#[derive(Clone, Debug)]
pub struct Narrator<'a> {
    rulebook: &'a Rulebook,
    tariff: &'a Tariff,
    day: Date,
    lang: Lang,
    words: Words,
    /// Names of tiers that were asked for.
    tiers: Vec<(String, Option<&'a str>)>,
}

impl<'a> Narrator<'a> {
    /// `rulebook` and `tariff` are those of the edition that was reckoned with, `day` the law date.
    pub fn new(rulebook: &'a Rulebook, tariff: &'a Tariff, day: Date, lang: Lang) -> Narrator<'a> {
        Narrator { rulebook, tariff, day, lang, words: Words::default(), tiers: Vec::new() }
    }

    /// The whole working of what was reckoned.
    pub fn working(&mut self, reckoned: &Reckoned) -> &Words {
        self.words.clear();
        for mark in &reckoned.trace {
            self.reckoned(mark, reckoned);
        }
        &self.words
    }

    fn kept(&mut self, step: &Step) {
        match step {
            Step::Exchange { rule, currency, rate, carried_forward } => {
                self.exchange(rule, *currency, *rate, *carried_forward);
            }
            Step::Lot { rule, price, goods, freight, insurance, other, total, insurance_presumed } => {
                let (price, goods, freight, insurance) = (*price, *goods, *freight, *insurance);
                let (other, total, insurance_presumed) = (*other, *total, *insurance_presumed);
                let lot = LotMark {
                    valuation: 0,
                    price,
                    goods,
                    freight,
                    insurance,
                    other,
                    total,
                    insurance_presumed,
                };
                self.lot(rule, &lot);
            }
            Step::Value { line, price, value, places, rounding } => {
                self.value(*line, *price, *value, (*rounding, *places));
            }
            Step::Deducted { line, charge, rule, price, share, fixed, value, places, rounding } => {
                let rate = RateValue { share: *share, fixed: *fixed };
                self.deducted((*line, charge), rule, *price, rate, *value, (*rounding, *places));
            }
            Step::Choice { line, charge, rule, unmet, candidates } => {
                let candidates = candidates.iter().map(|c| Told {
                    measure: &c.measure,
                    tier: &c.tier,
                    found: self.tariff.measure(&c.measure),
                    amount: c.amount,
                    outcome: c.outcome,
                });
                let unmet = unmet.iter().map(|unmet| (&*unmet.rule, &*unmet.clauses));
                self.choice((*line, charge), rule, unmet, candidates);
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
                let sum = (*base, RateValue { share: *share, fixed: *fixed }, *price, *amount);
                let of = (*line, &**charge);
                self.charge(of, [measure, rule], sum, (*rounding, *places), by_law.as_deref());
            }
            Step::Measured { line, of, quantity, unit, declared, times } => {
                self.begin(Some(*line), None);
                self.number(*declared);
                self.put(" ");
                self.put(unit);
                if let Some(name) = times {
                    self.put(" × ");
                    self.put(name);
                }
                self.put(" = ");
                self.number(*quantity);
                self.put(" ");
                self.put(of);
                self.end(Piece::Sum);
            }
            Step::Quota { line, order_number, drawn, left } => {
                self.begin(Some(*line), None);
                self.number(*drawn);
                self.say(" 使用配额 ", " out of quota ");
                self.put(order_number);
                self.say("; 余 ", "; left ");
                self.number(*left);
                self.end(Piece::Sum);
            }
            Step::QuotaExhausted { line, order_number } => {
                self.begin(Some(*line), None);
                self.say("配额已用完 ", "nothing is left of quota ");
                self.put(order_number);
                self.end(Piece::Sum);
            }
            Step::Threshold { charge, rule, sum, free_up_to } => {
                self.threshold(charge, rule, *sum, *free_up_to);
            }
        }
    }

    /// The same of a mark: its ids are places in the tariff.
    fn reckoned(&mut self, mark: &Mark, of: &Reckoned) {
        let tariff = self.tariff;
        let measure = |place: u32| &tariff.measures[place as usize];
        match *mark {
            Mark::Exchange { rate, carried_forward } => {
                let rate = &tariff.exchange_rates[rate as usize];
                self.exchange(&rate.rule, rate.currency, rate.rate, carried_forward);
            }
            Mark::Lot => self.lot(&tariff.valuation[of.lot.valuation as usize].rule, &of.lot),
            Mark::Value { line, price, value } => {
                let rule = &tariff.valuation[of.lot.valuation as usize];
                self.value(line, price, value, (rule.rounding, rule.places));
            }
            Mark::Deducted { line, charge, price, rate, value } => {
                let charge = &tariff.charges[charge as usize];
                let rounding = (charge.rounding, charge.places);
                self.deducted((line, &charge.key), &charge.rule, price, rate, value, rounding);
            }
            Mark::Choice { line, charge, case, unmet, candidates } => {
                let rule = |of: UnmetOf| match of {
                    UnmetOf::Case(case) => &*tariff.cases[case as usize].rule,
                    UnmetOf::Measure(place) => &*measure(place).rule,
                };
                let unmet = unmet.of(&of.unmet).iter().map(|unmet| (rule(unmet.of), &*unmet.clauses));
                let candidates = candidates.of(&of.candidates).iter().map(|c| Told {
                    measure: &measure(c.measure).rule,
                    tier: &measure(c.measure).tier,
                    found: Some(measure(c.measure)),
                    amount: c.compared(),
                    outcome: c.outcome,
                });
                let (charge, case) = (&tariff.charges[charge as usize], &tariff.cases[case as usize]);
                self.choice((line, &charge.key), &case.rule, unmet, candidates);
            }
            Mark::Charge { line, charge, measure: place, base, rate, amount, by_law } => {
                let charge = &tariff.charges[charge as usize];
                let sum = (base, rate, charge.price, amount);
                let rules = [&*measure(place).rule, &*charge.rule];
                let rounding = (charge.rounding, charge.places);
                self.charge((line, &charge.key), rules, sum, rounding, by_law.map(ByLaw::name));
            }
            Mark::Threshold { charge, sum } => {
                let charge = &tariff.charges[charge as usize];
                self.threshold(&charge.key, &charge.rule, sum, charge.free_up_to);
            }
            Mark::Told(place) => self.kept(&of.told[place as usize]),
        }
    }

    fn exchange(&mut self, rule: &str, currency: CurrencyCode, rate: Exact, carried_forward: bool) {
        self.begin(None, None);
        self.put("1 ");
        self.put(currency.as_str());
        self.put(" = ");
        self.number(rate);
        self.put(" ");
        if let Some(own) = self.tariff.currency() {
            self.put(own.as_str());
        }
        self.end(Piece::Sum);
        let rule = self.rulebook.by_id(rule);
        self.unconfirmed(rule);
        if carried_forward {
            self.remark(
                "当月汇率尚未公布，沿用此前最近一期的汇率",
                "the month's rate is not published; the last one was carried forward",
            );
        }
        self.basis(rule);
    }

    fn lot(&mut self, rule: &str, lot: &LotMark) {
        self.begin(None, None);
        self.say("货价 ", "price ");
        self.amount(lot.goods);
        for (part, zh, en, deducts) in [
            (lot.freight, "运费 ", "freight ", true),
            (lot.insurance, "保险费 ", "insurance ", true),
            (lot.other, "杂费 ", "other charges ", false),
        ] {
            if part.is_zero() {
                continue;
            }
            let less = Exact::ZERO.sub(part).filter(|less| deducts && less.is_positive());
            self.put(if less.is_some() { " − " } else { " + " });
            self.say(zh, en);
            self.amount(less.unwrap_or(part));
        }
        self.put(" = ");
        self.amount(lot.total);
        self.end(Piece::Sum);
        self.say("各项总价之和 ", "sum of the line prices ");
        self.number(lot.price);
        self.end(Piece::Remark);
        if lot.insurance_presumed {
            self.remark(
                "未申报保险费，按规定比例计算",
                "insurance was not declared; the share of the rule was taken",
            );
        }
        self.basis(self.rulebook.by_id(rule));
    }

    fn value(&mut self, line: u32, price: Exact, value: Money, rounding: (Rounding, u32)) {
        self.begin(Some(line), None);
        self.amount(price);
        self.say(" × (批次总额 ÷ 各项总价之和) = ", " × (lot total ÷ sum of line prices) = ");
        value.write_to(&mut self.words.text);
        self.end(Piece::Sum);
        self.rounding(rounding);
    }

    fn deducted(
        &mut self,
        (line, charge): (u32, &str),
        rule: &str,
        price: Exact,
        rate: RateValue,
        value: Money,
        rounding: (Rounding, u32),
    ) {
        self.begin(Some(line), Some(charge));
        // the price less a charge, as written by hand
        match (rate.fixed.is_zero(), rate.share.is_zero()) {
            (true, _) => {
                self.amount(price);
                self.put(" ÷ (1 + ");
                self.percent(rate.share);
                self.put(")");
            }
            (false, true) => {
                self.amount(price);
                self.put(" − ");
                self.amount(rate.fixed);
            }
            (false, false) => {
                self.put("(");
                self.amount(price);
                self.put(" − ");
                self.amount(rate.fixed);
                self.put(") ÷ (1 + ");
                self.percent(rate.share);
                self.put(")");
            }
        }
        self.put(" = ");
        value.write_to(&mut self.words.text);
        self.end(Piece::Sum);
        self.rounding(rounding);
        self.basis(self.rulebook.by_id(rule));
    }

    fn charge(
        &mut self,
        (line, charge): (u32, &str),
        [measure, rule]: [&str; 2],
        (base, rate, price, amount): (Exact, RateValue, PriceForm, Money),
        rounding: (Rounding, u32),
        by_law: Option<&str>,
    ) {
        self.begin(Some(line), Some(charge));
        self.charge_sum(base, rate, price);
        self.put(" = ");
        amount.write_to(&mut self.words.text);
        self.end(Piece::Sum);
        let measure = self.rulebook.by_id(measure);
        self.unconfirmed(measure);
        if let Some(name) = by_law {
            // a word that is not known stands as it is
            let known = [ByLaw::Free, ByLaw::Suspended].into_iter().find(|by_law| by_law.name() == name);
            match known {
                Some(by_law) => self.put(by_law.text().get(self.lang)),
                None => self.put(name),
            }
            self.end(Piece::Remark);
        }
        self.rounding(rounding);
        self.basis(measure);
        self.basis(self.rulebook.by_id(rule));
    }

    /// The sum of a charge as written by hand.
    fn charge_sum(&mut self, base: Exact, rate: RateValue, price: PriceForm) {
        let has_fixed = !rate.fixed.is_zero();
        if rate.share.is_zero() && has_fixed {
            return self.amount(rate.fixed);
        }
        match price {
            PriceForm::Exclusive | PriceForm::Deducted => {
                self.amount(base);
                self.put(" × ");
                self.percent(rate.share);
            }
            PriceForm::Inclusive => {
                self.put("(");
                self.amount(base);
                if has_fixed {
                    self.put(" + ");
                    self.amount(rate.fixed);
                }
                self.put(") ÷ (1 − ");
                self.percent(rate.share);
                self.put(") × ");
                self.percent(rate.share);
            }
        }
        if has_fixed {
            self.put(" + ");
            self.amount(rate.fixed);
        }
    }

    fn threshold(&mut self, charge: &str, rule: &str, sum: Money, free_up_to: Money) {
        self.begin(None, Some(charge));
        sum.write_to(&mut self.words.text);
        self.say(": 不超过起征点 ", ": not above the threshold of ");
        free_up_to.write_to(&mut self.words.text);
        self.say(", 免征", ", not collected");
        self.end(Piece::Sum);
        self.basis(self.rulebook.by_id(rule));
    }

    fn choice<'c>(
        &mut self,
        (line, charge): (u32, &str),
        rule: &str,
        unmet: impl Iterator<Item = (&'c str, &'c [UnmetClause])>,
        candidates: impl Iterator<Item = Told<'c>> + Clone,
    ) {
        self.begin(Some(line), Some(charge));
        let won = candidates.clone().find(|c| c.outcome == Outcome::Won);
        if let Some(won) = &won {
            self.candidate(won);
        }
        self.end(Piece::Sum);
        for loser in candidates.filter(|c| c.outcome != Outcome::Won) {
            self.candidate(&loser);
            match (loser.outcome, loser.amount) {
                (Outcome::NotLower, Some(amount)) => {
                    self.say(": 不更低： ", ": not lower: ");
                    self.number(amount);
                }
                _ => self.say(": 不适用于本项", ": does not apply here"),
            }
            self.end(Piece::Remark);
        }
        for (rule, clauses) in unmet {
            self.unmet(rule, clauses);
        }
        self.basis(self.rulebook.by_id(rule));
        if let Some(won) = won {
            self.paper(self.rulebook.by_id(won.measure));
        }
    }

    /// A candidate by its tier and its rate.
    fn candidate(&mut self, candidate: &Told<'_>) {
        self.tier(candidate.tier);
        self.put(" ");
        if let Some(measure) = candidate.found {
            self.put(measure.rate.words(self.lang));
        }
    }

    /// A condition that was claimed and not met. A case is called by the rate that it would give first.
    fn unmet(&mut self, rule: &str, clauses: &[UnmetClause]) {
        match self.tariff.case_tier(rule) {
            Some(tier) => self.tier(tier),
            None => self.put(rule),
        }
        self.say(" 已主张而未满足: ", " claimed and not met: ");
        if clauses.is_empty() {
            self.say("税则中没有该税率", "the tariff has no such rate");
        }
        for (n, clause) in clauses.iter().enumerate() {
            self.put(if n > 0 { "; " } else { "" });
            self.put(&clause.clause);
            self.put(" (");
            self.put(clause.value.get(self.lang));
            self.put(")");
        }
        self.end(Piece::Remark);
    }

    /// The name of a tier on the pack's list `rate_tier`; one without a name stands as it is.
    fn tier(&mut self, tier: &str) {
        let known = self.tiers.iter().find(|(known, _)| known == tier).map(|(_, name)| *name);
        let name = known.unwrap_or_else(|| {
            let entry = self.rulebook.on("code", &format!("rate_tier/{tier}"), self.day);
            let field = match self.lang {
                Lang::Zh => "name_zh",
                Lang::En => "name_en",
            };
            let name = entry.and_then(|rule| rule.body.get(field));
            self.tiers.push((tier.to_owned(), name));
            name
        });
        self.put(name.unwrap_or(tier));
    }

    fn begin(&mut self, line: Option<u32>, charge: Option<&str>) {
        self.end(Piece::Step { line });
        if let Some(charge) = charge {
            self.put(charge);
            self.end(Piece::Charge);
        }
    }

    fn end(&mut self, piece: Piece) {
        self.words.pieces.push((piece, self.words.text.len()));
    }

    fn put(&mut self, text: &str) {
        self.words.text.push_str(text);
    }

    fn say(&mut self, zh: &'static str, en: &'static str) {
        self.put(match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        });
    }

    fn remark(&mut self, zh: &'static str, en: &'static str) {
        self.say(zh, en);
        self.end(Piece::Remark);
    }

    fn number(&mut self, number: Exact) {
        number.write_to(&mut self.words.text, 0);
    }

    /// An amount with at least two places; more are shown where it has them.
    fn amount(&mut self, amount: Exact) {
        amount.write_to(&mut self.words.text, Money::PLACES);
    }

    fn percent(&mut self, share: Exact) {
        match share.mul(Exact::HUNDRED) {
            Some(percent) => {
                self.number(percent);
                self.put("%");
            }
            None => {
                self.number(share);
                self.put(" × 100%");
            }
        }
    }

    fn rounding(&mut self, (rounding, places): (Rounding, u32)) {
        match rounding {
            Rounding::HalfUp => self.say("四舍五入", "rounded half up"),
            Rounding::HalfEven => self.say("四舍六入五成双", "rounded half to even"),
            Rounding::Down => self.say("舍去", "rounded down"),
            Rounding::Up => self.say("进位", "rounded up"),
        }
        self.say("至小数点后 ", " to ");
        self.number(Exact::from(i64::from(places)));
        self.say(" 位", " places");
        self.end(Piece::Remark);
    }

    fn unconfirmed(&mut self, rule: Option<&Rule>) {
        if rule.is_some_and(|rule| !rule.confirmed) {
            self.remark("该规则的数值尚待核实", "the figure of this rule is still to be confirmed");
        }
    }

    /// The paper that a rule rests on, unless it is the one before.
    fn basis(&mut self, rule: Option<&Rule>) {
        let last = self.words.pieces.len().checked_sub(1);
        self.paper(rule);
        let Some(last) = last.filter(|last| self.words.pieces[*last].0 == Piece::Basis) else { return };
        let end = self.words.pieces[last].1;
        let begin = last.checked_sub(1).map_or(0, |before| self.words.pieces[before].1);
        if self.words.pieces.len() > last + 1 && self.words.text[begin..end] == self.words.text[end..] {
            self.words.text.truncate(end);
            self.words.pieces.pop();
        }
    }

    fn paper(&mut self, rule: Option<&Rule>) {
        let Some(rule) = rule else { return };
        let begin = self.words.text.len();
        let basis = &*rule.basis;
        for (n, part) in [&basis.authority, &basis.document, &basis.article].into_iter().enumerate() {
            self.put(if n > 0 { " " } else { "" });
            self.put(part);
        }
        let end = begin + self.words.text[begin..].trim_end().len();
        self.words.text.truncate(end);
        self.end(Piece::Basis);
    }
}

/// A measure that could have applied, as a choice tells it.
struct Told<'a> {
    measure: &'a str,
    tier: &'a str,
    /// `None` for a measure that the tariff does not know.
    found: Option<&'a Measure>,
    amount: Option<Exact>,
    outcome: Outcome,
}
