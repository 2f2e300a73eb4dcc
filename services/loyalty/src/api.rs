//! The gRPC services: from the contracts to the domain and back, one file an aggregate.

use guanxi_runtime::Commands;
use tonic::service::RoutesBuilder;

mod card;
mod card_batch;
mod card_image;
mod card_source;
mod earning_rules;
mod find;
mod member;
mod payments;
mod points;
mod points_fields;
mod program;
mod purchase;
mod redemption;
mod tier_ladder;

/// Puts the gRPC services of loyalty on the routes.
pub(crate) fn mount(commands: Commands, routes: &mut RoutesBuilder) {
    routes
        .add_service(member::server(commands.clone()))
        .add_service(card::server(commands.clone()))
        .add_service(card_batch::server(commands.clone()))
        .add_service(tier_ladder::server(commands.clone()))
        .add_service(program::server(commands.clone()))
        .add_service(earning_rules::server(commands.clone()))
        .add_service(purchase::server(commands.clone()))
        .add_service(points::server(commands.clone()))
        .add_service(redemption::server(commands));
}

/// An id that may be absent, on the wire.
fn id_to_wire(id: Option<impl ToString>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}
