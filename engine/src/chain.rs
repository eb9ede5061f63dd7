//! The chain as it stands, and closing a batch: events to stored events, tree and signed head.

use customhouse_kernel::journal::{Event, Hash, Head, Salt, Secret, Tree, leaf};
use customhouse_kernel::moment::Moment;
use customhouse_storage::StoredEvent;
use ed25519_dalek::SigningKey;

/// Where the chain stands.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub id: String,
    /// Number of the last head.
    pub head: u64,
    pub previous: Hash,
    pub next_seq: u64,
    pub salts: Salts,
}

/// Where salts come from.
#[derive(Clone, Debug)]
pub(crate) enum Salts {
    /// The machine's random bytes.
    Machine,
    /// Numbers that follow from a seed, for an engine that is moved by hand.
    Seeded(Hash),
}

/// A batch that is closed and not committed yet.
pub(crate) struct Closed {
    pub events: Vec<StoredEvent>,
    pub tree: Tree,
    pub head: Head,
}

impl Chain {
    /// Closes a batch of at least one event; the chain moves on only with [`Chain::advance`].
    pub fn close<'a>(
        &mut self,
        events: impl Iterator<Item = (&'a Event, Secret)>,
        moment: &Moment,
        key: &SigningKey,
    ) -> Closed {
        let number = self.head + 1;
        let stored = |(event, secret)| stored(event, secret, number, self.salts.throw());
        let events: Vec<StoredEvent> = events.map(stored).collect();
        let tree = Tree::new(events.iter().map(|e| leaf(&e.salt, e.payload.as_bytes())).collect());
        let mut head = Head {
            chain: self.id.clone(),
            number,
            previous: self.previous,
            root: tree.root(),
            first_event: self.next_seq,
            count: events.len() as u64,
            utc_micros: moment.utc_micros,
            key_id: String::new(),
            algorithm: String::new(),
            signature: String::new(),
        };
        head.sign(key);
        Closed { events, tree, head }
    }

    /// Takes a head that was committed.
    pub fn advance(&mut self, head: &Head) {
        self.head = head.number;
        self.previous = head.hash();
        self.next_seq = head.first_event + head.count;
    }
}

fn stored(event: &Event, secret: Secret, batch: u64, salt: Salt) -> StoredEvent {
    StoredEvent {
        seq: event.seq,
        batch,
        salt,
        secret,
        payload: serde_json::to_string(event).expect("our types serialise"),
        kind: event.kind.clone(),
        subject: event.subject.clone(),
        party: event.party.clone(),
        key: event.key.clone(),
    }
}

impl Salts {
    /// # Panics
    /// If the machine has no randomness, nothing can be salted safely.
    pub fn throw(&mut self) -> Salt {
        self.try_throw().expect("the machine gives random bytes")
    }

    /// # Errors
    /// The machine has no randomness.
    pub fn try_throw(&mut self) -> Result<Salt, getrandom::Error> {
        let mut salt = [0; 16];
        match self {
            Salts::Machine => getrandom::fill(&mut salt)?,
            Salts::Seeded(seed) => {
                salt.copy_from_slice(&seed.0[..16]);
                *seed = Hash::of(&seed.0);
            }
        }
        Ok(salt)
    }
}
