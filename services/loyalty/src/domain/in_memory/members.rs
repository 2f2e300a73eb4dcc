//! A club that enrols members and gives out cards, with ladders of tiers.

use guanxi_decider::Refusal;
use guanxi_events::{CustomerCopied, loyalty::*};
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{CUSTOMER, Club, PROGRAM, rules};
use crate::domain::{
    card::{Card, GivenCard},
    card_batch::{self, Batch, CardBatch},
    card_issue::Source,
    customer_copy::CustomerCopy,
    member::{self, Enrolment, Member, Membership},
    program::{self, Program},
    tier_ladder::{self, TierLadder},
};

/// The batch of which cards are drawn.
pub(crate) const BATCH: CardBatchId = CardBatchId(Uuid::from_u128(3));

/// The n-th member.
pub(crate) fn member_id(n: u128) -> MemberId {
    MemberId(Uuid::from_u128(1_000 + n))
}

impl Club {
    /// A program, a customer, and a batch of the numbers 6217 000001 c to 6217 999999 c, on 15
    /// January 2026. Nobody is a member.
    pub(crate) fn open() -> Self {
        let mut club = Self::empty().at("2026-01-15T12:00:00Z");
        let open = program::Command::Open {
            shop: None,
            rules: rules(),
        };
        club.ask::<Program>(PROGRAM, &open).unwrap();
        let copied = CustomerCopyEvent::Copied(CustomerCopied {
            name: "Wu".into(),
            ..CustomerCopied::default()
        });
        club.happened::<CustomerCopy>(CUSTOMER, copied);
        club.print();
        club
    }

    /// The batch is there from now on.
    pub(crate) fn print(&mut self) {
        self.batch(BATCH, numbers("6217", 1, 999_999), Dealing::InOrder)
            .unwrap();
    }

    pub(crate) fn batch(
        &mut self,
        id: CardBatchId,
        numbers: CardNumbers,
        dealing: Dealing,
    ) -> Result<(), Refusal> {
        let create = card_batch::Command::Create(CardBatchCreated {
            program: PROGRAM,
            name: "a batch".into(),
            numbers,
            dealing,
        });
        self.ask::<CardBatch>(id, &create).map(|_| ())
    }

    pub(crate) fn drawing(&self) -> Batch {
        self.state::<CardBatch>(BATCH).unwrap()
    }

    pub(crate) fn define(&mut self, ladder: TierLadderDefinition) {
        let define = tier_ladder::Command::Define(ladder);
        self.ask::<TierLadder>(PROGRAM, &define).unwrap();
    }

    /// Enrols the n-th member, active, with nothing else.
    pub(crate) fn enrol(&mut self, n: u128) -> MemberId {
        self.enrol_as(n, enrolment()).unwrap()
    }

    pub(crate) fn enrol_as(&mut self, n: u128, enrolment: Enrolment) -> Result<MemberId, Refusal> {
        let id = member_id(n);
        self.ask::<Member>(id, &member::Command::Enrol(enrolment))?;
        Ok(id)
    }

    pub(crate) fn member(&self, id: MemberId) -> Membership {
        self.state::<Member>(id).unwrap()
    }

    pub(crate) fn card(&self, id: CardId) -> GivenCard {
        self.state::<Card>(id).unwrap()
    }

    pub(crate) fn tier(&self, id: MemberId) -> Option<String> {
        self.member(id).tier.map(|tier| tier.to_string())
    }

    /// Draws a card for a member.
    pub(crate) fn draw(&mut self, id: MemberId) -> Result<CardId, Refusal> {
        let add = member::Command::AddCard(Source::Draw(BATCH));
        let decision = self.ask::<Member>(id, &add)?;
        Ok(decision.elsewhere_of::<CardEvent>()[0].0.into())
    }

    /// Something counts for the member, as the decision of a purchase would write it.
    pub(crate) fn earn(&mut self, id: MemberId, on: Date, points: i64) -> Vec<MemberEvent> {
        let qualified = MemberQualified {
            on,
            cause: QualifyingCause::Purchase(Uuid::from_u128(9)),
            sums: QualifyingSums {
                tier_points: points.into(),
                ..QualifyingSums::default()
            },
        };
        let state = self.member(id);
        let ladder = self.state::<TierLadder>(PROGRAM);
        let context = self.context(id);
        let events = member::tiers::after(&state, ladder.as_ref(), qualified, &context);
        for event in &events {
            self.happened::<Member>(id, event.clone());
        }
        events
    }
}

pub(crate) fn enrolment() -> Enrolment {
    Enrolment {
        program: PROGRAM,
        customer: None,
        active: true,
        shop: None,
        referrer: None,
        keys: ContactKeys::default(),
        card: None,
    }
}

pub(crate) fn numbers(prefix: &str, first: u64, last: u64) -> CardNumbers {
    CardNumbers {
        prefix: prefix.into(),
        digits: 6,
        first,
        last,
        check: CheckDigit::Luhn,
    }
}

/// A ladder of tier points: `(key, threshold)` from the lowest up.
pub(crate) fn ladder(
    window: TierWindow,
    tiers: &[(&str, i64)],
    downgrade: Option<Downgrade>,
) -> TierLadderDefinition {
    let tier = |(key, threshold): &(&str, i64)| Tier {
        key: key.parse().unwrap(),
        name: (*key).into(),
        threshold: (*threshold).into(),
        privileges: Privileges {
            earning_factor: Decimal::ONE,
            discount_percent: Decimal::ZERO,
            birthday_gift: None,
        },
    };
    TierLadderDefinition {
        measure: TierMeasure::TierPoints,
        window,
        tiers: tiers.iter().map(tier).collect(),
        downgrade,
    }
}
