//! Why a command is not accepted: a value with a code and figures, which one table maps to a
//! gRPC status.

use std::{collections::BTreeMap, fmt};

/// The kind of refusal; it decides the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// Fields that are wrong in themselves: `INVALID_ARGUMENT`.
    Invalid,
    /// There is no such thing: `NOT_FOUND`.
    NotFound,
    /// There is one already: `ALREADY_EXISTS`.
    AlreadyExists,
    /// A rule refuses: `FAILED_PRECONDITION`.
    Precondition,
    /// The actor may not: `PERMISSION_DENIED`.
    Forbidden,
    /// A defect of ours: `INTERNAL`, with nothing told.
    Internal,
}

/// One bad field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path in the request: `emails[2]`.
    pub field: String,
    /// What is wrong and what would be right.
    pub description: String,
}

/// Why a command is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Decides the status.
    pub kind: RefusalKind,
    /// `UPPER_SNAKE`, for programs; stable.
    pub code: &'static str,
    /// For people, with the figures.
    pub message: String,
    /// The same figures for programs.
    pub figures: BTreeMap<&'static str, String>,
    /// All bad fields at once.
    pub violations: Vec<FieldViolation>,
    /// Every rule that refuses, where several do: (code, message).
    pub reasons: Vec<(&'static str, String)>,
}

impl Refusal {
    fn new(kind: RefusalKind, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            message: message.into(),
            figures: BTreeMap::new(),
            violations: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// A rule refuses.
    pub fn precondition(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Precondition, code, message)
    }

    /// Several rules refuse; all are named.
    pub fn preconditions(code: &'static str, reasons: Vec<(&'static str, String)>) -> Self {
        let message = reasons
            .iter()
            .map(|(_, message)| message.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        Self {
            reasons,
            ..Self::precondition(code, message)
        }
    }

    /// There is no such thing.
    pub fn not_found(what: &'static str, id: impl fmt::Display) -> Self {
        Self::new(
            RefusalKind::NotFound,
            "NOT_FOUND",
            format!("there is no {what} {id}"),
        )
    }

    /// There is one already.
    pub fn already_exists(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(RefusalKind::AlreadyExists, code, message)
    }

    /// The actor may not.
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Forbidden, code, message)
    }

    /// Bad fields.
    pub fn invalid(violations: Vec<FieldViolation>) -> Self {
        // For people: of very many fields the first ones say enough.
        const BYTES: usize = 1_000;
        let mut message = String::new();
        for (told, violation) in violations.iter().enumerate() {
            if message.len() > BYTES {
                let more = violations.len() - told;
                message.push_str(&format!("; {more} more fields are bad"));
                break;
            }
            let gap = if told == 0 { "" } else { "; " };
            let FieldViolation { field, description } = violation;
            message.push_str(&format!("{gap}{field}: {description}"));
        }
        Self {
            violations,
            ..Self::new(RefusalKind::Invalid, "INVALID", message)
        }
    }

    /// A defect of ours.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(RefusalKind::Internal, "INTERNAL", message)
    }

    /// Adds a figure.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.figures.insert(name, value.to_string());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
