//! Purchases (消费记录): what was bought, by whom, what of it was really paid, what came back, and what
//! all that earned (L-06, L-12, L-16).
//!
//! A till records a purchase and its returns. An order's purchase follows from the sales service: it
//! earns as its invoices are settled, invoice by invoice (each is a *part*); a payment that bounces
//! takes a part's points back, and so does what is credited, in proportion. Whatever happens, and in
//! whichever order it becomes known, each part's points follow from the state alone
//! ([`shares`]): `round(share that came back × earned)` is to be taken back; what is less is taken,
//! what is more is given again. So three refunds of a third take back exactly all.
//!
//! A customer may be a member of several programs, and earns in each (L-01).

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    loyalty::PaymentPart,
    loyalty::{CardId, MatchedBy, MemberId, ProgramId, PurchaseEvent, PurchaseLine, ReturnedLine},
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    card::Card,
    earning_rules::EarningRules,
    holder::Holder,
    member::{Member, keys::Wanted},
    points::PointsAccount,
    standing::{and_program, and_program_of},
};

mod course;
mod earn;
mod evolve;
mod from_sales;
mod shares;
mod state;
#[cfg(test)]
mod tests;
mod till;

pub use state::{Earning, Part, Recorded};

/// The decider of a purchase.
#[derive(Debug)]
pub struct Purchase;

/// What can be asked of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A till sold something.
    Record(Record),
    /// The member who bought is known, later.
    Match(MemberId),
    /// Something came back to the till.
    Return {
        /// The return.
        credit: Uuid,
        /// What.
        what: Back,
        /// Why.
        reason: Option<String>,
    },
    /// Sales: an invoice is settled in full.
    Settle(Settle),
    /// Sales: it is not any more.
    Unsettle {
        /// The invoice.
        part: Uuid,
    },
    /// Sales: a part of the order was credited.
    Credit {
        /// Who bought.
        customer: CustomerId,
        /// The credit note.
        credit: Uuid,
        /// What it comes to.
        amount: Decimal,
        /// Its currency.
        currency: Currency,
    },
    /// Sales: the credit note was voided.
    TakeCreditBack {
        /// The credit note.
        credit: Uuid,
    },
}

/// What a till sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The program of the till.
    pub program: ProgramId,
    /// What the till knows of who bought.
    pub wanted: Wanted,
    /// Whom that found, when it was looked up.
    pub member: Option<Found>,
    /// The card that was shown.
    pub card: Option<CardId>,
    /// The shop.
    pub shop: Option<String>,
    /// The receipt's number.
    pub reference: Option<String>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// At least one; they add up to 0 or more.
    pub lines: Vec<PurchaseLine>,
    /// They add up to the lines.
    pub payments: Vec<PaymentPart>,
}

/// A member that was found, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The member.
    pub member: MemberId,
    /// By what.
    pub by: MatchedBy,
}

/// What came back to a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// So much money's worth: in proportion.
    Amount(Decimal),
    /// These goods: what their lines earned.
    Lines(Vec<ReturnedLine>),
    /// All that had not come back yet.
    Rest,
}

/// An invoice that is settled in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settle {
    /// The customer.
    pub customer: CustomerId,
    /// The invoice.
    pub part: Uuid,
    /// Since which day.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// What it came to.
    pub total: Decimal,
    /// What credit notes covered.
    pub credited: Decimal,
    /// What was kept back.
    pub kept_back: Decimal,
}

impl Decider for Purchase {
    type State = Option<Recorded>;
    type Command = Command;
    type Event = PurchaseEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let mut reads = Reads::none();
        match command {
            Command::Record(record) => {
                reads = and_program(reads, record.program)
                    .and::<EarningRules>(record.program)
                    .and_if::<Card>(record.card)
                    .and_if::<Member>(record.member.map(|found| found.member))
                    .and_if::<PointsAccount>(record.member.map(|found| found.member));
            }
            Command::Match(member) => {
                reads = reads.and::<Member>(*member).and::<PointsAccount>(*member);
            }
            Command::Settle(Settle { customer, .. }) | Command::Credit { customer, .. } => {
                reads = reads.and::<Holder>(*customer);
            }
            Command::Return { .. } | Command::Unsettle { .. } | Command::TakeCreditBack { .. } => {}
        }
        let known = state.iter().flat_map(|recorded| &recorded.members);
        known.fold(reads, |reads, (program, member)| {
            and_member(reads, *program, *member)
        })
    }

    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let reads = Reads::none();
        match command {
            Command::Match(member) => {
                let program = super::standing::member(*member, context).ok();
                let program = program.map(|member| member.program);
                and_program_of(reads, *member, context).and_if::<EarningRules>(program)
            }
            Command::Settle(Settle { customer, .. }) if unmatched(state.as_ref()) => {
                let holder = context.read::<Holder>(*customer);
                let members: Vec<_> = holder.iter().flat_map(|holder| holder.members()).collect();
                members.into_iter().fold(reads, |reads, (program, member)| {
                    and_member(reads, program, member)
                })
            }
            _ => reads,
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PurchaseEvent>, Refusal> {
        let decision = match command {
            Command::Record(record) => till::record(state.as_ref(), record, context)?,
            Command::Match(member) => till::match_late(state.as_ref(), *member, context)?,
            Command::Return {
                credit,
                what,
                reason,
            } => till::give_back(state.as_ref(), *credit, what, reason.clone(), context)?,
            Command::Settle(settle) => from_sales::settle(state.as_ref(), settle, context)?,
            Command::Unsettle { part } => from_sales::unsettle(state.as_ref(), *part, context)?,
            Command::Credit {
                customer,
                credit,
                amount,
                currency,
            } => {
                let credited = (*credit, *amount, *currency);
                from_sales::credit(state.as_ref(), *customer, credited, context)?
            }
            Command::TakeCreditBack { credit } => {
                from_sales::take_credit_back(state.as_ref(), *credit, context)?
            }
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &PurchaseEvent) -> Self::State {
        evolve::after(state, event)
    }
}

/// Whether nobody is known to have bought yet.
fn unmatched(state: Option<&Recorded>) -> bool {
    state.is_none_or(|recorded| recorded.members.is_empty())
}

/// All that a member's earnings depend on.
fn and_member(reads: Reads, program: ProgramId, member: MemberId) -> Reads {
    and_program(reads, program)
        .and::<EarningRules>(program)
        .and::<Member>(member)
        .and::<PointsAccount>(member)
}
