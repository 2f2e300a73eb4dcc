//! From a gRPC request to an answer: the road that every command RPC takes.

use std::sync::Arc;

use guanxi_decider::{Decider, UniqueKey};
use guanxi_eventlog::AppendError;
use guanxi_events::{StreamKey, StreamVersion, document_number};
use guanxi_proto::types::v1::{CommandHeader, Receipt};
use iso_currency::Currency;
use tokio::time::timeout_at;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    Fields, Identity, Token,
    config::Config,
    deadline::deadline,
    errors,
    executor::{Answer, Call, ExecuteError, Executor},
    telemetry,
};

/// A request message that is a command to the aggregate `D`. Implement it with
/// [`command!`](crate::command) beside the aggregate's RPCs. The aggregate is a parameter, for it
/// is what a service's crate owns: the messages belong to the contracts.
pub trait CommandRequest<D: Decider>: prost::Message + prost::Name + Default + 'static {
    /// The RPC's answer.
    type Response: Send;

    /// The command's header.
    fn header(&self) -> Option<&CommandHeader>;

    /// The aggregate's id and the command; `None` when a field was noted as bad.
    fn parse(self, fields: &mut Fields) -> Option<(Uuid, D::Command)>;

    /// The answer around the receipt.
    fn response(receipt: Receipt) -> Self::Response;
}

/// What the RPCs of a service use: commands to and reads of its aggregates.
#[derive(Clone)]
pub struct Commands {
    executor: Executor,
    config: Arc<Config>,
}

impl Commands {
    /// On one executor.
    pub fn new(executor: Executor, config: Arc<Config>) -> Self {
        Self { executor, config }
    }

    /// What runs the deciders.
    pub fn executor(&self) -> &Executor {
        &self.executor
    }

    /// Does what the request asks, as the caller that the gate let in.
    ///
    /// # Errors
    /// The status that the table of errors gives.
    pub async fn execute<D: Decider, R: CommandRequest<D>>(
        &self,
        request: Request<R>,
    ) -> Result<Response<R::Response>, Status> {
        self.execute_amended(request, |_| {}).await
    }

    /// As [`Self::execute`], with something put into the command that had to be looked up first: who
    /// is meant by a telephone number. What was looked up is not part of the request, so a repeated
    /// command is the same one, whatever the look-up then says.
    ///
    /// # Errors
    /// As there.
    pub async fn execute_amended<D: Decider, R: CommandRequest<D>>(
        &self,
        request: Request<R>,
        amend: impl FnOnce(&mut D::Command) + Send,
    ) -> Result<Response<R::Response>, Status> {
        let identity = identity(&request)?;
        let deadline = deadline(&request, &self.config);
        let traceparent = telemetry::current_traceparent().or_else(|| {
            let value = request.metadata().get("traceparent")?.to_str().ok()?;
            (value.len() == 55).then(|| value.to_owned())
        });
        let message = request.into_inner();
        let content = message.encode_to_vec();
        let mut fields = Fields::default();
        let header = fields.header(message.header());
        let parsed = message.parse(&mut fields);
        let id_is_new = matches!(&parsed, Some((id, _)) if fields.has_made(*id));
        fields
            .finish()
            .map_err(|refusal| errors::refused(&refusal))?;
        let (Some(header), Some((id, mut command))) = (header, parsed) else {
            return Err(errors::internal(
                "a request was not parsed, yet no field was bad",
            ));
        };
        amend(&mut command);
        let keys = self.executor.keys();
        let call = Call {
            content_hash: keys.content(&identity.tenant, R::NAME, &content),
            home: self.config.home(&identity.tenant),
            actor: identity.actor(),
            tenant: identity.tenant,
            command_id: header.command_id,
            id_is_new,
            expected_version: header.expected_version,
            occurred_at: header.occurred_at,
            deadline,
            cause: None,
            traceparent,
        };
        let done = self.executor.execute::<D>(&call, id, &command);
        // An append that is on its way is not undone by this: its outcome is then unknown.
        let answer = timeout_at(deadline, done).await;
        let answer = answer.map_err(|_| errors::append(&AppendError::Unknown))?;
        let answer = answer.map_err(|error| status(&error))?;
        Ok(Response::new(R::response(self.receipt(answer))))
    }

