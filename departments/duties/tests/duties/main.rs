//! The engine against the law: published and worked examples, every combination of competing rates,
//! and what must hold for any consignment. Each country here is a few lines of text in the test.

mod calculator;
mod china;
mod country;
mod examples;
mod exports;
mod five_minutes;
mod golden;
mod origin;
mod other_country;
mod properties;
mod published_taxes;
mod rate_choice;
mod rate_forms;
mod rate_texts;
mod recomputed;
mod scenarios;
mod special;
mod steps;
