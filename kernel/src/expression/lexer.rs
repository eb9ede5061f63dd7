//! Characters to words.

use super::Fault;
use crate::values::Exact;
use std::borrow::Cow;

/// A word of the language. `in`, `true` and `false` are names here.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Name(String),
    Number(Exact),
    Percent { shown: Exact, share: Exact },
    Amount(Amount),
    Text(String),
    Sign(&'static str),
    End,
}

/// An amount per unit, such as `2.8 CNY/100 kg` or `0.9 EUR/hl.vol`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Amount {
    pub amount: Exact,
    pub currency: Box<str>,
    pub per: Exact,
    pub unit: Box<str>,
    /// What of the goods is measured, such as `drained`; `None` for the goods as they are.
    pub qualifier: Option<Box<str>>,
}

impl Amount {
    /// The unit with its qualifier, as written.
    pub fn measured(&self) -> Cow<'_, str> {
        match &self.qualifier {
            None => Cow::Borrowed(&self.unit),
            Some(qualifier) => Cow::Owned(format!("{}.{qualifier}", self.unit)),
        }
    }
}

/// A word and where it stands, in bytes.
pub(super) struct Token {
    pub word: Word,
    pub from: usize,
    pub to: usize,
}

/// Longer signs before those that they begin with.
const SIGNS: [&str; 20] = [
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "!", "?", ":", "(", ")", "[", "]", ",",
];

/// All words of a source; the last is `End`.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Fault> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.take(char::is_whitespace);
        let from = lexer.at;
        let word = lexer.word()?;
        let is_end = word == Word::End;
        tokens.push(Token { word, from, to: lexer.at });
        if is_end {
            return Ok(tokens);
        }
    }
}

#[derive(Clone, Copy)]
struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the characters that belong, perhaps none.
    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let stands = self.rest().starts_with(sign);
        if stands {
            self.at += sign.len();
        }
        stands
    }

    fn word(&mut self) -> Result<Word, Fault> {
        match self.next() {
            None => Ok(Word::End),
            Some('0'..='9') => self.number(),
            Some(quote @ ('\'' | '"')) => self.text(quote),
            Some(first) if starts_name(first) => self.name(),
            Some(other) => self.sign(other),
        }
    }

    fn sign(&mut self, first: char) -> Result<Word, Fault> {
        match SIGNS.into_iter().find(|sign| self.take_sign(sign)) {
            Some(sign) => Ok(Word::Sign(sign)),
            None => Err(Fault::at(
                self.at,
                format!("此处应为字段、值或运算符，而不是“{}”", first.escape_debug()),
                format!("a field, a value or an operator is expected, not “{}”", first.escape_debug()),
            )),
        }
    }

    fn name(&mut self) -> Result<Word, Fault> {
        let from = self.at;
        loop {
            self.take(|c| c.is_ascii_alphanumeric() || c == '_');
            if !self.take_sign(".") {
                return Ok(Word::Name(self.source[from..self.at].to_owned()));
            }
            if !self.next().is_some_and(starts_name) {
                return Err(Fault::at(self.at, "点号之后应为名称", "a name is expected after the dot"));
            }
        }
    }

    fn number(&mut self) -> Result<Word, Fault> {
        let number = self.decimal()?;
        if self.take_sign("%") {
            let share = number.mul(Exact::from_steps(1, 2)).ok_or_else(|| too_many_digits(self.at))?;
            return Ok(Word::Percent { shown: number, share });
        }
        if self.next().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return Err(Fault::at(
                self.at,
                "数之后应为空格或运算符",
                "a space or an operator is expected after a number",
            ));
        }
        self.amount(number)
    }

    fn decimal(&mut self) -> Result<Exact, Fault> {
        let from = self.at;
        self.take(|c| c.is_ascii_digit());
        if self.take_sign(".") && self.take(|c| c.is_ascii_digit()).is_empty() {
            return Err(Fault::at(self.at, "小数点之后应为数字", "a digit is expected after the point"));
        }
        Exact::parse(&self.source[from..self.at]).ok_or_else(|| too_many_digits(from))
    }

    /// A number stays one unless a currency follows.
    fn amount(&mut self, amount: Exact) -> Result<Word, Fault> {
        let mut ahead = *self;
        ahead.take(char::is_whitespace);
        let currency = ahead.take(|c| c.is_ascii_alphanumeric() || c == '_');
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(Word::Number(amount));
        }
        *self = ahead;
        if !self.take_sign("/") {
            return Err(Fault::at(
                self.at,
                "币制之后应为“/”和计量单位",
                "“/” and a unit are expected after a currency",
            ));
        }
        let per = self.per()?;
        let unit = self.unit()?;
        let qualifier = self.qualifier()?;
        Ok(Word::Amount(Amount { amount, currency: currency.into(), per, unit, qualifier }))
    }

    /// The multiplier of the unit, one if none is written.
    fn per(&mut self) -> Result<Exact, Fault> {
        if !self.next().is_some_and(|c| c.is_ascii_digit()) {
            return Ok(Exact::ONE);
        }
        let from = self.at;
        let per = self.decimal()?;
        if per.is_zero() {
            return Err(Fault::at(from, "单位的倍数应大于零", "a multiple of a unit is above zero"));
        }
        if self.take(char::is_whitespace).is_empty() {
            return Err(Fault::at(
                self.at,
                "倍数与计量单位之间应有空格",
                "a space is expected between the multiple and the unit",
            ));
        }
        Ok(per)
    }

    fn unit(&mut self) -> Result<Box<str>, Fault> {
        if !self.next().is_some_and(char::is_alphabetic) {
            return Err(Fault::at(self.at, "此处应为计量单位", "a unit is expected"));
        }
        Ok(self.take(|c| c.is_alphanumeric() || c == '_').into())
    }

    fn qualifier(&mut self) -> Result<Option<Box<str>>, Fault> {
        if !self.take_sign(".") {
            return Ok(None);
        }
        if !self.next().is_some_and(starts_name) {
            return Err(Fault::at(
                self.at,
                "点号之后应为计量限定词",
                "what is measured is expected after the dot",
            ));
        }
        Ok(Some(self.take(|c| c.is_ascii_alphanumeric() || c == '_').into()))
    }

    fn text(&mut self, quote: char) -> Result<Word, Fault> {
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            if character == quote {
                self.at += offset + 1;
                return Ok(Word::Text(text));
            }
            text.push(match character {
                '\\' => characters
                    .next()
                    .and_then(|(_, letter)| escaped(letter))
                    .ok_or_else(|| bad_escape(self.at + offset))?,
                other => other,
            });
        }
        Err(Fault::at(self.at, "文本没有结束的引号", "this text has no closing quote"))
    }
}

fn starts_name(character: char) -> bool {
    character.is_ascii_alphabetic() || character == '_'
}

fn escaped(letter: char) -> Option<char> {
    match letter {
        '\\' | '\'' | '"' => Some(letter),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        _ => None,
    }
}

fn too_many_digits(at: usize) -> Fault {
    Fault::at(at, "数的位数过多：最多 28 位", "too many digits: a number has at most 28")
}

fn bad_escape(at: usize) -> Fault {
    Fault::at(at, r#"反斜杠之后应为 \ ' " n r t 之一"#, r#"one of \ ' " n r t is expected after a backslash"#)
}
