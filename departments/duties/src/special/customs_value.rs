//! The customs value as customs determines it 海关确定计税价格: six methods, tried in order, each that is passed
//! over with its reason on record and one with its evidence. Source: WTO valuation agreement, articles 1 to 8;
//! Tariff Law 24 to 30; handbook 5.1, 5.2.
//!
//! A price database may raise a doubt and can never supply a value. That is no check but the shape of the types:
//! a value comes out of [`Evidence`], which has no form for a price from a database, and what a doubt refers to,
//! a [`ReferencePrice`], can be held against a declared price and gives no number back:
//!
//! ```compile_fail
//! use customhouse_duties::special::{Evidence, ReferencePrice};
//! use customhouse_kernel::values::Exact;
//!
//! fn value(reference: ReferencePrice, quantity: Exact) -> Evidence {
//!     let (profit_and_expenses, inland_costs, duties_and_taxes) = (Exact::ZERO, Exact::ZERO, Exact::ZERO);
//!     let unit_price = reference; // with a number, `Exact`, here, this compiles
//!     Evidence::Deductive { quantity, unit_price, profit_and_expenses, inland_costs, duties_and_taxes }
//! }
//! ```
//!
//! Not here: the notice of doubt, its answer and the consultation (a procedure); dividing a value among lines.

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, unfit_round};
use crate::special::working::{Rounded, Working};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A determination on record. All amounts are in the territory's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomsValue {
    #[serde(default)]
    pub direction: Direction,
    /// The day whose law applies.
    pub day: Date,
    /// What made customs ask. It asks, and gives no value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<Doubt>,
    /// The methods before the one that is applied, in their order, each with why it gives nothing.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
    pub evidence: Evidence,
    /// Why the evidence is taken though its own method is not met 合理方法: then the method is the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasonable: Option<String>,
    /// The payer asked to have the computed value before the deductive one.
    #[serde(default)]
    pub computed_first: bool,
}

/// A method of valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuationMethod {
    /// 成交价格
    TransactionPrice,
    /// 相同货物
    IdenticalGoods,
    /// 类似货物
    SimilarGoods,
    /// 倒扣价格
    Deductive,
    /// 计算价格
    Computed,
    /// 合理方法
    Reasonable,
}

/// A method that was tried and gives no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    pub method: ValuationMethod,
    pub reason: String,
}

/// What a method rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// The price paid or payable for these goods, what the law adds, and what it leaves out.
    TransactionPrice {
        price: Exact,
        #[serde(default)]
        freight: Exact,
        #[serde(default)]
        insurance: Exact,
        #[serde(default)]
        additions: Vec<Adjustment>,
        #[serde(default)]
        deductions: Vec<Adjustment>,
    },
    /// Accepted values of identical goods; the lowest counts.
    IdenticalGoods { quantity: Exact, accepted: Vec<AcceptedValue> },
    /// Accepted values of similar goods; the lowest counts.
    SimilarGoods { quantity: Exact, accepted: Vec<AcceptedValue> },
    /// The unit price of the greatest quantity at the first sale inland, less what the sale costs. All by unit.
    Deductive {
        quantity: Exact,
        unit_price: Exact,
        profit_and_expenses: Exact,
        inland_costs: Exact,
        duties_and_taxes: Exact,
    },
    /// What the goods cost to make, with the usual profit, and to bring here.
    Computed { materials_and_processing: Exact, profit_and_expenses: Exact, freight: Exact, insurance: Exact },
}

/// An amount that the law adds to a price or leaves out of it, by the pack's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    pub kind: String,
    pub amount: Exact,
}

/// A value that customs accepted for other goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedValue {
    /// The declaration.
    pub entry: String,
    /// When those goods came.
    pub day: Date,
    pub unit_value: Exact,
    /// For another level of trade, quantity or way: added to a unit's value, or taken from it where it is below zero.
    #[serde(default)]
    pub adjustment: Exact,
}

