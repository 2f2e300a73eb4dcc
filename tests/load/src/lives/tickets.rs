//! A ticket: opened, given to somebody, answered, waited for, resolved, rated, closed.

use guanxi_events::service::{
    Author, CalendarId, CalendarVersion, Channel, Message, MessageId, Priority, QueueEvent,
    QueueId, QueueOpened, QueueSettings, QueueVersion, SlaClock, SlaPolicyVersion, SlaTarget,
    Strategy, SurveyAnswered, SurveyAsked, SurveyEvent, SurveyId, SurveySubject, TicketDetails,
    TicketEvent, TicketId, TicketKind,
    ticket::{
        Closed, Given, PendingEnded, PendingFor, SlaDue, SlaLeg, SlaScore, SlaTerms,
        TicketAssigned, TicketClosed, TicketOpened, TicketPendingEnded, TicketPendingSet,
        TicketReplied, TicketResolved, TicketSlaApplied, TicketSlaPaused, TicketSlaResumed,
        TicketSlaStopped, TicketStarted,
    },
};
use jiff::SignedDuration;
use uuid::Uuid;

use super::Tale;

const QUEUE: QueueVersion = QueueVersion {
    id: QueueId(Uuid::from_u128(0x71_75_65_75)),
    version: 1,
};
const TARGET: SignedDuration = SignedDuration::from_hours(40);
const WORKED: SignedDuration = SignedDuration::from_hours(2);

pub(super) fn ground(tale: &mut Tale) -> anyhow::Result<()> {
    let settings = QueueSettings {
        name: "first line".to_owned(),
        strategy: Strategy::RoundRobin,
        reopen_days: 14,
        close_days: Some(7),
        rating: None,
        escalation: Vec::new(),
    };
    let opened = QueueOpened {
        settings,
        members: Vec::new(),
    };
    tale.tell::<QueueEvent>(QUEUE.id, opened)
}

pub(super) fn life(tale: &mut Tale) -> anyhow::Result<()> {
    let id = TicketId::new();
    opened(tale, id)?;
    tale.then_after(1);
    let assigned = TicketAssigned {
        at: tale.at(),
        to: tale.actor(),
        from: None,
        given: Given::RoundRobin,
        queue: QUEUE,
    };
    tale.tell::<TicketEvent>(id, assigned)?;
    tale.tell::<TicketEvent>(id, TicketStarted { at: tale.at() })?;
    tale.then_after(1);
    said(tale, id, Author::Agent(tale.actor()), true)?;
    stopped(tale, id, SlaClock::FirstResponse)?;
    tale.then_after(1);
    waited(tale, id)?;
    tale.then_after(2);
    said(tale, id, Author::Customer(None), false)?;
    tale.then_after(2);
    let subject = resolved(tale, id)?;
    tale.then_after(24);
    rated(tale, id, subject)?;
    tale.then_after(24 * 7);
    let closed = TicketClosed {
        at: tale.at(),
        because: Closed::TimeCame,
    };
    tale.tell::<TicketEvent>(id, closed)
}

fn opened(tale: &mut Tale, id: TicketId) -> anyhow::Result<()> {
    let opened = TicketOpened {
        at: tale.at(),
        details: TicketDetails {
            kind: TicketKind::Repair,
            channel: Channel::Wechat,
            subject: "空调不制冷".to_owned(),
            category: Some("cooling".to_owned()),
            customer: None,
            contact: None,
            order: None,
        },
        priority: Priority::High,
        queue: QUEUE,
        text: Some("Since yesterday.".to_owned()),
        attachments: Vec::new(),
        follow_up_of: None,
        replay: false,
    };
    tale.tell_numbered::<TicketEvent>(id, opened, &["TK"])?;
    let clocks = [SlaClock::FirstResponse, SlaClock::Resolution];
    let target = SlaTarget {
        span: TARGET,
        warn_before: Default::default(),
        escalate_after: None,
    };
    let applied = TicketSlaApplied {
        at: tale.at(),
        terms: Some(terms()),
        targets: clocks.map(|clock| (clock, target.clone())).into(),
        ladder: Vec::new(),
        ended: Vec::new(),
        clocks: clocks.map(|clock| due(tale, clock)).into(),
        foreseen: None,
    };
    tale.tell::<TicketEvent>(id, applied)
}

