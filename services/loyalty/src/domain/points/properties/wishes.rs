//! What may happen in a random history, and under which rules.

use guanxi_events::loyalty::{
    Downgrade, ExpiryRule, Fall, ProgramRules, ShortfallPolicy, TierLadderDefinition, TierWindow,
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::domain::in_memory::{ladder, rules};

/// One thing that somebody tries. Numbers choose among what is there.
#[derive(Debug, Clone)]
pub(super) enum Op {
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
    /// With a card, that may stand for nobody any more.
    BuyWith {
        card: usize,
        cents: i64,
    },
    /// It is known later who bought.
    Match {
        purchase: usize,
        ben: bool,
    },
    /// A new card for the one that is used.
    Replace {
        ben: bool,
    },
    /// The end of a tier's period is looked at.
    Review {
        ben: bool,
    },
    Wait(i64),
}

pub(super) fn op() -> impl Strategy<Value = Op> {
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
        2 => (any::<usize>(), 0_i64..20_000).prop_map(|(card, cents)| Op::BuyWith { card, cents }),
        1 => (any::<usize>(), ben()).prop_map(|(purchase, ben)| Op::Match { purchase, ben }),
        1 => ben().prop_map(|ben| Op::Replace { ben }),
        1 => ben().prop_map(|ben| Op::Review { ben }),
        4 => (0_i64..40).prop_map(Op::Wait),
    ]
}

pub(super) fn program() -> impl Strategy<Value = ProgramRules> {
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

/// The tiers by rank, with what each needs and by how much its members earn more.
pub(super) const TIERS: [(&str, i64, Decimal); 3] = [
    ("silver", 0, Decimal::ONE),
    ("gold", 100, Decimal::from_parts(15, 0, 0, false, 1)),
    ("platinum", 300, Decimal::TWO),
];

/// A ladder from which members fall within a history; or none.
pub(super) fn tiers() -> impl Strategy<Value = Option<TierLadderDefinition>> {
    let fall = prop_oneof![Just(Fall::OneStep), Just(Fall::ToBalance)];
    let falling = (10_u16..60, fall, 0_u16..5).prop_map(|(days, fall, grace_days)| {
        let downgrade = Some(Downgrade { fall, grace_days });
        let keys = TIERS.map(|(key, threshold, _)| (key, threshold));
        let mut ladder = ladder(TierWindow::RollingDays(days), &keys, downgrade);
        for (tier, (_, _, factor)) in ladder.tiers.iter_mut().zip(TIERS) {
            tier.privileges.earning_factor = factor;
        }
        ladder
    });
    prop::option::weighted(0.8, falling)
}
