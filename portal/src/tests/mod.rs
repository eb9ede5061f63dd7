//! Tests over a real engine in memory; the router is called in process.
#![allow(clippy::disallowed_methods)] // tests are shell

mod access; // who gets what, every route
mod advance; // declared before entry
mod api; // submissions, problems, bad input
mod documents; // OpenAPI and its page
mod exports; // exports through the API
mod guarantees; // guarantees through the API
mod pages; // what a browser sees
mod party_pages; // exports, guarantees, brokers, licences in a browser
mod quotes;
mod reads;
mod refunds;
mod steps; // steps through the API
mod support;
mod work; // the work list
