//! What stands around every page: the sections, who is signed in, language and theme.

use super::{
    assets::Assets,
    language::{Language, texts},
    session::{Taste, Visitor},
    theme::Theme,
};

/// A part of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Work,
    Funnel,
    Receivables,
    Service,
    Points,
    Operations,
}

texts! {
    /// The frame's.
    pub(super) struct Texts {
        overview: "Overview", "概览";
        work: "My work", "我的工作台";
        funnel: "Funnel", "销售漏斗";
        receivables: "Receivables", "应收账款";
        service: "Service", "服务";
        points: "Points", "积分";
        operations: "Operations", "系统运维";
        sections: "Sections", "栏目";
        account: "Account and display", "账户与显示";
        language: "Language", "语言";
        theme: "Appearance", "外观";
        auto: "As the device", "跟随系统";
        light: "Light", "浅色";
        dark: "Dark", "深色";
        sign_out: "Sign out", "退出登录";
        to_content: "To the content", "跳到正文";
    }
}

impl Section {
    /// Those that this person may see.
    fn of(visitor: &Visitor) -> impl Iterator<Item = Self> {
        let all = [
            Self::Overview,
            Self::Work,
            Self::Funnel,
            Self::Receivables,
            Self::Service,
            Self::Points,
        ];
        let operations = visitor.manages().then_some(Self::Operations);
        all.into_iter().chain(operations)
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Work => "/work",
            Self::Funnel => "/funnel",
            Self::Receivables => "/receivables",
            Self::Service => "/service",
            Self::Points => "/points",
            Self::Operations => "/operations",
        }
    }

    const fn name(self, texts: &Texts) -> &'static str {
        match self {
            Self::Overview => texts.overview,
            Self::Work => texts.work,
            Self::Funnel => texts.funnel,
            Self::Receivables => texts.receivables,
            Self::Service => texts.service,
            Self::Points => texts.points,
            Self::Operations => texts.operations,
        }
    }
}

/// A link to a section.
pub(super) struct Link {
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

/// A choice of how the pages are shown.
pub(super) struct Choice {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

/// What stands around a page.
pub(super) struct Frame {
    pub(super) taste: Taste,
    pub(super) texts: &'static Texts,
    pub(super) assets: &'static Assets,
    pub(super) sections: Vec<Link>,
    /// Person and tenant; `None` when nobody is signed in.
    pub(super) signed_in: Option<(String, String)>,
    /// Path and query: where a switch of language or theme comes back to.
    pub(super) place: String,
}

impl Frame {
    /// Around a page of a section.
    pub(super) fn of(visitor: &Visitor, section: Section) -> Self {
        Self::around(Some(visitor), visitor.taste, &visitor.place, Some(section))
    }

    /// Around a page that belongs to no section.
    pub(super) fn outside(visitor: Option<&Visitor>, taste: Taste, place: &str) -> Self {
        Self::around(visitor, taste, place, None)
    }

    fn around(
        visitor: Option<&Visitor>,
        taste: Taste,
        place: &str,
        section: Option<Section>,
    ) -> Self {
        let texts = Texts::of(taste.language);
        let link = |of: Section| Link {
            path: of.path(),
            name: of.name(texts),
            current: section == Some(of),
        };
        let signed_in = visitor.map(|visitor| {
            let identity = &visitor.identity;
            (identity.person.to_string(), identity.tenant.to_string())
        });
        Self {
            taste,
            texts,
            assets: Assets::get(),
            sections: visitor.map_or_else(Vec::new, |who| Section::of(who).map(link).collect()),
            signed_in,
            place: place.to_owned(),
        }
    }

    /// The languages.
    pub(super) fn languages(&self) -> Vec<Choice> {
        let choice = |language: Language| Choice {
            code: language.code(),
            name: language.name(),
            current: language == self.taste.language,
        };
        Language::ALL.map(choice).into()
    }

    /// The themes.
    pub(super) fn themes(&self) -> Vec<Choice> {
        let choice = |theme: Theme| Choice {
            code: theme.code(),
            name: match theme {
                Theme::Auto => self.texts.auto,
                Theme::Light => self.texts.light,
                Theme::Dark => self.texts.dark,
            },
            current: theme == self.taste.theme,
        };
        Theme::ALL.map(choice).into()
    }
}
