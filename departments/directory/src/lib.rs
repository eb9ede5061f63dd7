//! The public directory 公开名录: the administration and its departments, what each is there for and
//! whether the program does it, the offices, and how they are found.
//! Pure: rules in, answers out.
//!
//! Not here: who works where (`control`), what a page or a map looks like (`portal`). What is not known of an
//! office stays unknown: nothing is made up, and nothing is taken from the office above it.

mod administration; // the head office, fact by fact, with what an old source prints
mod function; // functions, departments, duties, and what of them works
mod office; // offices by code, with their place and the offices under them
mod search; // from words, codes and pinyin to offices and duties

pub use administration::{Administration, Fact};
pub use function::{Coverage, Department, Duty, Function, Work};
pub use office::{Office, OfficePlace};
pub use search::Found;

use customhouse_kernel::law::{PackFault, Rulebook};

/// The directory of one edition.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The head office; without facts if the pack gives none.
    pub administration: Administration,
    /// Main functions, in their order.
    pub functions: Vec<Function>,
    /// Departments with their duties, in their order.
    pub departments: Vec<Department>,
    /// Every office of the pack, by code.
    pub offices: Vec<Office>,
}

impl Directory {
    /// The directory that a rulebook holds; empty where the pack has none.
    ///
    /// # Errors
    /// Each rule of the kinds `function`, `department`, `duty`, `directory_fact`, `office` and
    /// `office_place` that does not fit, and each duty of a department that is not there.
    pub fn compile(rulebook: &Rulebook) -> Result<Directory, Vec<PackFault>> {
        let mut faults = Vec::new();
        let directory = Directory {
            administration: Administration::compile(rulebook, &mut faults),
            functions: function::functions(rulebook, &mut faults),
            departments: function::departments(rulebook, &mut faults),
            offices: office::offices(rulebook, &mut faults),
        };
        if faults.is_empty() { Ok(directory) } else { Err(faults) }
    }

    /// Whether the pack says anything of its administration.
    pub fn is_empty(&self) -> bool {
        self.administration.facts.is_empty()
    }

    /// How many of the main functions the program does.
    pub fn functions_coverage(&self) -> Coverage {
        Coverage::of(self.functions.iter().map(|function| &function.works))
    }

    /// How many of all departments' duties the program does.
    pub fn duties_coverage(&self) -> Coverage {
        Coverage::of(
            self.departments.iter().flat_map(|department| &department.duties).map(|duty| &duty.works),
        )
    }

    /// The office with a code.
    pub fn office(&self, code: &str) -> Option<&Office> {
        let at = self.offices.binary_search_by(|office| office.code.as_str().cmp(code)).ok()?;
        Some(&self.offices[at])
    }

    /// The offices that a district has under it, by code.
    pub fn under<'a>(&'a self, district: &'a Office) -> impl Iterator<Item = &'a Office> {
        self.offices.iter().filter(|office| office.district == district.code && office.code != district.code)
    }
}

/// Reads every rule of a kind; what does not fit becomes a fault.
fn read_all<T: serde::de::DeserializeOwned>(
    rulebook: &Rulebook,
    kind: &str,
    faults: &mut Vec<PackFault>,
) -> Vec<(customhouse_kernel::law::Rule, T)> {
    let mut read = Vec::new();
    for rule in rulebook.kind(kind) {
        match rule.read::<T>() {
            Ok(body) => read.push((rule.clone(), body)),
            Err(fault) => faults.push(fault),
        }
    }
    read
}
