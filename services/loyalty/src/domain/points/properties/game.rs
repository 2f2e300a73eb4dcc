//! Plays a random history in a club in memory.

use guanxi_decider::Refusal;
use guanxi_events::loyalty::{
    CardId, MemberId, PointsEvent, ProgramRules, PurchaseId, RedeemFor, RedemptionId,
    TierLadderDefinition,
    points::{EarnedBy, LotNo, PointsEarned},
};
use jiff::ToSpan;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Command, PointsAccount,
    wishes::{Op, TIERS},
};
use crate::domain::{
    card::{self, Card},
    card_issue::Source,
    in_memory::{ANNE, BATCH, BEN, CUSTOMER, Club, PROGRAM, line},
    member::{self, Member},
    points_batch::{Command as BatchCommand, Item, PointsBatch, What},
    purchase::{Back, Command as PurchaseCommand, Purchase, Settle},
    redemption::{Command as RedemptionCommand, Redeem, Redemption},
};

pub(super) struct Game {
    pub(super) club: Club,
    /// All that were ever given out.
    cards: Vec<(MemberId, CardId)>,
    pub(super) purchases: Vec<PurchaseId>,
    redemptions: Vec<RedemptionId>,
    references: u32,
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn who(ben: bool) -> MemberId {
    if ben { BEN } else { ANNE }
}

pub(super) fn order(order: usize) -> Uuid {
    Uuid::from_u128(500 + order as u128)
}

fn document(order: usize, no: u8, kind: u128) -> Uuid {
    Uuid::from_u128(kind * 1000 + order as u128 * 10 + u128::from(no))
}

impl Game {
    /// Two members with a card each, in the lowest tier where there is a ladder.
    pub(super) fn new(rules: ProgramRules, ladder: Option<TierLadderDefinition>) -> Self {
        let mut club = Club::with(rules);
        club.print();
        if let Some(ladder) = ladder {
            club.define(ladder);
        }
        let mut cards = Vec::new();
        for member in [ANNE, BEN] {
            let review = member::Command::ReviewTier;
            club.run::<Member>(member, &review).unwrap();
            cards.push((member, club.draw(member).unwrap()));
        }
        Self {
            club,
            cards,
            purchases: Vec::new(),
            redemptions: Vec::new(),
            references: 0,
        }
    }

