//! Exchange 电子交换: message formats, from bytes to the departments' forms and back.
//!
//! Pure: bytes in, a [`Message`] or refusals out, and the reverse. Every reader takes [`Limits`], never
//! panics, names each fault with its place in the sender's own document, and keeps the sender's
//! spelling of values: what a value means is `control`'s to say. The bytes themselves are kept by the caller.
//!
//! Not here: whether a declaration is right (`control`), transport, signatures.

mod encoding; // UTF-8, GB 18030
pub mod json; // the JSON form
mod limits; // how much of anything a message may hold
mod message; // the formats together: detect, read, write, localise
pub mod refusals; // all that can be wrong with a message, in order of code
mod report; // what a reader found while it read
pub mod single_window; // the single window's DecMessage
mod text; // bytes to characters: encoding, byte order mark, control characters
mod xml; // XML to a plain tree, safe on hostile input

pub use encoding::Encoding;
pub use limits::Limits;
pub use message::{Format, Message, charset, detect, localise, read, read_in, write, write_in};
