use super::*;
use crate::text::Lang;
use crate::values::Exact;
use jiff::civil::date;
use proptest::prelude::*;
use std::borrow::Cow;

const FIELDS: [(&str, Type); 9] = [
    ("gross_kg", Type::Number),
    ("net_kg", Type::Number),
    ("line.code", Type::Text),
    ("origin", Type::Text),
    ("lodged", Type::Date),
    ("documents", Type::Texts),
    ("is_sample", Type::Bool),
    ("is_urgent", Type::Bool),
    ("duty", Type::Rate),
];

fn schema() -> Schema {
    Schema::new(&FIELDS)
}

/// Fields by number; the rest of the world is fixed.
#[derive(Clone, Debug)]
struct Sample(Vec<Value<'static>>);

impl Facts for Sample {
    fn field(&self, index: usize) -> Value<'_> {
        self.0.get(index).cloned().unwrap_or(Value::Unknown)
    }

    fn listed(&self, list: &str, code: &str) -> Option<bool> {
        (list == "dual_use").then(|| code.starts_with("84"))
    }

    fn quantity(&self, unit: &str, qualifier: Option<&str>) -> Option<Exact> {
        match (unit, qualifier) {
            ("kg", None) => Some(x("250")),
            ("kg", Some("drained")) => Some(x("200")),
            ("hl", Some("vol")) => Some(x("80")),
            _ => None,
        }
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        match currency {
            "CNY" => Some(Exact::ONE),
            "USD" => Some(x("7.1")),
            _ => None,
        }
    }

    fn base(&self) -> Option<Exact> {
        Some(x("1000"))
    }
}

