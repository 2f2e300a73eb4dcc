//! The RPCs of the interactions.

mod details;

use guanxi_events::customers::{InteractionField, InteractionId};
use guanxi_proto::customers::v1::{
    AmendInteractionRequest, AmendInteractionResponse, GetInteractionRequest,
    GetInteractionResponse, RecordInteractionRequest, RecordInteractionResponse,
    interaction_service_server, {self as wire},
};
use guanxi_runtime::{Commands, command, errors};
use tonic::{Request, Response, Status};
use uuid::Uuid;

pub(super) use details::{LONGEST_MINUTES, kind, kind_to_wire, read as read_details};

use super::{masked, part, queried_id, text_of};
use crate::domain::{Interaction, interaction::Command};

command!(RecordInteractionRequest => RecordInteractionResponse, Interaction, |request, fields| {
    let id: Option<Uuid> = fields.new_id("interaction_id", &request.interaction_id);
    let given = part(fields, "details", request.details.as_ref());
    let all = InteractionField::ALL.iter().copied().collect();
    let account = given.and_then(|given| details::read(fields, given, &all));
    Some((id?, Command::Record(Box::new(account?))))
});

command!(AmendInteractionRequest => AmendInteractionResponse, Interaction, |request, fields| {
    let id: Option<Uuid> = fields.id("interaction_id", &request.interaction_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    let meant = masked(fields, request.update_mask.as_ref(), details::field_of);
    let given = part(fields, "details", request.details.as_ref());
    let meant = meant?;
    let account = given.and_then(|given| details::read(fields, given, &meant))?;
    if meant.contains(&InteractionField::StartedAt) && account.started_at.is_none() {
        fields.bad("details.started_at", "cannot be taken away");
    }
    if meant.contains(&InteractionField::Staff) && account.staff.is_none() {
        fields.bad("details.staff", "cannot be taken away");
    }
    let account = Box::new(account);
    Some((id?, Command::Amend { account, fields: meant, reason: reason? }))
});

/// [`interaction_service_server::InteractionService`] on the service's commands.
#[derive(Clone)]
pub struct InteractionApi {
    /// What runs them.
    pub commands: Commands,
}

#[tonic::async_trait]
impl interaction_service_server::InteractionService for InteractionApi {
    async fn record_interaction(
        &self,
        request: Request<RecordInteractionRequest>,
    ) -> Result<Response<RecordInteractionResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn amend_interaction(
        &self,
        request: Request<AmendInteractionRequest>,
    ) -> Result<Response<AmendInteractionResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_interaction(
        &self,
        request: Request<GetInteractionRequest>,
    ) -> Result<Response<GetInteractionResponse>, Status> {
        let id = queried_id("interaction_id", &request.get_ref().interaction_id)?;
        let (state, version) = self.commands.get::<Interaction, _>(&request, id).await?;
        let recorded = state.existing(InteractionId(id));
        let recorded = recorded.map_err(|refusal| errors::refused(&refusal))?;
        Ok(Response::new(GetInteractionResponse {
            interaction: Some(wire::Interaction {
                id: id.to_string(),
                version: version.0,
                details: Some(details::to_wire(recorded.clone())),
                follow_up_id: text_of(state.follow_up),
                amendments: state.amendments,
            }),
        }))
    }
}
