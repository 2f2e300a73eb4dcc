//! A world with two tenants, and a login for each.

use std::sync::Arc;

use guanxi_dashboards::Dashboards;
use guanxi_events::TenantId;
use guanxi_funnels::Funnels;
use guanxi_points::Points;
use guanxi_projection::Registry;
use guanxi_query::analytics::{Analyst, Roles, create_analyst, setup};
use guanxi_receivables::Receivables;
use guanxi_service_figures::Service;
use iso_currency::Currency;
use jiff::{Timestamp, tz::TimeZone};
use secrecy::SecretString;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::{
    accounts,
    deals::{Told, eur, moved, opened, won},
    points_accounts, tickets,
    world::World,
};

pub(crate) const PIPELINE: Uuid = Uuid::from_u128(7);
const PASSWORD: &str = "correct horse battery";

pub(crate) struct Analysts {
    pub(crate) world: World,
    pub(crate) roles: Roles,
    /// Logins of acme and bolt.
    pub(crate) acme: String,
    pub(crate) bolt: String,
}

pub(crate) fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub(crate) fn at(day: i64, hour: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400 + hour * 3_600).unwrap()
}

impl Analysts {
    pub(crate) async fn new() -> Self {
        let world = Self::told().await;
        world.build(100).await;
        world.receivables(100).await;
        world.points_model(100).await;
        world.build_of(Arc::new(Service), 100).await;
        world.build_of(Arc::new(Dashboards), 100).await;
        Self::of(world).await
    }

    /// Both tenants' stories, of which nothing is built yet.
    pub(crate) async fn told() -> World {
        let mut world = World::new().await;
        for name in ["acme", "bolt"] {
            world.pipeline(&tenant(name), PIPELINE).await;
            for n in 1..=3 {
                let id = Uuid::from_u128(n);
                let details = guanxi_events::sales::OpportunityDetails {
                    title: format!("secret of {name}"),
                    amount: Some(eur("100.50")),
                    ..Default::default()
                };
                let mut story = vec![(0, opened(PIPELINE, details, "ann", Some(name), at(0, 12)))];
                if n > 1 {
                    story.push((2, moved(PIPELINE, "engaging", at(2, 12))));
                }
                if n > 2 {
                    story.push((4, won(PIPELINE, "engaging", eur("90"), at(4, 18))));
                }
                for (day, event) in story {
                    let hour = if day == 4 { 18 } else { 12 };
                    let told = Told {
                        tenant: tenant(name),
                        id,
                        at: at(day, hour),
                        event,
                    };
                    world.tell(&told).await;
                }
            }
            accounts::write(&mut world, name).await;
            points_accounts::write(&mut world, name).await;
            tickets::write(&mut world, name).await;
        }
        world
    }

    /// The logins over a world of both tenants.
    pub(crate) async fn of(world: World) -> Self {
        let suffix = world.database.suffix().to_owned();
        let roles = Roles {
            owner: format!("guanxi_analytics_{suffix}"),
            analyst: format!("guanxi_analyst_{suffix}"),
        };
        let analysts = Self {
            acme: format!("acme_{suffix}"),
            bolt: format!("bolt_{suffix}"),
            world,
            roles,
        };
        analysts.set_up().await;
        for (name, login) in [("acme", &analysts.acme), ("bolt", &analysts.bolt)] {
            analysts.create(name, login).await.unwrap();
        }
        analysts
    }

    /// As a program that starts does.
    pub(crate) async fn set_up(&self) {
        let registry = Registry::new()
            .with(Funnels)
            .with(Receivables)
            .with(Points)
            .with(Service)
            .with(Dashboards);
        self.set_up_for(registry).await;
    }

    /// The same for a program that knows these models.
    pub(crate) async fn set_up_for(&self, registry: Registry) {
        setup(&mut self.world.client().await, &self.roles, &registry)
            .await
            .unwrap();
    }

    pub(crate) async fn create(
        &self,
        name: &str,
        login: &str,
    ) -> Result<(), guanxi_query::analytics::AnalyticsError> {
        let analyst = Analyst {
            tenant: &tenant(name),
            zone: &TimeZone::get("Asia/Shanghai").unwrap(),
            currency: Currency::EUR,
            login,
            password: &SecretString::from(PASSWORD),
        };
        create_analyst(&mut self.world.client().await, &self.roles, analyst).await
    }

    /// A connection as this login.
    pub(crate) async fn log_in(&self, login: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config: tokio_postgres::Config = self.world.database.url().parse().unwrap();
        config.user(login).password(PASSWORD);
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// The schema of the active build.
    pub(crate) async fn schema(&self) -> String {
        self.schema_of("funnels").await
    }

    /// The same of a model.
    pub(crate) async fn schema_of(&self, model: &str) -> String {
        let client = Arc::new(self.world.client().await);
        guanxi_projection::Build::active(&*client, model)
            .await
            .unwrap()
            .schema
    }
}
