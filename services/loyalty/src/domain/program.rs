//! Programs (会员计划): whose they are, and the versioned rules of their points (L-01, L-11 to L-17).

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Refusal};
use guanxi_events::loyalty::{
    ExpiryRule, ProgramChanged, ProgramEvent, ProgramId, ProgramOpened, ProgramRules,
    points::ProgramVersion,
};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

pub mod life;
#[cfg(test)]
mod tests;

/// The decider of a program.
#[derive(Debug)]
pub struct Program;

/// A program that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenProgram {
    /// The shop that runs it; the whole tenant's when absent.
    pub shop: Option<String>,
    /// 1 when it was opened, one more with each change of its rules.
    pub version: u32,
    /// What holds now.
    pub rules: ProgramRules,
}

/// What can be asked of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it.
    Open {
        /// The shop that runs it; the whole tenant's when absent.
        shop: Option<String>,
        /// Its rules.
        rules: ProgramRules,
    },
    /// Replace its rules.
    Change(ProgramRules),
}

impl Decider for Program {
    type State = Option<OpenProgram>;
    type Command = Command;
    type Event = ProgramEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ProgramEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Open { .. }, Some(_)) => {
                return Err(Refusal::already_exists(
                    "PROGRAM_EXISTS",
                    format!("program {} is open already", context.id),
                ));
            }
            (Command::Open { shop, rules }, None) => {
                checked(rules)?;
                Decision::event(ProgramOpened {
                    shop: shop.clone(),
                    rules: rules.clone(),
                })
            }
            (Command::Change(_), None) => return Err(Refusal::not_found("program", context.id)),
            (Command::Change(rules), Some(program)) if *rules == program.rules => {
                return Ok(Decision::nothing());
            }
            (Command::Change(rules), Some(program)) => {
                checked(rules)?;
                program.may_become(rules)?;
                Decision::event(ProgramChanged {
                    version: program.version.saturating_add(1),
                    rules: rules.clone(),
                })
            }
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &ProgramEvent) -> Self::State {
        match event {
            ProgramEvent::Opened(opened) => Some(OpenProgram {
                shop: opened.shop.clone(),
                version: 1,
                rules: opened.rules.clone(),
            }),
            ProgramEvent::Changed(changed) => state.map(|program| OpenProgram {
                version: changed.version,
                rules: changed.rules.clone(),
                ..program
            }),
        }
    }
}

/// The program, which the command must have read and which must be open.
///
/// # Errors
/// `PROGRAM_UNKNOWN`.
pub fn known(id: ProgramId, context: &Context) -> Result<OpenProgram, Refusal> {
    let state = context.read::<Program>(id)?;
    Option::clone(&state).ok_or_else(|| {
        Refusal::precondition("PROGRAM_UNKNOWN", format!("there is no program {id}"))
            .figure("program_id", id)
    })
}

impl OpenProgram {
    /// The version by which something happens.
    pub fn as_of_now(&self, program: ProgramId) -> ProgramVersion {
        ProgramVersion {
            program,
            version: self.version,
        }
    }

    /// Whether points are earned on this day.
    pub fn earns_on(&self, day: Date) -> bool {
        let begun = self.rules.from.is_none_or(|from| from <= day);
        begun && self.rules.until.is_none_or(|until| day <= until)
    }

    /// Points rounded half-up to the program's scale.
    pub fn rounded(&self, points: Decimal) -> Decimal {
        points
            .round_dp_with_strategy(self.scale(), RoundingStrategy::MidpointAwayFromZero)
            .normalize()
    }

    /// How many decimal places points have.
    pub fn scale(&self) -> u32 {
        self.rules.scale.into()
    }

    /// Points that people gave have no more places than the program's.
    ///
    /// # Errors
    /// `POINTS_TOO_FINE`.
    pub fn exact(&self, points: Decimal) -> Result<Decimal, Refusal> {
        let points = points.normalize();
        if points.scale() <= self.scale() {
            return Ok(points);
        }
        Err(Refusal::precondition(
            "POINTS_TOO_FINE",
            format!(
                "{points} has more than the {} decimal places of the program's points",
                self.rules.scale
            ),
        )
        .figure("points", points)
        .figure("scale", self.rules.scale))
    }

    /// Lots keep their points and their money value: neither may become finer or another.
    fn may_become(&self, rules: &ProgramRules) -> Result<(), Refusal> {
        if rules.scale < self.rules.scale {
            return Err(Refusal::precondition(
                "SCALE_LOWERED",
                format!(
                    "points have {} decimal places already: {} would be too few",
                    self.rules.scale, rules.scale
                ),
            )
            .figure("scale", self.rules.scale)
            .figure("asked", rules.scale));
        }
        if rules.currency != self.rules.currency {
            return Err(Refusal::precondition(
                "CURRENCY_FIXED",
                format!(
                    "points were earned in {}: another currency needs another program",
                    self.rules.currency.code()
                ),
            )
            .figure("currency", self.rules.currency.code()));
        }
        Ok(())
    }
}

/// The largest scale of points.
pub const MAX_SCALE: u8 = 2;

/// The rules are consistent in themselves.
fn checked(rules: &ProgramRules) -> Result<(), Refusal> {
    let mut violations = Vec::new();
    let mut check = |holds: bool, field: &str, description: &str| {
        if !holds {
            violations.push(FieldViolation {
                field: format!("rules.{field}"),
                description: description.to_owned(),
            });
        }
    };
    let places = |points: Decimal| points.normalize().scale() <= u32::from(rules.scale);
    check(
        rules.scale <= MAX_SCALE,
        "scale",
        "points have at most 2 decimal places",
    );
    check(
        rules
            .from
            .zip(rules.until)
            .is_none_or(|(from, until)| from <= until),
        "until",
        "is before the first day",
    );
    let expiry = match rules.expiry {
        ExpiryRule::Days(days) => days > 0,
        ExpiryRule::Months(months) => months > 0,
        ExpiryRule::Never | ExpiryRule::MonthEnd(_) | ExpiryRule::YearEnd(_) => true,
    };
    check(
        expiry,
        "expiry",
        "points that expire on the day they come are none",
    );
    let spending = &rules.spending;
    check(
        spending.step > Decimal::ZERO && places(spending.step),
        "spending.step",
        "is above 0, with no more decimal places than points have",
    );
    check(
        spending.minimum >= Decimal::ZERO && places(spending.minimum),
        "spending.minimum",
        "is 0 or more, with no more decimal places than points have",
    );
    check(
        spending.max_share_percent > Decimal::ZERO
            && spending.max_share_percent <= Decimal::ONE_HUNDRED,
        "spending.max_share_percent",
        "is above 0 and at most 100",
    );
    let limit = rules.adjustment_limit;
    check(
        limit.is_none_or(|limit| limit >= Decimal::ZERO && places(limit)),
        "adjustment_limit",
        "is 0 or more, with no more decimal places than points have",
    );
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(violations))
    }
}
