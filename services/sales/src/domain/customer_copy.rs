//! What the sales service knows of a customer.

use guanxi_events::sales::CustomerCopyEvent;

/// The decider of a customer's copy.
pub type CustomerCopy = guanxi_copies::CustomerCopy<CustomerCopyEvent>;
