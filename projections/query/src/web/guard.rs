//! What every answer says to a browser, and which forms are not accepted.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Nothing that stands in a page runs: scripts and styles come from our own files alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Refuses what another site's page sends, and adds the headers.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let mut response = if reads || is_own(request.headers(), authority(&request)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What is shown to one person is kept for nobody else, and not after signing out.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What a request over HTTP/2 is addressed to.
fn authority(request: &Request) -> Option<&str> {
    let authority = request.uri().authority();
    authority.map(|authority| authority.as_str())
}

/// Whether a form was sent by a page of ours: every browser says where from.
fn is_own(headers: &HeaderMap, authority: Option<&str>) -> bool {
    let text = |name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value.and_then(|value| value.to_str().ok())
    };
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    let Some((_, origin)) = origin.split_once("://") else {
        return false;
    };
    text(header::HOST).or(authority) == Some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(headers: &[(&'static str, &'static str)], authority: Option<&str>) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        });
        is_own(&headers.collect(), authority)
    }

    #[test]
    fn a_form_is_taken_from_our_own_pages_only() {
        let host = ("host", "crm.example:7000");
        assert!(own(&[host, ("origin", "https://crm.example:7000")], None));
        assert!(!own(&[host, ("origin", "https://evil.example")], None));
        assert!(!own(&[host, ("origin", "null")], None));
        assert!(!own(&[host], None), "no browser leaves it out");
        let other = ("sec-fetch-site", "cross-site");
        assert!(!own(
            &[host, ("origin", "https://crm.example:7000"), other],
            None
        ));
        assert!(own(&[("sec-fetch-site", "same-origin")], None));
        assert!(own(
            &[("origin", "https://crm.example")],
            Some("crm.example")
        ));
    }
}
