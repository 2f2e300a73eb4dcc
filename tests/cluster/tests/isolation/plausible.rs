//! Requests that could be a tenant's own, but for the ids in them.

use std::collections::BTreeMap;

use guanxi_cluster::{
    Role,
    contracts::{RpcContract, Value},
    requests,
};
use jiff::Timestamp;
use prost_types::FieldDescriptorProto;
use uuid::Uuid;

use crate::contracts::Served;

/// What a caller who knows the victim's ids would send.
pub(super) fn plausible(
    served: &Served,
    ids: &BTreeMap<&str, String>,
    rpc: &RpcContract,
    path: &str,
    field: &FieldDescriptorProto,
) -> Value {
    use prost_types::field_descriptor_proto::Type;
    let name = field.name();
    if path.starts_with("header.") {
        return match name {
            "command_id" => Value::Text(Uuid::now_v7().to_string()),
            _ => Value::Nothing,
        };
    }
    // Into the victim's pool, and so to no owner.
    if path == "owner" && rpc.method.path.ends_with("/RegisterCustomer") {
        return Value::Nothing;
    }
    // A plan that is done has its customer already.
    if path == "details.customer_id" && rpc.method.path.ends_with("/CompleteFollowUp") {
        return Value::Nothing;
    }
    if let Some(kind) = name
        .strip_suffix("_id")
        .or_else(|| name.strip_suffix("_ids"))
    {
        return ids.get(kind).cloned().map_or(Value::Nothing, Value::Text);
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let own = of_loyalty(served, rpc, path, field)
        .or_else(|| of_money(served, rpc, path, field))
        .or_else(|| of_time(served, rpc, path, field));
    if let Some(value) = own {
        return value;
    }
    match (field.r#type(), name) {
        // A queue's members are more than their names.
        (Type::Message, "members") => Value::Nothing,
        (Type::Message, "member") => Value::Nested,
        (Type::Enum, "priority" | "pending_for") => {
            Value::Number(served.contracts.first_member(field))
        }
        (_, "score") => Value::Number(3),
        // A customer's people speak only for the customer.
        (_, "from_customer") => Value::Number(1),
        (_, "owner" | "person" | "staff" | "members" | "add_members") => text("mallory"),
        (_, "title" | "name" | "reason" | "subject" | "summary" | "sku" | "unit" | "text") => {
            text("x")
        }
        (_, "from") => text("leaver"),
        (_, "to") => text("heir"),
        (_, "stage" | "key") => text(requests::STAGES[0]),
        (_, "currency_code" | "from_currency_code") => text("USD"),
        (_, "to_currency_code") => text("EUR"),
        (Type::String, "quantity" | "unit_price" | "rate") => text("1"),
        (Type::String, "percent") => text("100"),
        (Type::Message, "lines") if sells(rpc) => Value::Nested,
        (_, "paths") => text(mask(rpc)),
        (Type::Message, "planned_at") => Value::Nested,
        (_, "seconds") if path.ends_with("planned_at.seconds") => {
            Value::Number(Timestamp::now().as_second() + 3_600)
        }
        (Type::Message, "header" | "profile" | "details" | "rules" | "stages" | "terms")
        | (Type::Message, "schedule" | "settings" | "prices" | "update_mask" | "date" | "on")
        | (Type::Message, "definition" | "portions" | "rate" | "by_terms") => Value::Nested,
        (_, "year") => Value::Number(2030),
        (_, "month" | "day") => Value::Number(1),
        (Type::Enum, "kind" | "due_rule") => Value::Number(served.contracts.first_member(field)),
        _ => Value::Nothing,
    }
}

/// What stands in the requests about programs and members.
fn of_loyalty(
    served: &Served,
    rpc: &RpcContract,
    path: &str,
    field: &FieldDescriptorProto,
) -> Option<Value> {
    use prost_types::field_descriptor_proto::Type;
    if rpc.role != Role::Loyalty {
        return None;
    }
    let value = match (field.r#type(), field.name()) {
        (Type::Message, "card" | "contact_keys" | "numbers" | "tiers") => Value::Nested,
        (Type::Message, "items" | "lines" | "at") => Value::Nested,
        (Type::Message, "amount") if path == "lines.amount" => Value::Nested,
        (Type::String, "points" | "bonus" | "spent") => Value::Text("1".to_owned()),
        (Type::String, "reference" | "source" | "item") => Value::Text("x".to_owned()),
        (Type::Int32, "adjustment") => Value::Number(1),
        (Type::Enum, "rounding" | "purpose") => Value::Number(served.contracts.first_member(field)),
        (_, "serial_digits") => Value::Number(6),
        (Type::String, "threshold") => Value::Text("0".to_owned()),
        (Type::String, "point_value") => Value::Text("1".to_owned()),
        (Type::Enum, "measure" | "window" | "expiry" | "shortfall" | "may_earn" | "may_spend") => {
            Value::Number(served.contracts.first_member(field))
        }
        _ => return None,
    };
    Some(value)
}

/// What stands in the requests about orders, invoices and accounts.
fn of_money(
    served: &Served,
    rpc: &RpcContract,
    path: &str,
    field: &FieldDescriptorProto,
) -> Option<Value> {
    use prost_types::field_descriptor_proto::Type;
    let bills = ["InvoiceService", "CreditNoteService", "AccountService"]
        .iter()
        .any(|service| rpc.method.path.contains(service));
    let value = match (field.r#type(), field.name()) {
        // What the victim asked for is issued, not something new with the same id.
        (Type::Message, "subject") if rpc.method.path.ends_with("/IssueInvoice") => Value::Nothing,
        (Type::Message, "lines") if bills && path == "subject.lines" => Value::Nothing,
        (Type::Message, "payout") => Value::Nothing,
        (Type::Message, _) if bills => Value::Nested,
        (_, "currency_code") if bills => Value::Text("EUR".to_owned()),
        (Type::Int64, "units") if bills => Value::Number(1),
        (Type::Enum, "method") => Value::Number(served.contracts.first_member(field)),
        (Type::Int32, "line" | "item" | "allocation" | "write_off") => Value::Number(1),
        (_, "carrier") => Value::Text("x".to_owned()),
        _ => return None,
    };
    Some(value)
}

/// What stands in the requests about calendars and policies.
fn of_time(
    served: &Served,
    rpc: &RpcContract,
    path: &str,
    field: &FieldDescriptorProto,
) -> Option<Value> {
    use prost_types::field_descriptor_proto::Type;
    let about = ["CalendarService", "SlaPolicyService"]
        .iter()
        .any(|service| rpc.method.path.contains(service));
    if !about {
        return None;
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let value = match (field.r#type(), field.name()) {
        (_, "time_zone") => text("UTC"),
        (Type::String, "from") => text("09:00"),
        (Type::String, "until") => text("17:00"),
        (Type::Enum, "priority") => Value::Number(served.contracts.first_member(field)),
        (Type::Message, "monday" | "start" | "span" | "policies" | "targets" | "resolution") => {
            Value::Nested
        }
        (_, "seconds") if path.contains("start") || path.contains("span") => Value::Number(3600),
        _ => return None,
    };
    Some(value)
}

/// Whether an RPC is about orders: its lines are of one kind.
fn sells(rpc: &RpcContract) -> bool {
    ["OrderService", "ReturnService"]
        .iter()
        .any(|service| rpc.method.path.contains(service))
}

/// A field that may be named in the request's mask.
fn mask(rpc: &RpcContract) -> &'static str {
    match rpc.method.path.rsplit('/').next() {
        Some("ChangeOpportunity") => "title",
        Some("ChangeTicket") => "subject",
        Some("AmendInteraction") => "summary",
        _ => "name",
    }
}
