//! Calls the services as any program does, and calls again where that is the right answer.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context;
use guanxi_runtime::{DevelopmentIssuer, Identity, Role, config::Config};
use tokio::time::{Instant, sleep};
use tonic::{
    Code, Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use tonic_types::StatusExt;

use crate::dev::TENANT;

/// How long a call may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long a call is repeated before it is given up.
const PATIENCE: Duration = Duration::from_secs(120);
/// Pauses between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// A caller with the importer's role: one channel to each service, and a token of each of two
/// people.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(super) customers: Channel,
    pub(super) sales: Channel,
    pub(super) service: Channel,
    pub(super) loyalty: Channel,
    pub(super) query: Channel,
    token: MetadataValue<Ascii>,
    other: MetadataValue<Ascii>,
}

impl Caller {
    /// Connects to what runs at the addresses, by the role that serves there.
    pub(crate) async fn connect(
        grpc: &BTreeMap<String, String>,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let issuer = DevelopmentIssuer::open(&config.auth)?;
        let token = |person: &str| -> anyhow::Result<MetadataValue<Ascii>> {
            let importer = Identity {
                tenant: TENANT.parse()?,
                person: person.parse()?,
                // A manager as well, for customers are registered for their owners.
                roles: vec![Role::Importer, Role::Manager],
            };
            let day = Duration::from_secs(86_400);
            Ok(format!("Bearer {}", issuer.issue(&importer, day)?).parse()?)
        };
        let channel = async |name: &str| -> anyhow::Result<Channel> {
            let address = grpc
                .get(name)
                .with_context(|| format!("{name} is not served"))?;
            let channel = Channel::from_shared(format!("http://{address}"))?;
            Ok(channel.tcp_nodelay(true).connect().await?)
        };
        Ok(Self {
            customers: channel("customers").await?,
            sales: channel("sales").await?,
            service: channel("service").await?,
            loyalty: channel("loyalty").await?,
            query: channel("query").await?,
            token: token("importer")?,
            other: token("approver")?,
        })
    }

    /// The other person, who approves what the first one asks for.
    pub(super) fn approver(&self) -> Self {
        Self {
            token: self.other.clone(),
            other: self.token.clone(),
            ..self.clone()
        }
    }

    /// Sends a message until it is answered; each time with the same command id.
    pub(super) async fn send<M: Clone, A>(
        &self,
        message: M,
        mut call: impl AsyncFnMut(Request<M>) -> Result<Response<A>, Status>,
    ) -> Result<A, Status> {
        persist(async || call(self.request(message.clone())).await).await
    }

    /// A message with the token and a deadline.
    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.token.clone());
        request.set_timeout(DEADLINE);
        request
    }
}

/// Calls until there is an answer that another try would not change. Each try carries the same
/// command id, so that a command whose answer was lost has its effect once.
pub(super) async fn persist<T>(
    mut call: impl AsyncFnMut() -> Result<Response<T>, Status>,
) -> Result<T, Status> {
    let begun = Instant::now();
    let (mut pause, longest) = PAUSES;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(status) if passes(&status) && begun.elapsed() < PATIENCE => sleep(pause).await,
            Err(status) => return Err(status),
        }
        pause = (pause * 2).min(longest);
    }
}

/// Whether it will pass by itself.
fn passes(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::Aborted => {
            true
        }
        // A customer that was registered a moment ago is on its way to the sales service.
        Code::FailedPrecondition => status
            .get_details_error_info()
            .is_some_and(|info| info.reason == "CUSTOMER_UNKNOWN"),
        _ => false,
    }
}
