//! Whether one sees what one wrote.

use guanxi_proto::{
    query::v1::{ListOpportunitiesRequest, OpportunityFilter, OpportunityStatus},
    types::v1::{PageRequest, Receipt},
};
use tonic::Status;

use crate::{Caller, Noted};

/// Looks for an opportunity in the state in which its owner brought it; complains when it is not.
pub(super) async fn look_for(
    query: Caller,
    owner: String,
    deal: String,
    expected: OpportunityStatus,
    receipt: Receipt,
    complaints: Noted<Vec<String>>,
) {
    let token = receipt.token;
    let complaint = match status_of(&query, &owner, &deal, &token).await {
        Ok(status) if status == Some(expected) => return,
        Ok(status) => format!("{deal} is {status:?}, not {expected:?}, after {token}"),
        Err(status) => format!("no list: {status:?}"),
    };
    complaints.lock().push(complaint);
}

/// How an opportunity stands in its owner's list, once the list has come to the token.
async fn status_of(
    query: &Caller,
    owner: &str,
    deal: &str,
    token: &str,
) -> Result<Option<OpportunityStatus>, Status> {
    let mut page_token = String::new();
    loop {
        let asked = ListOpportunitiesRequest {
            after: vec![token.to_owned()],
            filter: Some(OpportunityFilter {
                owners: vec![owner.to_owned()],
                ..OpportunityFilter::default()
            }),
            page: Some(PageRequest {
                page_size: 1_000,
                page_token,
            }),
            ..ListOpportunitiesRequest::default()
        };
        let list = query.answered(&asked).await?;
        let mut found = list.opportunities.iter();
        let found = found.find(|one| one.opportunity_id == deal);
        if found.is_some() || list.next_page_token.is_empty() {
            return Ok(found.map(|one| one.status()));
        }
        page_token = list.next_page_token;
    }
}
