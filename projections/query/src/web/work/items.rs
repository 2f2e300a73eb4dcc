//! What waits for a person, what is due first first.

use guanxi_proto::query::v1::{GetWorkListRequest, WorkItem, WorkItemKind, WorkItemReason};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Texts, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    funnel,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, date, plain, text, word},
    points, receivables, service,
    session::Visitor,
    table::{Cell, Column, Kind, Row, Tone, Value},
};

/// Kinds that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    FollowUps,
    Opportunities,
    Tickets,
    Approvals,
}

impl Part {
    pub(super) const ALL: [Self; 4] = [
        Self::FollowUps,
        Self::Opportunities,
        Self::Tickets,
        Self::Approvals,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::FollowUps => "follow_ups",
            Self::Opportunities => "opportunities",
            Self::Tickets => "tickets",
            Self::Approvals => "approvals",
        }
    }

    pub(super) const fn name(self, texts: &Texts) -> &'static str {
        match self {
            Self::FollowUps => texts.follow_ups,
            Self::Opportunities => texts.opportunities,
            Self::Tickets => texts.tickets,
            Self::Approvals => texts.approvals,
        }
    }

    /// Whether it belongs here.
    pub(super) fn holds(self, item: &WorkItem) -> bool {
        let part = match item.kind() {
            WorkItemKind::Unspecified => return false,
            WorkItemKind::FollowUp | WorkItemKind::NextAction => Self::FollowUps,
            WorkItemKind::Opportunity => Self::Opportunities,
            WorkItemKind::Ticket => Self::Tickets,
            WorkItemKind::ReturnApproval
            | WorkItemKind::WriteOffApproval
            | WorkItemKind::AdjustmentApproval => Self::Approvals,
        };
        part == self
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

/// Whether it should have been done.
pub(super) fn is_late(item: &WorkItem) -> bool {
    item.reason() == WorkItemReason::Overdue
}

/// A row for each thing that waits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Items {
    pub(super) person: Parameter,
    pub(super) until: Parameter,
    /// A part of them; all where none is given.
    pub(super) part: Parameter,
    /// `true` for what is overdue alone.
    pub(super) late: Parameter,
}

impl Items {
    /// A part of these.
    pub(super) fn of(&self, part: Part) -> Self {
        Self {
            part: parameters::set(part.word()),
            ..self.clone()
        }
    }

    /// What of these is overdue.
    pub(super) fn late(&self) -> Self {
        Self {
            late: parameters::set("true"),
            ..self.clone()
        }
    }

    /// Asks for them.
    pub(super) async fn ask(&self, visitor: &Visitor) -> Result<Vec<WorkItem>, Failure> {
        let mut fields = Fields::default();
        let until = date(&mut fields, "until", &self.until);
        let part = word(&mut fields, "part", &self.part, Part::of);
        let late = word(&mut fields, "late", &self.late, |word| {
            matches!(word, "true").then_some(true)
        });
        parameters::finish(fields)?;
        let request = visitor.request(GetWorkListRequest {
            until,
            person: plain(&self.person),
            ..GetWorkListRequest::default()
        })?;
        let mut items = answer(visitor.dashboards().get_work_list(request).await)?.items;
        items.retain(|item| part.is_none_or(|part| part.holds(item)));
        items.retain(|item| late.is_none() || is_late(item));
        Ok(items)
    }

    /// The table of some that were asked for already.
    pub(super) fn table<'a>(
        &self,
        visitor: &Visitor,
        items: impl Iterator<Item = &'a WorkItem>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let columns = [
            (texts.item, Kind::Text),
            (texts.kind, Kind::Text),
            (texts.reason, Kind::Text),
            (texts.due, Kind::Moment),
            (texts.number, Kind::Text),
            (texts.customer, Kind::Text),
            (texts.amount, Kind::Money),
            (texts.priority, Kind::Text),
            (texts.requested_by, Kind::Text),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = items.map(|item| self.row(visitor, item, texts));
        Ok(Chunk::whole(
            columns.into(),
            rows.collect::<Result<_, _>>()?,
        ))
    }

    /// Where an item is shown with what belongs to it.
    fn place(&self, visitor: &Visitor, item: &WorkItem) -> Option<String> {
        let person = text(&self.person).unwrap_or(visitor.identity.person.as_str());
        match item.kind() {
            WorkItemKind::Ticket => {
                let tickets = service::Tickets::unresolved().of_agent(person);
                Some(tickets.address())
            }
            WorkItemKind::Opportunity => Some(funnel::of_customer(&item.customer_id)),
            WorkItemKind::WriteOffApproval => Some(receivables::customer(&item.id)),
            WorkItemKind::AdjustmentApproval => Some(points::member(&item.id)),
            WorkItemKind::FollowUp | WorkItemKind::NextAction | WorkItemKind::ReturnApproval => {
                let known = !item.customer_id.is_empty();
                known.then(|| receivables::customer(&item.customer_id))
            }
            WorkItemKind::Unspecified => None,
        }
    }

    fn row(&self, visitor: &Visitor, item: &WorkItem, texts: &Texts) -> Result<Row, Failure> {
        let kind = texts::kind(item.kind(), texts);
        let title = match item.title.as_str() {
            "" => kind,
            title => title,
        };
        let mut about = Cell::text(title);
        about.leads_to = self.place(visitor, item);
        let tone = match item.reason() {
            WorkItemReason::Overdue => Tone::Bad,
            _ => Tone::Calm,
        };
        let number = match item.number {
            0 => item.document_number.clone(),
            number => number.to_string(),
        };
        let mut customer = Cell::text(&item.customer_name);
        if !item.customer_id.is_empty() {
            customer = customer.to(receivables::customer(&item.customer_id));
        }
        let desk = service::Texts::of(visitor.language());
        let priority = service::priority_of(&item.priority);
        let priority = priority.map_or("", |one| service::priority_name(one, desk));
        Ok(vec![
            about,
            Cell::text(kind),
            Value::Mark(tone, texts::reason(item.reason(), texts)).into(),
            Cell::moment(item.due_at.as_ref()),
            Cell::text(number),
            customer,
            Cell::money(item.amount.as_ref())?,
            Cell::text(priority),
            Cell::text(&item.requested_by),
        ])
    }
}

impl List for Items {
    const PATH: &'static str = "/work/items";
    const SECTION: Section = Section::Work;

    fn title(&self, language: Language) -> String {
        let texts = Texts::of(language);
        let part = text(&self.part).and_then(Part::of);
        part.map_or(texts.all, |part| part.name(texts)).to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters =
            parameters::given([(texts.person, &self.person), (texts.until, &self.until)]);
        filters.extend(text(&self.late).map(|_| (texts.late, String::new())));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let items = self.ask(visitor).await?;
        self.table(visitor, items.iter())
    }
}
