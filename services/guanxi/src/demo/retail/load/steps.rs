//! What customers do: the steps of one in their order, customers side by side.

use anyhow::Context;
use guanxi_proto::sales::v1::{
    account_service_client::AccountServiceClient,
    credit_note_service_client::CreditNoteServiceClient,
    invoice_service_client::InvoiceServiceClient, order_service_client::OrderServiceClient,
    return_service_client::ReturnServiceClient,
};
use indicatif::ProgressBar;
use tonic::transport::Channel;
use uuid::Uuid;

use super::{Done, Loading, customer};
use crate::demo::{
    load::{abreast, bar, finish, further},
    retail::{Buyer, CASH, Deed, Sale, Step, Story},
};

/// How many commands all steps take but those about bad debts.
pub(super) fn commands(story: &Story) -> u64 {
    story.buyers.values().map(buyer_commands).sum()
}

fn buyer_commands(buyer: &Buyer) -> u64 {
    buyer.steps.iter().map(|step| step.deed.commands()).sum()
}

impl Deed {
    fn commands(&self) -> u64 {
        match self {
            Self::Sold(sale) if sale.has_goods() => 3,
            Self::Sold(_) | Self::Returned(_) => 2,
            Self::Credited(_)
            | Self::Charged(_)
            | Self::Paid(_)
            | Self::Bounced { .. }
            | Self::Netted(_)
            | Self::PaidOut { .. } => 1,
            // They come later.
            Self::DebtCharged { .. } | Self::WrittenOff { .. } => 0,
        }
    }
}

impl Sale {
    /// Whether anything of it is delivered.
    pub(super) fn has_goods(&self) -> bool {
        self.lines.iter().any(|line| line.article.is_some())
    }
}

pub(super) async fn load(loading: &Loading<'_>) -> Done {
    let bar = bar("steps", commands(loading.story));
    let sales = loading.caller.sales.clone();
    let clients = Clients {
        orders: OrderServiceClient::new(sales.clone()),
        returns: ReturnServiceClient::new(sales.clone()),
        invoices: InvoiceServiceClient::new(sales.clone()),
        credit_notes: CreditNoteServiceClient::new(sales.clone()),
        accounts: AccountServiceClient::new(sales),
    };
    let mut buyers: Vec<_> = loading.story.buyers.iter().collect();
    // Who has the most to do begins, or all would wait for that one in the end.
    buyers.sort_by_cached_key(|(_, buyer)| std::cmp::Reverse(buyer_commands(buyer)));
    let last = abreast(buyers, &bar, async |(key, buyer)| {
        let steps = Steps {
            loading,
            clients: &clients,
            bar: &bar,
            customer: customer(loading.ids, key),
            cash: **key == *CASH,
        };
        let taken = steps.take(&buyer.steps).await;
        // The bar knows of the commands already.
        Ok((taken.with_context(|| format!("customer {key}"))?, 0))
    })
    .await?;
    finish(&bar)?;
    Ok(last)
}

/// Clients of the sales service.
pub(super) struct Clients {
    pub(super) orders: OrderServiceClient<Channel>,
    pub(super) returns: ReturnServiceClient<Channel>,
    pub(super) invoices: InvoiceServiceClient<Channel>,
    pub(super) credit_notes: CreditNoteServiceClient<Channel>,
    pub(super) accounts: AccountServiceClient<Channel>,
}

/// One customer's way.
pub(super) struct Steps<'a> {
    pub(super) loading: &'a Loading<'a>,
    pub(super) clients: &'a Clients,
    bar: &'a ProgressBar,
    pub(super) customer: Uuid,
    pub(super) cash: bool,
}

impl Steps<'_> {
    async fn take(&self, steps: &[Step]) -> Done {
        let mut last = None;
        for step in steps {
            last = further(last, self.step(step).await?);
            self.bar.inc(step.deed.commands());
        }
        Ok(last)
    }

    async fn step(&self, step: &Step) -> Done {
        let at = step.at;
        match &step.deed {
            Deed::Sold(sale) => {
                let sold = self.sell(at, sale).await;
                sold.with_context(|| format!("order {}", sale.document))
            }
            Deed::Returned(back) => {
                let returned = self.take_back(at, back).await;
                returned.with_context(|| format!("return {}", back.key))
            }
            Deed::Credited(note) => {
                let credited = self.credit(at, note).await;
                credited.with_context(|| format!("credit note {}", note.document))
            }
            Deed::Charged(note) => {
                let charged = self.charge(at, note).await;
                charged.with_context(|| format!("invoice of {}", note.document))
            }
            Deed::Paid(payment) => {
                let paid = self.receive(at, payment).await;
                paid.with_context(|| format!("payment {}", payment.key))
            }
            Deed::Bounced { payment } => {
                let bounced = self.bounce(at, payment).await;
                bounced.with_context(|| format!("bounce of {payment}"))
            }
            Deed::Netted(used) => {
                let netted = self.net(at, used).await;
                netted.with_context(|| format!("use of {} for {}", used.credit, used.invoice))
            }
            Deed::PaidOut { credit, amount } => {
                let paid_out = self.pay_out(at, credit, *amount).await;
                paid_out.with_context(|| format!("payment out of {credit}"))
            }
            Deed::DebtCharged { .. } | Deed::WrittenOff { .. } => Ok(None),
        }
    }
}
