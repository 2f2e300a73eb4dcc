//! What can happen to the transfer of a desk: a leaver's customers, handed on one by one (C-09).

use serde::{Deserialize, Serialize};

use super::CustomerId;
use crate::{PersonId, domain_events, typed_id};

typed_id! {
    /// One transfer of a desk.
    DeskTransferId
}

domain_events! {
    /// What can happen to the transfer of a desk.
    DeskTransferEvent in Customers, "desk_transfer" {
        /// It was ordered.
        Started(DeskTransferStarted) = "customers.desk_transfer_started" / 1,
        /// Some of its customers were handed on, or back.
        Advanced(DeskTransferAdvanced) = "customers.desk_transfer_advanced" / 1,
        /// It is to be taken back.
        TakenBack(DeskTransferTakenBack) = "customers.desk_transfer_taken_back" / 1,
    }
}

/// A desk is to be handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskTransferStarted {
    /// Whose customers.
    pub from: PersonId,
    /// To whom.
    pub to: PersonId,
    /// Which, in the order in which they are handed on; none twice.
    pub customers: Vec<CustomerId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who ordered it, and in whose name the customers change hands.
    pub ordered_by: PersonId,
}

/// Some items are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskTransferAdvanced {
    /// The number of the next item: all before it are done.
    pub next: u64,
    /// Those among them that were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedItem>,
}

/// An item that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedItem {
    /// Which item, counted from 0 on the way there and on from there on the way back.
    pub item: u64,
    /// The rule that refused.
    pub code: String,
    /// In words, with the figures.
    pub reason: String,
}

/// The transfer is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskTransferTakenBack {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who ordered it.
    pub ordered_by: PersonId,
}
