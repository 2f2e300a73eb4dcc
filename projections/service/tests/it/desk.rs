//! A service desk's events, as the tests tell them.

use guanxi_events::{
    TenantId,
    service::{
        Author, CalendarVersion, Channel, Message, MessageId, Priority, QueueEvent, QueueOpened,
        QueueSettings, QueueVersion, SlaClock, SlaPolicyVersion, SlaTarget, Strategy,
        SurveyAnswered, SurveyAsked, SurveyEvent, SurveySubject, TicketDetails, TicketEvent,
        TicketKind,
        ticket::{
            SlaDue, SlaLeg, SlaScore, SlaTerms, TicketOpened, TicketReplied, TicketResolved,
            TicketSlaApplied, TicketSlaStopped,
        },
    },
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::world::World;

/// Something that happened on the desk.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Ticket(TicketEvent),
    Survey(SurveyEvent),
}

/// The same, told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) tenant: TenantId,
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) what: What,
}

impl World {
    /// A queue of that name.
    pub(crate) async fn queue(&mut self, tenant: &TenantId, id: Uuid, name: &str) {
        let settings = QueueSettings {
            name: name.to_owned(),
            strategy: Strategy::ByHand,
            reopen_days: 14,
            close_days: None,
            rating: None,
            escalation: vec![],
        };
        let opened = QueueOpened {
            settings,
            members: vec![],
        };
        self.append::<QueueEvent>(tenant, id, opened, Timestamp::UNIX_EPOCH)
            .await;
    }

    pub(crate) async fn happens(&mut self, told: &Told) -> guanxi_eventlog::Receipt {
        let Told {
            tenant,
            id,
            at,
            what,
        } = told;
        match what {
            What::Ticket(event @ TicketEvent::Opened(_)) => {
                let series = &["TK"];
                self.append_numbered::<TicketEvent>(tenant, *id, event.clone(), *at, series)
                    .await
            }
            What::Ticket(event) => {
                self.append::<TicketEvent>(tenant, *id, event.clone(), *at)
                    .await
            }
            What::Survey(event) => {
                self.append::<SurveyEvent>(tenant, *id, event.clone(), *at)
                    .await
            }
        }
    }
}

pub(crate) fn queue(id: u128) -> QueueVersion {
    QueueVersion {
        id: Uuid::from_u128(id).into(),
        version: 1,
    }
}

pub(crate) fn details(kind: TicketKind, channel: Channel) -> TicketDetails {
    TicketDetails {
        kind,
        channel,
        subject: "it does not work".into(),
        category: None,
        customer: None,
        contact: None,
        order: None,
    }
}

pub(crate) fn opened(at: Timestamp, queue: QueueVersion, details: TicketDetails) -> TicketOpened {
    TicketOpened {
        at,
        details,
        priority: Priority::Medium,
        queue,
        text: None,
        attachments: vec![],
        follow_up_of: None,
        replay: false,
    }
}

pub(crate) fn replied(at: Timestamp, author: Author) -> TicketReplied {
    TicketReplied {
        at,
        message: Message {
            id: MessageId::from(Uuid::from_u128(1)),
            author,
            said_at: at,
            channel: Channel::Email,
            text: "hello".into(),
            template: None,
            attachments: vec![],
        },
        first_response: false,
    }
}

pub(crate) fn agent(name: &str) -> Author {
    Author::Agent(name.parse().unwrap())
}

pub(crate) fn resolved(
    at: Timestamp,
    resolution: u32,
    agent: &str,
    queue: QueueVersion,
) -> TicketResolved {
    TicketResolved {
        at,
        resolution,
        agent: agent.parse().unwrap(),
        text: None,
        queue,
        reopen_until: at,
        close_at: None,
        rating: None,
    }
}

pub(crate) fn terms() -> SlaTerms {
    SlaTerms {
        policy: SlaPolicyVersion {
            key: "usual".into(),
            version: 3,
        },
        calendar: CalendarVersion {
            id: Uuid::from_u128(9).into(),
            version: 1,
        },
        priority: Priority::Medium,
    }
}

pub(crate) fn due(clock: SlaClock, due_at: Option<Timestamp>) -> SlaDue {
    SlaDue {
        clock,
        due_at,
        warnings: vec![],
        escalate_at: None,
    }
}

pub(crate) fn applied(at: Timestamp, clocks: Vec<SlaDue>) -> TicketSlaApplied {
    let target = SlaTarget {
        span: SignedDuration::from_hours(4),
        warn_before: Default::default(),
        escalate_after: None,
    };
    TicketSlaApplied {
        at,
        terms: Some(terms()),
        targets: clocks
            .iter()
            .map(|due| (due.clock, target.clone()))
            .collect(),
        ladder: vec![],
        ended: vec![],
        clocks,
        foreseen: None,
    }
}

/// The clocks stopped, each after so many seconds of working time, and met or not.
pub(crate) fn stopped(at: Timestamp, scores: &[(SlaClock, i64, bool)]) -> TicketSlaStopped {
    let score = |&(clock, seconds, met): &(SlaClock, i64, bool)| {
        let elapsed = SignedDuration::from_secs(seconds);
        SlaScore {
            clock,
            met,
            elapsed,
            legs: vec![SlaLeg {
                terms: terms(),
                target: SignedDuration::from_hours(4),
                since: at,
                until: at,
                elapsed,
                due_at: None,
                met,
            }],
        }
    };
    TicketSlaStopped {
        at,
        scores: scores.iter().map(score).collect(),
    }
}

pub(crate) fn subject(
    ticket: Uuid,
    resolution: u32,
    agent: &str,
    queue: QueueVersion,
) -> SurveySubject {
    SurveySubject {
        ticket: ticket.into(),
        resolution,
        customer: None,
        contact: None,
        channel: Channel::Email,
        agent: agent.parse().unwrap(),
        queue,
    }
}

pub(crate) fn asked(subject: SurveySubject, at: Timestamp) -> SurveyAsked {
    SurveyAsked {
        subject,
        low_score: 2,
        at,
        expires_at: at + SignedDuration::from_hours(240),
    }
}

pub(crate) fn answered(subject: SurveySubject, score: u8, at: Timestamp) -> SurveyAnswered {
    SurveyAnswered {
        subject,
        score,
        comment: Some("thanks".into()),
        low: score <= 2,
        at,
    }
}
