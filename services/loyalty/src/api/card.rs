//! `CardService`.

use guanxi_proto::loyalty::v1::{
    self as wire,
    card_service_server::{CardService, CardServiceServer},
};
use guanxi_runtime::{Commands, asked, command, found};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{card_image, card_source, id_to_wire};
use crate::domain::card::{Card, Command, GivenCard, Status as CardStatus};

/// `CardService` on the service's commands.
struct Cards {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> CardServiceServer<impl CardService> {
    CardServiceServer::new(Cards { commands })
}

#[tonic::async_trait]
impl CardService for Cards {
    async fn report_card_lost(
        &self,
        request: Request<wire::ReportCardLostRequest>,
    ) -> Result<Response<wire::ReportCardLostResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn report_card_found(
        &self,
        request: Request<wire::ReportCardFoundRequest>,
    ) -> Result<Response<wire::ReportCardFoundResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn replace_card(
        &self,
        request: Request<wire::ReplaceCardRequest>,
    ) -> Result<Response<wire::ReplaceCardResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn cancel_card(
        &self,
        request: Request<wire::CancelCardRequest>,
    ) -> Result<Response<wire::CancelCardResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_card(
        &self,
        request: Request<wire::GetCardRequest>,
    ) -> Result<Response<wire::GetCardResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("card_id", &request.get_ref().card_id))?;
        let (state, version) = self.commands.get::<Card, _>(&request, id).await?;
        let card = found("card", id, &state)?;
        let shown = matches!(card.status, CardStatus::Assigned | CardStatus::Lost);
        let number = card.assigned.number.as_deref().filter(|_| shown);
        Ok(Response::new(wire::GetCardResponse {
            card: Some(to_wire(id, version.0, card)),
            qr_svg: number.and_then(card_image::qr).unwrap_or_default(),
            bar_code_svg: number.and_then(card_image::bar_code).unwrap_or_default(),
        }))
    }
}

command!(wire::ReportCardLostRequest => wire::ReportCardLostResponse, Card, |request, fields| {
    let id = fields.id("card_id", &request.card_id);
    let note = fields.optional_text("note", &request.note, 500);
    Some((id?, Command::ReportLost { note: note? }))
});

command!(wire::ReportCardFoundRequest => wire::ReportCardFoundResponse, Card, |request, fields| {
    let id = fields.id("card_id", &request.card_id);
    Some((id?, Command::ReportFound))
});

command!(wire::ReplaceCardRequest => wire::ReplaceCardResponse, Card, |request, fields| {
    let id = fields.id("card_id", &request.card_id);
    let source = card_source::source(fields, "card", request.card.as_ref());
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Replace { source: source?, reason: reason? }))
});

command!(wire::CancelCardRequest => wire::CancelCardResponse, Card, |request, fields| {
    let id = fields.id("card_id", &request.card_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Cancel { reason: reason? }))
});

fn to_wire(id: Uuid, version: i64, card: &GivenCard) -> wire::Card {
    let (status, replaced_by, reason) = match &card.status {
        CardStatus::Assigned => (wire::CardStatus::Assigned, None, None),
        CardStatus::Lost => (wire::CardStatus::Lost, None, None),
        CardStatus::Replaced { by } => (wire::CardStatus::Replaced, Some(*by), None),
        CardStatus::Cancelled { reason } => (wire::CardStatus::Cancelled, None, Some(reason)),
    };
    let assigned = &card.assigned;
    wire::Card {
        id: id.to_string(),
        version,
        number: assigned.number.clone().unwrap_or_default(),
        program_id: assigned.program.to_string(),
        member_id: assigned.member.to_string(),
        card_batch_id: id_to_wire(assigned.batch),
        status: status.into(),
        replaces_id: id_to_wire(assigned.replaces),
        replaced_by_id: id_to_wire(replaced_by),
        reason: reason.cloned().unwrap_or_default(),
    }
}
