//! A visit to the site: what a person does in a browser window, and what a person sees.

use crate::screenshot_path;
use customhouse_tests::Server;
use std::time::Duration;
use thirtyfour::prelude::*;

/// A browser window on the site.
pub struct Visit {
    pub window: WebDriver,
    pub address: String,
}

impl Visit {
    /// Says why a declaration that is not the officer's work is opened: the page asks before it shows it.
    pub async fn says_why(&self, reason: &str) {
        self.find("//textarea[@name='reason']").await.send_keys(reason).await.unwrap();
        self.press("//form[contains(@action, '/reading')]//button").await;
    }

    /// # Panics
    /// The browser does not open the page.
    pub async fn open(&self, path: &str) {
        self.window.goto(format!("{}{path}", self.address)).await.unwrap();
    }

    /// The element that matches, waiting a little for it.
    pub async fn find(&self, xpath: &str) -> WebElement {
        for _ in 0..100 {
            if let Ok(found) = self.window.find(By::XPath(xpath)).await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let text = self.text().await;
        panic!("nothing matches {xpath} on:\n{text}");
    }

    /// Presses what matches, once it stands in the middle of the window.
    pub async fn press(&self, xpath: &str) {
        let found = self.find(xpath).await;
        let script = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";
        self.window.execute(script, vec![found.to_json().unwrap()]).await.unwrap();
        found.click().await.unwrap();
    }

    /// Turns the pages of a list until it shows what matches, and presses it.
    pub async fn press_in_list(&self, xpath: &str) {
        self.find("//main//table").await;
        while self.window.find(By::XPath(xpath)).await.is_err() {
            let next = self.window.find(By::XPath("//main//a[@rel='next']")).await;
            let Ok(next) = next else { panic!("no page of the list has {xpath}:\n{}", self.text().await) };
            let address = next.attr("href").await.unwrap().expect("a link leads somewhere");
            self.open(&address).await;
        }
        self.press(xpath).await;
    }

    /// Types into a field by its label.
    pub async fn fill(&self, label: &str, value: &str) {
        let labelled = self.find(&format!("//label[starts-with(normalize-space(), '{label}')]")).await;
        let id = labelled.attr("for").await.unwrap().expect("a label is for a field");
        let field = self.window.find(By::Id(id)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    pub async fn text(&self) -> String {
        // between two pages there may be no body
        match self.window.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until the page says something.
    pub async fn sees(&self, words: &str) {
        for _ in 0..100 {
            if self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{words:?} is not on:\n{}", self.text().await);
    }

    /// Nothing is wider than the window.
    pub async fn fits(&self, name: &str) {
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth;";
        let over = self.window.execute(wide, Vec::new()).await.unwrap();
        let over: i64 = serde_json::from_value(over.json().clone()).unwrap();
        assert!(over <= 0, "{name} is {over} px too wide");
    }

    pub async fn shot(&self, name: &str) {
        self.fits(name).await;
        self.window.screenshot(&screenshot_path(name)).await.unwrap();
    }

    /// The whole page on one picture, however long it is.
    pub async fn whole(&self, name: &str) {
        self.fits(name).await;
        let size = self.window.get_window_rect().await.unwrap();
        let height = self.window.execute("return document.documentElement.scrollHeight + 160;", Vec::new());
        let height: u32 = serde_json::from_value(height.await.unwrap().json().clone()).unwrap();
        self.window.set_window_rect(0, 0, size.width as u32, height.min(8_000)).await.unwrap();
        self.window.screenshot(&screenshot_path(name)).await.unwrap();
        self.window.set_window_rect(0, 0, size.width as u32, size.height as u32).await.unwrap();
    }

    pub async fn sign_in(&self, server: &Server, name: &str, words: &str) {
        self.window.delete_cookie("customhouse_session").await.ok();
        self.window.delete_all_cookies().await.unwrap();
        self.open("/sign-in").await;
        let field = self.window.find(By::Id("name")).await.unwrap();
        field.send_keys(name).await.unwrap();
        let password = server.sign_ins().password(name);
        self.window.find(By::Id("password")).await.unwrap().send_keys(password + Key::Enter).await.unwrap();
        self.sees(words).await;
    }

    /// The entry number in the address.
    pub async fn entry(&self) -> String {
        let address = self.window.current_url().await.unwrap();
        let place = address.path_segments().and_then(|mut parts| parts.nth(1)).unwrap_or_default().to_owned();
        assert_eq!(place.len(), 18, "{address} is a declaration");
        place
    }
}
