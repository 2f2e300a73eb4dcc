//! Why a command was not done, and whether trying again could help.

use guanxi_decider::Refusal;
use guanxi_eventlog::AppendError;

use crate::errors::passes;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// A rule refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The caller's version is stale.
    #[error("expected version {expected}, but it is at {actual}")]
    Expected {
        /// What the caller saw.
        expected: i64,
        /// What it is.
        actual: i64,
    },
    /// Other commands were faster until the deadline.
    #[error("{}", contended(*attempts))]
    Contended {
        /// How often it was tried; 0 where its turn never came.
        attempts: u32,
    },
    /// The log did not take it.
    #[error(transparent)]
    Append(#[from] AppendError),
}

fn contended(attempts: u32) -> String {
    match attempts {
        0 => "many commands stand in line for what this one changes, and its turn did not come"
            .into(),
        _ => format!("other commands kept changing what this one reads, {attempts} times"),
    }
}

impl ExecuteError {
    /// Whether the command's own content, or what is stored of its aggregate, stands in the way:
    /// then trying again cannot help.
    pub(crate) fn lasts(&self) -> bool {
        use AppendError::{Log, Malformed, TooLarge};
        use guanxi_eventlog::LogError::{self, Codec, Corrupt, Decode};
        match self {
            // A full disk refuses, too; what came then must not be set aside for good.
            Self::Append(Log(LogError::Refused { code, .. })) => !passes(code),
            Self::Refused(_)
            | Self::Append(
                TooLarge { .. } | Malformed(_) | Log(Decode(_) | Corrupt { .. } | Codec(_)),
            ) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(code: &str) -> ExecuteError {
        ExecuteError::Append(AppendError::Log(guanxi_eventlog::LogError::Refused {
            code: code.to_owned(),
            message: String::new(),
        }))
    }

    #[test]
    fn what_a_full_disk_or_a_crash_refuses_is_tried_again() {
        for code in [
            "53100", "53200", "57P01", "57P02", "58030", "40001", "40P01",
        ] {
            assert!(!refused_with(code).lasts(), "{code}");
        }
    }

    #[test]
    fn what_the_data_are_to_blame_for_lasts() {
        for code in ["22P05", "23514", "54000"] {
            assert!(refused_with(code).lasts(), "{code}");
        }
    }
}
