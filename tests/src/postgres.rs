//! PostgreSQL for tests: a database of its own on the server of the run, or a whole server of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The address of a new, empty database on the server that `scripts/with_postgres` started beside this run.
/// `None` without one, which in CI is an error.
///
/// # Panics
/// In CI there must be a server.
#[must_use]
pub fn new_database() -> Option<String> {
    match std::env::var("CUSTOMHOUSE_TEST_POSTGRES") {
        Ok(server) => Some(database_on(&server)),
        Err(_) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("no PostgreSQL server: run this by scripts/with_postgres")
        }
        Err(_) => {
            eprintln!("skipped: run this by scripts/with_postgres");
            None
        }
    }
}

fn database_on(server: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("whole_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new("psql").args(["-q", server, "-c", &format!("CREATE DATABASE {name}")]).output();
    let made = made.expect("psql comes with PostgreSQL");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (host, _) = server.rsplit_once('/').expect("an address ends with a database");
    format!("{host}/{name}")
}

/// A server that a test may kill. It ends with this value.
pub struct OwnServer {
    beside: Child,
    pub address: String,
    pid_file: String,
    start: String,
}

impl OwnServer {
    /// # Panics
    /// The server does not start.
    #[must_use]
    pub fn start() -> OwnServer {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/with_postgres");
        // it says where it is, and stands until its input ends
        let tell = "printf '%s\\n' \"$CUSTOMHOUSE_TEST_POSTGRES\" \"$CUSTOMHOUSE_TEST_POSTGRES_PID\" \
                    \"$CUSTOMHOUSE_TEST_POSTGRES_START\"; cat";
        let mut beside = Command::new(script)
            .args(["sh", "-c", tell])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/with_postgres");
        let mut lines = BufReader::new(beside.stdout.take().expect("its output")).lines();
        let mut line = || lines.next().expect("three lines").expect("text");
        let (server, pid_file, start) = (line(), line(), line());
        OwnServer { beside, address: database_on(&server), pid_file, start }
    }

    /// Kills it as a power cut would.
    ///
    /// # Panics
    /// It does not run.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(&self.pid_file).expect("it runs");
        let pid = file.lines().next().expect("its process id").to_owned();
        assert!(Command::new("kill").args(["-9", &pid]).status().expect("kill").success());
    }

    /// Starts it again and waits until it answers.
    ///
    /// # Panics
    /// It does not come back within half a minute.
    pub fn start_again(&self) {
        for _ in 0..300 {
            // what the killed server left behind may still be in use for a moment
            let mut words = self.start.split(' ');
            let mut server = Command::new(words.next().expect("a program"))
                .args(words)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts");
            for _ in 0..50 {
                std::thread::sleep(Duration::from_millis(100));
                if server.try_wait().expect("its state").is_some() {
                    break;
                }
                let asked = Command::new("psql").args(["-qAt", &self.address, "-c", "SELECT 1"]).output();
                if asked.is_ok_and(|asked| asked.status.success()) {
                    return;
                }
            }
        }
        panic!("PostgreSQL does not come back");
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.beside.stdin.take());
        let _ = self.beside.wait();
    }
}
