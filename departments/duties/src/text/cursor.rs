//! A text without its spaces and its layout, with the place where each character stood. Sources break
//! words and leave out spaces at will, so words are compared without them and in either case.

use super::{Unread, Why};
use customhouse_kernel::values::Exact;

pub(super) struct Cursor {
    /// Each character and its position in the source.
    characters: Vec<(char, usize)>,
    at: usize,
    end: usize,
}

impl Cursor {
    /// Leaves out white space, except one between two digits (`33 1/3`), markup such as `<sup>`, and
    /// a hyphen that breaks a word before a space.
    pub fn new(source: &str) -> Cursor {
        let source: Vec<char> = source.chars().collect();
        let mut characters: Vec<(char, usize)> = Vec::with_capacity(source.len());
        let mut at = 0;
        while let Some(&character) = source.get(at) {
            let next = source[at + 1..].iter().find(|c| !c.is_whitespace());
            let last = characters.last().map(|(c, _)| *c);
            let is_break = character == '-'
                && source.get(at + 1).is_some_and(|c| c.is_whitespace())
                && last.is_some_and(char::is_alphabetic)
                && next.is_some_and(|c| c.is_alphabetic());
            if let Some(length) = markup(&source[at..]) {
                at += length;
                continue;
            }
            if character.is_whitespace() {
                let digits =
                    last.is_some_and(|c| c.is_ascii_digit()) && next.is_some_and(char::is_ascii_digit);
                if digits {
                    characters.push((' ', at));
                }
            } else if !is_break {
                characters.push((character, at));
            }
            at += 1;
        }
        Cursor { characters, at: 0, end: source.len() }
    }

    /// Where the next character stood.
    pub fn position(&self) -> usize {
        self.characters.get(self.at).map_or(self.end, |(_, position)| *position)
    }

    pub fn is_end(&self) -> bool {
        self.at >= self.characters.len()
    }

    pub fn next(&self) -> Option<char> {
        self.characters.get(self.at).map(|(character, _)| *character)
    }

    /// Where a character stood that the source should not hold.
    pub fn find(&self, wanted: char) -> Option<usize> {
        self.characters.iter().find(|(character, _)| *character == wanted).map(|(_, position)| *position)
    }

    /// Whether these words stand here, written without spaces.
    pub fn stands(&self, words: &str) -> bool {
        let here = self.characters[self.at.min(self.characters.len())..].iter().map(|(c, _)| *c);
        let mut here = here.chain(std::iter::repeat('\0'));
        words.chars().all(|wanted| here.next().is_some_and(|c| c.eq_ignore_ascii_case(&wanted)))
    }

    pub fn take(&mut self, words: &str) -> bool {
        let stands = self.stands(words);
        if stands {
            self.at += words.chars().count();
        }
        stands
    }

    /// Takes the longest of the spellings that stands here, and gives what it means.
    pub fn take_longest<'t, T: Copy>(&mut self, table: &'t [(&'t str, T)]) -> Option<T> {
        let standing = table.iter().filter(|(words, _)| self.stands(words));
        let (words, meaning) = standing.max_by_key(|(words, _)| words.len())?;
        self.take(words);
        Some(*meaning)
    }

    /// Takes characters while they belong.
    pub fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.next().filter(|c| belongs(*c)) {
            taken.push(character);
            self.at += 1;
        }
        taken
    }

    /// A decimal such as `6.80`, if one stands here.
    pub fn number(&mut self) -> Result<Option<Exact>, Unread> {
        let from = self.position();
        let mut digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return Ok(None);
        }
        let has_places =
            self.stands(".") && self.characters.get(self.at + 1).is_some_and(|(c, _)| c.is_ascii_digit());
        if has_places {
            self.at += 1;
            digits.push('.');
            digits.push_str(&self.take_while(|c| c.is_ascii_digit()));
        }
        let number = Exact::parse(&digits).ok_or(Unread { position: from, reason: Why::TooManyDigits })?;
        Ok(Some(number))
    }

    pub fn unread<T>(&self, reason: Why) -> Result<T, Unread> {
        Err(Unread { position: self.position(), reason })
    }
}

/// How long the markup is that begins here, such as `</u>`.
fn markup(rest: &[char]) -> Option<usize> {
    if rest.first() != Some(&'<') {
        return None;
    }
    let end = rest.iter().position(|c| *c == '>')?;
    let is_name = rest[1..end].iter().all(|c| c.is_ascii_alphabetic() || *c == '/');
    (end > 1 && is_name).then_some(end + 1)
}
