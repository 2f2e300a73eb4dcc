//! A client as good clients are: round robin over the replicas, and the same command again to the
//! next one until there is an answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use bytes::{Buf, BufMut, Bytes};
use prost::Message;
use tokio::time::sleep;
use tonic::{
    Code, Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use crate::Rpc;

/// The gRPC ports of one role.
#[derive(Clone)]
pub struct Replicas(Arc<Ports>);

struct Ports {
    channels: Vec<Channel>,
    next: AtomicUsize,
}

impl Replicas {
    /// At these ports of 127.0.0.1; connections are made when they are needed, and made again.
    ///
    /// # Errors
    /// When there is none.
    pub fn new(ports: impl IntoIterator<Item = u16>) -> anyhow::Result<Self> {
        let mut channels = Vec::new();
        for port in ports {
            let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?
                .connect_timeout(Duration::from_secs(2))
                .http2_keep_alive_interval(Duration::from_secs(5))
                .keep_alive_timeout(Duration::from_secs(5))
                .tcp_nodelay(true);
            channels.push(endpoint.connect_lazy());
        }
        anyhow::ensure!(!channels.is_empty(), "the cluster has no such replica");
        let next = AtomicUsize::new(0);
        Ok(Self(Arc::new(Ports { channels, next })))
    }

    /// The channel of one replica, from 0.
    pub fn channel(&self, replica: usize) -> Channel {
        self.0.channels[replica % self.0.channels.len()].clone()
    }

    fn next(&self) -> Channel {
        self.channel(self.0.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Someone who calls one role.
#[derive(Clone)]
pub struct Caller {
    replicas: Replicas,
    token: Option<String>,
    replica: Option<usize>,
    deadline: Duration,
    patience: Duration,
}

impl Caller {
    /// With a token, or without.
    pub fn new(replicas: Replicas, token: Option<String>) -> Self {
        Self {
            replicas,
            token,
            replica: None,
            deadline: Duration::from_secs(10),
            patience: Duration::from_secs(90),
        }
    }

    /// The same caller, always at one replica.
    #[must_use]
    pub fn at(&self, replica: usize) -> Self {
        Self {
            replica: Some(replica),
            ..self.clone()
        }
    }

    /// The same caller, over connections of their own.
    #[must_use]
    pub fn over(&self, replicas: Replicas) -> Self {
        Self {
            replicas,
            ..self.clone()
        }
    }

    /// The same caller, who gives every single call this long.
    #[must_use]
    pub fn within(&self, deadline: Duration) -> Self {
        Self {
            deadline,
            ..self.clone()
        }
    }

    /// One call.
    ///
    /// # Errors
    /// What is answered, or that nothing is.
    pub async fn send<R: Rpc>(&self, request: &R) -> Result<R::Response, Status> {
        let path = R::path().map_err(|error| Status::unimplemented(error.to_string()))?;
        let answer = self.raw(path, request.encode_to_vec().into()).await?;
        R::Response::decode(answer).map_err(|error| Status::data_loss(error.to_string()))
    }

    /// Calls until there is an answer: what passes by itself is not one. A command goes out with
    /// the same id each time, so it takes effect once.
    ///
    /// # Errors
    /// The refusal; or what came last, when nobody answers for a minute and a half.
    pub async fn answered<R: Rpc>(&self, request: &R) -> Result<R::Response, Status> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(10);
        loop {
            match self.send(request).await {
                Err(status) if is_passing(&status) && started.elapsed() < self.patience => {
                    sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_millis(500));
                }
                answer => return answer,
            }
        }
    }

    /// One call of any RPC, with a message of any bytes; of a stream, its first message.
    ///
    /// # Errors
    /// What is answered, or that nothing is.
    pub async fn raw(&self, path: &'static str, message: Bytes) -> Result<Bytes, Status> {
        let channel = match self.replica {
            Some(replica) => self.replicas.channel(replica),
            None => self.replicas.next(),
        };
        let mut client = Grpc::new(channel);
        client
            .ready()
            .await
            .map_err(|error| Status::from_error(error.into()))?;
        let mut request = Request::new(message);
        request.set_timeout(self.deadline);
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse();
            let value = value.map_err(|_| Status::invalid_argument("the token is no header"))?;
            request.metadata_mut().insert("authorization", value);
        }
        let path = PathAndQuery::from_static(path);
        // As a stream, which a single answer is too: the first message or the status.
        let answers = client.server_streaming(request, path, Plain).await;
        let answers = answers.map_err(timed_out)?;
        let first = answers.into_inner().message().await.map_err(timed_out)?;
        first.ok_or_else(|| Status::data_loss("an empty answer"))
    }
}

/// The client's own clock calls it CANCELLED where gRPC says DEADLINE_EXCEEDED.
fn timed_out(status: Status) -> Status {
    if status.code() == Code::Cancelled && status.message() == "Timeout expired" {
        Status::deadline_exceeded(status.message())
    } else {
        status
    }
}

/// Whether the same call may well be answered when it is sent again.
pub fn is_passing(status: &Status) -> bool {
    // What did not come from a service at all: the connection broke.
    let broken = std::error::Error::source(status).is_some();
    let passing = [
        Code::Unavailable,
        Code::DeadlineExceeded,
        Code::ResourceExhausted,
        Code::Cancelled,
    ];
    broken || passing.contains(&status.code())
}

/// The code that a program reads: `ErrorInfo.reason`.
///
/// # Errors
/// When the status has none.
pub fn reason(status: &Status) -> anyhow::Result<String> {
    let info = status.get_details_error_info();
    let info = info.with_context(|| format!("no ErrorInfo in {status:?}"))?;
    Ok(info.reason)
}

/// Messages as they are.
#[derive(Clone, Copy)]
struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(message);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = from.remaining();
        Ok(Some(from.copy_to_bytes(length)))
    }
}
