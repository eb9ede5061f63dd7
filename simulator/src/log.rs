//! What happened, as one hash, with the last lines in words.

use customhouse_kernel::journal::Hash;
use std::collections::VecDeque;

/// Lines that a failure shows.
const SHOWN: usize = 25;

/// The log of a run.
pub struct Log {
    /// Of everything said until now, in order.
    pub hash: Hash,
    last: VecDeque<String>,
}

impl Log {
    pub fn new() -> Log {
        Log { hash: Hash::ZERO, last: VecDeque::new() }
    }

    pub fn say(&mut self, line: String) {
        let mut bytes = self.hash.0.to_vec();
        bytes.extend_from_slice(line.as_bytes());
        self.hash = Hash::of(&bytes);
        if self.last.len() == SHOWN {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    /// The last lines.
    pub fn last(&self) -> Vec<String> {
        self.last.iter().cloned().collect()
    }
}
