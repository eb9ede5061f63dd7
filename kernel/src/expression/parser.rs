//! Words to a tree, by precedence (a Pratt parser). Names are resolved here, types in `check`.

use super::lexer::{Amount, Token, Word, tokens};
use super::tree::{Comparison, Function, Kind, Node, Operator};
use super::{ByLaw, Fault, MAX_DEPTH, MAX_ITEMS, Schema, Type};
use crate::values::Exact;
use jiff::civil::Date;
use std::borrow::Cow;

/// What may stand between two operands.
#[derive(Clone, Copy)]
enum Infix {
    Choice,
    Any,
    All,
    Compare(Comparison),
    In,
    Arithmetic(Operator),
}

/// An infix and how strongly it binds; `!` and `-` in front bind with `PREFIX`.
fn infix(word: &Word) -> Option<(Infix, u8)> {
    let sign = match word {
        Word::Name(name) if name == "in" => return Some((Infix::In, 4)),
        Word::Sign(sign) => *sign,
        _ => return None,
    };
    Some(match sign {
        "?" => (Infix::Choice, 1),
        "||" => (Infix::Any, 2),
        "&&" => (Infix::All, 3),
        "==" => (Infix::Compare(Comparison::Equal), 4),
        "!=" => (Infix::Compare(Comparison::Unequal), 4),
        "<" => (Infix::Compare(Comparison::Less), 4),
        "<=" => (Infix::Compare(Comparison::AtMost), 4),
        ">" => (Infix::Compare(Comparison::More), 4),
        ">=" => (Infix::Compare(Comparison::AtLeast), 4),
        "+" => (Infix::Arithmetic(Operator::Add), 5),
        "-" => (Infix::Arithmetic(Operator::Subtract), 5),
        "*" => (Infix::Arithmetic(Operator::Multiply), 6),
        "/" => (Infix::Arithmetic(Operator::Divide), 6),
        _ => return None,
    })
}

const PREFIX: u8 = 7;

/// The tree of a whole source. Positions of faults are bytes.
pub(super) fn parse(source: &str, schema: &Schema) -> Result<Node, Fault> {
    let mut parser = Parser { source, schema, tokens: tokens(source)?, at: 0, depth: 0 };
    let root = parser.expression(0)?;
    match parser.token().word {
        Word::End => Ok(root),
        _ => Err(parser.expected("运算符或结尾", "an operator or the end")),
    }
}

