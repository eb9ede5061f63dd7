//! One import in a real browser, from sign-in to release and goods out, in both languages, at a desk
//! and on a phone, with screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};
use std::time::Duration;
use thirtyfour::prelude::*;

/// The words of one language.
struct Words {
    lang: &'static str,
    sign_out: &'static str,
    filed: &'static str,
    bill: &'static str,
    would_owe: &'static str,
    released: &'static str,
    report_out: &'static str,
    closed: &'static str,
    awaiting: &'static str,
    demonstration: &'static str,
}

const EN: Words = Words {
    lang: "en",
    sign_out: "Sign out",
    filed: "The bill is filed",
    bill: "Bill of lading number",
    would_owe: "This would owe",
    released: "Released",
    report_out: "Report goods out",
    closed: "Closed",
    awaiting: "Awaiting payment",
    demonstration: "A demonstration, not an authority’s service",
};

const ZH: Words = Words {
    lang: "zh-CN",
    sign_out: "退出",
    filed: "提运单已受理",
    bill: "提运单号",
    would_owe: "按此申报应缴",
    released: "已放行",
    report_out: "报告货物提离",
    closed: "已结关",
    awaiting: "待缴税",
    demonstration: "演示系统，并非任何主管机关的服务",
};

async fn journey(
    driver: &Driver,
    server: &Server,
    words: &Words,
    (width, height): (u32, u32),
    dark: bool,
    bill: &str,
) {
    let window = driver.window(width, height, words.lang, dark).await.expect("a browser: ./test installs it");
    let visit = Visit { window, address: server.address.clone() };
    let name = |page: &str| {
        let shade = if dark { "dark" } else { "light" };
        format!("{page}-{}-{width}-{shade}", &words.lang[..2])
    };
    visit.open("/").await;
    visit.sees(words.demonstration).await;
    visit.shot(&name("1-front")).await;

    // the carrier files a bill
    visit.sign_in(server, "carrier", words.sign_out).await;
    visit.open("/bills?example=1").await;
    let number = visit.find("//form[@action='/bills']//input[@name='bill']").await;
    number.clear().await.unwrap();
    number.send_keys(bill).await.unwrap();
    visit.shot(&name("2-bill")).await;
    visit.press("//form[@action='/bills']//button").await;
    visit.sees(words.filed).await;

    // the trader reckons, lodges, pays and is released
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/declarations/new?example=1").await;
    visit.fill(words.bill, bill).await;
    visit.press("//div[contains(@class, 'actions')]//button[@value='try']").await;
    visit.sees(words.would_owe).await;
    visit.shot(&name("3-lodge")).await;
    visit.press("//button[@name='do' and @value='lodge']").await;
    visit.sees(words.awaiting).await;
    let entry = visit.entry().await;
    visit.press("//tr[@class='why']//summary").await;
    visit.sees("× 10%").await;
    visit.shot(&name("4-owed")).await;
    visit.press(&format!("//form[@action='/declarations/{entry}/payment']//button")).await;
    for _ in 0..40 {
        if visit.text().await.contains(words.released) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
        visit.open(&format!("/declarations/{entry}")).await;
    }
    visit.sees(words.released).await;
    visit.shot(&name("5-released")).await;
    visit.open("/declarations").await;
    visit.shot(&name("6-list")).await;

    // the operator reports the goods out
    visit.sign_in(server, "operator", words.sign_out).await;
    // the list goes down from the highest office and number; begin just above this bill
    visit.open(&format!("/bills?after=2225-{bill}~")).await;
    let row = format!("//tbody[.//span[normalize-space()='{bill}']]");
    visit.press(&format!("{row}//summary")).await;
    visit.press(&format!("{row}//form//button")).await;
    visit.sees(words.report_out).await;

    // closed, as the trader and the officer see it
    for who in ["trader", "officer"] {
        visit.sign_in(server, who, words.sign_out).await;
        visit.open(&format!("/declarations/{entry}")).await;
        if who == "officer" {
            visit.says_why("归档").await;
        }
        visit.sees(words.closed).await;
    }
    visit.shot(&name("7-closed")).await;
    visit.open("/receipts").await;
    visit.shot(&name("8-receipts")).await;
    visit.window.quit().await.unwrap();
}

#[tokio::test]
async fn from_sign_in_to_goods_out_in_both_languages() {
    let folder = Folder::new("pages");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    journey(&driver, &server, &EN, (1280, 900), false, "PAGEEN1").await;
    journey(&driver, &server, &ZH, (1280, 900), true, "PAGEZH1").await;
    journey(&driver, &server, &ZH, (390, 844), false, "PAGEZH2").await;
    journey(&driver, &server, &EN, (390, 844), true, "PAGEEN2").await;
}

#[tokio::test]
async fn by_keyboard_alone_and_without_a_wrong_turn() {
    let folder = Folder::new("keyboard");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    let window = driver.window(1280, 900, "en", false).await.unwrap();
    let visit = Visit { window, address: server.address.clone() };
    // the first stop of the keyboard is the link past the head
    visit.open("/sign-in").await;
    visit.window.action_chain().send_keys(Key::Tab).perform().await.unwrap();
    let first = visit.window.active_element().await.unwrap();
    assert_eq!(first.attr("href").await.unwrap().as_deref(), Some("#main"));
    // a wrong password says so and gives nothing away
    visit.find("//input[@id='name']").await.send_keys("trader").await.unwrap();
    visit.find("//input[@id='password']").await.send_keys("wrong" + Key::Enter).await.unwrap();
    visit.sees("The name or the password is wrong.").await;
    // every finding of a bad form comes at once, with a link to its field, and what was typed is kept
    visit.sign_in(&server, "trader", "Sign out").await;
    visit.open("/declarations/new?example=1").await;
    visit.fill("Net mass (kg)", "999999").await;
    visit.fill("Bill of lading number", "NOSUCHBILL").await;
    visit.press("//button[@name='do' and @value='lodge']").await;
    visit.sees("CN-NORM-NET-GROSS").await;
    visit.sees("CN-NORM-BILL-KNOWN").await;
    visit.shot("9-refused-en-1280-light").await;
    let kept = visit.find("//input[@name='net_kg']").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("999999"));
    // somebody else's declaration is not there
    visit.sign_in(&server, "carrier", "Sign out").await;
    visit.open("/declarations/222520261000000001").await;
    let text = visit.text().await;
    assert!(!text.contains("Customs value") && !text.contains("222520261000000001-A01"), "{text}");
    visit.window.quit().await.unwrap();
}
