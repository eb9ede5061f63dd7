//! What slows a guesser down: failed attempts are counted for each account from an address, and for
//! each address alone.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures within the window after which an account from one address must wait.
const PER_ACCOUNT: usize = 5;
/// The same for an address, whichever account it tries.
const PER_ADDRESS: usize = 30;
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Entries at most; beyond that old ones are dropped, and if none is old, new guessers wait.
const ENTRIES: usize = 20_000;

/// An address that counts as one: a whole IPv6 network of 64 bits belongs to one subscriber.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 => v4,
    }
}

type Key = (IpAddr, Option<String>);

/// Failed attempts of late.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    failures: Mutex<BTreeMap<Key, Vec<Instant>>>,
}

impl Throttle {
    /// Notes an attempt before it is made, so that parallel guesses count; `false` if it must wait.
    pub fn admit(&self, address: IpAddr, account: &str, now: Instant) -> bool {
        let address = network(address);
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= ENTRIES {
            failures.retain(|_, times| times.last().is_some_and(|t| now.duration_since(*t) < WINDOW));
            if failures.len() >= ENTRIES {
                return false;
            }
        }
        let keys = [((address, Some(account.to_owned())), PER_ACCOUNT), ((address, None), PER_ADDRESS)];
        for (key, limit) in &keys {
            if let Some(times) = failures.get_mut(key) {
                times.retain(|t| now.duration_since(*t) < WINDOW);
                if times.len() >= *limit {
                    return false;
                }
            }
        }
        for (key, _) in keys {
            failures.entry(key).or_default().push(now);
        }
        true
    }

    /// The attempt succeeded: it and the failures of this account from here are forgotten.
    pub fn succeeded(&self, address: IpAddr, account: &str) {
        let address = network(address);
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&(address, Some(account.to_owned())));
        if let Some(times) = failures.get_mut(&(address, None)) {
            times.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_waits_and_others_do_not() {
        let throttle = Throttle::default();
        let (here, there): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let start = Instant::now();
        for n in 0..PER_ACCOUNT {
            assert!(throttle.admit(here, "trader", start), "{n}");
        }
        assert!(!throttle.admit(here, "trader", start));
        assert!(throttle.admit(there, "trader", start) && throttle.admit(here, "carrier", start));
        assert!(throttle.admit(here, "trader", start + WINDOW));
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let throttle = Throttle::default();
        let here: IpAddr = "2001:db8::1".parse().unwrap();
        let start = Instant::now();
        for n in 0..PER_ADDRESS {
            assert!(throttle.admit(here, &format!("a{n}"), start));
        }
        assert!(!throttle.admit("2001:db8::2".parse().unwrap(), "b", start), "the same network");
    }

    #[test]
    fn success_forgets() {
        let throttle = Throttle::default();
        let here: IpAddr = "::ffff:10.0.0.1".parse().unwrap();
        for _ in 0..100 {
            assert!(throttle.admit(here, "trader", Instant::now()));
            throttle.succeeded(here, "trader");
        }
    }
}
