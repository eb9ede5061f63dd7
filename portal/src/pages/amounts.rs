//! The table of amounts: what each line owes of each charge, and why.

use super::words::{charge_name, grouped};
use crate::texts::say_of;
use customhouse_control::ControlLaw;
use customhouse_duties::{Assessment, Step, StepWords, step_words};
use customhouse_engine::Edition;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Money;

/// An assessment as a table.
pub(crate) struct Amounts {
    pub export: bool,
    pub charges: Vec<String>,
    pub lines: Vec<AmountLine>,
    pub sums: Vec<String>,
    pub customs_value: String,
    /// The steps of the whole lot.
    pub lot: Vec<Why>,
    pub law_date: String,
    pub edition: u32,
    pub currency: String,
}

pub(crate) struct AmountLine {
    pub number: u32,
    pub code: String,
    pub goods: String,
    pub value: String,
    pub charges: Vec<(String, String)>,
    pub why: Vec<Why>,
}

/// A step of the assessment in words.
pub(crate) struct Why {
    pub title: String,
    pub words: StepWords,
}

/// An assessment on its way to a table.
pub(crate) struct Assessed<'a> {
    pub assessment: &'a Assessment,
    pub edition: &'a Edition,
    pub export: bool,
    pub lang: Lang,
}

impl Assessed<'_> {
    fn law(&self) -> &ControlLaw {
        &self.edition.control
    }

    /// The table; `goods` gives code and name of a line by its number.
    pub fn amounts(&self, goods: impl Fn(u32) -> (String, String)) -> Amounts {
        let charges: Vec<(&str, String, Money)> = self.charges().collect();
        let lines = self.assessment.lines.iter().map(|line| {
            let of = |charge: &str| {
                let on = line.charges.iter().find(|c| c.charge == charge);
                on.map_or_else(|| "–".to_owned(), |c| grouped(c.collected))
            };
            let (code, goods) = goods(line.number);
            AmountLine {
                number: line.number,
                code,
                goods,
                value: grouped(line.value),
                charges: charges.iter().map(|(charge, name, _)| (name.clone(), of(charge))).collect(),
                why: self.why(Some(line.number)),
            }
        });
        Amounts {
            export: self.export,
            lines: lines.collect(),
            sums: charges.iter().map(|(_, _, amount)| grouped(amount)).collect(),
            charges: charges.into_iter().map(|(_, name, _)| name).collect(),
            customs_value: grouped(self.assessment.value()),
            lot: self.why(None),
            law_date: self.assessment.law_date.to_string(),
            edition: self.assessment.edition,
            currency: self.edition.manifest.territory.currency.clone(),
        }
    }

    /// Charges that the lot meets, with their names and sums.
    fn charges(&self) -> impl Iterator<Item = (&str, String, Money)> + '_ {
        let meets =
            |charge: &str| self.assessment.lines.iter().any(|l| l.charges.iter().any(|c| c.charge == charge));
        let met = self.assessment.charges.iter().filter(move |c| meets(&c.charge));
        met.map(|c| (c.charge.as_str(), self.charge_name(&c.charge), c.amount))
    }

    fn charge_name(&self, charge: &str) -> String {
        charge_name(self.law(), charge, self.assessment.law_date, self.lang)
    }

    /// The steps of a line, or those of the whole lot.
    fn why(&self, line: Option<u32>) -> Vec<Why> {
        let (law, day) = (self.law(), self.assessment.law_date);
        let steps = self.assessment.trace.iter().map(|step| {
            let mut words = step_words(step, &law.rulebook, &law.tariff, day, self.lang);
            words.basis.dedup();
            Why { title: self.title(step, &words), words }
        });
        steps.filter(|why| why.words.line == line).collect()
    }

    fn title(&self, step: &Step, words: &StepWords) -> String {
        let kind = match step {
            Step::Exchange { .. } => "exchange",
            Step::Lot { .. } => "lot",
            Step::Value { .. } => "value",
            Step::Deducted { .. } => "deducted",
            Step::Choice { .. } => "choice",
            Step::Charge { .. } => "charge",
            Step::Measured { .. } => "measured",
            Step::Quota { .. } | Step::QuotaExhausted { .. } => "quota",
            Step::Threshold { .. } => "threshold",
        };
        let kind = say_of("step", kind, self.lang);
        let charge = words.charge.as_ref();
        charge.map_or_else(|| kind.clone(), |c| format!("{} · {kind}", self.charge_name(c)))
    }
}