fn x(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

fn sample() -> Sample {
    Sample(vec![
        Value::Number(x("12.5")),
        Value::Number(x("10")),
        Value::Text("8471.30".into()),
        Value::Text("DE".into()),
        Value::Date(date(2026, 3, 2)),
        Value::Texts(vec!["invoice".into(), "licence".into()]),
        Value::Bool(false),
        Value::Bool(true),
        Value::Rate(RateValue { share: x("0.05"), fixed: Exact::ZERO }),
    ])
}

fn with(mut facts: Sample, field: &str, value: Value<'static>) -> Sample {
    facts.0[schema().index(field).unwrap().0] = value;
    facts
}

fn parse(source: &str, wanted: Type) -> Expression {
    Expression::parse(source, &schema(), wanted).unwrap_or_else(|fault| panic!("{source}: {fault}"))
}

/// The value in words, whatever the type.
fn evaluated(source: &str, wanted: Type, facts: &Sample) -> String {
    match parse(source, wanted).evaluate(facts) {
        Ok(value) => value.text().en.into_owned(),
        Err(fault) => format!("! {fault}"),
    }
}

#[test]
fn conditions_over_a_sample() {
    for (source, want) in [
        ("gross_kg >= net_kg", "true"),
        ("gross_kg == 12.50", "true"),
        ("gross_kg - net_kg == 2.5 && !is_sample", "true"),
        ("line.code == '8471.30'", "true"),
        ("line.code < \"8471.4\"", "true"),
        ("startsWith(line.code, '84') || origin == 'US'", "true"),
        ("endsWith(line.code, '.30') && contains(line.code, '71.')", "true"),
        ("shaped(line.code, '####.##') && shaped(origin, 'AA') && !shaped(origin, '##')", "true"),
        ("shaped('a1-B', 'xX-A') && shaped('019', '[01]19') && shaped('[', '[')", "true"),
        ("shaped('1', '##') || shaped('123', '##') || shaped('', '#') || shaped('١', '#')", "false"),
        ("shaped('', '') && shaped('税则', '税则') && !shaped('', '[]')", "true"),
        ("origin in ['US', 'DE']", "true"),
        ("'licence' in documents", "true"),
        ("'permit' in documents", "false"),
        ("origin in []", "false"),
        ("lodged < date('2026-03-03')", "true"),
        ("days(date('2026-02-28'), lodged) == 2", "true"),
        ("days(lodged, date('2026-03-01')) == -1", "true"),
        ("size(line.code) == 7 && size(documents) == 2 && size('税则') == 2", "true"),
        ("listed(line.code, 'dual_use')", "true"),
        ("listed(line.code, 'no such list')", "unknown"),
        ("has(origin) && is_urgent != is_sample", "true"),
        ("is_sample ? gross_kg > 100 : gross_kg > 10", "true"),
        ("false ? true : false ? true : false", "false"),
        ("min(gross_kg, 3) + max(1, 2) == 5", "true"),
        ("round(2.345, 2) == 2.35 && round(-2.345, 2) == -2.35", "true"),
        ("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 10 - 4 - 3 == 3", "true"),
        ("1 / 3 == 0.333333333333 && 2 / 3 == 0.666666666667", "true"),
        ("gross_kg <= net_kg * (1 + 25%)", "true"),
        ("50% / 25% == 2 && 10% == 0.1", "true"),
        ("'it\\'s \\\\ \"' == \"it's \\\\ \\\"\"", "true"),
        ("1 / (net_kg - 10) > 0", "! division by zero"),
        ("false && 1 / 0 > 0", "false"),
        ("1.000000000000000000000000001 * 1.01 > 0", "! the exact result has too many digits"),
    ] {
        assert_eq!(evaluated(source, Type::Bool, &sample()), want, "{source}");
    }
}

#[test]
fn rates_over_250_kg_at_7_1_on_a_base_of_1000() {
    for (source, want) in [
        ("10%", "10%"),
        ("2.8 CNY/kg", "700"),
        ("2.8 CNY/100 kg", "7"),
        ("2 CNY/3 kg", "166.666666666667"),
        ("0.1 USD/kg + 2.5%", "2.5% + 177.5"),
        ("10% * 2 + 1%", "21%"),
        ("2.8 CNY/kg * 50% - 1%", "-1% + 350"),
        ("(10% + 2.8 CNY/kg) / 2", "5% + 350"),
        ("-1%", "-1%"),
        ("lower(10%, 2.8 CNY/kg)", "10%"),
        ("higher(10%, 2.8 CNY/kg)", "700"),
        ("higher(5% + 2.8 CNY/kg, duty)", "5% + 700"),
        ("gross_kg < 20 ? 10% : 2.8 CNY/kg", "10%"),
        ("gross_kg > 20 ? 10% : 2.8 CNY/kg", "700"),
        ("duty + 1%", "6%"),
        ("(9.337 / gross_kg + 2.77% * gross_kg - 1) * 100%", "9.321%"),
        ("2.8 CNY/l", "! the quantity in l is missing"),
        ("2.8 CNY/100 kg.drained + 0.9 USD/hl.vol", "516.8"),
        ("1 CNY/kg.gross", "! the quantity in kg.gross is missing"),
        ("free", "0%"),
        ("suspended + 1%", "1%"),
        ("prohibited", "! the goods are prohibited"),
        ("lower(1%, prohibited) * 0", "! the goods are prohibited"),
        ("gross_kg < 20 ? free : prohibited", "0%"),
        ("gross_kg > 20 ? free : prohibited", "! the goods are prohibited"),
        ("amount(5% * net_kg)", "0.5"),
        ("amount(net_kg - 2) + 3%", "3% + 8"),
        ("atMost(10%, 2.8 CNY/kg)", "10%"),
        ("atLeast(10%, 2.8 CNY/kg)", "700"),
        // the law's `1% MIN 0.4 CNY/kg MAX 5%`: 10 and 100, then 100 and 50
        ("atMost(atLeast(1%, 0.4 CNY/kg), 5%)", "5%"),
        ("atLeast(atMost(1%, 5%), 0.4 CNY/kg)", "100"),
        ("month(lodged) >= 6 && month(lodged) <= 8 ? 12% : 8%", "8%"),
        ("month(lodged) * 1%", "3%"),
        ("2.8 XAU/kg", "! there is no exchange rate for XAU"),
    ] {
        assert_eq!(evaluated(source, Type::Rate, &sample()), want, "{source}");
    }
}

#[test]
fn absent_and_unknown_fields() {
    let nothing = Sample(vec![Value::Absent; FIELDS.len()]);
    let unknown = Sample(vec![Value::Unknown; FIELDS.len()]);
    for (source, absent_gives, unknown_gives) in [
        ("has(origin)", "false", "true"),
        ("origin == 'DE'", "false", "unknown"),
        ("origin != 'DE'", "true", "unknown"),
        ("origin == line.code", "false", "unknown"),
        ("origin in ['DE']", "false", "unknown"),
        ("'invoice' in documents", "false", "unknown"),
        ("gross_kg < 3", "unknown", "unknown"),
        ("gross_kg + 1 == 3", "unknown", "unknown"),
        ("is_sample", "unknown", "unknown"),
        ("is_sample ? true : true", "unknown", "unknown"),
        ("startsWith(origin, 'D')", "unknown", "unknown"),
        ("listed(origin, 'dual_use')", "unknown", "unknown"),
        ("size(documents) > 0", "unknown", "unknown"),
        ("gross_kg > 1 && false", "false", "false"),
        ("gross_kg > 1 || true", "true", "true"),
        ("has(gross_kg) && gross_kg > 1", "false", "unknown"),
    ] {
        assert_eq!(evaluated(source, Type::Bool, &nothing), absent_gives, "{source}");
        assert_eq!(evaluated(source, Type::Bool, &unknown), unknown_gives, "{source}");
    }
    assert_eq!(evaluated("gross_kg", Type::Number, &nothing), "not declared");
    assert_eq!(evaluated("gross_kg + 1", Type::Number, &nothing), "unknown");
    let wrong_type = with(sample(), "origin", Value::Number(Exact::ONE));
    assert_eq!(evaluated("origin != 'DE'", Type::Bool, &wrong_type), "unknown");
}

#[test]
fn a_rate_names_the_absent_field_that_it_needs() {
    let facts = with(with(sample(), "gross_kg", Value::Absent), "net_kg", Value::Absent);
    for (source, want) in [
        ("gross_kg * 10%", "! the field gross_kg is missing"),
        ("gross_kg != 1 ? net_kg * 1% : 5%", "! the field net_kg is missing"),
        ("is_sample ? gross_kg * 1% : 5%", "5%"),
    ] {
        assert_eq!(evaluated(source, Type::Rate, &facts), want, "{source}");
    }
    let unknown = with(sample(), "gross_kg", Value::Unknown);
    assert_eq!(evaluated("gross_kg * 10%", Type::Rate, &unknown), "unknown");
}

#[test]
fn a_word_of_the_law_is_told_from_a_figure_of_zero() {
    for (source, want) in [
        ("free", Some(ByLaw::Free)),
        ("suspended", Some(ByLaw::Suspended)),
        ("0%", None),
        ("gross_kg < 20 ? free : 0%", Some(ByLaw::Free)),
        ("gross_kg > 20 ? free : gross_kg > 10 ? suspended : 0%", Some(ByLaw::Suspended)),
        ("gross_kg > 20 ? free : 0%", None),
        ("free + 0%", None),
    ] {
        assert_eq!(parse(source, Type::Rate).by_law(&sample()), want, "{source}");
    }
}

#[test]
fn a_schema_that_lists_units_refuses_others_by_name() {
    let schema = schema().measuring(["kg", "hl"], ["vol"]);
    for (source, want) in [
        ("1 CNY/kg + 2 CNY/100 hl.vol", None),
        ("1% + 1 CNY/100 lb", Some((15, "no unit is called “lb”"))),
        ("1% + 1 CNY/lb.vol", Some((11, "no unit is called “lb”"))),
        ("1% + 1 CNY/kg.volume", Some((14, "nothing called “volume” is measured"))),
    ] {
        let fault = Expression::parse(source, &schema, Type::Rate).err();
        let fault = fault.map(|fault| (fault.position, fault.text.en.to_string()));
        assert_eq!(fault, want.map(|(at, en)| (at, en.to_owned())), "{source}");
    }
}

struct Nowhere;

impl Facts for Nowhere {
    fn field(&self, _index: usize) -> Value<'_> {
        Value::Absent
    }
}

