//! Selling on account: an order, its invoice, what is paid of it, and what bounces or comes back.
//! Everyone sells to the same few customers, so that accounts and credit limits are raced for; and
//! these are members, so that each invoice earns when it is paid.

use guanxi_cluster::{HasReceipt, Rpc, requests::account};
use guanxi_proto::types::v1::{CommandHeader, Receipt};

use super::person::Person;

/// What was told of the accounts of a tenant, in whole euros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Booked {
    pub(crate) invoiced: i64,
    pub(crate) received: i64,
    pub(crate) bounced: i64,
    /// Of goods that came back.
    pub(crate) credited: i64,
}

impl Person {
    /// One sale, as far as the customer's credit goes.
    pub(super) async fn trade(&mut self) {
        let traders = self.company.traders.len();
        let turn = usize::try_from(self.turn).unwrap();
        let customer = self.company.traders[turn % traders].clone();
        let amount = i64::try_from(self.turn % 97).unwrap() + 1;
        let order = account::sale(&customer, &self.name, amount);
        let Some(order) = self.sell(order.header.clone(), &order).await else {
            return;
        };
        let invoice = account::invoice(&order.id);
        let Some(invoice) = self.sell(invoice.header.clone(), &invoice).await else {
            return;
        };
        self.book(|booked| booked.invoiced += amount);
        let wished = self.turn.is_multiple_of(2).then_some(invoice.id.as_str());
        let payment = account::payment(&customer, amount, wished);
        if self.turn.is_multiple_of(5)
            || self.sell(payment.header.clone(), &payment).await.is_none()
        {
            return;
        }
        self.book(|booked| booked.received += amount);
        if self.turn.is_multiple_of(7) {
            let bounce = account::bounce(&payment);
            if self.sell(bounce.header.clone(), &bounce).await.is_some() {
                self.book(|booked| booked.bounced += amount);
            }
        } else if self.turn.is_multiple_of(3) {
            let credit = account::credit_kept(&order.id, "broken");
            let credited = self.done(&self.books, &credit.header, &credit).await;
            if credited.is_some() {
                self.book(|booked| booked.credited += amount);
            }
        }
    }

    fn book(&self, note: impl FnOnce(&mut Booked)) {
        note(&mut self.company.booked.lock().unwrap());
    }

    async fn sell<R>(&self, header: Option<CommandHeader>, request: &R) -> Option<Receipt>
    where
        R: Rpc<Response: HasReceipt>,
    {
        self.done(&self.sales, &header, request).await
    }
}