    /// The base currency of the caller's tenant.
    ///
    /// # Errors
    /// An internal one where there is no gate.
    pub fn base_currency<T>(&self, request: &Request<T>) -> Result<Currency, Status> {
        let identity = identity(request)?;
        Ok(self.config.currency(&identity.tenant))
    }

    /// One aggregate as the log holds it now, of the caller's tenant.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn get<D: Decider, T>(
        &self,
        request: &Request<T>,
        id: Uuid,
    ) -> Result<(Arc<D::State>, StreamVersion), Status> {
        let identity = identity(request)?;
        let deadline = deadline(request, &self.config);
        let loaded = timeout_at(deadline, self.executor.load::<D>(&identity.tenant, id)).await;
        let loaded = loaded.map_err(|_| errors::deadline("the log did not answer in time"))?;
        loaded.map_err(|error| errors::append(&error))
    }

    /// Which of the service's aggregates holds something unique, of the caller's tenant: the member
    /// whom a telephone number finds. A hint: what is decided by it must look whether it still is so.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn holder_of<T>(
        &self,
        request: &Request<T>,
        unique: &UniqueKey,
    ) -> Result<Option<StreamKey>, Status> {
        let identity = identity(request)?;
        let deadline = deadline(request, &self.config);
        let held = self.executor.holder_of(&identity.tenant, unique);
        let held = timeout_at(deadline, held).await;
        let held = held.map_err(|_| errors::deadline("the log did not answer in time"))?;
        held.map_err(|error| errors::append(&error))
    }

    fn receipt(&self, answer: Answer) -> Receipt {
        let token = Token {
            service: self.executor.log().service(),
            incarnation: answer.receipt.incarnation,
            position: answer.receipt.position,
        };
        let number = answer.receipt.numbers.first();
        Receipt {
            id: answer.id.to_string(),
            version: answer.version.0,
            token: token.encode(),
            number: number
                .map(|(series, n)| document_number(series, *n))
                .unwrap_or_default(),
        }
    }
}

/// The caller, as the gate found out.
///
/// # Errors
/// An internal one where there is no gate.
pub fn identity<T>(request: &Request<T>) -> Result<Identity, Status> {
    let identity = request.extensions().get::<Identity>().cloned();
    identity.ok_or_else(|| errors::internal("a call came past the gate"))
}

/// The status of a command that was not done.
pub(crate) fn status(error: &ExecuteError) -> Status {
    match error {
        ExecuteError::Refused(refusal) => errors::refused(refusal),
        ExecuteError::Expected { expected, actual } => errors::stale(*expected, *actual),
        // No version that the caller named has passed, so that it is not for them to load again: it is
        // for want of time that this was not done.
        ExecuteError::Contended { .. } => {
            let again = "this call did nothing, and may be sent again with the same id";
            errors::deadline(&format!("{error}, until the time was up; {again}"))
        }
        ExecuteError::Append(error) => errors::append(error),
    }
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
        impl $crate::CommandRequest<$decider> for $request {
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

            fn response(receipt: $crate::proto::types::v1::Receipt) -> $response {
                // A type as a fragment makes no struct expression, an alias of it does.
                type Answer = $response;
                Answer {
                    receipt: Some(receipt),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn who_was_too_slow_all_the_time_is_out_of_time_and_whose_version_is_stale_is_aborted() {
        let contended = status(&ExecuteError::Contended { attempts: 2 });
        assert_eq!(contended.code(), Code::DeadlineExceeded);
        assert!(contended.message().contains("2 times"));
        let (expected, actual) = (1, 2);
        let stale = status(&ExecuteError::Expected { expected, actual });
        assert_eq!(stale.code(), Code::Aborted);
    }
}
