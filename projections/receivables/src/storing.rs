//! Accounts into the tables: for each of them what a batch makes, and what it changes.

use guanxi_projection::{Write, columns};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{
    ledger::{Allocation, Bookings, Change, Entry, Item, Posting, WriteOff},
    loading::{Accounts, Id},
};

columns! {
    /// A row of `items`.
    Items of ItemRow {
        tenant: &'a str,
        customer: Uuid,
        item: i64,
        kind: &'static str,
        document: Option<Uuid>,
        plan_version: i64,
        dated: Date,
        due: Date,
        recorded_at: Timestamp,
        currency: &'a str,
        owner: Option<&'a str>,
        team: Option<&'a str>,
        order_id: Option<Uuid>,
        amount: Decimal,
        base: Decimal,
        open: Decimal,
        open_base: Decimal,
        last_dated: Date,
        last_recorded_at: Timestamp,
    }
}

columns! {
    /// What becomes of a row of `items`.
    ItemChanges of ItemChangeRow {
        tenant: &'a str,
        customer: Uuid,
        item: i64,
        open: Decimal,
        open_base: Decimal,
        last_dated: Date,
        last_recorded_at: Timestamp,
    }
}

columns! {
    /// A row of `allocations`.
    Allocations of AllocationRow {
        tenant: &'a str,
        customer: Uuid,
        allocation: i64,
        from_item: i64,
        to_item: i64,
        dated: Date,
        taken: Decimal,
        taken_base: Decimal,
        settled: Decimal,
        settled_base: Decimal,
        discount: Decimal,
        discount_base: Decimal,
        shortfall: Decimal,
        shortfall_base: Decimal,
        surplus: Decimal,
        surplus_base: Decimal,
        taken_back_on: Option<Date>,
    }
}

columns! {
    /// What becomes of a row of `allocations`.
    AllocationChanges of AllocationChangeRow {
        tenant: &'a str,
        customer: Uuid,
        allocation: i64,
        taken_back_on: Option<Date>,
    }
}

columns! {
    /// A row of `write_offs`, new or changed.
    WriteOffs of WriteOffRow {
        tenant: &'a str,
        customer: Uuid,
        write_off: i64,
        item: i64,
        dated: Date,
        wanted: Option<Decimal>,
        reason: Option<&'a str>,
        requested_by: Option<&'a str>,
        approved_by: Option<&'a str>,
        rejected: Option<&'a str>,
    }
}

/// Writes what was made or changed of the accounts themselves.
pub(crate) async fn accounts(write: &Write<'_>, accounts: &Accounts) -> Result<(), Error> {
    let mut items = Items::default();
    let mut item_changes = ItemChanges::default();
    let mut allocations = Allocations::default();
    let mut allocation_changes = AllocationChanges::default();
    let mut write_offs = WriteOffs::default();
    for ((tenant, customer), ledger) in accounts {
        let owner = (tenant.as_str(), *customer);
        for (no, item, change) in ledger.changed_items() {
            match change {
                Change::Made => items.push(ItemRow::of(owner, no, item)),
                Change::Changed => item_changes.push(ItemChangeRow::of(owner, no, item)),
            }
        }
        for (no, used, change) in ledger.changed_allocations() {
            match change {
                Change::Made => allocations.push(AllocationRow::of(owner, no, used)),
                Change::Changed => {
                    allocation_changes.push(AllocationChangeRow::of(owner, no, used));
                }
            }
        }
        for (no, given_up) in ledger.changed_write_offs() {
            write_offs.push(WriteOffRow::of(owner, no, given_up));
        }
    }
    futures::try_join!(
        items.insert(write, "items"),
        item_changes.write(write, include_str!("sql/change_items.sql")),
        allocations.insert(write, "allocations"),
        allocation_changes.write(write, include_str!("sql/change_allocations.sql")),
        write_offs.write(write, include_str!("sql/write_write_offs.sql")),
    )?;
    Ok(())
}

/// Tenant and customer, whose account it is.
type Owner<'a> = (&'a str, Uuid);

impl<'a> ItemRow<'a> {
    fn of((tenant, customer): Owner<'a>, no: i64, item: &'a Item) -> Self {
        Self {
            tenant,
            customer,
            item: no,
            kind: item.kind.as_str(),
            document: item.document,
            plan_version: item.plan_version,
            dated: item.on,
            due: item.due,
            recorded_at: item.recorded_at,
            currency: item.currency.code(),
            owner: item.owner.as_deref(),
            team: item.team.as_deref(),
            order_id: item.order,
            amount: stored(item.posted.amount),
            base: stored(item.posted.base),
            open: stored(item.open.amount),
            open_base: stored(item.open.base),
            last_dated: item.last_on,
            last_recorded_at: item.last_recorded_at,
        }
    }
}

