//! Whole gRPC commands: token, permission, load, decide, append, answer. Callers in a closed loop,
//! half of the commands open an opportunity, half move one on; beside a bare INSERT a transaction.
//!
//!     cargo run --release -p guanxi-load --bin commands -- --rounds 5

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{sync::Arc, time::Duration};

use clap::Parser;
use guanxi_load::{Measure, Measured, Need, Outcome, Site, drive, pgbench, report};
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

/// Measures whole commands.
#[derive(Parser)]
struct Arguments {
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// How many callers, one measure each; the first must reach its ratio.
    #[arg(long, value_delimiter = ',', default_value = "256,64,1")]
    callers: Vec<usize>,
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
    let alone = Site::start(false).await?;
    let relayed = Site::start(true).await?;
    let window = Duration::from_secs(arguments.seconds);
    let mut measures = Vec::new();
    for (nth, callers) in arguments.callers.iter().copied().enumerate() {
        let (need, limit) = match nth {
            0 => (Some(Need::AtLeast(0.8)), Some(Need::AtMost(1.0))),
            _ => (None, None),
        };
        let name = |what: &str| format!("gRPC command, {callers} callers{what}");
        let mut rate = Measure::new(name(""), "/s", "pgbench, 64 clients at most", need);
        let mut wait = Measure::new(name(", p99"), "ms", "limit", limit);
        let mut beside = Measure::new(name(", relay on"), "/s", "pgbench", None);
        for round in 1..=arguments.rounds {
            eprintln!("{callers} callers, round {round} of {}", arguments.rounds);
            // More than 64 clients only hurt the baseline.
            let bare = pgbench(&alone.servers.database_url(), callers.min(64), window).await?;
            let measured = commands(&alone, callers, window).await?;
            rate.rate(&measured, bare.per_second);
            wait.figure(measured.percentiles_ms[1], 60.0);
            beside.rate(&commands(&relayed, callers, window).await?, bare.per_second);
        }
        measures.extend([rate, wait, beside]);
    }
    report(&measures)
}

async fn commands(site: &Site, callers: usize, window: Duration) -> anyhow::Result<Measured> {
    let authorization = site.authorization()?;
    let pipeline = create_pipeline(site.channel().await?, &authorization).await?;
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
    let measured = drive(callers, Duration::from_millis(1_500), window, caller, step).await?;
    anyhow::ensure!(measured.errors == 0, "{} commands failed", measured.errors);
    Ok(measured)
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

async fn step(mut caller: Caller) -> (Caller, Outcome) {
    caller.turn += 1;
    let result = match caller.moving.take() {
        Some((id, stage)) if caller.turn.is_multiple_of(2) => move_on(&mut caller, id, stage).await,
        kept => open(&mut caller, kept).await,
    };
    (caller, result.into())
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
