//! Text that PostgreSQL can keep: it has no U+0000. That character is written as U+0001 U+0001 and U+0001 as
//! U+0001 U+0002, so that every text comes back as it was and texts keep their order.

use std::borrow::Cow;

const ESCAPE: char = '\u{1}';

/// The text as the database keeps it.
pub fn kept(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b < 2) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0' => kept.extend([ESCAPE, '\u{1}']),
            ESCAPE => kept.extend([ESCAPE, '\u{2}']),
            other => kept.push(other),
        }
    }
    Cow::Owned(kept)
}

/// The text as it was.
pub fn given(kept: String) -> String {
    if !kept.contains(ESCAPE) {
        return kept;
    }
    let mut text = String::with_capacity(kept.len());
    let mut chars = kept.chars();
    while let Some(c) = chars.next() {
        match c {
            ESCAPE if chars.next() == Some('\u{1}') => text.push('\0'),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn odd() -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(vec!['\0', '\u{1}', '\u{2}', 'a', '海']), 0..6)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn texts_come_back_in_the_same_order(a in odd(), b in odd()) {
            prop_assert_eq!(given(kept(&a).into_owned()), a.clone());
            prop_assert!(!kept(&a).contains('\0'));
            prop_assert_eq!(kept(&a).cmp(&kept(&b)), a.cmp(&b));
        }
    }
}
