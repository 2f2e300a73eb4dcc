//! Purchases and redemptions: what caused a line is called so where it happened (L-20).

use std::collections::BTreeMap;

use guanxi_events::loyalty::{
    PointsRedeemed, PurchaseEvent, PurchaseRecorded, RedeemFor, RedemptionEvent,
};
use guanxi_projection::{Write, columns};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::projection::Id;

columns! {
    /// A row of `purchases`.
    PurchaseColumns of PurchaseRow {
        tenant: &'a str,
        purchase: Uuid,
        shop: Option<&'a str>,
        reference: Option<&'a str>,
    }
}

columns! {
    /// A row of `redemptions`.
    RedemptionColumns of RedemptionRow {
        tenant: &'a str,
        redemption: Uuid,
        purpose: &'static str,
        shop: Option<&'a str>,
        reference: Option<&'a str>,
        value: Decimal,
        currency: &'static str,
    }
}

/// The purchases and redemptions of a batch.
#[derive(Default)]
pub(crate) struct Causes {
    purchases: BTreeMap<Id, PurchaseRecorded>,
    redemptions: BTreeMap<Id, PointsRedeemed>,
}

impl Causes {
    /// Takes what happened to a purchase: how it began says what it is called.
    pub(crate) fn purchase(&mut self, id: Id, event: &PurchaseEvent) {
        if let PurchaseEvent::Recorded(recorded) = event {
            self.purchases.insert(id, recorded.clone());
        }
    }

    /// Takes what happened to a redemption; what a refund gives back stands on the account.
    pub(crate) fn redemption(&mut self, id: Id, event: &RedemptionEvent) {
        if let RedemptionEvent::Redeemed(redeemed) = event {
            self.redemptions.insert(id, redeemed.clone());
        }
    }

    /// Writes them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut purchases = PurchaseColumns::default();
        for ((tenant, purchase), recorded) in &self.purchases {
            purchases.push(PurchaseRow {
                tenant,
                purchase: *purchase,
                shop: recorded.shop.as_deref(),
                reference: recorded.reference.as_deref(),
            });
        }
        let mut redemptions = RedemptionColumns::default();
        for ((tenant, redemption), redeemed) in &self.redemptions {
            redemptions.push(RedemptionRow {
                tenant,
                redemption: *redemption,
                purpose: match redeemed.purpose {
                    RedeemFor::Payment => "payment",
                    RedeemFor::Reward => "reward",
                    RedeemFor::Coupon => "coupon",
                },
                shop: redeemed.shop.as_deref(),
                reference: redeemed.reference.as_deref(),
                value: redeemed.value.amount.normalize(),
                currency: redeemed.value.currency.code(),
            });
        }
        futures::try_join!(
            purchases.insert(write, "purchases"),
            redemptions.insert(write, "redemptions"),
        )?;
        Ok(())
    }
}
