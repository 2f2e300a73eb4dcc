//! From a gRPC request to an answer: the road that every command RPC takes.

use guanxi_decider::Decider;
use guanxi_proto::types::v1::{CommandHeader, Receipt};
use uuid::Uuid;

use crate::Fields;

/// A request message that is a command to one aggregate. Implement it with
/// [`command!`](crate::command) beside the aggregate's RPCs.
pub trait CommandRequest: prost::Message + Default + 'static {
    /// The aggregate that decides.
    type Decider: Decider;
    /// The RPC's answer.
    type Response: From<Receipt> + Send;

    /// The command's header.
    fn header(&self) -> Option<&CommandHeader>;

    /// The aggregate's id and the command; `None` when a field was noted as bad.
    fn parse(self, fields: &mut Fields) -> Option<(Uuid, <Self::Decider as Decider>::Command)>;
}

/// Declares how a request message becomes a command:
///
/// ```ignore
/// command!(WinOpportunityRequest => WinOpportunityResponse, Opportunity, |request, fields| {
///     let id: Option<Uuid> = fields.id("opportunity_id", &request.opportunity_id);
///     let reason = fields.text("reason", &request.reason, 1, 500);
///     Some((id?, opportunity::Command::Win { reason: reason? }))
/// });
/// ```
///
/// The request has a field `header`, the response a field `receipt`.
#[macro_export]
macro_rules! command {
    ($request:ty => $response:ty, $decider:ty, |$r:ident, $fields:ident| $body:expr) => {
        impl $crate::CommandRequest for $request {
            type Decider = $decider;
            type Response = $response;

            fn header(&self) -> Option<&$crate::proto::types::v1::CommandHeader> {
                self.header.as_ref()
            }

            fn parse(
                self,
                $fields: &mut $crate::Fields,
            ) -> Option<($crate::Uuid, <$decider as $crate::Decider>::Command)> {
                let $r = self;
                $body
            }
        }

        impl From<$crate::proto::types::v1::Receipt> for $response {
            fn from(receipt: $crate::proto::types::v1::Receipt) -> Self {
                Self {
                    receipt: Some(receipt),
                }
            }
        }
    };
}
