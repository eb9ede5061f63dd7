//! The engine against the law: published and worked examples, every combination of competing rates,
//! and what must hold for any consignment. Each country here is a few lines of text in the test.

mod china;
mod country;
mod examples;
mod exports;
mod golden;
mod origin;
mod other_country;
mod properties;
mod published_taxes;
mod rate_choice;
mod rate_forms;
mod rate_texts;
mod scenarios;
mod special;
mod steps;
