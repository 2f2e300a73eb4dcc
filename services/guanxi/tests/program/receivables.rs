//! What the receivables answer, against a plain calculation in Python over the events in the log.

use std::{fs, path::Path, process::Command};

use guanxi_proto::{
    google_type::{Date, Money},
    query::v1::{GetAgeingRequest, receivables_service_client::ReceivablesServiceClient},
};
use jiff::Timestamp;
use nix::sys::signal::Signal;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tonic::{Request, transport::Channel};

use crate::{
    demo::UP,
    kit::{Dev, complained, printed, scratch},
};

/// The month ends of which figures are compared.
const DAYS: [(i32, i32); 4] = [(3, 31), (6, 30), (9, 30), (11, 30)];

/// What is owed in GBP by age, and what customers are owed.
#[derive(Debug, PartialEq, Eq)]
struct Ageing {
    buckets: Vec<Decimal>,
    credits: Decimal,
}

impl Ageing {
    fn none() -> Self {
        Self {
            buckets: vec![Decimal::ZERO; 6],
            credits: Decimal::ZERO,
        }
    }

    fn by_python(figures: &Value) -> Self {
        let sum = |value: &Value| value.as_str().unwrap().parse().unwrap();
        match figures.get("GBP") {
            None => Self::none(),
            Some(figures) => Self {
                buckets: figures["buckets"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(sum)
                    .collect(),
                credits: sum(&figures["credits"]),
            },
        }
    }
}

/// Works out the ageing of month ends from the log's events, all of them and those that were
/// recorded by the middle one, and compares it with what the read model answers.
pub(crate) async fn age_as_python_says(dev: &Dev, folder: &Path) {
    let (events, middle) = account_events(dev);
    let file = folder.join("events.jsonl");
    fs::write(&file, events).unwrap();
    let mut queries = Queries::of(dev).await;
    for known in [None, Some(middle)] {
        let answered = queries.ageings(known).await;
        assert_eq!(python(&file, known), answered, "as known at {known:?}");
        let owed = answered.iter().flat_map(|ageing| &ageing.buckets);
        assert!(owed.sum::<Decimal>() > Decimal::ZERO, "{answered:?}");
    }
    assert_ne!(
        queries.ageings(None).await,
        queries.ageings(Some(middle)).await
    );
}

/// The events of accounts as the calculation reads them, and when the middle one was recorded.
fn account_events(dev: &Dev) -> (String, Timestamp) {
    let output = dev.run(&["log", "tail", "sales", "--from", "1", "--json"]);
    assert!(output.status.success(), "{}", complained(&output));
    let (mut events, mut recorded) = (String::new(), Vec::new());
    for line in printed(&output).lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        if event["category"] != "account" {
            continue;
        }
        let (kind, _version) = event["type"].as_str().unwrap().split_once('/').unwrap();
        let event = json!({
            "account": event["stream"],
            "type": kind,
            "data": event["data"],
            "recorded_at": event["recorded_at"],
        });
        recorded.push(event["recorded_at"].as_str().unwrap().parse().unwrap());
        events += &format!("{event}\n");
    }
    (events, recorded[recorded.len() / 2])
}

fn python(file: &Path, known: Option<Timestamp>) -> Vec<Ageing> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/ageing.py");
    let interpreter = std::env::var_os("GUANXI_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(interpreter);
    command.arg(program).arg(file);
    command.args(DAYS.map(|(month, day)| format!("2011-{month:02}-{day}")));
    if let Some(known) = known {
        command.arg("--known").arg(known.to_string());
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", complained(&output));
    let answers = printed(&output);
    let answers = answers.lines().map(|line| {
        let answer: Value = serde_json::from_str(line).unwrap();
        Ageing::by_python(&answer["ageing"])
    });
    answers.collect()
}

/// Asks the query service.
struct Queries {
    client: ReceivablesServiceClient<Channel>,
    authorization: String,
}

impl Queries {
    async fn of(dev: &Dev) -> Self {
        let token = [
            "token", "--tenant", "demo", "--person", "anna", "--role", "analyst",
        ];
        let endpoints = dev.endpoints();
        let address = endpoints["grpc"]["query"].as_str().unwrap();
        let client = ReceivablesServiceClient::connect(format!("http://{address}")).await;
        Self {
            client: client.unwrap(),
            authorization: format!("Bearer {}", printed(&dev.run(&token)).trim()),
        }
    }

    async fn ageings(&mut self, known: Option<Timestamp>) -> Vec<Ageing> {
        let mut ageings = Vec::new();
        for (month, day) in DAYS {
            ageings.push(self.ageing(month, day, known).await);
        }
        ageings
    }

    async fn ageing(&mut self, month: i32, day: i32, known: Option<Timestamp>) -> Ageing {
        let mut request = Request::new(GetAgeingRequest {
            as_of: Some(Date {
                year: 2011,
                month,
                day,
            }),
            as_known_at_instant: known.map(|known| prost_types::Timestamp {
                seconds: known.as_second(),
                nanos: known.subsec_nanosecond(),
            }),
            ..GetAgeingRequest::default()
        });
        let authorization = self.authorization.parse().unwrap();
        request
            .metadata_mut()
            .insert("authorization", authorization);
        let answer = self.client.get_ageing(request).await.unwrap().into_inner();
        match &answer.totals[..] {
            [] => Ageing::none(),
            [pounds] => {
                assert_eq!(pounds.currency, "GBP");
                let figures = pounds.figures.as_ref().unwrap();
                Ageing {
                    buckets: figures.debits.iter().map(sum).collect(),
                    credits: sum(figures.unallocated.as_ref().unwrap()),
                }
            }
            several => panic!("{several:?}"),
        }
    }
}

fn sum(money: &Money) -> Decimal {
    Decimal::from(money.units) + Decimal::new(money.nanos.into(), 9)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_wholesalers_receivables_age_as_python_says() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let wholesaler = [
        "--deals",
        "40",
        "--seed",
        "4",
        "--documents",
        "300",
        "--tickets",
        "1",
        "--members",
        "1",
    ];
    let (dev, said) = Dev::demo(&dir, &wholesaler, UP);
    assert!(!said.contains("WRONG"), "{said}");
    age_as_python_says(&dev, scratch.path()).await;
    dev.signal(Signal::SIGTERM);
    assert_eq!(dev.ended(), Some(0));
}
