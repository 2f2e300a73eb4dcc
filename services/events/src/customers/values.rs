//! Values that more than one of the customers service's events hold.

use serde::{Deserialize, Serialize};

/// A company or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerKind {
    /// A company or any other organisation.
    Company,
    /// A natural person.
    Person,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// What it is for.
    pub kind: AddressKind,
    /// Street, house number, building: one entry a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// The seat, or a person's home.
    Main,
    /// Where invoices go.
    Billing,
    /// Where goods go.
    Shipping,
    /// Anything else.
    Other,
}

/// A telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// E.164: `+4930901820`.
    pub number: String,
    /// "mobile", "switchboard" …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// An email address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// The address, its domain in lower case.
    pub address: String,
    /// "work", "invoices" …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What a contact has to say in a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionRole {
    /// Signs.
    DecisionMaker,
    /// Is asked by those who sign.
    Influencer,
    /// Compares and recommends.
    Evaluator,
    /// Works with it.
    User,
    /// Decides who gets through.
    Gatekeeper,
    /// Speaks for us.
    Champion,
    /// Anything else.
    Other,
}

/// How a customer was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionKind {
    /// A telephone call.
    Call,
    /// An email.
    Email,
    /// A meeting, also on line.
    Meeting,
    /// A visit to the customer's.
    Visit,
    /// A chat.
    Chat,
    /// A social network.
    Social,
    /// Anything else.
    Other,
}

/// Who began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The customer.
    Inbound,
    /// We.
    Outbound,
}
