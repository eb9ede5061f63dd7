//! The sale 变卖 of goods that nobody clears: one officer's sheet says who bought them, what they brought in,
//! what the sale cost and which taxes bear on them; the head of the office approves it, and then the money
//! is booked. The late-declaration fee is reckoned, to the last of the three months, and taken from the
//! proceeds. Source: CL 30, handbook 3.1, 3.2; the fee's last day is that of Order 128, from memory.
//!
//! Not here: the order of payment (`finance`). The taxes are the officer's finding: without a declaration
//! there is nothing that could be assessed.

use crate::disposal::{DisposalKind, DisposalRecord};
use crate::law::ControlLaw;
use crate::refusals;
use customhouse_finance::refusals as finance;
use customhouse_finance::{LATE_DECLARATION, LateDeclarationFee, SaleDistribution, SaleRule};
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest name of a buyer or a document, in characters.
const NAME: usize = 100;

/// The sheet of a sale, as an officer records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleSheet {
    pub buyer: String,
    /// What the sale rests on: an auction's record, a contract.
    pub document: String,
    pub sold_on: Date,
    pub proceeds: Exact,
    /// Dutiable value, where the fee is reckoned on one.
    #[serde(default)]
    pub value: Option<Exact>,
    /// Goods under an import restriction, without their licence: the surplus is the treasury's.
    #[serde(default)]
    pub restricted: bool,
    /// Costs and taxes, by the names of the rule.
    #[serde(default)]
    pub deductions: Vec<SaleDeduction>,
}

/// A cost or a tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleDeduction {
    pub name: String,
    pub amount: Exact,
    /// How it was found.
    #[serde(default)]
    pub note: String,
}

/// What is kept of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    pub sheet: SaleSheet,
    pub late_declaration: Option<LateDeclarationFee>,
    pub distribution: SaleDistribution,
    /// The day on which the head approved it: then the money is booked.
    pub approved: Option<Date>,
    /// The last day on which the surplus is claimed.
    pub claim_by: Option<Date>,
    /// What became of a surplus that was held.
    pub surplus: Option<SurplusEnd>,
}

/// How the holding of a surplus ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurplusEnd {
    /// Refundable to a party since a day.
    Refunded { party: String, on: Date },
    /// The treasury's since a day.
    Lapsed { on: Date },
}

impl Sale {
    /// Whether a surplus is held for the consignee.
    pub fn holds_surplus(&self) -> bool {
        self.approved.is_some() && self.surplus.is_none() && !self.distribution.held().is_zero()
    }
}

/// An officer records the sale; nothing is booked yet.
///
/// # Errors
/// Every finding about the sheet.
pub(crate) fn record(
    body: &mut DisposalRecord,
    sheet: Option<&SaleSheet>,
    law: &ControlLaw,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let sheet = sheet.ok_or_else(|| vec![refusals::MISSING.at("/sale").with("field", "sale")])?;
    let decided = body.decided.unwrap_or(at.day());
    let mut refused = Vec::new();
    for (text, field) in [(&sheet.buyer, "buyer"), (&sheet.document, "document")] {
        let length = text.chars().count();
        if text.trim().is_empty() {
            refused.push(refusals::MISSING.at(format!("/sale/{field}")).with("field", field));
        }
        if length > NAME {
            let long = refusals::TOO_LONG.at(format!("/sale/{field}")).with("field", field);
            refused.push(long.with("max", NAME).with("length", length));
        }
    }
    if !(decided..=at.day()).contains(&sheet.sold_on) {
        let wrong = refusals::SALE_DAY.at("/sale/sold_on").with("sold_on", sheet.sold_on);
        refused.push(wrong.with("decided", decided));
        return Err(refused);
    }
    let rule = law.sales.rule(body.kind.name(), sheet.sold_on).map_err(|r| vec![r])?;
    let proceeds = amount(sheet.proceeds, "/sale/proceeds", &mut refused);
    let mut asked = asked(sheet, rule, &mut refused);
    let fee = fee(body, sheet, rule, law, &mut refused);
    let (Some(proceeds), true) = (proceeds, refused.is_empty()) else { return Err(refused) };
    asked.extend(fee.iter().map(|fee| (LATE_DECLARATION.to_owned(), fee.amount)));
    let distribution = rule.distribute(proceeds, &asked, sheet.restricted).map_err(|r| vec![r])?;
    body.sale = Some(Sale {
        sheet: sheet.clone(),
        late_declaration: fee,
        distribution,
        approved: None,
        claim_by: None,
        surplus: None,
    });
    Ok(())
}

