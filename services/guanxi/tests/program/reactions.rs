//! `guanxi reactions`

use guanxi_harness::TestDatabase;

use crate::kit::{complained, printed, run};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_reaction_was_refused_is_shown_with_the_reason() {
    let database = TestDatabase::create().await.unwrap();
    let setting = format!("database.url={}", database.url());
    let migrated = run(&["migrate", "--set", &setting]);
    assert!(migrated.status.success(), "{}", complained(&migrated));
    let parked = |more: &[&str]| {
        let output = run(&[&["--set", &setting, "reactions", "parked"], more].concat());
        assert!(output.status.success(), "{}", complained(&output));
        printed(&output)
    };
    assert_eq!(parked(&[]), "nothing is parked\n");

    let client = database.connect().await.unwrap();
    let event = uuid::Uuid::new_v4();
    client
        .execute(
            "insert into log_sales.parked_reactions
                    (name, source, position, event_id, code, reason, parked_at)
             values ('copy_customers', 'customers', 17, $1, 'CUSTOMER_TAKEN', 'not twice',
                     '2026-03-01 12:00:00Z')",
            &[&event],
        )
        .await
        .unwrap();
    let shown = parked(&[]);
    for told in [
        "sales",
        "copy_customers",
        "customers",
        "17",
        "2026-03-01 12:00:00Z",
        "CUSTOMER_TAKEN",
        "not twice",
    ] {
        assert!(shown.contains(told), "no {told}:\n{shown}");
    }
    let told: serde_json::Value = serde_json::from_str(&parked(&["--json"])).unwrap();
    assert_eq!(told[0]["service"], "sales");
    assert_eq!(told[0]["event_id"], event.to_string());
    assert_eq!(told[0]["parked_at"], "2026-03-01T12:00:00Z");
}
