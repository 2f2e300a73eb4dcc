//! What the sales service knows of customers.

use std::collections::BTreeMap;

use guanxi_events::sales::CustomerCopied;
use guanxi_projection::{Write, columns};
use tokio_postgres::Error;
use uuid::Uuid;

use crate::loading::Id;

columns! {
    /// A row of `customers`.
    CustomerColumns of CustomerRow {
        tenant: &'a str,
        customer: Uuid,
        name: &'a str,
        number: Option<&'a str>,
        owner: Option<&'a str>,
    }
}

/// What is known of customers by the end of a batch.
#[derive(Default)]
pub(crate) struct Customers(BTreeMap<Id, CustomerCopied>);

impl Customers {
    /// Takes a copy; the last one holds.
    pub(crate) fn take(&mut self, id: Id, copied: CustomerCopied) {
        self.0.insert(id, copied);
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut customers = CustomerColumns::default();
        for ((tenant, customer), copied) in &self.0 {
            customers.push(CustomerRow {
                tenant: tenant.as_str(),
                customer: *customer,
                name: &copied.name,
                number: copied.number.as_deref(),
                owner: copied.owner.as_ref().map(|owner| owner.as_str()),
            });
        }
        let sql = include_str!("sql/write_customers.sql");
        customers.write(write, sql).await?;
        Ok(())
    }
}
