//! The working in words 计算说明: each step as one would write it by hand, with the paper it rests on.

use crate::special::names::Name;
use crate::special::working::{Factor, Rounded, Stage, Sum};
use crate::words::StepWords;
use customhouse_kernel::law::Rulebook;
use customhouse_kernel::text::{Lang, Text};
use customhouse_kernel::values::Rounding;

/// A step in words. `rulebook` is that of the edition it was reckoned under.
pub fn stage_words(stage: &Stage, rulebook: &Rulebook, lang: Lang) -> StepWords {
    let name = stage.what.text();
    let sum = format!("{} = {} = {}", name.get(lang), written(&stage.sum, lang), stage.result);
    let rule = rulebook.by_id(&stage.rule);
    let mut remarks = Vec::new();
    if rule.is_some_and(|r| !r.confirmed) {
        let words = Text::fixed("该规则的数值尚待核实", "the figure of this rule is still to be confirmed");
        remarks.push(words.get(lang).to_owned());
    }
    remarks.extend(stage.rounded.map(|r| rounded(r, lang)));
    let basis = rule
        .map(|r| &r.basis)
        .map(|b| [&*b.authority, &*b.document, &*b.article].join(" ").trim_end().to_owned());
    let charge = Some(stage.about.clone()).filter(|about| !about.is_empty());
    StepWords { line: None, charge, sum, remarks, basis: basis.into_iter().collect() }
}

fn written(sum: &Sum, lang: Lang) -> String {
    let say = |zh, en| Text::fixed(zh, en).get(lang).to_owned();
    let list =
        |of: &[Factor], between: &str| of.iter().map(|f| factor(f, lang)).collect::<Vec<_>>().join(between);
    match sum {
        Sum::Found { by } => format!("{} {by}", say("规则所定：", "by the rule for")),
        Sum::Product { factors, divisors } if divisors.is_empty() => list(factors, " × "),
        Sum::Product { factors, divisors } => {
            format!("{} ÷ {}", list(factors, " × "), list(divisors, " ÷ "))
        }
        Sum::Terms { added, taken } if taken.is_empty() => list(added, " + "),
        Sum::Terms { added, taken } => format!("{} − {}", list(added, " + "), list(taken, " − ")),
        Sum::Lowest { of } => format!("{} {}", say("最低者：", "the lowest of"), list(of, ", ")),
        Sum::Highest { of } => format!("{} {}", say("最高者：", "the highest of"), list(of, ", ")),
        Sum::Days { from, to, first_counts } => match (lang, first_counts) {
            (Lang::Zh, true) => format!("{from} 至 {to}，首尾两日均计入"),
            (Lang::Zh, false) => format!("{from} 至 {to}，首日不计、末日计入"),
            (Lang::En, true) => format!("from {from} to {to}, both days counted"),
            (Lang::En, false) => format!("from {from} to {to}, the first day not counted"),
        },
        Sum::Months { from, to, months, days } => match lang {
            Lang::Zh => format!("{from} 至 {to}，{months} 个月零 {days} 天"),
            Lang::En => format!("from {from} to {to}, {months} months and {days} days"),
        },
    }
}

/// A number with its name; 1 needs none.
fn factor(factor: &Factor, lang: Lang) -> String {
    match factor.name {
        Name::One => factor.value.to_string(),
        name => format!("{} {}", name.text().get(lang), factor.value),
    }
}

fn rounded(Rounded { places, rounding }: Rounded, lang: Lang) -> String {
    let name = match rounding {
        Rounding::HalfUp => Text::fixed("四舍五入", "rounded half up"),
        Rounding::HalfEven => Text::fixed("四舍六入五成双", "rounded half to even"),
        Rounding::Down => Text::fixed("舍去", "rounded down"),
        Rounding::Up => Text::fixed("进位", "rounded up"),
    };
    match lang {
        Lang::Zh => format!("{}至小数点后 {places} 位", name.get(lang)),
        Lang::En => format!("{} to {places} places", name.get(lang)),
    }
}
