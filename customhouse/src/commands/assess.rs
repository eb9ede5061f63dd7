//! `assess`: what is owed on a declaration, or in each scenario of a file, and why; with no server and no
//! database.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::commands::scenario;
use crate::declaration_file;
use crate::pack_source::PackChoice;
use crate::words;
use customhouse_control::{Declaration, assess_form};
use customhouse_duties::{Assessment, Explained, Tariff, explain};
use customhouse_engine::{Clock, Edition};
use customhouse_exchange::localise;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse assess docs/examples/declaration.json --on 2026-11-20 --explain\n         \
                  customhouse assess --scenario cases.jsonl"
)]
pub(crate) struct Assess {
    /// The declaration: JSON form or single-window DecMessage
    #[arg(required_unless_present = "scenario")]
    file: Option<PathBuf>,
    /// A file of scenarios, one a line (docs/scenario.md); - for standard input. Prints an answer a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "on"])]
    scenario: Option<PathBuf>,
    /// Of scenarios: give the trace too, with the numbers and expressions that every step came from
    #[arg(long, requires = "scenario")]
    trace: bool,
    /// The scenarios lie over the pack; else each brings its whole law
    #[arg(long, requires = "scenario")]
    over_pack: bool,
    /// The day whose law applies [default: today in the pack's time zone]
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<Date>,
    /// Print every step in words, with the law it rests on
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    pack: PackChoice,
}

impl Assess {
    pub fn run(self, manner: Manner) -> Ended {
        if let Some(file) = &self.scenario {
            return scenario::run(
                file,
                self.over_pack.then_some(&self.pack),
                (self.explain, self.trace),
                manner,
            );
        }
        let file = self.file.as_ref().ok_or_else(|| Failure::Usage("give a file".to_owned()))?;
        let bytes = declaration_file::bytes(file)?;
        let found = declaration_file::declaration(&bytes);
        let message = match found.message {
            Ok(message) => message,
            Err(findings) => return Ok(refuse(&findings, manner)),
        };
        let edition = self.pack.edition(manner.lang)?;
        let day = match self.on {
            Some(day) => day,
            None => today(&edition)?,
        };
        let local = |findings| localise(found.format, &message.form, findings);
        match assess_form(&message.form, &edition.control, day) {
            Ok((declaration, assessment, warnings)) => {
                let warnings = local(warnings);
                let law = &edition.control;
                let steps = explain(&assessment, &declaration.consignment(), &law.rulebook, &law.tariff);
                if manner.json {
                    let value = assessment.value();
                    let told = || steps.iter().map(|step| step.told(manner.lang)).collect::<Vec<_>>();
                    print_json(&serde_json::json!({
                        "customs_value": value, "assessment": assessment,
                        "explained": self.explain.then(told), "warnings": warnings,
                    }));
                } else {
                    let steps = match self.explain {
                        true => explained(&steps, &law.tariff, assessment.law_date, manner),
                        false => String::new(),
                    };
                    let told = words::findings(&warnings, manner.lang);
                    print(&format!("{}{steps}{told}", summary(&declaration, &assessment, &edition, manner)));
                }
                Ok(Ending::Good)
            }
            Err(findings) => Ok(refuse(&local(findings), manner)),
        }
    }
}

fn refuse(findings: &[Refusal], manner: Manner) -> Ending {
    if manner.json {
        print_json(&serde_json::json!({ "findings": findings }));
    } else {
        print(&words::findings(findings, manner.lang));
    }
    Ending::Refused
}

/// Today in the pack's time zone.
pub(super) fn today(edition: &Edition) -> Result<Date, Failure> {
    let zone = &edition.manifest.territory.time_zone;
    let clock = Clock::new(zone, None);
    let unknown = || {
        Failure::Failed(format!(
            "the pack's time zone {zone} does not exist; correct it, or give the day with --on"
        ))
    };
    Ok(clock.ok_or_else(unknown)?.now().day())
}

fn charge_name<'a>(tariff: &'a Tariff, key: &'a str, day: Date, lang: Lang) -> &'a str {
    tariff.charge(key, day).map_or(key, |charge| charge.name.get(lang))
}

/// Lines with their values and charges, then the totals.
fn summary(declaration: &Declaration, assessment: &Assessment, edition: &Edition, manner: Manner) -> String {
    let tariff = &edition.control.tariff;
    let (day, lang) = (assessment.law_date, manner.lang);
    let pack = edition.manifest.name.get(lang);
    let mut out = match lang {
        Lang::Zh => format!("适用 {day} 的法律（{pack}）\n\n"),
        Lang::En => format!("By the law of {day} ({pack})\n\n"),
    };
    for (line, assessed) in declaration.lines.iter().zip(&assessment.lines) {
        let (number, code, origin, name) = (line.number, line.commodity_code, line.origin, &line.name);
        out.push_str(&format!("{number:>3}  {code}  {origin}  {name}\n"));
        out.push_str(&row(manner.say("完税价格", "customs value"), assessed.value));
        for on in &assessed.charges {
            out.push_str(&row(charge_name(tariff, &on.charge, day, lang), on.collected));
        }
    }
    let currency = tariff.currency().map_or_else(String::new, |c| c.to_string());
    out.push_str(&format!("\n{} ({currency})\n", manner.say("合计", "Total")));
    out.push_str(&row(manner.say("完税价格", "customs value"), assessment.value()));
    for total in &assessment.charges {
        out.push_str(&row(charge_name(tariff, &total.charge, day, lang), total.amount));
    }
    out.push_str(&row(manner.say("应缴", "to pay"), assessment.total));
    out.push('\n');
    out
}

/// An amount first, so that columns stand straight whatever the script of the name.
fn row(name: &str, amount: impl std::fmt::Display) -> String {
    format!("{:>20}  {name}\n", amount.to_string())
}

/// Every step in words, with its remarks and the law it rests on.
fn explained(steps: &[Explained], tariff: &Tariff, day: Date, manner: Manner) -> String {
    let lang = manner.lang;
    let mut out = format!("{}\n", manner.say("计税过程", "Step by step"));
    for (place, step) in steps.iter().enumerate() {
        let words = step.words(lang);
        let line = words.line.map(|n| format!("{}{n}", manner.say("第", "line "))).unwrap_or_default();
        let line = if lang == Lang::Zh && !line.is_empty() { format!("{line}项") } else { line };
        let charge =
            words.charge.as_deref().map(|key| charge_name(tariff, key, day, lang)).unwrap_or_default();
        let about =
            [line.as_str(), charge].iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(" ");
        let about = if about.is_empty() { String::new() } else { format!("{about}: ") };
        out.push_str(&format!("{:>3}. {about}{}\n", place + 1, words.sum));
        for remark in &words.remarks {
            out.push_str(&format!("       {remark}\n"));
        }
        for basis in &words.basis {
            out.push_str(&format!("       § {basis}\n"));
        }
    }
    out.push('\n');
    out
}
