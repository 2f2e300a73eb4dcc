//! Loads the story through the services: a member's whole history of points is one command.

use std::time::Instant;

use anyhow::Context;
use guanxi_proto::{
    loyalty::v1::{
        BookPointsHistoryRequest, CloseMemberRequest, DefineTierLadderRequest, EarnedElsewhere,
        EnrolMemberRequest, HistoryItem, MemberStatus, OpenProgramRequest, PointsExpiry,
        PointsShortfall, ProgramRules, SetTierRequest, Tier, TierDowngrade, TierLadderDefinition,
        TierMeasure, TierWindow, history_item::What, member_service_client::MemberServiceClient,
        points_service_client::PointsServiceClient, program_service_client::ProgramServiceClient,
        tier_ladder_service_client::TierLadderServiceClient,
    },
    types::v1::CommandHeader,
};
use guanxi_runtime::Token;
use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};
use rust_decimal::Decimal;
use tonic::transport::Channel;
use uuid::Uuid;

use super::{Activity, Card, Dataset, Member, Story};
use crate::demo::{
    Caller,
    ids::Ids,
    load::{Loaded, abreast, bar, finish, token},
    wire,
};

/// The commands that open the program and define its ladder.
const RULES: u64 = 2;

/// What loading needs everywhere.
struct Loading<'a> {
    caller: &'a Caller,
    story: &'a Story,
    ids: Ids,
    zone: TimeZone,
    members: MemberServiceClient<Channel>,
    points: PointsServiceClient<Channel>,
}

/// The id of the program.
pub(super) fn program(ids: Ids) -> Uuid {
    ids.of_thing("program", "airline")
}

/// The id of a member.
pub(super) fn member(ids: Ids, number: &str) -> Uuid {
    ids.of_thing("member", number)
}

/// Loads everything. What was loaded before is answered as it was then, and nothing happens twice.
pub(crate) async fn load(
    caller: &Caller,
    dataset: &Dataset,
    zone: TimeZone,
) -> anyhow::Result<Loaded> {
    let loading = Loading {
        caller,
        story: &dataset.story,
        ids: Ids::of(&dataset.name),
        zone,
        members: MemberServiceClient::new(caller.loyalty.clone()),
        points: PointsServiceClient::new(caller.loyalty.clone()),
    };
    let begun = Instant::now();
    loading.rules().await?;
    let bar = bar("members", dataset.commands() - RULES);
    let members = &dataset.story.members;
    let last = abreast(
        members,
        &bar,
        async |(number, member): (&String, &Member)| {
            let told = loading.tell(number, member).await;
            let told = told.with_context(|| format!("member {number}"))?;
            Ok((told, member.commands()))
        },
    )
    .await?;
    finish(&bar)?;
    Ok(Loaded {
        commands: dataset.commands(),
        took: begun.elapsed(),
        tokens: last.into_iter().map(|token| token.encode()).collect(),
    })
}

impl Dataset {
    /// How many commands load it.
    pub(crate) fn commands(&self) -> u64 {
        RULES
            + self
                .story
                .members
                .values()
                .map(Member::commands)
                .sum::<u64>()
    }
}

impl Member {
    fn commands(&self) -> u64 {
        let tier = u64::from(self.card != Card::Star);
        let history = u64::from(self.months.iter().any(Activity::counts));
        1 + tier + history + u64::from(self.cancelled.is_some())
    }
}

impl Activity {
    fn counts(&self) -> bool {
        !(self.earned + self.redeemed).is_zero()
    }

    /// The moment at which its points count: noon of the month's last day.
    fn at(&self) -> DateTime {
        self.month.last_of_month().at(12, 0, 0, 0)
    }
}

impl Card {
    fn key(self) -> &'static str {
        match self {
            Self::Star => "star",
            Self::Nova => "nova",
            Self::Aurora => "aurora",
        }
    }
}

