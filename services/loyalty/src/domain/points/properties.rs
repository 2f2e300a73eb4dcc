//! Random histories of two members: earning, returns, bounces, redemptions and their refunds,
//! adjustments, transfers, batches of history and the passing of time, under random rules. After
//! every step the accounts are what a plain calculation makes of all events alone, and the law of
//! conservation holds (L-19).

use guanxi_events::loyalty::{
    ExpiryRule, MemberId, ProgramRules, PurchaseId, RedeemFor, RedemptionId, ShortfallPolicy,
};
use jiff::ToSpan;
use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};
use uuid::Uuid;

use super::*;
use crate::domain::{
    counter::{ANNE, BEN, CUSTOMER, Counter, line, rules},
    points_batch::{Command as BatchCommand, Item, PointsBatch, What},
    purchase::{Back, Command as PurchaseCommand, Purchase, Settle},
    redemption::{Command as RedemptionCommand, Redeem, Redemption},
};

mod oracle;

use oracle::Figures;

/// One thing that somebody tries. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Op {
    Buy {
        ben: bool,
        cents: i64,
        shoes: bool,
    },
    Return {
        purchase: usize,
        share: u8,
    },
    ReturnLine {
        purchase: usize,
    },
    Settle {
        order: usize,
        invoice: u8,
        cents: i64,
        credited: i64,
    },
    Unsettle {
        order: usize,
        invoice: u8,
    },
    Credit {
        order: usize,
        note: u8,
        cents: i64,
    },
    TakeCreditBack {
        order: usize,
        note: u8,
    },
    Redeem {
        ben: bool,
        points: i64,
    },
    Refund {
        redemption: usize,
        points: Option<i64>,
    },
    Adjust {
        ben: bool,
        points: i64,
        tier_points: i64,
    },
    Transfer {
        ben: bool,
        points: i64,
    },
    Accrue {
        ben: bool,
        points: i64,
    },
    History {
        ben: bool,
        items: Vec<(i64, i64)>,
        more: bool,
    },
    Wait(i64),
}

fn op() -> impl Strategy<Value = Op> {
    let ben = any::<bool>;
    prop_oneof![
        4 => (ben(), 0_i64..20_000, ben()).prop_map(|(ben, cents, shoes)| Op::Buy { ben, cents, shoes }),
        4 => (any::<usize>(), 1_u8..4).prop_map(|(purchase, share)| Op::Return { purchase, share }),
        1 => any::<usize>().prop_map(|purchase| Op::ReturnLine { purchase }),
        3 => (0_usize..3, 0_u8..2, 1_i64..20_000, 0_i64..5_000)
            .prop_map(|(order, invoice, cents, credited)| Op::Settle { order, invoice, cents, credited }),
        1 => (0_usize..3, 0_u8..2).prop_map(|(order, invoice)| Op::Unsettle { order, invoice }),
        2 => (0_usize..3, 0_u8..3, 1_i64..15_000)
            .prop_map(|(order, note, cents)| Op::Credit { order, note, cents }),
        1 => (0_usize..3, 0_u8..3).prop_map(|(order, note)| Op::TakeCreditBack { order, note }),
        4 => (ben(), 1_i64..300).prop_map(|(ben, points)| Op::Redeem { ben, points }),
        3 => (any::<usize>(), prop::option::of(1_i64..200))
            .prop_map(|(redemption, points)| Op::Refund { redemption, points }),
        1 => (ben(), -200_i64..200, -50_i64..50)
            .prop_map(|(ben, points, tier_points)| Op::Adjust { ben, points, tier_points }),
        2 => (ben(), 1_i64..150).prop_map(|(ben, points)| Op::Transfer { ben, points }),
        1 => (ben(), 1_i64..150).prop_map(|(ben, points)| Op::Accrue { ben, points }),
        1 => (ben(), prop::collection::vec((0_i64..900, -150_i64..150), 1..6), ben())
            .prop_map(|(ben, items, more)| Op::History { ben, items, more }),
        4 => (0_i64..40).prop_map(Op::Wait),
    ]
}

fn program() -> impl Strategy<Value = ProgramRules> {
    let expiry = prop_oneof![
        Just(ExpiryRule::Never),
        (1_u16..60).prop_map(ExpiryRule::Days),
        (1_u16..4).prop_map(ExpiryRule::Months),
        (0_u16..3).prop_map(ExpiryRule::MonthEnd),
        Just(ExpiryRule::YearEnd(0)),
    ];
    let shortfall = prop_oneof![
        Just(ShortfallPolicy::GoNegative),
        Just(ShortfallPolicy::Owe),
        Just(ShortfallPolicy::Refuse),
    ];
    (expiry, shortfall, 0_u8..3, 0_u16..20, 0_u16..20).prop_map(
        |(expiry, shortfall, scale, return_window_days, returned_grace_days)| ProgramRules {
            expiry,
            shortfall,
            scale,
            return_window_days,
            returned_grace_days,
            ..rules()
        },
    )
}

