//! What analysts see of receivables is what the query service answers.

use guanxi_proto::query::v1::{GetAgeingRequest, GetCashFlowRequest, ListOpenItemsRequest};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use tokio_postgres::Client;

use crate::{
    accounts::{self, on},
    analysts::Analysts,
    receivables::{amount, wire},
    server::Server,
};

async fn seen(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The tenant's today.
fn today() -> Date {
    let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
    Timestamp::now().to_zoned(shanghai).date()
}

fn text(money: Option<&guanxi_proto::google_type::Money>) -> String {
    let Some(money) = money else {
        return String::new();
    };
    amount(money).normalize().to_string()
}

const ITEM: &str =
    "concat_ws('|', item, kind, document_number, due_date, age_days, owner, currency,
        trim_scale(amount), trim_scale(open_amount), trim_scale(base_open_amount),
        trim_scale(converted_open_amount))";

async fn items(server: &mut Server, as_of: Date, known: Option<Date>) -> Vec<String> {
    let request = server.ask(ListOpenItemsRequest {
        after: vec![server.written().await],
        as_of: wire(as_of),
        as_known_at: known.and_then(wire),
        ..ListOpenItemsRequest::default()
    });
    let answer = server.receivables.list_open_items(request).await;
    let kinds = ["", "instalment", "fee", "refund", "payment", "credit_note"];
    let items = answer.unwrap().into_inner().items;
    let items = items.iter().map(|item| {
        let due = item.due_date.unwrap();
        let due = format!("{:04}-{:02}-{:02}", due.year, due.month, due.day);
        let mut parts = vec![
            item.item.to_string(),
            kinds[usize::try_from(item.kind).unwrap()].to_owned(),
        ];
        if !item.document_number.is_empty() {
            parts.push(item.document_number.clone());
        }
        parts.extend([due, item.age_days.to_string(), item.owner.clone()]);
        parts.extend([
            item.open.as_ref().unwrap().currency_code.clone(),
            text(item.amount.as_ref()),
            text(item.open.as_ref()),
            text(item.booked.as_ref()),
        ]);
        parts.extend(item.converted.as_ref().map(|money| text(Some(money))));
        parts.join("|")
    });
    items.collect()
}

#[tokio::test]
async fn open_items_of_today_and_of_any_pair_of_days_are_those_of_the_query_service() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "bolt").await;
    let mut books = accounts::write(&mut server.world, "acme").await;
    // Dated tomorrow: not open today.
    let tomorrow = today().tomorrow().unwrap();
    books
        .invoice(&mut server.world, tomorrow, &[(tomorrow, "5")])
        .await;
    let days = [
        (today(), None),
        (tomorrow, None),
        (on(1, 15), None),
        (on(2, 2), None),
        (on(3, 1), None),
        (on(3, 20), Some(today())),
        (on(6, 1), Some(on(1, 1))),
    ];
    let mut wanted = Vec::new();
    for (as_of, known) in days {
        wanted.push(items(&mut server, as_of, known).await);
    }
    assert_ne!(wanted[0], wanted[1]);
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let order = "order by due_date, customer_id, item";
    let sql = format!("select {ITEM} from analytics.receivables_open_items {order}");
    assert_eq!(seen(&acme, &sql).await, wanted[0]);
    for ((as_of, known), wanted) in days.into_iter().zip(wanted) {
        let known = known.map_or("null".to_owned(), |known| format!("'{known}'"));
        let sql =
            format!("select {ITEM} from analytics.receivables_on('{as_of}', {known}) {order}");
        assert_eq!(
            seen(&acme, &sql).await,
            wanted,
            "on {as_of} as known on {known}"
        );
    }
}

#[tokio::test]
async fn the_aging_adds_up_and_is_the_query_services() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let request = server.ask(GetAgeingRequest {
        after: vec![server.written().await],
        ..GetAgeingRequest::default()
    });
    let answer = server.receivables.get_ageing(request).await.unwrap();
    let totals = answer.into_inner().totals;
    let wanted: Vec<String> = totals
        .iter()
        .map(|total| {
            let figures = total.figures.as_ref().unwrap();
            let converted = total.converted.as_ref().unwrap();
            let mut parts = vec![total.currency.clone()];
            parts.extend(figures.debits.iter().map(|money| text(Some(money))));
            parts.extend([
                text(figures.overdue.as_ref()),
                text(figures.unallocated.as_ref()),
                text(figures.outstanding.as_ref()),
                text(total.booked.as_ref()),
                text(converted.outstanding.as_ref()),
                total.items.to_string(),
            ]);
            parts.join("|")
        })
        .collect();
    assert_eq!(wanted.len(), 2);
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select concat_ws('|', currency, trim_scale(not_due), trim_scale(days_1_30),
                      trim_scale(days_31_60), trim_scale(days_61_90), trim_scale(days_91_120),
                      trim_scale(days_121_plus), trim_scale(overdue), trim_scale(unallocated),
                      trim_scale(outstanding), trim_scale(base_outstanding),
                      trim_scale(converted_outstanding), items)
                 from analytics.receivables_aging order by currency";
    assert_eq!(seen(&acme, sql).await, wanted);
    let sql = "select count(*)::text from analytics.receivables_aging
                where not_due + days_1_30 + days_31_60 + days_61_90 + days_91_120 + days_121_plus
                      + unallocated <> outstanding";
    assert_eq!(seen(&acme, sql).await, ["0"]);
}

