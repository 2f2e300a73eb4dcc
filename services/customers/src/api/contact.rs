//! The RPCs of the contacts.

use std::collections::BTreeSet;

use guanxi_events::customers::{ContactField, ContactId, ContactProfile, CustomerId, DecisionRole};
use guanxi_proto::customers::v1::{
    GetContactRequest, GetContactResponse, LinkContactRequest, LinkContactResponse,
    RegisterContactRequest, RegisterContactResponse, UnlinkContactRequest, UnlinkContactResponse,
    UpdateContactRequest, UpdateContactResponse, contact_service_server, {self as wire},
};
use guanxi_runtime::{Commands, Fields, command, errors};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    masked, part,
    party::{self, email_to_wire, phone_to_wire},
    queried_id, when,
};
use crate::domain::{
    Contact,
    contact::{Command, State},
};

command!(RegisterContactRequest => RegisterContactResponse, Contact, |request, fields| {
    let id: Option<Uuid> = fields.new_id("contact_id", &request.contact_id);
    let given = part(fields, "profile", request.profile.as_ref());
    let all = ContactField::ALL.iter().copied().collect();
    let profile = given.and_then(|given| read(fields, given, &all));
    let customers = customer_ids(fields, "customer_ids", &request.customer_ids);
    let primary_of = customer_ids(fields, "primary_of", &request.primary_of);
    let (profile, customers, primary_of) = (profile?, customers?, primary_of?);
    Some((id?, Command::Register { profile, customers, primary_of }))
});

command!(UpdateContactRequest => UpdateContactResponse, Contact, |request, fields| {
    let id: Option<Uuid> = fields.id("contact_id", &request.contact_id);
    let meant = masked(fields, request.update_mask.as_ref(), ContactField::from_name);
    let given = part(fields, "profile", request.profile.as_ref());
    let meant = meant?;
    let profile = given.and_then(|given| read(fields, given, &meant));
    Some((id?, Command::Update { profile: profile?, fields: meant }))
});

command!(LinkContactRequest => LinkContactResponse, Contact, |request, fields| {
    let id: Option<Uuid> = fields.id("contact_id", &request.contact_id);
    let customer = fields.id("customer_id", &request.customer_id);
    Some((id?, Command::Link { customer: customer?, primary: request.primary }))
});

command!(UnlinkContactRequest => UnlinkContactResponse, Contact, |request, fields| {
    let id: Option<Uuid> = fields.id("contact_id", &request.contact_id);
    let customer = fields.id("customer_id", &request.customer_id);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Unlink { customer: customer?, reason: reason? }))
});

fn customer_ids(
    fields: &mut Fields,
    field: &str,
    given: &[String],
) -> Option<BTreeSet<CustomerId>> {
    fields.count(field, given.len(), 100)?;
    let read = given.iter().enumerate().map(|(n, id)| {
        let field = format!("{field}[{n}]");
        fields.id(&field, id)
    });
    let read = party::all(read.collect())?;
    Some(read.into_iter().collect())
}

/// Reads the fields that are meant; the others are stand-ins.
fn read(
    fields: &mut Fields,
    given: &wire::ContactProfile,
    meant: &BTreeSet<ContactField>,
) -> Option<ContactProfile> {
    use ContactField as F;
    let is = |field| meant.contains(&field);
    let path = |field: ContactField| format!("profile.{}", field.name());
    let text = |fields: &mut Fields, field, text: &str| {
        when(is(field), || fields.optional_text(&path(field), text, 100))
    };
    let name = when(is(F::Name), || {
        fields.text(&path(F::Name), &given.name, 1, 200)
    });
    let position = text(fields, F::Position, &given.position);
    let department = text(fields, F::Department, &given.department);
    let phones = when(is(F::Phones), || {
        party::phones(fields, &path(F::Phones), &given.phones)
    });
    let emails = when(is(F::Emails), || {
        party::emails(fields, &path(F::Emails), &given.emails)
    });
    let decision_role = when(is(F::DecisionRole) && given.decision_role != 0, || {
        fields
            .choice(&path(F::DecisionRole), given.decision_role, role)
            .map(Some)
    });
    Some(ContactProfile {
        name: name?,
        position: position?,
        department: department?,
        phones: phones?,
        emails: emails?,
        decision_role: decision_role?,
    })
}

fn role(role: wire::DecisionRole) -> Option<DecisionRole> {
    Some(match role {
        wire::DecisionRole::Unspecified => return None,
        wire::DecisionRole::DecisionMaker => DecisionRole::DecisionMaker,
        wire::DecisionRole::Influencer => DecisionRole::Influencer,
        wire::DecisionRole::Evaluator => DecisionRole::Evaluator,
        wire::DecisionRole::User => DecisionRole::User,
        wire::DecisionRole::Gatekeeper => DecisionRole::Gatekeeper,
        wire::DecisionRole::Champion => DecisionRole::Champion,
        wire::DecisionRole::Other => DecisionRole::Other,
    })
}

fn role_to_wire(role: DecisionRole) -> wire::DecisionRole {
    match role {
        DecisionRole::DecisionMaker => wire::DecisionRole::DecisionMaker,
        DecisionRole::Influencer => wire::DecisionRole::Influencer,
        DecisionRole::Evaluator => wire::DecisionRole::Evaluator,
        DecisionRole::User => wire::DecisionRole::User,
        DecisionRole::Gatekeeper => wire::DecisionRole::Gatekeeper,
        DecisionRole::Champion => wire::DecisionRole::Champion,
        DecisionRole::Other => wire::DecisionRole::Other,
    }
}

/// [`contact_service_server::ContactService`] on the service's commands.
#[derive(Clone)]
pub struct ContactApi {
    /// What runs them.
    pub commands: Commands,
}

#[tonic::async_trait]
impl contact_service_server::ContactService for ContactApi {
    async fn register_contact(
        &self,
        request: Request<RegisterContactRequest>,
    ) -> Result<Response<RegisterContactResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn update_contact(
        &self,
        request: Request<UpdateContactRequest>,
    ) -> Result<Response<UpdateContactResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn link_contact(
        &self,
        request: Request<LinkContactRequest>,
    ) -> Result<Response<LinkContactResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn unlink_contact(
        &self,
        request: Request<UnlinkContactRequest>,
    ) -> Result<Response<UnlinkContactResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_contact(
        &self,
        request: Request<GetContactRequest>,
    ) -> Result<Response<GetContactResponse>, Status> {
        let id = queried_id("contact_id", &request.get_ref().contact_id)?;
        let (state, version) = self.commands.get::<Contact, _>(&request, id).await?;
        let profile = state
            .existing(ContactId(id))
            .map_err(|refusal| errors::refused(&refusal))?;
        Ok(Response::new(GetContactResponse {
            contact: Some(to_wire(id, version.0, &state, profile.clone())),
        }))
    }
}

fn to_wire(id: Uuid, version: i64, state: &State, profile: ContactProfile) -> wire::Contact {
    let role = profile.decision_role.map(role_to_wire).unwrap_or_default();
    wire::Contact {
        id: id.to_string(),
        version,
        profile: Some(wire::ContactProfile {
            name: profile.name,
            position: profile.position.unwrap_or_default(),
            department: profile.department.unwrap_or_default(),
            phones: profile.phones.into_iter().map(phone_to_wire).collect(),
            emails: profile.emails.into_iter().map(email_to_wire).collect(),
            decision_role: role.into(),
        }),
        customer_ids: state.customers.iter().map(ToString::to_string).collect(),
    }
}
