//! Pages on the port of the services: what is no call of an RPC goes to them.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::Router;
use bytes::Bytes;
use tonic::{
    body::Body,
    codegen::http::{HeaderMap, Request, Response, header::CONTENT_TYPE},
};
use tower::{Layer, Service};

/// Puts pages beside the services.
#[derive(Clone)]
pub(crate) struct BesideLayer {
    pages: Router,
}

/// The services, with pages beside them.
#[derive(Clone)]
pub(crate) struct Beside<S> {
    rpcs: S,
    pages: Router,
}

impl BesideLayer {
    pub(crate) fn new(pages: Router) -> Self {
        Self { pages }
    }
}

impl<S> Layer<S> for BesideLayer {
    type Service = Beside<S>;

    fn layer(&self, rpcs: S) -> Beside<S> {
        Beside {
            rpcs,
            pages: self.pages.clone(),
        }
    }
}

impl<S, B> Service<Request<Body>> for Beside<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    S::Future: Send + 'static,
    B: tonic::codegen::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<tonic::codegen::StdError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router is always ready.
        self.rpcs.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if is_rpc(request.uri().path(), request.headers()) {
            let answer = self.rpcs.call(request);
            return Box::pin(async move { Ok(answer.await?.map(Body::new)) });
        }
        let answer = self.pages.call(request.map(axum::body::Body::new));
        Box::pin(async move { Ok(answer.await?.map(Body::new)) })
    }
}

/// `/package.Service/Method`, or whatever is sent as a call. No page has a dot in the first part of
/// its path and another part behind it.
fn is_rpc(path: &str, headers: &HeaderMap) -> bool {
    let service = path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .is_some_and(|(service, _)| service.contains('.'));
    let content = headers.get(CONTENT_TYPE);
    service || content.is_some_and(|content| content.as_bytes().starts_with(b"application/grpc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_to_the_services_and_everything_else_to_the_pages() {
        let none = HeaderMap::new();
        assert!(is_rpc("/guanxi.query.v1.FunnelService/GetFunnel", &none));
        assert!(is_rpc("/grpc.health.v1.Health/Check", &none));
        for page in ["/", "/funnel", "/favicon.ico", "/assets/guanxi-1.css"] {
            assert!(!is_rpc(page, &none), "{page}");
        }
        let grpc = [(CONTENT_TYPE, "application/grpc-web+proto".parse().unwrap())];
        assert!(is_rpc("/funnel", &grpc.into_iter().collect()));
    }
}
