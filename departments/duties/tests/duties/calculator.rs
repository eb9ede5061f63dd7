//! A calculator that knows nothing of the engine: it reads an explained trace as JSON, and reckons every number
//! of it again from the numbers before it, in whole fractions. It shares no arithmetic, no parser and no type
//! with what it checks; of the law it knows what the trace says.

use ethnum::I256;
use serde_json::Value as Json;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A fraction in lowest terms; what lies under the line is above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct N(I256, I256);

impl N {
    fn of(above: I256, below: I256) -> N {
        let (mut a, mut b) = (above.abs(), below.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = if below < 0 { -I256::ONE } else { I256::ONE };
        if a == 0 { N(I256::ZERO, I256::ONE) } else { N(above / a * sign, below / a * sign) }
    }

    fn whole(n: i64) -> N {
        N(I256::from(n), I256::ONE)
    }

    /// A plain decimal.
    pub fn read(text: &str) -> N {
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        let digits: I256 =
            format!("{whole}{places}").parse().unwrap_or_else(|_| panic!("{text} is a number"));
        N::of(digits, I256::from(10).pow(places.len() as u32))
    }

    fn add(self, other: N) -> N {
        N::of(mul(self.0, other.1) + mul(other.0, self.1), mul(self.1, other.1))
    }

    fn neg(self) -> N {
        N(-self.0, self.1)
    }

    fn sub(self, other: N) -> N {
        self.add(other.neg())
    }

    fn mul(self, other: N) -> N {
        let (a, b) = (N::of(self.0, other.1), N::of(other.0, self.1));
        N::of(mul(a.0, b.0), mul(a.1, b.1))
    }

    fn div(self, other: N) -> N {
        assert_ne!(other.0, 0, "nothing is divided by zero");
        self.mul(N::of(other.1, other.0))
    }

    fn is_zero(self) -> bool {
        self.0 == 0
    }

    fn cmp(self, other: N) -> Ordering {
        mul(self.0, other.1).cmp(&mul(other.0, self.1))
    }

    /// To so many places, by the name of the rounding.
    fn round(self, places: u32, name: &str) -> N {
        let scale = I256::from(10).pow(places);
        let (above, below) = (mul(self.0.abs(), scale), self.1);
        let (down, rest) = (above / below, above % below);
        let half = (rest * 2).cmp(&below);
        let up = match name {
            "down" => false,
            "up" => rest != 0,
            "half_up" => half.is_ge(),
            "half_even" => half.is_gt() || half.is_eq() && down % 2 != 0,
            other => panic!("the calculator knows no rounding {other}"),
        };
        let rounded = down + if up { I256::ONE } else { I256::ZERO };
        N::of(if self.0 < 0 { -rounded } else { rounded }, scale)
    }
}

fn mul(a: I256, b: I256) -> I256 {
    a.checked_mul(b).expect("the calculator has room for it")
}

fn number(json: &Json) -> N {
    N::read(json.as_str().unwrap_or_else(|| panic!("{json} is a number as text")))
}

/// What an expression comes to. A number and a share of the base are the same thing here: 10% is 0.1.
#[derive(Clone, Debug, PartialEq)]
enum Is {
    /// Share of the base, and a fixed amount.
    Rate(N, N),
    Text(String),
    List(Vec<String>),
    Truth(bool),
    Absent,
}

impl Is {
    fn plain(n: N) -> Is {
        Is::Rate(n, N::whole(0))
    }

    fn given(json: &Json) -> Is {
        if json == "absent" {
            return Is::Absent;
        }
        let (kind, value) = json.as_object().and_then(|o| o.iter().next()).expect("a kind and a value");
        let texts =
            |list: &Json| list.as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect();
        match kind.as_str() {
            "number" => Is::plain(number(value)),
            "rate" => Is::Rate(number(&value["share"]), number(&value["fixed"])),
            "text" | "day" => Is::Text(value.as_str().unwrap().to_owned()),
            "texts" => Is::List(texts(value)),
            "truth" => Is::Truth(value.as_bool().unwrap()),
            other => panic!("the calculator knows no {other}"),
        }
    }

    fn rate(self) -> (N, N) {
        match self {
            Is::Rate(share, fixed) => (share, fixed),
            other => panic!("{other:?} is no number"),
        }
    }
}

/// An expression under way: its words, the next of them, what names stand for, the base of a comparison.
struct Reading<'a> {
    words: Vec<String>,
    next: usize,
    numbers: &'a Json,
    base: N,
}

