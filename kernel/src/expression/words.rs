//! Rates in words.

use super::lexer::Amount;
use super::tree::{Function, Kind, Node, Operator};
use super::{Expression, Type};
use crate::text::Lang;
use crate::values::Exact;

/// A rate in words. What has no plain words stands in canonical text.
///
/// ```
/// use customhouse_kernel::expression::{Expression, Schema, Type, rate_words};
/// use customhouse_kernel::text::Lang;
///
/// let rate = Expression::parse("10% + 2.8 CNY/kg", &Schema::default(), Type::Rate).unwrap();
/// assert_eq!(rate_words(&rate, Lang::Zh), "10%（从价）加每千克 2.8 元");
/// assert_eq!(rate_words(&rate, Lang::En), "10% ad valorem plus 2.8 CNY per kg");
/// ```
pub fn rate_words(rate: &Expression, lang: Lang) -> String {
    words(&rate.root, lang)
}

fn words(node: &Node, lang: Lang) -> String {
    match &node.kind {
        Kind::Share(inner) => words(inner, lang),
        Kind::Percent { shown, .. } => match lang {
            Lang::Zh => format!("{shown}%（从价）"),
            Lang::En => format!("{shown}% ad valorem"),
        },
        Kind::Amount(amount) => amount_words(amount, lang),
        Kind::ByLaw(by_law) => by_law.text().get(lang).to_owned(),
        Kind::Total(inner) => total_words(inner, lang),
        Kind::Call(function @ (Function::AtMost | Function::AtLeast), two) => {
            bound_words(*function == Function::AtMost, two, lang)
        }
        Kind::Arithmetic(operator @ (Operator::Add | Operator::Subtract), two) => {
            sum_words(*operator, &two[0], &two[1], lang)
        }
        Kind::Arithmetic(Operator::Multiply | Operator::Divide, two) if is_rate(&two[0]) => {
            factor_words(node, &two[0], &two[1], lang)
        }
        Kind::Call(function @ (Function::Lower | Function::Higher), two) => {
            let (first, second) = (operand_words(&two[0], lang), operand_words(&two[1], lang));
            match (lang, function == &Function::Lower) {
                (Lang::Zh, true) => format!("{first}与{second}中较低者"),
                (Lang::Zh, false) => format!("{first}与{second}中较高者"),
                (Lang::En, true) => format!("the lower of {first} and {second}"),
                (Lang::En, false) => format!("the higher of {first} and {second}"),
            }
        }
        Kind::Choice(three) => {
            let [condition, then, otherwise] = &**three;
            let (then, otherwise) = (words(then, lang), words(otherwise, lang));
            match lang {
                Lang::Zh => format!("若 {condition}，则{then}；否则{otherwise}"),
                Lang::En => format!("if {condition}, {then}; otherwise {otherwise}"),
            }
        }
        _ => node.to_string(),
    }
}

fn sum_words(operator: Operator, left: &Node, right: &Node, lang: Lang) -> String {
    let left = match &left.written().kind {
        Kind::Arithmetic(..) => words(left, lang),
        _ => operand_words(left, lang),
    };
    let right = operand_words(right, lang);
    match (lang, operator == Operator::Add) {
        (Lang::Zh, true) => format!("{left}加{right}"),
        (Lang::Zh, false) => format!("{left}减{right}"),
        (Lang::En, true) => format!("{left} plus {right}"),
        (Lang::En, false) => format!("{left} minus {right}"),
    }
}

/// Whether a factor is written as a rate; a reckoned share is not.
fn is_rate(node: &Node) -> bool {
    match &node.written().kind {
        Kind::Percent { .. } | Kind::Amount(_) | Kind::ByLaw(_) | Kind::Total(_) => true,
        Kind::Field { is, .. } => *is == Type::Rate,
        Kind::Call(function, _) => function.signature().2 == Type::Rate,
        Kind::Arithmetic(_, two) => is_rate(&two[0]),
        _ => false,
    }
}

/// A rate times or over a number.
fn factor_words(node: &Node, rate: &Node, number: &Node, lang: Lang) -> String {
    let is_product = matches!(node.kind, Kind::Arithmetic(Operator::Multiply, _));
    let rate = operand_words(rate, lang);
    let number = match (&number.kind, lang) {
        (Kind::Arithmetic(..) | Kind::Choice(_), Lang::Zh) => format!("（{number}）"),
        (Kind::Arithmetic(..) | Kind::Choice(_), Lang::En) => format!("({number})"),
        _ => number.to_string(),
    };
    match (lang, is_product) {
        (Lang::Zh, true) => format!("{rate}乘以 {number}"),
        (Lang::Zh, false) => format!("{rate}除以 {number}"),
        (Lang::En, true) => format!("{rate} multiplied by {number}"),
        (Lang::En, false) => format!("{rate} divided by {number}"),
    }
}

/// What cannot be misread stands alone, anything else in brackets.
fn operand_words(node: &Node, lang: Lang) -> String {
    let words = words(node, lang);
    match (&node.written().kind, lang) {
        (Kind::Percent { .. } | Kind::Amount(_) | Kind::Field { .. } | Kind::ByLaw(_), _) => words,
        (Kind::Total(_), _) => words,
        (Kind::Arithmetic(Operator::Multiply | Operator::Divide, _), _) => words,
        (_, Lang::Zh) => format!("（{words}）"),
        (_, Lang::En) => format!("({words})"),
    }
}

