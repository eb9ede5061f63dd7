//! What lies where in a data folder: `customhouse.db` unless another database is named, `keys/`, and on a sample database
//! `sample-sign-ins.txt`.

use crate::command_line::Failure;
use crate::database::{Choice, Database};
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Which database.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataFolder {
    /// Data folder: database, keys, sample sign-ins
    #[arg(long, value_name = "DIR", default_value = "./data", env = "CUSTOMHOUSE_DATA")]
    data: PathBuf,
    /// Database: a SQLite file in the data folder or elsewhere, or a database on a PostgreSQL server
    #[arg(
        long,
        value_name = "sqlite[:PATH]|postgres[:URL]",
        default_value = "sqlite",
        env = "CUSTOMHOUSE_DATABASE",
        hide_env_values = true
    )]
    database: Choice,
}

impl DataFolder {
    pub fn path(&self) -> &Path {
        &self.data
    }

    /// The database.
    pub fn database(&self) -> Database {
        match &self.database {
            Choice::Sqlite(Some(path)) => Database::Sqlite(path.clone()),
            Choice::Sqlite(None) => Database::Sqlite(self.data.join("customhouse.db")),
            Choice::Postgres(url) => Database::Postgres(url.clone()),
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

    /// The database, if there is one.
    pub fn existing_database(&self) -> Result<Database, Failure> {
        let database = self.database();
        if database.may_exist() {
            return Ok(database);
        }
        let words =
            "there is no database here; give its folder with --data, or make one with `customhouse serve`";
        Err(Failure::at(database, words))
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