/// What an expression comes to over numbers.
fn evaluate(text: &str, numbers: &Json, base: N) -> Is {
    let mut reading = Reading { words: words(text), next: 0, numbers, base };
    let is = reading.choice();
    assert_eq!(reading.next, reading.words.len(), "{text} is read to its end");
    is
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len())
        } else if first.is_alphabetic() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && !"._".contains(c)).unwrap_or(rest.len())
        } else if first == '\'' || first == '"' {
            rest[1..].find(first).expect("a text ends") + 2
        } else {
            let two = ["&&", "||", "==", "!=", "<=", ">="].iter().any(|two| rest.starts_with(two));
            if two { 2 } else { first.len_utf8() }
        };
        words.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    words
}

/// Whether an order is what a sign says.
fn stands(order: Ordering, sign: &str) -> bool {
    match sign {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

impl Reading<'_> {
    fn peek(&self) -> &str {
        self.words.get(self.next).map_or("", |word| word)
    }

    fn take(&mut self) -> String {
        self.next += 1;
        self.words[self.next - 1].clone()
    }

    fn took(&mut self, word: &str) -> bool {
        let is = self.peek() == word;
        self.next += usize::from(is);
        is
    }

    fn choice(&mut self) -> Is {
        let condition = self.either();
        if !self.took("?") {
            return condition;
        }
        let then = self.choice();
        assert!(self.took(":"));
        let otherwise = self.choice();
        if condition == Is::Truth(true) { then } else { otherwise }
    }

    fn either(&mut self) -> Is {
        let mut left = self.both();
        while self.took("||") {
            let right = self.both();
            left = Is::Truth([left, right].contains(&Is::Truth(true)));
        }
        left
    }

    fn both(&mut self) -> Is {
        let mut left = self.compared();
        while self.took("&&") {
            let right = self.compared();
            left = Is::Truth(left == Is::Truth(true) && right == Is::Truth(true));
        }
        left
    }

    fn compared(&mut self) -> Is {
        let left = self.sum();
        let sign = self.peek().to_owned();
        if !["==", "!=", "<", "<=", ">", ">=", "in"].contains(&&*sign) {
            return left;
        }
        self.next += 1;
        let right = self.sum();
        let is = match (&left, &right) {
            (Is::Text(one), Is::List(list)) => list.contains(one),
            (Is::Rate(left, _), Is::Rate(right, _)) => stands(left.cmp(*right), &sign),
            // days too: they are written largest part first
            (Is::Text(left), Is::Text(right)) => stands(left.cmp(right), &sign),
            _ => (left == right) == (sign == "=="),
        };
        Is::Truth(is)
    }

    fn sum(&mut self) -> Is {
        let mut left = self.product();
        while ["+", "-"].contains(&self.peek()) {
            let minus = self.take() == "-";
            let right = self.product();
            let (Is::Rate(a, b), Is::Rate(c, d)) = (left, right) else { return Is::Absent };
            left = if minus { Is::Rate(a.sub(c), b.sub(d)) } else { Is::Rate(a.add(c), b.add(d)) };
        }
        left
    }

    fn product(&mut self) -> Is {
        let mut left = self.one();
        while ["*", "/"].contains(&self.peek()) {
            let over = self.take() == "/";
            let (Is::Rate(a, b), Is::Rate(c, d)) = (left, self.one()) else { return Is::Absent };
            left = match over {
                true if c.is_zero() => Is::Absent,
                // the language of rates divides to 12 places, half up
                true => Is::Rate(a.div(c).round(12, "half_up"), b.div(c).round(12, "half_up")),
                false => Is::Rate(a.mul(c), if b.is_zero() { a.mul(d) } else { b.mul(c) }),
            };
        }
        left
    }

    fn one(&mut self) -> Is {
        if self.took("-") {
            let (a, b) = self.one().rate();
            return Is::Rate(a.neg(), b.neg());
        }
        if self.took("!") {
            return Is::Truth(self.one() != Is::Truth(true));
        }
        if self.took("(") {
            let is = self.choice();
            assert!(self.took(")"));
            return is;
        }
        if self.took("[") {
            let mut list = Vec::new();
            while !self.took("]") {
                list.push(self.take().trim_matches(['\'', '"']).to_owned());
                self.took(",");
            }
            return Is::List(list);
        }
        let word = self.take();
        match word.chars().next() {
            Some('0'..='9') => self.figure(N::read(&word)),
            Some('\'' | '"') => Is::Text(word[1..word.len() - 1].to_owned()),
            _ if self.took("(") => self.function(&word),
            _ => match word.as_str() {
                "true" | "false" => Is::Truth(word == "true"),
                "free" | "suspended" => Is::plain(N::whole(0)),
                name => self.name(name),
            },
        }
    }

    fn name(&self, name: &str) -> Is {
        self.numbers.get(name).map_or(Is::Absent, Is::given)
    }

    /// `10%`, `2.8 CNY/100 kg`, or a number.
    fn figure(&mut self, figure: N) -> Is {
        if self.took("%") {
            return Is::plain(figure.div(N::whole(100)));
        }
        let currency = self.peek().to_owned();
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Is::plain(figure);
        }
        self.next += 1;
        assert!(self.took("/"));
        let mut unit = self.take();
        let mut per = N::whole(1);
        if unit.starts_with(|c: char| c.is_ascii_digit()) {
            per = N::read(&unit);
            unit = self.take();
        }
        let quantity = self.name(&format!("quantity.{unit}"));
        let exchange = self.name(&format!("exchange.{currency}"));
        let (Is::Rate(quantity, _), Is::Rate(exchange, _)) = (quantity, exchange) else { return Is::Absent };
        let amount = quantity.mul(figure).mul(exchange).div(per);
        Is::Rate(N::whole(0), if per == N::whole(1) { amount } else { amount.round(12, "half_up") })
    }

    fn function(&mut self, name: &str) -> Is {
        if name == "has" || name == "listed" {
            let of = self.take();
            let list = if self.took(",") { self.take() } else { String::new() };
            assert!(self.took(")"));
            return match name {
                "has" => Is::Truth(self.name(&of) != Is::Absent),
                _ => self.name(&format!("listed.{}", list.trim_matches(['\'', '"']))),
            };
        }
        let first = self.choice();
        if let Is::Text(day) = first {
            assert!(self.took(")"));
            return match name {
                "month" => Is::plain(N::read(&day[5..7])),
                _ => Is::Text(day),
            };
        }
        let mut given = vec![first];
        while self.took(",") {
            given.push(self.choice());
        }
        assert!(self.took(")"));
        if given.contains(&Is::Absent) {
            return Is::Absent;
        }
        let given: Vec<(N, N)> = given.into_iter().map(Is::rate).collect();
        let amount = |(share, fixed): (N, N)| share.mul(self.base).add(fixed);
        let pick = |second: bool| Is::Rate(given[usize::from(second)].0, given[usize::from(second)].1);
        let second = |of: &dyn Fn((N, N)) -> N| of(given[1]).cmp(of(given[0]));
        match name {
            "amount" => Is::Rate(N::whole(0), given[0].0),
            "round" => Is::plain(given[0].0.round(u32::try_from(given[1].0.0).unwrap(), "half_up")),
            "min" => pick(second(&|one| one.0).is_lt()),
            "max" => pick(second(&|one| one.0).is_gt()),
            "lower" | "atMost" => pick(second(&amount).is_lt()),
            "higher" | "atLeast" => pick(second(&amount).is_gt()),
            other => panic!("the calculator knows no {other}"),
        }
    }
}

