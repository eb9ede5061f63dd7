//! A trace as its readers get it: every step with its numbers, and the words for them in both languages.

use crate::assessment::Assessment;
use crate::tariff::Tariff;
use crate::trace::Step;
use crate::words::{StepWords, step_words};
use customhouse_kernel::law::Rulebook;
use customhouse_kernel::text::Lang;
use serde::{Deserialize, Serialize};

/// A step with its words. As JSON it is the step's own object with the members `zh` and `en`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    #[serde(flatten)]
    pub step: Step,
    pub zh: StepWords,
    pub en: StepWords,
}

/// Explains an assessment. `rulebook` and `tariff` are those of its edition.
pub fn explain(assessment: &Assessment, rulebook: &Rulebook, tariff: &Tariff) -> Vec<Explained> {
    let words = |step: &Step, lang| step_words(step, rulebook, tariff, assessment.law_date, lang);
    let explained =
        |step: &Step| Explained { step: step.clone(), zh: words(step, Lang::Zh), en: words(step, Lang::En) };
    assessment.trace.iter().map(explained).collect()
}
