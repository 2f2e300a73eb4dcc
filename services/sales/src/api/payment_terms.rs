//! `PaymentTermsService`.

use guanxi_events::sales::{DueRule, EarlyPayment, PaymentTermsDefinition, Portion};
use guanxi_proto::sales::v1::{
    self as wire,
    payment_terms_service_server::{PaymentTermsService, PaymentTermsServiceServer},
};
use guanxi_runtime::{Commands, Fields, command};
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, count_to_wire, each, found};
use crate::domain::payment_terms::{Command, PaymentTerms, Terms};

/// Terms have at most this many portions: five years of months.
const MAX_PORTIONS: usize = 60;
/// A percentage has at most this many decimal places.
const PERCENT_PLACES: u32 = 4;
/// The longest time until something is due.
const MAX_DAYS: u16 = 3650;
const MAX_MONTHS: u16 = 120;

/// `PaymentTermsService` on the service's commands.
struct PaymentTermsRpcs {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> PaymentTermsServiceServer<impl PaymentTermsService> {
    PaymentTermsServiceServer::new(PaymentTermsRpcs { commands })
}

#[tonic::async_trait]
impl PaymentTermsService for PaymentTermsRpcs {
    async fn define_payment_terms(
        &self,
        request: Request<wire::DefinePaymentTermsRequest>,
    ) -> Result<Response<wire::DefinePaymentTermsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_payment_terms(
        &self,
        request: Request<wire::GetPaymentTermsRequest>,
    ) -> Result<Response<wire::GetPaymentTermsResponse>, Status> {
        let asked_for = &request.get_ref().payment_terms_id;
        let id: Uuid = asked(|fields| fields.id("payment_terms_id", asked_for))?;
        let (state, version) = self.commands.get::<PaymentTerms, _>(&request, id).await?;
        let terms = found("payment terms", id, &state)?;
        Ok(Response::new(wire::GetPaymentTermsResponse {
            payment_terms: Some(to_wire(id, version.0, terms)),
        }))
    }
}

command!(wire::DefinePaymentTermsRequest => wire::DefinePaymentTermsResponse, PaymentTerms,
|request, fields| {
    let id = fields.new_id("payment_terms_id", &request.payment_terms_id);
    let definition = definition(fields, &request.definition.unwrap_or_default());
    Some((id?, Command::Define(definition?)))
});

fn definition(
    fields: &mut Fields,
    definition: &wire::PaymentTermsDefinition,
) -> Option<PaymentTermsDefinition> {
    let name = fields.text("definition.name", &definition.name, 1, 100);
    let path = "definition.portions";
    let portions = each(fields, path, &definition.portions, MAX_PORTIONS, portion);
    let early_payment = match &definition.early_payment {
        None => Some(None),
        Some(early) => early_payment(fields, "definition.early_payment", early).map(Some),
    };
    Some(PaymentTermsDefinition {
        name: name?,
        portions: portions?,
        early_payment: early_payment?,
    })
}

fn portion(fields: &mut Fields, path: &str, portion: &wire::PaymentPortion) -> Option<Portion> {
    let most = Decimal::ONE_HUNDRED;
    let percent = percent(fields, &format!("{path}.percent"), &portion.percent, most);
    let field = format!("{path}.due_rule");
    let rule = fields.choice(&field, portion.due_rule, |rule: wire::DueRule| {
        (rule != wire::DueRule::Unspecified).then_some(rule)
    });
    let most = match rule {
        Some(wire::DueRule::MonthsAfterInvoice | wire::DueRule::MonthsAfterMonthEnd) => MAX_MONTHS,
        _ => MAX_DAYS,
    };
    let count = fields.whole(&format!("{path}.count"), portion.count, 0, most);
    let (rule, count) = (rule?, count?);
    let due = match rule {
        wire::DueRule::Unspecified => return None,
        wire::DueRule::DaysAfterInvoice => DueRule::DaysAfterInvoice(count),
        wire::DueRule::MonthsAfterInvoice => DueRule::MonthsAfterInvoice(count),
        wire::DueRule::DaysAfterMonthEnd => DueRule::DaysAfterMonthEnd(count),
        wire::DueRule::MonthsAfterMonthEnd => DueRule::MonthsAfterMonthEnd(count),
    };
    Some(Portion {
        percent: percent?,
        due,
    })
}

fn early_payment(
    fields: &mut Fields,
    path: &str,
    early: &wire::EarlyPaymentTerms,
) -> Option<EarlyPayment> {
    let most = Decimal::ONE_HUNDRED - smallest();
    let percent = percent(fields, &format!("{path}.percent"), &early.percent, most);
    let days = fields.whole(&format!("{path}.days"), early.days, 0, MAX_DAYS);
    Some(EarlyPayment {
        percent: percent?,
        days: days?,
    })
}

fn percent(fields: &mut Fields, field: &str, text: &str, most: Decimal) -> Option<Decimal> {
    fields.decimal(field, text, PERCENT_PLACES, smallest(), most)
}

/// The smallest percentage above 0.
fn smallest() -> Decimal {
    Decimal::new(1, PERCENT_PLACES)
}

fn to_wire(id: Uuid, version: i64, terms: &Terms) -> wire::PaymentTerms {
    let definition = &terms.definition;
    let early = definition.early_payment.as_ref();
    wire::PaymentTerms {
        id: id.to_string(),
        version,
        terms_version: count_to_wire(terms.version),
        definition: Some(wire::PaymentTermsDefinition {
            name: definition.name.clone(),
            portions: definition.portions.iter().map(portion_to_wire).collect(),
            early_payment: early.map(|early| wire::EarlyPaymentTerms {
                percent: early.percent.normalize().to_string(),
                days: early.days.into(),
            }),
        }),
    }
}

fn portion_to_wire(portion: &Portion) -> wire::PaymentPortion {
    let (rule, count) = match portion.due {
        DueRule::DaysAfterInvoice(days) => (wire::DueRule::DaysAfterInvoice, days),
        DueRule::MonthsAfterInvoice(months) => (wire::DueRule::MonthsAfterInvoice, months),
        DueRule::DaysAfterMonthEnd(days) => (wire::DueRule::DaysAfterMonthEnd, days),
        DueRule::MonthsAfterMonthEnd(months) => (wire::DueRule::MonthsAfterMonthEnd, months),
    };
    wire::PaymentPortion {
        percent: portion.percent.normalize().to_string(),
        due_rule: rule.into(),
        count: count.into(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn portion(percent: &str, rule: wire::DueRule, count: i32) -> wire::PaymentPortion {
        wire::PaymentPortion {
            percent: percent.into(),
            due_rule: rule.into(),
            count,
        }
    }

    fn request(definition: wire::PaymentTermsDefinition) -> wire::DefinePaymentTermsRequest {
        wire::DefinePaymentTermsRequest {
            definition: Some(definition),
            ..Default::default()
        }
    }

    #[test]
    fn terms_come_back_as_they_were_given() {
        let given = wire::PaymentTermsDefinition {
            name: "Standard 标准".into(),
            portions: vec![
                portion("30", wire::DueRule::DaysAfterInvoice, 0),
                portion("20.5", wire::DueRule::MonthsAfterInvoice, 120),
                portion("9.5001", wire::DueRule::DaysAfterMonthEnd, 3650),
                portion("39.9999", wire::DueRule::MonthsAfterMonthEnd, 1),
            ],
            early_payment: Some(wire::EarlyPaymentTerms {
                percent: "2".into(),
                days: 10,
            }),
        };
        let mut fields = Fields::default();
        let (id, command) = request(given.clone()).parse(&mut fields).unwrap();
        let Command::Define(definition) = command;
        let terms = Terms {
            version: 3,
            definition,
        };
        let read = to_wire(id, 7, &terms);
        assert_eq!((read.version, read.terms_version), (7, 3));
        assert_eq!(read.definition, Some(given));
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::PaymentTermsDefinition {
            name: String::new(),
            portions: vec![
                portion("0", wire::DueRule::Unspecified, 3651),
                portion("100.0001", wire::DueRule::MonthsAfterInvoice, 121),
                portion("33.33333", wire::DueRule::DaysAfterInvoice, -1),
            ],
            early_payment: Some(wire::EarlyPaymentTerms {
                percent: "100".into(),
                days: 3651,
            }),
        };
        let mut fields = Fields::default();
        assert!(request(bad).parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "definition.name",
                "definition.portions[0].percent",
                "definition.portions[0].due_rule",
                "definition.portions[0].count",
                "definition.portions[1].percent",
                "definition.portions[1].count",
                "definition.portions[2].percent",
                "definition.portions[2].count",
                "definition.early_payment.percent",
                "definition.early_payment.days",
            ]
        );
    }
}