#[test]
fn rates_are_compared_only_on_a_known_base() {
    let compared = parse("lower(10%, 20%)", Type::Rate);
    assert_eq!(compared.evaluate(&Nowhere), Err(EvaluationFault::MissingBase));
}

#[test]
fn faults_say_where_and_what_was_expected() {
    for (source, position, en) in [
        ("", 0, "a field, a value or “(” is expected, not the end"),
        ("gross_kg >", 10, "a field, a value or “(” is expected, not the end"),
        ("gross_kg > 1 1", 13, "an operator or the end is expected, not “1”"),
        ("税 == 1", 0, "a field, a value or an operator is expected, not “税”"),
        ("'税' = origin", 4, "a field, a value or an operator is expected, not “=”"),
        ("(is_sample", 10, "“)” is expected, not the end"),
        ("is_sample ? true", 16, "“:” is expected, not the end"),
        ("weight > 1", 0, "no field is called “weight”"),
        ("line. > 1", 5, "a name is expected after the dot"),
        ("exp(gross_kg) > 1", 0, "no function is called “exp”"),
        ("has(gross_kg + 1)", 13, "“)” is expected, not “+”"),
        ("has('a')", 4, "the name of a field is expected, not “'a'”"),
        ("origin == 'DE", 10, "this text has no closing quote"),
        ("origin == '\\d'", 11, "one of \\ ' \" n r t is expected after a backslash"),
        ("gross_kg > 10kg", 13, "a space or an operator is expected after a number"),
        ("gross_kg > 1.", 13, "a digit is expected after the point"),
        ("lodged > date('2026-02-30')", 14, "a date such as '2026-01-01' is expected, not “'2026-02-30'”"),
        ("lodged > date('20260201')", 14, "a date such as '2026-01-01' is expected, not “'20260201'”"),
        ("round(gross_kg, 13) > 1", 16, "a whole number from 0 to 12 is expected, not “13”"),
        ("min(gross_kg) > 1", 12, "“,” is expected, not “)”"),
        ("origin in ['DE' 'FR']", 16, "“,” is expected, not “'FR'”"),
        ("origin in [1]", 11, "a text in quotes is expected, not “1”"),
        ("origin in ['DE',]", 16, "a text in quotes is expected, not “]”"),
        ("gross_kg", 0, "a truth value is expected here, not a number"),
        ("gross_kg == '12'", 12, "a number is expected here, not a text"),
        ("origin && true", 0, "a truth value is expected here, not a text"),
        ("!gross_kg", 1, "a truth value is expected here, not a number"),
        ("origin + 'x' == 'y'", 0, "a number is expected here, not a text"),
        ("is_sample < true", 0, "a truth value cannot be compared like this"),
        ("duty == 10%", 0, "a rate cannot be compared like this"),
        ("1 < 2 < 3", 8, "a truth value is expected here, not a number"),
    ] {
        let fault = Expression::parse(source, &schema(), Type::Bool).expect_err(source);
        assert_eq!((fault.position, &*fault.text.en), (position, en), "{source}");
        assert!(!fault.text.zh.is_ascii());
    }
}

