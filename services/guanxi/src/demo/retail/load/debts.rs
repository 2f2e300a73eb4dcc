//! Bad debts: charged, and written off by two people. They come last, for what has to be written off
//! is known by a number that the account gave it, and the read model says which.

use anyhow::{Context, bail, ensure};
use guanxi_proto::{
    query::v1::{
        ControlFigure, GetCustomerStatementRequest,
        receivables_service_client::ReceivablesServiceClient,
    },
    sales::v1::{
        AccountItemChoice, ApproveWriteOffRequest, ChargeFeeRequest, GetAccountItemRequest,
        RequestWriteOffRequest, account_item_choice, account_service_client::AccountServiceClient,
    },
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::Token;
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use tonic::transport::Channel;
use uuid::Uuid;

use super::{Done, Loading, customer};
use crate::demo::{
    load::{bar, finish, further, token},
    retail::{Deed, Story},
    wire,
};

/// As many lines of a statement as a page can have.
const LINES: i32 = 1_000;

/// How many commands they take.
pub(super) fn commands(story: &Story) -> u64 {
    let steps = story.buyers.values().flat_map(|buyer| &buyer.steps);
    let commands = steps.map(|step| match step.deed {
        Deed::DebtCharged { .. } => 1,
        Deed::WrittenOff { .. } => 2,
        _ => 0,
    });
    commands.sum()
}

pub(super) async fn load(loading: &Loading<'_>, before: Option<Token>) -> Done {
    let bar = bar("bad debts", commands(loading.story));
    let mut last = before;
    for (key, buyer) in &loading.story.buyers {
        let debts = Debts {
            loading,
            accounts: AccountServiceClient::new(loading.caller.sales.clone()),
            customer: customer(loading.ids, key),
        };
        let mut charged = Vec::new();
        for step in &buyer.steps {
            match &step.deed {
                Deed::DebtCharged { document, amount } => {
                    let done = debts.charge(step.at, document, *amount).await;
                    last = further(last, done.with_context(|| format!("debt {document}"))?);
                    charged.push((document, step.at.date()));
                    bar.inc(1);
                }
                Deed::WrittenOff {
                    document,
                    debt,
                    amount,
                } => {
                    let on = charged.iter().find(|(charged, _)| *charged == debt);
                    let (_, on) = on.context("a debt is written off before it is charged")?;
                    let done = async {
                        let item = debts.item(*on, *amount, last).await?;
                        debts.write_off(step.at, document, item, *amount).await
                    };
                    let done = done.await;
                    last = further(last, done.with_context(|| format!("write-off {document}"))?);
                    bar.inc(2);
                }
                _ => {}
            }
        }
    }
    finish(&bar)?;
    Ok(last)
}

/// One customer's.
struct Debts<'a> {
    loading: &'a Loading<'a>,
    accounts: AccountServiceClient<Channel>,
    customer: Uuid,
}

impl Debts<'_> {
    async fn charge(&self, at: DateTime, document: &str, amount: Decimal) -> Done {
        let loading = self.loading;
        let id = loading.id("debt", document);
        let message = ChargeFeeRequest {
            header: loading.header(id, "charge", at)?,
            customer_id: self.customer.to_string(),
            amount: Some(wire::money(amount, wire::GBP)?),
            due: None,
            reason: format!("bad debt {document}"),
        };
        let call = async |request| self.accounts.clone().charge_fee(request).await;
        Ok(token(loading.caller.send(message, call).await?.receipt))
    }

    /// The number of the fee that was charged on a day, also when it is written off already.
    async fn item(&self, on: Date, amount: Decimal, after: Option<Token>) -> anyhow::Result<i32> {
        let message = GetCustomerStatementRequest {
            after: after.iter().map(Token::encode).collect(),
            days: Some(DateRange {
                first: Some(wire::day(on)),
                last: Some(wire::day(on)),
            }),
            customer_id: self.customer.to_string(),
            page: Some(PageRequest {
                page_size: LINES,
                ..PageRequest::default()
            }),
            ..GetCustomerStatementRequest::default()
        };
        let client = ReceivablesServiceClient::new(self.loading.caller.query.clone());
        let call = async |request| client.clone().get_customer_statement(request).await;
        let statement = self.loading.caller.send(message, call).await?;
        ensure!(
            statement.next_page_token.is_empty(),
            "too much happened on {on}"
        );
        let fees = statement.lines.iter().filter(|line| {
            line.figure() == ControlFigure::Fees
                && !line.reversal
                && line.amount.as_ref().map(wire::decimal) == Some(amount)
        });
        let items: Vec<_> = fees.map(|line| line.item).collect();
        match items[..] {
            [item] => Ok(i32::try_from(item)?),
            _ => bail!("fees of {amount} on {on}: {items:?}"),
        }
    }

    /// One asks, and somebody else approves.
    async fn write_off(&self, at: DateTime, document: &str, item: i32, amount: Decimal) -> Done {
        let loading = self.loading;
        let id = loading.id("write-off", document);
        let message = RequestWriteOffRequest {
            header: loading.header(id, "request", at)?,
            customer_id: self.customer.to_string(),
            item,
            amount: Some(wire::money(amount, wire::GBP)?),
            reason: format!("bad debt {document}"),
        };
        let call = async |request| self.accounts.clone().request_write_off(request).await;
        loading.caller.send(message, call).await?;

        let message = GetAccountItemRequest {
            customer_id: self.customer.to_string(),
            choice: Some(AccountItemChoice {
                by: Some(account_item_choice::By::Item(item)),
            }),
        };
        let call = async |request| self.accounts.clone().get_account_item(request).await;
        let answer = loading.caller.send(message, call).await?;
        let wanted = answer.write_offs.first();
        let message = ApproveWriteOffRequest {
            header: loading.header(id, "approve", at)?,
            customer_id: self.customer.to_string(),
            write_off: wanted.context("nobody asked for it")?.write_off,
        };
        let call = async |request| self.accounts.clone().approve_write_off(request).await;
        let approver = loading.caller.approver();
        Ok(token(approver.send(message, call).await?.receipt))
    }
}
