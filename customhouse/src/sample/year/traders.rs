//! Who trades in the sample year: firms that do not exist, each in one line of trade, of very different size.

use super::ports::PORTS;
use super::wares::Trade;
use crate::sample::dice::Dice;
use crate::sample::firms::{FIRMS, firm_code};
use customhouse_kernel::values::CreditCode;

/// Firms of the year. The first ones are those of the small sample, so that its accounts have their part.
const TRADERS: usize = 1_500;

/// A firm of the year.
pub(super) struct Trader {
    pub code: CreditCode,
    pub name: String,
    pub customs_code: String,
    pub trade: Trade,
    /// Its share of its line of trade: a Pareto tail, the second half as large as the first.
    pub weight: u32,
    /// How large its lots are, percent.
    pub lots: u32,
    /// Places among the ports where its goods usually arrive: by sea, by air.
    pub home: [usize; 2],
}

/// The firms, in order of their number.
pub(super) fn traders() -> Vec<Trader> {
    let mut dice = Dice::new(77);
    (0..TRADERS).map(|number| trader(number, &mut dice)).collect()
}

fn trader(number: usize, dice: &mut Dice) -> Trader {
    let trade = Trade::ALL[number % Trade::ALL.len()];
    let rank = u32::try_from(number / Trade::ALL.len()).unwrap_or(u32::MAX);
    let name = match FIRMS.get(number) {
        Some(firm) => format!("{} {}", firm.zh, firm.en),
        None => name(rank as usize, trade),
    };
    Trader {
        code: firm_code(if number < FIRMS.len() { number } else { 1_000 + number }),
        name,
        customs_code: format!("999991{number:04}"),
        trade,
        weight: 100_000 / (rank + 1),
        lots: 45 + 240 / (rank + 2) + dice.between(0, 50),
        home: ["2", "5"].map(|mode| home(mode, dice)),
    }
}

fn home(mode: &str, dice: &mut Dice) -> usize {
    let of_mode: Vec<(usize, u32)> =
        PORTS.iter().enumerate().filter(|(_, p)| p.office.mode == mode).map(|(n, p)| (n, p.weight)).collect();
    of_mode[dice.weighed(of_mode.iter().map(|(_, weight)| *weight))].0
}

/// A name out of syllables, one a rank within a line of trade.
fn name(rank: usize, trade: Trade) -> String {
    const FIRST: [(&str, &str); 10] = [
        ("金", "Jin"),
        ("银", "Yin"),
        ("江", "Jiang"),
        ("海", "Hai"),
        ("云", "Yun"),
        ("天", "Tian"),
        ("华", "Hua"),
        ("东", "Dong"),
        ("瑞", "Rui"),
        ("新", "Xin"),
    ];
    const SECOND: [(&str, &str); 10] = [
        ("源", "yuan"),
        ("丰", "feng"),
        ("达", "da"),
        ("盛", "sheng"),
        ("泰", "tai"),
        ("恒", "heng"),
        ("诚", "cheng"),
        ("航", "hang"),
        ("辉", "hui"),
        ("旺", "wang"),
    ];
    let (first, second) = (FIRST[rank % 10], SECOND[rank / 10 % 10]);
    let (zh, en) = match trade {
        Trade::Farm => ("农产", "Farm Produce"),
        Trade::Food => ("食品", "Foods"),
        Trade::Drinks => ("酒业", "Wines & Spirits"),
        Trade::Minerals => ("能源矿产", "Energy & Minerals"),
        Trade::Chemicals => ("化工", "Chemicals"),
        Trade::Medicine => ("医药", "Medicine"),
        Trade::Cosmetics => ("化妆品", "Cosmetics"),
        Trade::Plastics => ("塑胶", "Plastics & Rubber"),
        Trade::Paper => ("纸业", "Paper"),
        Trade::Textiles => ("纺织", "Textiles"),
        Trade::Clothing => ("服饰", "Apparel"),
        Trade::Metals => ("金属", "Metals"),
        Trade::Machinery => ("机械", "Machinery"),
        Trade::Electronics => ("电子", "Electronics"),
        Trade::Vehicles => ("汽车", "Vehicles"),
        Trade::Household => ("家居用品", "Household Goods"),
    };
    format!("示例{}{}{zh}有限公司 Sample {}{} {en}", first.0, second.0, first.1, second.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_firms_are_the_same_and_a_few_are_much_larger_than_most() {
        let all = traders();
        let codes: BTreeSet<&str> = all.iter().map(|t| t.code.as_str()).collect();
        let names: BTreeSet<&str> = all.iter().map(|t| t.name.as_str()).collect();
        let numbers: BTreeSet<&str> = all.iter().map(|t| t.customs_code.as_str()).collect();
        assert_eq!([codes.len(), names.len(), numbers.len()], [TRADERS; 3]);
        assert!(all.iter().all(|t| t.code.as_str().starts_with("91990000")), "a region that is never issued");
        let mut weights: Vec<u32> = all.iter().map(|t| t.weight).collect();
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let sum = |weights: &[u32]| weights.iter().sum::<u32>();
        let share = sum(&weights[..TRADERS / 5]) * 100 / sum(&weights);
        assert!((60..=80).contains(&share), "a fifth of the firms has {share}% of the trade");
    }
}
