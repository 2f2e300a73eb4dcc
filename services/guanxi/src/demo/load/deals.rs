//! The deals: opened, engaged, won or lost. The steps of one go in their order, deals side by side.

use anyhow::Context;
use guanxi_proto::sales::v1::{
    LoseOpportunityRequest, MoveOpportunityRequest, OpenOpportunityRequest, OpportunityDetails,
    ProductLineInput, WinOpportunityRequest, opportunity_service_client::OpportunityServiceClient,
};
use guanxi_runtime::Token;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tonic::transport::Channel;
use uuid::Uuid;

use super::{Loading, abreast, bar, catalogue, finish, further, token};
use crate::demo::{Course, Deal, caller::persist, wire};

/// The hours of the tenant's day at which things happen: the files know only days, and a deal that
/// is opened and engaged on one day is opened first.
const OPENED: i8 = 9;
const ENGAGED: i8 = 10;
const CLOSED: i8 = 17;

pub(super) async fn load(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let bar = bar("opportunities", loading.company.commands());
    let client = OpportunityServiceClient::new(loading.caller.sales.clone());
    let furthest = abreast(&loading.company.deals, &bar, |deal| {
        let steps = Steps {
            loading,
            client: client.clone(),
            deal,
            id: loading.ids.of_thing("opportunity", &deal.key),
        };
        steps.take()
    })
    .await?;
    finish(&bar)?;
    Ok(furthest)
}

/// One deal's way.
struct Steps<'a> {
    loading: &'a Loading<'a>,
    client: OpportunityServiceClient<Channel>,
    deal: &'a Deal,
    id: Uuid,
}

impl Steps<'_> {
    async fn take(self) -> anyhow::Result<(Option<Token>, u64)> {
        let course = self.deal.course;
        let mut last = self.open().await.with_context(|| self.what("open"))?;
        if let Some(day) = course.engaged() {
            let engaged = self
                .engage(day)
                .await
                .with_context(|| self.what("engage"))?;
            last = further(last, engaged);
        }
        let closed = match course {
            Course::Won { closed, value, .. } => self.win(closed, value).await,
            Course::Lost { closed, .. } => self.lose(closed).await,
            Course::Prospecting | Course::Engaging { .. } => Ok(None),
        };
        last = further(last, closed.with_context(|| self.what("close"))?);
        Ok((last, course.commands()))
    }

    fn what(&self, step: &str) -> String {
        format!("{step} opportunity {}", self.deal.key)
    }

    fn header(
        &self,
        step: &str,
        day: Date,
        hour: i8,
    ) -> anyhow::Result<guanxi_proto::types::v1::CommandHeader> {
        let command = self.loading.ids.of_command(self.id, step);
        wire::header(command, day, hour, &self.loading.zone)
    }

    async fn open(&self) -> anyhow::Result<Option<Token>> {
        let Loading {
            company,
            ids,
            caller,
            ..
        } = self.loading;
        let Deal {
            agent,
            product,
            account,
            course,
            ..
        } = self.deal;
        let day = course.engaged().unwrap_or(company.last_day);
        let agent = company.agents.get(agent).context("its agent is unknown")?;
        let sold = company.products.iter().find(|other| other.name == *product);
        let price = sold.context("its product is unknown")?.price;
        let title = match account {
            Some(account) => format!("{product} for {account}"),
            None => product.clone(),
        };
        let customer = account
            .as_deref()
            .map(|name| ids.of_thing("customer", name));
        let message = OpenOpportunityRequest {
            header: Some(self.header("open", day, OPENED)?),
            opportunity_id: self.id.to_string(),
            pipeline_id: catalogue::pipeline_id(*ids).to_string(),
            stage: catalogue::PROSPECTING.to_owned(),
            details: Some(OpportunityDetails {
                title,
                customer_id: customer.map(|id| id.to_string()).unwrap_or_default(),
                ..OpportunityDetails::default()
            }),
            owner: agent.login.clone(),
            team: agent.team.clone(),
            lines: vec![ProductLineInput {
                product_id: ids.of_thing("product", product).to_string(),
                quantity: "1".to_owned(),
                unit_price: Some(wire::money(price, wire::USD)?),
            }],
        };
        let answer = persist(async || {
            let request = caller.request(message.clone());
            self.client.clone().open_opportunity(request).await
        });
        Ok(token(answer.await?.receipt))
    }

    async fn engage(&self, day: Date) -> anyhow::Result<Option<Token>> {
        let message = MoveOpportunityRequest {
            header: Some(self.header("engage", day, ENGAGED)?),
            opportunity_id: self.id.to_string(),
            stage: catalogue::ENGAGING.to_owned(),
        };
        let answer = persist(async || {
            let request = self.loading.caller.request(message.clone());
            self.client.clone().move_opportunity(request).await
        });
        Ok(token(answer.await?.receipt))
    }

    async fn win(&self, day: Date, value: Decimal) -> anyhow::Result<Option<Token>> {
        let message = WinOpportunityRequest {
            header: Some(self.header("close", day, CLOSED)?),
            opportunity_id: self.id.to_string(),
            amount: Some(wire::money(value, wire::USD)?),
            reason: "won, as recorded".to_owned(),
        };
        let answer = persist(async || {
            let request = self.loading.caller.request(message.clone());
            self.client.clone().win_opportunity(request).await
        });
        Ok(token(answer.await?.receipt))
    }

    async fn lose(&self, day: Date) -> anyhow::Result<Option<Token>> {
        let message = LoseOpportunityRequest {
            header: Some(self.header("close", day, CLOSED)?),
            opportunity_id: self.id.to_string(),
            reason: "lost, as recorded".to_owned(),
        };
        let answer = persist(async || {
            let request = self.loading.caller.request(message.clone());
            self.client.clone().lose_opportunity(request).await
        });
        Ok(token(answer.await?.receipt))
    }
}
