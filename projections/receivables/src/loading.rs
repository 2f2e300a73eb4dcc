//! Accounts out of the tables: as much of each as the events of a batch need.

use std::collections::{BTreeMap, BTreeSet};

use futures::try_join;
use guanxi_events::{Recorded, TenantId, sales::AccountEvent};
use guanxi_projection::Write;
use iso_currency::Currency;
use jiff::Timestamp;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use crate::ledger::{Allocation, Amounts, Item, Kind, Ledger, WriteOff};

/// Tenant and customer.
pub(crate) type Id = (TenantId, Uuid);

/// The accounts of a batch, in the order of their keys, so that two transactions never wait for each
/// other crosswise.
pub(crate) type Accounts = BTreeMap<Id, Ledger>;

pub(crate) fn id(event: &Recorded, customer: Uuid) -> Id {
    (event.stream.tenant.clone(), customer)
}

/// What must be loaded before a batch can be booked.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    accounts: BTreeSet<Id>,
    begun: BTreeSet<Id>,
    owners: BTreeSet<Id>,
    items: BTreeSet<(Id, i64)>,
    documents: BTreeSet<(Id, Uuid)>,
    allocations: BTreeSet<(Id, i64)>,
    write_offs: BTreeSet<(Id, i64)>,
}

impl Needs {
    /// Adds what an event names. Of an account that `begins` with it there is nothing to load.
    pub(crate) fn of(&mut self, id: Id, event: &AccountEvent, begins: bool) {
        if begins {
            self.begun.insert(id.clone());
        }
        self.accounts.insert(id.clone());
        if takes_owner(event) {
            self.owners.insert(id.clone());
        }
        if self.begun.contains(&id) {
            return;
        }
        match event {
            AccountEvent::InvoiceVoided(voided) => self.document(id, voided.invoice.into()),
            AccountEvent::CreditNotePosted(posted) => {
                if let Some(invoice) = posted.invoice {
                    self.document(id, invoice.into());
                }
            }
            AccountEvent::CreditNoteVoided(voided) => self.document(id, voided.credit_note.into()),
            AccountEvent::Rescheduled(changed) => self.document(id, changed.invoice.into()),
            AccountEvent::FeeWaived(waived) => self.item(id, waived.item.0.into()),
            AccountEvent::PaymentBounced(bounced) => self.document(id, bounced.payment.into()),
            AccountEvent::PaymentReinstated(back) => self.document(id, back.payment.into()),
            AccountEvent::RefundReturned(returned) => self.document(id, returned.refund.into()),
            AccountEvent::Allocated(allocated) => {
                self.item(id.clone(), allocated.from.0.into());
                self.item(id, allocated.to.0.into());
            }
            AccountEvent::Deallocated(back) => {
                self.allocations.insert((id, back.allocation.0.into()));
            }
            AccountEvent::WriteOffRejected(rejected) => {
                self.write_offs.insert((id, rejected.write_off.0.into()));
            }
            AccountEvent::WrittenOff(done) => {
                self.write_offs
                    .insert((id.clone(), done.write_off.0.into()));
                self.item(id, done.item.0.into());
            }
            AccountEvent::WriteOffTakenBack(back) => {
                self.write_offs.insert((id, back.write_off.0.into()));
            }
            AccountEvent::Recovered(back) => {
                self.write_offs.insert((id, back.write_off.0.into()));
            }
            AccountEvent::RecoveryTakenBack(back) => {
                self.write_offs.insert((id, back.write_off.0.into()));
            }
            AccountEvent::InvoicePosted(_)
            | AccountEvent::FeeCharged(_)
            | AccountEvent::PaymentReceived(_)
            | AccountEvent::Refunded(_)
            | AccountEvent::WriteOffRequested(_)
            | AccountEvent::CreditLimitSet(_)
            | AccountEvent::CommitmentSet(_)
            | AccountEvent::InvoiceSettled(_)
            | AccountEvent::InvoiceUnsettled(_) => {}
        }
    }

