//! What can happen in the customers service.

crate::typed_id! {
    /// One customer.
    CustomerId
}
