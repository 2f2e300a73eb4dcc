//! Random histories of an opportunity against a naive model that knows nothing of events.

use guanxi_decider::testing::Scenario;
use guanxi_events::DomainEvent;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    tests::{CUSTOMER, PIPELINE, PRODUCT, key, line, open, opens, pipeline, usd, with_pipeline},
    *,
};

/// The stages of the tests' pipeline, and one that it does not have: the second is archived, the
/// third wants a customer and an amount.
const STAGES: [(&str, u8); 5] = [
    ("prospecting", 10),
    ("calling", 20),
    ("engaging", 40),
    ("proposing", 70),
    ("signing", 0),
];

#[derive(Debug, Clone)]
enum Op {
    Move(usize),
    Win(Option<i64>),
    Lose,
    Reopen(Option<usize>),
    /// (ten thousandths of a piece, cents)
    SetLines(Vec<(i64, i64)>),
}

#[derive(Debug, Clone, PartialEq)]
enum Ended {
    Open,
    Won(i64),
    Lost,
}

/// All amounts in cents, all times in hours.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    stage: usize,
    ended: Ended,
    amount: Option<i64>,
    customer: bool,
    since: i64,
}

/// The two switches of the pipeline.
#[derive(Debug, Clone, Copy)]
struct Switches {
    back: bool,
    reopen: bool,
}

impl Model {
    fn enter(&self, stage: usize, switches: Switches, at: i64) -> Result<Self, &'static str> {
        match stage {
            1 => return Err("STAGE_ARCHIVED"),
            4 => return Err("STAGE_UNKNOWN"),
            _ if stage < self.stage && !switches.back => return Err("MOVE_BACK_NOT_ALLOWED"),
            2 if self.amount.is_none() || !self.customer => return Err("REQUIRED_FIELDS_MISSING"),
            _ => {}
        }
        Ok(Self {
            stage,
            since: at,
            ended: Ended::Open,
            ..self.clone()
        })
    }

    fn after(&self, op: &Op, at: i64, switches: Switches) -> Result<Self, &'static str> {
        if at < self.since {
            return Err("DATED_BEFORE_THE_LAST_STEP");
        }
        let open = self.ended == Ended::Open;
        let next = self.clone();
        match op {
            Op::Reopen(_) if open => Err("OPPORTUNITY_OPEN"),
            Op::Reopen(_) if !switches.reopen => Err("REOPEN_NOT_ALLOWED"),
            Op::Reopen(stage) => self.enter(stage.unwrap_or(self.stage), switches, at),
            _ if !open => Err("OPPORTUNITY_CLOSED"),
            Op::Move(stage) if *stage == self.stage => Ok(next),
            Op::Move(stage) => self.enter(*stage, switches, at),
            Op::Lose => Ok(Self {
                ended: Ended::Lost,
                since: at,
                ..next
            }),
            Op::Win(amount) => {
                let won = amount.or(self.amount).ok_or("WON_WITHOUT_AMOUNT")?;
                Ok(Self {
                    ended: Ended::Won(won),
                    since: at,
                    ..next
                })
            }
            Op::SetLines(lines) if lines.is_empty() => Ok(next),
            Op::SetLines(lines) => Ok(Self {
                amount: Some(lines.iter().map(|line| rounded(*line)).sum()),
                ..next
            }),
        }
    }

    fn probability(&self) -> u8 {
        match self.ended {
            Ended::Open => STAGES[self.stage].1,
            Ended::Won(_) => 100,
            Ended::Lost => 0,
        }
    }
}

/// Cents of ten thousandths × cents, half-up, in whole numbers only.
fn rounded((quantity, price): (i64, i64)) -> i64 {
    (quantity * price + 5_000) / 10_000
}

fn cents(amount: i64) -> Money {
    usd(&Decimal::new(amount, 2).to_string())
}

fn hour(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}

fn command(op: &Op) -> Command {
    let reason = "because".to_owned();
    match op {
        Op::Move(stage) => Command::Move {
            stage: key(STAGES[*stage].0),
        },
        Op::Win(amount) => Command::Win {
            amount: amount.map(cents),
            reason,
        },
        Op::Lose => Command::Lose { reason },
        Op::Reopen(stage) => Command::Reopen {
            stage: stage.map(|stage| key(STAGES[stage].0)),
            reason,
        },
        Op::SetLines(lines) => Command::SetLines(lines.iter().map(asked).collect()),
    }
}

