//! The RPCs of the public pools: the pools themselves, and customers' ways in and out.

use std::collections::BTreeSet;

use guanxi_events::{
    PersonId,
    customers::{PoolEntry, PoolOpened, PoolPeople, PoolSettings},
};
use guanxi_proto::customers::v1::{
    AssignCustomerRequest, AssignCustomerResponse, ChangePoolPeopleRequest,
    ChangePoolPeopleResponse, ChangePoolRequest, ChangePoolResponse, ClaimCustomerRequest,
    ClaimCustomerResponse, ClosePoolRequest, ClosePoolResponse, GetPoolRequest, GetPoolResponse,
    OpenPoolRequest, OpenPoolResponse, ReleaseCustomerRequest, ReleaseCustomerResponse,
    ReopenPoolRequest, ReopenPoolResponse, pool_service_server, {self as wire},
};
use guanxi_runtime::{Commands, Fields, command, errors, identity, span_to_wire};
use jiff::SignedDuration;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{customer, part, party, queried_id};
use crate::domain::{
    Customer, Pool,
    customer::Command as CustomerCommand,
    pool::{Command, State},
};

const MOST_MEMBERS: usize = 1000;
const MOST_ADMINS: usize = 100;

command!(OpenPoolRequest => OpenPoolResponse, Pool, |request, fields| {
    let id: Option<Uuid> = fields.new_id("pool_id", &request.pool_id);
    let name = fields.text("name", &request.name, 1, 100);
    let settings = match &request.settings {
        Some(given) => settings(fields, given),
        None => Some(PoolSettings::default()),
    };
    let members = people(fields, "members", &request.members, MOST_MEMBERS);
    let admins = people(fields, "admins", &request.admins, MOST_ADMINS);
    Some((id?, Command::Open(PoolOpened {
        name: name?,
        settings: settings?,
        members: members?,
        admins: admins?,
    })))
});

command!(ChangePoolRequest => ChangePoolResponse, Pool, |request, fields| {
    let id: Option<Uuid> = fields.id("pool_id", &request.pool_id);
    let name = fields.text("name", &request.name, 1, 100);
    let given = part(fields, "settings", request.settings.as_ref());
    let settings = given.and_then(|given| settings(fields, given));
    Some((id?, Command::Change { name: name?, settings: settings? }))
});

command!(ChangePoolPeopleRequest => ChangePoolPeopleResponse, Pool, |request, fields| {
    let id: Option<Uuid> = fields.id("pool_id", &request.pool_id);
    let add_members = people(fields, "add_members", &request.add_members, MOST_MEMBERS);
    let remove_members = people(fields, "remove_members", &request.remove_members, MOST_MEMBERS);
    let add_admins = people(fields, "add_admins", &request.add_admins, MOST_ADMINS);
    let remove_admins = people(fields, "remove_admins", &request.remove_admins, MOST_ADMINS);
    let add = PoolPeople { members: add_members?, admins: add_admins? };
    let remove = PoolPeople { members: remove_members?, admins: remove_admins? };
    Some((id?, Command::ChangePeople { add, remove }))
});

command!(ClosePoolRequest => ClosePoolResponse, Pool, |request, fields| {
    let id: Option<Uuid> = fields.id("pool_id", &request.pool_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Close { reason: reason? }))
});

command!(ReopenPoolRequest => ReopenPoolResponse, Pool, |request, fields| {
    let id: Option<Uuid> = fields.id("pool_id", &request.pool_id);
    Some((id?, Command::Reopen))
});

command!(ReleaseCustomerRequest => ReleaseCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let pool = fields.id("pool_id", &request.pool_id);
    let entry = fields.choice("entry", request.entry, |entry| match entry {
        wire::PoolEntry::Unspecified | wire::PoolEntry::Released => Some(PoolEntry::Released),
        wire::PoolEntry::Recycled => Some(PoolEntry::Recycled),
        wire::PoolEntry::OwnerLeft => Some(PoolEntry::OwnerLeft),
        wire::PoolEntry::Imported => None,
    });
    let reason = fields.optional_text("reason", &request.reason, 500);
    let (pool, entry, reason) = (pool?, entry?, reason?);
    Some((id?, CustomerCommand::Release { pool, entry, reason }))
});

command!(ClaimCustomerRequest => ClaimCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let pool = fields.id("pool_id", &request.pool_id);
    let by = fields.person("person", &request.person);
    Some((id?, CustomerCommand::Claim { pool: pool?, by: by? }))
});

command!(AssignCustomerRequest => AssignCustomerResponse, Customer, |request, fields| {
    let id: Option<Uuid> = fields.id("customer_id", &request.customer_id);
    let pool = fields.id("pool_id", &request.pool_id);
    let to = fields.person("person", &request.person);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, CustomerCommand::Assign { pool: pool?, to: to?, reason: reason? }))
});