/// Why customs asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case", deny_unknown_fields)]
pub enum Doubt {
    /// The declared price of a unit lies below a price on file.
    PriceDatabase { declared: Exact, reference: ReferencePrice },
    /// Buyer and seller are related, and that may have told on the price.
    Relationship { note: String },
    /// The papers do not agree with each other.
    Papers { note: String },
}

/// A price on file. It can be asked whether a declared price lies below it, and nothing else: no number comes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReferencePrice(Exact);

impl ReferencePrice {
    pub fn new(price: Exact) -> ReferencePrice {
        ReferencePrice(price)
    }

    /// Whether it gives cause to doubt a declared price.
    pub fn doubts(&self, declared: Exact) -> bool {
        declared < self.0
    }
}

/// The value, and by which method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomsValueResult {
    pub value: Money,
    pub method: ValuationMethod,
    /// How many of the doubts stand: a reference above the declared price, a note.
    pub doubts: usize,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomsValueRule {
    /// The methods in their order.
    methods: Vec<ValuationMethod>,
    /// Whether the payer may ask to have the computed value before the deductive one.
    may_swap: bool,
    /// How many days lie at most between the goods and those that they are compared with.
    same_time_days: i64,
    /// What may be added to a price, and left out of it.
    additions: Vec<Box<str>>,
    deductions: Vec<Box<str>>,
    round: Rounded,
}

impl Law for CustomsValueRule {
    const KIND: &'static str = "customs_value";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        self.methods.is_empty().then_some(("须列明估价方法", "there are methods")).or(unfit_round(self.round))
    }
}

impl Evidence {
    fn method(&self) -> ValuationMethod {
        match self {
            Evidence::TransactionPrice { .. } => ValuationMethod::TransactionPrice,
            Evidence::IdenticalGoods { .. } => ValuationMethod::IdenticalGoods,
            Evidence::SimilarGoods { .. } => ValuationMethod::SimilarGoods,
            Evidence::Deductive { .. } => ValuationMethod::Deductive,
            Evidence::Computed { .. } => ValuationMethod::Computed,
        }
    }
}

impl Doubt {
    fn stands(&self) -> bool {
        match self {
            Doubt::PriceDatabase { declared, reference } => reference.doubts(*declared),
            Doubt::Relationship { note } | Doubt::Papers { note } => !note.trim().is_empty(),
        }
    }
}

impl CustomsValue {
    fn method(&self) -> ValuationMethod {
        match self.reasonable {
            Some(_) => ValuationMethod::Reasonable,
            None => self.evidence.method(),
        }
    }

    /// The methods in the order in which they are to be tried.
    fn order(&self, rule: &CustomsValueRule) -> Vec<ValuationMethod> {
        let mut order = rule.methods.clone();
        let place = |method| rule.methods.iter().position(|m| *m == method);
        let both = (place(ValuationMethod::Deductive), place(ValuationMethod::Computed));
        if let (true, (Some(deductive), Some(computed))) = (self.computed_first && rule.may_swap, both) {
            order.swap(deductive, computed);
        }
        order
    }
}

/// The value by the method that is applied. Rounding: the rule's, once.
///
/// # Errors
/// No rule; a method before its turn or without a reason; an addition or a deduction that the rule does not know;
/// goods that were not there at about the same time; numbers below zero; a value that is not above zero.
pub(crate) fn reckon(
    facts: &CustomsValue,
    rules: &Rules<CustomsValueRule>,
) -> Result<CustomsValueResult, Vec<Refusal>> {
    let way = match facts.direction {
        Direction::Import => "import",
        Direction::Export => "export",
    };
    let rule = rules.on(way, facts.day, "/direction").map_err(|r| vec![r])?;
    let mut findings = Findings::default();
    in_turn(facts, &rule.law, &mut findings);
    fits(facts, &rule.law, &mut findings);
    findings.done()?;
    let mut working = Working::default();
    let value = value(&facts.evidence, rule, &mut working).map_err(|r| vec![r])?;
    if value <= Money::ZERO {
        return Err(vec![refusals::NO_VALUE.at("/evidence")]);
    }
    let doubts = facts.doubts.iter().filter(|doubt| doubt.stands()).count();
    Ok(CustomsValueResult { value, method: facts.method(), doubts, working })
}

