//! `BillingProfileService`.

use guanxi_events::sales::BillingDetails;
use guanxi_proto::sales::v1::{
    self as wire,
    billing_profile_service_server::{BillingProfileService, BillingProfileServiceServer},
};
use guanxi_runtime::{Commands, Fields, command};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, count_to_wire, each, found};
use crate::domain::billing_profile::{BillingProfile, Command, Profile};

/// An address has at most this many lines.
const MAX_ADDRESS_LINES: usize = 8;

/// `BillingProfileService` on the service's commands.
struct BillingProfileRpcs {
    commands: Commands,
}

pub(super) fn server(
    commands: Commands,
) -> BillingProfileServiceServer<impl BillingProfileService> {
    BillingProfileServiceServer::new(BillingProfileRpcs { commands })
}

#[tonic::async_trait]
impl BillingProfileService for BillingProfileRpcs {
    async fn set_billing_profile(
        &self,
        request: Request<wire::SetBillingProfileRequest>,
    ) -> Result<Response<wire::SetBillingProfileResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_billing_profile(
        &self,
        request: Request<wire::GetBillingProfileRequest>,
    ) -> Result<Response<wire::GetBillingProfileResponse>, Status> {
        let asked_for = &request.get_ref().customer_id;
        let id: Uuid = asked(|fields| fields.id("customer_id", asked_for))?;
        let (state, version) = self.commands.get::<BillingProfile, _>(&request, id).await?;
        let profile = found("billing profile of customer", id, &state)?;
        Ok(Response::new(wire::GetBillingProfileResponse {
            profile: Some(to_wire(id, version.0, profile)),
        }))
    }
}

command!(wire::SetBillingProfileRequest => wire::SetBillingProfileResponse, BillingProfile,
|request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let details = details(fields, &request.details.unwrap_or_default());
    let customer = id?.into();
    Some((id?, Command::Set { customer, details: details? }))
});

fn details(fields: &mut Fields, details: &wire::BillingDetails) -> Option<BillingDetails> {
    let title = fields.text("details.title", &details.title, 1, 200);
    let tax_id = fields.optional_text("details.tax_id", &details.tax_id, 40);
    let lines = &details.address;
    let address = each(
        fields,
        "details.address",
        lines,
        MAX_ADDRESS_LINES,
        |fields, path, line| fields.text(path, line, 1, 200),
    );
    let bank = fields.optional_text("details.bank", &details.bank, 200);
    let bank_account = fields.optional_text("details.bank_account", &details.bank_account, 64);
    let email = fields.optional_email("details.email", &details.email);
    Some(BillingDetails {
        title: title?,
        tax_id: tax_id?,
        address: address?,
        bank: bank?,
        bank_account: bank_account?,
        email: email?,
    })
}

fn to_wire(customer: Uuid, version: i64, profile: &Profile) -> wire::BillingProfile {
    wire::BillingProfile {
        customer_id: customer.to_string(),
        version,
        profile_version: count_to_wire(profile.version),
        details: Some(details_to_wire(&profile.details)),
    }
}

/// Billing details on the wire; invoices carry them as well.
pub(super) fn details_to_wire(details: &BillingDetails) -> wire::BillingDetails {
    let details = details.clone();
    wire::BillingDetails {
        title: details.title,
        tax_id: details.tax_id.unwrap_or_default(),
        address: details.address,
        bank: details.bank.unwrap_or_default(),
        bank_account: details.bank_account.unwrap_or_default(),
        email: details.email.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn request(details: wire::BillingDetails) -> wire::SetBillingProfileRequest {
        wire::SetBillingProfileRequest {
            customer_id: Uuid::from_u128(3).to_string(),
            details: Some(details),
            ..Default::default()
        }
    }

    #[test]
    fn details_come_back_as_they_were_given() {
        let given = wire::BillingDetails {
            title: "上海卡城科技有限公司".into(),
            tax_id: "91310000MA1FL0000X".into(),
            address: vec!["Nanjing Road 100".into(), "200001 Shanghai".into()],
            bank: "Bank of China".into(),
            bank_account: "6216 6100 0000 0000".into(),
            email: "invoices@cancity.example".into(),
        };
        let mut fields = Fields::default();
        let (id, command) = request(given.clone()).parse(&mut fields).unwrap();
        let Command::Set { customer, details } = command;
        assert_eq!(Uuid::from(customer), id);
        let profile = Profile {
            version: 2,
            details,
        };
        assert_eq!(to_wire(id, 5, &profile).details, Some(given));
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::BillingDetails {
            title: " ".into(),
            tax_id: "x".repeat(41),
            address: vec!["Nanjing Road 100".into(), String::new()],
            bank: "x".repeat(201),
            bank_account: "x".repeat(65),
            email: "nobody".into(),
        };
        let mut fields = Fields::default();
        assert!(request(bad).parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "details.title",
                "details.tax_id",
                "details.address[1]",
                "details.bank",
                "details.bank_account",
                "details.email"
            ]
        );
    }
}
