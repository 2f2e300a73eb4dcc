//! The RPCs of the customers themselves.

mod profile;

pub(super) use profile::{field_of, path_of};

use std::collections::BTreeSet;

use guanxi_events::{
    customers::{CustomerField, CustomerId, CustomerProfile},
    document_number,
};
use guanxi_proto::customers::v1::{
    GetCustomerRequest, GetCustomerResponse, RegisterCustomerRequest, RegisterCustomerResponse,
    SetPrimaryContactRequest, SetPrimaryContactResponse, TransferCustomerRequest,
    TransferCustomerResponse, UpdateCustomerRequest, UpdateCustomerResponse,
    customer_service_server, {self as wire},
};
use guanxi_runtime::{Commands, command, errors, identity, instant_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{masked, part, queried_id, text_of};
use crate::domain::{
    Customer, Pool,
    customer::{Command, FirstHolder, Holder, InPool, State},
};

command!(RegisterCustomerRequest => RegisterCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.new_id("customer_id", &request.customer_id);
    let given = part(fields, "profile", request.profile.as_ref());
    let all = CustomerField::ALL.iter().copied().collect();
    let profile = given.and_then(|given| profile::read(fields, given, &all));
    let owner = fields.optional_person("owner", &request.owner);
    let pool = fields.optional_id("pool_id", &request.pool_id);
    let holder = match (owner?, pool?) {
        (None, None) => FirstHolder::Registrant,
        (Some(person), None) => FirstHolder::Person(person),
        (None, Some(pool)) => FirstHolder::Pool(pool),
        (Some(_), Some(_)) => {
            fields.bad("pool_id", "a customer goes to an owner or into a pool, not both");
            return None;
        }
    };
    Some((id?, Command::Register { profile: Box::new(profile?), holder }))
});

command!(UpdateCustomerRequest => UpdateCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let meant = masked(fields, request.update_mask.as_ref(), profile::field_of);
    let given = part(fields, "profile", request.profile.as_ref());
    let meant = meant?;
    let profile = given.and_then(|given| profile::read(fields, given, &meant));
    Some((id?, Command::Update { profile: Box::new(profile?), fields: meant }))
});

command!(SetPrimaryContactRequest => SetPrimaryContactResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let contact = fields.optional_id("contact_id", &request.contact_id);
    Some((id?, Command::SetPrimaryContact { contact: contact? }))
});

command!(TransferCustomerRequest => TransferCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let to = fields.person("owner", &request.owner);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Transfer { to: to?, reason: reason? }))
});

/// [`customer_service_server::CustomerService`] on the service's commands.
#[derive(Clone)]
pub struct CustomerApi {
    /// What runs them.
    pub commands: Commands,
}

#[tonic::async_trait]
impl customer_service_server::CustomerService for CustomerApi {
    async fn register_customer(
        &self,
        request: Request<RegisterCustomerRequest>,
    ) -> Result<Response<RegisterCustomerResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn update_customer(
        &self,
        request: Request<UpdateCustomerRequest>,
    ) -> Result<Response<UpdateCustomerResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_primary_contact(
        &self,
        request: Request<SetPrimaryContactRequest>,
    ) -> Result<Response<SetPrimaryContactResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn transfer_customer(
        &self,
        request: Request<TransferCustomerRequest>,
    ) -> Result<Response<TransferCustomerResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_customer(
        &self,
        request: Request<GetCustomerRequest>,
    ) -> Result<Response<GetCustomerResponse>, Status> {
        let id = queried_id("customer_id", &request.get_ref().customer_id)?;
        let (state, version) = self.commands.get::<Customer, _>(&request, id).await?;
        let customer = CustomerId(id);
        let profile = state
            .existing(customer)
            .map_err(|refusal| errors::refused(&refusal))?;
        let hidden = match &state.holder {
            Holder::Pool(stay) => self.hidden(&request, stay).await?,
            Holder::Owner { .. } | Holder::Nobody => BTreeSet::new(),
        };
        let profile = profile::without(profile, &hidden);
        Ok(Response::new(GetCustomerResponse {
            customer: Some(to_wire(id, version.0, &state, profile, &hidden)),
        }))
    }
}

impl CustomerApi {
    /// What the pool hides of its customers from the caller.
    async fn hidden<T: Sync>(
        &self,
        request: &Request<T>,
        stay: &InPool,
    ) -> Result<BTreeSet<CustomerField>, Status> {
        let (pool, _) = self.commands.get::<Pool, _>(request, stay.pool.0).await?;
        let actor = identity(request)?.actor();
        let sees_all = actor.manages || pool.admins.contains(&actor.person);
        Ok(if sees_all {
            BTreeSet::new()
        } else {
            pool.settings.masked_fields.clone()
        })
    }
}

fn to_wire(
    id: Uuid,
    version: i64,
    state: &State,
    profile: CustomerProfile,
    hidden: &BTreeSet<CustomerField>,
) -> wire::Customer {
    let (origin, pool) = match &state.holder {
        Holder::Owner { origin, .. } => (*origin, None),
        Holder::Pool(stay) => (None, Some(stay)),
        Holder::Nobody => (None, None),
    };
    wire::Customer {
        id: id.to_string(),
        version,
        number: state
            .number
            .map(|number| document_number(Customer::SERIES, number))
            .unwrap_or_default(),
        profile: Some(profile::to_wire(profile)),
        owner: text_of(state.owner()),
        origin_pool_id: text_of(origin),
        pool: pool.map(|stay| wire::PoolStay {
            pool_id: stay.pool.to_string(),
            entered_at: Some(instant_to_wire(stay.entered_at)),
            last_owner: text_of(stay.last_owner.as_ref()),
        }),
        primary_contact_id: text_of(state.primary_contact),
        masked_fields: hidden
            .iter()
            .map(|field| profile::path_of(*field).to_owned())
            .collect(),
    }
}
