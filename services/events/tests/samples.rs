//! Contract samples (P-10): one file for every event type and every version ever released,
//! `samples/<type>.<version>.json` with `{"data": …}`, and `"expected": …` where a later version
//! says it otherwise. A sample that was released never changes (see `released.rs`): the log still
//! holds such events.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use guanxi_events::{
    DomainEvent, EventType, Service,
    customers::{
        ClaimQuotaEvent, ContactEvent, CustomerEvent, DeskTransferEvent, FollowUpEvent,
        InteractionEvent, PoolEvent,
    },
    loyalty::{
        CardBatchEvent, CardEvent, CardNumbersEvent, HolderEvent, MemberEvent, TierLadderEvent,
    },
    sales::{
        AccountEvent, BillingProfileEvent, CreditNoteEvent, CustomerCopyEvent, ExchangeRatesEvent,
        InvoiceEvent, OpportunityEvent, OrderEvent, PaymentTermsEvent, PipelineEvent,
        PriceListEvent, ProductEvent, ReceivablePlanEvent, ReceivablesPolicyEvent, ReturnEvent,
    },
    service::{CalendarEvent, QueueEvent, SlaPolicyEvent, SurveyEvent, TicketEvent},
};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The files of one aggregate's types, each checked.
fn samples_of<E: DomainEvent>() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for info in E::TYPES {
        for version in 1..=info.version {
            let file = format!("{}.{version}.json", info.name);
            let text = fs::read(folder().join(&file))
                .unwrap_or_else(|error| panic!("{file}: {error}: every version needs a sample"));
            let sample: Value = serde_json::from_slice(&text).unwrap();
            let data = &sample["data"];
            let event_type = EventType {
                name: info.name.into(),
                version,
            };
            let event = E::decode(&event_type, data.to_string().as_bytes())
                .unwrap_or_else(|error| panic!("{file}: {error}"));
            let expected = sample.get("expected").unwrap_or(data);
            let encoded: Value = serde_json::from_slice(&event.encode().unwrap()).unwrap();
            assert_eq!(encoded, *expected, "{file}");
            let current = event.event_type();
            assert_eq!(
                (current.name.as_ref(), current.version),
                (info.name, info.version)
            );
            files.insert(file);
        }
    }
    files
}

/// The files that there must be by what each service's sources declare: `= "customers.pool_opened" / 2`.
fn declared() -> BTreeSet<String> {
    let sources = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let services = Service::ALL.map(|service| sources.join(service.name()));
    let mut folders = services.to_vec();
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(path).unwrap();
            for declaration in source.split("= \"").skip(1) {
                let Some((name, behind)) = declaration.split_once("\" / ") else {
                    continue;
                };
                let digits = behind.split(|c: char| !c.is_ascii_digit()).next();
                if let Ok(version) = digits.unwrap_or_default().parse::<u16>()
                    && !name.contains('"')
                {
                    files.extend((1..=version).map(|version| format!("{name}.{version}.json")));
                }
            }
        }
    }
    files
}

#[test]
fn every_version_of_every_event_has_a_sample_that_is_still_read() {
    let known: BTreeSet<String> = [
        samples_of::<CustomerEvent>(),
        samples_of::<ContactEvent>(),
        samples_of::<InteractionEvent>(),
        samples_of::<FollowUpEvent>(),
        samples_of::<PoolEvent>(),
        samples_of::<ClaimQuotaEvent>(),
        samples_of::<DeskTransferEvent>(),
        samples_of::<PipelineEvent>(),
        samples_of::<OpportunityEvent>(),
        samples_of::<ProductEvent>(),
        samples_of::<PriceListEvent>(),
        samples_of::<CustomerCopyEvent>(),
        samples_of::<guanxi_events::service::CustomerCopyEvent>(),
        samples_of::<TicketEvent>(),
        samples_of::<QueueEvent>(),
        samples_of::<SurveyEvent>(),
        samples_of::<CalendarEvent>(),
        samples_of::<SlaPolicyEvent>(),
        samples_of::<guanxi_events::loyalty::CustomerCopyEvent>(),
        samples_of::<MemberEvent>(),
        samples_of::<CardEvent>(),
        samples_of::<CardBatchEvent>(),
        samples_of::<CardNumbersEvent>(),
        samples_of::<TierLadderEvent>(),
        samples_of::<HolderEvent>(),
        samples_of::<OrderEvent>(),
        samples_of::<ReturnEvent>(),
        samples_of::<AccountEvent>(),
        samples_of::<InvoiceEvent>(),
        samples_of::<CreditNoteEvent>(),
        samples_of::<PaymentTermsEvent>(),
        samples_of::<ExchangeRatesEvent>(),
        samples_of::<BillingProfileEvent>(),
        samples_of::<ReceivablesPolicyEvent>(),
        samples_of::<ReceivablePlanEvent>(),
        samples_of::<guanxi_events::loyalty::ProgramEvent>(),
        samples_of::<guanxi_events::loyalty::EarningRulesEvent>(),
        samples_of::<guanxi_events::loyalty::PointsEvent>(),
        samples_of::<guanxi_events::loyalty::PointsBatchEvent>(),
        samples_of::<guanxi_events::loyalty::RedemptionEvent>(),
        samples_of::<guanxi_events::loyalty::PurchaseEvent>(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let declared = declared();
    // All but the copies of customers, which three services declare with one macro.
    assert_eq!(declared.len() + 3, known.len());
    let unread: Vec<_> = declared.difference(&known).collect();
    assert!(
        unread.is_empty(),
        "their aggregates belong into this list: {unread:?}"
    );
    let on_disk: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        on_disk, known,
        "a sample without a type: an event that was released stays readable"
    );
}
