//! Nothing crosses between tenants (P-01): not by an id, a key, a number, a command id or a query.

mod plausible;

use std::{collections::BTreeMap, time::Duration};

use guanxi_cluster::{Caller, HasReceipt, Role, checker, contracts::RpcContract, requests};
use guanxi_proto::{
    customers::v1::{
        ContactProfile, GetCustomerRequest, RegisterContactRequest, StartDeskTransferRequest,
    },
    loyalty::v1::GetMemberRequest,
    sales::v1::{
        CreatePriceListRequest, CreateProductRequest, PlanByTerms, PriceListTerms, ProductDetails,
        SetReceivablePlanRequest, set_receivable_plan_request::Plan,
    },
    service::v1::{GetSurveyRequest, GetTicketRequest},
};
use jiff::{SignedDuration, Timestamp};
use prost_types::FieldDescriptorProto;
use tonic::Code;
use uuid::Uuid;

use crate::contracts::Served;
use plausible::plausible;

/// Stands in every name that the victim gives, and nowhere else.
const SECRET: &str = "Zq7-secret";
const VICTIM: &str = "acme";
const INTRUDER: &str = "bolt";

#[tokio::test]
async fn another_tenants_ids_open_nothing_and_change_nothing() {
    let served = Served::start().await;
    let ids = victim(&served).await;
    checker::settle(&served.cluster, Duration::from_secs(30))
        .await
        .unwrap();
    let before = streams(&served).await;

    let mut wrong = Vec::new();
    // What needs nothing to be there comes last: it gives the intruder things with the same ids.
    let (creating, others): (Vec<_>, Vec<_>) =
        served.contracts.rpcs.iter().partition(|rpc| creates(rpc));
    for rpc in others.iter().chain(&creating).chain(&others) {
        let intruder = served.caller(rpc.role, INTRUDER);
        let mut filling =
            |path: &str, field: &FieldDescriptorProto| plausible(&served, &ids, rpc, path, field);
        let message = served.contracts.request(rpc, &mut filling).unwrap();
        match intruder.raw(rpc.method.path, message.into()).await {
            Ok(answer) => {
                if String::from_utf8_lossy(&answer).contains(SECRET) {
                    wrong.push(format!("{} tells: {answer:?}", rpc.method.path));
                }
            }
            Err(status) => {
                if format!("{status:?}").contains(SECRET) {
                    wrong.push(format!("{} tells: {status:?}", rpc.method.path));
                }
                // A request that cannot be read would open nothing whoever sent it.
                if matches!(
                    status.code(),
                    Code::Internal | Code::Unknown | Code::InvalidArgument
                ) {
                    wrong.push(format!("{}: {status:?}", rpc.method.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(streams(&served).await, before);
}

#[tokio::test]
async fn what_another_tenant_has_is_not_found() {
    let served = Served::start().await;
    let ids = victim(&served).await;
    let mut wrong = Vec::new();
    let rpcs = served.contracts.rpcs.iter();
    let needing = rpcs.filter(|rpc| !creates(rpc) && !every_tenant_has_one(rpc));
    for rpc in needing.filter(|rpc| rpc.role != Role::Query) {
        let mut filling =
            |path: &str, field: &FieldDescriptorProto| plausible(&served, &ids, rpc, path, field);
        let message = served.contracts.request(rpc, &mut filling).unwrap();
        let answer = served
            .caller(rpc.role, INTRUDER)
            .raw(rpc.method.path, message.into())
            .await;
        let missing = matches!(&answer, Err(status) if status.code() == Code::NotFound);
        if !missing {
            wrong.push(format!("{}: {answer:?}", rpc.method.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn ids_keys_numbers_and_command_ids_are_each_tenants_own() {
    let served = Served::start().await;
    let mut register = requests::company("Cancity");
    register.customer_id = Uuid::now_v7().to_string();
    register.profile.as_mut().unwrap().tax_id = "DE 811 111".to_owned();
    let mut receipts = Vec::new();
    for tenant in [VICTIM, INTRUDER] {
        // The very same request, command id included.
        let caller = served.caller(Role::Customers, tenant);
        receipts.push(caller.send(&register).await.unwrap().receipt());
    }
    for receipt in &receipts {
        assert_eq!(receipt.id, register.customer_id);
        assert_eq!((receipt.version, receipt.number.as_str()), (1, "CU-000001"));
    }
    assert_ne!(receipts[0].token, receipts[1].token);

    let mut renamed = requests::company("Other");
    renamed.profile.as_mut().unwrap().tax_id = "de-811111".to_owned();
    for tenant in [VICTIM, INTRUDER] {
        let taken = served
            .caller(Role::Customers, tenant)
            .send(&renamed)
            .await
            .unwrap_err();
        assert_eq!(taken.code(), Code::AlreadyExists, "{tenant}: {taken:?}");
    }
    let asked = GetCustomerRequest {
        customer_id: register.customer_id.clone(),
    };
    let third = served.caller(Role::Customers, "third");
    assert_eq!(third.send(&asked).await.unwrap_err().code(), Code::NotFound);
}

/// Everything that a tenant can have, by the kind of id.
async fn victim(served: &Served) -> BTreeMap<&'static str, String> {
    let customers = served.caller(Role::Customers, VICTIM);
    let sales = served.caller(Role::Sales, VICTIM);
    let mut ids = BTreeMap::new();
    let mut pool = requests::pool(["mallory".to_owned()]);
    pool.name = SECRET.to_owned();
    ids.insert("pool", sent(&customers, &pool).await);
    let customer = sent(&customers, &requests::company(SECRET)).await;
    let contact = RegisterContactRequest {
        header: requests::header(),
        profile: Some(ContactProfile {
            name: SECRET.to_owned(),
            ..ContactProfile::default()
        }),
        customer_ids: vec![customer.clone()],
        ..RegisterContactRequest::default()
    };
    ids.insert("contact", sent(&customers, &contact).await);
    let interaction = requests::conversation(&customer, SECRET);
    ids.insert("interaction", sent(&customers, &interaction).await);
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let mut follow_up = requests::call_with_reminder(&customer, tomorrow);
    follow_up.subject = SECRET.to_owned();
    ids.insert("follow_up", sent(&customers, &follow_up).await);
    let transfer = StartDeskTransferRequest {
        header: requests::header(),
        from: "root".to_owned(),
        to: "heir".to_owned(),
        customer_ids: vec![customer.clone()],
        reason: SECRET.to_owned(),
        ..StartDeskTransferRequest::default()
    };
    ids.insert("desk_transfer", sent(&customers, &transfer).await);
    ids.insert("customer", customer);

    let mut pipeline = requests::pipeline();
    pipeline.rules.as_mut().unwrap().name = SECRET.to_owned();
    let pipeline = sent(&sales, &pipeline).await;
    let opportunity = requests::opportunity(&pipeline, SECRET, 77_777);
    ids.insert("opportunity", sent(&sales, &opportunity).await);
    ids.insert("pipeline", pipeline);
    let product = CreateProductRequest {
        header: requests::header(),
        details: Some(ProductDetails {
            sku: SECRET.to_owned(),
            name: SECRET.to_owned(),
            unit: "piece".to_owned(),
            ..ProductDetails::default()
        }),
        ..CreateProductRequest::default()
    };
    ids.insert("product", sent(&sales, &product).await);
    let list = CreatePriceListRequest {
        header: requests::header(),
        currency_code: "USD".to_owned(),
        terms: Some(PriceListTerms {
            name: SECRET.to_owned(),
            ..PriceListTerms::default()
        }),
        ..CreatePriceListRequest::default()
    };
    ids.insert("price_list", sent(&sales, &list).await);
    let terms = sent(&sales, &requests::payment_terms(SECRET)).await;
    ids.insert("payment_terms", terms);
    sent(&sales, &requests::book_rate("0.77777")).await;
    let profile = requests::billing_profile(&ids["customer"], SECRET);
    let heard = guanxi_harness::eventually(Duration::from_secs(30), async || {
        let mut again = profile.clone();
        again.header = requests::header();
        sales.send(&again).await
    });
    heard.await.unwrap();
    sold(&sales, &mut ids).await;
    served_well(&served.caller(Role::Service, VICTIM), &mut ids).await;
    enrolled(&served.caller(Role::Loyalty, VICTIM), &mut ids).await;
    ids
}

/// A ticket with all that belongs to it, and another one.
async fn served_well(service: &Caller, ids: &mut BTreeMap<&'static str, String>) {
    let calendar = sent(service, &requests::sla::calendar(SECRET)).await;
    sent(service, &requests::sla::policies(&calendar, SECRET)).await;
    ids.insert("calendar", calendar);
    let queue = sent(service, &requests::tickets::queue(SECRET)).await;
    let ticket = sent(service, &requests::tickets::ticket(&queue, SECRET)).await;
    sent(service, &requests::tickets::note(&ticket, SECRET)).await;
    sent(service, &requests::tickets::resolve(&ticket)).await;
    let asked = GetTicketRequest {
        ticket_id: ticket.clone(),
    };
    let resolved = service.send(&asked).await.unwrap().ticket;
    let survey_id = resolved.unwrap_or_default().survey_id;
    let asked = GetSurveyRequest {
        survey_id: survey_id.clone(),
    };
    let survey =
        guanxi_harness::eventually(Duration::from_secs(30), async || service.send(&asked).await);
    survey.await.unwrap();
    let other = sent(service, &requests::tickets::ticket(&queue, SECRET)).await;
    for kind in ["other_ticket", "survivor", "parent"] {
        ids.insert(kind, other.clone());
    }
    ids.insert("survey", survey_id);
    ids.insert("ticket", ticket);
    ids.insert("queue", queue);
}

/// From an order to its money: planned, delivered, billed, paid, credited and paid back.
async fn sold(sales: &Caller, ids: &mut BTreeMap<&'static str, String>) {
    let order = requests::order(&ids["customer"], &ids["product"], SECRET);
    let order = sent(sales, &order).await;
    let plan = SetReceivablePlanRequest {
        header: requests::header(),
        order_id: order.clone(),
        plan: Some(Plan::ByTerms(PlanByTerms {
            payment_terms_id: ids["payment_terms"].clone(),
            invoiced_on: None,
        })),
        reason: SECRET.to_owned(),
    };
    sent(sales, &plan).await;
    sent(sales, &requests::deliver(&order)).await;
    let returned = sent(sales, &requests::ask_back(&order, SECRET)).await;
    ids.insert("return", returned);
    let invoice = sent(sales, &requests::account::invoice(&order)).await;
    let payment = requests::account::payment(&ids["customer"], 100, Some(&invoice));
    sent(sales, &payment).await;
    let note = requests::account::credit_note(&order, SECRET);
    ids.insert("credit_note", sent(sales, &note).await);
    let refund = note.payout.unwrap_or_default().refund_id;
    ids.insert("refund", refund);
    let payment = payment.payment.unwrap_or_default().payment_id;
    ids.insert("payment", payment);
    ids.insert("invoice", invoice);
    ids.insert("order", order);
}

/// A program with its ladder, and a member with a card, who bought something and spent points.
async fn enrolled(loyalty: &Caller, ids: &mut BTreeMap<&'static str, String>) {
    let program = sent(loyalty, &requests::loyalty::program(SECRET)).await;
    sent(loyalty, &requests::loyalty::tier_ladder(&program, SECRET)).await;
    let batch = sent(loyalty, &requests::loyalty::card_batch(&program, SECRET)).await;
    let email = format!("{SECRET}@acme.example");
    let member = requests::loyalty::member(&program, &batch, &email);
    let member_id = sent(loyalty, &member).await;
    let get = GetMemberRequest {
        member_id: member_id.clone(),
    };
    let member = loyalty.send(&get).await.unwrap().member.unwrap_or_default();
    ids.insert("card", member.cards[0].card_id.clone());
    let other = sent(loyalty, &requests::loyalty::plain_member(&program)).await;
    ids.insert("to_member", other);
    sent(loyalty, &requests::loyalty::accrue(&member_id, "100")).await;
    let bought = requests::loyalty::purchase(&program, &member_id, SECRET);
    ids.insert("purchase", sent(loyalty, &bought).await);
    let redeemed = requests::loyalty::redeem(&member_id, "10", SECRET);
    ids.insert("redemption", sent(loyalty, &redeemed).await);
    // Of a batch nobody knows but who sent it: any id will do.
    ids.insert("batch", Uuid::now_v7().to_string());
    ids.insert("member", member_id);
    ids.insert("card_batch", batch);
    ids.insert("program", program);
}

async fn sent<R>(caller: &Caller, request: &R) -> String
where
    R: guanxi_cluster::Rpc<Response: HasReceipt>,
{
    caller.send(request).await.unwrap().receipt().id
}

/// Whether an RPC makes something new.
fn creates(rpc: &RpcContract) -> bool {
    let name = rpc.method.path.rsplit('/').next().unwrap_or_default();
    [
        "Open", "Create", "Register", "Record", "Plan", "Start", "Define", "Place", "Enrol",
    ]
    .iter()
    .any(|verb| name.starts_with(verb))
        || [
            "SetExchangeRate",
            "SetReceivablesPolicy",
            "SetSlaPolicies",
            "RequestReturn",
            "RequestInvoice",
            "IssueCreditNote",
        ]
        .contains(&name)
}

/// Whether an RPC asks for the only one of a tenant's, which is there without anyone's doing.
fn every_tenant_has_one(rpc: &RpcContract) -> bool {
    ["/GetReceivablesPolicy", "/GetSlaPolicies"]
        .iter()
        .any(|name| rpc.method.path.ends_with(name))
}

/// Every stream of the victim with its version.
async fn streams(served: &Served) -> Vec<(String, Uuid, i64)> {
    let sql = "select category, id, version from log_customers.streams where tenant = $1
               union all select category, id, version from log_sales.streams where tenant = $1
               union all select category, id, version from log_service.streams where tenant = $1
               union all select category, id, version from log_loyalty.streams where tenant = $1
               order by 1, 2";
    let client = served.cluster.connect().await.unwrap();
    let rows = client.query(sql, &[&VICTIM]).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}
