//! Whether one sees what one wrote.

use std::sync::{Arc, Mutex};

use guanxi_cluster::Caller;
use guanxi_proto::{
    query::v1::{ListOpportunitiesRequest, OpportunityFilter, OpportunityStatus},
    types::v1::{PageRequest, Receipt},
};

/// Looks for an opportunity in the state in which its owner brought it; complains when it is not.
pub(super) async fn look_for(
    query: Caller,
    owner: String,
    deal: String,
    expected: OpportunityStatus,
    receipt: Receipt,
    complaints: Arc<Mutex<Vec<String>>>,
) {
    let asked = ListOpportunitiesRequest {
        after: vec![receipt.token.clone()],
        filter: Some(OpportunityFilter {
            owners: vec![owner],
            ..OpportunityFilter::default()
        }),
        page: Some(PageRequest {
            page_size: 1_000,
            page_token: String::new(),
        }),
        ..ListOpportunitiesRequest::default()
    };
    let complaint = match query.answered(&asked).await {
        Ok(list) => {
            let mut found = list.opportunities.iter();
            let status = found
                .find(|one| one.opportunity_id == deal)
                .map(|one| one.status());
            if status == Some(expected) {
                return;
            }
            let token = receipt.token;
            format!("{deal} is {status:?}, not {expected:?}, after {token}")
        }
        Err(status) => format!("no list: {status:?}"),
    };
    complaints.lock().unwrap().push(complaint);
}
