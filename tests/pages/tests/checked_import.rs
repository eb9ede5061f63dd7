//! An import that is selected for document check, in a real browser and both languages: an officer asks,
//! the trader answers, the officer passes, the trader pays and is released; an amendment and an
//! examination on the way. Screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};
use std::path::Path;
use std::time::Duration;

/// The words of one language.
struct Words {
    lang: &'static str,
    sign_out: &'static str,
    filed: &'static str,
    work: &'static str,
    checked: &'static str,
    done: &'static str,
    ask: &'static str,
    asked: &'static str,
    answer: &'static str,
    answered: &'static str,
    awaiting: &'static str,
    released: &'static str,
    behind: &'static str,
    undecided: &'static str,
    approved: &'static str,
    as_declared: &'static str,
    differs: &'static str,
}

const EN: Words = Words {
    lang: "en",
    sign_out: "Sign out",
    filed: "The bill is filed",
    work: "Check the documents",
    checked: "Customs is checking the documents",
    done: "Done:",
    ask: "Please send the contract and the invoice.",
    asked: "answer by the day named below",
    answer: "Contract and invoice are attached.",
    answered: "Check the answer",
    awaiting: "Awaiting payment",
    released: "Released: the goods may leave",
    behind: "Behind this declaration",
    undecided: "Awaiting decision",
    approved: "Approved",
    as_declared: "as declared",
    differs: "Found to differ",
};

const ZH: Words = Words {
    lang: "zh-CN",
    sign_out: "退出",
    filed: "提运单已受理",
    work: "审核单证",
    checked: "海关正在审核单证",
    done: "已办理：",
    ask: "请补充合同和发票。",
    asked: "请在期限前补充海关要求的材料",
    answer: "随附合同和发票。",
    answered: "审核补充材料",
    awaiting: "待缴税",
    released: "已放行：货物可以提离",
    behind: "办案参考",
    undecided: "待海关决定",
    approved: "准予",
    as_declared: "与申报相符",
    differs: "查验不符",
};

/// One person after another at one window.
struct Desk<'a> {
    visit: Visit,
    server: &'a Server,
    words: &'a Words,
    view: String,
}

