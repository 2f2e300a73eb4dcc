//! Claims out of a public pool, from all sides at once (C-06).

use futures::future::join_all;
use guanxi_cluster::{Cluster, HasReceipt, Plan, Role, reason, requests};
use guanxi_proto::customers::v1::GetCustomerRequest;
use guanxi_runtime::Role as Granted;
use tonic::Code;
use tonic_types::StatusExt;

const CLAIMANTS: usize = 32;
const ROUNDS: usize = 5;

#[tokio::test]
async fn of_simultaneous_claims_over_two_replicas_exactly_one_wins() {
    let cluster = Cluster::start(Plan::new().with(Role::Customers, 2))
        .await
        .unwrap();
    let call = |person: &str, granted| {
        cluster
            .caller(Role::Customers, "acme", person, &[granted])
            .unwrap()
    };
    let boss = call("boss", Granted::Manager);
    let members: Vec<String> = (0..CLAIMANTS).map(|n| format!("agent-{n}")).collect();
    let opened = boss.send(&requests::pool(members.clone())).await.unwrap();
    let pool = opened.receipt().id;
    let callers: Vec<_> = members
        .iter()
        .map(|name| call(name, Granted::Agent))
        .collect();

    for round in 0..ROUNDS {
        let mut register = requests::company(&format!("Cancity {round}"));
        register.pool_id.clone_from(&pool);
        let customer = boss.send(&register).await.unwrap().receipt().id;

        let claims = callers.iter().enumerate().map(|(n, caller)| {
            let claim = requests::claim(&customer, &pool);
            async move { caller.at(n).send(&claim).await }
        });
        let answers = join_all(claims).await;

        let winners: Vec<_> = members
            .iter()
            .zip(&answers)
            .filter_map(|(member, answer)| answer.is_ok().then_some(member))
            .collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
            assert_eq!(reason(refused).unwrap(), "CLAIM_REFUSED");
            let failed = refused
                .get_details_precondition_failure()
                .unwrap()
                .violations;
            assert_eq!(failed[0].r#type, "NOT_IN_POOL");
        }
        let asked = GetCustomerRequest {
            customer_id: customer,
        };
        for replica in 0..2 {
            let seen = boss
                .at(replica)
                .send(&asked)
                .await
                .unwrap()
                .customer
                .unwrap();
            assert_eq!(&seen.owner, winners[0]);
        }
    }
}