/// What the calculator finds of a line.
#[derive(Clone, Debug)]
pub struct Line {
    pub value: N,
    /// As it was when a rate was chosen, before an export duty is taken out of it.
    chosen: N,
    price: Option<N>,
    /// By charge, what it comes to and what is collected of it.
    pub charges: BTreeMap<String, (N, N)>,
}

/// Reckons a trace again, number by number.
///
/// # Panics
/// A number does not follow from those before it.
pub fn recompute(trace: &[Json]) -> BTreeMap<u64, Line> {
    let of = |kind: &'static str| trace.iter().filter(move |step| step["step"] == kind);
    let rates: BTreeMap<&str, N> =
        of("exchange").map(|step| (step["currency"].as_str().unwrap(), number(&step["rate"]))).collect();
    let rate = |currency: &Json| rates.get(currency.as_str().unwrap()).copied().unwrap_or(N::whole(1));
    let lot = of("lot").next().expect("a trace has its lot");
    let (price, total) = lot_of(lot, &rate);
    let mut lines: BTreeMap<u64, Line> = BTreeMap::new();
    for step in trace {
        let rounded = |exact: N| {
            exact.round(step["places"].as_u64().unwrap() as u32, step["rounding"].as_str().unwrap())
        };
        let line = step["line"].as_u64().unwrap_or_default();
        match step["step"].as_str().unwrap() {
            "value" => {
                let value = rounded(number(&step["price"]).mul(total).div(price));
                assert_eq!(value, number(&step["value"]), "{step}");
                lines.insert(line, Line { value, chosen: value, price: None, charges: BTreeMap::new() });
            }
            "choice" => {
                let line = lines.get_mut(&line).unwrap();
                (line.chosen, line.price) = (line.value, None);
            }
            "deducted" => {
                let [price, share, fixed] = ["price", "share", "fixed"].map(|name| number(&step[name]));
                let line = lines.get_mut(&line).unwrap();
                line.value = rounded(price.sub(fixed).div(N::whole(1).add(share)));
                line.price = Some(price);
                assert_eq!(line.value, number(&step["value"]), "{step}");
            }
            "charge" => {
                let line = lines.get_mut(&line).unwrap();
                let amount = rounded(charge(step, line, &rates));
                assert_eq!(amount, number(&step["amount"]), "{step}");
                line.charges.insert(step["charge"].as_str().unwrap().to_owned(), (amount, amount));
            }
            "threshold" => {
                let charge = step["charge"].as_str().unwrap();
                let on = || lines.values().filter_map(|line| line.charges.get(charge));
                let sum = on().fold(N::whole(0), |sum, (amount, _)| sum.add(*amount));
                assert_eq!(sum, number(&step["sum"]), "{step}");
                assert!(sum.cmp(number(&step["free_up_to"])).is_le(), "{step}");
                for line in lines.values_mut() {
                    line.charges
                        .entry(charge.to_owned())
                        .and_modify(|(_, collected)| *collected = N::whole(0));
                }
            }
            _ => {}
        }
    }
    lines
}