fn said(tale: &mut Tale, id: TicketId, author: Author, first: bool) -> anyhow::Result<()> {
    let replied = TicketReplied {
        at: tale.at(),
        message: Message {
            id: MessageId::new(),
            author,
            said_at: tale.at(),
            channel: Channel::Wechat,
            text: "We look into it.".to_owned(),
            template: None,
            attachments: Vec::new(),
        },
        first_response: first,
    };
    tale.tell::<TicketEvent>(id, replied)
}

fn waited(tale: &mut Tale, id: TicketId) -> anyhow::Result<()> {
    let at = tale.at();
    let set = TicketPendingSet {
        at,
        pending: PendingFor::ThirdParty,
        until: None,
        reason: Some("spare part ordered".to_owned()),
    };
    tale.tell::<TicketEvent>(id, set)?;
    tale.tell::<TicketEvent>(id, TicketSlaPaused { at, foreseen: None })?;
    tale.then_after(30);
    let at = tale.at();
    let because = PendingEnded::ByHand;
    tale.tell::<TicketEvent>(id, TicketPendingEnded { at, because })?;
    let clocks = vec![due(tale, SlaClock::Resolution)];
    tale.tell::<TicketEvent>(id, TicketSlaResumed { at, clocks })
}

fn resolved(tale: &mut Tale, id: TicketId) -> anyhow::Result<SurveySubject> {
    let at = tale.at();
    let days = |days: i64| at + SignedDuration::from_hours(24 * days);
    let resolved = TicketResolved {
        at,
        resolution: 1,
        agent: tale.actor(),
        text: Some("Valve replaced.".to_owned()),
        queue: QUEUE,
        reopen_until: days(14),
        close_at: Some(days(8)),
        rating: None,
    };
    let expires_at = days(10);
    tale.tell::<TicketEvent>(id, resolved)?;
    stopped(tale, id, SlaClock::Resolution)?;
    tale.then_after(0);
    let subject = SurveySubject {
        ticket: id,
        resolution: 1,
        customer: None,
        contact: None,
        channel: Channel::Wechat,
        agent: tale.actor(),
        queue: QUEUE,
    };
    let asked = SurveyAsked {
        subject: subject.clone(),
        low_score: 2,
        at,
        expires_at,
    };
    tale.tell::<SurveyEvent>(SurveyId::of(id, 1), asked)?;
    Ok(subject)
}

fn rated(tale: &mut Tale, id: TicketId, subject: SurveySubject) -> anyhow::Result<()> {
    let answered = SurveyAnswered {
        subject,
        score: 5,
        comment: Some("thanks".to_owned()),
        low: false,
        at: tale.at(),
    };
    tale.tell::<SurveyEvent>(SurveyId::of(id, 1), answered)
}

fn stopped(tale: &mut Tale, id: TicketId, clock: SlaClock) -> anyhow::Result<()> {
    let at = tale.at();
    let leg = SlaLeg {
        terms: terms(),
        target: TARGET,
        since: at - WORKED,
        until: at,
        elapsed: WORKED,
        due_at: Some(at),
        met: true,
    };
    let score = SlaScore {
        clock,
        met: true,
        elapsed: WORKED,
        legs: vec![leg],
    };
    let scores = vec![score];
    tale.tell::<TicketEvent>(id, TicketSlaStopped { at, scores })
}

fn terms() -> SlaTerms {
    SlaTerms {
        policy: SlaPolicyVersion {
            key: "standard".to_owned(),
            version: 3,
        },
        calendar: CalendarVersion {
            id: CalendarId(Uuid::from_u128(0x63_61_6c_65)),
            version: 2,
        },
        priority: Priority::High,
    }
}

fn due(tale: &Tale, clock: SlaClock) -> SlaDue {
    SlaDue {
        clock,
        due_at: Some(tale.at() + TARGET),
        warnings: Vec::new(),
        escalate_at: None,
    }
}
