//! Finance 财务: payment books, payment terms, collection, what lateness costs, guarantees. Pure: values
//! in, postings and books out.
//!
//! Not here: how much is owed (`duties`), what follows from being paid (`control`), the bank.

mod accounts; // the chart of accounts of money
mod aggregate_term; // by when to pay for a whole month
mod book; // payment books
mod ceiling; // how much a guarantee may come to
mod collect; // what becomes of money that comes in
mod daily; // amounts that grow by the day
mod guarantee; // lodged, reserved, released, claimed, given back
mod late_declaration; // the fee of a late declaration
mod refund; // grounds, terms, interest and postings of refunds
pub mod refusals; // FIN-…
mod sale; // what becomes of the proceeds of goods that are sold
#[cfg(test)]
mod sample; // the pack's rules, for tests
mod surcharge; // what late payment costs
mod term; // by when to pay

pub use accounts::{
    CHART, LATE_DECLARATION, LATE_PAYMENT, REFUND_INTEREST, duty_assessed, duty_owed, guarantee_claimed,
    guarantee_free, guarantee_given, guarantee_reserved, guarantee_returned, held, is_tax, refund_ordered,
    refundable, sale_costs, sale_proceeds, sale_realised, sale_refunded, sale_surplus, sale_treasury,
    treasury,
};
pub use aggregate_term::AggregateTerms;
pub use book::{BookNumber, PaymentBook, books_for, cancel};
pub use ceiling::{CeilingFacts, GuaranteeBar, GuaranteeCeiling, GuaranteeCeilings};
pub use collect::{Collection, collect, hold, refund};
pub use guarantee::{GuaranteeCase, GuaranteeKind, GuaranteeMeans, GuaranteeRecord};
pub use late_declaration::{LateDeclarationFee, LateDeclarationFees};
pub use refund::{
    DepositRates, RefundGround, RefundGrounds, RefundInterest, RestsOn, ReturnsOfGoods, order_refund,
    pay_out_refund, put_back_refund, share,
};
pub use refusals::ALL as REFUSALS;
pub use sale::{
    SALE_SURPLUS, SaleDistribution, SalePart, SaleRest, SaleRule, SaleRules, lapse_surplus, refund_surplus,
};
pub use surcharge::{LatePaymentSurcharge, LatePaymentSurcharges};
pub use term::{PaymentTerm, PaymentTerms};
