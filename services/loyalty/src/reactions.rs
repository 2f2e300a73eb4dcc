//! Other services' events that become commands here.

mod sales;

pub use sales::EarnFromSales;
