//! Where the stores of a test live.

use customhouse_storage::{Reader, Sim, SimDisk, Sqlite, Store, StoreError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Opens the store of a test, as often as it likes; it is the same store each time.
pub type Open<'a> = &'a dyn Fn() -> Result<Box<dyn Store>, StoreError>;

/// Runs a test over each store, empty.
pub fn on_both(test: impl Fn(Open)) {
    let folder = Folder::new();
    test(&|| Ok(Box::new(Sqlite::open(&folder.database())?)));
    let disk = SimDisk::new(7);
    test(&|| Ok(Box::new(Sim::open(&disk)?)));
}

/// Runs a test over each store, empty and open.
pub fn on_both_open(test: impl Fn(&mut dyn Store)) {
    on_both(|open| test(&mut *open().unwrap()));
}

/// A reader that sees what is committed now.
pub fn reader(store: &dyn Store) -> Box<dyn Reader> {
    store.reader().unwrap()
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