struct Parser<'s> {
    source: &'s str,
    schema: &'s Schema,
    tokens: Vec<Token>,
    at: usize,
    depth: u8,
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        &self.tokens[self.at]
    }

    /// Takes the word that stands here. `End` stays.
    fn take(&mut self) -> Word {
        let word = self.token().word.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        word
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let stands = matches!(self.token().word, Word::Sign(here) if here == sign);
        if stands {
            self.take();
        }
        stands
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err(self.expected(&format!("“{sign}”"), &format!("“{sign}”")))
    }

    fn expected(&self, zh: &str, en: &str) -> Fault {
        self.expected_at(self.at, zh, en)
    }

    fn expected_at(&self, at: usize, zh: &str, en: &str) -> Fault {
        let Token { from, to, .. } = self.tokens[at];
        let found = shown(&self.source[from..to]);
        if found.is_empty() {
            let (zh, en) = (format!("此处应为{zh}，而文本已结束"), format!("{en} is expected, not the end"));
            return Fault::at(from, zh, en);
        }
        Fault::at(from, format!("此处应为{zh}，而不是“{found}”"), format!("{en} is expected, not “{found}”"))
    }

    /// A node that ends before the word that stands here.
    fn node(&self, kind: Kind, from: usize) -> Result<Node, Fault> {
        let to = self.at.checked_sub(1).map_or(from, |last| self.tokens[last].to);
        let node = Node::new(kind, from, to);
        if node.height >= MAX_DEPTH { Err(too_deep(from)) } else { Ok(node) }
    }

    /// Operands joined by infixes that bind more strongly than the floor.
    fn expression(&mut self, floor: u8) -> Result<Node, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep(self.token().from));
        }
        self.depth += 1;
        let mut left = self.operand()?;
        while let Some((infix, strength)) = infix(&self.token().word)
            && strength > floor
        {
            self.take();
            left = self.joined(left, infix, strength)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn joined(&mut self, left: Node, infix: Infix, strength: u8) -> Result<Node, Fault> {
        let from = left.from;
        let right = self.expression(strength)?;
        let kind = match infix {
            Infix::Choice => {
                self.expect(":")?;
                let otherwise = self.expression(0)?;
                Kind::Choice(Box::new([left, right, otherwise]))
            }
            Infix::Any => Kind::Any(chained(any_parts(left), any_parts(right))),
            Infix::All => Kind::All(chained(all_parts(left), all_parts(right))),
            Infix::Compare(comparison) => Kind::Compare(comparison, Box::new([left, right])),
            Infix::In => Kind::In(Box::new([left, right])),
            Infix::Arithmetic(operator) => Kind::Arithmetic(operator, Box::new([left, right])),
        };
        self.node(kind, from)
    }

    fn operand(&mut self) -> Result<Node, Fault> {
        let from = self.token().from;
        let at = self.at;
        let kind = match self.take() {
            Word::Number(number) => Kind::Number(number),
            Word::Percent { shown, share } => Kind::Percent { shown, share },
            Word::Amount(amount) => {
                self.check_measure(&amount, self.tokens[at].to)?;
                Kind::Amount(Box::new(amount))
            }
            Word::Text(text) => Kind::Text(text.into()),
            Word::Name(name) => self.named(&name, from)?,
            Word::Sign("!") => Kind::Not(Box::new(self.expression(PREFIX)?)),
            Word::Sign("-") => Kind::Negate(Box::new(self.expression(PREFIX)?)),
            Word::Sign("[") => self.list()?,
            Word::Sign("(") => return self.bracketed(from),
            Word::Sign(_) | Word::End => {
                return Err(self.expected_at(at, "字段、值或“(”", "a field, a value or “(”"));
            }
        };
        self.node(kind, from)
    }

    /// An amount must name a unit and a qualifier of the schema; they are its last words.
    fn check_measure(&self, amount: &Amount, to: usize) -> Result<(), Fault> {
        let qualifier = amount.qualifier.as_deref();
        let unit_to = qualifier.map_or(to, |name| to - name.len() - 1);
        if !self.schema.knows_unit(&amount.unit) {
            return Err(no_unit(&amount.unit, unit_to - amount.unit.len()));
        }
        match qualifier.filter(|name| !self.schema.knows_qualifier(name)) {
            Some(name) => Err(no_qualifier(name, to - name.len())),
            None => Ok(()),
        }
    }

    fn bracketed(&mut self, from: usize) -> Result<Node, Fault> {
        let inner = self.expression(0)?;
        let to = self.token().to;
        self.expect(")")?;
        Ok(Node { from, to, ..inner })
    }

    fn list(&mut self) -> Result<Kind, Fault> {
        let mut texts = Vec::new();
        while !self.take_sign("]") {
            if !texts.is_empty() {
                self.expect(",")?;
            }
            if texts.len() == MAX_ITEMS {
                return Err(Fault::at(
                    self.token().from,
                    format!("列表不得超过 {MAX_ITEMS} 项"),
                    format!("a list has at most {MAX_ITEMS} items"),
                ));
            }
            texts.push(Cow::Owned(self.literal_text()?));
        }
        Ok(Kind::Texts(texts))
    }

    fn literal_text(&mut self) -> Result<String, Fault> {
        let at = self.at;
        match self.take() {
            Word::Text(text) => Ok(text),
            _ => Err(self.expected_at(at, "带引号的文本", "a text in quotes")),
        }
    }

    fn named(&mut self, name: &str, from: usize) -> Result<Kind, Fault> {
        match name {
            "true" => Ok(Kind::Bool(true)),
            "false" => Ok(Kind::Bool(false)),
            _ if let Some(by_law) = ByLaw::named(name) => Ok(Kind::ByLaw(by_law)),
            _ if self.take_sign("(") => {
                let kind = self.call(name, from)?;
                self.expect(")")?;
                Ok(kind)
            }
            _ => {
                let (index, is) = self.field(name, from)?;
                Ok(Kind::Field { index, name: name.into(), is })
            }
        }
    }

    fn field(&self, name: &str, from: usize) -> Result<(usize, Type), Fault> {
        self.schema.index(name).ok_or_else(|| {
            let name = shown(name);
            Fault::at(from, format!("没有名为“{name}”的字段"), format!("no field is called “{name}”"))
        })
    }

    /// The operands of a function, up to the closing bracket.
    fn call(&mut self, name: &str, from: usize) -> Result<Kind, Fault> {
        match name {
            "has" => self.has(),
            "date" => self.date(),
            "size" => Ok(Kind::Size(Box::new(self.expression(0)?))),
            "month" => Ok(Kind::Month(Box::new(self.expression(0)?))),
            "amount" => Ok(Kind::Total(Box::new(self.expression(0)?))),
            "round" => {
                let number = self.first()?;
                Ok(Kind::Round(number, self.places()?))
            }
            "listed" => {
                let code = self.first()?;
                Ok(Kind::Listed(code, self.literal_text()?.into()))
            }
            _ => {
                let function = Function::ALL
                    .into_iter()
                    .find(|function| function.signature().0 == name)
                    .ok_or_else(|| no_function(name, from))?;
                let first = *self.first()?;
                Ok(Kind::Call(function, Box::new([first, self.expression(0)?])))
            }
        }
    }

    /// The first of two operands, and the comma.
    fn first(&mut self) -> Result<Box<Node>, Fault> {
        let first = self.expression(0)?;
        self.expect(",")?;
        Ok(Box::new(first))
    }

    fn has(&mut self) -> Result<Kind, Fault> {
        let from = self.token().from;
        let at = self.at;
        match self.take() {
            Word::Name(name) => {
                let (index, _) = self.field(&name, from)?;
                Ok(Kind::Has { index, name: name.into() })
            }
            _ => Err(self.expected_at(at, "字段名", "the name of a field")),
        }
    }

    fn date(&mut self) -> Result<Kind, Fault> {
        let at = self.at;
        let date = match self.take() {
            Word::Text(text) => text.parse::<Date>().ok().filter(|date| date.to_string() == text),
            _ => None,
        };
        date.map(Kind::Date)
            .ok_or_else(|| self.expected_at(at, "形如 '2026-01-01' 的日期", "a date such as '2026-01-01'"))
    }

    fn places(&mut self) -> Result<u32, Fault> {
        let at = self.at;
        let places = match self.take() {
            Word::Number(number) => (0..=12).find(|places| Exact::from(i64::from(*places)) == number),
            _ => None,
        };
        places.ok_or_else(|| self.expected_at(at, "0 至 12 的整数", "a whole number from 0 to 12"))
    }
}