/// An amount of money above zero.
fn amount(value: Exact, path: &str, refused: &mut Vec<Refusal>) -> Option<Money> {
    let money = value.steps(Money::PLACES).filter(|steps| *steps > 0).map(Money::from_minor);
    if money.is_none() {
        refused.push(finance::NOT_COLLECTABLE.at(path).with("amount", value));
    }
    money
}

/// The deductions of a sheet, each named once and by the rule.
fn asked(sheet: &SaleSheet, rule: &SaleRule, refused: &mut Vec<Refusal>) -> BTreeMap<String, Money> {
    let mut asked = BTreeMap::new();
    for (place, deduction) in sheet.deductions.iter().enumerate() {
        let path = format!("/sale/deductions/{place}");
        let known = rule.names().any(|name| name == deduction.name);
        if !known || asked.contains_key(&deduction.name) {
            let short: String = deduction.name.chars().filter(|c| !c.is_control()).take(40).collect();
            let names = rule.names().collect::<Vec<_>>().join(", ");
            let wrong = refusals::SALE_DEDUCTION.at(format!("{path}/name")).with("name", short);
            refused.push(wrong.with("names", names));
            continue;
        }
        if deduction.note.chars().count() > NAME {
            let long = refusals::TOO_LONG.at(format!("{path}/note")).with("field", "note").with("max", NAME);
            refused.push(long.with("length", deduction.note.chars().count()));
        }
        if let Some(money) = amount(deduction.amount, &format!("{path}/amount"), refused) {
            asked.insert(deduction.name.clone(), money);
        }
    }
    asked
}

/// The late-declaration fee of goods that were never declared: from its first day to the last on which they
/// could have been declared.
fn fee(
    body: &DisposalRecord,
    sheet: &SaleSheet,
    rule: &SaleRule,
    law: &ControlLaw,
    refused: &mut Vec<Refusal>,
) -> Option<LateDeclarationFee> {
    let (Some(entered), Some(last)) = (body.entry_date, body.declare_by) else { return None };
    if !rule.pays(LATE_DECLARATION) {
        return None;
    }
    let Some(value) = sheet.value else {
        refused.push(refusals::MISSING.at("/sale/value").with("field", "value"));
        return None;
    };
    let value = amount(value, "/sale/value", refused)?;
    law.late_declaration.fee(entered, last, value).unwrap_or_else(|refusal| {
        refused.push(refusal);
        None
    })
}

/// The head approves the sale: it is booked, and a surplus is held from the day of the sale.
///
/// # Errors
/// No sale was recorded, or the pack does not say how long a surplus is held.
pub(crate) fn approve(
    body: &mut DisposalRecord,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Vec<Posting>, Vec<Refusal>> {
    let (key, office, kind) = (body.account_key(), body.office, body.kind);
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", &key)];
    let sale = body.sale.as_mut().ok_or_else(bad)?;
    sale.approved = Some(at.day());
    if sale.holds_surplus() {
        let sold_on = sale.sheet.sold_on;
        let last = law.terms_of_procedure.last_day("surplus_claim", sold_on);
        sale.claim_by = Some(last.ok_or_else(|| vec![no_term(kind, sold_on)])?.day);
    }
    Ok(sale.distribution.post(&key, office, at.day().year()))
}

fn no_term(kind: DisposalKind, day: Date) -> Refusal {
    finance::NO_SALE_RULE.at("").with("case", kind.name()).with("date", day)
}
