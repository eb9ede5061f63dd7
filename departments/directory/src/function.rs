//! The main functions 主要职能 of the administration, its departments 内设机构 and the numbered duties of
//! each, and for each the place in the program that does it.

use crate::read_all;
use customhouse_kernel::law::{PackFault, Rule, Rulebook};
use customhouse_kernel::text::Text;
use serde::{Deserialize, Serialize};

/// Where the program does a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Address of the page.
    pub place: Box<str>,
    /// In a word, what works and what does not.
    pub says: Text,
    /// The command or the test that shows it.
    pub shown_by: Box<str>,
}

/// One main function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Function {
    pub number: u32,
    pub says: Text,
    /// Nothing: not yet.
    pub works: Option<Work>,
}

/// One department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Department {
    pub number: u32,
    /// A name for addresses, such as `general-office`.
    pub key: Box<str>,
    pub name: Text,
    pub duties: Vec<Duty>,
}

/// One numbered duty of a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duty {
    pub number: u32,
    pub says: Text,
    /// Nothing: not yet.
    pub works: Option<Work>,
}

/// How many of them the program does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub total: usize,
    pub working: usize,
    pub not_yet: usize,
}

impl Coverage {
    /// Counts what works.
    pub(crate) fn of<'a>(works: impl Iterator<Item = &'a Option<Work>>) -> Coverage {
        works.fold(Coverage::default(), |counted, work| Coverage {
            total: counted.total + 1,
            working: counted.working + usize::from(work.is_some()),
            not_yet: counted.not_yet + usize::from(work.is_none()),
        })
    }
}

impl Department {
    /// How many of its duties the program does.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.duties.iter().map(|duty| &duty.works))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    says: Text,
    place: Option<Box<str>>,
    works: Option<Text>,
    shown_by: Option<Box<str>>,
}

impl Row {
    /// All three of place, words and proof, or none of them.
    fn work(&self, rule: &Rule, faults: &mut Vec<PackFault>) -> Option<Work> {
        match (&self.place, &self.works, &self.shown_by) {
            (Some(place), Some(says), Some(shown_by)) => {
                Some(Work { place: place.clone(), says: says.clone(), shown_by: shown_by.clone() })
            }
            (None, None, None) => None,
            _ => {
                let (zh, en) =
                    ("place、works、shown_by 应同时给出", "give place, works and shown_by together");
                faults.push(rule.fault(zh, en));
                None
            }
        }
    }
}

pub(crate) fn functions(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Vec<Function> {
    let mut functions = Vec::new();
    for (rule, row) in read_all::<Row>(rulebook, "function", faults) {
        let works = row.work(&rule, faults);
        match rule.key.parse() {
            Ok(number) => functions.push(Function { number, says: row.says, works }),
            Err(_) => {
                faults.push(rule.fault("主要职能的 key 应为序号", "the key of a function is its number"))
            }
        }
    }
    functions.sort_by_key(|function| function.number);
    functions
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentRow {
    number: u32,
    name: Text,
}

pub(crate) fn departments(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Vec<Department> {
    let mut departments: Vec<Department> = read_all::<DepartmentRow>(rulebook, "department", faults)
        .into_iter()
        .map(|(rule, row)| Department {
            number: row.number,
            key: rule.key.clone(),
            name: row.name,
            duties: Vec::new(),
        })
        .collect();
    departments.sort_by_key(|department| department.number);
    for (rule, row) in read_all::<Row>(rulebook, "duty", faults) {
        let works = row.work(&rule, faults);
        let place = rule.key.split_once('/').and_then(|(department, number)| {
            let department = departments.iter_mut().find(|d| &*d.key == department)?;
            Some((department, number.parse().ok()?))
        });
        match place {
            Some((department, number)) => department.duties.push(Duty { number, says: row.says, works }),
            None => faults.push(rule.fault(
                "职责的 key 应为“部门/序号”，且部门已列出",
                "the key of a duty is DEPARTMENT/NUMBER, of a department that is listed",
            )),
        }
    }
    for department in &mut departments {
        department.duties.sort_by_key(|duty| duty.number);
    }
    departments
}
