//! The checker itself: it finds each kind of damage, or its silence would say nothing.

use std::time::Duration;

use guanxi_cluster::{
    Cluster, HasReceipt, Ledger, Plan, Role,
    checker::{by_sql, check, settle},
    requests::{self, account, loyalty, tickets},
};
use guanxi_events::Service;
use guanxi_harness::eventually;
use guanxi_runtime::Role as Granted;

/// How long another service may take to hear of a customer.
const HEARSAY: Duration = Duration::from_secs(30);

/// Damage: what it is, how it is done, and what the checker calls it.
const DAMAGE: [(&str, &str, &str); 29] = [
    (
        "an event is gone",
        "delete from log_sales.events where position = 2",
        "log_sales positions",
    ),
    (
        "the head is ahead",
        "update log_sales.head set position = position + 1",
        "log_sales positions",
    ),
    (
        "a version is dealt twice",
        "update log_sales.events set version = 1 where version = 2",
        "log_sales versions",
    ),
    (
        "a stream's row is behind",
        "update log_sales.streams set version = version - 1 where version = 3",
        "log_sales versions",
    ),
    (
        "a stream's row is gone",
        "delete from log_customers.streams where category = 'pool'",
        "log_customers versions",
    ),
    (
        "a command's row is gone",
        "delete from log_sales.commands where position = 3",
        "acknowledged",
    ),
    (
        "a command was done twice",
        "update log_sales.events set meta = (select meta from log_sales.events where position = 1)
         where position = 3",
        "log_sales commands",
    ),
    (
        "an event is of a command that nobody sent",
        "update log_sales.events
         set meta = convert_to(jsonb_set(convert_from(meta, 'UTF8')::jsonb, '{command_id}',
                                         to_jsonb(gen_random_uuid()))::text, 'UTF8')
         where position = 3",
        "unasked",
    ),
    (
        "an answer is another one",
        "update log_sales.commands set result = convert_to(replace(
             convert_from(result, 'UTF8'), '\"version\":2', '\"version\":9'), 'UTF8')",
        "acknowledged",
    ),
    (
        "a number was dealt and is not in the log",
        "update log_customers.series set value = value + 1",
        "log_customers series",
    ),
    (
        "a number was dealt twice",
        "update log_customers.events set numbers = '{\"CU\": 1}' where numbers is not null",
        "log_customers series",
    ),
    (
        "a key is held by nobody",
        "insert into log_customers.claims (key, id, category, tenant)
         values ('x', gen_random_uuid(), 'customer', 'acme')",
        "log_customers claims",
    ),
    (
        "a timer did not fire",
        "insert into log_customers.timers (id, due_at, category, tenant)
         values (gen_random_uuid(), now() - interval '1 hour', 'follow_up', 'acme')",
        "log_customers timers",
    ),
    (
        "a reminder came twice",
        "update log_customers.events
         set (type, data) = ('customers.follow_up_reminded/1',
                             convert_to('{\"due_at\": \"2026-01-05T08:00:00Z\"}', 'UTF8'))
         where category = 'customer'",
        "fired",
    ),
    (
        "a target was missed twice",
        "update log_service.events
         set (type, data) = ('service.ticket_sla_breached/1',
                             convert_to('{\"clock\": \"resolution\",
                                          \"breached_at\": \"2026-01-05T08:00:00Z\"}', 'UTF8'))
         where category = 'ticket'",
        "fired",
    ),
    (
        "a target's coming was warned of twice",
        "update log_service.events
         set (type, data) = ('service.ticket_sla_warned/1',
                             convert_to('{\"clock\": \"resolution\", \"before\": 60,
                                          \"due_at\": \"2026-01-05T08:00:00Z\"}', 'UTF8'))
         where category = 'ticket' and version in (1, 3)",
        "fired",
    ),
    (
        "a ticket closed itself twice",
        "update log_service.events
         set (type, data) = ('service.ticket_closed/1',
                             convert_to('{\"at\": \"2026-01-05T08:00:00Z\",
                                          \"because\": \"time_came\"}', 'UTF8'))
         where category = 'ticket'",
        "fired",
    ),
    (
        "a customer was not copied",
        "update log_sales.events set category = 'other' where category = 'customer_copy'",
        "copies",
    ),
    (
        "two won one customer",
        "update log_customers.events set type = 'customers.other/1'
         where type like 'customers.customer_entered_pool/%'",
        "winners",
    ),
    (
        "a read model has not seen an event",
        "update projections.checkpoints set position = position - 1 where partition = 0",
        "models",
    ),
    (
        "a read model is gone",
        "delete from projections.active where name = 'points'",
        "models",
    ),
    (
        "a queue counts a ticket that is done",
        "update log_service.events set type = 'service.other/1'
         where type like 'service.queue_ticket_left/%'",
        "queues",
    ),
    (
        "a resolution was not asked about",
        "update log_service.events set type = 'service.other/1'
         where type like 'service.survey_asked/%'",
        "ratings",
    ),
    (
        "a resolution was asked about twice",
        "update log_service.events set (type, data) = (
             select type, data from log_service.events where type like 'service.survey_asked/%')
         where type like 'service.queue_opened/%'",
        "ratings",
    ),
    (
        "an invoice earned twice",
        "update log_loyalty.events set (type, data) = (
             select type, data from log_loyalty.events e
             where type like 'loyalty.purchase_earned/%' and exists (
                 select from log_loyalty.events r
                 where r.stream_id = e.stream_id and r.type like 'loyalty.purchase_recorded/%'
                   and convert_from(r.data, 'UTF8')::jsonb ? 'customer'))
         where type like 'loyalty.program_opened/%'",
        "earnings",
    ),
    (
        "an invoice earned nothing",
        "update log_loyalty.events set type = 'loyalty.other/1'
         where type like 'loyalty.purchase_paid/%' or type like 'loyalty.purchase_earned/%'",
        "earnings",
    ),
    (
        "a redemption took other points than it says",
        "update log_loyalty.events
         set data = convert_to(jsonb_set(convert_from(data, 'UTF8')::jsonb, '{points}',
                                         '\"7\"')::text, 'UTF8')
         where type like 'loyalty.points_redeemed/%'",
        "points",
    ),
    (
        "what a purchase earned is on no account",
        "update log_loyalty.events set type = 'loyalty.other/1'
         where type like 'loyalty.points_earned/%'",
        "points",
    ),
    (
        "a lot gave out more than it got",
        "update log_loyalty.events
         set data = convert_to(jsonb_set(convert_from(data, 'UTF8')::jsonb, '{lots,0,points}',
                                         '\"999\"')::text, 'UTF8')
         where type like 'loyalty.points_spent/%'",
        "lots",
    ),
];

/// What may come again.
const NO_DAMAGE: [(&str, &str, &str); 2] = [
    (
        "it is warned anew under new terms",
        "update log_service.events
         set type = case version when 2 then 'service.ticket_sla_applied/1'
                                 else 'service.ticket_sla_warned/1' end,
             data = convert_to('{\"clock\": \"resolution\", \"before\": 60,
                                 \"due_at\": \"2026-01-05T08:00:00Z\"}', 'UTF8')
         where category = 'ticket' and version in (1, 2, 3)",
        "fired",
    ),
    (
        "a miss that was taken back is found anew",
        "update log_service.events
         set type = case version when 2 then 'service.ticket_sla_breach_withdrawn/1'
                                 else 'service.ticket_sla_breached/1' end,
             data = convert_to('{\"clock\": \"resolution\",
                                 \"breached_at\": \"2026-01-05T08:00:00Z\"}', 'UTF8')
         where category = 'ticket' and version in (1, 2, 3)",
        "fired",
    ),
];

#[tokio::test]
async fn every_kind_of_damage_is_found_and_none_where_there_is_none() {
    let cluster = Cluster::start(Plan::of_all(1)).await.unwrap();
    let ledger = some_work(&cluster).await;
    settle(&cluster, Duration::from_secs(30)).await.unwrap();
    let findings = check(&cluster, &ledger).await.unwrap();
    findings.assert_none();
    assert_eq!(findings.acknowledged, ledger.len());

    let client = cluster.connect().await.unwrap();
    let done = DAMAGE.map(|damage| (damage, true));
    let harmless = NO_DAMAGE.map(|change| (change, false));
    for ((what, change, check), is_wrong) in done.into_iter().chain(harmless) {
        client.batch_execute("begin").await.unwrap();
        client.batch_execute(change).await.unwrap();
        let problems = by_sql(&client, &ledger).await.unwrap().problems;
        client.batch_execute("rollback").await.unwrap();
        let found = problems.iter().any(|problem| problem.starts_with(check));
        assert_eq!(found, is_wrong, "{what}: {check} in {problems:?}");
    }

    // A command that is in a log, and of which somebody was told that a rule refused it.
    let written = ledger.of(Service::Sales).remove(0);
    let id = written.command_id.to_string();
    ledger.note_refused(&written.tenant, &id).unwrap();
    let problems = by_sql(&client, &ledger).await.unwrap().problems;
    let [found] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert!(
        found.starts_with("refused: ") && found.contains(&id),
        "{found}"
    );
    // Whose it is counts: another company may have the same id.
    let other = Ledger::default();
    other.note_refused("other", &id).unwrap();
    let problems = by_sql(&client, &other).await.unwrap().problems;
    assert!(!problems.is_empty(), "nobody was told of anything");
    let untold = |problem: &String| problem.starts_with("unasked: ");
    assert!(problems.iter().all(untold), "{problems:?}");
}

/// A customer out of the pool and one of one's own, a deal that was won; an order that was paid and
/// earned, points that were spent; a ticket that was done, and one that was not.
async fn some_work(cluster: &Cluster) -> Ledger {
    let ledger = Ledger::default();
    let anna = |role| {
        let granted = [Granted::Manager];
        cluster.caller(role, "acme", "anna", &granted).unwrap()
    };
    let (customers, sales) = (anna(Role::Customers), anna(Role::Sales));
    let (service, loyalty) = (anna(Role::Service), anna(Role::Loyalty));
    macro_rules! done {
        ($caller:ident, $request:expr) => {{
            let request = $request;
            // Another service may have to hear of it first.
            let answer = eventually(HEARSAY, async || $caller.answered(&request).await);
            let receipt = answer.await.unwrap().receipt();
            let id = request.header.unwrap().command_id;
            ledger.note("acme", &id, receipt.clone()).unwrap();
            receipt.id
        }};
    }
    let pipeline = done!(sales, requests::pipeline());
    let deal = done!(sales, requests::opportunity(&pipeline, "lamps", 100));
    done!(sales, requests::move_to(&deal, "closing"));
    done!(sales, requests::win(&deal));
    let pool = done!(customers, requests::pool(["anna".to_owned()]));
    let cancity = done!(customers, requests::company("Cancity"));
    let mut pooled = requests::company("Bluth Company");
    pooled.pool_id.clone_from(&pool);
    let pooled = done!(customers, pooled);
    done!(customers, requests::claim(&pooled, &pool));

    let program = done!(loyalty, loyalty::program("regulars"));
    done!(loyalty, loyalty::point_a_euro(&program));
    let member = loyalty::member_of_customer(&program, &cancity);
    let member = done!(loyalty, member);
    let order = done!(sales, account::sale(&cancity, "lamps", 60));
    let invoice = done!(sales, account::invoice(&order));
    done!(sales, account::payment(&cancity, 60, Some(&invoice)));
    done!(loyalty, loyalty::purchase(&program, &member, "a shade"));
    done!(loyalty, loyalty::redeem(&member, "30", "a bulb"));

    let queue = tickets::queue_in_turn("help", ["anna".to_owned()]);
    let queue = done!(service, queue);
    let ticket = done!(service, tickets::ticket(&queue, "too dark"));
    done!(service, tickets::resolve(&ticket));
    done!(service, tickets::ticket(&queue, "too bright"));
    ledger
}
