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
    doubt("5201", DUTY, "within quota, or sliding duty, flattened by the source"),
    doubt(
        "8521",
        DUTY,
        "compound with a step at 2000 USD a set (footnote p. 1245); the figures of the line are not in the data",
    ),
    doubt(
        "8525",
        DUTY,
        "compound with a step at 5000 USD a set (footnote p. 1257); the figures of the line are not in the data",
    ),
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

/// Cotton out of quota, under a sliding provisional duty, which the file leaves out.
pub(crate) const SLIDING: &str = "5201000080";

/// Rates that the file flattens and another source gives in their form: code, rate, text, note.
const FORMS: &[(&str, Rate, &str, &str)] = &[
    (
        "2203000000",
        Rate::Mfn,
        "0%",
        "as in the worked example E08 and the rate file, which flattens specific rates",
    ),
    ("2203000000", Rate::General, "7.5 CNY/l", "footnote of the tariff 2026; the rate file has it flattened"),
    (
        "2203000000",
        Rate::Consumption,
        "value / quantity.l * 988 >= 3000 ? 250 CNY/988 l : 220 CNY/988 l",
        "second hand: 250 CNY/t from 3000 CNY/t up, else 220; 988 l a tonne; that the step is on the \
         customs value is from the worked example E08",
    ),
    ("4001100000", Rate::Provisional, "lower(10%, 900 CNY/1000 kg)", RUBBER),
    ("4001210000", Rate::Provisional, "lower(20%, 1500 CNY/1000 kg)", RUBBER),
    ("4001220000", Rate::Provisional, "lower(20%, 1500 CNY/1000 kg)", RUBBER),
    (
        SLIDING,
        Rate::Provisional,
        "value / quantity.kg >= 14 ? 0.28 CNY/kg : \
         min(round(9 / (value / quantity.kg) + 2.69% * (value / quantity.kg) - 1, 3), 0.4) * 100%",
        "sliding duty; tariff 2026, footnote p. 646: to 3 decimals, at most 40%; not in the rate file",
    ),
];

const RUBBER: &str = "tariff 2026, footnote p. 540; the rate file has it flattened";

/// The rate in its form, and where it is from, where another source than the file gives it.
pub(crate) fn form(code: CommodityCode, rate: Rate) -> Option<(&'static str, &'static str)> {
    let found = FORMS.iter().find(|(goods, of, ..)| *goods == code.as_str() && *of == rate);
    found.map(|(.., text, note)| (*text, *note))
}
