//! A sales service of its own for each test, and callers with roles.

use std::{fs, sync::Arc, time::Duration};

use guanxi_events::CommandId;
use guanxi_harness::{ScratchDir, TestDatabase};
use guanxi_proto::{
    google_type::{Date, Money},
    sales::v1::{
        self as wire, billing_profile_service_client::BillingProfileServiceClient,
        exchange_rate_service_client::ExchangeRateServiceClient,
        opportunity_service_client::OpportunityServiceClient,
        payment_terms_service_client::PaymentTermsServiceClient,
        pipeline_service_client::PipelineServiceClient,
        price_list_service_client::PriceListServiceClient,
        product_service_client::ProductServiceClient,
        receivable_plan_service_client::ReceivablePlanServiceClient,
        receivables_policy_service_client::ReceivablesPolicyServiceClient,
    },
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::{DevelopmentIssuer, Identity, Readiness, Role, Secret, config::Config, serve};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status, transport::Channel};
use uuid::Uuid;

/// A running service.
pub struct Served {
    pub database: TestDatabase,
    channel: Channel,
    issuer: DevelopmentIssuer,
    stop: CancellationToken,
    // Its background work ends with it.
    _running: serve::Running,
    _scratch: ScratchDir,
}

/// Who calls.
#[derive(Clone, Copy)]
pub struct Caller(pub &'static str, pub &'static str, pub Role);

pub const ANNA: Caller = Caller("acme", "anna", Role::Agent);
pub const MANAGER: Caller = Caller("acme", "mara", Role::Manager);
pub const IMPORTER: Caller = Caller("acme", "loader", Role::Importer);
pub const ANALYST: Caller = Caller("acme", "alan", Role::Analyst);
pub const STRANGER: Caller = Caller("other", "oscar", Role::Admin);

impl Served {
    pub async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let mut client = database.connect().await.unwrap();
        for service in guanxi_events::Service::ALL {
            guanxi_runtime::migrate(&mut client, service).await.unwrap();
        }
        let scratch = ScratchDir::create_in(&std::env::temp_dir()).unwrap();
        let (root, secret) = (scratch.path().join("root"), scratch.path().join("secret"));
        fs::write(&root, "ab".repeat(32)).unwrap();
        fs::write(&secret, "cd".repeat(32)).unwrap();
        let mut config = Config {
            development: true,
            ..Config::default()
        };
        config.database.url = Secret::from(database.url());
        config.database.set_role = false;
        config.listen.sales = ([127, 0, 0, 1], 0).into();
        config.auth.development_secret_file = Some(secret);
        config.nats.url = Some(Secret::from(database.nats_url()));
        config.keys.root_file = Some(root);
        let issuer = DevelopmentIssuer::open(&config.auth).unwrap();
        let stop = CancellationToken::new();
        let running = serve::serve(
            guanxi_sales::module(),
            Arc::new(config),
            Readiness::default(),
            stop.clone(),
        );
        let running = running.await.unwrap();
        let channel = Channel::from_shared(format!("http://{}", running.address))
            .unwrap()
            .connect()
            .await
            .unwrap();
        Self {
            database,
            channel,
            issuer,
            stop,
            _running: running,
            _scratch: scratch,
        }
    }

    /// The message as this caller sends it.
    pub fn by<T>(&self, Caller(tenant, person, role): Caller, message: T) -> Request<T> {
        let identity = Identity {
            tenant: tenant.parse().unwrap(),
            person: person.parse().unwrap(),
            roles: vec![role],
        };
        let token = self.issuer.issue(&identity, Duration::from_secs(600));
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", token.unwrap()).parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        request
    }

    pub fn pipelines(&self) -> PipelineServiceClient<Channel> {
        PipelineServiceClient::new(self.channel.clone())
    }

    pub fn opportunities(&self) -> OpportunityServiceClient<Channel> {
        OpportunityServiceClient::new(self.channel.clone())
    }

    pub fn products(&self) -> ProductServiceClient<Channel> {
        ProductServiceClient::new(self.channel.clone())
    }

    pub fn price_lists(&self) -> PriceListServiceClient<Channel> {
        PriceListServiceClient::new(self.channel.clone())
    }

    pub fn payment_terms(&self) -> PaymentTermsServiceClient<Channel> {
        PaymentTermsServiceClient::new(self.channel.clone())
    }

    pub fn exchange_rates(&self) -> ExchangeRateServiceClient<Channel> {
        ExchangeRateServiceClient::new(self.channel.clone())
    }

    pub fn billing_profiles(&self) -> BillingProfileServiceClient<Channel> {
        BillingProfileServiceClient::new(self.channel.clone())
    }

    pub fn receivable_plans(&self) -> ReceivablePlanServiceClient<Channel> {
        ReceivablePlanServiceClient::new(self.channel.clone())
    }

    pub fn receivables_policies(&self) -> ReceivablesPolicyServiceClient<Channel> {
        ReceivablesPolicyServiceClient::new(self.channel.clone())
    }

    /// A pipeline of prospecting 10 and engaging 40, without switches.
    pub async fn pipeline(&self) -> String {
        let create = wire::CreatePipelineRequest {
            header: header(),
            rules: Some(wire::PipelineRules {
                name: "Hardware".into(),
                stages: vec![stage("prospecting", 10), stage("engaging", 40)],
                may_move_back: false,
                may_reopen: false,
            }),
            ..Default::default()
        };
        let created = self
            .pipelines()
            .create_pipeline(self.by(MANAGER, create))
            .await;
        created.unwrap().into_inner().receipt.unwrap().id
    }

    pub async fn product(&self, sku: &str) -> Result<Receipt, Status> {
        let create = wire::CreateProductRequest {
            header: header(),
            details: Some(wire::ProductDetails {
                sku: sku.into(),
                name: sku.into(),
                unit: "piece".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let created = self
            .products()
            .create_product(self.by(MANAGER, create))
            .await?;
        Ok(created.into_inner().receipt.unwrap())
    }

    pub async fn open(
        &self,
        caller: Caller,
        open: wire::OpenOpportunityRequest,
    ) -> Result<Receipt, Status> {
        let opened = self
            .opportunities()
            .open_opportunity(self.by(caller, open))
            .await?;
        Ok(opened.into_inner().receipt.unwrap())
    }

    pub async fn get(&self, caller: Caller, id: &str) -> Result<wire::Opportunity, Status> {
        let get = wire::GetOpportunityRequest {
            opportunity_id: id.to_owned(),
        };
        let got = self
            .opportunities()
            .get_opportunity(self.by(caller, get))
            .await?;
        Ok(got.into_inner().opportunity.unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

/// A header with an id of its own.
pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: CommandId::new().to_string(),
        ..Default::default()
    })
}

pub fn stage(key: &str, probability: i32) -> wire::Stage {
    wire::Stage {
        key: key.into(),
        name: key.into(),
        probability,
        ..Default::default()
    }
}

pub fn dollars(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "USD".into(),
        units,
        nanos: 0,
    })
}

pub fn opening(pipeline_id: &str) -> wire::OpenOpportunityRequest {
    wire::OpenOpportunityRequest {
        header: header(),
        opportunity_id: Uuid::now_v7().to_string(),
        pipeline_id: pipeline_id.to_owned(),
        details: Some(wire::OpportunityDetails {
            title: "400 graphics cards".into(),
            amount: dollars(1_000),
            ..Default::default()
        }),
        ..Default::default()
    }
}
