//! Rates in words.

use super::Expression;
use super::lexer::Amount;
use super::tree::{Function, Kind, Node, Operator};
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
        Kind::Arithmetic(operator @ (Operator::Add | Operator::Subtract), two) => {
            sum_words(*operator, &two[0], &two[1], lang)
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

/// What cannot be misread stands alone, anything else in brackets.
fn operand_words(node: &Node, lang: Lang) -> String {
    let words = words(node, lang);
    match (&node.written().kind, lang) {
        (Kind::Percent { .. } | Kind::Amount(_) | Kind::Field { .. }, _) => words,
        (Kind::Arithmetic(Operator::Multiply | Operator::Divide, _), _) => words,
        (_, Lang::Zh) => format!("（{words}）"),
        (_, Lang::En) => format!("({words})"),
    }
}

fn amount_words(rate: &Amount, lang: Lang) -> String {
    let Amount { amount, currency, per, unit } = rate;
    let (unit, currency) = match lang {
        Lang::Zh => (unit_zh(unit), currency_zh(currency)),
        Lang::En => (&**unit, &**currency),
    };
    let is_one = *per == Exact::ONE;
    match lang {
        Lang::Zh if is_one && unit.is_ascii() => format!("每 {unit} {amount} {currency}"),
        Lang::Zh if is_one => format!("每{unit} {amount} {currency}"),
        Lang::Zh => format!("每 {per} {unit} {amount} {currency}"),
        Lang::En if is_one => format!("{amount} {currency} per {unit}"),
        Lang::En => format!("{amount} {currency} per {per} {unit}"),
    }
}

/// The Chinese word for a unit, or its symbol.
fn unit_zh(symbol: &str) -> &str {
    match symbol {
        "kg" => "千克",
        "g" => "克",
        "t" => "吨",
        "l" | "L" => "升",
        "hl" => "百升",
        "m" => "米",
        "m2" | "m²" => "平方米",
        "m3" | "m³" => "立方米",
        "pair" => "双",
        "set" => "套",
        "unit" => "台",
        "piece" => "件",
        _ => symbol,
    }
}

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