fn asked((quantity, price): &(i64, i64)) -> LineInput {
    LineInput {
        product: PRODUCT,
        quantity: Decimal::new(*quantity, 4),
        unit_price: cents(*price),
    }
}

fn any_op() -> impl Strategy<Value = Op> {
    let amount = prop::option::of(0_i64..1_000_000);
    let lines = prop::collection::vec((1_i64..100_000_000, 0_i64..10_000_000), 0..5);
    prop_oneof![
        4 => (0_usize..5).prop_map(Op::Move),
        1 => amount.prop_map(Op::Win),
        1 => Just(Op::Lose),
        2 => prop::option::of(0_usize..5).prop_map(Op::Reopen),
        2 => lines.prop_map(Op::SetLines),
    ]
}

/// Times mostly go on, and sometimes back.
fn any_history() -> impl Strategy<Value = Vec<(Op, i64)>> {
    prop::collection::vec((any_op(), -3_i64..10), 1..25)
}

struct Run {
    switches: Switches,
    events: Vec<OpportunityEvent>,
    model: Model,
}

impl Run {
    fn scenario(&self, at: i64) -> Scenario<Opportunity> {
        with_pipeline(pipeline(self.switches.back, self.switches.reopen))
            .by_importer()
            .at("2026-06-01T00:00:00Z")
            .given(self.events.clone())
            .dated(&hour(at).to_string())
    }

    fn start(switches: Switches, amount: Option<i64>, customer: bool) -> Self {
        let mut run = Self {
            switches,
            events: Vec::new(),
            model: Model {
                stage: 0,
                ended: Ended::Open,
                amount,
                customer,
                since: 0,
            },
        };
        let details = OpportunityDetails {
            title: "deal".into(),
            customer: customer.then_some(CUSTOMER),
            amount: amount.map(cents),
            ..OpportunityDetails::default()
        };
        let opened = run.scenario(0).when(opens(Open { details, ..open() }));
        run.take(opened.decision().events);
        run
    }

    fn take(&mut self, decided: Vec<(OpportunityEvent, Vec<String>)>) {
        self.events
            .extend(decided.into_iter().map(|(event, _)| event));
    }

    fn state(&self) -> Deal {
        self.events.iter().fold(None, Opportunity::evolve).unwrap()
    }

    /// Does the same to the opportunity and to the model; they must agree.
    fn step(&mut self, op: &Op, at: i64) -> Result<(), TestCaseError> {
        let outcome = self.scenario(at).when(command(op));
        match (outcome.result, self.model.after(op, at, self.switches)) {
            (Ok(decision), Ok(next)) => {
                self.take(decision.events);
                self.model = next;
            }
            (Err(refusal), Err(code)) => prop_assert_eq!(refusal.code, code),
            (decided, wanted) => {
                prop_assert!(false, "{:?} where the model says {:?}", decided, wanted)
            }
        }
        Ok(())
    }

    fn agree(&self) -> Result<(), TestCaseError> {
        let deal = self.state();
        let ended = match &deal.status {
            Status::Open => Ended::Open,
            Status::Won { amount, .. } => Ended::Won(in_cents(*amount)),
            Status::Lost { .. } => Ended::Lost,
        };
        prop_assert_eq!(&ended, &self.model.ended);
        prop_assert_eq!(deal.entry.stage.as_str(), STAGES[self.model.stage].0);
        prop_assert_eq!(deal.entry.probability, self.model.probability());
        prop_assert_eq!(deal.entry.at, hour(self.model.since));
        prop_assert_eq!(deal.details.amount.map(in_cents), self.model.amount);
        prop_assert_eq!(deal.pipeline.id, PIPELINE);
        if !deal.lines.is_empty() {
            let sum: Decimal = deal.lines.iter().map(|line| line.amount.amount).sum();
            prop_assert_eq!(Some(sum), deal.details.amount.map(|amount| amount.amount));
        }
        Ok(())
    }
}

fn in_cents(money: Money) -> i64 {
    let cents = money.amount * Decimal::from(100);
    assert!(cents.is_integer(), "{money} is not whole cents");
    cents
        .to_string()
        .parse::<Decimal>()
        .unwrap()
        .try_into()
        .unwrap()
}

