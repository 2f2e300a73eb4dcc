//! What other services' events make the sales service do.

mod customers;

pub use customers::CopyCustomers;
