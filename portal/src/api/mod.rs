//! The REST API under `/api/v1`: bearer tokens in, JSON and problem details out. Handlers turn a request
//! into a command, or a record into JSON; nothing is decided here.

mod answer; // what a submission is answered with
mod assess; // POST /assess
mod bearer; // who calls
mod bills; // bills, goods out, settlements: small forms
mod clock; // POST /clock
mod declarations; // lodging, lists, one declaration, its trace, its payment
mod disposals; // goods that nobody clears
mod files; // files of a declaration
mod guarantees; // lodging, lists, one guarantee, its decision, giving back
mod health;
mod list; // what an account may see of a kind
pub(crate) mod me;
mod officers; // appointments, delegations, who read what
pub(crate) mod openapi; // the document, made from the same table as the routes
mod parties; // authorisations of brokers, licences
mod periodic; // permits for periodic declaration, lists gathered, a month
mod quotes; // POST /quotes
mod receipts; // receipts, their check, the public keys
mod reference; // the document as a page
mod refunds; // applying, lists, one refund, its decision, the bank's answers
mod roster; // PUT /offices/{office}/roster
mod steps; // POST /declarations/{entry}/steps/{step}
mod table; // every route, once
mod tariff;

pub(crate) use answer::is_key;
pub(crate) use bearer::Bearer;
pub(crate) use clock::move_clock;
pub(crate) use declarations::{Found, Summed, Whole, found, whole};
pub(crate) use disposals::{file_response as disposal_file_response, submit as submit_disposal_step};
pub(crate) use files::response as file_response;
pub(crate) use guarantees::balances as guarantee_balances;
pub(crate) use receipts::{check as check_receipt, find as find_receipt};
pub(crate) use steps::submit as submit_step;
pub(crate) use table::router;
