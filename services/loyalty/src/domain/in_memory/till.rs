//! A club of two members who buy at a till.

use guanxi_decider::Refusal;
use guanxi_events::loyalty::{
    CardId, EarningFormula, EarningRule, EarningRulesSet, ExpiryRule, HolderEvent, HolderJoined,
    MatchedBy, MemberEnrolled, MemberEvent, MemberId, MemberStatus, PaymentKind, PaymentPart,
    PointsRounding, ProgramEvent, ProgramOpened, ProgramRules, PurchaseId, PurchaseLine,
    ShortfallPolicy, SpendingRules,
};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{CUSTOMER, Club, PROGRAM};
use crate::domain::{
    earning_rules::EarningRules,
    holder::Holder,
    member::Member,
    program::Program,
    purchase::{Back, Command as PurchaseCommand, Found, Purchase, Record},
};

/// A member who is [`CUSTOMER`].
pub(crate) const ANNE: MemberId = MemberId(Uuid::from_u128(2));
/// A member whom no customer is known to be.
pub(crate) const BEN: MemberId = MemberId(Uuid::from_u128(3));

/// The rules of a program: points are whole, active at once and never expire.
pub(crate) fn rules() -> ProgramRules {
    ProgramRules {
        name: "Friends".into(),
        scale: 0,
        currency: Currency::EUR,
        point_value: dec("0.01"),
        from: None,
        until: None,
        return_window_days: 0,
        expiry: ExpiryRule::Never,
        may_earn: vec![MemberStatus::New, MemberStatus::Active],
        may_spend: vec![MemberStatus::Active],
        spending: SpendingRules {
            minimum: Decimal::ZERO,
            step: Decimal::ONE,
            max_share_percent: Decimal::ONE_HUNDRED,
        },
        shortfall: ShortfallPolicy::GoNegative,
        returned_grace_days: 0,
        transfers: true,
        adjustment_limit: None,
    }
}

/// One point for each euro, 1.75 for shoes, by the tier's factor.
pub(crate) fn earning() -> EarningRulesSet {
    let rule = |key: &str, priority, points| EarningRule {
        key: key.into(),
        priority,
        formula: EarningFormula::Spend {
            points,
            per: Decimal::ONE,
            tier_factor: true,
        },
        conditions: Default::default(),
        last: false,
        tier_points: true,
    };
    let mut shoes = rule("shoes", 20, dec("0.75"));
    shoes.conditions.categories = vec!["shoes".into()];
    EarningRulesSet {
        version: 1,
        rules: vec![rule("base", 10, Decimal::ONE), shoes],
        rounding: PointsRounding::Down,
        paid_by: vec![PaymentKind::Cash, PaymentKind::Card],
        caps: Default::default(),
    }
}

impl Club {
    /// A program of these rules with two members, Anne and Ben, on 1 January 2026 at noon UTC.
    pub(crate) fn with(rules: ProgramRules) -> Self {
        let mut club = Self::empty();
        let opened = ProgramEvent::from(ProgramOpened { shop: None, rules });
        club.happened::<Program>(PROGRAM, opened);
        club.happened::<EarningRules>(PROGRAM, earning());
        for (member, customer) in [(ANNE, Some(CUSTOMER)), (BEN, None)] {
            let enrolled = MemberEvent::from(MemberEnrolled {
                member,
                program: PROGRAM,
                customer,
                status: MemberStatus::Active,
                on: "2020-01-01".parse().unwrap(),
                shop: None,
                referrer: None,
                keys: Default::default(),
            });
            club.happened::<Member>(member, enrolled);
        }
        let joined = HolderJoined {
            program: PROGRAM,
            member: ANNE,
        };
        club.happened::<Holder>(CUSTOMER, HolderEvent::from(joined));
        club
    }

    /// A member buys for so much cash at a till.
    pub(crate) fn buys(&mut self, member: MemberId, amount: Decimal) -> PurchaseId {
        self.buys_lines(Some(member), vec![line(None, Decimal::ONE, amount)])
    }

    /// Somebody buys these lines for cash.
    pub(crate) fn buys_lines(
        &mut self,
        member: Option<MemberId>,
        lines: Vec<PurchaseLine>,
    ) -> PurchaseId {
        self.records(record(member, lines))
    }

    /// A member shows a card and buys these lines for cash.
    pub(crate) fn buys_with(
        &mut self,
        card: CardId,
        member: MemberId,
        lines: Vec<PurchaseLine>,
    ) -> PurchaseId {
        let by = MatchedBy::Card;
        self.records(Record {
            member: Some(Found { member, by }),
            card: Some(card),
            ..record(None, lines)
        })
    }

    fn records(&mut self, record: Record) -> PurchaseId {
        let id = self.id();
        self.run::<Purchase>(id, &PurchaseCommand::Record(record))
            .unwrap();
        PurchaseId(id)
    }

    /// Something comes back to the till.
    pub(crate) fn returns(&mut self, purchase: PurchaseId, what: Back) -> Result<(), Refusal> {
        let credit = self.id();
        let command = PurchaseCommand::Return {
            credit,
            what,
            reason: None,
        };
        self.run::<Purchase>(purchase, &command).map(drop)
    }
}

/// What a till says of a purchase that was paid in cash.
pub(crate) fn record(member: Option<MemberId>, lines: Vec<PurchaseLine>) -> Record {
    let amount = lines.iter().map(|line| line.amount).sum();
    Record {
        program: PROGRAM,
        wanted: Default::default(),
        member: member.map(|member| Found {
            member,
            by: MatchedBy::Member,
        }),
        card: None,
        shop: None,
        reference: None,
        currency: Currency::EUR,
        lines,
        payments: vec![PaymentPart {
            kind: PaymentKind::Cash,
            amount,
        }],
    }
}

pub(crate) fn line(category: Option<&str>, quantity: Decimal, amount: Decimal) -> PurchaseLine {
    PurchaseLine {
        item: "goods".into(),
        category: category.map(ToOwned::to_owned),
        quantity,
        amount,
    }
}

/// A number as people write it.
pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}
