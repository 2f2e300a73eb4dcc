//! What can happen to a purchase (消费记录), L-06: what was bought, who bought it, what of it was paid,
//! what of it was given back, and what it earned. Its id is the order's, else the invoice's or the
//! till's.

use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CardId, MemberId, ProgramId, points::LotNo};
use crate::{customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One purchase.
    PurchaseId
}

/// How a part of a purchase was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// Coins and notes.
    Cash,
    /// A bank card, a transfer, a wallet.
    Card,
    /// Points.
    Points,
    /// Stored value of the member.
    StoredValue,
}

/// A part of the price, and how it was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentPart {
    /// How.
    pub kind: PaymentKind,
    /// How much, in the purchase's currency.
    pub amount: Decimal,
}

/// One line of a purchase. Numbered from 1, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseLine {
    /// What the shop calls the goods.
    pub item: String,
    /// Their category, by which rules earn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How many; above 0, at most 4 decimal places.
    pub quantity: Decimal,
    /// What the line comes to, tax and discount included.
    pub amount: Decimal,
}

/// By what a member was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The member's id.
    Member,
    /// A card.
    Card,
    /// The telephone number.
    Phone,
    /// The email address.
    Email,
    /// The customer of the order.
    Customer,
    /// By hand, later.
    Hand,
}

/// A purchase was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseRecorded {
    /// Who bought, where sales knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The program of the till; a customer's purchase earns in all of the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<ProgramId>,
    /// The card that was shown, whether it is known or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardId>,
    /// The shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// What the shop calls it: the receipt's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The lines, where they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PurchaseLine>,
    /// How it was paid, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentPart>,
}

/// The members who bought are known: one of each program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseMatched {
    /// Which, each with its program.
    pub members: Vec<(ProgramId, MemberId)>,
    /// By what.
    pub by: MatchedBy,
}

/// A part of a purchase was paid in full: the whole at a till, an invoice of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchasePaid {
    /// The invoice, or the purchase itself.
    pub part: Uuid,
    /// When it was paid.
    pub at: Timestamp,
    /// The business day.
    pub on: Date,
    /// What it comes to.
    pub total: Decimal,
    /// Of this, what credit notes covered: it was not really paid.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub credited: Decimal,
    /// What of the total was kept back: discounts for paying early, small rests.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub kept_back: Decimal,
    /// Of what is credited, what this purchase's own returns covered, which take nothing back any more.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub returned: Decimal,
}

/// What was paid is owed again: a payment bounced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseUnpaid {
    /// The part.
    pub part: Uuid,
}

/// A part of a purchase earned points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseEarned {
    /// The part.
    pub part: Uuid,
    /// Who earned.
    pub member: MemberId,
    /// The program.
    pub program: ProgramId,
    /// The lot on the member's account.
    pub lot: LotNo,
    /// How many reward points.
    pub points: Decimal,
    /// How many tier points.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// How much of the reward points each line earned, unrounded, in the lines' order; none where
    /// the purchase has no lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_line: Vec<Decimal>,
    /// When they were earned.
    pub at: Timestamp,
    /// When they can be spent.
    pub active_at: Timestamp,
    /// When they expire; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A quantity of one line that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// The line's number, from 1.
    pub line: u32,
    /// How many; above 0.
    pub quantity: Decimal,
}

/// Something of a purchase was given back or credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseCredited {
    /// The credit note, or the till's return.
    pub credit: Uuid,
    /// What it comes to.
    pub amount: Decimal,
    /// Which goods, when their points are taken back line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ReturnedLine>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A credit note was voided: what it credited counts as bought again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseCreditTakenBack {
    /// The credit note, or the till's return.
    pub credit: Uuid,
}

/// What a part earned was taken back, or given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseReversed {
    /// The part.
    pub part: Uuid,
    /// Whose points.
    pub member: MemberId,
    /// How many reward points: below 0 when they were given again.
    pub points: Decimal,
    /// Of these, what had expired before.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub lapsed: Decimal,
    /// How many tier points: below 0 when they were given again.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// How much of what was paid counts for the tier no more: below 0 when it counts again.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub spend: Decimal,
}

domain_events! {
    /// What can happen to a purchase.
    PurchaseEvent in Loyalty, "purchase" {
        /// It was recorded.
        Recorded(PurchaseRecorded) = "loyalty.purchase_recorded" / 1,
        /// Who bought is known.
        Matched(PurchaseMatched) = "loyalty.purchase_matched" / 1,
        /// A part was paid.
        Paid(PurchasePaid) = "loyalty.purchase_paid" / 1,
        /// A part is owed again.
        Unpaid(PurchaseUnpaid) = "loyalty.purchase_unpaid" / 1,
        /// A part earned points.
        Earned(PurchaseEarned) = "loyalty.purchase_earned" / 1,
        /// Something was given back.
        Credited(PurchaseCredited) = "loyalty.purchase_credited" / 1,
        /// It was not given back after all.
        CreditTakenBack(PurchaseCreditTakenBack) = "loyalty.purchase_credit_taken_back" / 1,
        /// Points were taken back, or given again.
        Reversed(PurchaseReversed) = "loyalty.purchase_points_reversed" / 1,
    }
}
