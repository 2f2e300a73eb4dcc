//! `ReceivablePlanService`.

use guanxi_events::{Money, sales::OrderId};
use guanxi_proto::sales::v1::{
    self as wire,
    receivable_plan_service_server::{ReceivablePlanService, ReceivablePlanServiceServer},
    set_receivable_plan_request::Plan as Asked,
};
use guanxi_runtime::{Commands, Fields, command};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    asked, count_to_wire,
    due::{due_amount_to_wire, due_amounts},
    found,
};
use crate::domain::receivable_plan::{Command, Made, Plan, ReceivablePlan};

/// `ReceivablePlanService` on the service's commands.
struct ReceivablePlanRpcs {
    commands: Commands,
}

pub(super) fn server(
    commands: Commands,
) -> ReceivablePlanServiceServer<impl ReceivablePlanService> {
    ReceivablePlanServiceServer::new(ReceivablePlanRpcs { commands })
}

#[tonic::async_trait]
impl ReceivablePlanService for ReceivablePlanRpcs {
    async fn set_receivable_plan(
        &self,
        request: Request<wire::SetReceivablePlanRequest>,
    ) -> Result<Response<wire::SetReceivablePlanResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_receivable_plan(
        &self,
        request: Request<wire::GetReceivablePlanRequest>,
    ) -> Result<Response<wire::GetReceivablePlanResponse>, Status> {
        let asked_for = &request.get_ref().order_id;
        let id: Uuid = asked(|fields| fields.id("order_id", asked_for))?;
        let (state, version) = self.commands.get::<ReceivablePlan, _>(&request, id).await?;
        let plan = found("receivable plan of order", id, &state)?;
        Ok(Response::new(wire::GetReceivablePlanResponse {
            plan: Some(to_wire(id, version.0, plan)),
        }))
    }
}

command!(wire::SetReceivablePlanRequest => wire::SetReceivablePlanResponse, ReceivablePlan,
|request, fields| {
    let order: Option<OrderId> = fields.id("order_id", &request.order_id);
    let made = made(fields, request.plan);
    let reason = fields.optional_text("reason", &request.reason, 500);
    let order = order?;
    Some((order.into(), Command::Set { order, made: made?, reason: reason? }))
});

fn made(fields: &mut Fields, plan: Option<Asked>) -> Option<Made> {
    match plan {
        None => {
            fields.bad("plan", "must be by_terms or by_hand");
            None
        }
        Some(Asked::ByTerms(by)) => {
            let terms = fields.id("by_terms.payment_terms_id", &by.payment_terms_id);
            let from = fields.optional_date("by_terms.invoiced_on", by.invoiced_on.as_ref());
            Some(Made::ByTerms {
                terms: terms?,
                from: from?,
            })
        }
        Some(Asked::ByHand(by)) => {
            due_amounts(fields, "by_hand.instalments", &by.instalments).map(Made::ByHand)
        }
    }
}

fn to_wire(order: Uuid, version: i64, plan: &Plan) -> wire::ReceivablePlan {
    let instalments = plan.instalments.iter().map(|planned| {
        let amount = Money {
            amount: planned.amount,
            currency: plan.currency,
        };
        due_amount_to_wire(planned.due, amount)
    });
    let terms = plan.terms;
    wire::ReceivablePlan {
        order_id: order.to_string(),
        version,
        plan_version: count_to_wire(plan.version),
        customer_id: plan.customer.to_string(),
        instalments: instalments.collect(),
        payment_terms_id: terms.map(|terms| terms.id.to_string()).unwrap_or_default(),
        terms_version: count_to_wire(terms.map_or(0, |terms| terms.version)),
        reason: plan.reason.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_events::{
        customers::CustomerId,
        sales::{PaymentTermsVersion, PlannedInstalment},
    };
    use guanxi_proto::google_type::Date;
    use guanxi_runtime::CommandRequest;
    use iso_currency::Currency;

    use super::*;

    fn request(plan: Option<Asked>) -> wire::SetReceivablePlanRequest {
        wire::SetReceivablePlanRequest {
            order_id: Uuid::from_u128(1).to_string(),
            plan,
            reason: "as agreed".into(),
            ..Default::default()
        }
    }

    fn due(month: i32, units: i64) -> wire::DueAmount {
        wire::DueAmount {
            due: Some(Date {
                year: 2026,
                month,
                day: 1,
            }),
            amount: Some(guanxi_proto::google_type::Money {
                currency_code: "EUR".into(),
                units,
                nanos: 0,
            }),
        }
    }

    #[test]
    fn a_plan_by_hand_comes_back_as_it_was_given() {
        let given = vec![due(2, 50), due(3, 49)];
        let by_hand = wire::PlanByHand {
            instalments: given.clone(),
        };
        let mut fields = Fields::default();
        let (id, command) = request(Some(Asked::ByHand(by_hand)))
            .parse(&mut fields)
            .unwrap();
        let Command::Set {
            order,
            made: Made::ByHand(parts),
            reason,
        } = command
        else {
            unreachable!("it is by hand")
        };
        assert_eq!(Uuid::from(order), id);
        let instalments = parts.into_iter().map(|(due, money)| PlannedInstalment {
            due,
            amount: money.amount,
        });
        let plan = Plan {
            version: 2,
            customer: CustomerId(Uuid::from_u128(3)),
            currency: Currency::EUR,
            instalments: instalments.collect(),
            terms: Some(PaymentTermsVersion {
                id: Uuid::from_u128(4).into(),
                version: 5,
            }),
            reason,
        };
        let read = to_wire(id, 7, &plan);
        assert_eq!(
            (read.version, read.plan_version, read.terms_version),
            (7, 2, 5)
        );
        assert_eq!(read.instalments, given);
        assert_eq!(read.reason, "as agreed");
        assert_eq!(read.payment_terms_id, Uuid::from_u128(4).to_string());
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad_day = wire::DueAmount {
            due: None,
            ..due(1, 1)
        };
        let by_hand = wire::PlanByHand {
            instalments: vec![bad_day, due(1, -1)],
        };
        let by_terms = wire::PlanByTerms {
            payment_terms_id: String::new(),
            invoiced_on: Some(Date::default()),
        };
        for (plan, wanted) in [
            (None, &["plan"][..]),
            (
                Some(Asked::ByHand(wire::PlanByHand::default())),
                &["by_hand.instalments"],
            ),
            (
                Some(Asked::ByHand(by_hand)),
                &[
                    "by_hand.instalments[0].due",
                    "by_hand.instalments[1].amount",
                ],
            ),
            (
                Some(Asked::ByTerms(by_terms)),
                &["by_terms.payment_terms_id", "by_terms.invoiced_on"],
            ),
        ] {
            let mut fields = Fields::default();
            assert!(request(plan).parse(&mut fields).is_none());
            let violations = fields.finish().unwrap_err().violations;
            let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
            assert_eq!(named, wanted);
        }
    }
}
