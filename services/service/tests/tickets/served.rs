//! A service service of its own for each test, and callers with roles.

use std::{fs, sync::Arc, time::Duration};

use guanxi_events::CommandId;
use guanxi_harness::{ScratchDir, TestDatabase};
use guanxi_proto::{
    service::v1::{
        self as wire, queue_service_client::QueueServiceClient,
        survey_service_client::SurveyServiceClient, ticket_service_client::TicketServiceClient,
    },
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::{DevelopmentIssuer, Identity, Readiness, Role, Secret, config::Config, serve};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status, transport::Channel};
use uuid::Uuid;

/// A running service.
pub struct Served {
    pub database: Arc<TestDatabase>,
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
pub const BOB: Caller = Caller("acme", "bob", Role::Agent);
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
        config.database.connections = 4;
        config.listen.service = ([127, 0, 0, 1], 0).into();
        config.auth.development_secret_file = Some(secret);
        config.nats.url = Some(Secret::from(database.nats_url()));
        config.keys.root_file = Some(root);
        Self::with(Arc::new(database), Arc::new(config), Arc::new(scratch)).await
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        let config = Arc::clone(&self.config);
        Self::with(
            Arc::clone(&self.database),
            config,
            Arc::clone(&self.scratch),
        )
        .await
    }

    async fn with(
        database: Arc<TestDatabase>,
        config: Arc<Config>,
        scratch: Arc<ScratchDir>,
    ) -> Self {
        let issuer = DevelopmentIssuer::open(&config.auth).unwrap();
        let stop = CancellationToken::new();
        let running = serve::serve(
            guanxi_service::module(),
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
        // What races here takes many attempts, and the machine may be busy.
        request.set_timeout(Duration::from_secs(60));
        let bearer = format!("Bearer {}", token.unwrap()).parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        request
    }

    /// To every RPC of the service.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub fn tickets(&self) -> TicketServiceClient<Channel> {
        TicketServiceClient::new(self.channel.clone())
    }

    pub fn queues(&self) -> QueueServiceClient<Channel> {
        QueueServiceClient::new(self.channel.clone())
    }

    pub fn surveys(&self) -> SurveyServiceClient<Channel> {
        SurveyServiceClient::new(self.channel.clone())
    }

    /// Opens a queue.
    pub async fn queue(&self, settings: wire::QueueSettings, members: &[&str]) -> String {
        self.queue_of(settings, members.iter().map(|name| member(name, None)))
            .await
    }

    pub async fn queue_of(
        &self,
        settings: wire::QueueSettings,
        members: impl IntoIterator<Item = wire::QueueMember>,
    ) -> String {
        let open = wire::OpenQueueRequest {
            header: header(),
            settings: Some(settings),
            members: members.into_iter().collect(),
            ..Default::default()
        };
        let opened = self.queues().open_queue(self.by(MANAGER, open)).await;
        opened.unwrap().into_inner().receipt.unwrap().id
    }

    pub async fn open(
        &self,
        caller: Caller,
        open: wire::OpenTicketRequest,
    ) -> Result<Receipt, Status> {
        let opened = self.tickets().open_ticket(self.by(caller, open)).await?;
        Ok(opened.into_inner().receipt.unwrap())
    }

    pub async fn get(&self, caller: Caller, id: &str) -> Result<wire::Ticket, Status> {
        let get = wire::GetTicketRequest {
            ticket_id: id.to_owned(),
        };
        let got = self.tickets().get_ticket(self.by(caller, get)).await?;
        Ok(got.into_inner().ticket.unwrap())
    }

    pub async fn reply(
        &self,
        caller: Caller,
        reply: wire::ReplyToTicketRequest,
    ) -> Result<Receipt, Status> {
        let replied = self
            .tickets()
            .reply_to_ticket(self.by(caller, reply))
            .await?;
        Ok(replied.into_inner().receipt.unwrap())
    }

    pub async fn resolve(
        &self,
        caller: Caller,
        resolve: wire::ResolveTicketRequest,
    ) -> Result<Receipt, Status> {
        let resolved = self
            .tickets()
            .resolve_ticket(self.by(caller, resolve))
            .await?;
        Ok(resolved.into_inner().receipt.unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A header with an id of its own.
pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: CommandId::new().to_string(),
        ..Default::default()
    })
}

/// A header that says when it happened.
pub fn dated(at: &str) -> Option<CommandHeader> {
    let at: jiff::Timestamp = at.parse().unwrap();
    header().map(|header| CommandHeader {
        occurred_at: Some(wire_instant(at)),
        ..header
    })
}

pub fn wire_instant(at: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}

/// By hand, reopened within 7 days, never closed by itself, without a rating.
pub fn by_hand() -> wire::QueueSettings {
    wire::QueueSettings {
        name: "support".into(),
        reopen_days: 7,
        ..Default::default()
    }
}

pub fn in_turn() -> wire::QueueSettings {
    wire::QueueSettings {
        strategy: wire::AssignmentStrategy::RoundRobin.into(),
        ..by_hand()
    }
}

pub fn member(name: &str, capacity: Option<i32>) -> wire::QueueMember {
    wire::QueueMember {
        person: name.to_owned(),
        capacity,
        available: true,
    }
}

pub fn opening(queue_id: &str) -> wire::OpenTicketRequest {
    wire::OpenTicketRequest {
        header: header(),
        ticket_id: Uuid::now_v7().to_string(),
        details: Some(wire::TicketDetails {
            kind: wire::TicketKind::Repair.into(),
            channel: wire::Channel::Wechat.into(),
            subject: "空调不制冷".into(),
            ..Default::default()
        }),
        queue_id: queue_id.to_owned(),
        ..Default::default()
    }
}

pub fn reply(id: &str, text: &str) -> wire::ReplyToTicketRequest {
    wire::ReplyToTicketRequest {
        header: header(),
        ticket_id: id.to_owned(),
        text: text.to_owned(),
        ..Default::default()
    }
}

pub fn customer_says(id: &str, text: &str) -> wire::ReplyToTicketRequest {
    wire::ReplyToTicketRequest {
        from_customer: true,
        ..reply(id, text)
    }
}

pub fn resolving(id: &str) -> wire::ResolveTicketRequest {
    wire::ResolveTicketRequest {
        header: header(),
        ticket_id: id.to_owned(),
        text: "valve replaced".into(),
    }
}

pub fn assigning(id: &str, to: &str) -> wire::AssignTicketRequest {
    wire::AssignTicketRequest {
        header: header(),
        ticket_id: id.to_owned(),
        assignee: to.to_owned(),
    }
}
