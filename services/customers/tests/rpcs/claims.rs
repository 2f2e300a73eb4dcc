//! C-06 against a real Postgres: claims that run at once, on two replicas.

use guanxi_harness::TestDatabase;
use guanxi_proto::customers::v1::{
    ClaimCustomerRequest, GetPoolRequest, OpenPoolRequest, PoolSettings, ReleaseCustomerRequest,
    pool_service_server::PoolService as _,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::service::{Replica, agent, company, header, manager, reason, stranger};

const PEOPLE: [&str; 6] = ["anna", "bob", "chen", "dora", "eve", "fu"];

async fn open(replica: &Replica, settings: PoolSettings) -> String {
    let request = OpenPoolRequest {
        header: header(),
        name: "North".to_owned(),
        settings: Some(settings),
        members: PEOPLE.map(str::to_owned).to_vec(),
        admins: vec!["gao".to_owned()],
        ..OpenPoolRequest::default()
    };
    let response = replica.pools().open_pool(manager(request)).await.unwrap();
    response.into_inner().receipt.unwrap().id
}

/// A customer that gao put into the pool.
async fn pooled(replica: &Replica, pool: &str) -> String {
    let mut profile = company("Acme");
    profile.region = "North".to_owned();
    let id = replica.register("gao", profile).await.unwrap();
    let request = ReleaseCustomerRequest {
        header: header(),
        customer_id: id.clone(),
        pool_id: pool.to_owned(),
        ..ReleaseCustomerRequest::default()
    };
    replica
        .pools()
        .release_customer(agent("gao", request))
        .await
        .unwrap();
    id
}

async fn claim(replica: Replica, who: &str, customer: String, pool: String) -> Result<(), Status> {
    let request = ClaimCustomerRequest {
        header: header(),
        customer_id: customer,
        pool_id: pool,
        person: String::new(),
    };
    replica
        .pools()
        .claim_customer(agent(who, request))
        .await
        .map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_simultaneous_claimants_on_two_replicas_exactly_one_wins() {
    let database = TestDatabase::create().await.unwrap();
    let replicas = [Replica::of(&database).await, Replica::of(&database).await];
    let pool = open(&replicas[0], PoolSettings::default()).await;
    for _ in 0..5 {
        let id = pooled(&replicas[0], &pool).await;
        let claims = PEOPLE
            .iter()
            .zip(replicas.iter().cycle())
            .map(|(who, replica)| {
                let claim = claim(replica.clone(), who, id.clone(), pool.clone());
                async move { (*who, claim.await) }
            });
        let mut winners = Vec::new();
        for (who, result) in futures(claims).await {
            match result {
                Ok(()) => winners.push(who),
                Err(status) => {
                    assert_eq!(status.code(), Code::FailedPrecondition, "{status}");
                    assert_eq!(reason(&status), "CLAIM_REFUSED");
                }
            }
        }
        assert_eq!(winners.len(), 1, "{winners:?}");
        let customer = replicas[1].customer(&id, manager).await.unwrap();
        assert_eq!(customer.owner, winners[0]);
        assert_eq!(customer.origin_pool_id, pool);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_claims_everything_at_once_gets_no_more_than_the_daily_number() {
    let database = TestDatabase::create().await.unwrap();
    let replicas = [Replica::of(&database).await, Replica::of(&database).await];
    let settings = PoolSettings {
        claims_per_day: Some(3),
        ..PoolSettings::default()
    };
    let pool = open(&replicas[0], settings).await;
    let mut customers = Vec::new();
    for _ in 0..8 {
        customers.push(pooled(&replicas[0], &pool).await);
    }
    let claims = customers
        .iter()
        .zip(replicas.iter().cycle())
        .map(|(customer, replica)| claim(replica.clone(), "anna", customer.clone(), pool.clone()));
    let results = futures(claims).await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    // The day may change meanwhile, once.
    assert!(
        won == 3 || (won <= 6 && near_midnight()),
        "{won} claims of 3"
    );
    for status in results.into_iter().filter_map(Result::err) {
        let details = status.get_error_details();
        let named = details.precondition_failure().unwrap().violations.clone();
        assert_eq!(named[0].r#type, "DAILY_NUMBER_REACHED", "{status}");
    }
}

fn near_midnight() -> bool {
    let now = jiff::Timestamp::now().as_second() % 86_400;
    !(60..86_340).contains(&now)
}

async fn futures<F: Future<Output: Send> + Send>(calls: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures::future::join_all(calls).await
}

#[tokio::test]
async fn what_a_pool_masks_is_seen_by_its_admins_and_after_the_claim() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let settings = PoolSettings {
        masked_fields: vec!["region".to_owned(), "parent_id".to_owned()],
        ..PoolSettings::default()
    };
    let pool = open(&replica, settings).await;
    let id = pooled(&replica, &pool).await;

    let seen = replica
        .customer(&id, |request| agent("anna", request))
        .await
        .unwrap();
    let profile = seen.profile.unwrap();
    assert_eq!(
        (profile.name.as_str(), profile.region.as_str()),
        ("Acme", "")
    );
    assert_eq!(seen.masked_fields, ["region", "parent_id"]);
    assert_eq!(seen.pool.unwrap().pool_id, pool);
    for caller in [|request| agent("gao", request), manager] {
        let seen = replica.customer(&id, caller).await.unwrap();
        assert_eq!(seen.profile.unwrap().region, "North");
    }

    claim(replica.clone(), "anna", id.clone(), pool.clone())
        .await
        .unwrap();
    let seen = replica
        .customer(&id, |request| agent("anna", request))
        .await
        .unwrap();
    assert_eq!(seen.profile.unwrap().region, "North");
    assert_eq!((seen.owner.as_str(), seen.pool), ("anna", None));
}

#[tokio::test]
async fn a_pool_is_answered_as_it_was_opened_and_only_to_its_tenant() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let span = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
    let settings = PoolSettings {
        capacity_per_person: Some(50),
        claims_per_day: Some(5),
        new_entry_lock: span(3600),
        previous_owner_lock: span(90_000),
        masked_fields: vec!["phones".to_owned(), "emails".to_owned()],
    };
    let id = open(&replica, settings.clone()).await;
    let get = || GetPoolRequest {
        pool_id: id.clone(),
    };
    let pool = replica
        .pools()
        .get_pool(agent("anna", get()))
        .await
        .unwrap();
    let pool = pool.into_inner().pool.unwrap();
    assert_eq!(pool.settings, Some(settings));
    assert_eq!(
        (pool.settings_version, pool.version, pool.open),
        (1, 1, true)
    );
    assert_eq!(pool.members, PEOPLE);
    assert_eq!(pool.admins, ["gao"]);

    let status = replica.pools().get_pool(stranger(get())).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}
