//! Finance 财务: payment books, payment terms, collection. Pure: values in, postings and books out.
//!
//! Not here: how much is owed (`duties`), what follows from being paid (`control`), the bank.

mod accounts; // the chart of accounts of money
mod book; // payment books
mod collect; // what becomes of money that comes in
pub mod refusals; // FIN-…
mod term; // by when to pay

pub use accounts::{CHART, duty_assessed, duty_owed, held, refundable, treasury};
pub use book::{BookNumber, PaymentBook, books_for};
pub use collect::{Collection, collect, hold};
pub use refusals::ALL as REFUSALS;
pub use term::{PaymentTerm, PaymentTerms};
