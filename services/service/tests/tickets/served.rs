//! A service service of its own for each test, and what its tests ask it for.

use std::{ops::Deref, time::Duration};

use guanxi_proto::{
    service::v1::{
        self as wire, queue_service_client::QueueServiceClient,
        survey_service_client::SurveyServiceClient, ticket_service_client::TicketServiceClient,
    },
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::Role;
pub use guanxi_served::{ANALYST, ANNA, Caller, IMPORTER, MANAGER, STRANGER, header, reason};
use tonic::{Request, Status, transport::Channel};
use uuid::Uuid;

pub const BOB: Caller = Caller("acme", "bob", Role::Agent);

/// A running service.
pub struct Served(guanxi_served::Served);

impl Deref for Served {
    type Target = guanxi_served::Served;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Served {
    pub async fn start() -> Self {
        Self(guanxi_served::Served::start(guanxi_service::module).await)
    }

    /// The message as this caller sends it, who waits long: what races takes many attempts, and the machine
    /// may be busy.
    pub fn by<T>(&self, caller: Caller, message: T) -> Request<T> {
        let mut request = self.0.by(caller, message);
        request.set_timeout(Duration::from_secs(60));
        request
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        Self(self.0.replica().await)
    }

    pub fn tickets(&self) -> TicketServiceClient<Channel> {
        TicketServiceClient::new(self.channel())
    }

    pub fn queues(&self) -> QueueServiceClient<Channel> {
        QueueServiceClient::new(self.channel())
    }

    pub fn surveys(&self) -> SurveyServiceClient<Channel> {
        SurveyServiceClient::new(self.channel())
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
