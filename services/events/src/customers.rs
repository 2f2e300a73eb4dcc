//! What can happen in the customers service.
