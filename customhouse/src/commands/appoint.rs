//! `appoint`: appoints the first head of an office, offline. Whoever keeps the data folder says who; from then on
//! heads appoint officers, and the program appoints nobody while the office has a head.

use super::account::office;
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use customhouse_control::{Actor, AppointmentForm, Command, Post};
use customhouse_engine::{
    Command as EngineCommand, Dice, Engine, KeyFile, Outcome, Sent, Settings, Submission,
};
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The server must be stopped. The appointment is journalled, with the document that decides it.\n\n\
                  Example: customhouse appoint li.hua --office 2200 --document 署任〔2026〕1号 --data ./data"
)]
pub(crate) struct Appoint {
    /// Name of the officer's account
    officer: String,
    /// Customs office that he is to head; a district is its two digits and 00
    #[arg(long, value_parser = office)]
    office: OfficeCode,
    /// Number of the document that decides it
    #[arg(long)]
    document: String,
    /// First day, YYYY-MM-DD [default: today]
    #[arg(long)]
    from: Option<Date>,
    /// Last day, YYYY-MM-DD [default: open]
    #[arg(long)]
    to: Option<Date>,
    #[command(flatten)]
    data: DataFolder,
}

impl Appoint {
    pub fn run(self, manner: Manner) -> Ended {
        let database = self.data.existing_database()?;
        let folder = self.data.keys();
        if !folder.join("signing.key").exists() {
            return Err(Failure::at(folder.display(), "the key that signs this database is not there"));
        }
        let store = database.open()?;
        let now = jiff::Timestamp::now().to_string();
        let keys = KeyFile::open_or_make(&folder, &now).map_err(|e| Failure::at(folder.display(), e))?;
        let settings = Settings {
            store,
            keys,
            pack: None,
            sample: false,
            clock: None,
            dice: Dice::Machine,
            outlets: BTreeMap::new(),
        };
        let engine = Engine::start(settings).map_err(|e| Failure::at(&database, e))?;
        let asked = self.ask(&engine);
        engine.stop();
        told(&asked?, manner)
    }

    fn ask(&self, engine: &Engine) -> Result<Outcome, Failure> {
        let form = AppointmentForm {
            officer: self.officer.clone(),
            office: self.office,
            post: Post::Head,
            from: self.from.unwrap_or(engine.now().day()),
            to: self.to,
            document: self.document.clone(),
        };
        let bytes = serde_json::to_vec(&form).map_err(|e| Failure::Failed(e.to_string()))?;
        let submission = Submission {
            actor: Actor::system(),
            key: format!("appoint-{}", engine.now().utc_micros),
            command: EngineCommand::Control(Command::Appoint(form)),
            sent: Sent { media_type: "application/json".to_owned(), bytes, keep: true },
        };
        engine.submit_and_wait(submission).map_err(|e| Failure::Failed(e.to_string()))
    }
}

fn told(outcome: &Outcome, manner: Manner) -> Ended {
    if manner.json {
        print_json(&serde_json::json!({
            "accepted": outcome.accepted, "answer": outcome.answer, "errors": outcome.findings, "receipt": outcome.receipt,
        }));
    } else if outcome.accepted {
        print(manner.say("已任命，已记入日志。\n", "Appointed, and journalled.\n"));
    } else {
        for finding in &outcome.findings {
            print(&format!(
                "{}  {}\n  {}\n",
                finding.code,
                finding.text.get(manner.lang),
                finding.remedy.get(manner.lang)
            ));
        }
    }
    Ok(if outcome.accepted { Ending::Good } else { Ending::Refused })
}
