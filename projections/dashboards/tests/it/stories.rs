//! Random stories of all four services: what is told, and what it should count as.

mod customers;
mod loyalty;
mod sales;
mod service;

use guanxi_dashboards::Figure;
use guanxi_events::{DomainEvent, Money, PersonId, TenantId, sales::SaleLine};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    oracle::{Thing, When},
    world::World,
};

/// Who tells it all.
pub(crate) struct Teller<'a> {
    pub(crate) world: World,
    pub(crate) rng: &'a mut StdRng,
    pub(crate) things: Vec<Thing>,
    pub(crate) tenant: &'static str,
    /// Whose work is at hand.
    id: u128,
}

impl<'a> Teller<'a> {
    pub(crate) async fn new(rng: &'a mut StdRng) -> Self {
        Self {
            world: World::new().await,
            rng,
            things: Vec::new(),
            tenant: "acme",
            id: 0,
        }
    }

    /// Both tenants' stories, under the same ids.
    pub(crate) async fn all(&mut self, rounds: u128) {
        for tenant in ["acme", "bolt"] {
            self.tenant = tenant;
            for n in 0..rounds {
                self.id = n + 1;
                self.customer().await;
                self.interaction().await;
                self.follow_up().await;
                self.opportunity().await;
                self.order().await;
                self.invoice().await;
                self.payment().await;
                self.goods().await;
                self.ticket().await;
                self.member().await;
            }
        }
    }

    async fn tell<E: DomainEvent>(&mut self, event: impl Into<E>, at: Timestamp) {
        let tenant: TenantId = self.tenant.parse().unwrap();
        let id = Uuid::from_u128(self.id);
        self.world.append::<E>(&tenant, id, event, at).await;
    }

    fn count(&mut self, figure: Figure, when: When, owner: &str, detail: &str) {
        self.worth(figure, when, owner, (Decimal::ZERO, ""));
        self.things.last_mut().unwrap().detail = detail.to_owned();
    }

    fn worth(&mut self, figure: Figure, when: When, owner: &str, much: (Decimal, &'static str)) {
        self.things.push(Thing {
            tenant: self.tenant,
            figure,
            when,
            owner: owner.to_owned(),
            detail: String::new(),
            amount: much.0,
            currency: much.1,
        });
    }

    fn at(&mut self) -> Timestamp {
        let quarters = self.rng.random_range(0..4 * 24 * 20);
        let within = self.rng.random_range(0..900);
        Timestamp::from_second(1_700_000_000 / 900 * 900 + quarters * 900 + within).unwrap()
    }

    fn day(&mut self) -> Date {
        self.at().to_zoned(TimeZone::UTC).date()
    }

    fn person(&mut self) -> &'static str {
        ["ann", "bob"][self.rng.random_range(0..2)]
    }

    fn cents(&mut self) -> Decimal {
        Decimal::new(self.rng.random_range(1..100_000), 2)
    }

    fn chance(&mut self) -> bool {
        self.rng.random_bool(0.5)
    }
}

pub(crate) fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

fn usd(amount: Decimal) -> Money {
    Money {
        amount,
        currency: Currency::USD,
    }
}

/// A tenth.
fn tax(net: Decimal) -> Decimal {
    (net / Decimal::TEN).round_dp(2)
}

fn line(net: Decimal) -> SaleLine {
    SaleLine {
        product: None,
        text: Some("goods".into()),
        quantity: Decimal::ONE,
        unit_price: net,
        discount_percent: Decimal::ZERO,
        tax_rate: Decimal::TEN,
        net,
        tax: tax(net),
    }
}
