//! A loyalty service of its own for each test, with one program, and what its tests ask it for.

use std::ops::Deref;

use guanxi_events::loyalty::{
    ExpiryRule, MemberStatus, ProgramEvent, ProgramOpened, ProgramRules, ShortfallPolicy,
    SpendingRules,
};
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
    types::v1::Receipt,
};
pub use guanxi_served::{ANNA, Caller, IMPORTER, MANAGER, STRANGER, header, reason};
use guanxi_served::{logs, written};
use tonic::{Status, transport::Channel};
use uuid::Uuid;

/// A running service.
pub struct Served {
    served: guanxi_served::Served,
    /// The program of the tenant `acme`.
    pub program: Uuid,
}

impl Deref for Served {
    type Target = guanxi_served::Served;

    fn deref(&self) -> &Self::Target {
        &self.served
    }
}

impl Served {
    pub async fn start() -> Self {
        let (logs, program) = (logs().await, Uuid::now_v7());
        written(&logs, program, opened(), &[]).await;
        Self {
            served: guanxi_served::Served::on(logs, guanxi_loyalty::module).await,
            program,
        }
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        Self {
            served: self.served.replica().await,
            program: self.program,
        }
    }

    pub fn members(&self) -> MemberServiceClient<Channel> {
        MemberServiceClient::new(self.channel())
    }

    pub fn cards(&self) -> CardServiceClient<Channel> {
        CardServiceClient::new(self.channel())
    }

    pub fn batches(&self) -> CardBatchServiceClient<Channel> {
        CardBatchServiceClient::new(self.channel())
    }

    pub fn ladders(&self) -> TierLadderServiceClient<Channel> {
        TierLadderServiceClient::new(self.channel())
    }

    pub fn programs(&self) -> ProgramServiceClient<Channel> {
        ProgramServiceClient::new(self.channel())
    }

    pub fn earning_rules(&self) -> EarningRulesServiceClient<Channel> {
        EarningRulesServiceClient::new(self.channel())
    }

    pub fn purchases(&self) -> PurchaseServiceClient<Channel> {
        PurchaseServiceClient::new(self.channel())
    }

    pub fn points(&self) -> PointsServiceClient<Channel> {
        PointsServiceClient::new(self.channel())
    }

    pub fn redemptions(&self) -> RedemptionServiceClient<Channel> {
        RedemptionServiceClient::new(self.channel())
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

/// The next number of a batch.
pub fn draw(batch: &str) -> wire::CardSource {
    wire::CardSource {
        from: Some(From::CardBatchId(batch.to_owned())),
    }
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
