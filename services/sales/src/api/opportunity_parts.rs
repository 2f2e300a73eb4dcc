//! The parts of an opportunity between the contract and the domain.

use guanxi_events::{
    Money,
    sales::{OpportunityDetails, ProductLine, StageKey},
};
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, date_to_wire, instant_to_wire, money_to_wire};
use uuid::Uuid;

use super::{amount, each, optional_amount, sale_line::quantity};
use crate::domain::{
    limits,
    opportunity::{Deal, LineInput, Patch, Status},
};

/// An opportunity has at most this many competitors.
const MAX_COMPETITORS: usize = 20;

pub(super) fn details(
    fields: &mut Fields,
    details: &wire::OpportunityDetails,
) -> Option<OpportunityDetails> {
    let title = title(fields, details);
    let customer = fields.optional_id("details.customer_id", &details.customer_id);
    let amount = expected_amount(fields, details);
    let close = fields.optional_date("details.expected_close", details.expected_close.as_ref());
    let source = source(fields, details);
    let competitors = competitors(fields, details);
    Some(OpportunityDetails {
        title: title?,
        customer: customer?,
        amount: amount?,
        expected_close: close?,
        source: source?,
        competitors: competitors?,
        priority: details.priority,
    })
}

/// Only the fields that the mask names are read.
pub(super) fn patch(
    fields: &mut Fields,
    details: &wire::OpportunityDetails,
    mask: &[String],
) -> Option<Patch> {
    if mask.is_empty() {
        fields.bad("update_mask", "must name at least one field of details");
        return None;
    }
    fields.count("update_mask", mask.len(), 50)?;
    let mut patch = Patch::default();
    for (index, path) in mask.iter().enumerate() {
        match path.as_str() {
            "title" => patch.title = title(fields, details),
            "customer_id" => {
                patch.customer = fields.optional_id("details.customer_id", &details.customer_id);
            }
            "amount" => patch.amount = expected_amount(fields, details),
            "expected_close" => {
                let close = details.expected_close.as_ref();
                patch.expected_close = fields.optional_date("details.expected_close", close);
            }
            "source" => patch.source = source(fields, details),
            "competitors" => patch.competitors = competitors(fields, details),
            "priority" => patch.priority = Some(details.priority),
            _ => fields.bad(
                format!("update_mask[{index}]"),
                "must be title, customer_id, amount, expected_close, source, competitors or \
                 priority",
            ),
        }
    }
    Some(patch)
}

pub(super) fn line(
    fields: &mut Fields,
    path: &str,
    line: &wire::ProductLineInput,
) -> Option<LineInput> {
    let product = fields.id(&format!("{path}.product_id"), &line.product_id);
    let quantity = quantity(fields, &format!("{path}.quantity"), &line.quantity);
    let price = format!("{path}.unit_price");
    let unit_price = amount(fields, &price, line.unit_price.as_ref(), limits::UNIT_PRICE);
    Some(LineInput {
        product: product?,
        quantity: quantity?,
        unit_price: unit_price?,
    })
}

/// A stage's key that may be left out.
pub(super) fn optional_stage(fields: &mut Fields, key: &str) -> Option<Option<StageKey>> {
    if key.is_empty() {
        Some(None)
    } else {
        fields.parsed("stage", key).map(Some)
    }
}

fn title(fields: &mut Fields, details: &wire::OpportunityDetails) -> Option<String> {
    fields.text("details.title", &details.title, 1, 200)
}

fn expected_amount(
    fields: &mut Fields,
    details: &wire::OpportunityDetails,
) -> Option<Option<Money>> {
    let amount = details.amount.as_ref();
    optional_amount(fields, "details.amount", amount, limits::AMOUNT)
}

fn source(fields: &mut Fields, details: &wire::OpportunityDetails) -> Option<Option<String>> {
    fields.optional_text("details.source", &details.source, 100)
}

fn competitors(fields: &mut Fields, details: &wire::OpportunityDetails) -> Option<Vec<String>> {
    let names = &details.competitors;
    each(
        fields,
        "details.competitors",
        names,
        MAX_COMPETITORS,
        |fields, path, name| fields.text(path, name, 1, 100),
    )
}

pub(super) fn to_wire(id: Uuid, version: i64, deal: &Deal) -> wire::Opportunity {
    let (status, won_amount, close_reason) = match &deal.status {
        Status::Open => (wire::OpportunityStatus::Open, None, String::new()),
        Status::Won { amount, reason } => (
            wire::OpportunityStatus::Won,
            Some(money_to_wire(amount)),
            reason.clone(),
        ),
        Status::Lost { reason } => (wire::OpportunityStatus::Lost, None, reason.clone()),
    };
    wire::Opportunity {
        id: id.to_string(),
        version,
        pipeline_id: deal.pipeline.id.to_string(),
        pipeline_rules_version: super::count_to_wire(deal.pipeline.version),
        stage: deal.entry.stage.to_string(),
        probability: deal.entry.probability.into(),
        stage_since: Some(instant_to_wire(deal.entry.at)),
        stage_by: deal.entry.by.to_string(),
        status: status.into(),
        details: Some(details_to_wire(&deal.details)),
        owner: deal.owner.to_string(),
        team: deal.team.clone().unwrap_or_default(),
        lines: deal.lines.iter().map(line_to_wire).collect(),
        won_amount,
        close_reason,
    }
}

fn details_to_wire(details: &OpportunityDetails) -> wire::OpportunityDetails {
    let customer = details.customer.map(|customer| customer.to_string());
    wire::OpportunityDetails {
        title: details.title.clone(),
        customer_id: customer.unwrap_or_default(),
        amount: details.amount.as_ref().map(money_to_wire),
        expected_close: details.expected_close.map(date_to_wire),
        source: details.source.clone().unwrap_or_default(),
        competitors: details.competitors.clone(),
        priority: details.priority,
    }
}

fn line_to_wire(line: &ProductLine) -> wire::ProductLine {
    wire::ProductLine {
        product_id: line.product.to_string(),
        quantity: line.quantity.normalize().to_string(),
        unit_price: Some(money_to_wire(&line.unit_price)),
        amount: Some(money_to_wire(&line.amount)),
    }
}