/// The price of a lot and its value, out of what was declared.
fn lot_of(lot: &Json, rate: &dyn Fn(&Json) -> N) -> (N, N) {
    let declared = &lot["declared"];
    let price = number(&lot["price"]);
    let goods = price.mul(rate(&declared["currency"]));
    assert_eq!(goods, number(&lot["goods"]), "{lot}");
    let mut total = goods;
    for name in ["freight", "insurance", "other"] {
        let (cost, told) = (&declared[name], number(&lot[name]));
        if cost.is_null() {
            assert!(told.is_zero(), "{lot}");
            continue;
        }
        let taken = declared["taken_out"].as_array().is_some_and(|list| list.iter().any(|n| n == name));
        // insured is what is bought with its freight, unless the price holds both
        let base = if name == "insurance" && !taken { total } else { goods };
        let figure = number(&cost["rate"]);
        let amount = match cost["mark"].as_str().unwrap() {
            "share" => figure.mul(base),
            "share_of_whole" => figure.mul(base).div(N::whole(1).sub(figure)).round(12, "half_up"),
            "total" => figure.mul(rate(&cost["currency"])),
            _ => figure.mul(rate(&cost["currency"])).mul(number(&declared["gross_kg"])).div(N::whole(1000)),
        };
        let amount = if taken { amount.neg() } else { amount };
        assert_eq!(amount, told, "{name} of {lot}");
        total = total.add(amount);
    }
    assert_eq!(total, number(&lot["total"]), "{lot}");
    (price, total)
}

/// The exact amount of a charge on a line.
fn charge(step: &Json, line: &Line, rates: &BTreeMap<&str, N>) -> N {
    let from = &step["from"];
    let numbers = &from["numbers"];
    // what is told of a name is what stands in the trace
    for (name, given) in numbers.as_object().unwrap() {
        let expected = match name.strip_prefix("exchange.") {
            Some(currency) => Some(rates.get(currency).copied().unwrap_or(N::whole(1))),
            None if name == "value" => Some(line.chosen),
            None => line.charges.get(name).map(|(_, collected)| *collected),
        };
        if let Some(expected) = expected {
            assert_eq!(Is::given(given), Is::plain(expected), "{name} of {step}");
        }
    }
    let (base, _) = evaluate(from["base"].as_str().unwrap(), numbers, N::whole(0)).rate();
    let (share, fixed) = evaluate(from["rate"].as_str().unwrap(), numbers, base).rate();
    assert_eq!((share, fixed), (number(&step["share"]), number(&step["fixed"])), "{step}");
    let told = number(&step["base"]);
    match step["price"].as_str().unwrap() {
        "deducted" => {
            assert_eq!((Some(base), line.value), (line.price, told), "{step}");
            share.mul(line.value).add(fixed)
        }
        form => {
            assert_eq!(base, told, "{step}");
            match form {
                "exclusive" => share.mul(base).add(fixed),
                _ => base.add(fixed).mul(share).div(N::whole(1).sub(share)).add(fixed),
            }
        }
    }
}
