//! What lies where in a data folder: `customhouse.db`, `keys/`, and on a sample database
//! `sample-sign-ins.txt`.

use crate::command_line::Failure;
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Which database.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataFolder {
    /// Data folder: database, keys, sample sign-ins
    #[arg(long, value_name = "DIR", default_value = "./data", env = "CUSTOMHOUSE_DATA")]
    data: PathBuf,
    /// Database: sqlite, or sqlite:PATH for a file outside the data folder
    #[arg(long, value_name = "sqlite[:PATH]", default_value = "sqlite", env = "CUSTOMHOUSE_DATABASE")]
    database: Database,
}

/// A kind of database, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Database {
    /// A SQLite file; `None` for `customhouse.db` in the data folder.
    Sqlite(Option<PathBuf>),
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Database, String> {
        let (kind, place) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "sqlite" if place.is_empty() => Ok(Database::Sqlite(None)),
            "sqlite" => Ok(Database::Sqlite(Some(PathBuf::from(place)))),
            "postgres" | "postgresql" => {
                Err("PostgreSQL comes with the scale work; use sqlite or sqlite:PATH".to_owned())
            }
            _ => Err("use sqlite or sqlite:PATH".to_owned()),
        }
    }
}

impl DataFolder {
    pub fn path(&self) -> &Path {
        &self.data
    }

    /// The database's file.
    pub fn database(&self) -> PathBuf {
        match &self.database {
            Database::Sqlite(Some(path)) => path.clone(),
            Database::Sqlite(None) => self.data.join("customhouse.db"),
        }
    }

    pub fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    pub fn sign_ins(&self) -> PathBuf {
        self.data.join("sample-sign-ins.txt")
    }

    /// Makes the folder, for its owner only if it is new.
    pub fn make(&self) -> Result<(), Failure> {
        use std::os::unix::fs::DirBuilderExt;
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.data);
        made.map_err(|e| Failure::at(self.data.display(), e))
    }

    /// The database's file, if there is one.
    pub fn existing_database(&self) -> Result<PathBuf, Failure> {
        let file = self.database();
        if file.exists() {
            return Ok(file);
        }
        let words =
            "there is no database here; give its folder with --data, or make one with `customhouse serve`";
        Err(Failure::at(file.display(), words))
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new); // left by a start that was interrupted
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path));
    written.map_err(|e| Failure::at(path.display(), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_named() {
        assert_eq!("sqlite".parse(), Ok(Database::Sqlite(None)));
        assert_eq!("sqlite:a/b.db".parse(), Ok(Database::Sqlite(Some(PathBuf::from("a/b.db")))));
        let refused = "postgres:postgres://localhost/x".parse::<Database>().unwrap_err();
        assert!(refused.contains("comes with the scale work"), "{refused}");
        assert!("mysql".parse::<Database>().is_err());
    }
}
