//! A country that shares no name and no habit with China: that it works is that countries are data.

use crate::country::{cif, law, x};
use customhouse_kernel::values::Money;

/// A levy before the tariff duty, rounded down to the whole; a statistical fee that is an
/// amount a tonne and enters no base; excise on weight; no threshold; the higher of two rates wins.
const RURITANIA: &str = r#"
[[valuation]]
id = "worth"
places = 0
rounding = "down"
apportion = "coefficient"
insurance_presumed = "0.01"
[[delivery_terms]]
id = "CIF"
adds_freight = false
adds_insurance = false

[[charge]]
id = "tariff_duty"
name = { zh = "关税", en = "Tariff duty" }
order = 20
base = "value + road_levy"
price = "exclusive"
places = 1
rounding = "up"
free_up_to = "0.00"
required = true
book = "Z"
[[charge]]
id = "road_levy"
name = { zh = "道路费", en = "Road levy" }
order = 10
base = "value"
price = "exclusive"
places = 0
rounding = "down"
free_up_to = "0.00"
required = false
book = "R"
[[charge]]
id = "statistical_fee"
name = { zh = "统计费", en = "Statistical fee" }
order = 30
base = "0"
price = "exclusive"
places = 2
rounding = "half_even"
free_up_to = "0.00"
required = false
book = "S"

[[rate_choice]]
id = "choice.tariff_duty"
key = "tariff_duty"
order = 1
when = "true"
prefer = [["column_2"], ["column_1"]]
[[rate_choice]]
id = "choice.road_levy"
key = "road_levy"
order = 1
when = "origin != 'QA'"
prefer = [["flat"]]
[[rate_choice]]
id = "choice.road_levy.friends"
key = "road_levy"
order = 2
when = "origin == 'QA'"
prefer = [["friends"]]
[[rate_choice]]
id = "choice.statistical_fee"
key = "statistical_fee"
order = 1
when = "true"
prefer = [["flat"]]
"#;

#[test]
fn another_country_is_only_data() {
    let measures = "90,tariff_duty,column_1,,,higher(10%; 3 CNY/kg)
90,road_levy,flat,,,5%
90,road_levy,friends,,,1.5%
90,statistical_fee,flat,,,1.25 CNY/t"
        .replace("higher(10%; 3 CNY/kg)", "\"higher(10%, 3 CNY/kg)\"");
    let law = law(RURITANIA, &measures, "", crate::country::GOODS);
    use crate::country::With;
    let assess = |total: &str, kg: &str, tonnes: &str| {
        let goods = cif("CNY", &[total]).measuring("035", &[kg]).measuring("070", &[tonnes]);
        law.assess(&goods).unwrap_or_else(|refused| panic!("{refused:#?}"))
    };
    // total     kg     t     value   levy 1.5% down  duty up to the tenth       fee half even
    for (total, kg, t, value, levy, duty, fee) in [
        ("1000.99", "20", "0.02", "1000", "15", "101.5", "0.02"),
        ("1000.00", "50", "0.05", "1000", "15", "150", "0.06"),
        ("333.33", "1", "0.1", "333", "4", "33.7", "0.12"),
    ] {
        let a = assess(total, kg, t);
        let owed = [a.value(), a.charge("road_levy"), a.charge("tariff_duty"), a.charge("statistical_fee")];
        assert_eq!(owed.map(Money::exact), [value, levy, duty, fee].map(x), "{total}");
        let order: Vec<&str> = a.charges.iter().map(|c| c.charge.as_str()).collect();
        assert_eq!(order, ["road_levy", "tariff_duty", "statistical_fee"]);
        assert_eq!(a.total, Money::sum(owed.into_iter().skip(1)).unwrap());
    }
}