fn switches() -> impl Strategy<Value = Switches> {
    (any::<bool>(), any::<bool>()).prop_map(|(back, reopen)| Switches { back, reopen })
}

proptest! {
    #[test]
    fn an_opportunity_does_what_the_naive_model_does(
        switches in switches(),
        amount in prop::option::of(0_i64..1_000_000),
        customer in any::<bool>(),
        history in any_history(),
    ) {
        let mut run = Run::start(switches, amount, customer);
        run.agree()?;
        let mut clock = 0;
        for (op, hours) in &history {
            clock = (clock + hours).max(0);
            run.step(op, clock)?;
            run.agree()?;
        }
    }

    #[test]
    fn steps_never_go_back_in_time_nor_in_order_unless_allowed(
        switches in switches(),
        history in any_history(),
    ) {
        let mut run = Run::start(switches, Some(100), true);
        let mut clock = 0;
        for (op, hours) in &history {
            clock = (clock + hours).max(0);
            run.step(op, clock)?;
        }
        let mut state = None;
        let mut last: Option<Deal> = None;
        for event in &run.events {
            state = Opportunity::evolve(state, event);
            let deal = state.clone().unwrap();
            if let Some(last) = last {
                prop_assert!(last.entry.at <= deal.entry.at);
                let order = |deal: &Deal| STAGES.iter().position(|(name, _)| *name == deal.entry.stage.as_str());
                prop_assert!(switches.back || order(&last) <= order(&deal));
                let closed = last.status != Status::Open;
                prop_assert!(!closed || switches.reopen);
                prop_assert!(!closed || deal.status == Status::Open);
            }
            last = Some(deal);
        }
    }

    #[test]
    fn a_snapshot_and_the_log_give_the_state_back(history in any_history()) {
        let mut run = Run::start(Switches { back: true, reopen: true }, None, true);
        let mut clock = 0;
        for (op, hours) in &history {
            clock = (clock + hours).max(0);
            run.step(op, clock)?;
        }
        let state = Some(run.state());
        let snapshot = serde_json::to_vec(&state).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Option<Deal>>(&snapshot).unwrap(), &state);

        let read = run.events.iter().map(|event| {
            OpportunityEvent::decode(&event.event_type(), &event.encode().unwrap()).unwrap()
        });
        prop_assert_eq!(read.fold(None, |state, event| Opportunity::evolve(state, &event)), state);
    }

    #[test]
    fn any_part_of_a_log_in_any_order_can_be_folded(
        history in any_history(),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let mut run = Run::start(Switches { back: true, reopen: true }, None, true);
        let mut clock = 0;
        for (op, hours) in &history {
            clock = (clock + hours).max(0);
            run.step(op, clock)?;
        }
        let picked = picks.iter().map(|pick| pick.get(&run.events));
        let mut opened = false;
        let mut state = None;
        for event in picked {
            opened |= matches!(event, OpportunityEvent::Opened(_));
            state = Opportunity::evolve(state, event);
            prop_assert_eq!(state.is_some(), opened);
        }
    }

    #[test]
    fn lines_come_to_the_exact_product_rounded_half_up(
        lines in prop::collection::vec((1_i64..10_000_000_000, 0_i64..10_000_000), 1..20)
    ) {
        let asked: Vec<LineInput> = lines.iter().map(asked).collect();
        let (priced, sum) = lines::priced(&asked).unwrap();
        let wanted: Vec<i64> = lines.iter().map(|line| rounded_wide(*line)).collect();
        let got: Vec<i64> = priced.iter().map(|line| in_cents(line.amount)).collect();
        prop_assert_eq!(&got, &wanted);
        prop_assert_eq!(sum.map(in_cents), Some(wanted.iter().sum()));
    }
}

fn rounded_wide((quantity, price): (i64, i64)) -> i64 {
    let exact = i128::from(quantity) * i128::from(price);
    i64::try_from((exact + 5_000) / 10_000).unwrap()
}

#[test]
fn the_models_own_arithmetic_is_that_of_the_kit() {
    assert_eq!(rounded((5_000, 1)), 1);
    assert_eq!(rounded((4_999, 1)), 0);
    assert_eq!(asked(&(5_000, 1)), line("0.5", "0.01"));
    assert_eq!(in_cents(cents(123)), 123);
}