#[test]
fn faults_of_rates() {
    for (source, position, en) in [
        ("0.1", 0, "a rate is expected here, not a number"),
        ("10% + 0.1", 6, "a rate is expected here, not a number"),
        ("2.8 CNY/kg + 0.1", 13, "a rate is expected here, not a number"),
        ("duty * 2.8 CNY/kg", 7, "a number is expected here, not a rate"),
        ("1 / 2.8 CNY/kg", 4, "a number is expected here, not a rate"),
        ("is_sample ? 10% : 0.1", 18, "a rate is expected here, not a number"),
        ("10 %", 3, "a field, a value or an operator is expected, not “%”"),
        ("2.8 CNY", 7, "“/” and a unit are expected after a currency"),
        ("2.8 CNY/", 8, "a unit is expected"),
        ("2.8 CNY/ kg", 8, "a unit is expected"),
        ("2.8 CNY/0 kg", 8, "a multiple of a unit is above zero"),
        ("2.8 CNY/100kg", 11, "a space is expected between the multiple and the unit"),
        ("2.8 cny/kg", 4, "an operator or the end is expected, not “cny”"),
        ("2.8 CNY/kg.", 11, "what is measured is expected after the dot"),
        ("2.8 CNY/kg.9", 11, "what is measured is expected after the dot"),
        ("amount(5% + 1 CNY/kg)", 7, "a number is expected here, not a rate"),
        ("atMost(5%)", 9, "“,” is expected, not “)”"),
        ("month(gross_kg) * 1%", 6, "a date is expected here, not a number"),
        ("free > 1", 7, "a rate is expected here, not a number"),
    ] {
        let fault = Expression::parse(source, &schema(), Type::Rate).expect_err(source);
        assert_eq!((fault.position, &*fault.text.en), (position, en), "{source}");
    }
}