impl Desk<'_> {
    async fn open<'a>(
        driver: &Driver,
        server: &'a Server,
        words: &'a Words,
        (width, height): (u32, u32),
        dark: bool,
    ) -> Desk<'a> {
        let window =
            driver.window(width, height, words.lang, dark).await.expect("a browser: ./test installs it");
        let shade = if dark { "dark" } else { "light" };
        let view = format!("{}-{width}-{shade}", &words.lang[..2]);
        Desk { visit: Visit { window, address: server.address.clone() }, server, words, view }
    }

    async fn shot(&self, name: &str) {
        self.visit.whole(&format!("{name}-{}", self.view)).await;
    }

    async fn sit(&self, who: &str, path: &str) {
        self.visit.sign_in(self.server, who, self.words.sign_out).await;
        self.visit.open(path).await;
    }

    /// Presses the button of a step.
    async fn take(&self, step: &str) {
        self.visit.press(&format!("//button[contains(@formaction, '/steps/{step}')]")).await;
        self.visit.sees(self.words.done).await;
    }

    async fn note(&self, step: &str, text: &str) {
        let field =
            format!("//form[.//button[contains(@formaction, '/steps/{step}')]]//textarea[@name='note']");
        let found = self.visit.find(&field).await;
        if !found.is_displayed().await.unwrap() {
            self.visit
                .press(&format!("//details[.//button[contains(@formaction, '/steps/{step}')]]/summary"))
                .await;
        }
        found.send_keys(text).await.unwrap();
    }

    /// Files a bill and lodges a declaration on it; the page of the declaration.
    async fn lodge(&self, bill: &str) -> String {
        self.sit("carrier", "/bills?example=1").await;
        let number = self.visit.find("//form[@action='/bills']//input[@name='bill']").await;
        number.clear().await.unwrap();
        number.send_keys(bill).await.unwrap();
        self.visit.press("//form[@action='/bills']//button").await;
        self.visit.sees(self.words.filed).await;
        self.sit("trader", &format!("/declarations/new?example=1&bill={bill}")).await;
        self.visit.press("//button[@name='do' and @value='lodge']").await;
        self.visit.sees(self.words.checked).await;
        format!("/declarations/{}", self.visit.entry().await)
    }

    async fn documents(&self, page: &str, file: &Path) {
        self.shot("20-checked").await;
        self.sit("officer", "/work").await;
        self.visit.sees(self.words.work).await;
        self.shot("21-work").await;
        self.by_keyboard(page).await;
        self.visit.sees(self.words.behind).await;
        self.shot("22-officer").await;
        self.note("request_documents", self.words.ask).await;
        self.take("request_documents").await;

        self.sit("trader", page).await;
        self.visit.sees(self.words.asked).await;
        self.note("answer", self.words.answer).await;
        self.shot("23-asked").await;
        let input = self.visit.find("//input[@type='file' and @name='files']").await;
        input.send_keys(file.to_str().unwrap()).await.unwrap();
        self.take("answer").await;
        self.shot("24-answered").await;

        self.sit("officer", "/work?tab=mine").await;
        self.visit.sees(self.words.answered).await;
        self.visit.open(page).await;
        self.take("pass_documents").await;
        self.visit.sees(self.words.awaiting).await;
    }

    /// Opens what the work list has of a page by keyboard alone: / to the search, the number, j to the row, Enter.
    async fn by_keyboard(&self, page: &str) {
        const ENTER: char = '\u{e007}';
        let number = page.rsplit('/').next().unwrap();
        self.visit.find("//body").await.send_keys("/").await.unwrap();
        let search = self.visit.find("//input[@data-search]").await;
        assert!(self.visit.window.active_element().await.unwrap() == search, "/ goes to the search");
        search.send_keys(format!("{number}{ENTER}")).await.unwrap();
        self.visit.find(&format!("//input[@data-search and @value='{number}']")).await;
        self.visit.find("//body").await.send_keys(format!("j{ENTER}")).await.unwrap();
    }

    async fn amendment(&self, page: &str) {
        let entry = page.rsplit('/').next().unwrap();
        self.sit("trader", &format!("/declarations/new?amend={entry}")).await;
        for (name, value) in
            [("reason", self.words.answer), ("lines.0.total", "9000"), ("lines.0.price", "90")]
        {
            let field = self.visit.find(&format!("//*[@name='{name}']")).await;
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
        self.shot("25-amend").await;
        self.visit.press("//button[@name='do' and @value='lodge']").await;
        self.visit.sees(self.words.undecided).await;
        self.sit("supervisor", page).await;
        self.shot("26-decide").await;
        self.take("approve_amendment").await;
        self.visit.sees(self.words.approved).await;
    }

    async fn payment(&self, page: &str) {
        self.sit("trader", page).await;
        self.visit.press(&format!("//form[@action='{page}/payment']//button")).await;
        for _ in 0..40 {
            if self.visit.text().await.contains(self.words.released) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
            self.visit.open(page).await;
        }
        self.visit.sees(self.words.released).await;
        self.shot("27-released").await;
    }

    async fn examination(&self, page: &str) {
        self.sit("officer", page).await;
        self.take("order_examination").await;
        self.sit("examiner", "/work?tab=mine").await;
        self.visit.press_in_list(&format!("//a[@href='{page}']")).await;
        let quantity = self.visit.find("//input[@name='sheet.0.quantity']").await;
        assert_eq!(quantity.prop("value").await.unwrap().as_deref(), Some("100"));
        self.shot("28-sheet").await;
        quantity.clear().await.unwrap();
        quantity.send_keys("90").await.unwrap();
        self.take("report_discrepancy").await;
        self.sit("trader", page).await;
        self.visit.sees(self.words.differs).await;
        self.shot("29-differs").await;
        assert!(!self.visit.text().await.contains("examiner"), "officers' names stay with customs");
        assert!(!self.visit.text().await.contains(self.words.as_declared));
    }
}

#[tokio::test]
async fn documents_are_asked_for_answered_and_passed_in_both_languages() {
    let folder = Folder::new("checked");
    let server = serve(&folder, "20");
    let file = folder.0.join("contract.pdf");
    std::fs::write(&file, "%PDF-1.4\n%%EOF\n").unwrap();
    let driver = Driver::start();
    for (words, size, dark, bill) in
        [(&EN, (1280, 900), false, "CHECKEN1"), (&ZH, (390, 844), true, "CHECKZH1")]
    {
        let desk = Desk::open(&driver, &server, words, size, dark).await;
        let page = desk.lodge(bill).await;
        desk.documents(&page, &file).await;
        desk.amendment(&page).await;
        desk.payment(&page).await;
        desk.visit.window.quit().await.unwrap();
    }
}

#[tokio::test]
async fn an_examination_finds_a_line_to_differ() {
    let folder = Folder::new("examined");
    let server = serve(&folder, "10");
    let driver = Driver::start();
    for (words, size, bill) in [(&EN, (1280, 900), "LOOKEN1"), (&ZH, (390, 844), "LOOKZH1")] {
        let desk = Desk::open(&driver, &server, words, size, false).await;
        let page = desk.lodge(bill).await;
        desk.examination(&page).await;
        desk.visit.window.quit().await.unwrap();
    }
}
