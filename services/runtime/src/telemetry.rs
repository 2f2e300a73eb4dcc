//! Logs, traces and metrics of one process.

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::{
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider as _},
};
use opentelemetry_sdk::{propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tonic::codegen::http::HeaderMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// What stays open as long as the process runs.
pub struct Telemetry {
    /// Renders the metrics for Prometheus.
    pub metrics: PrometheusHandle,
    traces: Option<SdkTracerProvider>,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The exporter of traces.
    #[error("traces: {0}")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The recorder of metrics.
    #[error("metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// It was set up before in this process.
    #[error("telemetry: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Bounds of the latency histograms, in seconds.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0,
];

impl Telemetry {
    /// Logs to standard error (JSON when it is no terminal or as `GUANXI_LOG_FORMAT=json|text` says, levels
    /// by `RUST_LOG`); traces go to `OTEL_EXPORTER_OTLP_ENDPOINT` when it is set.
    ///
    /// # Errors
    /// [`TelemetryError`].
    pub fn start(role: &str) -> Result<Self, TelemetryError> {
        let traces = traces(role)?;
        let filter = EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new("info,async_nats=warn,tonic=warn"));
        let json = match std::env::var("GUANXI_LOG_FORMAT").as_deref() {
            Ok("json") => true,
            Ok("text") => false,
            _ => !std::io::IsTerminal::is_terminal(&std::io::stderr()),
        };
        let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let logs = if json {
            logs.json().boxed()
        } else {
            logs.boxed()
        };
        let spans = traces
            .as_ref()
            .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("guanxi")));
        tracing_subscriber::registry()
            .with(filter)
            .with(spans)
            .with(logs)
            .try_init()?;
        let metrics = count()?;
        Ok(Self { metrics, traces })
    }

    /// Sends what is buffered.
    pub fn stop(self) {
        if let Some(traces) = self.traces {
            // Nothing is left to be told of a failure here.
            drop(traces.shutdown());
        }
    }
}

/// Counts from now on what this process does. [`run_upkeep`](PrometheusHandle::run_upkeep) is to be called now
/// and then, or what is timed piles up.
///
/// # Errors
/// When the process counts already.
pub fn count() -> Result<PrometheusHandle, TelemetryError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?;
    Ok(builder.install_recorder()?)
}

fn traces(role: &str) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !set("OTEL_EXPORTER_OTLP_ENDPOINT") && !set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
        return Ok(None);
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .build()?;
    let resource = opentelemetry_sdk::Resource::builder()
        .with_service_name(format!("guanxi-{role}"))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    Ok(Some(provider))
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

/// Makes the span a child of the caller's trace.
pub fn continue_trace(span: &Span, headers: &HeaderMap) {
    let context = TraceContextPropagator::new().extract(&Headers(headers));
    if context.span().span_context().is_valid() {
        // Fails only where no tracer is installed, and then there is nothing to continue.
        drop(span.set_parent(context));
    }
}

/// The W3C `traceparent` of the current span; none where nothing is traced.
pub fn current_traceparent() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| {
        let flags = span.trace_flags().to_u8();
        format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id())
    })
}

/// Links the current span to the trace of an event that it handles.
pub fn link_to(traceparent: &str) {
    let carrier =
        std::collections::HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let context = TraceContextPropagator::new().extract(&carrier);
    let cause = context.span().span_context().clone();
    if cause.is_valid() {
        Span::current().add_link(cause);
    }
}
