//! Examination 查验: two officers drawn at random look at the goods, with the party invited, and write a
//! findings sheet line by line. Source: CL 28, handbook 2.1.

use crate::declaration::Declaration;
use crate::refusals;
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

impl SheetLine {
    /// Whether the line was found as declared.
    fn conforms(&self, declaration: &Declaration) -> bool {
        let Some(line) = declaration.lines.iter().find(|l| l.number == self.number) else { return false };
        self.quantity.is_none_or(|q| q == line.first_quantity)
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
    declaration: &Declaration,
    passes: bool,
) -> Result<(), Vec<Refusal>> {
    let mut refused = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let known = declaration.lines.iter().any(|l| l.number == line.number);
        if !known || lines[..place].iter().any(|l| l.number == line.number) {
            let path = format!("/sheet/{place}/number");
            refused.push(refusals::SHEET_LINE.at(path).with("line", line.number));
        }
    }
    let missing = declaration.lines.iter().filter(|l| !lines.iter().any(|s| s.number == l.number));
    refused.extend(missing.map(|l| refusals::SHEET_MISSING.at("/sheet").with("line", l.number)));
    if refused.is_empty() && lines.iter().all(|l| l.conforms(declaration)) != passes {
        refused.push(if passes {
            refusals::SHEET_DIFFERS.at("/sheet")
        } else {
            refusals::SHEET_CONFORMS.at("/sheet")
        });
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}
