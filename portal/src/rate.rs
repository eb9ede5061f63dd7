//! How often anyone may ask for what is reckoned on the spot: so many times a minute from one network.

use crate::sign_in::network;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Askings of one network within the window.
const ASKINGS: u32 = 60;
const WINDOW: Duration = Duration::from_secs(60);
/// Networks at most; beyond that old ones are dropped, and if none is old, new ones wait.
const NETWORKS: usize = 20_000;

/// Askings of late: since when, and how many, by network.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    asked: Mutex<BTreeMap<IpAddr, (Instant, u32)>>,
}

impl Rate {
    /// Counts an asking; `false` if it must wait.
    pub fn admit(&self, address: IpAddr, now: Instant) -> bool {
        let network = network(address);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= NETWORKS && !asked.contains_key(&network) {
            asked.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
            if asked.len() >= NETWORKS {
                return false;
            }
        }
        let (since, times) = asked.entry(network).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *times) = (now, 0);
        }
        *times = times.saturating_add(1);
        *times <= ASKINGS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_waits_and_others_do_not() {
        let rate = Rate::default();
        let (here, there): (IpAddr, IpAddr) =
            ("2001:db8::1".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        let start = Instant::now();
        for n in 0..ASKINGS {
            assert!(rate.admit(here, start), "{n}");
        }
        assert!(!rate.admit("2001:db8::2".parse().unwrap(), start), "the same network");
        assert!(rate.admit(there, start));
        assert!(!rate.admit(here, start + WINDOW / 2));
        assert!(rate.admit(here, start + WINDOW));
    }
}
