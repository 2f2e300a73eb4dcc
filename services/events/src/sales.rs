//! What can happen in the sales service.
