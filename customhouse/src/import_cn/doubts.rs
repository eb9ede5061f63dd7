//! What must not be taken from the file: rates of another kind than ad valorem, which it has
//! flattened to zero or to a misscaled number. Source: the caveat of the file's own description, the
//! footnotes of the 2026 tariff, and the same doubts as in the pack's own tables.

use customhouse_kernel::values::CommodityCode;

/// A rate of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rate {
    Mfn,
    General,
    Provisional,
    Consumption,
}

/// Rates of some goods that are not known, and why.
struct Doubt {
    /// Beginning of the code.
    goods: &'static str,
    rates: &'static [Rate],
    why: &'static str,
}

const DUTY: &[Rate] = &[Rate::Mfn, Rate::General, Rate::Provisional];
const GENERAL: &[Rate] = &[Rate::General];
const PROVISIONAL: &[Rate] = &[Rate::Provisional];
const CONSUMPTION: &[Rate] = &[Rate::Consumption];

const fn doubt(goods: &'static str, rates: &'static [Rate], why: &'static str) -> Doubt {
    Doubt { goods, rates, why }
}

/// The closest beginning comes first where two would fit.
const DOUBTS: &[Doubt] = &[
    doubt(
        "0207",
        DUTY,
        "specific duty, flattened by the source; footnotes of the tariff name 0.5 to 1.0 CNY/kg by line",
    ),
    doubt("0504002100", GENERAL, "the source has 0; a footnote of the tariff names 7.7 CNY/kg"),
    doubt(
        "2203",
        DUTY,
        "specific rates, flattened by the source; the footnote names 7.5 CNY/l as the general rate",
    ),
    doubt("2203", CONSUMPTION, "by weight and price, misscaled by the source"),
    doubt("2206001000", DUTY, "yellow wine: doubtful in the source"),
    doubt("2206001000", CONSUMPTION, "by weight, misscaled by the source"),
    doubt("2207", DUTY, "non-ad-valorem or doubtful in the source"),
    doubt("2207", CONSUMPTION, "doubtful in the source"),
    doubt("2208", DUTY, "non-ad-valorem or doubtful in the source"),
    doubt("2208", CONSUMPTION, "compound for some spirits, doubtful in the source"),
    doubt("2402", DUTY, "non-ad-valorem or doubtful in the source"),
    doubt("2402", CONSUMPTION, "compound for cigarettes, doubtful in the source"),
    doubt("2707500010", CONSUMPTION, "per litre, misscaled by the source"),
    doubt("2707999000", CONSUMPTION, "per litre, misscaled by the source"),
    doubt("2709", DUTY, "flattened by the source; the footnote names 85 CNY/t as the general rate"),
    doubt("2709", CONSUMPTION, "doubtful in the source"),
    doubt("2710", DUTY, "doubtful in the source"),
    doubt("2710", CONSUMPTION, "per litre, misscaled by the source"),
    doubt("2715000010", CONSUMPTION, "per litre, misscaled by the source"),
    doubt(
        "3701",
        DUTY,
        "footnotes of the tariff name specific duties per m2 for 3701-3707; the line they bear on is not certain",
    ),
    doubt("3702", DUTY, "specific duty per m2, flattened by the source"),
    doubt("3826000090", CONSUMPTION, "per litre, misscaled by the source"),
    doubt(
        "4001100000",
        PROVISIONAL,
        "lower of two, flattened by the source; the footnotes name 10% or 900 CNY/t",
    ),
    doubt(
        "4001210000",
        PROVISIONAL,
        "lower of two, flattened by the source; the footnotes name 20% or 1500 CNY/t",
    ),
    doubt(
        "4001220000",
        PROVISIONAL,
        "lower of two, flattened by the source; the footnotes name 20% or 1500 CNY/t",
    ),
    doubt("5201", DUTY, "within quota, or sliding duty, flattened by the source"),
    doubt("8521", DUTY, "compound rate with a price step, flattened by the source"),
    doubt("8525", DUTY, "compound rate with a price step, flattened by the source"),
];

/// Where the file has a rate and it bears on a part of the goods only that it does not name.
const ONLY_ABOVE_ZERO: &[Doubt] = &[
    doubt(
        "9101",
        CONSUMPTION,
        "the source has a flat 20%; whether it bears only on watches above a price is not in the data",
    ),
    doubt(
        "9102",
        CONSUMPTION,
        "the source has a flat 20%; whether it bears only on watches above a price is not in the data",
    ),
];

/// Why a rate is not known, if it is not, whatever the file says.
pub(crate) fn why(code: CommodityCode, rate: Rate) -> Option<&'static str> {
    find(DOUBTS, code, rate)
}

/// The same for a rate that the file gives as above zero.
pub(crate) fn why_above_zero(code: CommodityCode, rate: Rate) -> Option<&'static str> {
    find(ONLY_ABOVE_ZERO, code, rate)
}

fn find(doubts: &'static [Doubt], code: CommodityCode, rate: Rate) -> Option<&'static str> {
    let fits = |d: &&Doubt| code.as_str().starts_with(d.goods) && d.rates.contains(&rate);
    doubts.iter().find(fits).map(|d| d.why)
}

/// Goods under a sliding provisional duty, which the file leaves out.
pub(crate) const SLIDING: (&str, &str) = (
    "5201000080",
    "sliding: Pi (value per kg) 14.000 CNY or more: 0.280 CNY/kg; below: Ri = 9.0/Pi + 2.69% x Pi - 1, to 3 decimals, \
     at most 40%; this form of rate is not in the table yet",
);
