//! Which database: a SQLite file, or one on a PostgreSQL server.

use crate::command_line::Failure;
use customhouse_storage::{
    Postgres, PostgresReader, Reader, Sqlite, SqliteReader, Store, StoreError, postgres_place,
};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What `--database` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// A SQLite file; `None` for `customhouse.db` in the data folder.
    Sqlite(Option<PathBuf>),
    /// The address of a database on a server, which may hold a password.
    Postgres(String),
}

/// Where `postgres` alone leads: the server of this machine, by its socket, as the user of this process.
const LOCAL: &str = "host=/var/run/postgresql dbname=customhouse";

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Choice, String> {
        let (kind, place) = text.split_once(':').unwrap_or((text, ""));
        match kind {
            "sqlite" if place.is_empty() => Ok(Choice::Sqlite(None)),
            "sqlite" => Ok(Choice::Sqlite(Some(PathBuf::from(place)))),
            "postgres" | "postgresql" if place.is_empty() => Ok(Choice::Postgres(LOCAL.to_owned())),
            // the address itself begins with the same word
            "postgres" | "postgresql" if place.starts_with("//") => Ok(Choice::Postgres(text.to_owned())),
            "postgres" | "postgresql" => Ok(Choice::Postgres(place.to_owned())),
            _ => Err("use sqlite, sqlite:PATH, postgres or postgres:URL".to_owned()),
        }
    }
}

/// A database by its place.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// As it may be shown: without user and password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(path) => path.display().fmt(f),
            Database::Postgres(url) => f.write_str(&postgres_place(url)),
        }
    }
}

impl Database {
    /// Opens it for writing, or makes it; nobody else may have it open.
    pub fn open(&self) -> Result<Box<dyn Store>, Failure> {
        let opened: Result<Box<dyn Store>, StoreError> = match self {
            Database::Sqlite(path) => Sqlite::open(path).map(|store| Box::new(store) as _),
            Database::Postgres(url) => Postgres::open(url).map(|store| Box::new(store) as _),
        };
        opened.map_err(|error| match error {
            StoreError::Locked => Failure::at(
                self,
                "another customhouse has it open; stop that one first, or give another database",
            ),
            other => Failure::at(self, other),
        })
    }

    /// Opens it only to read it.
    pub fn reader(&self) -> Result<Box<dyn Reader>, Failure> {
        let opened: Result<Box<dyn Reader>, StoreError> = match self {
            Database::Sqlite(path) => SqliteReader::open(path).map(|reader| Box::new(reader) as _),
            Database::Postgres(url) => PostgresReader::open(url).map(|reader| Box::new(reader) as _),
        };
        opened.map_err(|error| Failure::at(self, error))
    }

    /// Whether there is something to open: a file that is there. A server says so itself.
    pub fn may_exist(&self) -> bool {
        match self {
            Database::Sqlite(path) => path.exists(),
            Database::Postgres(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_named() {
        let named = |text: &str| text.parse::<Choice>();
        assert_eq!(named("sqlite"), Ok(Choice::Sqlite(None)));
        assert_eq!(named("sqlite:a/b.db"), Ok(Choice::Sqlite(Some(PathBuf::from("a/b.db")))));
        for (text, url) in [
            ("postgres", LOCAL),
            ("postgres:host=db dbname=x", "host=db dbname=x"),
            ("postgres:postgres://db/x", "postgres://db/x"),
            ("postgresql:postgresql://db/x", "postgresql://db/x"),
            ("postgres://db/x", "postgres://db/x"),
        ] {
            assert_eq!(named(text), Ok(Choice::Postgres(url.to_owned())), "{text}");
        }
        assert!(named("mysql").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let shown = Database::Postgres("postgres://ann:secret@db:5433/customs".to_owned()).to_string();
        assert_eq!(shown, "postgres://db:5433/customs");
        let wrong = Database::Postgres("secret nonsense".to_owned());
        match wrong.open().err() {
            Some(Failure::Failed(words)) => assert!(!words.contains("secret"), "{words}"),
            _ => panic!("it is no address"),
        }
    }
}
