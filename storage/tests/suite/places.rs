//! Where the stores of a test live.

use customhouse_storage::{Postgres, Reader, Sim, SimDisk, Sqlite, Store, StoreError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Opens the store of a test, as often as it likes; it is the same store each time.
pub type Open<'a> = &'a dyn Fn() -> Result<Box<dyn Store>, StoreError>;

/// Runs a test over each store, empty.
pub fn on_each(test: impl Fn(Open)) {
    let folder = Folder::new();
    test(&|| Ok(Box::new(Sqlite::open(&folder.database())?)));
    let disk = SimDisk::new(7);
    test(&|| Ok(Box::new(Sim::open(&disk)?)));
    if let Some(server) = Server::of_this_run() {
        let address = server.database();
        test(&|| Ok(Box::new(Postgres::open(&address)?)));
    }
}

/// Runs a test over each store, empty and open.
pub fn on_each_open(test: impl Fn(&mut dyn Store)) {
    on_each(|open| test(&mut *open().unwrap()));
}

/// A reader that sees what is committed now.
pub fn reader(store: &dyn Store) -> Box<dyn Reader> {
    store.reader().unwrap()
}

/// The PostgreSQL server that `scripts/with_postgres` started beside this run.
pub struct Server(postgres::Config);

impl Server {
    /// # Panics
    /// In CI there must be one.
    pub fn of_this_run() -> Option<Server> {
        match std::env::var("CUSTOMHOUSE_TEST_POSTGRES") {
            Ok(address) => Some(Server(address.parse().unwrap())),
            Err(_) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
                panic!("no PostgreSQL server: run this by scripts/with_postgres")
            }
            Err(_) => {
                eprintln!("skipped for PostgreSQL: run this by scripts/with_postgres");
                None
            }
        }
    }

    /// The address of a new, empty database. It goes with the server.
    pub fn database(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("suite_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut client = self.0.connect(postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let [postgres::config::Host::Tcp(host)] = self.0.get_hosts() else { panic!("one host") };
        format!("postgres://{}@{host}:{}/{name}", self.0.get_user().unwrap(), self.0.get_ports()[0])
    }
}

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("customhouse-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("海关.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
