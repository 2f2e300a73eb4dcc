//! One trace runs from the call through the append to the read model (P-13).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use guanxi_cluster::{Caller, Cluster, HasReceipt, Plan, Role, requests};
use guanxi_harness::eventually;
use guanxi_runtime::Role as Granted;
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// Keeps every span that it is sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let spans = request.into_inner().resource_spans.into_iter();
        let spans = spans.flat_map(|r| r.scope_spans).flat_map(|s| s.spans);
        self.0.lock().unwrap().extend(spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    /// Listens on a free port; returns its address.
    async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = TraceServiceServer::new(self.clone());
        let incoming = TcpListenerStream::new(listener);
        tokio::spawn(
            Server::builder()
                .add_service(service)
                .serve_with_incoming(incoming),
        );
        address
    }
}

#[tokio::test]
async fn one_trace_runs_from_the_call_through_the_append_to_the_read_model() {
    let collector = Collector::default();
    let plan = Plan::new()
        .with(Role::Sales, 1)
        .with(Role::Project, 1)
        .variable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.listen().await)
        .variable("OTEL_BSP_SCHEDULE_DELAY", "100");
    let cluster = Cluster::start(plan).await.unwrap();
    let anna: Caller = cluster
        .caller(Role::Sales, "acme", "anna", &[Granted::Manager])
        .unwrap();
    let pipeline = anna.send(&requests::pipeline()).await.unwrap().receipt().id;
    anna.send(&requests::opportunity(&pipeline, "a deal", 1))
        .await
        .unwrap();

    eventually(Duration::from_secs(30), async || {
        let spans = collector.0.lock().unwrap().clone();
        let by_id: HashMap<_, _> = spans.iter().map(|span| (&span.span_id, span)).collect();
        let call = spans
            .iter()
            .find(|span| span.name.ends_with("/OpenOpportunity"))
            .ok_or("there is no span of the call")?;
        let append = spans
            .iter()
            .find(|span| span.name == "append" && span.trace_id == call.trace_id)
            .ok_or("there is no span of the append in the call's trace")?;
        let parent = by_id
            .get(&append.parent_span_id)
            .map(|span| span.span_id.clone());
        if parent.as_ref() != Some(&call.span_id) {
            return Err("the append is no part of the call");
        }
        let projected = spans.iter().filter(|span| span.name == "project");
        let linked = projected.flat_map(|span| &span.links).any(|link| {
            link.trace_id == call.trace_id
                && (link.span_id == call.span_id || link.span_id == append.span_id)
        });
        if linked {
            Ok(())
        } else {
            Err("no batch of the read model is linked to the call")
        }
    })
    .await
    .unwrap();
}
