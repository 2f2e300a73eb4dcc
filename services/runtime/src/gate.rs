//! The gate in front of every RPC: finds out who calls, asks whether they may, bounds what is in
//! flight, keeps the deadline, and opens the span of the trace.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use guanxi_eventlog::{Place, Places};
use guanxi_events::TenantId;
use guanxi_proto::METHODS;
use tonic::{
    Code, Status,
    body::Body,
    codegen::http::{Request, Response, header::AUTHORIZATION},
};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::{
    config::Limits, deadline::Deadline, errors, heartbeat::Heartbeat, identity::Verifier, telemetry,
};

/// Makes gates.
#[derive(Clone)]
pub struct GateLayer {
    shared: Arc<Shared>,
}

struct Shared {
    verifier: Verifier,
    in_flight: Places,
    /// Beats from when calls may come.
    heartbeat: OnceLock<Heartbeat>,
    default_deadline: Duration,
    actions: HashMap<&'static str, &'static str>,
}

/// One gate in front of one service.
#[derive(Clone)]
pub struct Gate<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl GateLayer {
    /// At most as many calls at a time, and each as long, as the limits say.
    pub fn new(verifier: Verifier, limits: &Limits) -> Self {
        let actions = METHODS
            .iter()
            .map(|method| (method.path, method.action))
            .collect();
        let in_flight = Places::new(limits.in_flight);
        Self {
            shared: Arc::new(Shared {
                verifier,
                in_flight,
                heartbeat: OnceLock::new(),
                default_deadline: limits.default_deadline(),
                actions,
            }),
        }
    }

    /// Calls may come from now on: whatever stands still keeps them waiting. In a runtime.
    pub(crate) fn open(&self) {
        self.shared.heartbeat.get_or_init(Heartbeat::start);
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gate<S>;

    fn layer(&self, inner: S) -> Gate<S> {
        Gate {
            inner,
            shared: self.shared.clone(),
        }
    }
}

impl Shared {
    /// Lets the caller in, or says why not. Where nobody is let in it does not ask who it is.
    fn admit<B>(&self, request: &mut Request<B>) -> Result<Place, Status> {
        if self.in_flight.are_taken() {
            return Err(overloaded());
        }
        let tenant = self.identify(request)?;
        self.in_flight.take(&tenant).ok_or_else(overloaded)
    }

    /// Whose call it is, if they may.
    fn identify<B>(&self, request: &mut Request<B>) -> Result<TenantId, Status> {
        let path = request.uri().path();
        let action = self
            .actions
            .get(path)
            .copied()
            .filter(|action| !action.is_empty());
        let action = action.ok_or_else(|| Status::unimplemented("there is no such method"))?;
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let identity = self
            .verifier
            .verify(header)
            .map_err(|error| errors::unauthenticated(&error))?;
        if !identity.may(action) {
            return Err(errors::forbidden(action));
        }
        let tenant = identity.tenant.clone();
        request.extensions_mut().insert(identity);
        Ok(tenant)
    }
}

fn overloaded() -> Status {
    metrics::counter!("guanxi_calls_refused_total", "reason" => "overload").increment(1);
    errors::overloaded("too many calls are in flight")
}

impl<S, B> Service<Request<B>> for Gate<S>
where
    S: Service<Request<B>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if is_open(request.uri().path()) {
            return Box::pin(self.inner.call(request));
        }
        let place = match self.shared.admit(&mut request) {
            Ok(place) => place,
            Err(status) => return Box::pin(async move { Ok(status.into_http()) }),
        };
        let heartbeat = self.shared.heartbeat.get();
        let since = heartbeat.and_then(Heartbeat::stood_since);
        let deadline = Deadline::of(request.headers(), self.shared.default_deadline, since);
        request.extensions_mut().insert(deadline);
        // The service that was polled ready is the one to call; its clone takes its place.
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let method = self.shared.actions.get_key_value(request.uri().path());
        let rpc = method.map_or("other", |(path, _)| *path);
        let span = tracing::info_span!("rpc", otel.name = rpc, rpc);
        telemetry::continue_trace(&span, request.headers());
        let started = Instant::now();
        let run = async move {
            let answer = deadline.bound(inner.call(request)).await.map(with_reason);
            drop(place);
            metrics::histogram!("guanxi_call_seconds", "rpc" => rpc)
                .record(started.elapsed().as_secs_f64());
            answer
        };
        Box::pin(run.instrument(span))
    }
}

/// What cannot be decoded never reaches a service: tonic answers it as an internal error, though it
/// is the caller's mistake. Errors of ours carry details; tonic's own carry none.
fn with_reason(answer: Response<Body>) -> Response<Body> {
    let headers = answer.headers();
    if headers.contains_key(Status::GRPC_STATUS_DETAILS) {
        return answer;
    }
    match Status::from_header_map(headers) {
        Some(status) if status.code() == Code::Internal => {
            errors::unreadable(status.message()).into_http()
        }
        _ => answer,
    }
}

/// Health and reflection are open to all, also under overload: they tell nothing that the contracts
/// do not, and a probe that is refused would end a replica when it is needed most.
fn is_open(path: &str) -> bool {
    path.starts_with("/grpc.health.") || path.starts_with("/grpc.reflection.")
}
