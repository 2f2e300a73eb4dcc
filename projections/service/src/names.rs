//! What customers and queues are called.

use std::collections::BTreeMap;

use guanxi_events::{CustomerCopied, service::QueueEvent};
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
    }
}

columns! {
    /// A row of `queues`.
    QueueColumns of QueueRow {
        tenant: &'a str,
        queue: Uuid,
        name: &'a str,
    }
}

/// What is known by the end of a batch; the last word holds.
#[derive(Default)]
pub(crate) struct Names {
    customers: BTreeMap<Id, CustomerCopied>,
    queues: BTreeMap<Id, String>,
}

impl Names {
    /// Takes what is known of a customer.
    pub(crate) fn customer(&mut self, id: Id, copied: CustomerCopied) {
        self.customers.insert(id, copied);
    }

    /// Takes what happened to a queue.
    pub(crate) fn queue(&mut self, id: Id, event: &QueueEvent) {
        let settings = match event {
            QueueEvent::Opened(opened) => &opened.settings,
            QueueEvent::Changed(changed) => &changed.settings,
            _ => return,
        };
        self.queues.insert(id, settings.name.clone());
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut customers = CustomerColumns::default();
        for ((tenant, customer), copied) in &self.customers {
            customers.push(CustomerRow {
                tenant,
                customer: *customer,
                name: &copied.name,
                number: copied.number.as_deref(),
            });
        }
        let mut queues = QueueColumns::default();
        for ((tenant, queue), name) in &self.queues {
            queues.push(QueueRow {
                tenant,
                queue: *queue,
                name,
            });
        }
        futures::try_join!(
            customers.write(write, include_str!("sql/write_customers.sql")),
            queues.write(write, include_str!("sql/write_queues.sql")),
        )?;
        Ok(())
    }
}
