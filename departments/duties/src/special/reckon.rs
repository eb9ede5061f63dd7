//! All special calculations behind one door: compiled once per edition, asked by kind.

use crate::special::article_tariff::ArticleLaw;
use crate::special::compensatory_interest::InterestLaw;
use crate::special::exchange_day::ExchangeDayLaw;
use crate::special::relief_recovery::ReliefLaw;
use crate::special::rules::{Law, Rules};
use crate::special::temporary_admission::TemporaryLaw;
use crate::special::tonnage_dues::TonnageLaw;
use crate::special::traveller::TravellerLaw;
use crate::special::working::Working;
use crate::special::{
    border_trade, customs_value, exchange_day, exclusion, formula_price, outward_processing, postal_article,
    provisional_duty,
};
use crate::special::{compensatory_interest, relief_recovery, retail_import, temporary_admission};
use crate::special::{tonnage_dues, traveller, unproven_origin};
use customhouse_kernel::law::{Calendar, PackFault, Rulebook};
use customhouse_kernel::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The rules of the special calculations over all time.
#[derive(Clone, Debug, Default)]
pub struct SpecialDuties {
    tonnage: TonnageLaw,
    temporary: TemporaryLaw,
    relief: ReliefLaw,
    interest: InterestLaw,
    outward: Rules<outward_processing::OutwardRule>,
    retail: Rules<retail_import::RetailRule>,
    articles: ArticleLaw,
    travellers: TravellerLaw,
    postal: Rules<postal_article::PostalRule>,
    border: Rules<border_trade::BorderRule>,
    provisional: Rules<provisional_duty::ProvisionalRule>,
    exclusion: Rules<exclusion::ExclusionRule>,
    unproven: Rules<unproven_origin::UnprovenRule>,
    values: Rules<customs_value::CustomsValueRule>,
    formulas: Rules<formula_price::FormulaRule>,
    exchange_days: ExchangeDayLaw,
}

/// The facts of a calculation, named by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "calculation", rename_all = "snake_case")]
pub enum SpecialFacts {
    TonnageDues(tonnage_dues::TonnageDues),
    TemporaryAdmission(temporary_admission::TemporaryAdmission),
    ReliefSale(relief_recovery::ReliefSale),
    ReliefDiversion(relief_recovery::ReliefDiversion),
    Interest(compensatory_interest::Interest),
    OutwardProcessing(outward_processing::OutwardProcessing),
    RetailOrder(retail_import::RetailOrder),
    Traveller(traveller::TravellerDeclaration),
    PostalParcel(postal_article::PostalParcel),
    BorderTrade(border_trade::BorderTrade),
    ProvisionalDuty(provisional_duty::ProvisionalDuty),
    Exclusion(exclusion::Exclusion),
    UnprovenOrigin(unproven_origin::UnprovenOrigin),
    CustomsValue(customs_value::CustomsValue),
    FormulaPrice(formula_price::FormulaPrice),
    ExchangeDay(exchange_day::ExchangeDay),
}

/// What came out, with its working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "calculation", rename_all = "snake_case")]
pub enum SpecialResult {
    TonnageDues(tonnage_dues::TonnageDuesResult),
    TemporaryAdmission(temporary_admission::TemporaryAdmissionResult),
    ReliefSale(relief_recovery::ReliefSaleResult),
    ReliefDiversion(relief_recovery::ReliefDiversionResult),
    Interest(compensatory_interest::InterestResult),
    OutwardProcessing(outward_processing::OutwardProcessingResult),
    RetailOrder(retail_import::RetailResult),
    Traveller(traveller::TravellerResult),
    PostalParcel(postal_article::PostalResult),
    BorderTrade(border_trade::BorderTradeResult),
    ProvisionalDuty(provisional_duty::ProvisionalDutyResult),
    Exclusion(exclusion::ExclusionResult),
    UnprovenOrigin(unproven_origin::UnprovenOriginResult),
    CustomsValue(customs_value::CustomsValueResult),
    FormulaPrice(formula_price::FormulaPriceResult),
    ExchangeDay(exchange_day::ExchangeDayResult),
}

