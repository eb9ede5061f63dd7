//! The engine: the three beats. It queues commands, loads what a batch must see, decides one after
//! another over an overlay, commits once, and gives signed receipts. It owns its threads.
//!
//! Not here: what a command means (departments), how things are stored (storage), HTTP (portal).

#![allow(clippy::disallowed_methods)] // this room is the shell: it owns threads, keys and the clock

mod by_hand; // the threads turned by hand, for simulations
mod chain; // the chain as it stands, and closing a batch
mod clock; // where moments come from
mod due; // deadlines that fall
mod edition; // the law as loaded, edition by edition
mod handle; // the engine as its users see it
mod key; // signing keys on disk
mod outbox; // messages that must get out
mod overlay; // what a batch sees while it is decided
mod receipts; // proofs out of the store
mod refusals; // ENG-…
mod rehearse; // a draft tried over past trade
mod replay; // past declarations reckoned again
mod submission; // what goes in and comes out
mod verify; // the invariants, checked on a live database
mod verify_guarantees; // guarantees, as `verify` checks them
mod verify_periodic; // periodic declaration, as `verify` checks it
mod verify_refunds; // refunds, as `verify` checks them
mod verify_sales; // the money of goods that were sold
mod writer; // the one thread that decides and commits

pub use by_hand::{ByHand, Hand};
pub use clock::{Clock, ClockError};
pub use edition::{Edition, LawError, PackFiles};
pub use handle::{Engine, Settings, StartError, newest_pack};
pub use key::{KeyFile, KeyHistory, KnownKey};
pub use outbox::{Deliver, SimulatedBank, Undeliverable};
pub use receipts::receipt_of;
pub use rehearse::{Diverted, Draft, Needed, Rehearsal, Sums, Total, rehearse};
pub use replay::{Differs, Replayed, Span, replay};
pub use submission::{Command, Outcome, Sent, Submission, SubmitError};
pub use verify::{Finding, Progress, Verified, verify};
pub use writer::{Decide, Dice};
