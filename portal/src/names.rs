//! What parties are called. Pages show it beside the credit code: what the firm's account says, else what the newest
//! declaration of the firm's goods says.

use crate::accounts::PARTIES;
use customhouse_control::DeclarationRecord;
use customhouse_kernel::values::CreditCode;
use customhouse_storage::{Query, Reader, StoreError};
use std::collections::BTreeMap;

/// The names that one page asked for, each looked up once.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<String, String>);

/// A party as a page shows it: by its name where one is known, with its code under it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartyName {
    pub code: String,
    /// Empty where nobody says it.
    pub name: String,
}

impl Names {
    /// The names of these parties.
    pub fn gather<'a>(
        reader: &mut dyn Reader,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Names, StoreError> {
        let mut names = Names::default();
        for code in codes {
            names.of(reader, code)?;
        }
        Ok(names)
    }

    /// A party whose name was gathered.
    pub fn party(&self, code: &str) -> PartyName {
        PartyName { code: code.to_owned(), name: self.0.get(code).cloned().unwrap_or_default() }
    }

    /// What the party of a credit code is called; empty where nothing says it, or where it is no credit code.
    pub fn of(&mut self, reader: &mut dyn Reader, code: &str) -> Result<String, StoreError> {
        if CreditCode::parse(code).is_none() {
            return Ok(String::new());
        }
        if let Some(known) = self.0.get(code) {
            return Ok(known.clone());
        }
        let name = match reader.plain(PARTIES, code)? {
            Some(name) => name,
            None => declared(reader, code)?,
        };
        self.0.insert(code.to_owned(), name.clone());
        Ok(name)
    }
}

fn declared(reader: &mut dyn Reader, code: &str) -> Result<String, StoreError> {
    let newest = reader.records(&Query {
        kind: "declaration".to_owned(),
        owner: Some(code.to_owned()),
        newest_first: true,
        limit: 1,
        ..Query::default()
    })?;
    let body = newest.first().and_then(|record| record.read::<DeclarationRecord>());
    Ok(body.filter(|body| body.consignee == code).map_or_else(String::new, |body| body.consignee_name))
}
