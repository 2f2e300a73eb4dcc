//! The gRPC contracts of Guanxi and the types generated from them.

#![allow(missing_docs, reason = "the contracts carry the documentation")]
#![allow(clippy::all, reason = "generated code")]

/// The descriptors of every contract, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guanxi.fds"));

/// One RPC, as its contract describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// `/package.Service/Method`.
    pub path: &'static str,
    /// The action that the caller's roles must grant; every RPC names one.
    pub action: &'static str,
    /// The full name of the request message.
    pub request: &'static str,
}

/// Every RPC of every service, from the contracts themselves.
pub const METHODS: &[Method] = include!(concat!(env!("OUT_DIR"), "/methods.rs"));

/// `google.type`.
pub mod google {
    pub mod r#type {
        tonic::include_proto!("google.r#type");
    }
}

/// `guanxi.*`.
pub mod guanxi {
    pub mod types {
        pub mod v1 {
            tonic::include_proto!("guanxi.types.v1");
        }
    }
    pub mod customers {
        pub mod v1 {
            tonic::include_proto!("guanxi.customers.v1");
        }
    }
    pub mod sales {
        pub mod v1 {
            tonic::include_proto!("guanxi.sales.v1");
        }
    }
    pub mod service {
        pub mod v1 {
            tonic::include_proto!("guanxi.service.v1");
        }
    }
    pub mod loyalty {
        pub mod v1 {
            tonic::include_proto!("guanxi.loyalty.v1");
        }
    }
    pub mod query {
        pub mod v1 {
            tonic::include_proto!("guanxi.query.v1");
        }
    }
}

pub use google::r#type as google_type;
pub use guanxi::{customers, loyalty, query, sales, service, types};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rpc_names_its_action() {
        assert!(!METHODS.is_empty());
        let without: Vec<_> = METHODS.iter().filter(|m| m.action.is_empty()).collect();
        assert!(without.is_empty(), "no action: {without:?}");
    }
}
