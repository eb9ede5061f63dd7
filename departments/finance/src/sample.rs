//! What this room's tests reckon by: China's own rules and calendar, read from the pack's texts.

use customhouse_kernel::law::{Rulebook, faults_text, read_pack};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Money;
use jiff::civil::Date;
use std::sync::Arc;

const PACK: &[(&str, &str)] = &[
    ("pack.toml", include_str!("../../../packs/cn/pack.toml")),
    ("rules/payment.toml", include_str!("../../../packs/cn/rules/payment.toml")),
    ("rules/guarantee.toml", include_str!("../../../packs/cn/rules/guarantee.toml")),
    ("rules/sale-proceeds.toml", include_str!("../../../packs/cn/rules/sale-proceeds.toml")),
    ("rules/refund.toml", include_str!("../../../packs/cn/rules/refund.toml")),
    ("rules/interest.toml", include_str!("../../../packs/cn/rules/interest.toml")),
    ("tables/calendar.csv", include_str!("../../../packs/cn/tables/calendar.csv")),
    ("tables/calendar_years.csv", include_str!("../../../packs/cn/tables/calendar_years.csv")),
];

/// The rules of the pack.
pub fn china() -> Arc<Rulebook> {
    china_with("").unwrap_or_else(|faults| panic!("{faults}"))
}

/// The rules of the pack and some of a test's own.
pub fn china_with(rules: &str) -> Result<Arc<Rulebook>, String> {
    let own = [("rules/own.toml", rules)];
    let files = PACK.iter().chain(&own).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let pack = read_pack(&files.collect::<Vec<_>>());
    pack.map(|pack| pack.rulebook).map_err(|faults| faults_text(&faults, Lang::En))
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub fn money(text: &str) -> Money {
    Money::parse(text).unwrap_or_else(|| panic!("{text}"))
}
