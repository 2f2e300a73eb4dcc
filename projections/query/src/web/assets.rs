//! Style and scripts. Each is served under a name that changes with its content, so a browser may
//! keep it for ever.

use std::{io::Write, sync::LazyLock};

use axum::{
    Router,
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use uuid::Uuid;

use super::site::Site;

/// A file.
pub(super) struct Asset {
    /// With a digest of the content: `guanxi-0123456789abcdef.css`.
    name: String,
    kind: &'static str,
    plain: &'static [u8],
    zipped: Bytes,
}

/// All files.
pub(super) struct Assets {
    style: Asset,
    script: Asset,
    charts: Asset,
    icon: Asset,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new(
        ("guanxi", "css", "text/css; charset=utf-8"),
        include_bytes!("../../assets/guanxi.css"),
    ),
    script: Asset::new(
        ("guanxi", "js", SCRIPT),
        include_bytes!("../../assets/guanxi.js"),
    ),
    charts: Asset::new(
        ("echarts", "js", SCRIPT),
        include_bytes!("../../assets/echarts.min.js"),
    ),
    icon: Asset::new(
        ("icon", "svg", "image/svg+xml"),
        include_bytes!("../../assets/icon.svg"),
    ),
});

impl Asset {
    fn new((name, ending, kind): (&str, &str, &'static str), plain: &'static [u8]) -> Self {
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, plain)
            .simple()
            .to_string();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory does not fail; what was not zipped whole would be served plain.
        let zipped = encoder.write_all(plain).and_then(|()| encoder.finish());
        Self {
            name: format!("{name}-{}.{ending}", &digest[..16]),
            kind,
            plain,
            zipped: zipped.unwrap_or_default().into(),
        }
    }

    fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

impl Assets {
    /// Those of this program.
    pub(super) fn get() -> &'static Self {
        &ASSETS
    }

    /// Where the style is.
    pub(super) fn style(&self) -> String {
        self.style.path()
    }

    /// Where the pages' own script is.
    pub(super) fn script(&self) -> String {
        self.script.path()
    }

    /// Where ECharts is.
    pub(super) fn charts(&self) -> String {
        self.charts.path()
    }

    /// Where the icon is.
    pub(super) fn icon(&self) -> String {
        self.icon.path()
    }
}

/// Serves them.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Assets {
        style,
        script,
        charts,
        icon,
    } = Assets::get();
    let mut all = [style, script, charts, icon].into_iter();
    let Some(asset) = all.find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let head = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "accept-encoding"),
    ];
    let accepted = headers.get(header::ACCEPT_ENCODING);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.contains("gzip")) && !asset.zipped.is_empty() {
        let zipped = [(header::CONTENT_ENCODING, "gzip")];
        return (head, zipped, asset.zipped.clone()).into_response();
    }
    (head, asset.plain).into_response()
}
