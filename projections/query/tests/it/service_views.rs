//! What analysts see of the service desk.

use tokio_postgres::Client;

use crate::analysts::Analysts;

async fn seen(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn tickets_resolutions_clocks_and_answers_are_those_of_the_logins_tenant() {
    let analysts = Analysts::new().await;
    for (login, name) in [(&analysts.acme, "acme"), (&analysts.bolt, "bolt")] {
        let client = analysts.log_in(login).await.unwrap();
        let sql =
            "select concat_ws('|', ticket_number, state, priority, queue, agent, sla_met, kind,
                          customer, first_response_seconds, resolution_seconds, subject)
                     from analytics.tickets order by ticket_number";
        assert_eq!(
            seen(&client, sql).await,
            [
                format!(
                    "TK-000001|resolved|medium|first line of {name}|f|complaint|customer of {name}|3600|30000|secret of {name}"
                ),
                format!(
                    "TK-000002|open|medium|00000000-0000-0000-0000-000000000002|ann|question|secret of {name}"
                ),
            ]
        );
        let sql = "select concat_ws('|', agent, seconds, working_seconds, reopened_at)
                     from analytics.ticket_resolutions";
        assert_eq!(seen(&client, sql).await, ["bob|93600|30000"]);
        let sql = "select concat_ws('|', clock, run, outcome, agent, working_seconds, sla_policy)
                     from analytics.ticket_clocks order by ticket_id, clock";
        assert_eq!(
            seen(&client, sql).await,
            [
                "first_response|1|met|ann|3600|usual",
                "resolution|1|missed|bob|30000|usual",
                "resolution|1|usual",
            ]
        );
        let sql = "select concat_ws('|', queue, agent, score, low, comment)
                     from analytics.survey_answers";
        let wanted = format!("first line of {name}|bob|2|t|thanks");
        assert_eq!(seen(&client, sql).await, [wanted]);
    }
}

#[tokio::test]
async fn the_past_and_the_days_figures_are_those_of_the_tenants_time_zone() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    for (day, wanted) in [
        ("2023-12-31", "0"),
        ("2024-01-01", "2"),
        ("2024-01-02", "1"),
    ] {
        let sql = format!(
            "select count(*)::text from analytics.tickets_on('{day}')
              where state in ('new', 'open', 'pending')"
        );
        assert_eq!(seen(&acme, &sql).await, [wanted], "{day}");
    }
    let sql = "select concat_ws('|', day, queue, coalesce(agent, '-'), opened, resolved, sla_met,
                      sla_missed, response_median_seconds, resolution_p90_seconds, answered,
                      score_sum)
                 from analytics.service_figures order by day, queue_id, agent";
    assert_eq!(
        seen(&acme, sql).await,
        [
            "2024-01-01|first line of acme|ann|0|0|1|0|3600|0|0",
            "2024-01-01|first line of acme|-|1|0|0|0|0|0",
            "2024-01-01|00000000-0000-0000-0000-000000000002|ann|1|0|0|0|0|0",
            "2024-01-02|first line of acme|bob|0|1|0|1|30000|1|2",
        ]
    );
}

#[tokio::test]
async fn every_view_and_every_column_says_what_it_is() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select c.relname || '.' || coalesce(a.attname, '')
                 from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'analytics'
                 left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                where c.relkind = 'v'
                  and (obj_description(c.oid, 'pg_class') is null
                       or col_description(c.oid, a.attnum) is null
                       or not coalesce(c.reloptions::text, '') like '%security_barrier=%')
                  and c.relname <> 'settings'
                order by 1";
    assert_eq!(seen(&acme, sql).await, Vec::<String>::new());
}
