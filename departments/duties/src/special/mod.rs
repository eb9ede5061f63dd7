//! Calculations beside the plain assessment of an import or export: facts and dated rules in, an
//! amount and its working out. Pure, as `assess` is.
//!
//! Where goods are assessed as any others after a calculation (a recovered value, an order over its
//! limit), the result says from which value; the charges are `assess`'s. Not here: who may ask for
//! what and by when (procedures), late payment and late declaration (`finance`), and what is left of
//! a yearly or daily allowance: that is a balance, handed in as a grant.

mod article_tariff; // rates and values of personal articles
mod border_trade; // residents' daily allowance, reduced border trade
mod compensatory_interest; // interest on bonded goods sold inland, on refunds, on deposits given back
mod customs_value; // the value that customs determines, by six methods
mod exchange_day; // the day whose exchange rate holds for a month
mod exclusion; // goods left out of an additional duty, up to a numbered balance
mod formula_price; // provisional prices, settled later
mod months; // months and days between two days
mod names; // what the numbers of a working are
mod outward_processing; // value of goods that come back repaired or processed
mod postal_article; // parcels
mod provisional_duty; // a deposit against the duty finally fixed
mod reckon; // all of them behind one door
mod relief_recovery; // goods relieved for a use, sold or diverted within the supervision period
mod retail_import; // e-commerce orders on the simplified list
mod rules; // dated rules of one kind
mod temporary_admission; // a share of the duty for each month of stay
mod tonnage_dues; // what a vessel owes
mod traveller; // what a traveller brings
mod unproven_origin; // goods that may come from the target of a measure
mod words; // the working, in words
mod working; // steps with their numbers, each reckoned as it is written down

pub use article_tariff::{Article, ArticleTax, ArticleTreatment};
pub use border_trade::{BorderTrade, BorderTradeResult};
pub use compensatory_interest::{Interest, InterestResult};
pub use customs_value::{
    AcceptedValue, Adjustment, CustomsValue, CustomsValueResult, Doubt, Evidence, ReferencePrice, SetAside,
    ValuationMethod,
};
pub use exchange_day::{ExchangeDay, ExchangeDayResult};
pub use exclusion::{Exclusion, ExclusionResult};
pub use formula_price::{ChargeSettled, FormulaPrice, FormulaPriceResult, SettledCharge};
pub use months::{MonthsAndDays, PartMonth, between as months_between};
pub use names::Name;
pub use outward_processing::{OutwardProcessing, OutwardProcessingResult};
pub use postal_article::{PostalParcel, PostalResult};
pub use provisional_duty::{ProvisionalDuty, ProvisionalDutyResult};
pub use reckon::{SpecialDuties, SpecialFacts, SpecialResult};
pub use relief_recovery::{ReliefDiversion, ReliefDiversionResult, ReliefSale, ReliefSaleResult};
pub use retail_import::{RetailOrder, RetailRates, RetailResult, RetailTreatment};
pub use temporary_admission::{TemporaryAdmission, TemporaryAdmissionResult};
pub use tonnage_dues::{Extension, TonnageDues, TonnageDuesResult};
pub use traveller::{TravellerDeclaration, TravellerResult};
pub use unproven_origin::{HigherRate, PlainRate, UnprovenOrigin, UnprovenOriginResult};
pub use words::stage_words;
pub use working::{ChargeAmount, Factor, Rounded, Stage, Sum, Working};
