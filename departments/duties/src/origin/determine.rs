//! Whether goods originate, by which criterion, and whether the treatment may be claimed.

use super::facts::{Material, OriginQuestion};
use super::rules::{Agreement, Criterion, NAMES, NON_PREFERENTIAL, OriginRules};
use crate::refusals;
use customhouse_kernel::expression::{Facts, Value};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CommodityCode, CountryCode, Exact, Rounding};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The answer to a question of origin, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Determination {
    pub law_date: Date,
    /// The rule of the agreement.
    pub agreement: String,
    pub country: CountryCode,
    /// Whether the goods originate in the country.
    pub originating: bool,
    /// The criterion that they meet.
    pub criterion: Option<String>,
    /// Every criterion for these goods, with what it came to.
    pub tried: Vec<Tried>,
    /// Value of materials that do not originate; VNM.
    pub foreign_value: Exact,
    /// Value of materials that do, those of other parties among them where they cumulate.
    pub originating_value: Exact,
    /// Whether a change of code holds only since some materials are within the tolerance.
    pub within_tolerance: bool,
    /// What the agreement asks beside a criterion.
    pub conditions: Vec<Condition>,
    /// Whether the treatment of the agreement may be claimed.
    pub claim: Claim,
}

/// A criterion that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    pub rule: String,
    pub name: Text,
    pub met: bool,
    /// Each clause as written, with its value.
    pub clauses: Vec<(String, Text)>,
    pub confirmed: bool,
}

/// Something beside the criteria.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// `party`, `operations`, `transport` or `proof`.
    pub what: &'static str,
    pub met: bool,
    pub text: Text,
}

/// What may be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The agreement's treatment.
    Preference,
    /// Nothing: a criterion or a condition is not met.
    None,
    /// No preference was asked for.
    NotAsked,
}

/// Whether goods originate under the rules of a day.
///
/// Rounding: shares of content to twelve places, down, so that none is met by rounding.
///
/// # Errors
/// An agreement or a day that the pack has no rules for, or figures that do not make sense; all at once.
pub fn determine(
    question: &OriginQuestion,
    rules: &OriginRules,
    day: Date,
) -> Result<Determination, Vec<Refusal>> {
    let mut refused = nonsense(question);
    let key = question.agreement.as_deref().unwrap_or(NON_PREFERENTIAL);
    let agreement = rules.agreement(key, day);
    let criteria = rules.criteria(key, question.commodity, day);
    if agreement.is_none() || criteria.is_empty() {
        let reason = if rules.knows(key) { &refusals::NO_ORIGIN_RULES } else { &refusals::NO_SUCH_AGREEMENT };
        let named = reason.at("/agreement").with("agreement", key).with("date", day);
        refused.push(named.with("code", question.commodity));
    }
    let Some(agreement) = agreement.filter(|_| refused.is_empty()) else { return Err(refused) };
    let parties = rules.parties(agreement, day);
    let made = Made::of(question, agreement, &parties)
        .ok_or_else(|| vec![refusals::TOO_MANY_DIGITS.at("/materials")])?;
    let tried: Vec<Tried> = criteria.iter().map(|criterion| tried(criterion, &made)).collect();
    let criterion = tried.iter().find(|tried| tried.met).map(|tried| tried.rule.clone());
    let conditions = conditions(question, agreement, &parties, day);
    let holds = |what: &str| conditions.iter().all(|c| c.what != what || c.met);
    let originating = criterion.is_some() && holds("party") && holds("operations");
    let claim = match question.agreement {
        None => Claim::NotAsked,
        Some(_) if originating && conditions.iter().all(|c| c.met) => Claim::Preference,
        Some(_) => Claim::None,
    };
    Ok(Determination {
        law_date: day,
        agreement: agreement.rule.to_string(),
        country: question.country,
        originating,
        criterion,
        within_tolerance: made.within_tolerance(),
        tried,
        foreign_value: made.foreign,
        originating_value: made.own,
        conditions,
        claim,
    })
}

fn nonsense(question: &OriginQuestion) -> Vec<Refusal> {
    let mut refused = Vec::new();
    if question.price <= Exact::ZERO {
        refused.push(refusals::NO_ORIGIN_PRICE.at("/price"));
    }
    if question.commodity.as_str().len() < 6 {
        refused
            .push(refusals::SHORT_CODE.at("/commodity").with("code", question.commodity).with("digits", 6));
    }
    for (material, n) in question.materials.iter().zip(0..) {
        if material.value.is_negative() {
            refused.push(refusals::NO_ORIGIN_PRICE.at(format!("/materials/{n}/value")));
        }
        if material.commodity.as_str().len() < 4 {
            let short = refusals::SHORT_CODE.at(format!("/materials/{n}/commodity"));
            refused.push(short.with("code", material.commodity).with("digits", 4));
        }
    }
    refused
}

