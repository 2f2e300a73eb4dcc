//! What the engine must know of the model, and the fold of a batch.

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service, StreamVersion, sales::AccountEvent};
use guanxi_projection::{ApplyError, Key, Projection, Write};

use crate::{
    customers::Customers,
    documents::Documents,
    loading::{self, Accounts, Needs},
    plans::Plans,
    rates::Rates,
    sources::{self, Source},
    storing::Booked,
    views,
};

/// The read model `receivables`. Its key is the customer, or the pair of currencies for rates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Receivables;

impl Projection for Receivables {
    fn name(&self) -> &'static str {
        "receivables"
    }

    fn version(&self) -> u32 {
        4
    }

    fn logs(&self) -> &'static [Service] {
        &[Service::Sales]
    }

    fn ddl(&self) -> &'static str {
        include_str!("sql/tables.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("sql/indexes.sql")
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "customers",
            "documents",
            "items",
            "entries",
            "postings",
            "allocations",
            "write_offs",
            "plans",
            "commitments",
            "rates",
        ]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        sources::key(event)
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(apply(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        Some(views::sql())
    }
}

async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut read = Vec::with_capacity(events.len());
    let mut needs = Needs::default();
    for event in events {
        let source = sources::source(event);
        let source = source.map_err(|error| ApplyError::undecodable(event, &error))?;
        let Some(source) = source else { continue };
        if let Source::Account(what) = &source {
            // What begins with this very batch has no rows yet.
            let begins = event.version == StreamVersion::NONE.after(1);
            needs.of(loading::id(event, event.stream.id), what, begins);
        }
        read.push((event, source));
    }
    let mut accounts = needs.load(write).await?;
    let mut customers = Customers::default();
    let mut documents = Documents::default();
    let mut plans = Plans::default();
    let mut rates = Rates::default();
    let mut booked = Booked::default();
    for (event, source) in &read {
        match source {
            Source::Account(what) => {
                let id = loading::id(event, event.stream.id);
                let ledger = accounts.entry(id.clone()).or_default();
                let poison = |error| ApplyError::poison(event, error);
                let bookings = ledger.book(what, event.recorded_at).map_err(poison)?;
                booked.take(&id, event.version.0, bookings);
                documents.account(event, what).map_err(poison)?;
                if let AccountEvent::CommitmentSet(set) = what {
                    plans.commit(event, set);
                }
            }
            Source::Customer(copied) => {
                let id = loading::id(event, event.stream.id);
                if let Some(ledger) = accounts.get_mut(&id) {
                    ledger.owner = copied.owner.clone().map(String::from);
                }
                customers.take(id, copied.clone());
            }
            Source::Invoice(issued) => documents.invoice(event, issued),
            Source::CreditNote(issued) => documents.credit_note(event, issued),
            Source::Plan(set) => plans.take(event, set),
            Source::Rate(set) => rates.take(event, set),
        }
    }
    store(write, &accounts, &booked).await?;
    customers.store(write).await?;
    documents.store(write).await?;
    plans.store(write).await?;
    rates.store(write).await?;
    Ok(())
}

async fn store(write: &Write<'_>, accounts: &Accounts, booked: &Booked) -> Result<(), ApplyError> {
    crate::storing::accounts(write, accounts).await?;
    booked.store(write).await?;
    Ok(())
}