#[test]
fn everything_that_grows_is_bounded() {
    let fault = |source: &str| Expression::parse(source, &schema(), Type::Bool).err().map(|f| f.text.en);
    let deep = "nested too deeply: at most 32 levels";
    let long = "an expression, also in canonical form, has at most 4096 characters";
    let nested = |open: &str, close: &str, n: usize| format!("{}true{}", open.repeat(n), close.repeat(n));
    assert_eq!(fault(&nested("(", ")", 31)), None);
    assert_eq!(fault(&nested("(", ")", 32)).as_deref(), Some(deep));
    assert_eq!(fault(&nested("!", "", 31)), None);
    assert_eq!(fault(&nested("!", "", 4000)).as_deref(), Some(deep));
    assert_eq!(fault(&format!("1{} > 0", "+1".repeat(30))), None);
    assert_eq!(fault(&format!("1{} > 0", "+1".repeat(2000))).as_deref(), Some(deep));
    assert_eq!(fault(&format!("true{}", " || true".repeat(500))), None);
    assert_eq!(fault(&" ".repeat(4097)).as_deref(), Some(long));
    assert_eq!(fault(&format!("true{}", "||true".repeat(600))).as_deref(), Some(long));
    let list = |n: usize| format!("origin in [{}]", vec!["'a'"; n].join(","));
    assert_eq!(fault(&list(256)), None);
    assert_eq!(fault(&list(257)).as_deref(), Some("a list has at most 256 items"));
    let digits = format!("gross_kg > {}", "9".repeat(30));
    assert_eq!(fault(&digits).as_deref(), Some("too many digits: a number has at most 28"));
}

