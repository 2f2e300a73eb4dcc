//! Exchange rates (S-30), of every source.

use guanxi_events::{Recorded, sales::ExchangeRateSet};
use guanxi_projection::{Write, columns};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;

use crate::storing::stored;

columns! {
    /// A row of `rates`.
    RateColumns of RateRow {
        tenant: &'a str,
        source: String,
        to_currency: &'a str,
        from_currency: &'a str,
        valid_from: Date,
        version: i64,
        rate: Decimal,
        recorded_at: Timestamp,
    }
}

/// The rates of a batch.
#[derive(Default)]
pub(crate) struct Rates<'a>(RateColumns<'a>);

impl<'a> Rates<'a> {
    /// Takes one.
    pub(crate) fn take(&mut self, event: &'a Recorded, set: &ExchangeRateSet) {
        self.0.push(RateRow {
            tenant: event.stream.tenant.as_str(),
            source: set.source.clone(),
            to_currency: set.to.code(),
            from_currency: set.from.code(),
            valid_from: set.on,
            version: event.version.0,
            rate: stored(set.rate),
            recorded_at: event.recorded_at,
        });
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        self.0.insert(write, "rates").await
    }
}