/// What a rule may refuse of these wishes.
const EXPECTED: [&str; 7] = [
    "NOT_ENOUGH_POINTS",
    "NOT_ENOUGH_TIER_POINTS",
    "POINTS_SPENT",
    "RETURNED_TOO_MUCH",
    "REFUNDED_TOO_MUCH",
    "PURCHASE_OF_AN_ORDER",
    "SAME_MEMBER",
];

struct Game {
    counter: Counter,
    purchases: Vec<PurchaseId>,
    redemptions: Vec<RedemptionId>,
    references: u32,
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn who(ben: bool) -> MemberId {
    if ben { BEN } else { ANNE }
}

fn order(order: usize) -> Uuid {
    Uuid::from_u128(500 + order as u128)
}

fn document(order: usize, no: u8, kind: u128) -> Uuid {
    Uuid::from_u128(kind * 1000 + order as u128 * 10 + u128::from(no))
}

impl Game {
    fn new(rules: ProgramRules) -> Self {
        Self {
            counter: Counter::new(rules),
            purchases: Vec::new(),
            redemptions: Vec::new(),
            references: 0,
        }
    }

    fn play(&mut self, op: &Op) -> Result<(), Refusal> {
        let counter = &mut self.counter;
        match op {
            Op::Buy {
                ben,
                cents: paid,
                shoes,
            } => {
                let shoes = shoes.then_some("shoes");
                let lines = vec![
                    line(shoes, Decimal::from(3), cents(*paid)),
                    line(None, Decimal::ONE, cents(777)),
                ];
                self.purchases
                    .push(counter.buys_lines(Some(who(*ben)), lines));
                Ok(())
            }
            Op::Return { purchase, share } => {
                let Some(id) = some(&self.purchases, *purchase) else {
                    return Ok(());
                };
                let total = counter.state::<Purchase>(id).unwrap().total();
                let part = (total / Decimal::from(*share)).round_dp(2);
                let part = if *share == 1 || part.is_zero() {
                    Back::Rest
                } else {
                    Back::Amount(part)
                };
                counter.returns(id, part)
            }
            Op::ReturnLine { purchase } => {
                let Some(id) = some(&self.purchases, *purchase) else {
                    return Ok(());
                };
                let one = guanxi_events::loyalty::ReturnedLine {
                    line: 1,
                    quantity: Decimal::ONE,
                };
                counter.returns(id, Back::Lines(vec![one]))
            }
            Op::Settle {
                order: no,
                invoice,
                cents: total,
                credited,
            } => {
                let settle = Settle {
                    customer: CUSTOMER,
                    part: document(*no, *invoice, 7),
                    on: "2026-01-01".parse().unwrap(),
                    currency: iso_currency::Currency::EUR,
                    total: cents(*total),
                    credited: cents(*credited.min(total)),
                    kept_back: Decimal::ZERO,
                };
                counter
                    .run::<Purchase>(order(*no), &PurchaseCommand::Settle(settle))
                    .map(drop)
            }
            Op::Unsettle { order: no, invoice } => {
                let part = document(*no, *invoice, 7);
                counter
                    .run::<Purchase>(order(*no), &PurchaseCommand::Unsettle { part })
                    .map(drop)
            }
            Op::Credit {
                order: no,
                note,
                cents: amount,
            } => {
                let credit = PurchaseCommand::Credit {
                    customer: CUSTOMER,
                    credit: document(*no, *note, 8),
                    amount: cents(*amount),
                    currency: iso_currency::Currency::EUR,
                };
                counter.run::<Purchase>(order(*no), &credit).map(drop)
            }
            Op::TakeCreditBack { order: no, note } => {
                let credit = document(*no, *note, 8);
                counter
                    .run::<Purchase>(order(*no), &PurchaseCommand::TakeCreditBack { credit })
                    .map(drop)
            }
            Op::Redeem { ben, points } => {
                let id = counter.id();
                let redeem = Redeem {
                    member: who(*ben),
                    card: None,
                    points: Decimal::from(*points),
                    bill: None,
                    purpose: RedeemFor::Payment,
                    shop: None,
                    reference: None,
                };
                counter.run::<Redemption>(id, &RedemptionCommand::Redeem(redeem))?;
                self.redemptions.push(RedemptionId(id));
                Ok(())
            }
            Op::Refund { redemption, points } => {
                let Some(id) = some(&self.redemptions, *redemption) else {
                    return Ok(());
                };
                let refund = RedemptionCommand::Refund {
                    points: points.map(Decimal::from),
                    reason: "back".into(),
                };
                counter.run::<Redemption>(id, &refund).map(drop)
            }
            Op::Adjust {
                ben,
                points,
                tier_points,
            } => {
                let adjust = Command::Adjust {
                    points: Decimal::from(*points),
                    tier_points: Decimal::from(*tier_points),
                    reason: "because".into(),
                };
                counter.run::<PointsAccount>(who(*ben), &adjust).map(drop)
            }
            Op::Transfer { ben, points } => {
                let transfer = Command::Transfer {
                    to: who(!*ben),
                    points: Decimal::from(*points),
                    reason: None,
                };
                counter.run::<PointsAccount>(who(*ben), &transfer).map(drop)
            }
            Op::Accrue { ben, points } => {
                self.references += 1;
                let accrue = Command::Accrue {
                    points: Decimal::from(*points),
                    tier_points: Decimal::ONE,
                    reference: format!("activity {}", self.references),
                };
                counter.run::<PointsAccount>(who(*ben), &accrue).map(drop)
            }
            Op::History { ben, items, more } => {
                let now = counter.now;
                let items = items.iter().map(|(back, points)| Item {
                    at: now - (*back * 24).hours(),
                    reference: "month".into(),
                    what: if *points < 0 {
                        What::Spent(Decimal::from(-points))
                    } else {
                        What::Earned {
                            points: Decimal::from(*points),
                            tier_points: Decimal::ZERO,
                        }
                    },
                });
                let book = BatchCommand::Book {
                    member: who(*ben),
                    source: "before".into(),
                    items: items.collect(),
                    more_follows: *more,
                };
                let id = counter.id();
                counter.run::<PointsBatch>(id, &book).map(drop)
            }
            Op::Wait(days) => {
                counter.wait(*days);
                Ok(())
            }
        }
    }

