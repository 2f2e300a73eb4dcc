//! Pages, filters, tenants, and everything that is wrong with a request at once.

use guanxi_proto::{
    google_type::Date,
    query::v1::{
        AgeingGrouping, GetAgeingRequest, GetBadDebtsRequest, GetCashFlowRequest,
        GetControlAccountRequest, GetCustomerStatementRequest, ListOpenItemsRequest, OpenItemKind,
        ReceivablesFilter,
    },
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::Role;
use tonic::Code;

use crate::{
    accounts::{self, on},
    books::Books,
    receivables::wire,
    server::{Server, bad_fields},
};

fn page(size: i32, token: &str) -> Option<PageRequest> {
    Some(PageRequest {
        page_size: size,
        page_token: token.to_owned(),
    })
}

const NO_DAY: Option<Date> = Some(Date {
    year: 2017,
    month: 2,
    day: 29,
});

/// What is wrong with a request, sorted.
macro_rules! wrong {
    ($server:expr, $call:ident($message:expr)) => {{
        let request = $server.ask($message);
        let status = $server.receivables.$call(request).await.unwrap_err();
        let mut fields = bad_fields(&status);
        fields.sort();
        fields
    }};
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let mut server = Server::new().await;
    let filter = ReceivablesFilter {
        customer_ids: vec!["x".into()],
        currencies: vec!["EUR".into(), "QQQ".into()],
        ..ReceivablesFilter::default()
    };
    let request = ListOpenItemsRequest {
        as_of: NO_DAY,
        as_known_at: NO_DAY,
        filter: Some(filter.clone()),
        limits: vec![30, 30],
        kinds: vec![0, 9],
        page: page(5_000, "z"),
        ..ListOpenItemsRequest::default()
    };
    assert_eq!(
        wrong!(server, list_open_items(request)),
        [
            "as_known_at",
            "as_of",
            "filter.currencies[1]",
            "filter.customer_ids[0]",
            "kinds[0]",
            "kinds[1]",
            "limits",
            "page.page_size",
            "page.page_token",
        ]
    );
    let request = GetAgeingRequest {
        as_known_at: wire(on(1, 1)),
        as_known_at_instant: Some(prost_types::Timestamp::default()),
        group_by: 77,
        limits: vec![0],
        ..GetAgeingRequest::default()
    };
    let wanted = ["as_known_at_instant", "group_by", "limits"];
    assert_eq!(wrong!(server, get_ageing(request)), wanted);
    let request = ListOpenItemsRequest {
        limits: vec![10],
        buckets: vec![0, 3],
        ..ListOpenItemsRequest::default()
    };
    assert_eq!(wrong!(server, list_open_items(request)), ["buckets"]);
    let request = GetCustomerStatementRequest {
        days: Some(DateRange {
            first: wire(on(2, 2)),
            last: wire(on(2, 1)),
        }),
        currencies: vec!["?".into()],
        ..GetCustomerStatementRequest::default()
    };
    let wanted = ["currencies[0]", "customer_id", "days"];
    assert_eq!(wrong!(server, get_customer_statement(request)), wanted);
    let request = GetCashFlowRequest {
        as_of: wire(on(2, 1)),
        days: Some(DateRange {
            first: wire(on(2, 2)),
            last: None,
        }),
        customer_ids: vec!["1".into()],
        ..GetCashFlowRequest::default()
    };
    let wanted = ["customer_ids[0]", "days.first"];
    assert_eq!(wrong!(server, get_cash_flow(request)), wanted);
    let request = GetCashFlowRequest {
        days: Some(DateRange {
            first: wire(on(2, 2).saturating_sub(jiff::ToSpan::years(20))),
            last: None,
        }),
        ..GetCashFlowRequest::default()
    };
    assert_eq!(wrong!(server, get_cash_flow(request)), ["days"]);
    let request = GetBadDebtsRequest {
        written_off: Some(DateRange {
            first: NO_DAY,
            last: None,
        }),
        filter: Some(filter),
        ..GetBadDebtsRequest::default()
    };
    let wanted = [
        "filter.currencies[1]",
        "filter.customer_ids[0]",
        "written_off.first",
    ];
    assert_eq!(wrong!(server, get_bad_debts(request)), wanted);
}

#[tokio::test]
async fn pages_of_items_and_of_groups_hold_each_once() {
    let mut server = Server::new().await;
    for n in 1..=5 {
        let mut books = Books::new("acme", n);
        let name = format!("{} & Co. 有限公司", 9 - n);
        books.called(&mut server.world, &name, None).await;
        let day = i8::try_from(n).unwrap();
        books
            .invoice(&mut server.world, on(1, 1), &[(on(1, 10 - day), "7")])
            .await;
    }
    let after = vec![server.written().await];
    let (mut dues, mut token) = (Vec::new(), String::new());
    loop {
        let request = server.ask(ListOpenItemsRequest {
            after: after.clone(),
            page: page(2, &token),
            ..ListOpenItemsRequest::default()
        });
        let answer = server.receivables.list_open_items(request).await;
        let answer = answer.unwrap().into_inner();
        dues.extend(
            answer
                .items
                .into_iter()
                .map(|item| item.due_date.unwrap().day),
        );
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(dues, [5, 6, 7, 8, 9]);
    let by_customer = |token: &str| GetAgeingRequest {
        group_by: AgeingGrouping::Customer.into(),
        page: page(2, token),
        ..GetAgeingRequest::default()
    };
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let request = server.ask(by_customer(&token));
        let answer = server.receivables.get_ageing(request).await;
        let answer = answer.unwrap().into_inner();
        assert_eq!(answer.totals[0].items, 5);
        names.extend(answer.groups.into_iter().map(|group| group.name));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let wanted: Vec<String> = (4..=8).map(|n| format!("{n} & Co. 有限公司")).collect();
    assert_eq!(names, wanted);

    let first = server.ask(by_customer(""));
    let first = server.receivables.get_ageing(first).await.unwrap();
    let request = GetAgeingRequest {
        limits: vec![10],
        ..by_customer(&first.into_inner().next_page_token)
    };
    assert_eq!(wrong!(server, get_ageing(request)), ["page.page_token"]);
}

#[tokio::test]
async fn buckets_are_those_that_are_asked_for_and_can_be_listed_alone() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    let request = ListOpenItemsRequest {
        after: vec![server.written().await],
        as_of: wire(on(4, 30)),
        limits: vec![60, 89],
        ..ListOpenItemsRequest::default()
    };
    let mut ages = Vec::new();
    for (buckets, kinds) in [
        (vec![1], vec![]),
        (vec![2], vec![]),
        (vec![2], vec![OpenItemKind::Instalment.into()]),
        (vec![0, 3], vec![]),
    ] {
        let request = server.ask(ListOpenItemsRequest {
            buckets,
            kinds,
            ..request.clone()
        });
        let answer = server.receivables.list_open_items(request).await;
        let items = answer.unwrap().into_inner().items.into_iter();
        ages.push(items.map(|item| item.age_days).collect::<Vec<_>>());
    }
    assert_eq!(ages, [vec![60], vec![85, 61], vec![61], vec![101, 90]]);
}

#[tokio::test]
async fn another_tenant_sees_none_of_it_and_a_stranger_nothing_at_all() {
    let mut server = Server::new().await;
    let books = accounts::write(&mut server.world, "acme").await;
    let after = vec![server.written().await];
    let request = GetControlAccountRequest {
        after,
        customer_ids: vec![books.customer.to_string()],
        ..GetControlAccountRequest::default()
    };
    let asked = server.ask_as("bolt", Role::Admin, request.clone());
    let answer = server.receivables.get_control_account(asked).await.unwrap();
    assert!(answer.into_inner().accounts.is_empty());
    let asked = tonic::Request::new(request);
    let status = server.receivables.get_control_account(asked).await;
    assert_eq!(status.unwrap_err().code(), Code::Unauthenticated);
}
