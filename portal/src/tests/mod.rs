//! Tests over a real engine in memory; the router is called in process.
#![allow(clippy::disallowed_methods)] // tests are shell

mod access; // who gets what, every route
mod api; // submissions, problems, bad input
mod documents; // OpenAPI and its page
mod pages;
mod steps;
mod work; // what a browser sees
mod support;
