//! People who sell, over gRPC: half of their commands open an opportunity, half move one on.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use guanxi_proto::{
    google_type::Money,
    sales::v1::{
        CreatePipelineRequest, MoveOpportunityRequest, OpenOpportunityRequest, OpportunityDetails,
        PipelineRules, Stage, opportunity_service_client::OpportunityServiceClient,
        pipeline_service_client::PipelineServiceClient,
    },
    types::v1::{CommandHeader, Receipt},
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use uuid::Uuid;

use crate::{Measured, Site, drive};

/// The stages of their pipeline.
const STAGES: [&str; 9] = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];
/// Connections of all callers together, as from a few programs.
const CONNECTIONS: usize = 8;
const WARM_UP: Duration = Duration::from_millis(1_500);

/// A pipeline, and the ways to its service.
pub struct Sellers {
    channels: Vec<Channel>,
    authorization: MetadataValue<Ascii>,
    pipeline: Arc<str>,
}

/// One of them.
#[derive(Clone)]
pub struct Seller {
    client: OpportunityServiceClient<Channel>,
    authorization: MetadataValue<Ascii>,
    pipeline: Arc<str>,
    /// The opportunity that is moved next, and the stage it goes to.
    moving: Option<(String, usize)>,
    turn: usize,
}

impl Sellers {
    /// Connects `callers` to a site and creates their pipeline.
    ///
    /// # Errors
    /// When the service does not answer.
    pub async fn at(site: &Site, callers: usize) -> anyhow::Result<Self> {
        let mut channels = Vec::new();
        for _ in 0..callers.clamp(1, CONNECTIONS) {
            channels.push(site.channel().await?);
        }
        Self::over(channels, site.authorization()?).await
    }

    /// Creates their pipeline over the first of these connections.
    ///
    /// # Errors
    /// When there is none, or the service refuses.
    pub async fn over(
        channels: Vec<Channel>,
        authorization: MetadataValue<Ascii>,
    ) -> anyhow::Result<Self> {
        let first = channels.first().context("there is no connection")?.clone();
        let pipeline = create_pipeline(first, &authorization).await?;
        Ok(Self {
            channels,
            authorization,
            pipeline,
        })
    }

    /// The nth.
    pub fn seller(&self, n: usize) -> Seller {
        Seller {
            client: OpportunityServiceClient::new(self.channels[n % self.channels.len()].clone()),
            authorization: self.authorization.clone(),
            pipeline: self.pipeline.clone(),
            moving: None,
            turn: n,
        }
    }

    /// Lets so many give commands in a closed loop; none may fail.
    ///
    /// # Errors
    /// When one fails.
    pub async fn work(&self, callers: usize, window: Duration) -> anyhow::Result<Measured> {
        let step = |mut seller: Seller| async move {
            let done = seller.step().await.map(drop);
            (seller, done.into())
        };
        let measured = drive(callers, WARM_UP, window, |n| self.seller(n), step).await?;
        all_done(measured)
    }

    /// The same, of callers who all move one opportunity, to one stage after the other.
    ///
    /// # Errors
    /// When one fails.
    pub async fn work_at_one(&self, callers: usize, window: Duration) -> anyhow::Result<Measured> {
        let opportunity = self.seller(0).open().await?.id;
        let step = |(mut seller, opportunity): (Seller, String)| async move {
            seller.turn += 1;
            let moved = seller.move_to(&opportunity, seller.turn).await.map(drop);
            ((seller, opportunity), moved.into())
        };
        let seller = |n| (self.seller(n), opportunity.clone());
        all_done(drive(callers, WARM_UP, window, seller, step).await?)
    }
}

fn all_done(measured: Measured) -> anyhow::Result<Measured> {
    anyhow::ensure!(measured.errors == 0, "{} commands failed", measured.errors);
    Ok(measured)
}

impl Seller {
    /// One command: opens an opportunity, or moves the one at hand on.
    ///
    /// # Errors
    /// What the service answers.
    pub async fn step(&mut self) -> Result<Receipt, Status> {
        self.turn += 1;
        match self.moving.take() {
            Some((id, stage)) if self.turn.is_multiple_of(2) => {
                let receipt = self.move_to(&id, stage).await?;
                self.moving = (stage + 1 < STAGES.len()).then_some((id, stage + 1));
                Ok(receipt)
            }
            kept => {
                let receipt = self.open().await?;
                self.moving = kept.or_else(|| Some((receipt.id.clone(), 1)));
                Ok(receipt)
            }
        }
    }

    /// Opens an opportunity.
    ///
    /// # Errors
    /// What the service answers.
    pub async fn open(&mut self) -> Result<Receipt, Status> {
        let amount = Money {
            currency_code: "EUR".into(),
            units: 1234,
            nanos: 500_000_000,
        };
        let details = OpportunityDetails {
            title: "Two hundred chairs for the new hall".into(),
            amount: Some(amount),
            source: "fair".into(),
            ..Default::default()
        };
        let request = OpenOpportunityRequest {
            header: header(),
            pipeline_id: self.pipeline.to_string(),
            details: Some(details),
            owner: "load".into(),
            team: "north".into(),
            ..Default::default()
        };
        let request = signed(request, &self.authorization);
        let opened = self.client.open_opportunity(request).await?;
        Ok(opened.into_inner().receipt.unwrap_or_default())
    }

    /// Moves an opportunity to the nth stage; they are opened in the 0th, and there are nine.
    ///
    /// # Errors
    /// What the service answers.
    pub async fn move_to(&mut self, id: &str, stage: usize) -> Result<Receipt, Status> {
        let request = MoveOpportunityRequest {
            header: header(),
            opportunity_id: id.to_owned(),
            stage: STAGES[stage % STAGES.len()].into(),
        };
        let request = signed(request, &self.authorization);
        let moved = self.client.move_opportunity(request).await?;
        Ok(moved.into_inner().receipt.unwrap_or_default())
    }
}

async fn create_pipeline(
    channel: Channel,
    authorization: &MetadataValue<Ascii>,
) -> anyhow::Result<Arc<str>> {
    let stages = STAGES.map(|key| Stage {
        key: key.into(),
        name: key.into(),
        ..Stage::default()
    });
    let rules = PipelineRules {
        name: "load".into(),
        stages: stages.into(),
        may_move_back: true,
        ..Default::default()
    };
    let create = CreatePipelineRequest {
        header: header(),
        rules: Some(rules),
        ..Default::default()
    };
    let mut client = PipelineServiceClient::new(channel);
    let created = client
        .create_pipeline(signed(create, authorization))
        .await?
        .into_inner();
    Ok(created.receipt.unwrap_or_default().id.into())
}

fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: Uuid::now_v7().to_string(),
        ..CommandHeader::default()
    })
}

fn signed<T>(message: T, authorization: &MetadataValue<Ascii>) -> Request<T> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", authorization.clone());
    request
}