fn amount_words(rate: &Amount, lang: Lang) -> String {
    let Amount { amount, currency, per, unit, qualifier } = rate;
    let measured = measured_words(unit, qualifier.as_deref(), lang);
    let currency = match lang {
        Lang::Zh => currency_zh(currency),
        Lang::En => currency,
    };
    let is_one = *per == Exact::ONE;
    match lang {
        Lang::Zh if is_one && measured.starts_with(|c: char| c.is_ascii()) => {
            format!("每 {measured} {amount} {currency}")
        }
        Lang::Zh if is_one => format!("每{measured} {amount} {currency}"),
        Lang::Zh => format!("每 {per} {measured} {amount} {currency}"),
        Lang::En if is_one => format!("{amount} {currency} per {measured}"),
        Lang::En => format!("{amount} {currency} per {per} {measured}"),
    }
}

/// An amount that is reckoned: a share of a named base reads as such.
fn total_words(inner: &Node, lang: Lang) -> String {
    if let Kind::Arithmetic(Operator::Multiply, two) = &inner.kind
        && let (Kind::Percent { shown, .. }, Kind::Field { name, .. }) = (&two[0].kind, &two[1].kind)
    {
        return match lang {
            Lang::Zh => format!("{name} 的 {shown}%"),
            Lang::En => format!("{shown}% of {name}"),
        };
    }
    match lang {
        Lang::Zh => format!("金额 {inner}"),
        Lang::En => format!("an amount of {inner}"),
    }
}

/// A bound: not more than, not less than.
fn bound_words(is_most: bool, two: &[Node; 2], lang: Lang) -> String {
    let (rate, bound) = (words(&two[0], lang), operand_words(&two[1], lang));
    match (lang, is_most) {
        (Lang::Zh, true) => format!("{rate}，但不高于{bound}"),
        (Lang::Zh, false) => format!("{rate}，但不低于{bound}"),
        (Lang::En, true) => format!("{rate}, but not more than {bound}"),
        (Lang::En, false) => format!("{rate}, but not less than {bound}"),
    }
}

/// A unit and what of the goods is measured in it.
fn measured_words(unit: &str, qualifier: Option<&str>, lang: Lang) -> String {
    let known = |table: &'static [(&str, &str, &str)], symbol: &str| {
        let row = table.iter().find(|(known, ..)| *known == symbol);
        row.map(|(_, zh, en)| if lang == Lang::Zh { *zh } else { *en })
    };
    let unit = known(UNITS, unit).unwrap_or(unit);
    match (qualifier, lang) {
        (None, _) => unit.to_owned(),
        (Some(name), Lang::Zh) => format!("{unit}（{}）", known(QUALIFIERS, name).unwrap_or(name)),
        (Some(name), Lang::En) => format!("{unit} ({})", known(QUALIFIERS, name).unwrap_or(name)),
    }
}

/// Symbols of units with their words; another symbol stands for itself.
const UNITS: &[(&str, &str, &str)] = &[
    ("kg", "千克", "kg"),
    ("g", "克", "g"),
    ("t", "吨", "t"),
    ("l", "升", "l"),
    ("L", "升", "L"),
    ("hl", "百升", "hl"),
    ("barrel", "桶", "barrel"),
    ("m", "米", "m"),
    ("m2", "平方米", "m2"),
    ("m²", "平方米", "m²"),
    ("m3", "立方米", "m3"),
    ("m³", "立方米", "m³"),
    ("pair", "双", "pair"),
    ("set", "套", "set"),
    ("unit", "台", "unit"),
    ("piece", "件", "piece"),
    ("dozen", "打", "dozen"),
    ("gross", "罗", "gross"),
    ("head", "头", "head"),
    ("pack", "包", "pack"),
    ("pin", "枚针", "pin"),
    ("jewel", "颗宝石轴承", "jewel"),
];

/// What of the goods is measured, in words; another name stands for itself.
const QUALIFIERS: &[(&str, &str, &str)] = &[
    ("gross", "毛重", "gross weight"),
    ("drained", "沥干净重", "drained weight"),
    ("contents", "内容物总重", "entire contents of the container"),
    ("contents_and_container", "内容物连容器", "contents and container"),
    ("with_container", "含容器重量", "including the weight of the container"),
    ("immediate_containers", "直接容器", "immediate containers"),
    ("clean", "净毛重", "clean weight"),
    ("dry_matter", "干物质净重", "net dry matter"),
    ("standard_quality", "标准品质", "standard quality"),
    ("lactic_matter", "乳成分", "lactic matter"),
    ("dry_lactic_matter", "干乳成分", "dry lactic matter"),
    ("total_alcohol", "总醇", "total alcohol"),
    ("sucrose", "每 1% 蔗糖含量", "for each % of sucrose by weight"),
    ("total_sugars", "总糖", "total sugars"),
    ("vol", "每 1% 酒精度", "for each % of alcohol by volume"),
    ("proof", "标准酒度", "proof"),
    ("copper", "铜含量", "copper content"),
    ("lead", "铅含量", "lead content"),
    ("zinc", "锌含量", "zinc content"),
    ("manganese", "锰含量", "manganese content"),
    ("magnesium", "镁含量", "magnesium content"),
    ("molybdenum", "钼含量", "molybdenum content"),
    ("silicon", "硅含量", "silicon content"),
    ("tungsten", "钨含量", "tungsten content"),
    ("morphine", "无水吗啡含量", "anhydrous morphine content"),
    ("recording_surface", "记录面", "recording surface"),
    ("line", "每莱尼", "for each line of size"),
    ("linear", "长度", "linear"),
    ("over_7", "超过七颗者", "those over seven"),
    ("other", "其他零件", "other pieces or parts"),
];

/// The Chinese word for a currency, or its code.
fn currency_zh(code: &str) -> &str {
    match code {
        "CNY" => "元",
        "USD" => "美元",
        "EUR" => "欧元",
        "GBP" => "英镑",
        "JPY" => "日元",
        "HKD" => "港元",
        _ => code,
    }
}