#[test]
fn canonical_text() {
    for (source, want) in [
        ("( (gross_kg) )>=net_kg", "gross_kg >= net_kg"),
        ("is_sample&&(is_urgent&&true)||false", "is_sample && is_urgent && true || false"),
        ("is_sample && (is_urgent || true)", "is_sample && (is_urgent || true)"),
        ("!(is_sample) == !(is_urgent == true)", "!is_sample == !(is_urgent == true)"),
        ("1-(2-3)-4*(5+6)/7==-(-1)", "1 - (2 - 3) - 4 * (5 + 6) / 7 == --1"),
        ("(true?false:true)?true:(false?true:false)", "(true ? false : true) ? true : false ? true : false"),
        ("origin in [\"D'E\",'\\\"']", r#"origin in ['D\'E', '"']"#),
        (
            "round(01.50,2)>days(lodged,date('2026-01-01'))",
            "round(1.5, 2) > days(lodged, date('2026-01-01'))",
        ),
        ("listed( line.code , \"a\tb\" )&&has( origin )", r"listed(line.code, 'a\tb') && has(origin)"),
    ] {
        assert_eq!(parse(source, Type::Bool).to_string(), want, "{source}");
        assert_eq!(parse(want, Type::Bool).to_string(), want);
    }
    for (source, want) in [
        ("06.50%+2.8   CNY/100  kg", "6.5% + 2.8 CNY/100 kg"),
        ("(10%+1%)*2", "(10% + 1%) * 2"),
        ("lower(10%,1.0 USD/1 kg)", "lower(10%, 1 USD/kg)"),
        ("atMost( free,1.0 USD/100  kg.dry_matter)", "atMost(free, 1 USD/100 kg.dry_matter)"),
        ("amount((5%)*(net_kg))-(prohibited)", "amount(5% * net_kg) - prohibited"),
        ("month( lodged )*1%", "month(lodged) * 1%"),
    ] {
        assert_eq!(parse(source, Type::Rate).to_string(), want, "{source}");
    }
}

#[test]
fn rates_in_words() {
    for (source, zh, en) in [
        ("10%", "10%（从价）", "10% ad valorem"),
        ("2.8 CNY/kg", "每千克 2.8 元", "2.8 CNY per kg"),
        ("2.8 CNY/100 kg", "每 100 千克 2.8 元", "2.8 CNY per 100 kg"),
        ("3 XAU/box", "每 box 3 XAU", "3 XAU per box"),
        (
            "1% + 2% + 3 CNY/kg",
            "1%（从价）加2%（从价）加每千克 3 元",
            "1% ad valorem plus 2% ad valorem plus 3 CNY per kg",
        ),
        (
            "duty - (1% + 2%)",
            "duty减（1%（从价）加2%（从价））",
            "duty minus (1% ad valorem plus 2% ad valorem)",
        ),
        (
            "lower(10%, 2.8 CNY/kg)",
            "10%（从价）与每千克 2.8 元中较低者",
            "the lower of 10% ad valorem and 2.8 CNY per kg",
        ),
        (
            "net_kg > 5 ? 1% : 2%",
            "若 net_kg > 5，则1%（从价）；否则2%（从价）",
            "if net_kg > 5, 1% ad valorem; otherwise 2% ad valorem",
        ),
        ("(net_kg - 1) * 100%", "(net_kg - 1) * 100%", "(net_kg - 1) * 100%"),
        ("100% / 3", "100%（从价）除以 3", "100% ad valorem divided by 3"),
        ("2 CNY/kg * (9 - 1)", "每千克 2 元乘以 （9 - 1）", "2 CNY per kg multiplied by (9 - 1)"),
        ("free", "依法免税", "free by law"),
        ("suspended", "暂停征收", "suspended by law"),
        ("prohibited", "禁止进出境", "prohibited"),
        ("amount(5% * net_kg)", "net_kg 的 5%", "5% of net_kg"),
        ("amount(net_kg - 2)", "金额 net_kg - 2", "an amount of net_kg - 2"),
        (
            "0.9 EUR/hl.vol",
            "每百升（每 1% 酒精度） 0.9 欧元",
            "0.9 EUR per hl (for each % of alcohol by volume)",
        ),
        (
            "50.7 EUR/100 kg.dry_matter",
            "每 100 千克（干物质净重） 50.7 欧元",
            "50.7 EUR per 100 kg (net dry matter)",
        ),
        (
            "atMost(atLeast(4.5%, 0.3 EUR/piece), 1% + 0.8 EUR/piece)",
            "4.5%（从价），但不低于每件 0.3 欧元，但不高于（1%（从价）加每件 0.8 欧元）",
            "4.5% ad valorem, but not less than 0.3 EUR per piece, but not more than \
             (1% ad valorem plus 0.8 EUR per piece)",
        ),
    ] {
        let rate = parse(source, Type::Rate);
        assert_eq!(rate_words(&rate, Lang::Zh), zh, "{source}");
        assert_eq!(rate_words(&rate, Lang::En), en, "{source}");
    }
}

#[test]
fn an_explanation_gives_each_clause_its_value() {
    let norm = parse("has(origin) && (gross_kg < net_kg * 1.1 || is_sample) && origin == 'DE'", Type::Bool);
    let explanation = norm.explain(&sample());
    assert_eq!(explanation.result, Outcome::Value(Value::Bool(false)));
    assert_eq!(
        explanation.as_text(Lang::En),
        "\
has(origin) && (gross_kg < net_kg * 1.1 || is_sample) && origin == 'DE': false
  has(origin): true
  (gross_kg < net_kg * 1.1 || is_sample): false
    gross_kg < net_kg * 1.1: false
      gross_kg: 12.5
      net_kg * 1.1: 11
        net_kg: 10
    is_sample: false
  origin == 'DE': not needed
    origin: not needed
"
    );
}

#[test]
fn an_explanation_goes_on_after_a_fault() {
    let rate = parse("is_urgent ? 1% + 2 CNY/l : net_kg / 0 * 1%", Type::Rate);
    let explanation = rate.explain(&sample());
    let missing = EvaluationFault::MissingQuantity { unit: "l".to_owned() };
    assert_eq!(explanation.result, Outcome::Fault(missing));
    assert_eq!(
        explanation.as_text(Lang::Zh),
        "\
is_urgent ? 1% + 2 CNY/l : net_kg / 0 * 1%: 缺少以 l 计的数量
  is_urgent: 是
  1% + 2 CNY/l: 缺少以 l 计的数量
    2 CNY/l: 缺少以 l 计的数量
  net_kg / 0 * 1%: 无需判断
    net_kg / 0: 无需判断
      net_kg: 无需判断
"
    );
}

#[test]
fn fields_are_named_once_in_reading_order() {
    let norm = parse("net_kg < 2 && has(origin) && net_kg > 1 || is_sample", Type::Bool);
    let names: Vec<_> = norm.fields().map(|index| schema().name(index).to_owned()).collect();
    assert_eq!(names, ["net_kg", "origin", "is_sample"]);
}

#[test]
fn the_laws_of_unknown_logic() {
    let values = [Value::Bool(true), Value::Bool(false), Value::Unknown, Value::Absent];
    for p in &values {
        for q in &values {
            let facts = with(with(sample(), "is_sample", p.clone()), "is_urgent", q.clone());
            for (left, right) in [
                ("is_sample && is_urgent", "is_urgent && is_sample"),
                ("is_sample || is_urgent", "is_urgent || is_sample"),
                ("!(is_sample && is_urgent)", "!is_sample || !is_urgent"),
                ("!(is_sample || is_urgent)", "!is_sample && !is_urgent"),
                ("is_sample && (is_sample || is_urgent)", "is_sample"),
                ("!!is_sample", "is_sample"),
            ] {
                let both = [left, right].map(|source| evaluated(source, Type::Bool, &facts));
                assert_eq!(both[0], both[1], "{left} = {right} for {p:?}, {q:?}");
            }
        }
    }
}

/// A source of one type, with brackets that may or may not be needed.
fn source(wanted: Type, depth: u32) -> BoxedStrategy<String> {
    let leaf = match wanted {
        Type::Bool => {
            prop::sample::select(vec!["is_sample", "is_urgent", "has(origin)", "true", "'\\\\' == \"'\""])
        }
        Type::Number => {
            prop::sample::select(vec!["gross_kg", "net_kg", "0", "1.50", "7%", "size(line.code)"])
        }
        Type::Rate => prop::sample::select(vec![
            "duty",
            "10%",
            "0.50 CNY/kg",
            "3 USD/100 kg",
            "2 CNY/100 kg.drained",
            "1 USD/hl.vol",
            "free",
            "suspended",
            "prohibited",
        ]),
        Type::Text => prop::sample::select(vec!["origin", "line.code", "'DE'", "\"税\\n\0\""]),
        Type::Date => prop::sample::select(vec!["lodged", "date('2024-02-29')"]),
        Type::Texts => prop::sample::select(vec!["documents", "[]", "['DE', \"a\"]"]),
    };
    let leaf = leaf.prop_map(str::to_owned).boxed();
    if depth == 0 {
        return leaf;
    }
    let of = |wanted| source(wanted, depth - 1);
    let signs = |signs: &'static [&'static str]| prop::sample::select(signs);
    let infix = |wanted, list: &'static [&'static str]| {
        (of(wanted), signs(list), of(wanted)).prop_map(|(a, sign, b)| format!("({a}) {sign} ({b})")).boxed()
    };
    let choice =
        (of(Type::Bool), of(wanted), of(wanted)).prop_map(|(c, a, b)| format!("(({c}) ? ({a}) : {b})"));
    let more = match wanted {
        Type::Bool => prop_oneof![
            infix(Type::Bool, &["&&", "||", "==", "!="]),
            infix(Type::Number, &["==", "<", ">="]),
            infix(Type::Text, &["==", "!=", ">"]),
            infix(Type::Date, &["<=", "=="]),
            of(Type::Bool).prop_map(|a| format!("!({a})")),
            (of(Type::Text), of(Type::Texts)).prop_map(|(a, b)| format!("({a}) in {b}")),
            (of(Type::Text), of(Type::Text)).prop_map(|(a, b)| format!("startsWith({a},{b})")),
        ]
        .boxed(),
        Type::Number => prop_oneof![
            infix(Type::Number, &["+", "-", "*", "/"]),
            of(Type::Number).prop_map(|a| format!("-({a})")),
            of(Type::Number).prop_map(|a| format!("round({a}, 2)")),
            (of(Type::Date), of(Type::Date)).prop_map(|(a, b)| format!("days({a}, {b})")),
            of(Type::Date).prop_map(|a| format!("month({a})")),
        ]
        .boxed(),
        Type::Rate => prop_oneof![
            infix(Type::Rate, &["+", "-"]),
            (of(Type::Rate), signs(&["*", "/"]), of(Type::Number))
                .prop_map(|(a, sign, b)| format!("({a}) {sign} (({b}) + 1)")),
            (of(Type::Rate), signs(&["lower", "higher", "atMost", "atLeast"]), of(Type::Rate))
                .prop_map(|(a, name, b)| format!("{name}({a}, {b})")),
            of(Type::Number).prop_map(|a| format!("amount({a})")),
        ]
        .boxed(),
        Type::Text | Type::Date | Type::Texts => leaf.clone(),
    };
    prop_oneof![1 => leaf, 4 => more, 1 => choice].boxed()
}

