//! Dates, pages, tenants, and everything that is wrong with a request at once.

use guanxi_proto::{
    google_type::Date,
    query::v1::{FunnelGrouping, GetFunnelRequest, ListOpportunitiesRequest, OpportunityFilter},
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::Role;
use tonic::{Code, Request};

use crate::{
    analysts::PIPELINE,
    server::{Server, bad_fields},
};

fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

#[tokio::test]
async fn a_business_date_ends_with_the_tenants_day() {
    let mut server = Server::new().await;
    // In Shanghai that is the 1st of July, half past midnight.
    let token = server.open(1, "2017-06-30T16:30:00Z").await;
    let mut counts = Vec::new();
    for as_of in [day(2017, 6, 30), day(2017, 7, 1), None] {
        let request = server.ask(GetFunnelRequest {
            after: vec![token.clone()],
            as_of,
            ..GetFunnelRequest::default()
        });
        let answer = server
            .client
            .get_funnel(request)
            .await
            .unwrap()
            .into_inner();
        counts.push(answer.groups[0].open.clone().unwrap().count);
    }
    assert_eq!(counts, [0, 1, 1]);
}

#[tokio::test]
async fn months_are_the_tenants_months() {
    let mut server = Server::new().await;
    server.open(1, "2017-06-30T15:30:00Z").await;
    let token = server.open(2, "2017-06-30T16:30:00Z").await;
    let request = server.ask(GetFunnelRequest {
        after: vec![token],
        group_by: FunnelGrouping::Month.into(),
        ..GetFunnelRequest::default()
    });
    let answer = server
        .client
        .get_funnel(request)
        .await
        .unwrap()
        .into_inner();
    let months: Vec<_> = answer
        .groups
        .iter()
        .map(|group| group.key.as_str())
        .collect();
    assert_eq!(months, ["2017-06", "2017-07"]);
}

#[tokio::test]
async fn pages_hold_every_opportunity_once_newest_first() {
    let mut server = Server::new().await;
    let mut token = String::new();
    for n in 1..=7 {
        token = server.open(n, &format!("2017-01-{n:02}T00:00:00Z")).await;
    }
    let mut titles = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = server.ask(ListOpportunitiesRequest {
            after: vec![token.clone()],
            page: Some(PageRequest {
                page_size: 3,
                page_token,
            }),
            ..ListOpportunitiesRequest::default()
        });
        let answer = server
            .client
            .list_opportunities(request)
            .await
            .unwrap()
            .into_inner();
        titles.extend(
            answer
                .opportunities
                .into_iter()
                .map(|opportunity| opportunity.title),
        );
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let wanted: Vec<String> = (1..=7).rev().map(|n| format!("deal {n}")).collect();
    assert_eq!(titles, wanted);
}

#[tokio::test]
async fn deals_that_rot_can_be_listed_as_of_a_day() {
    let mut server = Server::new().await;
    // Seven days of 24 hours later, in Shanghai: the 8th and the 9th of January.
    server.open(1, "2017-01-01T00:00:00Z").await;
    let token = server.open(2, "2017-01-01T17:00:00Z").await;
    let mut found = Vec::new();
    for (last, rotting) in [(7, true), (8, true), (9, true), (8, false)] {
        let request = server.ask(ListOpportunitiesRequest {
            after: vec![token.clone()],
            as_of: day(2017, 1, last),
            rotting,
            ..ListOpportunitiesRequest::default()
        });
        let answer = server.client.list_opportunities(request).await.unwrap();
        let since = |seconds: prost_types::Timestamp| seconds.seconds;
        let rows = answer.into_inner().opportunities;
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| (row.title, row.rotting_since.map(since)))
            .collect();
        found.push(rows);
    }
    let rots = |n: u8, at: &str| {
        let at: jiff::Timestamp = at.parse().unwrap();
        (format!("deal {n}"), Some(at.as_second()))
    };
    let first = rots(1, "2017-01-08T00:00:00Z");
    let second = rots(2, "2017-01-08T17:00:00Z");
    assert_eq!(
        found,
        [
            vec![],
            vec![first.clone()],
            vec![second, first.clone()],
            vec![("deal 2".to_owned(), None), first],
        ]
    );
}

#[tokio::test]
async fn a_page_token_of_another_query_is_refused() {
    let mut server = Server::new().await;
    server.open(1, "2017-01-01T00:00:00Z").await;
    let token = server.open(2, "2017-01-02T00:00:00Z").await;
    let page = |page_token: String| {
        Some(PageRequest {
            page_size: 1,
            page_token,
        })
    };
    let request = server.ask(ListOpportunitiesRequest {
        after: vec![token],
        page: page(String::new()),
        ..ListOpportunitiesRequest::default()
    });
    let first = server
        .client
        .list_opportunities(request)
        .await
        .unwrap()
        .into_inner();
    assert!(!first.next_page_token.is_empty());
    let request = server.ask(ListOpportunitiesRequest {
        stages: vec!["engaging".into()],
        page: page(first.next_page_token),
        ..ListOpportunitiesRequest::default()
    });
    let status = server.client.list_opportunities(request).await.unwrap_err();
    assert_eq!(bad_fields(&status), ["page.page_token"]);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let mut server = Server::new().await;
    let request = server.ask(ListOpportunitiesRequest {
        as_of: day(2017, 2, 29),
        filter: Some(OpportunityFilter {
            pipeline_id: "x".into(),
            created: Some(DateRange {
                first: day(2017, 2, 2),
                last: day(2017, 2, 1),
            }),
            ..OpportunityFilter::default()
        }),
        statuses: vec![0, 9],
        customer_id: "y".into(),
        page: Some(PageRequest {
            page_size: 5_000,
            page_token: "z".into(),
        }),
        ..ListOpportunitiesRequest::default()
    });
    let status = server.client.list_opportunities(request).await.unwrap_err();
    let mut fields = bad_fields(&status);
    fields.sort();
    assert_eq!(
        fields,
        [
            "as_of",
            "customer_id",
            "filter.created",
            "filter.pipeline_id",
            "page.page_size",
            "page.page_token",
            "statuses[0]",
            "statuses[1]",
        ]
    );
    let request = server.ask(GetFunnelRequest {
        group_by: 77,
        ..GetFunnelRequest::default()
    });
    let status = server.client.get_funnel(request).await.unwrap_err();
    assert_eq!(bad_fields(&status), ["group_by"]);
}

#[tokio::test]
async fn another_tenant_sees_none_of_it_and_a_stranger_nothing_at_all() {
    let mut server = Server::new().await;
    let token = server.open(1, "2017-01-01T00:00:00Z").await;
    let funnel = GetFunnelRequest {
        after: vec![token],
        ..GetFunnelRequest::default()
    };
    let request = server.ask_as("bolt", Role::Admin, funnel.clone());
    let answer = server
        .client
        .get_funnel(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(answer.groups[0].open.clone().unwrap().count, 0);
    let list = ListOpportunitiesRequest {
        filter: Some(OpportunityFilter {
            pipeline_id: PIPELINE.to_string(),
            ..OpportunityFilter::default()
        }),
        ..ListOpportunitiesRequest::default()
    };
    let request = server.ask_as("bolt", Role::Admin, list);
    let answer = server
        .client
        .list_opportunities(request)
        .await
        .unwrap()
        .into_inner();
    assert!(answer.opportunities.is_empty());

    let status = server
        .client
        .get_funnel(Request::new(funnel))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}