    pub(super) fn play(&mut self, op: &Op) -> Result<(), Refusal> {
        let club = &mut self.club;
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
                self.purchases.push(club.buys_lines(Some(who(*ben)), lines));
                Ok(())
            }
            Op::Return { purchase, share } => {
                let Some(id) = some(&self.purchases, *purchase) else {
                    return Ok(());
                };
                let total = club.state::<Purchase>(id).unwrap().total();
                let part = (total / Decimal::from(*share)).round_dp(2);
                let part = if *share == 1 || part.is_zero() {
                    Back::Rest
                } else {
                    Back::Amount(part)
                };
                club.returns(id, part)
            }
            Op::ReturnLine { purchase } => {
                let Some(id) = some(&self.purchases, *purchase) else {
                    return Ok(());
                };
                let one = guanxi_events::loyalty::ReturnedLine {
                    line: 1,
                    quantity: Decimal::ONE,
                };
                club.returns(id, Back::Lines(vec![one]))
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
                club.run::<Purchase>(order(*no), &PurchaseCommand::Settle(settle))
                    .map(drop)
            }
            Op::Unsettle { order: no, invoice } => {
                let part = document(*no, *invoice, 7);
                club.run::<Purchase>(order(*no), &PurchaseCommand::Unsettle { part })
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
                club.run::<Purchase>(order(*no), &credit).map(drop)
            }
            Op::TakeCreditBack { order: no, note } => {
                let credit = document(*no, *note, 8);
                club.run::<Purchase>(order(*no), &PurchaseCommand::TakeCreditBack { credit })
                    .map(drop)
            }
            Op::Redeem { ben, points } => {
                let id = club.id();
                let redeem = Redeem {
                    member: who(*ben),
                    card: None,
                    points: Decimal::from(*points),
                    bill: None,
                    purpose: RedeemFor::Payment,
                    shop: None,
                    reference: None,
                };
                club.run::<Redemption>(id, &RedemptionCommand::Redeem(redeem))?;
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
                club.run::<Redemption>(id, &refund).map(drop)
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
                club.run::<PointsAccount>(who(*ben), &adjust).map(drop)
            }
            Op::Transfer { ben, points } => {
                let transfer = Command::Transfer {
                    to: who(!*ben),
                    points: Decimal::from(*points),
                    reason: None,
                };
                club.run::<PointsAccount>(who(*ben), &transfer).map(drop)
            }
            Op::Accrue { ben, points } => {
                self.references += 1;
                let accrue = Command::Accrue {
                    points: Decimal::from(*points),
                    tier_points: Decimal::ONE,
                    reference: format!("activity {}", self.references),
                };
                club.run::<PointsAccount>(who(*ben), &accrue).map(drop)
            }
            Op::History { ben, items, more } => {
                let now = club.now;
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
                let id = club.id();
                club.run::<PointsBatch>(id, &book).map(drop)
            }
            Op::BuyWith { card, cents: paid } => {
                let (member, card) = self.cards[card % self.cards.len()];
                let lines = vec![line(None, Decimal::ONE, cents(*paid))];
                let id = club.buys_with(card, member, lines);
                let stands = club.member(member).cards.contains_key(&card);
                let bought = club.state::<Purchase>(id).unwrap().members;
                let wanted: &[_] = if stands { &[(PROGRAM, member)] } else { &[] };
                assert_eq!(bought, wanted, "a replaced card stands for nobody");
                self.purchases.push(id);
                Ok(())
            }
            Op::Match { purchase, ben } => {
                let Some(id) = some(&self.purchases, *purchase) else {
                    return Ok(());
                };
                let late = PurchaseCommand::Match(who(*ben));
                club.run::<Purchase>(id, &late).map(drop)
            }
            Op::Replace { ben } => {
                let member = who(*ben);
                let used = club.member(member).cards;
                let (old, _) = used.first_key_value().unwrap();
                let replace = card::Command::Replace {
                    source: Source::Draw(BATCH),
                    reason: "broken".into(),
                };
                club.run::<Card>(*old, &replace)?;
                let new = club.member(member).cards.into_keys();
                self.cards.extend(new.map(|card| (member, card)));
                Ok(())
            }
            Op::Review { ben } => {
                let review = member::Command::ReviewTier;
                club.run::<Member>(who(*ben), &review).map(drop)
            }
            Op::Wait(days) => {
                club.wait(*days);
                Ok(())
            }
        }
    }

    /// What happened to a member's account.
    pub(super) fn booked(&self, member: MemberId) -> &[PointsEvent] {
        self.club.booked.get(&member.0).map_or(&[], Vec::as_slice)
    }

    /// How high the tier was in which a lot was earned by the rules.
    pub(super) fn rank_that_earned(&self, member: MemberId, lot: LotNo) -> Option<usize> {
        self.booked(member).iter().find_map(|event| match event {
            PointsEvent::Earned(PointsEarned {
                lot: no,
                by: EarnedBy::Rules(applied),
                ..
            }) if *no == lot => rank(applied.tier.as_ref()?.as_str()),
            _ => None,
        })
    }

    /// How high a member's tier is; nothing without a ladder.
    pub(super) fn rank(&self, member: MemberId) -> Option<usize> {
        rank(&self.club.tier(member)?)
    }

    /// How many cards were given out in place of others.
    pub(super) fn replaced(&self) -> usize {
        self.cards.len() - 2
    }
}

fn some<T: Copy>(list: &[T], choice: usize) -> Option<T> {
    list.get(choice % list.len().max(1)).copied()
}

fn rank(tier: &str) -> Option<usize> {
    TIERS.iter().position(|(key, ..)| *key == tier)
}