/// What the goods were made of, as criteria ask for it.
struct Made<'a> {
    question: &'a OriginQuestion,
    /// Materials that do not originate.
    strangers: Vec<&'a Material>,
    foreign: Exact,
    own: Exact,
    tolerance: Option<Exact>,
}

impl<'a> Made<'a> {
    /// `None` if a sum has more digits than can be held.
    fn of(
        question: &'a OriginQuestion,
        agreement: &Agreement,
        parties: &BTreeSet<CountryCode>,
    ) -> Option<Made<'a>> {
        let entry = &agreement.entry;
        let cumulates = |origin: CountryCode| {
            entry.cumulation && (parties.contains(&origin) || entry.cumulates_with.contains(&origin))
        };
        let is_own = |material: &&Material| match material.origin {
            Some(origin) if question.agreement.is_none() => origin == question.country,
            Some(origin) if origin == question.country => material.originating,
            Some(origin) => material.originating && cumulates(origin),
            None => false,
        };
        let (own, strangers): (Vec<&Material>, Vec<&Material>) = question.materials.iter().partition(is_own);
        let sum = |materials: &[&Material]| materials.iter().try_fold(Exact::ZERO, |sum, m| sum.add(m.value));
        let tolerance = match entry.tolerance {
            Some(share) => Some(question.price.mul(share)?),
            None => None,
        };
        Some(Made { question, foreign: sum(&strangers)?, own: sum(&own)?, strangers, tolerance })
    }

    /// The materials whose code is that of the goods down to some digits.
    fn unchanged(&self, digits: usize) -> impl Iterator<Item = &&'a Material> {
        let of = move |code: CommodityCode| code.as_str().get(..digits).map(str::to_owned);
        let goods = of(self.question.commodity);
        // a material of too few digits is not known to have changed
        self.strangers.iter().filter(move |m| of(m.commodity).is_none_or(|code| Some(code) == goods))
    }

    /// Whether every foreign material changed its code, but for what is within the tolerance. Goods of which
    /// no material is told have changed nothing.
    fn changed(&self, digits: usize) -> bool {
        let unchanged: Vec<_> = self.unchanged(digits).collect();
        let value = unchanged.iter().try_fold(Exact::ZERO, |sum, m| sum.add(m.value));
        let tolerated = || self.tolerance.zip(value).is_some_and(|(most, value)| value <= most);
        !self.question.materials.is_empty() && (unchanged.is_empty() || tolerated())
    }

    /// Whether the change of heading holds only by the tolerance.
    fn within_tolerance(&self) -> bool {
        self.changed(4) && self.unchanged(4).next().is_some()
    }

    /// A part of the price; unknown where no material is told.
    fn share(&self, part: Option<Exact>) -> Value<'static> {
        let told = part.filter(|_| !self.question.materials.is_empty());
        let share = told.and_then(|part| part.div(self.question.price, 12, Rounding::Down));
        share.map_or(Value::Unknown, Value::Number)
    }
}

impl Facts for Made<'_> {
    fn field(&self, index: usize) -> Value<'_> {
        match NAMES.get(index).map(|(name, _)| *name) {
            Some("wholly_obtained") => Value::Bool(self.question.wholly_obtained),
            Some("originating_only") => {
                Value::Bool(!self.question.materials.is_empty() && self.strangers.is_empty())
            }
            Some("change.chapter") => Value::Bool(self.changed(2)),
            Some("change.heading") => Value::Bool(self.changed(4)),
            Some("change.subheading") => Value::Bool(self.changed(6)),
            Some("content.build_down") => self.share(self.question.price.sub(self.foreign)),
            Some("content.build_up") => self.share(Some(self.own)),
            Some("content.foreign") => self.share(Some(self.foreign)),
            Some("processes") => {
                Value::Texts(self.question.processes.iter().map(|p| Cow::Borrowed(p.as_str())).collect())
            }
            _ => Value::Unknown,
        }
    }
}

fn tried(criterion: &Criterion, made: &Made<'_>) -> Tried {
    let explanation = criterion.when.explain(made);
    let met = matches!(criterion.when.evaluate(made), Ok(Value::Bool(true)));
    let clauses = explanation.clauses.into_iter().map(|c| (c.source, c.outcome.text())).collect();
    Tried {
        rule: criterion.rule.to_string(),
        name: criterion.name.clone(),
        met,
        clauses,
        confirmed: criterion.confirmed,
    }
}

