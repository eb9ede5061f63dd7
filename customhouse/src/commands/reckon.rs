//! `reckon`: a calculation beside the plain assessment, with its working; no server and no database.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::declaration_file;
use crate::pack_source::PackChoice;
use crate::words;
use customhouse_duties::{SpecialFacts, SpecialResult, StepWords, stage_words};
use customhouse_engine::Edition;
use serde_json::Value;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse reckon docs/examples/calculations/tonnage-dues.json\n\n\
                        The file names its calculation: tonnage_dues, temporary_admission, relief_sale, \
                        relief_diversion, interest, outward_processing, retail_order, traveller, postal_parcel, \
                        border_trade, provisional_duty, exclusion, unproven_origin, customs_value, formula_price, \
                        exchange_day. \
                        docs/examples/calculations has one of each.")]
pub(crate) struct Reckon {
    /// The facts, as JSON; the day whose law applies is one of them
    file: PathBuf,
    #[command(flatten)]
    pack: PackChoice,
}

impl Reckon {
    pub fn run(self, manner: Manner) -> Ended {
        let bytes = declaration_file::bytes(&self.file)?;
        let facts: SpecialFacts = serde_json::from_slice(&bytes).map_err(|fault| {
            let file = self.file.display();
            Failure::Failed(format!("{file} holds no facts of a calculation; correct it: {fault}"))
        })?;
        let edition = self.pack.edition(manner.lang)?;
        match edition.control.special_duties.reckon(&facts) {
            Ok(found) => {
                told(&found, &edition, manner);
                Ok(Ending::Good)
            }
            Err(findings) => {
                if manner.json {
                    print_json(&serde_json::json!({ "findings": findings }));
                } else {
                    print(&words::findings(&findings, manner.lang));
                }
                Ok(Ending::Refused)
            }
        }
    }
}

fn told(found: &SpecialResult, edition: &Edition, manner: Manner) {
    let rulebook = &edition.control.rulebook;
    let stages = &found.working().stages;
    let steps: Vec<StepWords> = stages.iter().map(|s| stage_words(s, rulebook, manner.lang)).collect();
    if manner.json {
        let explained: Vec<Value> = steps.iter().map(step_json).collect();
        print_json(&serde_json::json!({ "result": found, "explained": explained }));
        return;
    }
    let mut out = format!("{}\n", manner.say("结果", "Result"));
    if let Ok(Value::Object(fields)) = serde_json::to_value(found) {
        for (name, value) in fields.iter().filter(|(name, _)| *name != "working") {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out.push_str(&format!("{text:>20}  {name}\n"));
        }
    }
    out.push_str(&format!("\n{}\n", manner.say("计算过程", "Step by step")));
    for (place, step) in steps.iter().enumerate() {
        let about = step.charge.as_ref().map_or_else(String::new, |about| format!("{about}: "));
        out.push_str(&format!("{:>3}. {about}{}\n", place + 1, step.sum));
        for remark in &step.remarks {
            out.push_str(&format!("       {remark}\n"));
        }
        for basis in &step.basis {
            out.push_str(&format!("       § {basis}\n"));
        }
    }
    out.push('\n');
    print(&out);
}

fn step_json(step: &StepWords) -> Value {
    serde_json::json!({ "about": step.charge, "sum": step.sum, "remarks": step.remarks, "basis": step.basis })
}
