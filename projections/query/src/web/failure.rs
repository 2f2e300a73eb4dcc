//! Why a page could not be shown, as a page.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{
    frame::Frame,
    language::texts,
    parameters,
    preferences::Back,
    session::{Taste, Visitor},
    site::Site,
};

/// Why a page could not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody is signed in, or not any more.
    NotSignedIn,
    /// The person's roles do not grant it.
    Forbidden,
    /// There is no such page or thing.
    NotFound,
    /// Parameters, and what is wrong with each.
    Bad(Vec<(String, String)>),
    /// A rule says no, and how.
    Refused(String),
    /// Too much at once, or something that we depend on is away.
    Busy(Option<String>),
    /// It took too long.
    Late,
    /// A mistake of ours, with the id under which it stands in the log.
    Broken(Option<String>),
}

texts! {
    struct Texts {
        not_signed_in: "Please sign in.", "请先登录。";
        forbidden: "Your role does not allow this page.", "您的角色无权查看此页面。";
        forbidden_hint: "Somebody who manages your organisation's access can change that.", "请联系贵组织的权限管理员。";
        not_found: "There is nothing here.", "这里没有内容。";
        not_found_hint: "The address may be wrong, or what it shows is gone.", "地址可能有误，或内容已不存在。";
        bad: "The address asks for something impossible.", "请求的参数不正确。";
        bad_hint: "These parameters cannot be used:", "以下参数无法使用：";
        refused: "This cannot be answered as asked.", "无法按此条件回答。";
        busy: "Not available at this moment.", "暂时无法使用。";
        busy_hint: "Please try again in a moment.", "请稍后再试。";
        late: "This takes too long.", "查询超时。";
        late_hint: "Ask for fewer days or a narrower selection.", "请缩短日期范围或缩小筛选条件。";
        broken: "Something went wrong on our side.", "系统内部出现错误。";
        broken_hint: "It has been noted. When you report it, name this id:", "错误已记录。报告问题时请提供此编号：";
        back: "To the overview", "返回概览";
    }
}

/// Parameters that are called otherwise than the fields of messages that they fill.
const NAMES: [(&str, &str); 18] = [
    ("customer_ids", "customer_id"),
    ("currencies", "currency"),
    ("stages", "stage"),
    ("statuses", "status"),
    ("buckets", "bucket"),
    ("page_token", "page"),
    ("owners", "owner"),
    ("member_ids", "member_id"),
    ("program_ids", "program_id"),
    ("tiers", "tier"),
    ("within_days", "within"),
    ("queue_ids", "queue_id"),
    ("agents", "agent"),
    ("priorities", "priority"),
    ("kinds", "kind"),
    ("channels", "channel"),
    ("categories", "category"),
    ("states", "state"),
];

/// The parameter that fills a field: `filter.customer_ids[0]` is `customer_id`.
fn parameter(field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    let last = last.split('[').next().unwrap_or(last);
    let renamed = NAMES.iter().find(|(name, _)| *name == last);
    renamed.map_or(last, |(_, parameter)| parameter).to_owned()
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let error_id = || {
            let info = details.error_info()?;
            info.metadata.get("error_id").cloned()
        };
        match status.code() {
            Code::Unauthenticated => Self::NotSignedIn,
            Code::PermissionDenied => Self::Forbidden,
            Code::NotFound => Self::NotFound,
            Code::InvalidArgument => {
                let violations = details.bad_request().map(|bad| &bad.field_violations);
                let violations = violations.into_iter().flatten();
                let bad = violations
                    .map(|violation| (parameter(&violation.field), violation.description.clone()));
                Self::Bad(bad.collect())
            }
            Code::FailedPrecondition | Code::Aborted | Code::AlreadyExists => {
                Self::Refused(status.message().to_owned())
            }
            Code::ResourceExhausted => Self::Busy(None),
            Code::Unavailable => Self::Busy(error_id()),
            Code::DeadlineExceeded | Code::Cancelled => Self::Late,
            _ => Self::Broken(error_id()),
        }
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Late => StatusCode::GATEWAY_TIMEOUT,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Of a mistake of ours, which goes into the log and not to the browser.
    pub(super) fn internal(error: &(impl std::fmt::Display + ?Sized)) -> Self {
        guanxi_runtime::errors::internal(error).into()
    }
}

impl IntoResponse for Failure {
    /// Without a body: [`as_pages`] knows for whom it is.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    hint: &'static str,
    bad: Vec<(String, String)>,
    /// In English, as the RPC says it.
    message: Option<String>,
    error_id: Option<String>,
    back: &'static str,
}

/// Turns failures into pages in the visitor's language; whoever is not signed in goes to sign in.
pub(super) async fn as_pages(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (headers, method) = (request.headers().clone(), request.method().clone());
    let place = request.uri().path_and_query();
    let place = place.map_or_else(|| "/".to_owned(), ToString::to_string);
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<Failure>() else {
        return response;
    };
    if failure == Failure::NotSignedIn && method == Method::GET {
        let back = Back { back: Some(place) };
        let to = parameters::address("/sign-in", &back);
        return Redirect::to(&to).into_response();
    }
    let visitor = Visitor::of(&site, &headers, &place).ok();
    let frame = Frame::outside(visitor.as_ref(), Taste::of(&headers), &place);
    let status = failure.status();
    match page(failure, frame).render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => status.into_response(),
    }
}

fn page(failure: Failure, frame: Frame) -> Page {
    let texts = Texts::of(frame.taste.language);
    let (title, hint) = match &failure {
        Failure::NotSignedIn => (texts.not_signed_in, ""),
        Failure::Forbidden => (texts.forbidden, texts.forbidden_hint),
        Failure::NotFound => (texts.not_found, texts.not_found_hint),
        Failure::Bad(_) => (texts.bad, texts.bad_hint),
        Failure::Refused(_) => (texts.refused, ""),
        Failure::Busy(_) => (texts.busy, texts.busy_hint),
        Failure::Late => (texts.late, texts.late_hint),
        Failure::Broken(_) => (texts.broken, texts.broken_hint),
    };
    let (mut bad, mut message, mut error_id) = (vec![], None, None);
    match failure {
        Failure::Bad(parameters) => bad = parameters,
        Failure::Refused(why) => message = Some(why),
        Failure::Busy(id) | Failure::Broken(id) => error_id = id,
        _ => {}
    }
    Page {
        frame,
        title,
        hint,
        bad,
        message,
        error_id,
        back: texts.back,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_message_is_told_by_the_name_of_its_parameter() {
        assert_eq!(parameter("filter.customer_ids[0]"), "customer_id");
        assert_eq!(parameter("filter.pipeline_id"), "pipeline_id");
        assert_eq!(parameter("page.page_token"), "page");
        assert_eq!(parameter("as_of"), "as_of");
    }
}
