//! The overview: the key figures of every model, each leading to its page.

use askama::Template;
use axum::response::Html;

use super::{
    chart::Chart,
    daily,
    failure::Failure,
    figure::Figures,
    frame::{Frame, Section},
    funnel::{self, Funnel},
    language::texts,
    list::render,
    operations, receivables,
    session::Visitor,
};

texts! {
    struct Texts {
        title: "Overview", "概览";
        lead: "How things stand now.", "当前状况。";
        days: "The last 30 days", "最近 30 天";
        funnel: "Sales funnel", "销售漏斗";
        receivables: "Receivables", "应收账款";
        operations: "Operations", "系统运维";
        more: "More", "详情";
    }
}

/// The figures and charts of one section.
struct Part {
    name: &'static str,
    path: String,
    figures: Figures,
    charts: Vec<Chart>,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    parts: Vec<Part>,
}

pub(super) async fn page(visitor: Visitor) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let asked = funnel::Asked::default();
    let system = async {
        match visitor.manages() {
            true => operations::figures(&visitor).await.map(Some),
            false => Ok(None),
        }
    };
    let (days, funnel, (owed, owed_charts), system) = tokio::try_join!(
        daily::overview(&visitor),
        Funnel::ask(&visitor, &asked),
        receivables::overview(&visitor),
        system,
    )?;
    let (figures, charts) = funnel::overview(&visitor, &funnel)?;
    let (days, day_figures, day_charts) = days;
    let mut parts = vec![
        Part {
            name: texts.days,
            path: days,
            figures: Figures(day_figures),
            charts: day_charts,
        },
        Part {
            name: texts.funnel,
            path: "/funnel".to_owned(),
            figures: Figures(figures),
            charts,
        },
        Part {
            name: texts.receivables,
            path: "/receivables".to_owned(),
            figures: Figures(owed),
            charts: owed_charts,
        },
    ];
    parts.extend(system.map(|figures| Part {
        name: texts.operations,
        path: "/operations".to_owned(),
        figures: Figures(figures),
        charts: vec![],
    }));
    render(&Page {
        frame: Frame::of(&visitor, Section::Overview),
        texts,
        parts,
    })
}