impl<'a> ItemChangeRow<'a> {
    fn of((tenant, customer): Owner<'a>, no: i64, item: &Item) -> Self {
        Self {
            tenant,
            customer,
            item: no,
            open: stored(item.open.amount),
            open_base: stored(item.open.base),
            last_dated: item.last_on,
            last_recorded_at: item.last_recorded_at,
        }
    }
}

impl<'a> AllocationRow<'a> {
    fn of((tenant, customer): Owner<'a>, no: i64, used: &Allocation) -> Self {
        Self {
            tenant,
            customer,
            allocation: no,
            from_item: used.from,
            to_item: used.to,
            dated: used.on,
            taken: stored(used.taken.amount),
            taken_base: stored(used.taken.base),
            settled: stored(used.settled.amount),
            settled_base: stored(used.settled.base),
            discount: stored(used.discount.amount),
            discount_base: stored(used.discount.base),
            shortfall: stored(used.shortfall.amount),
            shortfall_base: stored(used.shortfall.base),
            surplus: stored(used.surplus.amount),
            surplus_base: stored(used.surplus.base),
            taken_back_on: used.taken_back,
        }
    }
}

impl<'a> AllocationChangeRow<'a> {
    fn of((tenant, customer): Owner<'a>, no: i64, used: &Allocation) -> Self {
        Self {
            tenant,
            customer,
            allocation: no,
            taken_back_on: used.taken_back,
        }
    }
}

impl<'a> WriteOffRow<'a> {
    fn of((tenant, customer): Owner<'a>, no: i64, given_up: &'a WriteOff) -> Self {
        Self {
            tenant,
            customer,
            write_off: no,
            item: given_up.item,
            dated: given_up.on,
            wanted: given_up.wanted.map(stored),
            reason: given_up.reason.as_deref(),
            requested_by: given_up.requested_by.as_deref(),
            approved_by: given_up.approved_by.as_deref(),
            rejected: given_up.rejected.as_deref(),
        }
    }
}

/// 10.5 and 10.50 are one amount, and must be one row.
pub(crate) fn stored(amount: Decimal) -> Decimal {
    amount.normalize()
}

columns! {
    /// A row of `entries`.
    Entries of EntryRow {
        tenant: &'a str,
        customer: Uuid,
        item: i64,
        version: i64,
        n: i32,
        dated: Date,
        recorded_at: Timestamp,
        movement: &'static str,
        amount: Decimal,
        base: Decimal,
        counterpart: Option<i64>,
        reference: Option<i64>,
    }
}

columns! {
    /// A row of `postings`.
    Postings of PostingRow {
        tenant: &'a str,
        customer: Uuid,
        version: i64,
        n: i32,
        dated: Date,
        recorded_at: Timestamp,
        figure: &'static str,
        reversal: bool,
        currency: &'a str,
        amount: Decimal,
        base: Decimal,
        item: Option<i64>,
        document: Option<Uuid>,
        order_id: Option<Uuid>,
    }
}

/// What the events of a batch leave.
#[derive(Default)]
pub(crate) struct Booked(Vec<(Id, i64, Bookings)>);

impl Booked {
    /// Takes what one event left, by the version of its stream.
    pub(crate) fn take(&mut self, id: &Id, version: i64, bookings: Bookings) {
        self.0.push((id.clone(), version, bookings));
    }

    /// Writes entries and postings.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut entries = Entries::default();
        let mut postings = Postings::default();
        for ((tenant, customer), version, bookings) in &self.0 {
            let at = (tenant.as_str(), *customer, *version, bookings.recorded_at);
            for (n, entry) in (0..).zip(&bookings.entries) {
                entries.push(EntryRow::of(at, n, entry));
            }
            for (n, posting) in (0..).zip(&bookings.postings) {
                postings.push(PostingRow::of(at, n, posting));
            }
        }
        futures::try_join!(
            entries.insert(write, "entries"),
            postings.insert(write, "postings"),
        )?;
        Ok(())
    }
}

/// Tenant, customer, version of the account, time of recording.
type At<'a> = (&'a str, Uuid, i64, Timestamp);

impl<'a> EntryRow<'a> {
    fn of((tenant, customer, version, recorded_at): At<'a>, n: i32, entry: &'a Entry) -> Self {
        Self {
            tenant,
            customer,
            item: entry.item,
            version,
            n,
            dated: entry.on,
            recorded_at,
            movement: entry.movement.as_str(),
            amount: stored(entry.amounts.amount),
            base: stored(entry.amounts.base),
            counterpart: entry.counterpart,
            reference: entry.reference,
        }
    }
}

impl<'a> PostingRow<'a> {
    fn of((tenant, customer, version, recorded_at): At<'a>, n: i32, posting: &'a Posting) -> Self {
        Self {
            tenant,
            customer,
            version,
            n,
            dated: posting.on,
            recorded_at,
            figure: posting.figure.as_str(),
            reversal: posting.reversal,
            currency: posting.currency.code(),
            amount: stored(posting.amounts.amount),
            base: stored(posting.amounts.base),
            item: posting.item,
            document: posting.document,
            order_id: posting.order,
        }
    }
}
