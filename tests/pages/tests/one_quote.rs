//! One quote in a real browser, by somebody who is not signed in: the form by keyboard, the answer with its
//! working, a link that holds the facts, what is wrong at its field; in both languages, at a desk and on a
//! phone, with screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};
use thirtyfour::prelude::*;

/// The words of one language.
struct Words {
    lang: &'static str,
    quote: &'static str,
    landed: &'static str,
    unit: &'static str,
    why: &'static str,
    half_up: &'static str,
    refused: &'static str,
    sign_out: &'static str,
    would_owe: &'static str,
}

const EN: Words = Words {
    lang: "en",
    quote: "Landed cost",
    landed: "Landed cost (customs value and charges)",
    unit: "kilogram",
    why: "How it was reckoned",
    half_up: "rounded half up to 2 places",
    refused: "This cannot be reckoned",
    sign_out: "Sign out",
    would_owe: "This would owe",
};

const ZH: Words = Words {
    lang: "zh-CN",
    quote: "税款预估",
    landed: "到岸成本（完税价格加税款）",
    unit: "千克",
    why: "怎样算出",
    half_up: "四舍五入至小数点后 2 位",
    refused: "无法计算",
    sign_out: "退出",
    would_owe: "按此申报应缴",
};

async fn field(visit: &Visit, name: &str) -> WebElement {
    visit.find(&format!("//form[@id='declaration']//*[@name='{name}']")).await
}

async fn typed(visit: &Visit, name: &str, value: &str) {
    let field = field(visit, name).await;
    if field.tag_name().await.unwrap() == "input" {
        field.clear().await.unwrap();
    }
    field.send_keys(value).await.unwrap();
}

/// What stands first in an answer, in large.
async fn amount(visit: &Visit, xpath: &str) -> String {
    visit.find(xpath).await.text().await.unwrap()
}

async fn journey(driver: &Driver, server: &Server, words: &Words, (width, height): (u32, u32), dark: bool) {
    let window = driver.window(width, height, words.lang, dark).await.expect("a browser: ./test installs it");
    let visit = Visit { window, address: server.address.clone() };
    let shade = if dark { "dark" } else { "light" };
    let name = |page: &str| format!("quote-{page}-{}-{width}-{shade}", &words.lang[..2]);

    // nobody is signed in
    visit.open("/").await;
    visit.press(&format!("//nav//a[normalize-space()='{}']", words.quote)).await;
    field(&visit, "terms").await;
    visit.whole(&name("1-empty")).await;

    // the tariff is looked up while one types, and gives the units
    typed(&visit, "lines.0.commodity_code", "8512201000").await;
    visit.sees(words.unit).await;
    for (name, value) in [
        ("lines.0.origin", "DE"),
        ("lines.0.total", "8000"),
        ("lines.0.currency", "EUR"),
        ("lines.0.first_quantity", "100"),
        ("lines.0.second_quantity", "1100"),
        ("terms", "3"),
        ("freight.mark", "3"),
        ("freight.currency", "EUR"),
        ("freight.rate", "500"),
        ("insurance.mark", "1"),
    ] {
        typed(&visit, name, value).await;
    }
    // Enter in a field asks
    field(&visit, "insurance.rate").await.send_keys("0.3" + Key::Enter).await.unwrap();
    visit.sees(words.landed).await;
    let landed = amount(&visit, "//*[@id='quote']//p[@class='amount']/span[1]").await;
    let total = amount(&visit, "//*[@id='quote']//b[contains(@class, 'number')]").await;
    let here = visit.window.current_url().await.unwrap();
    assert!(here.query().unwrap().contains("lines.0.first_unit=007"), "the look-up gave the unit: {here}");
    assert!(!here.query().unwrap().contains("=&"), "no empty field stands in {here}");
    let focused = visit.window.active_element().await.unwrap();
    assert_eq!(focused.id().await.unwrap().as_deref(), Some("quote"), "the reader goes to the answer");
    visit.press(&format!("//summary[contains(., '{}')]", words.why)).await;
    visit.sees(words.half_up).await;
    visit.press("//details[@id='signed']/summary").await;
    visit.whole(&name("2-answer")).await;

    // the address alone gives the same, as does the link
    let link = visit.find("//details[@id='signed']//a[starts-with(@href, '/quote?')]").await;
    let link = link.attr("href").await.unwrap().unwrap();
    visit.open("/").await;
    visit.open(&link).await;
    assert_eq!(amount(&visit, "//*[@id='quote']//p[@class='amount']/span[1]").await, landed);

    // a second line, and what is wrong with it stands at its field
    visit.press("//button[@value='add-lines']").await;
    typed(&visit, "lines.1.commodity_code", "85122010").await;
    typed(&visit, "lines.1.total", "5").await;
    visit.press("//div[contains(@class, 'actions')]//button").await;
    visit.sees(words.refused).await;
    visit.find("//*[@id='f-lines-1-commodity_code' and @aria-invalid='true']").await;
    visit.press("//*[@id='findings']//a[@href='#f-lines-1-commodity_code']").await;
    visit.whole(&name("3-refused")).await;
    visit.press("//button[@value='remove-2']").await;
    visit.press("//div[contains(@class, 'actions')]//button").await;
    assert_eq!(amount(&visit, "//*[@id='quote']//p[@class='amount']/span[1]").await, landed);

    // the declaration of the same facts would owe the same
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/declarations/new?example=1").await;
    typed(&visit, "bill", "QUOTE1").await;
    visit.press("//div[contains(@class, 'actions')]//button[@value='try']").await;
    visit.sees(words.would_owe).await;
    assert_eq!(amount(&visit, "//*[@id='trial']//p[@class='amount']/span[1]").await, total);
    visit.open(&link).await;
    visit.shot(&name("4-signed-in")).await;
    visit.window.quit().await.unwrap();
}

#[tokio::test]
async fn what_goods_would_cost_in_both_languages() {
    let folder = Folder::new("quote");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    journey(&driver, &server, &EN, (1280, 900), false).await;
    journey(&driver, &server, &ZH, (390, 844), false).await;
    journey(&driver, &server, &ZH, (1280, 900), true).await;
    journey(&driver, &server, &EN, (390, 844), true).await;
}
