//! What all pages stand on.

use std::sync::Arc;

use guanxi_runtime::{AuthError, DevelopmentIssuer, GateLayer, Verifier, config::Config};
use tonic::service::Routes;

use super::{ask::Inside, operations::Moments};
use crate::Queries;

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Site {
    pub(super) config: Arc<Config>,
    pub(super) verifier: Verifier,
    /// Signs people in without a password; in development only.
    pub(super) issuer: Option<DevelopmentIssuer>,
    /// The RPCs, behind their gate.
    pub(super) rpcs: Inside,
    pub(super) queries: Queries,
    /// How far the logs and models were at the last looks.
    pub(super) moments: Moments,
}

impl Site {
    /// Pages that ask the RPCs of `routes` through `gate`.
    ///
    /// # Errors
    /// When the development issuer is configured, but cannot be opened.
    pub(crate) fn new(
        queries: Queries,
        routes: Routes,
        gate: &GateLayer,
        verifier: Verifier,
    ) -> Result<Self, AuthError> {
        let config = queries.config.clone();
        let develops = config.development && config.auth.development_secret_file.is_some();
        let issuer = develops.then(|| DevelopmentIssuer::open(&config.auth));
        Ok(Self {
            issuer: issuer.transpose()?,
            config,
            verifier,
            rpcs: tower::Layer::layer(gate, routes),
            queries,
            moments: Moments::default(),
        })
    }
}
