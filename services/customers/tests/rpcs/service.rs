//! The service on a database of its own, without a network: calls come as the gate lets them in.

use std::sync::Arc;

use guanxi_customers::{ContactApi, CustomerApi, FollowUpApi, InteractionApi, PoolApi};
use guanxi_eventlog::{EventLog, LogOptions, PlainCodec, connect_plain};
use guanxi_events::{CommandId, Service};
use guanxi_harness::TestDatabase;
use guanxi_proto::{
    customers::v1::{
        CustomerKind, CustomerProfile, GetCustomerRequest, RegisterCustomerRequest,
        customer_service_server::CustomerService as _,
    },
    types::v1::CommandHeader,
};
use guanxi_runtime::{
    Commands, Identity, Role, States, config::Config, executor::Executor, keys::KeyRing,
};
use tonic::{Request, Status};
use tonic_types::StatusExt;

/// One replica of the service.
#[derive(Clone)]
pub struct Replica {
    commands: Commands,
}

impl Replica {
    pub async fn of(database: &TestDatabase) -> Self {
        let config = database.url().parse().unwrap();
        let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(4)
            .build()
            .unwrap();
        let mut client = database.connect().await.unwrap();
        guanxi_runtime::migrate(&mut client, Service::Customers)
            .await
            .unwrap();
        let options = LogOptions::new(Service::Customers);
        let connector = connect_plain(database.url());
        let log = EventLog::open(options, pool, connector, Arc::new(PlainCodec))
            .await
            .unwrap();
        let states = States::new(log.clone(), 16, 10);
        let keys = KeyRing::from_hex(&"ab".repeat(32)).unwrap();
        let executor = Executor::new(log, states, keys);
        Self {
            commands: Commands::new(executor, Arc::new(Config::default())),
        }
    }

    pub fn customers(&self) -> CustomerApi {
        CustomerApi {
            commands: self.commands.clone(),
        }
    }

    pub fn contacts(&self) -> ContactApi {
        ContactApi {
            commands: self.commands.clone(),
        }
    }

    pub fn interactions(&self) -> InteractionApi {
        InteractionApi {
            commands: self.commands.clone(),
        }
    }

    pub fn follow_ups(&self) -> FollowUpApi {
        FollowUpApi {
            commands: self.commands.clone(),
        }
    }

    pub fn pools(&self) -> PoolApi {
        PoolApi {
            commands: self.commands.clone(),
        }
    }

    /// Registers a company; its id.
    pub async fn register(&self, who: &str, profile: CustomerProfile) -> Result<String, Status> {
        let request = RegisterCustomerRequest {
            header: header(),
            profile: Some(profile),
            ..RegisterCustomerRequest::default()
        };
        let response = self
            .customers()
            .register_customer(agent(who, request))
            .await?;
        Ok(response.into_inner().receipt.unwrap().id)
    }

    /// The customer as someone sees it.
    pub async fn customer(
        &self,
        id: &str,
        caller: impl FnOnce(GetCustomerRequest) -> Request<GetCustomerRequest>,
    ) -> Result<guanxi_proto::customers::v1::Customer, Status> {
        let request = GetCustomerRequest {
            customer_id: id.to_owned(),
        };
        let response = self.customers().get_customer(caller(request)).await?;
        Ok(response.into_inner().customer.unwrap())
    }
}

pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: CommandId::new().to_string(),
        expected_version: None,
        occurred_at: None,
    })
}

pub fn company(name: &str) -> CustomerProfile {
    CustomerProfile {
        kind: CustomerKind::Company.into(),
        name: name.to_owned(),
        ..CustomerProfile::default()
    }
}

fn call<T>(tenant: &str, who: &str, role: Role, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(Identity {
        tenant: tenant.parse().unwrap(),
        person: who.parse().unwrap(),
        roles: vec![role],
    });
    request
}

pub fn agent<T>(who: &str, message: T) -> Request<T> {
    call("acme", who, Role::Agent, message)
}

pub fn manager<T>(message: T) -> Request<T> {
    call("acme", "mia", Role::Manager, message)
}

pub fn stranger<T>(message: T) -> Request<T> {
    call("globex", "anna", Role::Admin, message)
}

/// The reason that a program reads.
pub fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}
