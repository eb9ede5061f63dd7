//! The partners of the sample year: their codes, the currency of their contracts, and the agreement that may
//! be claimed from there.

pub(super) struct Country {
    pub code: &'static str,
    pub alpha3: &'static str,
    pub currency: &'static str,
    /// Code of the agreement; empty where there is none.
    pub agreement: &'static str,
}

const fn country(
    code: &'static str,
    alpha3: &'static str,
    currency: &'static str,
    agreement: &'static str,
) -> Country {
    Country { code, alpha3, currency, agreement }
}

const COUNTRIES: &[Country] = &[
    country("AE", "ARE", "USD", ""),
    country("AR", "ARG", "USD", ""),
    country("AU", "AUS", "AUD", "18"),
    country("BD", "BGD", "USD", ""),
    country("BE", "BEL", "EUR", ""),
    country("BR", "BRA", "USD", ""),
    country("CA", "CAN", "USD", ""),
    country("CG", "COG", "USD", ""),
    country("CH", "CHE", "CHF", "17"),
    country("CL", "CHL", "USD", "08"),
    country("CO", "COL", "USD", ""),
    country("DE", "DEU", "EUR", ""),
    country("DK", "DNK", "EUR", ""),
    country("EC", "ECU", "USD", "25"),
    country("ES", "ESP", "EUR", ""),
    country("FR", "FRA", "EUR", ""),
    country("GB", "GBR", "GBP", ""),
    country("ID", "IDN", "USD", "02"),
    country("IE", "IRL", "EUR", ""),
    country("IN", "IND", "USD", ""),
    country("IQ", "IRQ", "USD", ""),
    country("IT", "ITA", "EUR", ""),
    country("JP", "JPN", "JPY", "22"),
    country("KH", "KHM", "USD", "23"),
    country("KR", "KOR", "USD", "19"),
    country("MX", "MEX", "USD", ""),
    country("MY", "MYS", "USD", "02"),
    country("NL", "NLD", "EUR", ""),
    country("NO", "NOR", "USD", ""),
    country("NZ", "NZL", "NZD", "10"),
    country("OM", "OMN", "USD", ""),
    country("PE", "PER", "USD", "12"),
    country("PH", "PHL", "USD", "02"),
    country("QA", "QAT", "USD", ""),
    country("RU", "RUS", "USD", ""),
    country("SA", "SAU", "USD", ""),
    country("SE", "SWE", "EUR", ""),
    country("SG", "SGP", "USD", "02"),
    country("TH", "THA", "USD", "02"),
    country("TW", "TWN", "USD", ""),
    country("US", "USA", "USD", ""),
    country("VN", "VNM", "USD", "02"),
    country("ZA", "ZAF", "USD", ""),
];

/// The country of a code that the tables of wares name.
pub(super) fn find(code: &str) -> &'static Country {
    COUNTRIES.iter().find(|country| country.code == code).expect("the tables of wares name listed countries")
}

/// Hundredths of a currency for a thousand US cents, near enough for prices that are made up.
pub(super) fn per_thousand_cents(currency: &str) -> u64 {
    match currency {
        "EUR" => 870,
        "GBP" => 750,
        "CHF" => 800,
        "AUD" => 1_520,
        "NZD" => 1_700,
        "JPY" => 150_000,
        _ => 1_000,
    }
}
