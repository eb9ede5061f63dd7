//! A quantity in parts: a bar for each, its numbers beside it, and one sentence that reads it.

/// Width of the whole bar in its own units.
const WIDTH: i128 = 1_000;

/// The bars of one quantity.
pub(crate) struct Bars {
    pub title: String,
    /// What it says, in one sentence.
    pub reading: String,
    /// What the columns of numbers are called.
    pub heads: Vec<String>,
    pub rows: Vec<Bar>,
}

/// One part.
pub(crate) struct Bar {
    pub label: String,
    /// Where it begins and how wide it is, of 1000.
    pub begin: i128,
    pub width: i128,
    /// How it is drawn: `good`, `wait`, `stop` or `plain`.
    pub tone: &'static str,
    pub numbers: Vec<String>,
}

impl Bars {
    /// Parts of a whole, each beginning where the one before it ends.
    pub fn of(
        title: String,
        reading: String,
        heads: Vec<String>,
        parts: impl IntoIterator<Item = (String, &'static str, i64, Vec<String>)>,
    ) -> Bars {
        let parts: Vec<_> = parts.into_iter().collect();
        let whole: i128 = parts.iter().map(|(_, _, amount, _)| i128::from(*amount)).sum();
        let at = |sum: i128| if whole > 0 { sum * WIDTH / whole } else { 0 };
        let mut sum = 0;
        let rows = parts.into_iter().map(|(label, tone, amount, numbers)| {
            let begin = at(sum);
            sum += i128::from(amount);
            let width = at(sum) - begin;
            // what is there is seen, however small
            let width = if amount > 0 { width.max(4) } else { 0 };
            Bar { label, begin: begin.min(WIDTH - width), width, tone, numbers }
        });
        Bars { title, reading, heads, rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_one_behind_another() {
        let check = |amounts: &[i64], expected: &[(i128, i128)]| {
            let parts = amounts.iter().map(|amount| (String::new(), "good", *amount, Vec::new()));
            let bars = Bars::of(String::new(), String::new(), Vec::new(), parts);
            let found: Vec<_> = bars.rows.iter().map(|bar| (bar.begin, bar.width)).collect();
            assert_eq!(found, expected, "{amounts:?}");
        };
        check(&[], &[]);
        check(&[0, 0], &[(0, 0), (0, 0)]);
        check(&[1, 3], &[(0, 250), (250, 750)]);
        check(&[1_000_000, 0, 1], &[(0, 999), (999, 0), (996, 4)]);
        check(&[i64::MAX, i64::MAX], &[(0, 500), (500, 500)]);
    }
}
