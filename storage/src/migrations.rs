//! Migrations: numbered files that never change once applied.

use crate::StoreError;
use customhouse_kernel::journal::Hash;

/// A migration: its name and its SQL.
pub type Migration = (&'static str, &'static str);

/// Those of our migrations that a database with this history, of names and digests in order, still lacks.
///
/// Errors: `Failed` if the history is not the beginning of ours.
pub fn pending<'a>(
    ours: &'a [Migration],
    history: &[(String, String)],
) -> Result<&'a [Migration], StoreError> {
    for (i, (name, hash)) in history.iter().enumerate() {
        match ours.get(i) {
            None => {
                return Err(StoreError::Failed(format!("migration {name} is newer than this program")));
            }
            Some((ours, sql)) if ours == name && sha256(sql) == *hash => {}
            Some((ours, _)) => {
                return Err(StoreError::Failed(format!(
                    "migration {name} is not {ours} as this program has it"
                )));
            }
        }
    }
    Ok(&ours[history.len()..])
}

/// Checks that a database with this history is exactly as this program would have made it.
pub fn complete(ours: &[Migration], history: &[(String, String)]) -> Result<(), StoreError> {
    match pending(ours, history)? {
        [] => Ok(()),
        [(name, _), ..] => Err(StoreError::Failed(format!("the database lacks migration {name}"))),
    }
}

pub fn sha256(sql: &str) -> String {
    Hash::of(sql.as_bytes()).to_string()
}
