//! Who looks at a page, and how they like to see it: from cookies.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use guanxi_decider::Home;
use guanxi_runtime::{Identity, config::Config};
use secrecy::{ExposeSecret, SecretString};

use super::{failure::Failure, language::Language, site::Site, theme::Theme};

/// The cookie with the token.
const SESSION: &str = "guanxi_session";
/// The cookie with the language.
pub(super) const LANGUAGE: &str = "guanxi_language";
/// The cookie with the theme.
pub(super) const THEME: &str = "guanxi_theme";
/// Longer than a browser keeps a cookie: 400 days.
const LONG: u32 = 34_560_000;

/// How someone likes to see the pages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taste {
    pub(super) language: Language,
    pub(super) theme: Theme,
}

impl Taste {
    /// What the browser says: by its cookies, else by what it accepts.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
        let language = cookie(headers, LANGUAGE).and_then(Language::from_code);
        let theme = cookie(headers, THEME).and_then(Theme::from_code);
        Self {
            language: language
                .or_else(|| accepted.and_then(Language::preferred))
                .unwrap_or_default(),
            theme: theme.unwrap_or_default(),
        }
    }
}

/// Someone who is signed in.
#[derive(Clone)]
pub(super) struct Visitor {
    pub(super) site: Site,
    pub(super) identity: Identity,
    pub(super) taste: Taste,
    /// Where the tenant is at home.
    pub(super) home: Home,
    /// Path and query of the page.
    pub(super) place: String,
    pub(super) token: SecretString,
}

impl Visitor {
    /// The one behind a request.
    pub(super) fn of(site: &Site, headers: &HeaderMap, place: &str) -> Result<Self, Failure> {
        let token = cookie(headers, SESSION).ok_or(Failure::NotSignedIn)?;
        let token = SecretString::from(token);
        let identity = verified(site, &token)?;
        Ok(Self {
            site: site.clone(),
            home: site.config.home(&identity.tenant),
            identity,
            taste: Taste::of(headers),
            place: place.to_owned(),
            token,
        })
    }

    /// The language of the page.
    pub(super) fn language(&self) -> Language {
        self.taste.language
    }

    /// Whether they may look after the system.
    pub(super) fn manages(&self) -> bool {
        self.identity.roles.iter().any(|role| role.manages())
    }
}

/// Who a token stands for.
pub(super) fn verified(site: &Site, token: &SecretString) -> Result<Identity, Failure> {
    let bearer = format!("Bearer {}", token.expose_secret());
    let identity = site.verifier.verify(Some(&bearer));
    identity.map_err(|_| Failure::NotSignedIn)
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let place = parts.uri.path_and_query();
        let place = place.map_or("/", |place| place.as_str());
        Self::of(site, &parts.headers, place)
    }
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter();
    let all = all.filter_map(|cookies| cookies.to_str().ok());
    all.flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Keeps the token. Scripts cannot read it, and no other site can make a browser send it.
pub(super) fn keep_token(config: &Config, token: &SecretString) -> Option<HeaderValue> {
    let mut cookie = set(config, SESSION, token.expose_secret(), None)?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// Forgets the token.
pub(super) fn forget_token(config: &Config) -> Option<HeaderValue> {
    set(config, SESSION, "", Some(0))
}

/// Keeps how someone likes to see the pages.
pub(super) fn keep_taste(config: &Config, name: &str, value: &str) -> Option<HeaderValue> {
    set(config, name, value, Some(LONG))
}

/// A `Set-Cookie`; without an age it lasts as long as the browser.
fn set(config: &Config, name: &str, value: &str, age: Option<u32>) -> Option<HeaderValue> {
    let age = age.map_or(String::new(), |age| format!("; Max-Age={age}"));
    // In development there may be no TLS in front.
    let secure = if config.development { "" } else { "; Secure" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        let all = "x_guanxi_theme=light; guanxi_theme=dark;guanxi_language=zh";
        headers.insert(header::COOKIE, HeaderValue::from_static(all));
        assert_eq!(cookie(&headers, THEME), Some("dark"));
        let Taste { language, theme } = Taste::of(&headers);
        assert_eq!((language, theme), (Language::Chinese, Theme::Dark));
    }

    #[test]
    fn the_token_goes_over_tls_only_except_in_development() {
        let token = SecretString::from("a.b.c");
        let mut config = Config::default();
        let cookie = keep_token(&config, &token).unwrap();
        assert_eq!(
            cookie.to_str().unwrap(),
            "guanxi_session=a.b.c; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        config.development = true;
        let cookie = keep_token(&config, &token).unwrap();
        assert!(!cookie.to_str().unwrap().contains("Secure"));
        assert!(keep_token(&config, &SecretString::from("a\r\nb")).is_none());
    }
}