impl SpecialDuties {
    /// # Errors
    /// Each rule of these kinds that does not fit, with its place in the pack.
    pub fn compile(rulebook: &Rulebook) -> Result<SpecialDuties, Vec<PackFault>> {
        let mut faults = Vec::new();
        let duties = SpecialDuties {
            tonnage: TonnageLaw {
                rules: read(rulebook, &mut faults),
                flags: read(rulebook, &mut faults),
                grounds: read(rulebook, &mut faults),
                calendar: Calendar::compile(rulebook),
            },
            temporary: TemporaryLaw {
                rules: read(rulebook, &mut faults),
                purposes: read(rulebook, &mut faults),
            },
            relief: ReliefLaw { periods: read(rulebook, &mut faults), rules: read(rulebook, &mut faults) },
            interest: InterestLaw { rules: read(rulebook, &mut faults), rates: read(rulebook, &mut faults) },
            outward: read(rulebook, &mut faults),
            retail: read(rulebook, &mut faults),
            articles: ArticleLaw {
                values: read(rulebook, &mut faults),
                rates: read(rulebook, &mut faults),
                valuation: read(rulebook, &mut faults),
            },
            travellers: TravellerLaw {
                allowances: read(rulebook, &mut faults),
                quantities: read(rulebook, &mut faults),
                never_exempt: read(rulebook, &mut faults),
            },
            postal: read(rulebook, &mut faults),
            border: read(rulebook, &mut faults),
            provisional: read(rulebook, &mut faults),
            exclusion: read(rulebook, &mut faults),
            unproven: read(rulebook, &mut faults),
            values: read(rulebook, &mut faults),
            formulas: read(rulebook, &mut faults),
            exchange_days: ExchangeDayLaw {
                rules: read(rulebook, &mut faults),
                calendar: Calendar::compile(rulebook),
            },
        };
        if faults.is_empty() { Ok(duties) } else { Err(faults) }
    }

    /// One calculation. The law's day is a fact of each kind.
    ///
    /// # Errors
    /// Everything that is wrong with the facts, each by name; paths are JSON pointers into them.
    pub fn reckon(&self, facts: &SpecialFacts) -> Result<SpecialResult, Vec<Refusal>> {
        use SpecialResult as R;
        match facts {
            SpecialFacts::TonnageDues(facts) => self.tonnage.reckon(facts).map(R::TonnageDues),
            SpecialFacts::TemporaryAdmission(facts) => {
                self.temporary.reckon(facts).map(R::TemporaryAdmission)
            }
            SpecialFacts::ReliefSale(facts) => self.relief.sale(facts).map(R::ReliefSale),
            SpecialFacts::ReliefDiversion(facts) => self.relief.diversion(facts).map(R::ReliefDiversion),
            SpecialFacts::Interest(facts) => self.interest.reckon(facts).map(R::Interest),
            SpecialFacts::OutwardProcessing(facts) => {
                outward_processing::reckon(facts, &self.outward).map(R::OutwardProcessing)
            }
            SpecialFacts::RetailOrder(facts) => {
                retail_import::reckon(facts, &self.retail).map(R::RetailOrder)
            }
            SpecialFacts::Traveller(facts) => self.travellers.reckon(facts, &self.articles).map(R::Traveller),
            SpecialFacts::PostalParcel(facts) => {
                postal_article::reckon(facts, &self.postal, &self.articles).map(R::PostalParcel)
            }
            SpecialFacts::BorderTrade(facts) => border_trade::reckon(facts, &self.border).map(R::BorderTrade),
            SpecialFacts::ProvisionalDuty(facts) => {
                provisional_duty::reckon(facts, &self.provisional).map(R::ProvisionalDuty)
            }
            SpecialFacts::Exclusion(facts) => exclusion::reckon(facts, &self.exclusion).map(R::Exclusion),
            SpecialFacts::UnprovenOrigin(facts) => {
                unproven_origin::reckon(facts, &self.unproven).map(R::UnprovenOrigin)
            }
            SpecialFacts::CustomsValue(facts) => {
                customs_value::reckon(facts, &self.values).map(R::CustomsValue)
            }
            SpecialFacts::FormulaPrice(facts) => {
                formula_price::reckon(facts, &self.formulas).map(R::FormulaPrice)
            }
            SpecialFacts::ExchangeDay(facts) => self.exchange_days.reckon(facts).map(R::ExchangeDay),
        }
    }
}

impl SpecialResult {
    /// How it was reckoned.
    pub fn working(&self) -> &Working {
        match self {
            SpecialResult::TonnageDues(found) => &found.working,
            SpecialResult::TemporaryAdmission(found) => &found.working,
            SpecialResult::ReliefSale(found) => &found.working,
            SpecialResult::ReliefDiversion(found) => &found.working,
            SpecialResult::Interest(found) => &found.working,
            SpecialResult::OutwardProcessing(found) => &found.working,
            SpecialResult::RetailOrder(found) => &found.working,
            SpecialResult::Traveller(found) => &found.working,
            SpecialResult::PostalParcel(found) => &found.working,
            SpecialResult::BorderTrade(found) => &found.working,
            SpecialResult::ProvisionalDuty(found) => &found.working,
            SpecialResult::Exclusion(found) => &found.working,
            SpecialResult::UnprovenOrigin(found) => &found.working,
            SpecialResult::CustomsValue(found) => &found.working,
            SpecialResult::FormulaPrice(found) => &found.working,
            SpecialResult::ExchangeDay(found) => &found.working,
        }
    }
}

fn read<T: Law>(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Rules<T> {
    Rules::read(rulebook, faults)
}
