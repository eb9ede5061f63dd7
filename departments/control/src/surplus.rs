//! The surplus 余款 of a sale: claimed by the consignee with proof within a year of the sale, and then
//! refundable; the treasury's if nobody does. Source: CL 30, handbook 3.1.

use crate::case::CaseBody;
use crate::command::Actor;
use crate::disposal::{Disposal, DisposalKind, DisposalRecord, disposal_key, nothing_due};
use crate::law::ControlLaw;
use crate::refusals;
use crate::sale::SurplusEnd;
use customhouse_finance::refusals as finance;
use customhouse_finance::{lapse_surplus, refund_surplus};
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A claim to a surplus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurplusClaim {
    pub party: String,
    /// What proves it.
    pub note: String,
    pub files: Vec<Hash>,
    pub at: Moment,
    pub decided: Option<ClaimDecision>,
}

/// What customs decided on a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimDecision {
    pub granted: bool,
    pub note: String,
    pub at: Moment,
}

/// A party claims the surplus that is held.
///
/// # Errors
/// The year is over.
pub(crate) fn claim(
    body: &mut DisposalRecord,
    note: &str,
    files: &[Hash],
    actor: &Actor,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let last = body.sale.as_ref().and_then(|sale| sale.claim_by);
    if let Some(last) = last.filter(|last| at.day() > *last) {
        return Err(vec![finance::SURPLUS_CLAIMED_LATE.at("").with("last", last)]);
    }
    let party = actor.party.clone();
    let claim = SurplusClaim { party, note: note.to_owned(), files: files.to_vec(), at: *at, decided: None };
    body.claims.push(claim);
    Ok(())
}

/// Who claimed last.
pub(crate) fn claimant(body: &DisposalRecord) -> Result<String, Vec<Refusal>> {
    let last = body.claims.last().map(|claim| claim.party.clone());
    last.ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &body.number)])
}

/// Customs decides on the claim; granted to a party, the surplus becomes refundable to it.
///
/// # Errors
/// Nothing was claimed, or no surplus is held.
pub(crate) fn decide(
    body: &mut DisposalRecord,
    granted_to: Option<&str>,
    note: &str,
    at: &Moment,
) -> Result<Option<Posting>, Vec<Refusal>> {
    let key = body.account_key();
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", &key)];
    let claim = body.claims.last_mut().ok_or_else(bad)?;
    claim.decided =
        Some(ClaimDecision { granted: granted_to.is_some(), note: note.trim().to_owned(), at: *at });
    let Some(party) = granted_to else { return Ok(None) };
    let sale = body.sale.as_mut().filter(|sale| sale.holds_surplus()).ok_or_else(bad)?;
    sale.surplus = Some(SurplusEnd::Refunded { party: party.to_owned(), on: at.day() });
    Ok(Some(refund_surplus(&key, party, sale.distribution.held())))
}

/// The year is over, and nobody has claimed it: it is the treasury's.
///
/// # Errors
/// Nothing was due on that day, or it has not passed yet.
pub(crate) fn lapse(
    (kind, number): (DisposalKind, &str),
    due: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let system = Actor::system();
    let none = || nothing_due(&disposal_key(kind, number), due);
    let mut disposal = Disposal::load((kind, number), &system, view, law)?;
    if disposal.case.body.due() != Some(due) || due >= at.day() {
        return Err(none());
    }
    disposal.case.step("lapse_surplus", &system, at).map_err(|r| vec![r])?;
    let body = &mut disposal.case.body;
    let key = body.account_key();
    let sale = body.sale.as_mut().ok_or_else(none)?;
    let surplus = sale.distribution.held();
    sale.surplus = Some(SurplusEnd::Lapsed { on: at.day() });
    disposal.decision.postings.push(lapse_surplus(&key, surplus, at.day().year()));
    Ok(disposal.close("disposal.lapsed", "lapse_surplus", "", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disposal::DisposalKind;
    use crate::sale::{Sale, SaleSheet};
    use customhouse_finance::{SaleDistribution, SaleRest};
    use customhouse_kernel::values::{Exact, Money, OfficeCode};

    /// A case whose goods were sold on 29 February 2028 for one yuan that is held.
    fn sold() -> DisposalRecord {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let sheet = SaleSheet {
            buyer: "b".to_owned(),
            document: "d".to_owned(),
            sold_on: date("2028-02-29"),
            proceeds: Exact::from(1),
            value: None,
            restricted: false,
            deductions: Vec::new(),
        };
        let yuan = Money::from_minor(100);
        let distribution = SaleDistribution {
            rule: String::new(),
            proceeds: yuan,
            parts: Vec::new(),
            shortfall: Money::ZERO,
            surplus: yuan,
            rest: SaleRest::Consignee,
        };
        let (approved, claim_by) = (Some(date("2028-03-01")), Some(date("2029-02-28")));
        let sale = Sale { sheet, late_declaration: None, distribution, approved, claim_by, surplus: None };
        DisposalRecord {
            kind: DisposalKind::Unclaimed,
            number: "2225-B.1".to_owned(),
            office: OfficeCode::parse("2225").unwrap(),
            bill: "2225-B".to_owned(),
            consignee: None,
            asked_by: String::new(),
            reason: String::new(),
            note: String::new(),
            ground: String::new(),
            entry_date: None,
            declare_by: None,
            declaration: None,
            decided: None,
            sale: Some(sale),
            claims: Vec::new(),
            timeline: Vec::new(),
        }
    }

    #[test]
    fn a_surplus_is_claimed_to_the_last_day_of_the_year() {
        for (day, code) in [("2029-02-27", None), ("2029-02-28", None), ("2029-03-01", Some("FIN-023"))] {
            let at = Moment { utc_micros: 0, local: day.parse::<Date>().unwrap().at(23, 59, 0, 0) };
            let mut body = sold();
            assert_eq!(body.due(), Some("2029-02-28".parse().unwrap()));
            let claimed = claim(&mut body, "提单", &[], &Actor::system(), &at);
            assert_eq!(claimed.err().map(|r| r[0].code.clone()).as_deref(), code, "{day}");
            // what is claimed does not lapse while customs decides
            assert_eq!(body.due().is_none(), code.is_none(), "{day}");
            if code.is_none() {
                decide(&mut body, None, "无法证明", &at).unwrap();
                assert_eq!(body.due(), Some("2029-02-28".parse().unwrap()));
                assert!(decide(&mut body, Some("P"), "", &at).unwrap().is_some());
                assert_eq!(body.due(), None);
                assert!(decide(&mut body, Some("P"), "", &at).is_err(), "there is nothing left to refund");
            }
        }
    }
}
