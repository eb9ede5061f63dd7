//! A real browser over the real program. The journeys stand in `tests/pages/tests/`.

#![allow(clippy::disallowed_methods)] // tests are shell: they start processes and write screenshots
#![allow(clippy::missing_panics_doc)] // a test panics where something is not as it should be

mod visit; // what a person does in a window

pub use visit::Visit;

use customhouse_tests::{Folder, Server};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use thirtyfour::prelude::*;

/// A sample server in a folder, whose selection always falls the same way: 7 is neither check, 20 is document
/// check, 10 is examination.
///
/// # Panics
/// The folder cannot be made, or the server does not start.
pub fn serve(folder: &Folder, dice: &str) -> Server {
    let data = folder.0.join("data");
    std::fs::create_dir_all(&data).unwrap();
    Server::start(&data, &["--sample", "--dice", dice])
}

/// A chromedriver of its own, stopped by its own process id.
pub struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    /// # Panics
    /// chromedriver is not installed or does not answer.
    pub fn start() -> Driver {
        let port = customhouse_tests::free_port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: ./test installs it");
        let driver = Driver { process, address: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        driver
    }

    /// A browser window of a size, in a language, light or dark.
    pub async fn window(
        &self,
        width: u32,
        height: u32,
        lang: &str,
        dark: bool,
    ) -> WebDriverResult<WebDriver> {
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--window-size={width},{height}"))?;
        capabilities.add_arg(&format!("--lang={lang}"))?;
        capabilities.add_arg(&format!("--accept-lang={lang}"))?;
        if dark {
            capabilities.add_arg("--blink-settings=preferredColorScheme=0")?;
        }
        WebDriver::new(&self.address, capabilities).await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where screenshots are kept: `target/screenshots/`.
pub fn screenshot_path(name: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/screenshots");
    std::fs::create_dir_all(&target).expect("a folder for screenshots");
    target.join(format!("{name}.png"))
}