/// What an agreement asks beside a criterion, each with whether it is met.
fn conditions(
    question: &OriginQuestion,
    agreement: &Agreement,
    parties: &BTreeSet<CountryCode>,
    day: Date,
) -> Vec<Condition> {
    let condition = |what, met, zh: String, en: String| Condition { what, met, text: Text::of(zh, en) };
    let mut found = Vec::new();
    let (country, entry) = (question.country, &agreement.entry);
    if question.agreement.is_some() {
        let met = parties.contains(&country);
        let name = &entry.name;
        let no = (if met { "" } else { "不" }, if met { "" } else { "not " });
        found.push(condition(
            "party",
            met,
            format!("{country} {}是{}的成员", no.0, name.zh),
            format!("{country} is {}a party of {}", no.1, name.en),
        ));
    }
    if question.minimal_operations && !question.wholly_obtained {
        let zh = "仅经过保存、处理、包装等微小加工，不赋予原产资格".to_owned();
        let en = "nothing was done but to keep, handle or pack the goods, which gives no origin".to_owned();
        found.push(condition("operations", false, zh, en));
    }
    if entry.direct_transport {
        found.push(transport(question, parties));
    }
    if !entry.proofs.is_empty() {
        found.push(proof(question, agreement, day));
    }
    found
}

/// Direct transport 直接运输: straight from the party, or through others under the control of their customs.
fn transport(question: &OriginQuestion, parties: &BTreeSet<CountryCode>) -> Condition {
    let Some(way) = &question.transport else {
        let text = Text::of("未说明运输路线", "how the goods came is not said");
        return Condition { what: "transport", met: false, text };
    };
    let strangers: Vec<String> =
        way.through.iter().filter(|c| !parties.contains(c)).map(ToString::to_string).collect();
    let text = match (strangers.is_empty(), way.under_control) {
        (true, _) => Text::of("直接运输", "the goods came directly"),
        (false, true) => {
            let through = strangers.join(", ");
            Text::of(
                format!("经 {through} 中转，处于当地海关监管之下"),
                format!("the goods came through {through} under the control of customs there"),
            )
        }
        (false, false) => {
            let through = strangers.join(", ");
            Text::of(
                format!("经 {through} 中转，未证明处于当地海关监管之下"),
                format!(
                    "the goods came through {through}, and nothing shows that customs there controlled them"
                ),
            )
        }
    };
    Condition { what: "transport", met: strangers.is_empty() || way.under_control, text }
}

fn proof(question: &OriginQuestion, agreement: &Agreement, day: Date) -> Condition {
    let entry = &agreement.entry;
    let condition = |met, zh: String, en: String| Condition { what: "proof", met, text: Text::of(zh, en) };
    let Some(proof) = &question.proof else {
        let waived = entry.proof_waived_up_to.zip(question.lot);
        let small = waived.filter(|(most, lot)| lot.currency == most.currency && lot.amount <= most.amount);
        return match (small, entry.proof_waived_up_to) {
            (Some((most, _)), _) => {
                let up_to = format!("{} {}", most.amount, most.currency);
                condition(
                    true,
                    format!("货值不超过 {up_to}，免交原产地证明"),
                    format!("no proof is asked for up to {up_to}"),
                )
            }
            (None, _) => {
                condition(false, "未提交原产地证明".to_owned(), "there is no proof of origin".to_owned())
            }
        };
    };
    if !entry.proofs.iter().any(|kind| **kind == *proof.kind) {
        let (kind, taken) = (&proof.kind, entry.proofs.join(", "));
        return condition(
            false,
            format!("原产地证明类型 {kind} 不被接受，应为 {taken}"),
            format!("a proof of kind {kind} is not taken; {taken} is"),
        );
    }
    if proof.number.trim().is_empty() {
        let (zh, en) = ("原产地证明没有编号", "the proof of origin has no number");
        return condition(false, zh.to_owned(), en.to_owned());
    }
    let until = entry.proof_months.and_then(|months| proof.issued.checked_add(months.months()).ok());
    let (issued, good) = (proof.issued, proof.issued <= day && until.is_none_or(|until| day <= until));
    match until {
        Some(until) => condition(
            good,
            format!("原产地证明 {issued} 签发，有效至 {until}"),
            format!("the proof was issued on {issued} and is good until {until}"),
        ),
        None => {
            condition(good, format!("原产地证明 {issued} 签发"), format!("the proof was issued on {issued}"))
        }
    }
}
