//! Tariff quotas: each of these eight-digit lines stands in the file as two codes, one of them for
//! goods within quota, whose quota rate the file gives as if it were the most-favoured-nation rate.

use super::Rates;
use std::collections::BTreeMap;

/// Goods under quota, their rates within it in percent, and the eight digits of their lines.
/// Source: quota table of the 2026 tariff.
pub const QUOTAS: &[(&str, &str, &str)] = &[
    (
        "wheat",
        "1 (flour 6, groats/pellets 9-10)",
        "10011100 10011900 10019100 10019900 11010000 11031100 11032010",
    ),
    ("maize", "1 (processed 9-10)", "10051000 10059000 11022000 11031300 11042300"),
    ("long-grain rice", "1 (flour 9)", "10061021 10061081 10062020 10063020 10064020 11029021 11031931"),
    (
        "medium and short-grain rice",
        "1 (flour 9)",
        "10061029 10061089 10062080 10063080 10064080 11029029 11031939",
    ),
    ("sugar", "15", "17011200 17011300 17011400 17019100 17019910 17019920 17019990"),
    ("wool", "1", "51011100 51011900 51012100 51012900 51013000 51031010"),
    ("wool tops", "3", "51051000 51052100 51052900"),
    ("cotton", "1; out of quota sliding provisional duty", "52010000 52030000"),
    ("urea", "4, provisional 1", "31021000"),
    ("NPK fertiliser", "4, provisional 1", "31052000"),
    ("diammonium phosphate", "4, provisional 1", "31053000"),
];

/// Codes whose most-favoured-nation rate in the file holds within a quota only, each with the reason.
pub(crate) fn within_quota(lines: &[Rates]) -> BTreeMap<&str, String> {
    let mut found = BTreeMap::new();
    for (goods, percent, eights) in QUOTAS {
        for eight in eights.split(' ') {
            // the third code of cotton is the sliding duty's
            let is_one = |line: &&Rates| {
                line.code.as_str().starts_with(eight) && line.code.as_str() != super::doubts::SLIDING
            };
            let mut pair: Vec<&Rates> = lines.iter().filter(is_one).collect();
            pair.sort_by_key(|line| line.mfn);
            match pair.as_slice() {
                [within, beyond] if within.mfn < beyond.mfn && is_suffix(within.code.as_str()) => {
                    let why = format!(
                        "in-quota rate needs a quota certificate; the tariff names {percent} % for {goods}"
                    );
                    found.insert(within.code.as_str(), why);
                }
                unclear => {
                    let why = format!("which code of {goods} stands for goods within quota is not certain");
                    found.extend(unclear.iter().map(|line| (line.code.as_str(), why.clone())));
                }
            }
        }
    }
    found
}

/// The codes within quota end in 01, those of fertilisers and some sugar in 10.
fn is_suffix(code: &str) -> bool {
    code.ends_with("01") || code.ends_with("10")
}
