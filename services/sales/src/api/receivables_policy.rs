//! `ReceivablesPolicyService`.

use guanxi_events::sales::{RECEIVABLES_POLICY, ReceivablesRules};
use guanxi_proto::sales::v1::{
    self as wire,
    receivables_policy_service_server::{ReceivablesPolicyService, ReceivablesPolicyServiceServer},
};
use guanxi_runtime::{Commands, Fields, command, money_to_wire};
use tonic::{Request, Response, Status};

use super::{amount, count_to_wire, each};
use crate::domain::{
    limits,
    receivables_policy::{Command, Policy, ReceivablesPolicy},
};

/// More than there are currencies.
const MAX_TOLERANCES: usize = 200;

/// `ReceivablesPolicyService` on the service's commands.
struct ReceivablesPolicyRpcs {
    commands: Commands,
}

pub(super) fn server(
    commands: Commands,
) -> ReceivablesPolicyServiceServer<impl ReceivablesPolicyService> {
    ReceivablesPolicyServiceServer::new(ReceivablesPolicyRpcs { commands })
}

#[tonic::async_trait]
impl ReceivablesPolicyService for ReceivablesPolicyRpcs {
    async fn set_receivables_policy(
        &self,
        request: Request<wire::SetReceivablesPolicyRequest>,
    ) -> Result<Response<wire::SetReceivablesPolicyResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_receivables_policy(
        &self,
        request: Request<wire::GetReceivablesPolicyRequest>,
    ) -> Result<Response<wire::GetReceivablesPolicyResponse>, Status> {
        let get = self
            .commands
            .get::<ReceivablesPolicy, _>(&request, RECEIVABLES_POLICY);
        let (policy, version) = get.await?;
        Ok(Response::new(wire::GetReceivablesPolicyResponse {
            policy: Some(to_wire(version.0, &policy)),
        }))
    }
}

command!(wire::SetReceivablesPolicyRequest => wire::SetReceivablesPolicyResponse, ReceivablesPolicy,
|request, fields| {
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((RECEIVABLES_POLICY, Command::Set(rules?)))
});

fn rules(fields: &mut Fields, rules: &wire::ReceivablesRules) -> Option<ReceivablesRules> {
    let tolerances = each(
        fields,
        "rules.tolerances",
        &rules.tolerances,
        MAX_TOLERANCES,
        |fields, path, tolerance| amount(fields, path, Some(tolerance), limits::AMOUNT),
    );
    Some(ReceivablesRules {
        tolerances: tolerances?,
    })
}

fn to_wire(version: i64, policy: &Policy) -> wire::ReceivablesPolicy {
    let tolerances = policy.rules.tolerances.iter().map(money_to_wire);
    wire::ReceivablesPolicy {
        version,
        rules_version: count_to_wire(policy.version),
        rules: Some(wire::ReceivablesRules {
            tolerances: tolerances.collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_proto::google_type::Money;
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn request(tolerances: &[(&str, i64, i32)]) -> wire::SetReceivablesPolicyRequest {
        let money = |(code, units, nanos): &(&str, i64, i32)| Money {
            currency_code: (*code).to_owned(),
            units: *units,
            nanos: *nanos,
        };
        wire::SetReceivablesPolicyRequest {
            rules: Some(wire::ReceivablesRules {
                tolerances: tolerances.iter().map(money).collect(),
            }),
            ..Default::default()
        }
    }

    #[test]
    fn rules_come_back_as_they_were_given() {
        let given = request(&[("EUR", 0, 500_000_000), ("JPY", 100, 0)]);
        let mut fields = Fields::default();
        let (id, command) = given.clone().parse(&mut fields).unwrap();
        assert_eq!(id, RECEIVABLES_POLICY);
        let Command::Set(rules) = command;
        let policy = Policy { version: 2, rules };
        let read = to_wire(4, &policy);
        assert_eq!((read.version, read.rules_version), (4, 2));
        assert_eq!(read.rules, given.rules);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = request(&[("EUR", -1, 0), ("EURO", 1, 0), ("JPY", 0, 500_000_000)]);
        let mut fields = Fields::default();
        assert!(bad.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "rules.tolerances[0]",
                "rules.tolerances[1]",
                "rules.tolerances[2]"
            ]
        );
    }
}
