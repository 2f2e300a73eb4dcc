//! `QueueService`.

use guanxi_events::{
    PersonId,
    service::{QueueMember, QueueOpened, QueueSettings, RatingRules, Strategy},
};
use guanxi_proto::service::v1::{
    self as wire,
    queue_service_server::{QueueService, QueueServiceServer},
};
use guanxi_runtime::{Commands, Fields, asked, command, count_to_wire, each, errors};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::queue_id;
use crate::domain::queue::{Command, Desk, MAX_MEMBERS, Queue};

/// A queue names at most this many people for escalation.
const MAX_ESCALATION: usize = 10;
/// Ten years.
const MAX_DAYS: u16 = 3650;

/// `QueueService` on the service's commands.
struct Queues {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> QueueServiceServer<impl QueueService> {
    QueueServiceServer::new(Queues { commands })
}

#[tonic::async_trait]
impl QueueService for Queues {
    async fn open_queue(
        &self,
        request: Request<wire::OpenQueueRequest>,
    ) -> Result<Response<wire::OpenQueueResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_queue(
        &self,
        request: Request<wire::ChangeQueueRequest>,
    ) -> Result<Response<wire::ChangeQueueResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_queue_member(
        &self,
        request: Request<wire::SetQueueMemberRequest>,
    ) -> Result<Response<wire::SetQueueMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn remove_queue_member(
        &self,
        request: Request<wire::RemoveQueueMemberRequest>,
    ) -> Result<Response<wire::RemoveQueueMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_availability(
        &self,
        request: Request<wire::SetAvailabilityRequest>,
    ) -> Result<Response<wire::SetAvailabilityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_queue(
        &self,
        request: Request<wire::GetQueueRequest>,
    ) -> Result<Response<wire::GetQueueResponse>, Status> {
        let id = asked(|fields| queue_id(fields, &request.get_ref().queue_id))?;
        let (desk, version) = self.commands.get::<Queue, _>(&request, id.0).await?;
        let desk = desk.existing(id).map_err(|none| errors::refused(&none))?;
        Ok(Response::new(wire::GetQueueResponse {
            queue: Some(to_wire(id.0, version.0, desk)),
        }))
    }
}

command!(wire::OpenQueueRequest => wire::OpenQueueResponse, Queue, |request, fields| {
    let id = fields.new_id("queue_id", &request.queue_id);
    let settings = settings(fields, &request.settings.unwrap_or_default());
    let members = each(fields, "members", &request.members, MAX_MEMBERS, member);
    let opened = QueueOpened { settings: settings?, members: members? };
    Some((id?, Command::Open(opened)))
});

command!(wire::ChangeQueueRequest => wire::ChangeQueueResponse, Queue, |request, fields| {
    let id = queue_id(fields, &request.queue_id);
    let settings = settings(fields, &request.settings.unwrap_or_default());
    Some((id?.0, Command::Change(settings?)))
});

command!(wire::SetQueueMemberRequest => wire::SetQueueMemberResponse, Queue, |request, fields| {
    let id = queue_id(fields, &request.queue_id);
    let member = member(fields, "member", &request.member.unwrap_or_default());
    Some((id?.0, Command::SetMember(member?)))
});

command!(wire::RemoveQueueMemberRequest => wire::RemoveQueueMemberResponse, Queue,
|request, fields| {
    let id = queue_id(fields, &request.queue_id);
    let person = fields.person("person", &request.person);
    Some((id?.0, Command::RemoveMember { person: person? }))
});

command!(wire::SetAvailabilityRequest => wire::SetAvailabilityResponse, Queue, |request, fields| {
    let id = queue_id(fields, &request.queue_id);
    let person = fields.optional_person("person", &request.person);
    let available = request.available;
    Some((id?.0, Command::SetAvailability { person: person?, available }))
});

fn settings(fields: &mut Fields, given: &wire::QueueSettings) -> Option<QueueSettings> {
    let name = fields.text("settings.name", &given.name, 1, 100);
    let strategy = fields.choice("settings.strategy", given.strategy, |strategy| {
        Some(match strategy {
            wire::AssignmentStrategy::Unspecified | wire::AssignmentStrategy::ByHand => {
                Strategy::ByHand
            }
            wire::AssignmentStrategy::RoundRobin => Strategy::RoundRobin,
            wire::AssignmentStrategy::LeastLoaded => Strategy::LeastLoaded,
        })
    });
    let reopen_days = fields.whole("settings.reopen_days", given.reopen_days, 0, MAX_DAYS);
    let close_days = match given.close_days {
        None => Some(None),
        Some(days) => fields
            .whole("settings.close_days", days, 1, MAX_DAYS)
            .map(Some),
    };
    let rating = match &given.rating {
        None => Some(None),
        Some(rules) => rating(fields, rules).map(Some),
    };
    let escalation = each(
        fields,
        "settings.escalation",
        &given.escalation,
        MAX_ESCALATION,
        |fields, path, person| fields.person(path, person),
    );
    Some(QueueSettings {
        name: name?,
        strategy: strategy?,
        reopen_days: reopen_days?,
        close_days: close_days?,
        rating: rating?,
        escalation: escalation?,
    })
}

fn rating(fields: &mut Fields, rules: &wire::RatingRules) -> Option<RatingRules> {
    let low_score = fields.whole("settings.rating.low_score", rules.low_score, 1, 4);
    let answer_days = fields.whole("settings.rating.answer_days", rules.answer_days, 1, 365);
    Some(RatingRules {
        low_score: u8::try_from(low_score?).ok()?,
        answer_days: answer_days?,
    })
}

fn member(fields: &mut Fields, path: &str, given: &wire::QueueMember) -> Option<QueueMember> {
    let person = fields.person(&format!("{path}.person"), &given.person);
    let capacity = match given.capacity {
        None => Some(None),
        Some(most) => fields
            .whole(&format!("{path}.capacity"), most, 0, 1000)
            .map(Some),
    };
    Some(QueueMember {
        person: person?,
        capacity: capacity?,
        available: given.available,
    })
}

fn to_wire(id: Uuid, version: i64, desk: &Desk) -> wire::Queue {
    let load = |(person, tickets): (&PersonId, &u32)| wire::QueueLoad {
        person: person.to_string(),
        tickets: count_to_wire(*tickets),
    };
    let turn = desk.members.get(desk.turn);
    wire::Queue {
        id: id.to_string(),
        version,
        settings_version: count_to_wire(desk.version),
        settings: Some(settings_to_wire(&desk.settings)),
        members: desk.members.iter().map(member_to_wire).collect(),
        loads: desk.load.iter().map(load).collect(),
        turn: turn.map(|m| m.person.to_string()).unwrap_or_default(),
    }
}

fn settings_to_wire(settings: &QueueSettings) -> wire::QueueSettings {
    let strategy = match settings.strategy {
        Strategy::ByHand => wire::AssignmentStrategy::ByHand,
        Strategy::RoundRobin => wire::AssignmentStrategy::RoundRobin,
        Strategy::LeastLoaded => wire::AssignmentStrategy::LeastLoaded,
    };
    let escalation = settings.escalation.iter().map(PersonId::to_string);
    wire::QueueSettings {
        name: settings.name.clone(),
        strategy: strategy.into(),
        reopen_days: settings.reopen_days.into(),
        close_days: settings.close_days.map(i32::from),
        rating: settings.rating.map(|rules| wire::RatingRules {
            low_score: rules.low_score.into(),
            answer_days: rules.answer_days.into(),
        }),
        escalation: escalation.collect(),
    }
}

fn member_to_wire(member: &QueueMember) -> wire::QueueMember {
    wire::QueueMember {
        person: member.person.to_string(),
        capacity: member.capacity.map(i32::from),
        available: member.available,
    }
}
