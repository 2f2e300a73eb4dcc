//! The switch of language and theme.

use axum::{
    Form, Router,
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::post,
};
use serde::{Deserialize, Serialize};

use super::{
    language::Language,
    parameters::{self, Parameter},
    session::{LANGUAGE, THEME, keep_taste},
    site::Site,
    theme::Theme,
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/preferences", post(keep))
}

/// What someone likes better.
#[derive(Deserialize)]
struct Wish {
    language: Option<Language>,
    theme: Option<Theme>,
    back: Parameter,
}

async fn keep(State(site): State<Site>, Form(wish): Form<Wish>) -> Response {
    let language = wish.language.map(|language| (LANGUAGE, language.code()));
    let theme = wish.theme.map(|theme| (THEME, theme.code()));
    let wishes = [language, theme].into_iter().flatten();
    let cookies = wishes.filter_map(|(name, value)| keep_taste(&site.config, name, value));
    let cookies: Vec<_> = cookies.map(|cookie| (header::SET_COOKIE, cookie)).collect();
    (AppendHeaders(cookies), Redirect::to(&own(&wish.back))).into_response()
}

/// Where to go afterwards.
#[derive(Serialize, Deserialize)]
pub(super) struct Back {
    pub(super) back: Parameter,
}

/// A page of ours to go to: whatever else is asked for becomes the overview.
pub(super) fn own(back: &Parameter) -> String {
    let place = parameters::text(back).unwrap_or("/");
    let leaves = place.starts_with("//") || place.contains(['\\', '\r', '\n']);
    if place.starts_with('/') && !leaves {
        place.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        let own = |place: &str| own(&Some(place.to_owned()));
        assert_eq!(own("/funnel?as_of=2017-06-30"), "/funnel?as_of=2017-06-30");
        for place in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "",
            "x",
        ] {
            assert_eq!(own(place), "/", "{place}");
        }
    }
}