/// Every method before the one applied is set aside with a reason, and no other is.
fn in_turn(facts: &CustomsValue, rule: &CustomsValueRule, findings: &mut Findings) {
    let order = facts.order(rule);
    let applied = facts.method();
    let before: Vec<ValuationMethod> = order.iter().copied().take_while(|m| *m != applied).collect();
    let aside: Vec<ValuationMethod> = facts.set_aside.iter().map(|s| s.method).collect();
    let reasonable = facts.reasonable.as_ref().is_some_and(|why| why.trim().is_empty());
    if !order.contains(&applied) || aside != before || (facts.computed_first && !rule.may_swap) || reasonable
    {
        let names: Vec<String> = before.iter().map(|method| method.name()).collect();
        let out_of_turn = refusals::METHOD_OUT_OF_TURN.at("/set_aside");
        findings.add(out_of_turn.with("method", applied.name()).with("before", names.join(", ")));
    }
    for (n, set_aside) in facts.set_aside.iter().enumerate() {
        if set_aside.reason.trim().is_empty() {
            findings.add(crate::special::rules::missing(
                &format!("/set_aside/{n}/reason"),
                "不予采用的理由",
                "the reason",
            ));
        }
    }
}

impl ValuationMethod {
    /// As it is written in facts and rules.
    fn name(self) -> String {
        let name = match self {
            ValuationMethod::TransactionPrice => "transaction_price",
            ValuationMethod::IdenticalGoods => "identical_goods",
            ValuationMethod::SimilarGoods => "similar_goods",
            ValuationMethod::Deductive => "deductive",
            ValuationMethod::Computed => "computed",
            ValuationMethod::Reasonable => "reasonable",
        };
        name.to_owned()
    }
}

/// Whether the evidence is of the form that the law asks for.
fn fits(facts: &CustomsValue, rule: &CustomsValueRule, findings: &mut Findings) {
    match &facts.evidence {
        Evidence::TransactionPrice { price, freight, insurance, additions, deductions } => {
            for (number, path) in [(price, "/price"), (freight, "/freight"), (insurance, "/insurance")] {
                findings.not_negative(*number, &format!("/evidence{path}"));
            }
            adjustments(additions, &rule.additions, "/evidence/additions", findings);
            adjustments(deductions, &rule.deductions, "/evidence/deductions", findings);
        }
        Evidence::IdenticalGoods { quantity, accepted } | Evidence::SimilarGoods { quantity, accepted } => {
            findings.not_negative(*quantity, "/evidence/quantity");
            compared(facts, accepted, rule, findings);
        }
        Evidence::Deductive { quantity, unit_price, profit_and_expenses, inland_costs, duties_and_taxes } => {
            for (number, path) in [
                (quantity, "quantity"),
                (unit_price, "unit_price"),
                (profit_and_expenses, "profit_and_expenses"),
                (inland_costs, "inland_costs"),
                (duties_and_taxes, "duties_and_taxes"),
            ] {
                findings.not_negative(*number, &format!("/evidence/{path}"));
            }
        }
        Evidence::Computed { materials_and_processing, profit_and_expenses, freight, insurance } => {
            for (number, path) in [
                (materials_and_processing, "materials_and_processing"),
                (profit_and_expenses, "profit_and_expenses"),
                (freight, "freight"),
                (insurance, "insurance"),
            ] {
                findings.not_negative(*number, &format!("/evidence/{path}"));
            }
        }
    }
}

