//! Examination 查验: two officers drawn at random look at the goods, with the party invited, and write a
//! findings sheet line by line. Source: CL 28, handbook 2.1.

use crate::declaration::{Declaration, Line};
use crate::refusals;
use crate::summary::{Summary, SummaryLine};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CommodityCode, CountryCode, Exact};
use serde::{Deserialize, Serialize};

/// One examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// Names of the officers; for customs' eyes until they stand before the goods.
    pub officers: Vec<String>,
    pub ordered: Moment,
    /// The findings, once the goods were looked at.
    pub sheet: Option<Sheet>,
    /// Officers who had been drawn and could not examine; for customs' eyes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<String>,
}

/// The findings sheet 查验记录单.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub at: Moment,
    pub lines: Vec<SheetLine>,
    pub note: String,
    /// Whether samples were drawn.
    pub samples: bool,
    /// Digests of photographs.
    #[serde(default)]
    pub files: Vec<Hash>,
}

/// What was found of one line. What is absent was as declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetLine {
    pub number: u32,
    /// Quantity in the line's first unit.
    #[serde(default)]
    pub quantity: Option<Exact>,
    #[serde(default)]
    pub commodity_code: Option<CommodityCode>,
    #[serde(default)]
    pub origin: Option<CountryCode>,
    /// What is damaged, in words.
    #[serde(default)]
    pub damage: String,
}

/// What was declared of a line that is examined.
pub(crate) struct ExaminedLine {
    number: u32,
    /// In the line's first unit; of a summary, in the unit that it gives.
    quantity: Exact,
    commodity_code: CommodityCode,
    origin: CountryCode,
}

impl Declaration {
    pub(crate) fn examined(&self) -> Vec<ExaminedLine> {
        let line = |line: &Line| ExaminedLine {
            number: line.number,
            quantity: line.first_quantity,
            commodity_code: line.commodity_code,
            origin: line.origin,
        };
        self.lines.iter().map(line).collect()
    }
}

impl Summary {
    pub(crate) fn examined(&self) -> Vec<ExaminedLine> {
        let line = |line: &SummaryLine| ExaminedLine {
            number: line.number,
            quantity: line.quantity,
            commodity_code: line.commodity_code,
            origin: line.origin,
        };
        self.lines.iter().map(line).collect()
    }
}

impl SheetLine {
    /// Whether the line was found as declared.
    fn conforms(&self, declared: &[ExaminedLine]) -> bool {
        let Some(line) = declared.iter().find(|l| l.number == self.number) else { return false };
        self.quantity.is_none_or(|q| q == line.quantity)
            && self.commodity_code.is_none_or(|c| c == line.commodity_code)
            && self.origin.is_none_or(|o| o == line.origin)
            && self.damage.is_empty()
    }
}

/// Checks a sheet against the declaration and the step that it came with: a sheet that conforms passes,
/// one that differs does not.
///
/// # Errors
/// Lines that are not the declaration's, each once, or a sheet that says the opposite of the step.
pub(crate) fn check_sheet(
    lines: &[SheetLine],
    declared: &[ExaminedLine],
    passes: bool,
) -> Result<(), Vec<Refusal>> {
    let mut refused = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let known = declared.iter().any(|l| l.number == line.number);
        if !known || lines[..place].iter().any(|l| l.number == line.number) {
            let path = format!("/sheet/{place}/number");
            refused.push(refusals::SHEET_LINE.at(path).with("line", line.number));
        }
    }
    let missing = declared.iter().filter(|l| !lines.iter().any(|s| s.number == l.number));
    refused.extend(missing.map(|l| refusals::SHEET_MISSING.at("/sheet").with("line", l.number)));
    if refused.is_empty() && lines.iter().all(|l| l.conforms(declared)) != passes {
        refused.push(if passes {
            refusals::SHEET_DIFFERS.at("/sheet")
        } else {
            refusals::SHEET_CONFORMS.at("/sheet")
        });
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}
