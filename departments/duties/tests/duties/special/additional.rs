//! Additional duties as charges of the pack: its own charges and rules of choice, with a test's rates.
//! Source: E10, and E10b, a published penalty decision whose two amounts come out to the fen.

use crate::country::{VALUATION, cif, law_with};
use customhouse_duties::Assessment;

const CHARGES: &str = include_str!("../../../../../packs/cn/rules/charges.toml");
const CHOICE: &str = include_str!("../../../../../packs/cn/rules/rate-choice.toml");

/// The charges on imports of 2026 with their rules of choice; the country has no groups of countries, so
/// import duty has a rule of its own.
fn charges() -> String {
    let of = |text: &str, kind: &str| -> Vec<String> {
        let kind = format!("[[{kind}]]");
        text.split(&kind).skip(1).map(|rule| format!("{kind}{rule}")).collect()
    };
    let holds = |rule: &&String| !rule.contains("..2024-12-01\"") && !rule.contains("..2026-01-01\"");
    let charges = of(CHARGES, "charge");
    let choices = of(CHOICE, "rate_choice");
    let own = "[[rate_choice]]\nid = \"choice\"\nkey = \"import_duty\"\norder = 1\nwhen = \"true\"\nprefer = [[\"mfn\"]]\n";
    let choices = choices.iter().filter(holds).filter(|rule| !rule.contains("key = \"import_duty\""));
    let charges: String = charges.iter().filter(holds).map(String::as_str).collect();
    format!("{VALUATION}{charges}{}{own}", choices.map(String::as_str).collect::<String>())
}

fn assessed(rates: &str, currency: &str, price: &str, exchange: &str) -> Assessment {
    law_with(&charges(), rates, exchange)
        .assess(&cif(currency, &[price]))
        .unwrap_or_else(|r| panic!("{r:#?}"))
}

#[test]
fn additional_duties_enter_the_bases_of_the_taxes_after_them() {
    let common = "import_duty mfn 5.5%\nvat standard 13%";
    // additional rates, value -> duty, additional, consumption tax, VAT, why
    for (rates, value, duty, additional, consumption_tax, vat, why) in [
        ("", "482368.00", "26530.24", "0.00", "0.00", "66156.77", "no additional duty"),
        ("anti_dumping standard 30.7%", "482368.00", "26530.24", "148086.98", "0.00", "85408.08", "E10"),
        ("countervailing standard 30.7%", "482368.00", "26530.24", "148086.98", "0.00", "85408.08", "alike"),
        ("safeguard standard 30.7%", "482368.00", "26530.24", "148086.98", "0.00", "85408.08", "alike"),
        ("retaliatory standard 30.7%", "482368.00", "26530.24", "148086.98", "0.00", "85408.08", "alike"),
        (
            "anti_dumping standard 10%\ncountervailing standard 5%",
            "10000.00",
            "550.00",
            "1500.00",
            "0.00",
            "1566.50",
            "both together",
        ),
        (
            "retaliatory standard 25%\nconsumption_tax standard 10%",
            "10000.00",
            "550.00",
            "2500.00",
            "1450.00",
            "1885.00",
            "13,050 ÷ 0.9 × 10%, then 14,500 × 13%",
        ),
    ] {
        let found = assessed(&format!("{common}\n{rates}"), "CNY", value, "");
        let more =
            ["anti_dumping", "countervailing", "safeguard", "retaliatory"].map(|key| found.charge(key));
        let more = customhouse_kernel::values::Money::sum(more).unwrap();
        let charge = |key: &str| found.charge(key).to_string();
        let got = [charge("import_duty"), more.to_string(), charge("consumption_tax"), charge("vat")];
        assert_eq!(got, [duty, additional, consumption_tax, vat], "{why}");
    }
}

#[test]
fn a_published_decision_comes_out_to_the_fen() {
    // what was short is the difference between the two codes
    let common = "import_duty mfn 6.5%\nvat standard 13%";
    let declared = assessed(common, "USD", "68000", "USD,7.1795");
    let owed = assessed(&format!("{common}\nanti_dumping standard 30.7%"), "USD", "68000", "USD,7.1795");
    let short = |key: &str| owed.charge(key).checked_sub(declared.charge(key)).unwrap().to_string();
    assert_eq!(owed.value().to_string(), "488206.00");
    assert_eq!(
        [short("import_duty"), short("anti_dumping"), short("vat")],
        ["0.00", "149879.24", "19484.30"],
        "E10b"
    );
}

#[test]
fn each_additional_duty_has_a_book_of_its_own() {
    let found = assessed("import_duty mfn 5.5%\nvat standard 13%", "CNY", "100.00", "");
    let books: Vec<(&str, &str)> =
        found.charges.iter().map(|c| (c.charge.as_str(), c.book.as_str())).collect();
    assert_eq!(
        books,
        [
            ("import_duty", "A"),
            ("anti_dumping", "C"),
            ("countervailing", "D"),
            ("safeguard", "F"),
            ("retaliatory", "R"),
            ("consumption_tax", "Y"),
            ("vat", "L"),
        ]
    );
}