fn settings(fields: &mut Fields, given: &wire::PoolSettings) -> Option<PoolSettings> {
    let new_entry = given.new_entry_lock.as_ref();
    let new_entry_lock = span(fields, "settings.new_entry_lock", new_entry);
    let previous_owner = given.previous_owner_lock.as_ref();
    let previous_owner_lock = span(fields, "settings.previous_owner_lock", previous_owner);
    let hidden = given.masked_fields.iter().enumerate().map(|(n, path)| {
        let field = customer::field_of(path);
        if field.is_none() {
            let description = "is no field of a customer's profile";
            fields.bad(format!("settings.masked_fields[{n}]"), description);
        }
        field
    });
    let hidden = party::all(hidden.collect());
    Some(PoolSettings {
        capacity_per_person: given.capacity_per_person,
        claims_per_day: given.claims_per_day,
        new_entry_lock: new_entry_lock?,
        previous_owner_lock: previous_owner_lock?,
        masked_fields: hidden?.into_iter().collect(),
    })
}

/// A span of at most 366 days; none is zero.
fn span(
    fields: &mut Fields,
    field: &str,
    given: Option<&prost_types::Duration>,
) -> Option<SignedDuration> {
    const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);
    match given {
        None => Some(SignedDuration::ZERO),
        some => fields.span(field, some, SignedDuration::ZERO, LONGEST),
    }
}

fn people(
    fields: &mut Fields,
    field: &str,
    given: &[String],
    most: usize,
) -> Option<BTreeSet<PersonId>> {
    fields.count(field, given.len(), most)?;
    let read = given.iter().enumerate().map(|(n, person)| {
        let field = format!("{field}[{n}]");
        fields.person(&field, person)
    });
    let read = party::all(read.collect())?;
    Some(read.into_iter().collect())
}

/// [`pool_service_server::PoolService`] on the service's commands.
#[derive(Clone)]
pub struct PoolApi {
    /// What runs them.
    pub commands: Commands,
}

#[tonic::async_trait]
impl pool_service_server::PoolService for PoolApi {
    async fn open_pool(
        &self,
        request: Request<OpenPoolRequest>,
    ) -> Result<Response<OpenPoolResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_pool(
        &self,
        request: Request<ChangePoolRequest>,
    ) -> Result<Response<ChangePoolResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_pool_people(
        &self,
        request: Request<ChangePoolPeopleRequest>,
    ) -> Result<Response<ChangePoolPeopleResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn close_pool(
        &self,
        request: Request<ClosePoolRequest>,
    ) -> Result<Response<ClosePoolResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reopen_pool(
        &self,
        request: Request<ReopenPoolRequest>,
    ) -> Result<Response<ReopenPoolResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn release_customer(
        &self,
        request: Request<ReleaseCustomerRequest>,
    ) -> Result<Response<ReleaseCustomerResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn claim_customer(
        &self,
        mut request: Request<ClaimCustomerRequest>,
    ) -> Result<Response<ClaimCustomerResponse>, Status> {
        // The claimant's quota must be known before the decision, so the request names them.
        if request.get_ref().person.is_empty() {
            let caller = identity(&request)?.person;
            request.get_mut().person = caller.to_string();
        }
        self.commands.execute(request).await
    }

    async fn assign_customer(
        &self,
        request: Request<AssignCustomerRequest>,
    ) -> Result<Response<AssignCustomerResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_pool(
        &self,
        request: Request<GetPoolRequest>,
    ) -> Result<Response<GetPoolResponse>, Status> {
        let id = queried_id("pool_id", &request.get_ref().pool_id)?;
        let (state, version) = self.commands.get::<Pool, _>(&request, id).await?;
        let pool = state
            .existing(id)
            .map_err(|refusal| errors::refused(&refusal))?;
        Ok(Response::new(GetPoolResponse {
            pool: Some(to_wire(id, version.0, pool)),
        }))
    }
}

fn to_wire(id: Uuid, version: i64, pool: &State) -> wire::Pool {
    let names = |people: &BTreeSet<PersonId>| people.iter().map(ToString::to_string).collect();
    let settings = &pool.settings;
    wire::Pool {
        id: id.to_string(),
        version,
        name: pool.name.clone(),
        settings: Some(wire::PoolSettings {
            capacity_per_person: settings.capacity_per_person,
            claims_per_day: settings.claims_per_day,
            new_entry_lock: Some(span_to_wire(settings.new_entry_lock)),
            previous_owner_lock: Some(span_to_wire(settings.previous_owner_lock)),
            masked_fields: settings
                .masked_fields
                .iter()
                .map(|field| customer::path_of(*field).to_owned())
                .collect(),
        }),
        settings_version: pool.version,
        open: pool.open,
        members: names(&pool.members),
        admins: names(&pool.admins),
    }
}
