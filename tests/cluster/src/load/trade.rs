//! Selling on account: an order, its invoice, what is paid of it, and what bounces or comes back.
//! Everyone sells to the same few customers, so that accounts and credit limits are raced for; and
//! these are members, so that each invoice earns when it is paid.

use guanxi_proto::types::v1::{CommandHeader, Receipt};

use super::person::Person;
use crate::{HasReceipt, Rpc, requests::account};

/// What was told of the accounts of a tenant, in whole euros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Booked {
    /// By invoices.
    pub invoiced: i64,
    /// By payments.
    pub received: i64,
    /// Of that, what bounced.
    pub bounced: i64,
    /// Of goods that came back.
    pub credited: i64,
}

impl Person {
    /// One sale, as far as the customer's credit goes.
    pub(super) async fn trade(&mut self) {
        let traders = &self.company.traders;
        let customer = traders[self.agenda.pick(1, traders.len())].clone();
        let amount = self.agenda.amount(97);
        let order = account::sale(&customer, &self.name, amount);
        let Some(order) = self.sell(order.header.clone(), &order).await else {
            return;
        };
        let invoice = account::invoice(&order.id);
        let Some(invoice) = self.sell(invoice.header.clone(), &invoice).await else {
            return;
        };
        self.book(|booked| booked.invoiced += amount);
        let wished = self.agenda.is_every(2).then_some(invoice.id.as_str());
        let payment = account::payment(&customer, amount, wished);
        if self.agenda.is_every(5) || self.sell(payment.header.clone(), &payment).await.is_none() {
            return;
        }
        self.book(|booked| booked.received += amount);
        if self.agenda.is_every(7) {
            let bounce = account::bounce(&payment);
            if self.sell(bounce.header.clone(), &bounce).await.is_some() {
                self.book(|booked| booked.bounced += amount);
            }
        } else if self.agenda.is_every(3) {
            let credit = account::credit_kept(&order.id, "broken");
            let credited = self.done(&self.books, &credit.header, &credit).await;
            if credited.is_some() {
                self.book(|booked| booked.credited += amount);
            }
        }
    }

    fn book(&self, note: impl FnOnce(&mut Booked)) {
        note(&mut self.company.booked.lock());
    }

    async fn sell<R>(&self, header: Option<CommandHeader>, request: &R) -> Option<Receipt>
    where
        R: Rpc<Response: HasReceipt>,
    {
        self.done(&self.sales, &header, request).await
    }
}