/// As much of an author's word as a fault repeats.
fn shown(word: &str) -> String {
    word.chars().take(40).collect()
}

fn chained(mut parts: Vec<Node>, more: Vec<Node>) -> Vec<Node> {
    parts.extend(more);
    parts
}

fn any_parts(node: Node) -> Vec<Node> {
    match node.kind {
        Kind::Any(parts) => parts,
        kind => vec![Node { kind, ..node }],
    }
}

fn all_parts(node: Node) -> Vec<Node> {
    match node.kind {
        Kind::All(parts) => parts,
        kind => vec![Node { kind, ..node }],
    }
}

fn too_deep(at: usize) -> Fault {
    Fault::at(
        at,
        format!("嵌套过深：最多 {MAX_DEPTH} 层"),
        format!("nested too deeply: at most {MAX_DEPTH} levels"),
    )
}

fn no_unit(unit: &str, at: usize) -> Fault {
    let unit = shown(unit);
    Fault::at(at, format!("没有名为“{unit}”的计量单位"), format!("no unit is called “{unit}”"))
}

fn no_qualifier(name: &str, at: usize) -> Fault {
    let name = shown(name);
    Fault::at(at, format!("没有名为“{name}”的计量限定词"), format!("nothing called “{name}” is measured"))
}

fn no_function(name: &str, at: usize) -> Fault {
    let name = shown(name);
    Fault::at(at, format!("没有名为“{name}”的函数"), format!("no function is called “{name}”"))
}
