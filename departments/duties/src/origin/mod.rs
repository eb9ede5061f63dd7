//! Origin 原产地: whether goods originate where somebody says they do, and may claim the treatment of an
//! agreement. Criteria are dated rules of the pack, written as conditions over what the goods were made of.
//!
//! Not here: which rate follows (`choice`), whether a proof is genuine.
//! Source: Origin Regulations 4 to 11; the rules of each agreement; handbook 7.

mod determine; // from facts to an answer with its reasons
mod facts; // what the goods were made of
mod rules; // criteria and agreements, as the pack says

pub use determine::{Claim, Condition, Determination, Tried, determine};
pub use facts::{LotValue, Material, OriginProof, OriginQuestion, Transport};
pub use rules::OriginRules;