    fn item(&mut self, id: Id, no: i64) {
        self.items.insert((id, no));
    }

    fn document(&mut self, id: Id, document: Uuid) {
        self.documents.insert((id, document));
    }

    /// Loads it: what is named by number first, for that names items in turn.
    pub(crate) async fn load(mut self, write: &Write<'_>) -> Result<Accounts, Error> {
        let mut accounts: Accounts = BTreeMap::new();
        for id in &self.accounts {
            accounts.insert(id.clone(), Ledger::default());
        }
        if accounts.is_empty() {
            return Ok(accounts);
        }
        let (owners, allocations, write_offs) = try_join!(
            owners(write, &self.owners),
            numbered(
                write,
                include_str!("sql/load_allocations.sql"),
                &self.allocations
            ),
            numbered(
                write,
                include_str!("sql/load_write_offs.sql"),
                &self.write_offs
            ),
        )?;
        for row in &owners {
            if let Some(id) = key(row)?
                && let Some(ledger) = accounts.get_mut(&id)
            {
                ledger.owner = row.try_get("owner")?;
            }
        }
        for row in &allocations {
            let Some(id) = key(row)? else { continue };
            let allocation = allocation(row)?;
            self.items.insert((id.clone(), allocation.from));
            self.items.insert((id.clone(), allocation.to));
            if let Some(ledger) = accounts.get_mut(&id) {
                ledger.load_allocation(row.try_get("allocation")?, allocation);
            }
        }
        for row in &write_offs {
            let Some(id) = key(row)? else { continue };
            let write_off = write_off(row)?;
            self.items.insert((id.clone(), write_off.item));
            if let Some(ledger) = accounts.get_mut(&id) {
                ledger.load_write_off(row.try_get("write_off")?, write_off);
            }
        }
        for row in &self.items(write).await? {
            if let Some(id) = key(row)?
                && let Some(ledger) = accounts.get_mut(&id)
                && let Some(item) = item(row)?
            {
                ledger.load_item(row.try_get("item")?, item);
            }
        }
        Ok(accounts)
    }

    async fn items(&self, write: &Write<'_>) -> Result<Vec<Row>, Error> {
        if self.items.is_empty() && self.documents.is_empty() {
            return Ok(Vec::new());
        }
        let (tenants, customers, items) = columns(&self.items);
        let of_tenants: Vec<&str> = self
            .documents
            .iter()
            .map(|((t, _), _)| t.as_str())
            .collect();
        let of_customers: Vec<Uuid> = self.documents.iter().map(|((_, id), _)| *id).collect();
        let documents: Vec<Uuid> = self.documents.iter().map(|(_, id)| *id).collect();
        let sql = include_str!("sql/load_items.sql");
        write
            .query(
                sql,
                &[
                    &tenants,
                    &customers,
                    &items,
                    &of_tenants,
                    &of_customers,
                    &documents,
                ],
            )
            .await
    }
}

async fn owners(write: &Write<'_>, ids: &BTreeSet<Id>) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let tenants: Vec<&str> = ids.iter().map(|(tenant, _)| tenant.as_str()).collect();
    let customers: Vec<Uuid> = ids.iter().map(|(_, customer)| *customer).collect();
    let sql = include_str!("sql/load_owners.sql");
    write.query(sql, &[&tenants, &customers]).await
}

async fn numbered(
    write: &Write<'_>,
    sql: &str,
    numbers: &BTreeSet<(Id, i64)>,
) -> Result<Vec<Row>, Error> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let (tenants, customers, numbers) = columns(numbers);
    write.query(sql, &[&tenants, &customers, &numbers]).await
}

fn columns(numbers: &BTreeSet<(Id, i64)>) -> (Vec<&str>, Vec<Uuid>, Vec<i64>) {
    let tenants = numbers.iter().map(|((tenant, _), _)| tenant.as_str());
    let customers = numbers.iter().map(|((_, customer), _)| *customer);
    let numbers_of = numbers.iter().map(|(_, number)| *number);
    (tenants.collect(), customers.collect(), numbers_of.collect())
}

