//! Who calls, and what every command carries.

use guanxi_events::CommandId;
use guanxi_proto::types::v1::CommandHeader;
use guanxi_runtime::Role;
use tonic::Status;
use tonic_types::StatusExt;

/// A person of a tenant, with one role.
#[derive(Clone, Copy)]
pub struct Caller(pub &'static str, pub &'static str, pub Role);

/// An agent.
pub const ANNA: Caller = Caller("acme", "anna", Role::Agent);
/// A manager of the same company.
pub const MANAGER: Caller = Caller("acme", "mara", Role::Manager);
/// Who loads what the company brings with it.
pub const IMPORTER: Caller = Caller("acme", "loader", Role::Importer);
/// Who may only look.
pub const ANALYST: Caller = Caller("acme", "alan", Role::Analyst);
/// Whoever may do everything, in another company.
pub const STRANGER: Caller = Caller("other", "oscar", Role::Admin);

/// A header with an id of its own.
pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: CommandId::new().to_string(),
        ..Default::default()
    })
}

/// The code of a refusal; empty where there is none.
pub fn reason(status: &Status) -> String {
    let info = status.get_details_error_info();
    info.map(|info| info.reason).unwrap_or_default()
}