fn adjustments(given: &[Adjustment], known: &[Box<str>], path: &str, findings: &mut Findings) {
    for (n, adjustment) in given.iter().enumerate() {
        findings.not_negative(adjustment.amount, &format!("{path}/{n}/amount"));
        if !known.iter().any(|kind| **kind == *adjustment.kind) {
            let unknown = refusals::ADJUSTMENT_UNKNOWN.at(format!("{path}/{n}/kind"));
            findings.add(unknown.with("kind", &adjustment.kind).with("known", known.join(", ")));
        }
    }
}

/// Goods that values are taken from came at about the same time; under the last method time is no bar.
fn compared(
    facts: &CustomsValue,
    accepted: &[AcceptedValue],
    rule: &CustomsValueRule,
    findings: &mut Findings,
) {
    if accepted.is_empty() {
        findings.add(crate::special::rules::missing(
            "/evidence/accepted",
            "已接受的价格",
            "an accepted value",
        ));
    }
    for (n, value) in accepted.iter().enumerate() {
        findings.not_negative(value.unit_value, &format!("/evidence/accepted/{n}/unit_value"));
        let apart = i64::from((facts.day - value.day).get_days()).abs();
        if apart > rule.same_time_days && facts.reasonable.is_none() {
            let far = refusals::NOT_SAME_TIME.at(format!("/evidence/accepted/{n}/day"));
            findings
                .add(far.with("entry", &value.entry).with("days", apart).with("most", rule.same_time_days));
        }
    }
}

fn value(
    evidence: &Evidence,
    Dated { id, law, .. }: &Dated<CustomsValueRule>,
    working: &mut Working,
) -> Result<Money, Refusal> {
    let whole = match evidence {
        Evidence::TransactionPrice { price, freight, insurance, additions, deductions } => {
            let sum = |list: &[Adjustment]| {
                let sum = list.iter().try_fold(Exact::ZERO, |sum, a| sum.add(a.amount));
                sum.ok_or_else(|| refusals::TOO_MANY_DIGITS.at("/evidence"))
            };
            let (more, less) = (sum(additions)?, sum(deductions)?);
            let added = [
                (Name::Price, *price),
                (Name::Freight, *freight),
                (Name::Insurance, *insurance),
                (Name::Additions, more),
            ];
            working.terms(Name::Total, id, &added, &[(Name::Deductions, less)])?
        }
        Evidence::IdenticalGoods { quantity, accepted } | Evidence::SimilarGoods { quantity, accepted } => {
            let mut units = Vec::with_capacity(accepted.len());
            for value in accepted {
                working.about(&value.entry);
                let parts =
                    [(Name::AcceptedUnitValue, value.unit_value), (Name::Adjustment, value.adjustment)];
                units.push((Name::UnitBalance, working.terms(Name::UnitBalance, id, &parts, &[])?));
            }
            working.about("");
            let lowest = working.lowest(Name::UnitTaken, id, &units)?;
            return working.amount(
                Name::Value,
                id,
                &[(Name::UnitTaken, lowest), (Name::Quantity, *quantity)],
                &[],
                law.round,
            );
        }
        Evidence::Deductive { quantity, unit_price, profit_and_expenses, inland_costs, duties_and_taxes } => {
            let taken = [
                (Name::ProfitAndExpenses, *profit_and_expenses),
                (Name::InlandCosts, *inland_costs),
                (Name::DutiesAndTaxes, *duties_and_taxes),
            ];
            let unit = working.terms(Name::UnitBalance, id, &[(Name::UnitPrice, *unit_price)], &taken)?;
            let factors = [(Name::UnitBalance, unit), (Name::Quantity, *quantity)];
            return working.amount(Name::Value, id, &factors, &[], law.round);
        }
        Evidence::Computed { materials_and_processing, profit_and_expenses, freight, insurance } => {
            let added = [
                (Name::MaterialsAndProcessing, *materials_and_processing),
                (Name::ProfitAndExpenses, *profit_and_expenses),
                (Name::Freight, *freight),
                (Name::Insurance, *insurance),
            ];
            working.terms(Name::Total, id, &added, &[])?
        }
    };
    working.amount(Name::Value, id, &[(Name::Total, whole)], &[], law.round)
}