/// Whether it makes an item that has no owner of its own.
fn takes_owner(event: &AccountEvent) -> bool {
    match event {
        AccountEvent::InvoicePosted(posted) => posted.owner.is_none(),
        AccountEvent::CreditNotePosted(_)
        | AccountEvent::Rescheduled(_)
        | AccountEvent::FeeCharged(_)
        | AccountEvent::PaymentReceived(_)
        | AccountEvent::Refunded(_) => true,
        AccountEvent::InvoiceVoided(_)
        | AccountEvent::CreditNoteVoided(_)
        | AccountEvent::FeeWaived(_)
        | AccountEvent::PaymentBounced(_)
        | AccountEvent::PaymentReinstated(_)
        | AccountEvent::RefundReturned(_)
        | AccountEvent::Allocated(_)
        | AccountEvent::Deallocated(_)
        | AccountEvent::WriteOffRequested(_)
        | AccountEvent::WriteOffRejected(_)
        | AccountEvent::WrittenOff(_)
        | AccountEvent::WriteOffTakenBack(_)
        | AccountEvent::Recovered(_)
        | AccountEvent::RecoveryTakenBack(_)
        | AccountEvent::CreditLimitSet(_)
        | AccountEvent::CommitmentSet(_)
        | AccountEvent::InvoiceSettled(_)
        | AccountEvent::InvoiceUnsettled(_) => false,
    }
}

/// `None` of a tenant that no event can be of.
fn key(row: &Row) -> Result<Option<Id>, Error> {
    let tenant = row.try_get::<_, &str>("tenant")?.parse().ok();
    let customer = row.try_get("customer")?;
    Ok(tenant.map(|tenant| (tenant, customer)))
}

fn amounts(row: &Row, amount: &str, base: &str) -> Result<Amounts, Error> {
    Ok(Amounts {
        amount: row.try_get(amount)?,
        base: row.try_get(base)?,
    })
}

/// `None` for a kind that the table's check does not let in, and a currency that no event can name.
fn item(row: &Row) -> Result<Option<Item>, Error> {
    let kind = Kind::from_name(row.try_get("kind")?);
    let currency = Currency::from_code(row.try_get("currency")?);
    let (Some(kind), Some(currency)) = (kind, currency) else {
        return Ok(None);
    };
    Ok(Some(Item {
        kind,
        document: row.try_get("document")?,
        plan_version: row.try_get("plan_version")?,
        on: row.try_get("dated")?,
        due: row.try_get("due")?,
        recorded_at: row.try_get::<_, Timestamp>("recorded_at")?,
        currency,
        owner: row.try_get("owner")?,
        team: row.try_get("team")?,
        order: row.try_get("order_id")?,
        posted: amounts(row, "amount", "base")?,
        open: amounts(row, "open", "open_base")?,
        last_on: row.try_get("last_dated")?,
        last_recorded_at: row.try_get("last_recorded_at")?,
    }))
}

fn allocation(row: &Row) -> Result<Allocation, Error> {
    Ok(Allocation {
        from: row.try_get("from_item")?,
        to: row.try_get("to_item")?,
        on: row.try_get("dated")?,
        taken: amounts(row, "taken", "taken_base")?,
        settled: amounts(row, "settled", "settled_base")?,
        discount: amounts(row, "discount", "discount_base")?,
        shortfall: amounts(row, "shortfall", "shortfall_base")?,
        surplus: amounts(row, "surplus", "surplus_base")?,
        taken_back: row.try_get("taken_back_on")?,
    })
}

fn write_off(row: &Row) -> Result<WriteOff, Error> {
    Ok(WriteOff {
        item: row.try_get("item")?,
        on: row.try_get("dated")?,
        wanted: row.try_get("wanted")?,
        reason: row.try_get("reason")?,
        requested_by: row.try_get("requested_by")?,
        approved_by: row.try_get("approved_by")?,
        rejected: row.try_get("rejected")?,
    })
}
