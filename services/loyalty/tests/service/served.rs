//! A loyalty service of its own for each test, with one program, and callers with roles.

use std::{fs, sync::Arc, time::Duration};

use guanxi_events::{
    CommandId,
    loyalty::{
        ExpiryRule, MemberStatus, ProgramEvent, ProgramOpened, ProgramRules, ShortfallPolicy,
        SpendingRules,
    },
};
use guanxi_harness::{ScratchDir, TestDatabase};
use guanxi_proto::{
    loyalty::v1::{
        self as wire, card_batch_service_client::CardBatchServiceClient,
        card_service_client::CardServiceClient, card_source::From,
        earning_rules_service_client::EarningRulesServiceClient,
        member_service_client::MemberServiceClient, points_service_client::PointsServiceClient,
        program_service_client::ProgramServiceClient,
        purchase_service_client::PurchaseServiceClient,
        redemption_service_client::RedemptionServiceClient,
        tier_ladder_service_client::TierLadderServiceClient,
    },
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::{DevelopmentIssuer, Identity, Readiness, Role, Secret, config::Config, serve};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status, transport::Channel};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::log::written;

/// A running service.
pub struct Served {
    pub database: Arc<TestDatabase>,
    /// The program of the tenant `acme`.
    pub program: Uuid,
    channel: Channel,
    config: Arc<Config>,
    issuer: DevelopmentIssuer,
    stop: CancellationToken,
    // Its background work ends with it.
    _running: serve::Running,
    scratch: Arc<ScratchDir>,
}

/// Who calls.
#[derive(Clone, Copy)]
pub struct Caller(pub &'static str, pub &'static str, pub Role);

pub const ANNA: Caller = Caller("acme", "anna", Role::Agent);
pub const MANAGER: Caller = Caller("acme", "mara", Role::Manager);
pub const IMPORTER: Caller = Caller("acme", "loader", Role::Importer);
pub const STRANGER: Caller = Caller("other", "oscar", Role::Admin);

