//! Duties 关税与进口环节税: what is owed on goods, and why. Pure: facts in, an assessment out.
//!
//! The engine knows measures, rate expressions, charges and how they follow each other; which rates
//! exist, which of them wins, what each charge's base is and how it is rounded is the pack's.
//! Not here: collecting it (`finance`), deciding who is examined (`control`).

mod assess; // the one way in: charge by charge over all lines of the lot
mod assessment; // what comes out
mod charge; // charges in their order, as the pack says
mod choice; // which of competing rates wins
mod commodity; // the nomenclature: names and units
mod day; // what holds on a day, resolved once
mod explained; // the reasons as their readers get them
mod facts; // what goes in
mod group; // groups of countries
mod index; // from a code to what it stands for and the measures on it
mod item_facts; // what conditions, rates and bases may ask of an item
mod measure; // one rate on some goods
pub mod origin; // where goods originate, and whether preference may be claimed
mod reckoned; // what comes out, as ids and numbers
mod refusals; // DUT-…
pub mod scenario; // cases of other systems: law and goods in one line, and what comes out
pub mod special; // tonnage dues, temporary admission, relief, parcels, … one file each
mod tariff; // all of it, compiled once per edition
mod term; // names that rates use beside quantities
pub mod text; // duty texts of other tariffs
mod trace; // the reasons, as ids and numbers
mod unit; // symbols, conversions, quantities that follow from others
mod valuation; // customs value of the lot and its lines
mod words; // the reasons, in words

pub use assess::{Assessor, assess};
pub use assessment::{Assessment, ChargeOnLine, ChargeTotal, LineAssessment};
pub use charge::{Charge, PriceForm};
pub use commodity::{Commodity, SecondUnit};
pub use explained::{Explained, explain};
pub use facts::{Consignment, Cost, CostMark, GoodsItem, Grant, Preference, QualifiedQuantity, TermValue};
pub use measure::{Measure, Rate, RateText};
pub use reckoned::Reckoned;
pub use refusals::ALL as REFUSALS;
pub use special::{SpecialDuties, SpecialFacts, SpecialResult, stage_words};
pub use tariff::Tariff;
pub use term::{Term, TermType};
pub use trace::{Candidate, Outcome, Step};
pub use words::{Narrator, StepWords, Words, step_words};