/// Facts where any field may be absent or unknown.
fn facts() -> impl Strategy<Value = Sample> {
    prop::collection::vec(0..4, FIELDS.len()).prop_map(|kinds| {
        let values = sample().0.into_iter().zip(kinds).map(|(value, kind)| match kind {
            0 => Value::Absent,
            1 => Value::Unknown,
            _ => value,
        });
        Sample(values.collect())
    })
}

fn words_of_the_language() -> impl Strategy<Value = String> {
    const WORDS: [&str; 38] = [
        "free",
        "prohibited",
        "amount",
        "month",
        "atMost",
        "2 CNY/kg.drained",
        "gross_kg",
        "origin",
        "is_sample",
        "duty",
        "documents",
        "true",
        "in",
        "has",
        "size",
        "round",
        "lower",
        "date",
        "'2026-01-01'",
        "'a\\'b'",
        "1",
        "0.10",
        "5%",
        "2 CNY/kg",
        "USD",
        "(",
        ")",
        "[",
        "]",
        ",",
        "?",
        ":",
        "!",
        "-",
        "+",
        "*",
        "&&",
        "==",
    ];
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40).prop_map(|words| words.join(" "))
}

fn check_print(source: &str, wanted: Type, facts: &Sample) -> Result<(), TestCaseError> {
    let Ok(first) = Expression::parse(source, &schema(), wanted) else { return Ok(()) };
    let printed = first.to_string();
    let second = Expression::parse(&printed, &schema(), wanted)
        .map_err(|fault| TestCaseError::fail(format!("{printed}: {fault}")))?;
    prop_assert_eq!(second.to_string(), printed);
    prop_assert_eq!(second.evaluate(facts), first.evaluate(facts));
    prop_assert_eq!(&first.explain(facts).result, &second.explain(facts).result);
    prop_assert!(!rate_words(&first, Lang::Zh).is_empty());
    Ok(())
}