impl Served {
    pub async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let mut client = database.connect().await.unwrap();
        for service in guanxi_events::Service::ALL {
            guanxi_runtime::migrate(&mut client, service).await.unwrap();
        }
        let program = Uuid::now_v7();
        written(&database, program, opened()).await;
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
        // Each login costs a test's only thread some time.
        config.database.connections = 4;
        config.listen.loyalty = ([127, 0, 0, 1], 0).into();
        config.auth.development_secret_file = Some(secret);
        config.nats.url = Some(Secret::from(database.nats_url()));
        config.keys.root_file = Some(root);
        let (database, config) = (Arc::new(database), Arc::new(config));
        Self::with(database, program, config, Arc::new(scratch)).await
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        Self::with(
            Arc::clone(&self.database),
            self.program,
            Arc::clone(&self.config),
            Arc::clone(&self.scratch),
        )
        .await
    }

    async fn with(
        database: Arc<TestDatabase>,
        program: Uuid,
        config: Arc<Config>,
        scratch: Arc<ScratchDir>,
    ) -> Self {
        let issuer = DevelopmentIssuer::open(&config.auth).unwrap();
        let stop = CancellationToken::new();
        let running = serve::serve(
            guanxi_loyalty::module(),
            Arc::clone(&config),
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
            program,
            channel,
            config,
            issuer,
            stop,
            _running: running,
            scratch,
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

    pub fn members(&self) -> MemberServiceClient<Channel> {
        MemberServiceClient::new(self.channel.clone())
    }

    pub fn cards(&self) -> CardServiceClient<Channel> {
        CardServiceClient::new(self.channel.clone())
    }

    pub fn batches(&self) -> CardBatchServiceClient<Channel> {
        CardBatchServiceClient::new(self.channel.clone())
    }

    pub fn ladders(&self) -> TierLadderServiceClient<Channel> {
        TierLadderServiceClient::new(self.channel.clone())
    }

    pub fn programs(&self) -> ProgramServiceClient<Channel> {
        ProgramServiceClient::new(self.channel.clone())
    }

    pub fn earning_rules(&self) -> EarningRulesServiceClient<Channel> {
        EarningRulesServiceClient::new(self.channel.clone())
    }

    pub fn purchases(&self) -> PurchaseServiceClient<Channel> {
        PurchaseServiceClient::new(self.channel.clone())
    }

    pub fn points(&self) -> PointsServiceClient<Channel> {
        PointsServiceClient::new(self.channel.clone())
    }

    pub fn redemptions(&self) -> RedemptionServiceClient<Channel> {
        RedemptionServiceClient::new(self.channel.clone())
    }

    /// An enrolment of somebody unknown.
    pub fn enrolment(&self) -> wire::EnrolMemberRequest {
        wire::EnrolMemberRequest {
            header: header(),
            program_id: self.program.to_string(),
            active: true,
            ..Default::default()
        }
    }

    pub async fn enrol(&self, enrolment: wire::EnrolMemberRequest) -> Result<Receipt, Status> {
        let mut members = self.members();
        let enrolled = members.enrol_member(self.by(ANNA, enrolment)).await;
        Ok(enrolled?.into_inner().receipt.unwrap())
    }

    pub async fn member(&self, id: &str) -> wire::Member {
        let get = wire::GetMemberRequest {
            member_id: id.to_owned(),
        };
        let got = self.members().get_member(self.by(ANNA, get)).await;
        got.unwrap().into_inner().member.unwrap()
    }

    /// A batch of 6217 000001 to 6217 999999 with a check digit.
    pub async fn batch(&self) -> String {
        let create = wire::CreateCardBatchRequest {
            header: header(),
            program_id: self.program.to_string(),
            name: "autumn".into(),
            numbers: Some(wire::CardNumbers {
                prefix: "6217".into(),
                serial_digits: 6,
                first_serial: 1,
                last_serial: 999_999,
                ..Default::default()
            }),
            ..Default::default()
        };
        let mut batches = self.batches();
        let created = batches.create_card_batch(self.by(MANAGER, create)).await;
        created.unwrap().into_inner().receipt.unwrap().id
    }

    pub async fn add_card(
        &self,
        member_id: &str,
        source: wire::CardSource,
    ) -> Result<Receipt, Status> {
        let add = wire::AddCardRequest {
            header: header(),
            member_id: member_id.to_owned(),
            card: Some(source),
        };
        let added = self.members().add_card(self.by(ANNA, add)).await?;
        Ok(added.into_inner().receipt.unwrap())
    }

    pub async fn card(&self, id: &str) -> wire::GetCardResponse {
        let get = wire::GetCardRequest {
            card_id: id.to_owned(),
        };
        let got = self.cards().get_card(self.by(ANNA, get)).await;
        got.unwrap().into_inner()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The next number of a batch.
pub fn draw(batch: &str) -> wire::CardSource {
    wire::CardSource {
        from: Some(From::CardBatchId(batch.to_owned())),
    }
}

/// The code of a refusal.
pub fn reason(status: &Status) -> String {
    let info = status.get_details_error_info();
    info.map(|info| info.reason).unwrap_or_default()
}

/// A header with an id of its own.
pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: CommandId::new().to_string(),
        ..Default::default()
    })
}

fn opened() -> ProgramEvent {
    let one = 1.into();
    let rules = ProgramRules {
        name: "Club".into(),
        scale: 0,
        currency: "EUR".parse().unwrap(),
        point_value: one,
        from: None,
        until: None,
        return_window_days: 0,
        expiry: ExpiryRule::Never,
        may_earn: vec![MemberStatus::Active],
        may_spend: vec![MemberStatus::Active],
        spending: SpendingRules {
            minimum: one,
            step: one,
            max_share_percent: 100.into(),
        },
        shortfall: ShortfallPolicy::GoNegative,
        returned_grace_days: 0,
        transfers: false,
        adjustment_limit: None,
    };
    ProgramOpened { shop: None, rules }.into()
}
