//! What comes out of a line.

use super::exact::ExactAmounts;
use super::given::Expect;
use super::law::Law;
use super::options::OptionAnswer;
use crate::assessment::{Assessment, ChargeTotal, LineAssessment};
use crate::explained::Explained;
use crate::words::step_words;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// The answer to a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Counts from 1.
    pub line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The line gave a law of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Owed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactAmounts>,
    /// What each preference or quota of the goods would come to, and what it would need.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepInWords>>,
    /// With the numbers that every step came from, and its words in both languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<Vec<Explained>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Refusal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Refusal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A law.
    Law,
    /// Reckoned, with nothing to hold it against.
    Reckoned,
    Agrees,
    Disagrees,
    /// Refused, and that was not expected.
    Refused,
}

/// What is owed, rounded; an assessment without its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    pub law_date: Date,
    pub value: Money,
    pub lines: Vec<LineAssessment>,
    pub charges: Vec<ChargeTotal>,
    pub total: Money,
}

/// A step as one would write it by hand, with the papers that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepInWords {
    pub line: Option<u32>,
    pub charge: Option<String>,
    pub sum: String,
    pub remarks: Vec<String>,
    pub basis: Vec<String>,
}

/// What was expected and is not so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// As a pointer into `expect`.
    pub at: String,
    pub expected: String,
    pub found: String,
}

impl Answer {
    pub(super) fn refused(line: usize, findings: Vec<Refusal>) -> Answer {
        Answer { line, findings, ..Answer::default() }
    }

    /// The same, with what is not as expected.
    pub(super) fn held_against(mut self, expect: Option<&Expect>) -> Answer {
        if let Some(expect) = expect {
            self.differences = differences(&self, expect);
            self.agrees = Some(self.differences.is_empty());
        }
        self
    }

    pub fn verdict(&self) -> Verdict {
        match self.agrees {
            Some(true) => Verdict::Agrees,
            Some(false) => Verdict::Disagrees,
            None if !self.findings.is_empty() => Verdict::Refused,
            None if self.defined.is_some() => Verdict::Law,
            None => Verdict::Reckoned,
        }
    }
}

pub(super) fn owed(assessment: Assessment) -> Owed {
    let value = assessment.value();
    let Assessment { law_date, lines, charges, total, .. } = assessment;
    Owed { law_date, value, lines, charges, total }
}

pub(super) fn steps(assessment: &Assessment, law: &Law, lang: Lang) -> Vec<StepInWords> {
    let words = |step| {
        let words = step_words(step, &law.rulebook, &law.tariff, assessment.law_date, lang);
        let (line, charge, sum) = (words.line, words.charge, words.sum);
        StepInWords { line, charge, sum, remarks: words.remarks, basis: words.basis }
    };
    assessment.trace.iter().map(words).collect()
}

/// What is not as expected. An answer with findings agrees only where just these were expected.
fn differences(answer: &Answer, expect: &Expect) -> Vec<Difference> {
    let mut differences = Vec::new();
    let codes: BTreeSet<&str> = answer.findings.iter().map(|f| f.code.as_str()).collect();
    let expected: BTreeSet<&str> = expect.refused.iter().map(String::as_str).collect();
    let joined = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(", ");
    if codes != expected {
        differences.push(difference("/refused", &joined(&expected), Some(&joined(&codes))));
    }
    let mut compare = |at: String, expected: String, found: Option<String>| {
        if found.as_ref() != Some(&expected) {
            differences.push(difference(&at, &expected, found.as_deref()));
        }
    };
    let owed = answer.assessment.as_ref();
    if let Some(value) = expect.value {
        compare("/value".to_owned(), value.to_string(), owed.map(|o| o.value.to_string()));
    }
    for (charge, amount) in &expect.charges {
        let found = owed.and_then(|o| o.charges.iter().find(|c| c.charge == *charge));
        let found = found.map(|total| total.amount.to_string());
        compare(format!("/charges/{charge}"), amount.to_string(), found);
    }
    if let Some(total) = expect.total {
        compare("/total".to_owned(), total.to_string(), owed.map(|o| o.total.to_string()));
    }
    for (charge, amount) in &expect.exact {
        let found = answer.exact.as_ref().and_then(|exact| exact.charges.get(charge).copied().flatten());
        compare(format!("/exact/{charge}"), amount.to_string(), found.map(|f| f.to_string()));
    }
    for (claim, total) in &expect.options {
        let option = answer.options.iter().find(|option| option.claim() == *claim);
        let found = option.and_then(|option| option.total).map(|total| total.to_string());
        compare(format!("/options/{claim}"), total.to_string(), found);
    }
    differences
}

fn difference(at: &str, expected: &str, found: Option<&str>) -> Difference {
    let words = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    Difference { at: at.to_owned(), expected: words(expected), found: words(found.unwrap_or_default()) }
}