    /// What was taken back of each purchase is the share of it that came back.
    fn purchases_are_level(&self) {
        let orders = (0..3).map(|no| PurchaseId(order(no)));
        for id in self.purchases.iter().copied().chain(orders) {
            let Some(purchase) = self.counter.state::<Purchase>(id) else {
                continue;
            };
            for earning in &purchase.earnings {
                let part = purchase.part(earning.part).unwrap();
                assert!(earning.reversed >= Decimal::ZERO && earning.reversed <= earning.points);
                let by_lines = purchase
                    .credits
                    .iter()
                    .any(|credit| !credit.lines.is_empty());
                if !part.settled {
                    assert_eq!(earning.reversed, earning.points);
                } else if purchase.credits.is_empty() {
                    assert_eq!(earning.reversed, Decimal::ZERO);
                } else if purchase.parts.len() == 1 && !by_lines {
                    let base = part.total - part.returned;
                    let credited = purchase.credited() - part.returned;
                    let credited = credited.clamp(Decimal::ZERO, base);
                    let scale = u32::from(
                        self.counter
                            .state::<Program>(earning.program)
                            .unwrap()
                            .rules
                            .scale,
                    );
                    let share = if base.is_zero() {
                        Decimal::ZERO
                    } else {
                        earning.points * credited / base
                    };
                    let wanted =
                        share.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
                    assert_eq!(earning.reversed, wanted, "{purchase:?}");
                }
            }
        }
    }
}

use crate::domain::program::Program;

fn some<T: Copy>(list: &[T], choice: usize) -> Option<T> {
    list.get(choice % list.len().max(1)).copied()
}

proptest! {
    #[test]
    fn points_are_conserved_in_every_history(
        rules in program(),
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let mut game = Game::new(rules.clone());
        for op in &ops {
            if let Err(refusal) = game.play(op) {
                prop_assert!(EXPECTED.contains(&refusal.code), "{:?} was refused with {}", op, refusal);
            }
            for member in [ANNE, BEN] {
                let events = game.counter.booked.get(&member.0).cloned().unwrap_or_default();
                let ledger = game.counter.ledger(member);
                prop_assert_eq!(Figures::of(&events), Figures::kept(&ledger), "after {:?}", op);
                prop_assert_eq!(ledger.imbalance(), Decimal::ZERO, "after {:?}", op);
                let below = rules.shortfall != ShortfallPolicy::GoNegative && ledger.debt > Decimal::ZERO;
                prop_assert!(!below, "only one policy goes below zero");
                let idle = (ledger.debt > Decimal::ZERO || ledger.owed() > Decimal::ZERO)
                    && ledger.in_lots() > Decimal::ZERO;
                prop_assert!(!idle, "points lie there while some are owed");
            }
            let there = game.counter.ledger(ANNE).sums.sent - game.counter.ledger(BEN).sums.received;
            prop_assert_eq!(there, Decimal::ZERO, "what Anne sent has Ben");
            game.purchases_are_level();
        }
    }
}