#[tokio::test]
async fn the_months_are_those_of_the_query_service() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let request = server.ask(GetCashFlowRequest {
        after: vec![server.written().await],
        days: Some(guanxi_proto::types::v1::DateRange {
            first: wire(on(1, 1)),
            last: None,
        }),
        ..GetCashFlowRequest::default()
    });
    let answer = server.receivables.get_cash_flow(request).await.unwrap();
    let mut wanted = Vec::new();
    for month in answer.into_inner().months {
        let day = month.month.unwrap();
        for of in month.currencies {
            let figures = of.figures.unwrap();
            let currency = &figures.received.as_ref().unwrap().currency_code;
            // The view begins where the currency does: in February for dollars.
            if currency == "USD" && (day.year, day.month) == (2024, 1) {
                continue;
            }
            let decimal = |text: &str| {
                text.parse::<Decimal>()
                    .map_or(String::new(), |value| value.normalize().to_string())
            };
            wanted.push(
                [
                    format!("{:04}-{:02}-01", day.year, day.month),
                    currency.clone(),
                    text(figures.received.as_ref()),
                    text(figures.bounced.as_ref()),
                    text(figures.net_flow.as_ref()),
                    text(figures.invoiced.as_ref()),
                    text(figures.outstanding.as_ref()),
                    decimal(&figures.days_sales_outstanding),
                    text(figures.due.as_ref()),
                    text(figures.collected.as_ref()),
                    decimal(&figures.collection_rate),
                ]
                .join("|"),
            );
        }
    }
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select format('%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s', month, currency,
                      trim_scale(received), trim_scale(bounced), trim_scale(net_flow),
                      trim_scale(invoiced - credited), trim_scale(outstanding),
                      trim_scale(days_sales_outstanding), trim_scale(due), trim_scale(collected),
                      trim_scale(collection_rate))
                 from analytics.receivables_months order by month, currency";
    assert_eq!(seen(&acme, sql).await, wanted);
    // Each month's balance follows from that of the month before.
    let sql = "select count(*)::text
                 from (select *, lag(outstanding, 1, 0) over
                              (partition by currency order by month) as before
                         from analytics.receivables_months) m
                where before + invoiced + fees + refunded - returned - received + bounced - credited
                      - discount - difference - written_off + recovered + exchange <> outstanding";
    assert_eq!(seen(&acme, sql).await, ["0"]);
}

#[tokio::test]
async fn documents_show_what_became_of_them() {
    let mut server = Server::new().await;
    let mut books = accounts::write(&mut server.world, "acme").await;
    let world = &mut server.world;
    (books.currency, books.rate) = (iso_currency::Currency::EUR, None);
    let settled = books.invoice(world, on(4, 1), &[(on(4, 30), "9")]).await;
    books.pay(world, settled, on(4, 2), "9").await;
    let voided = books.invoice(world, on(4, 1), &[(on(4, 30), "8")]).await;
    books.void(world, voided, on(4, 3)).await;
    let later = today().saturating_add(9.days());
    books.invoice(world, on(4, 1), &[(later, "7")]).await;
    // A payment under the id of that invoice.
    books.repeat_document();
    books.payment(world, on(4, 5), "5").await;
    books.invoice(world, on(4, 1), &[]).await;
    server.world.receivables(100).await;
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql =
        "select concat_ws('|', invoice_number, customer, status, currency, trim_scale(amount),
                      trim_scale(paid_amount), trim_scale(open_amount), voided_on)
                 from analytics.invoices order by invoice_number";
    assert_eq!(
        seen(&acme, sql).await,
        [
            "IN-000001|customer of acme|overdue|EUR|1000|240|700",
            "IN-000002|customer of acme|overdue|USD|1000|0|1000",
            "IN-000003|customer of acme|settled|EUR|9|9|0",
            "IN-000004|customer of acme|voided|EUR|8|0|0|2024-04-03",
            "IN-000005|customer of acme|open|EUR|7|0|7",
            "IN-000006|customer of acme|settled|EUR|0|0|0",
        ]
    );
    let sql = "select concat_ws('|', payment_number, payment_date, trim_scale(amount), method,
                      reference, trim_scale(unallocated_amount), bounced_on)
                 from analytics.payments order by payment_number";
    assert_eq!(
        seen(&acme, sql).await,
        [
            "PY-2024-00001|2024-01-20|250|bank_transfer|ref 3|50",
            "PY-2024-00002|2024-02-01|70|bank_transfer|ref 4|0|2024-02-03",
            "PY-2024-00003|2024-03-20|40|bank_transfer|ref 6|0",
            "PY-2024-00004|2024-04-02|9|bank_transfer|ref 9|0",
            "PY-2024-00005|2024-04-05|5|bank_transfer|ref 12|5",
        ]
    );
    for view in ["receivables_open_items", "receivables_entries"] {
        let sql = format!(
            "select concat_ws('|', kind, document_number)
               from analytics.{view}
              where document_id = (select invoice_id from analytics.invoices
                                    where invoice_number = 'IN-000005')
              order by kind"
        );
        assert_eq!(
            seen(&acme, &sql).await,
            ["instalment|IN-000005", "payment|PY-2024-00005"],
            "{view}"
        );
    }
    let sql = "select concat_ws('|', document_number, written_off_on, trim_scale(written_off),
                      trim_scale(recovered), trim_scale(lost), reason, requested_by, approved_by)
                 from analytics.bad_debts";
    let bad_debt = "IN-000001|2024-03-01|100|40|60|insolvent|ann|bob";
    assert_eq!(seen(&acme, sql).await, [bad_debt]);
}
