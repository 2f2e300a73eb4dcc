//! Whole gRPC commands: token, permission, load, decide, append, answer. N callers in a closed
//! loop, half of the commands open an opportunity, half move one on.
//!
//!     cargo run --release -p guanxi-load --bin commands -- --callers 1,16,64,256

use std::{sync::Arc, time::Duration};

use clap::Parser;
use guanxi_load::{Row, Site, drive, pgbench, print_rows};
use guanxi_proto::{
    google_type::Money,
    sales::v1::{
        CreatePipelineRequest, MoveOpportunityRequest, OpenOpportunityRequest, OpportunityDetails,
        PipelineRules, Stage, opportunity_service_client::OpportunityServiceClient,
        pipeline_service_client::PipelineServiceClient,
    },
    types::v1::CommandHeader,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use uuid::Uuid;

/// Measures whole commands beside a bare INSERT.
#[derive(Parser)]
struct Arguments {
    /// How many callers, one run each.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    callers: Vec<usize>,
    /// Seconds of each run.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Fills the stream at the same time.
    #[arg(long)]
    relay: bool,
}

#[derive(Clone)]
struct Caller {
    client: OpportunityServiceClient<Channel>,
    authorization: MetadataValue<Ascii>,
    pipeline: Arc<str>,
    /// The opportunity that is moved next, and the stage it goes to.
    moving: Option<(String, usize)>,
    turn: usize,
}

const STAGES: [&str; 9] = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let site = Site::start(arguments.relay).await?;
    let authorization = site.authorization()?;
    let pipeline = create_pipeline(site.channel().await?, &authorization).await?;
    let mut rows = Vec::new();
    let (warm_up, window) = (
        Duration::from_secs(2),
        Duration::from_secs(arguments.seconds),
    );
    for callers in arguments.callers {
        // The same number of clients, but 64 at most: more only hurts the baseline.
        let clients = callers.min(64);
        let baseline = pgbench(&site.servers.database_url(), clients, 5).await?;
        // A few connections, as from a few programs.
        let mut channels = Vec::new();
        for _ in 0..callers.min(8) {
            channels.push(site.channel().await?);
        }
        let caller = |n: usize| Caller {
            client: OpportunityServiceClient::new(channels[n % channels.len()].clone()),
            authorization: authorization.clone(),
            pipeline: pipeline.clone(),
            moving: None,
            turn: n,
        };
        let measured = drive(callers, warm_up, window, caller, step).await?;
        rows.push(Row {
            measure: format!("gRPC command, {callers} callers"),
            measured,
            baseline: Some(("pgbench INSERT", baseline)),
        });
    }
    print_rows(&rows);
    Ok(())
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

async fn step(mut caller: Caller) -> (Caller, Result<(), String>) {
    caller.turn += 1;
    let result = match caller.moving.take() {
        Some((id, stage)) if caller.turn.is_multiple_of(2) => move_on(&mut caller, id, stage).await,
        kept => open(&mut caller, kept).await,
    };
    (caller, result.map_err(|status| status.to_string()))
}

async fn open(caller: &mut Caller, kept: Option<(String, usize)>) -> Result<(), Status> {
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
        pipeline_id: caller.pipeline.to_string(),
        details: Some(details),
        owner: "load".into(),
        team: "north".into(),
        ..Default::default()
    };
    let opened = caller
        .client
        .open_opportunity(signed(request, &caller.authorization))
        .await?;
    let id = opened.into_inner().receipt.unwrap_or_default().id;
    caller.moving = kept.or(Some((id, 1)));
    Ok(())
}

async fn move_on(caller: &mut Caller, id: String, stage: usize) -> Result<(), Status> {
    let request = MoveOpportunityRequest {
        header: header(),
        opportunity_id: id.clone(),
        stage: STAGES[stage].into(),
    };
    caller
        .client
        .move_opportunity(signed(request, &caller.authorization))
        .await?;
    caller.moving = (stage + 1 < STAGES.len()).then_some((id, stage + 1));
    Ok(())
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
