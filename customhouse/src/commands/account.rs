//! `account`: makes an account on a database, offline. The password comes from standard input, so that it stands
//! in no history and no list of processes.

use crate::command_line::{Ended, Ending, Failure, Manner, print};
use crate::data_folder::DataFolder;
use clap::ValueEnum;
use customhouse_control::Role;
use customhouse_kernel::values::{CreditCode, OfficeCode};
use customhouse_portal::accounts;
use customhouse_storage::{Batch, StoreError};
use std::io::{self, BufRead};

/// The shortest password, in characters.
const PASSWORD: usize = 12;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The server must be stopped. An officer's posts and offices are no part of the account: see \
                  `customhouse appoint`.\n\nExample: customhouse account li.hua --role officer --data ./data < password"
)]
pub(crate) struct Account {
    /// Name to sign in with
    name: String,
    #[arg(long, value_enum)]
    role: RoleName,
    /// Credit code of the firm; for carriers, declarants and operators
    #[arg(long, value_parser = credit_code)]
    party: Option<CreditCode>,
    /// Customs office of an operator; may be given more than once
    #[arg(long = "office", value_parser = office)]
    offices: Vec<OfficeCode>,
    /// Supervised place of an operator; may be given more than once
    #[arg(long = "place")]
    places: Vec<String>,
    #[command(flatten)]
    data: DataFolder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleName {
    Carrier,
    Declarant,
    Operator,
    Officer,
    Bank,
}

pub(super) fn office(text: &str) -> Result<OfficeCode, String> {
    OfficeCode::parse(text).ok_or_else(|| "give the four digits of a customs office".to_owned())
}

fn credit_code(text: &str) -> Result<CreditCode, String> {
    let code = CreditCode::parse(text).filter(CreditCode::check_holds);
    code.ok_or_else(|| "give the 18 characters of a credit code".to_owned())
}

impl Account {
    pub fn run(self, manner: Manner) -> Ended {
        let database = self.data.existing_database()?;
        let role = match self.role {
            RoleName::Carrier => Role::Carrier,
            RoleName::Declarant => Role::Declarant,
            RoleName::Operator => Role::Operator,
            RoleName::Officer => Role::Officer,
            RoleName::Bank => Role::Bank,
        };
        let firm = matches!(role, Role::Carrier | Role::Declarant | Role::Operator);
        if firm != self.party.is_some() {
            return Err(Failure::Usage(format!(
                "--party {} for this role",
                if firm { "is needed" } else { "is not given" }
            )));
        }
        let in_form = |c: char| !c.is_whitespace() && !c.is_control() && c != '/';
        if self.name.is_empty() || self.name.chars().count() > 64 || !self.name.chars().all(in_form) {
            return Err(Failure::Usage(
                "a name has 1 to 64 characters, none of them a blank or a slash".to_owned(),
            ));
        }
        let mut store = database.open()?;
        let failed = |e: StoreError| Failure::at(&database, e);
        let known = store
            .reader()
            .and_then(|mut reader| reader.plain(accounts::USERS, &self.name))
            .map_err(failed)?;
        if known.is_some() {
            return Err(Failure::Failed(format!("there is an account {} already", self.name)));
        }
        let password = password()?;
        let party = self.party.map_or_else(String::new, |party| party.to_string());
        let mut account = accounts::account(&self.name, &password, role, &party, &self.offices);
        account.places = self.places;
        store.commit(&Batch { plain: vec![account.write()], ..Batch::default() }).map_err(failed)?;
        print(manner.say("账号已建立。\n", "The account is there.\n"));
        Ok(Ending::Good)
    }
}

/// The first line of standard input.
fn password() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|e| Failure::at("standard input", e))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < PASSWORD {
        return Err(Failure::Usage(format!(
            "give a password of at least {PASSWORD} characters on standard input"
        )));
    }
    Ok(password)
}
