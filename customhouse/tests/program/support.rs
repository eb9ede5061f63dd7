//! What these tests share: the program run to its end, a folder of one's own, the example of the README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a run of the program ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}:\n{}", self.out))
    }
}

/// The program with a plain environment: English, no settings of the one who runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_customhouse"));
    for (name, _) in std::env::vars() {
        if name.starts_with("CUSTOMHOUSE_") || name.starts_with("LC_") {
            command.env_remove(name);
        }
    }
    command.env("LANG", "C.UTF-8");
    command
}

pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Run {
    let output = program().args(arguments).output().expect("the program starts");
    Run {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A folder of its own, removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("customhouse-program-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary folder");
        Folder(path)
    }

    /// A path in it, as an argument.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").to_owned()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(Path::new(&path).parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Writes the China pack of the tree into a folder.
pub fn copy_pack(into: &str) {
    for (path, text) in customhouse_program::pack_source::embedded() {
        let file = Path::new(into).join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
}

/// The example declaration, with a credit code that holds.
pub fn declaration() -> String {
    let text = fs::read_to_string(root().join("docs/examples/declaration.json")).expect("the example");
    let code = customhouse_kernel::values::CreditCode::complete("91990000MA0000001").expect("17 characters");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["consignee"]["credit_code"] = code.as_str().into();
    value.to_string()
}

/// The program serving; asked to stop when dropped.
pub struct Server {
    process: std::process::Child,
    pub address: String,
    log: String,
}

impl Server {
    /// Starts `serve` on a free port and waits for the line that names it.
    pub fn start(folder: &Folder, options: &[&str]) -> Server {
        let log = folder.path(&format!("serve-{}.log", options.len()));
        let file = fs::File::create(&log).expect("a log");
        let process = program()
            .args(["serve", "--port", "0", "--data", &folder.path("data")])
            .args(options)
            .stdout(file.try_clone().expect("the log"))
            .stderr(file)
            .spawn()
            .expect("the program starts");
        let mut server = Server { process, address: String::new(), log };
        for _ in 0..1200 {
            if let Some(address) = server.told().lines().find_map(|l| l.strip_prefix("Open ")) {
                server.address = address.to_owned();
                return server;
            }
            assert!(server.process.try_wait().expect("a state").is_none(), "it stopped:\n{}", server.told());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("not ready after a minute:\n{}", server.told());
    }

    /// All that it has printed.
    pub fn told(&self) -> String {
        fs::read_to_string(&self.log).expect("the log")
    }

    /// Asks it to stop; its code and all that it printed.
    pub fn stop(mut self) -> (i32, String) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        let status = self.process.wait().expect("it ends");
        (status.code().expect("it ends by itself"), self.told())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