proptest! {
    #[test]
    fn reading_what_was_printed_gives_the_same(
        (wanted, source) in prop::sample::select(vec![Type::Bool, Type::Number, Type::Rate])
            .prop_flat_map(|wanted| (Just(wanted), source(wanted, 3))),
        facts in facts(),
    ) {
        let parsed = Expression::parse(&source, &schema(), wanted);
        prop_assert!(parsed.is_ok(), "{}: {:?}", source, parsed);
        check_print(&source, wanted, &facts)?;
    }

    #[test]
    fn words_in_any_order_never_panic(source in words_of_the_language(), facts in facts()) {
        for wanted in [Type::Bool, Type::Number, Type::Text, Type::Date, Type::Texts, Type::Rate] {
            check_print(&source, wanted, &facts)?;
        }
    }

    #[test]
    fn any_text_never_panics(source in "\\PC{0,40}|[(!'\"\\\\%0-9./ A-Za-z_\\x00税]{0,80}", facts in facts()) {
        check_print(&source, Type::Bool, &facts)?;
    }

    #[test]
    fn learning_more_never_turns_an_answer(source in source(Type::Bool, 3), facts in facts()) {
        let norm = parse(&source, Type::Bool);
        let known = facts.0.iter().zip(sample().0);
        let known = Sample(known.map(|(now, later)| if *now == Value::Unknown { later } else { now.clone() }).collect());
        if let (Ok(Value::Bool(now)), Ok(later)) = (norm.evaluate(&facts), norm.evaluate(&known)) {
            prop_assert_eq!(later, Value::Bool(now));
        }
    }
}

#[test]
fn texts_are_borrowed_from_the_facts() {
    let expression = parse("is_urgent ? 'a' : 'b'", Type::Text);
    assert!(matches!(expression.evaluate(&sample()), Ok(Value::Text(Cow::Borrowed("a")))));
}
