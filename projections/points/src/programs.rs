//! Programs, as far as figures need their rules: by version, for a point's value changes (L-11).

use guanxi_events::{
    Recorded,
    loyalty::{ProgramEvent, ProgramRules},
};
use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{projection::Id, storing::whole};

columns! {
    /// A row of `programs`.
    ProgramColumns of ProgramRow {
        tenant: &'a str,
        program: Uuid,
        version: i32,
        at: Timestamp,
        recorded_at: Timestamp,
        name: &'a str,
        shop: Option<&'a str>,
        currency: &'static str,
        places: i32,
        point_value: Decimal,
    }
}

/// One version of a program's rules.
struct Version {
    id: Id,
    version: i32,
    at: Timestamp,
    recorded_at: Timestamp,
    shop: Option<String>,
    rules: ProgramRules,
}

/// The versions of a batch.
#[derive(Default)]
pub(crate) struct Programs(Vec<Version>);

impl Programs {
    /// Takes what happened to a program.
    pub(crate) fn take(&mut self, id: Id, event: &Recorded, program: &ProgramEvent) {
        let (version, shop, rules) = match program {
            ProgramEvent::Opened(opened) => (1, opened.shop.clone(), &opened.rules),
            ProgramEvent::Changed(changed) => (whole(changed.version), None, &changed.rules),
        };
        self.0.push(Version {
            id,
            version,
            at: event.occurred_at,
            recorded_at: event.recorded_at,
            shop,
            rules: rules.clone(),
        });
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut programs = ProgramColumns::default();
        for version in &self.0 {
            let currency = version.rules.currency;
            programs.push(ProgramRow {
                tenant: &version.id.0,
                program: version.id.1,
                version: version.version,
                at: version.at,
                recorded_at: version.recorded_at,
                name: &version.rules.name,
                shop: version.shop.as_deref(),
                currency: currency.code(),
                places: currency.exponent().map_or(2, i32::from),
                point_value: version.rules.point_value.normalize(),
            });
        }
        programs.insert(write, "programs").await
    }
}
