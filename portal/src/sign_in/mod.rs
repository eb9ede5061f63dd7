//! Signing in to the pages: passwords, sessions, and what slows a guesser down.

mod forms; // the sign-in page, signing in and out
mod session;
mod throttle;

pub(crate) use forms::{enter, leave, show};
use session::hours;
pub(crate) use session::{SESSIONS, Session, cookie_value, over, viewer};
pub(crate) use throttle::{Throttle, network};
