//! The languages of the pages, and texts that are there in each of them.

use std::fmt;

use serde::Deserialize;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// Every one, with its own name.
    pub(super) const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// As a cookie and a form say it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// As a page declares it.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }

    /// What its speakers call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The one of that code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// What a browser prefers among ours, by its `Accept-Language`: of those it names, the one with
    /// the highest quality, then the first.
    pub(super) fn preferred(accepted: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for wish in accepted.split(',') {
            let mut parts = wish.trim().split(';');
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
            let quality = quality.map_or(1_000, thousandths);
            let primary = tag.split('-').next().unwrap_or_default();
            let language = match Self::from_code(primary) {
                Some(language) => language,
                None if tag == "*" => Self::English,
                None => continue,
            };
            if quality > 0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// `0.8` as 800; 0 for what is no quality.
fn thousandths(quality: &str) -> u16 {
    let (whole, rest) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = format!("{:0<3.3}", rest);
    match (whole.trim(), digits.parse::<u16>()) {
        ("1", _) => 1_000,
        ("0", Ok(rest)) => rest,
        _ => 0,
    }
}

/// Texts in every language, side by side: one that is missing does not compile.
///
/// ```ignore
/// texts! { pub(super) struct Texts { title: "Sales funnel", "销售漏斗"; } }
/// Texts::of(language).title
/// ```
macro_rules! texts {
    ($(#[$attribute:meta])* $visible:vis struct $name:ident {
        $($field:ident: $english:literal, $chinese:literal;)+
    }) => {
        $(#[$attribute])*
        $visible struct $name { $(pub(in crate::web) $field: &'static str,)+ }

        impl $name {
            /// Those of a language.
            $visible const fn of(language: $crate::web::language::Language) -> &'static Self {
                const ENGLISH: $name = $name { $($field: $english,)+ };
                const CHINESE: $name = $name { $($field: $chinese,)+ };
                match language {
                    $crate::web::language::Language::English => &ENGLISH,
                    $crate::web::language::Language::Chinese => &CHINESE,
                }
            }
        }
    };
}

pub(super) use texts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best() {
        let preferred = |accepted| Language::preferred(accepted).map(Language::code);
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Some("zh"));
        assert_eq!(preferred("de-DE,de;q=0.9,zh;q=0.5,en;q=0.7"), Some("en"));
        assert_eq!(preferred("en;q=0, zh-Hant;q=0.1"), Some("zh"));
        assert_eq!(preferred("fr, *;q=0.5"), Some("en"));
        assert_eq!(preferred("fr"), None);
        assert_eq!(preferred(";;q=,,"), None);
    }
}
