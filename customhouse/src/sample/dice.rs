//! Seeded numbers (SplitMix64): the same ones for the same seed.

pub(crate) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        low + u32::try_from(self.next() % span).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: u32) -> bool {
        self.between(1, 100) <= of_hundred
    }

    /// The place of one of several, each as likely as its weight says; the first if none weighs anything.
    pub fn weighed(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let all: u32 = weights.clone().sum();
        let mut at = self.between(0, all.saturating_sub(1));
        for (place, weight) in weights.enumerate() {
            if at < weight {
                return place;
            }
            at -= weight;
        }
        0
    }

    /// One of several; the first of them if there is only one.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let last = u32::try_from(from.len().saturating_sub(1)).unwrap_or(0);
        &from[self.between(0, last) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_its_bounds_and_repeats_itself() {
        let roll = |seed| {
            (0..1000).map(|_| seed).scan(Dice::new(seed), |d, _| Some(d.between(3, 9))).collect::<Vec<_>>()
        };
        assert!(roll(1).iter().all(|n| (3..=9).contains(n)) && (3..=9).all(|n| roll(1).contains(&n)));
        assert_eq!(roll(1), roll(1));
        assert_ne!(roll(1), roll(2));
    }

    #[test]
    fn what_weighs_more_comes_more_often() {
        let mut dice = Dice::new(5);
        let mut counts = [0; 3];
        (0..4_000).for_each(|_| counts[dice.weighed([1, 0, 3].into_iter())] += 1);
        assert!(counts[1] == 0 && (800..1_200).contains(&counts[0]), "{counts:?}");
        assert_eq!(dice.weighed([0, 0].into_iter()), 0);
    }
}
