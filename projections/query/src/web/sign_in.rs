//! Signing in and out. A token is taken by POST and kept in a cookie that scripts cannot read; it
//! never stands in an address, a page or a log.

use std::time::Duration;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use guanxi_events::TenantId;
use guanxi_runtime::{Identity, Role};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure::Failure,
    frame::Frame,
    language::texts,
    list::render,
    parameters::{self, Parameter},
    preferences::{Back, own},
    session::{self, Taste},
    site::Site,
};

texts! {
    struct Texts {
        title: "Sign in", "登录";
        lead: "Guanxi keeps your token in this browser until you sign out or close it.", "令牌仅保存在此浏览器中，退出登录或关闭浏览器后失效。";
        token: "Token", "令牌";
        token_hint: "The JSON Web Token that your identity provider gave you.", "由身份提供方签发的 JWT。";
        submit: "Sign in", "登录";
        refused: "This token is not valid here, or not any more.", "令牌无效或已过期。";
        development: "Development", "开发环境";
        development_hint: "Without a password, because this is a development set-up.", "当前为开发环境，无需密码。";
        tenant: "Tenant", "租户";
        person: "Person", "人员";
        as_role: "Sign in as", "登录角色";
        impossible: "A tenant or person has 1 to 63 small letters, digits, - or _, for example demo and anna.", "租户和人员名称由 1 至 63 个小写字母、数字、- 或 _ 组成，例如 demo 和 anna。";
        admin: "Administrator", "管理员";
        manager: "Manager", "经理";
        agent: "Agent", "业务员";
        analyst: "Analyst", "分析师";
        importer: "Importer", "数据导入员";
    }
}

/// How long a development token lasts.
const LIFETIME: Duration = Duration::from_secs(12 * 3_600);

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(page).post(sign_in))
        .route("/sign-in/development", post(sign_in_without_password))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    back: String,
    problem: &'static str,
    /// Roles to sign in with; none outside development.
    roles: Vec<(&'static str, &'static str)>,
    tenants: Vec<String>,
}

async fn page(
    State(site): State<Site>,
    headers: HeaderMap,
    Query(Back { back }): Query<Back>,
) -> Response {
    shown(&site, &headers, own(&back), None)
}

/// What is wrong with what was sent.
type Problem = fn(&Texts) -> &'static str;

fn shown(site: &Site, headers: &HeaderMap, back: String, problem: Option<Problem>) -> Response {
    let taste = Taste::of(headers);
    let texts = Texts::of(taste.language);
    let roles = Role::ALL.map(|role| (code(role), name(role, texts)));
    let develops = site.issuer.is_some();
    let tenants = site.config.tenants.keys().map(ToString::to_string);
    let place = parameters::address(
        "/sign-in",
        &Back {
            back: Some(back.clone()),
        },
    );
    let page = Page {
        frame: Frame::outside(None, taste, &place),
        texts,
        back,
        problem: problem.map_or("", |problem| problem(texts)),
        roles: if develops { roles.into() } else { vec![] },
        tenants: if develops { tenants.collect() } else { vec![] },
    };
    match (render(&page), problem) {
        (Ok(page), None) => page.into_response(),
        (Ok(page), Some(_)) => (StatusCode::BAD_REQUEST, page).into_response(),
        (Err(failure), _) => failure.into_response(),
    }
}

/// A pasted token. No `Debug`: a token must not end in a log.
#[derive(Deserialize)]
struct Pasted {
    token: SecretString,
    back: Parameter,
}

async fn sign_in(
    State(site): State<Site>,
    headers: HeaderMap,
    Form(pasted): Form<Pasted>,
) -> Response {
    let back = own(&pasted.back);
    let token = secrecy::ExposeSecret::expose_secret(&pasted.token);
    let token = SecretString::from(token.trim().to_owned());
    match session::verified(&site, &token) {
        Ok(_) => signed_in(session::keep_token(&site.config, &token), &back),
        Err(_) => shown(&site, &headers, back, Some(|texts| texts.refused)),
    }
}

/// Who wants to be whom.
#[derive(Deserialize)]
struct Wish {
    tenant: String,
    person: String,
    role: String,
    back: Parameter,
}

async fn sign_in_without_password(
    State(site): State<Site>,
    headers: HeaderMap,
    Form(wish): Form<Wish>,
) -> Response {
    let Some(issuer) = &site.issuer else {
        return Failure::NotFound.into_response();
    };
    let back = own(&wish.back);
    let role = Role::ALL.into_iter().find(|role| code(*role) == wish.role);
    let tenant: Result<TenantId, _> = wish.tenant.trim().parse();
    let (Ok(tenant), Ok(person), Some(role)) = (tenant, wish.person.trim().parse(), role) else {
        return shown(&site, &headers, back, Some(|texts| texts.impossible));
    };
    let identity = Identity {
        tenant,
        person,
        roles: vec![role],
    };
    match issuer.issue(&identity, LIFETIME) {
        Ok(token) => {
            let token = SecretString::from(token);
            signed_in(session::keep_token(&site.config, &token), &back)
        }
        Err(error) => Failure::internal(&error).into_response(),
    }
}

fn signed_in(cookie: Option<HeaderValue>, back: &str) -> Response {
    let Some(cookie) = cookie else {
        return Failure::internal("a token is no value of a cookie").into_response();
    };
    ([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response()
}

async fn sign_out(State(site): State<Site>) -> Response {
    signed_in(session::forget_token(&site.config), "/sign-in")
}

const fn code(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Manager => "manager",
        Role::Agent => "agent",
        Role::Analyst => "analyst",
        Role::Importer => "importer",
    }
}

const fn name(role: Role, texts: &Texts) -> &'static str {
    match role {
        Role::Admin => texts.admin,
        Role::Manager => texts.manager,
        Role::Agent => texts.agent,
        Role::Analyst => texts.analyst,
        Role::Importer => texts.importer,
    }
}