impl Loading<'_> {
    fn header(
        &self,
        thing: Uuid,
        deed: &str,
        at: DateTime,
    ) -> anyhow::Result<Option<CommandHeader>> {
        let command = self.ids.of_command(thing, deed);
        wire::header_at(command, at, &self.zone).map(Some)
    }

    fn instant(&self, at: DateTime) -> anyhow::Result<Option<prost_types::Timestamp>> {
        let at = at.to_zoned(self.zone.clone())?.timestamp();
        Ok(Some(prost_types::Timestamp {
            seconds: at.as_second(),
            nanos: 0,
        }))
    }

    /// When the program began: before its first member.
    fn opening(&self) -> DateTime {
        let members = self.story.members.values();
        let first = members.map(|member| member.enrolled).min();
        first.unwrap_or_default().at(0, 0, 0, 0)
    }

    /// Opens the program and defines its ladder. What a member's card is, the file says; it does not
    /// say what it takes, so that a total decides nothing here and each is set by hand.
    async fn rules(&self) -> anyhow::Result<()> {
        let id = program(self.ids);
        let all = || {
            let statuses = [MemberStatus::New, MemberStatus::Active];
            statuses.map(i32::from).to_vec()
        };
        let message = OpenProgramRequest {
            header: self.header(id, "open", self.opening())?,
            program_id: id.to_string(),
            shop: "airline".to_owned(),
            rules: Some(ProgramRules {
                name: "Airline miles".to_owned(),
                scale: 2,
                currency_code: "CAD".to_owned(),
                point_value: "0.08".to_owned(),
                expiry: PointsExpiry::Never.into(),
                may_earn: all(),
                may_spend: all(),
                shortfall: PointsShortfall::Refuse.into(),
                ..ProgramRules::default()
            }),
        };
        let client = ProgramServiceClient::new(self.caller.loyalty.clone());
        let call = async |request| client.clone().open_program(request).await;
        self.caller.send(message, call).await?;

        let tier = |card: Card, threshold: u32| Tier {
            key: card.key().to_owned(),
            name: format!("{card:?}"),
            threshold: threshold.to_string(),
            ..Tier::default()
        };
        let message = DefineTierLadderRequest {
            header: self.header(id, "ladder", self.opening())?,
            program_id: id.to_string(),
            definition: Some(TierLadderDefinition {
                measure: TierMeasure::TierPoints.into(),
                window: TierWindow::LifeTime.into(),
                tiers: vec![
                    tier(Card::Star, 0),
                    tier(Card::Nova, 25_000),
                    tier(Card::Aurora, 75_000),
                ],
                downgrade: TierDowngrade::Unspecified.into(),
                ..TierLadderDefinition::default()
            }),
        };
        let client = TierLadderServiceClient::new(self.caller.loyalty.clone());
        let call = async |request| client.clone().define_tier_ladder(request).await;
        self.caller.send(message, call).await?;
        Ok(())
    }

    async fn tell(&self, number: &str, member: &Member) -> anyhow::Result<Option<Token>> {
        let id = self::member(self.ids, number);
        let enrolled = member.enrolled.at(0, 0, 0, 0);
        let mut last = self.enrol(id, enrolled).await?;
        if member.card != Card::Star {
            last = self.set_tier(id, member.card, enrolled).await?;
        }
        let counting = member.months.iter().rfind(|month| month.counts());
        if let Some(last_month) = counting {
            last = self.book(id, number, member, last_month.at()).await?;
        }
        if let Some(month) = member.cancelled {
            last = self.close(id, month).await?;
        }
        Ok(last)
    }

    async fn enrol(&self, id: Uuid, at: DateTime) -> anyhow::Result<Option<Token>> {
        let message = EnrolMemberRequest {
            header: self.header(id, "enrol", at)?,
            member_id: id.to_string(),
            program_id: program(self.ids).to_string(),
            active: true,
            ..EnrolMemberRequest::default()
        };
        let call = async |request| self.members.clone().enrol_member(request).await;
        Ok(token(self.caller.send(message, call).await?.receipt))
    }

    async fn set_tier(&self, id: Uuid, card: Card, at: DateTime) -> anyhow::Result<Option<Token>> {
        let message = SetTierRequest {
            header: self.header(id, "tier", at)?,
            member_id: id.to_string(),
            tier: card.key().to_owned(),
            reason: "the member's card".to_owned(),
        };
        let call = async |request| self.members.clone().set_tier(request).await;
        Ok(token(self.caller.send(message, call).await?.receipt))
    }

    async fn book(
        &self,
        id: Uuid,
        number: &str,
        member: &Member,
        at: DateTime,
    ) -> anyhow::Result<Option<Token>> {
        let mut items = Vec::new();
        for (row, activity) in member.months.iter().enumerate() {
            let mut item = |what: What, kind: &str| -> anyhow::Result<()> {
                items.push(HistoryItem {
                    at: self.instant(activity.at())?,
                    reference: format!("{number} {} {kind} {row}", activity.month),
                    what: Some(what),
                });
                Ok(())
            };
            if activity.earned > Decimal::ZERO {
                let earned = EarnedElsewhere {
                    points: activity.earned.to_string(),
                    tier_points: String::new(),
                };
                item(What::Earned(earned), "earned")?;
            }
            if activity.redeemed > Decimal::ZERO {
                item(What::Spent(activity.redeemed.to_string()), "redeemed")?;
            }
        }
        let message = BookPointsHistoryRequest {
            header: self.header(id, "history", at)?,
            batch_id: self.ids.of_thing("history", number).to_string(),
            member_id: id.to_string(),
            source: "airline".to_owned(),
            items,
            more_follows: false,
        };
        let call = async |request| self.points.clone().book_points_history(request).await;
        Ok(token(self.caller.send(message, call).await?.receipt))
    }

    async fn close(&self, id: Uuid, month: Date) -> anyhow::Result<Option<Token>> {
        let message = CloseMemberRequest {
            header: self.header(id, "close", month.last_of_month().at(23, 0, 0, 0))?,
            member_id: id.to_string(),
            reason: "cancelled".to_owned(),
        };
        let call = async |request| self.members.clone().close_member(request).await;
        Ok(token(self.caller.send(message, call).await?.receipt))
    }
}
