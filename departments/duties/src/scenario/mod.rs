//! Scenarios 算例: a case of any customs system in one line of JSON, its law beside its goods, so that the
//! engine can be held against another system without a pack. What a line may say is in `docs/scenario.md`.
//!
//! A line is either a scenario or a law with a name (`define`) that later lines stand on (`law`). Rules are a
//! pack's own, read by the pack's reader, and a scenario's own lie over those of its law by id. Each line has
//! one answer; a line that is refused has its findings and stops no other.
//!
//! Not known here: files and how an answer is printed.

mod answer; // what comes out
mod exact; // amounts before rounding
mod given; // what a line says
mod law; // rules to a tariff
mod options; // what each preference or quota would come to

pub use answer::{Answer, Difference, Owed, StepInWords, Verdict};
pub use exact::ExactAmounts;
pub use options::{Need, OptionAnswer};

use crate::assess::assess;
use crate::explained::explain;
use crate::refusals;
use crate::tariff::Tariff;
use crate::trace::Step;
use customhouse_kernel::law::Rulebook;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use given::{Line, Scenario, Unread};
use law::Law;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Runs scenarios, a line at a time, and keeps the laws that lines define.
#[derive(Clone, Debug, Default)]
pub struct Bench {
    /// What lines without a law stand on.
    base: Option<Arc<Law>>,
    laws: BTreeMap<String, Arc<Law>>,
    /// Whether answers give their steps in words.
    explain: Option<Lang>,
    /// Whether they give the trace, with the numbers that every step came from.
    trace: bool,
}

impl Bench {
    /// Without a pack: each line brings its own law.
    pub fn new(explain: Option<Lang>) -> Bench {
        Bench { explain, ..Bench::default() }
    }

    /// Lines lie over a pack.
    pub fn over(rulebook: Arc<Rulebook>, tariff: Tariff, explain: Option<Lang>) -> Bench {
        Bench { base: Some(Arc::new(Law { rulebook, tariff })), explain, ..Bench::default() }
    }

    /// The same with a trace in every answer.
    pub fn tracing(self) -> Bench {
        Bench { trace: true, ..self }
    }

    /// The answer to a line, counted from 1.
    pub fn answer(&mut self, number: usize, line: &str) -> Answer {
        match given::read(line) {
            Err(Unread { id, expect, refusal }) => {
                let answer = Answer { id, ..Answer::refused(number, vec![*refusal]) };
                answer.held_against(expect.as_ref())
            }
            Ok(Line::Law(given)) => {
                let under = self.under(given.law.as_deref());
                let law = under.and_then(|under| law::lay(under, given.territory.as_ref(), given.rules));
                let findings = match law {
                    Ok(law) => {
                        self.laws.insert(given.define.clone(), law);
                        Vec::new()
                    }
                    Err(findings) => {
                        self.laws.remove(&given.define);
                        findings
                    }
                };
                Answer { defined: Some(given.define), ..Answer::refused(number, findings) }
            }
            Ok(Line::Scenario(scenario)) => self.scenario(number, *scenario),
        }
    }

    /// The law that a line stands on.
    fn under(&self, name: Option<&str>) -> Result<Option<Arc<Law>>, Vec<Refusal>> {
        let Some(name) = name else { return Ok(self.base.clone()) };
        let known = self.laws.get(name).cloned();
        known.map(Some).ok_or_else(|| vec![refusals::LAW_NOT_GIVEN.at("/law").with("law", name)])
    }

    fn scenario(&self, number: usize, scenario: Scenario) -> Answer {
        let Scenario { id, law, on: day, territory, rules, consignment, expect } = scenario;
        let under = self.under(law.as_deref());
        let law = under.and_then(|under| law::lay(under, territory.as_ref(), rules));
        let mut answer = match law {
            Err(findings) => Answer::refused(number, findings),
            Ok(law) => {
                let options = options::options(&consignment, &law.tariff, day);
                let answer = match assess(&consignment, &law.tariff, day) {
                    Err(findings) => Answer::refused(number, in_consignment(findings)),
                    Ok(assessment) => Answer {
                        exact: Some(exact::exact(&assessment)),
                        trace: self
                            .trace
                            .then(|| explain(&assessment, &consignment, &law.rulebook, &law.tariff)),
                        steps: self.explain.map(|lang| answer::steps(&assessment, &law, lang)),
                        warnings: warnings(&assessment.trace, day),
                        assessment: Some(answer::owed(assessment)),
                        ..Answer::refused(number, Vec::new())
                    },
                };
                Answer { options, ..answer }
            }
        };
        answer.id = Some(id);
        answer.held_against(expect.as_ref())
    }
}

/// Findings of an assessment, with their places in the line.
fn in_consignment(findings: Vec<Refusal>) -> Vec<Refusal> {
    findings.into_iter().map(|f| Refusal { path: format!("/consignment{}", f.path), ..f }).collect()
}

/// What a reader of the amounts should know.
fn warnings(trace: &[Step], day: jiff::civil::Date) -> Vec<Refusal> {
    let warning = |step: &Step| match step {
        Step::Exchange { currency, carried_forward: true, .. } => {
            let warning = refusals::RATE_CARRIED_FORWARD.warn("/rules/exchange_rate");
            Some(warning.with("currency", currency).with("date", day))
        }
        Step::QuotaExhausted { line, order_number } => {
            let warning = refusals::QUOTA_EXHAUSTED.warn(format!("/consignment/grants/{order_number}"));
            Some(warning.with("order", order_number).with("line", line))
        }
        _ => None,
    };
    trace.iter().filter_map(warning).collect()
}
