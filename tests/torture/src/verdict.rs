//! What a run is worth.

use std::fmt;

use crate::Outcome;

/// What all rounds together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Commands were acknowledged while faults came, and nothing is wrong.
    Good,
    /// Something is.
    Wrong,
    /// All of it went by without a fault, or without a command: it says nothing.
    NothingDone,
}

impl Verdict {
    /// Of these rounds.
    #[must_use]
    pub fn of(rounds: &[Outcome]) -> Self {
        let calm = rounds.iter().all(|round| round.faults.is_empty());
        let silent = rounds.iter().all(|round| round.acknowledged == 0);
        if rounds.iter().any(|round| !round.problems.is_empty()) {
            Self::Wrong
        } else if calm || silent {
            Self::NothingDone
        } else {
            Self::Good
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "nothing was lost, nothing doubled",
            Self::Wrong => "something is wrong",
            Self::NothingDone => "without faults, or without commands, nothing is proven",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn round() -> Outcome {
        Outcome {
            faults: [(Kind::NatsKilled, 1)].into(),
            acknowledged: 7,
            ..Outcome::default()
        }
    }

    #[test]
    fn only_rounds_in_which_something_happened_and_nothing_went_wrong_are_good() {
        assert_eq!(Verdict::of(&[round(), round()]), Verdict::Good);
        let lost = Outcome {
            problems: vec!["a command is lost".to_owned()],
            ..round()
        };
        assert_eq!(Verdict::of(&[round(), lost]), Verdict::Wrong);
        // The last round of a run may be too short for either.
        let short = Outcome {
            faults: [].into(),
            acknowledged: 0,
            ..round()
        };
        let both = [round(), short.clone()];
        assert_eq!(Verdict::of(&both), Verdict::Good);
        let calm = Outcome {
            acknowledged: 7,
            ..short.clone()
        };
        assert_eq!(Verdict::of(&[calm]), Verdict::NothingDone);
        let silent = Outcome {
            acknowledged: 0,
            ..round()
        };
        assert_eq!(Verdict::of(&[silent]), Verdict::NothingDone);
        assert_eq!(Verdict::of(&[]), Verdict::NothingDone);
    }
}
