//! Orders earn by reaction, once, and give back (L-06, L-13, L-16).

use std::time::Duration;

use guanxi_events::{
    Money,
    customers::{CustomerEvent, CustomerId, CustomerKind, CustomerProfile, CustomerRegistered},
    sales::{
        AccountEvent, CreditNoteEvent, CreditNoteIssued, Credited, InvoiceId, OrderCredited,
        OrderEvent, OrderId, OrderUncredited, TaxTotal,
        account::{InvoiceSettled, InvoiceUnsettled},
    },
};
use guanxi_harness::eventually;
use guanxi_proto::loyalty::v1 as wire;
use guanxi_served::{written, written_next};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    points::rules,
    served::{Served, reason},
};

/// A customer who is a member of each of these programs.
async fn member_of_all(loyalty: &Served, programs: &[&str]) -> (Uuid, Vec<String>) {
    let customer = Uuid::now_v7();
    let registered = CustomerRegistered {
        profile: CustomerProfile::named(CustomerKind::Person, "Wu"),
        owner: None,
    };
    written(
        &loyalty.database,
        customer,
        CustomerEvent::from(registered),
        &[],
    )
    .await;
    let mut members = Vec::new();
    for program in programs {
        let joined = eventually(Duration::from_secs(20), async || {
            let enrolment = wire::EnrolMemberRequest {
                program_id: (*program).to_owned(),
                customer_id: customer.to_string(),
                ..loyalty.enrolment()
            };
            let enrolled = loyalty.enrol(enrolment).await;
            enrolled.map_err(|status| reason(&status))
        });
        members.push(joined.await.unwrap().id);
    }
    (customer, members)
}

/// The reaction answers what happens from now on.
async fn reaction_began(loyalty: &Served) {
    let client = loyalty.database.connect().await.unwrap();
    let began = eventually(Duration::from_secs(20), async || {
        let sql = "select count(*) from log_loyalty.reactions where name = 'earn_from_sales'";
        let row = client
            .query_one(sql, &[])
            .await
            .map_err(|error| error.to_string())?;
        let rows: i64 = row.get(0);
        if rows == 1 {
            Ok(())
        } else {
            Err("not yet".to_owned())
        }
    });
    began.await.unwrap();
}

async fn active(loyalty: &Served, member: &str, wanted: &str) {
    let there = eventually(Duration::from_secs(20), async || {
        let active = loyalty.account(member).await.active;
        if active == wanted {
            Ok(())
        } else {
            Err(format!("{active}, not {wanted}"))
        }
    });
    there.await.unwrap();
}

fn settled(invoice: Uuid, order: Uuid, total: i64) -> AccountEvent {
    InvoiceSettled {
        invoice: InvoiceId(invoice),
        order: Some(OrderId(order)),
        on: "2026-03-02".parse().unwrap(),
        total: Money {
            amount: total.into(),
            currency: Currency::EUR,
        },
        credited: Decimal::ZERO,
        kept_back: Decimal::ZERO,
    }
    .into()
}

#[tokio::test]
async fn an_invoice_paid_in_full_earns_in_every_program_and_gives_back_what_is_credited_or_bounces()
{
    let loyalty = Served::start().await;
    let (platform, shop) = (loyalty.opened(rules()).await, loyalty.opened(rules()).await);
    let (customer, members) = member_of_all(&loyalty, &[&platform, &shop]).await;
    reaction_began(&loyalty).await;
    let (invoice, order) = (Uuid::now_v7(), Uuid::now_v7());
    written(
        &loyalty.database,
        customer,
        settled(invoice, order, 40),
        &[],
    )
    .await;
    for member in &members {
        active(&loyalty, member, "70").await;
    }
    let purchase = loyalty.purchase(&order.to_string()).await.unwrap();
    assert_eq!(purchase.member_ids.len(), 2, "the purchase is the order's");

    let note = Uuid::now_v7();
    let issued = CreditNoteIssued {
        customer: CustomerId(customer),
        invoice: Some(InvoiceId(invoice)),
        subject: Credited::Order {
            order: OrderId(order),
            parts: Vec::new(),
            returned: None,
        },
        on: "2026-03-03".parse().unwrap(),
        billing: None,
        currency: Currency::EUR,
        totals: vec![TaxTotal {
            rate: Decimal::ZERO,
            net: 20.into(),
            tax: Decimal::ZERO,
        }],
        reason: "half came back".into(),
    };
    written(&loyalty.database, note, CreditNoteEvent::from(issued), &[]).await;
    active(&loyalty, &members[0], "35").await;

    let note = guanxi_events::sales::CreditNoteId(note);
    let credited = OrderCredited {
        credit_note: note,
        lines: Vec::new(),
    };
    written(&loyalty.database, order, OrderEvent::from(credited), &[]).await;
    let voided = OrderUncredited {
        credit_note: note,
        lines: Vec::new(),
    };
    written_next(&loyalty.database, order, 1, OrderEvent::from(voided)).await;
    active(&loyalty, &members[0], "70").await;

    let bounced = InvoiceUnsettled {
        invoice: InvoiceId(invoice),
        order: Some(OrderId(order)),
        on: "2026-03-04".parse().unwrap(),
        total: Money {
            amount: 40.into(),
            currency: Currency::EUR,
        },
        credited: Decimal::ZERO,
    };
    written_next(&loyalty.database, customer, 1, AccountEvent::from(bounced)).await;
    for member in &members {
        active(&loyalty, member, "0").await;
    }
    written_next(&loyalty.database, customer, 2, settled(invoice, order, 40)).await;
    active(&loyalty, &members[1], "70").await;
}

#[tokio::test]
async fn a_customer_without_a_membership_earns_nothing_and_parks_nothing() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let (customer, members) = member_of_all(&loyalty, &[&program]).await;
    reaction_began(&loyalty).await;
    let (stranger, order) = (Uuid::now_v7(), Uuid::now_v7());
    written(
        &loyalty.database,
        stranger,
        settled(Uuid::now_v7(), order, 40),
        &[],
    )
    .await;
    // What came after it was answered, so it was, too.
    let later = settled(Uuid::now_v7(), Uuid::now_v7(), 4);
    written(&loyalty.database, customer, later, &[]).await;
    active(&loyalty, &members[0], "7").await;
    assert!(loyalty.purchase(&order.to_string()).await.is_err());
    let client = loyalty.database.connect().await.unwrap();
    let parked = client
        .query_one("select count(*) from log_loyalty.parked_reactions", &[])
        .await;
    let parked: i64 = parked.unwrap().get(0);
    assert_eq!(parked, 0);
}
