//! An import in two steps, in a real browser and both languages: a summary, with what is wrong at its field;
//! pick-up on a guarantee; the full declaration, with what is missing at each field; payment, and closing.
//! Screenshots in `target/screenshots/`.

#![allow(clippy::disallowed_methods)] // tests are shell

use customhouse_tests::{Folder, Server};
use pages::{Driver, Visit, serve};
use std::time::Duration;

/// The words of one language.
struct Words {
    lang: &'static str,
    sign_out: &'static str,
    filed: &'static str,
    office: &'static str,
    guarantor: &'static str,
    amount: &'static str,
    guaranteed: &'static str,
    accepted: &'static str,
    summary: &'static str,
    stated: &'static str,
    too_little: &'static str,
    reserves: &'static str,
    released: &'static str,
    out: &'static str,
    picked_up: &'static str,
    missing: &'static str,
    completed: &'static str,
    closed: &'static str,
    statement: [&'static str; 3],
}

const EN: Words = Words {
    lang: "en",
    sign_out: "Sign out",
    filed: "The bill is filed",
    office: "Office that decides",
    guarantor: "Guarantor",
    amount: "Amount",
    guaranteed: "Lodged: customs has yet to decide",
    accepted: "Accepted by customs",
    summary: "Summary declaration",
    stated: "Self-assessed total",
    too_little: "does not suffice",
    reserves: "Would be reserved of the guarantee",
    released: "Released on summary",
    out: "Report goods out",
    picked_up: "Picked up, to be completed",
    missing: "is missing",
    completed: "Goods out",
    closed: "Closed",
    statement: ["Summary declaration: guarantee reserved", "in two steps", "Paid"],
};

const ZH: Words = Words {
    lang: "zh-CN",
    sign_out: "退出",
    filed: "提运单已受理",
    office: "受理海关",
    guarantor: "担保人",
    amount: "担保金额",
    guaranteed: "已提交，等待海关决定",
    accepted: "海关已接受",
    summary: "概要申报",
    stated: "自报税款合计",
    too_little: "不足",
    reserves: "将占用担保额",
    released: "概要申报已放行，待完整申报",
    out: "报告货物提离",
    picked_up: "货物已提离，待完整申报",
    missing: "未填报",
    completed: "货物已提离",
    closed: "已结关",
    statement: ["概要申报占用担保", "两步申报", "已缴"],
};

/// What the full declaration has besides, and what stands in it.
const BESIDES: [(&str, &str); 18] = [
    ("consumer.name", "示例晨光进出口有限公司"),
    ("trading_country", "DE"),
    ("departure_country", "DE"),
    ("departure_port", "DEU001"),
    ("last_port", "DEU001"),
    ("entry_port", "310001"),
    ("storage_place", "外港监管仓"),
    ("packages", "10"),
    ("net_kg", "1100"),
    ("freight.currency", "EUR"),
    ("freight.rate", "500"),
    ("insurance.rate", "0.3"),
    ("price_confirmations", "00000"),
    ("lines.0.second_quantity", "1100"),
    ("lines.0.second_unit", "035"),
    ("lines.0.price", "80"),
    ("lines.0.destination", "CN"),
    ("lines.0.district", "31222"),
];
const CHOSEN: [(&str, &str); 3] = [("packaging", "22"), ("freight.mark", "3"), ("insurance.mark", "1")];

async fn type_in(visit: &Visit, name: &str, value: &str) {
    let field = visit.find(&format!("//input[@name='{name}']")).await;
    field.clear().await.unwrap();
    field.send_keys(value).await.unwrap();
}

/// A guarantee of the trader's, which an officer accepts; its number.
async fn guarantee(visit: &Visit, server: &Server, words: &Words) -> String {
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/guarantees").await;
    visit.press("//form[@action='/guarantees']/preceding-sibling::summary").await;
    visit.fill(words.office, "2225").await;
    visit.press("//select[@name='means']").await;
    visit.press("//select[@name='means']/option[@value='bank_letter']").await;
    visit.fill(words.guarantor, "示例银行 Sample Bank").await;
    visit.fill(words.amount, "300000").await;
    visit.press("//form[@action='/guarantees']//button").await;
    visit.sees(words.guaranteed).await;
    let address = visit.window.current_url().await.unwrap().path().to_owned();
    visit.sign_in(server, "supervisor", words.sign_out).await;
    visit.open(&address).await;
    visit.press("//button[@name='decision' and @value='accept']").await;
    visit.sees(words.accepted).await;
    address.trim_start_matches("/guarantees/").to_owned()
}

/// The carrier files the bill.
async fn file(visit: &Visit, server: &Server, words: &Words, bill: &str) {
    visit.sign_in(server, "carrier", words.sign_out).await;
    visit.open("/bills?example=1").await;
    type_in(visit, "bill", bill).await;
    visit.press("//form[@action='/bills']//button").await;
    visit.sees(words.filed).await;
}

/// A button below the form.
async fn send(visit: &Visit, what: &str) {
    visit.press(&format!("//div[contains(@class, 'actions')]//button[@name='do' and @value='{what}']")).await;
}

/// What is wrong with a field, where it stands.
async fn wrong_with(visit: &Visit, field: &str) -> String {
    let field = format!("//div[contains(@class, 'field') and .//input[@name='{field}']]");
    visit.find(&format!("{field}//p[contains(@class, 'error')]")).await.text().await.unwrap()
}

/// The example's summary of a bill, on a guarantee; not sent.
async fn summarise(visit: &Visit, bill: &str, guarantee: &str) {
    visit.press("//a[contains(@href, 'example=1') and contains(@href, 'summary=1')]").await;
    visit.find("//input[@name='declaration_kind' and @value='  5']").await;
    type_in(visit, "bill", bill).await;
    visit.press("//details[.//input[@name='guarantee']]/summary").await;
    type_in(visit, "guarantee", guarantee).await;
}

/// The operator reports the goods out.
async fn pick_up(visit: &Visit, server: &Server, words: &Words, bill: &str) {
    visit.sign_in(server, "operator", words.sign_out).await;
    visit.open(&format!("/bills?after=2225-{bill}~")).await;
    let row = format!("//tbody[.//span[normalize-space()='{bill}']]");
    visit.press(&format!("{row}//summary")).await;
    visit.press(&format!("{row}//form//button")).await;
    visit.sees(words.out).await;
}

/// What the full declaration has besides.
async fn add_the_rest(visit: &Visit) {
    for (field, value) in BESIDES {
        type_in(visit, field, value).await;
    }
    for (field, value) in CHOSEN {
        visit.press(&format!("//select[@name='{field}']/option[@value='{value}']")).await;
    }
}

/// Pays what is open, until the declaration is closed.
async fn pay(visit: &Visit, words: &Words, entry: &str) {
    visit.press(&format!("//form[@action='/declarations/{entry}/payment']//button")).await;
    for _ in 0..40 {
        visit.open(&format!("/declarations/{entry}")).await;
        if visit.text().await.contains(words.closed) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    visit.sees(words.closed).await;
}

async fn journey(driver: &Driver, server: &Server, words: &Words, (width, height): (u32, u32), bill: &str) {
    let window =
        driver.window(width, height, words.lang, false).await.expect("a browser: ./test installs it");
    let visit = Visit { window, address: server.address.clone() };
    let name = |page: &str| format!("two-step-{page}-{}-{width}", &words.lang[..2]);
    file(&visit, server, words, bill).await;
    let guarantee = guarantee(&visit, server, words).await;

    // the summary: a button turns the form, and an amount that is too little says so where it stands
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open("/declarations/new").await;
    visit.press("//button[@name='do' and @value='turn-summary']").await;
    visit.find("//button[@value='turn-summary' and @aria-current='true']").await;
    visit.sees(words.summary).await;
    summarise(&visit, bill, &guarantee).await;
    visit.fill(words.stated, "5").await;
    send(&visit, "lodge").await;
    assert!(wrong_with(&visit, "self_assessed_total").await.contains(words.too_little));
    visit.whole(&name("1-refused")).await;
    visit.find("//input[@name='self_assessed_total']").await.clear().await.unwrap();
    send(&visit, "try").await;
    visit.sees(words.reserves).await;
    send(&visit, "lodge").await;
    visit.sees(words.released).await;
    let entry = visit.entry().await;
    visit.whole(&name("2-summary")).await;
    pick_up(&visit, server, words, bill).await;

    // completed: what the summary said is there, what is missing is named at each field
    visit.sign_in(server, "trader", words.sign_out).await;
    visit.open(&format!("/declarations/{entry}")).await;
    visit.sees(words.picked_up).await;
    visit.press(&format!("//a[contains(@href, '/declarations/new?complete={entry}')]")).await;
    let kept = visit.find("//input[@name='bill']").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some(bill));
    send(&visit, "lodge").await;
    assert!(wrong_with(&visit, "net_kg").await.contains(words.missing));
    visit.whole(&name("3-missing")).await;
    add_the_rest(&visit).await;
    send(&visit, "lodge").await;
    visit.sees(words.completed).await;
    assert_eq!(visit.entry().await, entry);
    visit.whole(&name("4-completed")).await;

    // paid: closed, and the guarantee is free
    pay(&visit, words, &entry).await;
    visit.whole(&name("5-closed")).await;
    visit.open("/statement").await;
    for told in words.statement {
        visit.sees(told).await;
    }
    visit.open(&format!("/guarantees/{guarantee}")).await;
    visit.sees("300,000.00").await;
    visit.whole(&name("6-guarantee")).await;
    visit.window.quit().await.unwrap();
}

/// The button of the demonstration's clock lets the last day pass: the trader and the officer are told, and the
/// full declaration owes the fee.
#[tokio::test]
async fn a_week_on_and_a_week_on_until_it_is_late() {
    let folder = Folder::new("two-step-late");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    let window = driver.window(1280, 900, "en", false).await.expect("a browser: ./test installs it");
    let visit = Visit { window, address: server.address.clone() };
    let (words, bill) = (&EN, "TWOLATE1");
    file(&visit, &server, words, bill).await;
    let guarantee = guarantee(&visit, &server, words).await;
    visit.sign_in(&server, "trader", words.sign_out).await;
    visit.open("/declarations/new?summary=1").await;
    summarise(&visit, bill, &guarantee).await;
    send(&visit, "lodge").await;
    visit.sees(words.released).await;
    let entry = visit.entry().await;
    pick_up(&visit, &server, words, bill).await;

    visit.sign_in(&server, "supervisor", words.sign_out).await;
    for _ in 0..3 {
        visit.open("/declarations").await;
        visit.press("//form[@action='/clock']//button[@value='7']").await;
        visit.find("//form[@action='/clock']").await;
    }
    visit.sign_in(&server, "trader", words.sign_out).await;
    for _ in 0..60 {
        visit.open(&format!("/declarations/{entry}")).await;
        if visit.text().await.contains("It was not completed in time") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    visit.sees("It was not completed in time").await;
    visit.whole("two-step-7-overdue").await;
    visit.sign_in(&server, "supervisor", words.sign_out).await;
    visit.open("/work").await;
    visit.press_in_list(&format!("//main//a[contains(@href, '{entry}')]")).await;
    visit.says_why("overdue").await; // nothing of it waits for his post
    visit.sees("It was not completed in time").await;
    visit.sign_in(&server, "trader", words.sign_out).await;
    visit.open(&format!("/declarations/new?complete={entry}")).await;
    add_the_rest(&visit).await;
    send(&visit, "lodge").await;
    visit.sees(words.completed).await;
    visit.sees("Late-declaration fee").await;
    pay(&visit, words, &entry).await;
    visit.window.quit().await.unwrap();
}

#[tokio::test]
async fn from_summary_to_closing_in_both_languages() {
    let folder = Folder::new("two-step");
    let server = serve(&folder, "7");
    let driver = Driver::start();
    journey(&driver, &server, &EN, (1280, 900), "TWOEN1").await;
    journey(&driver, &server, &ZH, (390, 844), "TWOZH1").await;
}
