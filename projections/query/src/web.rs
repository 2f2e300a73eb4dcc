//! The web pages: what the read models hold, for people with a browser.
//!
//! Pages have no rights and no questions of their own. What they show they ask by the same RPCs as
//! everybody, in the person's name and through the same gate: so permissions, tenants, limits and
//! refusals are those of the RPC.
//!
//! A further page is a file beside `funnel.rs`: its texts in every language ([`language::texts`]), a
//! handler that asks ([`ask`]) and renders a template that extends `base.html`, and a
//! [`list::List`] for each table, which has its own address, pages and exports by that. Its routes are
//! merged below, its section stands in [`frame::Section`]; what people may not see, the RPC refuses.

mod ask;
mod assets;
mod chart;
mod daily;
mod dates;
mod export;
mod failure;
mod figure;
mod format;
mod frame;
mod funnel;
mod guard;
mod language;
mod list;
mod operations;
mod overview;
mod parameters;
mod points;
mod preferences;
mod receivables;
mod service;
mod session;
mod sign_in;
mod site;
mod table;
mod theme;
mod work;

use axum::{Router, middleware, routing::get};
use tower_http::compression::CompressionLayer;

pub(crate) use site::Site;

/// All pages.
pub(crate) fn router(site: Site) -> Router {
    Router::new()
        .route("/", get(overview::page))
        .merge(daily::routes())
        .merge(work::routes())
        .merge(funnel::routes())
        .merge(receivables::routes())
        .merge(service::routes())
        .merge(points::routes())
        .merge(operations::routes())
        .merge(sign_in::routes())
        .merge(preferences::routes())
        .fallback(async || failure::Failure::NotFound)
        .layer(middleware::from_fn_with_state(
            site.clone(),
            failure::as_pages,
        ))
        .layer(CompressionLayer::new())
        .merge(assets::routes())
        .layer(middleware::from_fn(guard::guard))
        .with_state(site)
}
