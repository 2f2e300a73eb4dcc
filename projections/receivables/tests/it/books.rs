//! A customer's account as a bookkeeper would write it down, for figures that can be checked by hand.

use std::collections::BTreeMap;

use guanxi_eventlog::Receipt;
use guanxi_events::{
    Money, TenantId,
    customers::CustomerId,
    sales::{
        AccountEvent, Billed, CreditNoteId, CustomerCopied, CustomerCopyEvent, InvoiceEvent,
        InvoiceId, InvoiceIssued, OrderId, PaymentId, PaymentMethod, TaxTotal,
        account::{Booked, CreditNotePosted, Instalment, InvoicePosted, ItemNo, PaymentReceived},
    },
};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::world::World;

// Found from wherever the file is shared.
#[path = "books/settling.rs"]
mod settling;

/// One customer's account, in one currency at a time. A copy gives the same numbers again.
#[derive(Clone)]
pub(crate) struct Books {
    pub(crate) tenant: TenantId,
    pub(crate) customer: Uuid,
    /// When what is written next is recorded.
    pub(crate) at: Timestamp,
    /// What it is in, and what that is worth.
    pub(crate) currency: Currency,
    pub(crate) rate: Option<Decimal>,
    /// For which order.
    pub(crate) order: Option<Uuid>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) team: Option<&'static str>,
    items: u32,
    allocations: u32,
    write_offs: u32,
    documents: u64,
    on_item: BTreeMap<u32, Uuid>,
    rates: BTreeMap<u32, Option<Decimal>>,
}

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

impl Books {
    pub(crate) fn new(tenant: &str, customer: u128) -> Self {
        Self {
            tenant: tenant.parse().unwrap(),
            customer: Uuid::from_u128(customer),
            at: Timestamp::now(),
            currency: Currency::EUR,
            rate: None,
            order: None,
            owner: None,
            team: None,
            items: 0,
            allocations: 0,
            write_offs: 0,
            documents: 0,
            on_item: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    fn booked(&self, amount: &str) -> Booked {
        Self::booked_at(amount, self.rate)
    }

    /// At the rate at which an item was booked.
    fn booked_as(&self, item: u32, amount: &str) -> Booked {
        Self::booked_at(amount, self.rates[&item])
    }

    fn booked_at(amount: &str, rate: Option<Decimal>) -> Booked {
        let amount = dec(amount);
        let base = Money::rounded(amount * rate.unwrap_or(Decimal::ONE), Currency::EUR);
        Booked {
            amount,
            base: base.amount,
        }
    }

    fn item(&mut self) -> ItemNo {
        self.items += 1;
        self.rates.insert(self.items, self.rate);
        ItemNo(self.items)
    }

    fn document(&mut self) -> Uuid {
        self.documents += 1;
        Uuid::from_u128(self.customer.as_u128() << 32 | u128::from(self.documents))
    }

    /// The next document gets the id of the last one once more.
    pub(crate) fn repeat_document(&mut self) {
        self.documents -= 1;
    }

    /// The document of an item.
    pub(crate) fn document_of(&self, item: u32) -> Uuid {
        self.on_item[&item]
    }

    pub(crate) async fn write(&self, world: &mut World, event: impl Into<AccountEvent>) -> Receipt {
        world
            .append::<AccountEvent>(&self.tenant, self.customer, event, self.at)
            .await
    }

    /// What the sales service knows of the customer.
    pub(crate) async fn called(&self, world: &mut World, name: &str, owner: Option<&str>) {
        let copied = CustomerCopied {
            name: name.into(),
            number: Some("CU-000001".into()),
            owner: owner.map(|owner| owner.parse().unwrap()),
            in_pool: false,
        };
        world
            .append::<CustomerCopyEvent>(&self.tenant, self.customer, copied, self.at)
            .await;
    }

    /// An invoice with its number; the number of its first item.
    pub(crate) async fn invoice(
        &mut self,
        world: &mut World,
        on: Date,
        parts: &[(Date, &str)],
    ) -> u32 {
        let id = self.document();
        let first = self.items + 1;
        let mut instalments = Vec::new();
        for (due, amount) in parts {
            let item = self.item();
            self.on_item.insert(item.0, id);
            instalments.push(Instalment {
                item,
                due: *due,
                booked: self.booked(amount),
                discount: None,
            });
        }
        let total: Decimal = parts.iter().map(|(_, amount)| dec(amount)).sum();
        let issued = InvoiceIssued {
            customer: CustomerId(self.customer),
            subject: Billed::Lines(Vec::new()),
            on,
            billing: None,
            currency: self.currency,
            totals: vec![TaxTotal {
                rate: Decimal::ZERO,
                net: total,
                tax: Decimal::ZERO,
            }],
            terms: None,
            plan: None,
            owner: None,
            team: None,
            credit: None,
            granted: None,
        };
        world
            .append_numbered::<InvoiceEvent>(&self.tenant, id, issued, self.at, &["IN"])
            .await;
        let posted = InvoicePosted {
            invoice: InvoiceId(id),
            order: self.order.map(OrderId),
            on,
            currency: self.currency,
            rate: self.rate,
            instalments,
            owner: self.owner.map(|owner| owner.parse().unwrap()),
            team: self.team.map(str::to_owned),
        };
        self.write(world, posted).await;
        first
    }

    /// A payment; the number of its item.
    pub(crate) async fn payment(&mut self, world: &mut World, on: Date, amount: &str) -> u32 {
        let id = self.document();
        let item = self.item();
        self.on_item.insert(item.0, id);
        let received = PaymentReceived {
            payment: PaymentId(id),
            item,
            on,
            currency: self.currency,
            rate: self.rate,
            booked: self.booked(amount),
            method: PaymentMethod::BankTransfer,
            reference: Some(format!("ref {}", item.0)),
            order: self.order.map(OrderId),
        };
        let (tenant, customer) = (self.tenant.clone(), self.customer);
        world
            .append_numbered::<AccountEvent>(&tenant, customer, received, self.at, &["PY-2024"])
            .await;
        item.0
    }

    /// A credit note; the number of its item.
    pub(crate) async fn credit_note(&mut self, world: &mut World, on: Date, amount: &str) -> u32 {
        let id = self.document();
        let item = self.item();
        self.on_item.insert(item.0, id);
        let posted = CreditNotePosted {
            credit_note: CreditNoteId(id),
            invoice: None,
            item,
            on,
            currency: self.currency,
            rate: self.rate,
            booked: self.booked(amount),
        };
        self.write(world, posted).await;
        item.0
    }
}
