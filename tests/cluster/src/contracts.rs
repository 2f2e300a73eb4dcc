//! The contracts as data: every RPC with the shape of its request, so that a test covers an RPC from
//! the day on which it is written.

mod message;

use std::collections::HashMap;

use anyhow::Context;
use guanxi_proto::{DESCRIPTORS, METHODS, Method};
use prost::Message;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    field_descriptor_proto::Type,
};

use crate::Role;

pub use message::{Filling, Value};

/// Every contract.
pub struct Contracts {
    /// Every RPC, in the order of the contracts.
    pub rpcs: Vec<RpcContract>,
    messages: HashMap<String, DescriptorProto>,
    enums: HashMap<String, EnumDescriptorProto>,
}

/// One RPC.
#[derive(Debug, Clone)]
pub struct RpcContract {
    /// Path, action, request.
    pub method: Method,
    /// Who serves it.
    pub role: Role,
    /// Whether its request carries a command's header.
    pub is_command: bool,
    /// Whether its answer is a stream.
    pub is_stream: bool,
}

/// The header of every command.
const HEADER: &str = ".guanxi.types.v1.CommandHeader";

impl Contracts {
    /// Reads them.
    ///
    /// # Errors
    /// When an RPC is of no role, or the descriptors are not sound.
    pub fn read() -> anyhow::Result<Self> {
        let set = FileDescriptorSet::decode(DESCRIPTORS)?;
        let mut contracts = Self {
            rpcs: Vec::new(),
            messages: HashMap::new(),
            enums: HashMap::new(),
        };
        let mut streams = HashMap::new();
        for file in set.file {
            let package = file.package().to_owned();
            for service in &file.service {
                for method in &service.method {
                    let path = format!("/{package}.{}/{}", service.name(), method.name());
                    streams.insert(path, method.server_streaming());
                }
            }
            for message in file.message_type {
                contracts.take(&format!(".{package}"), message);
            }
            for one in file.enum_type {
                let name = format!(".{package}.{}", one.name());
                contracts.enums.insert(name, one);
            }
        }
        for method in METHODS {
            let role = Role::of_path(method.path);
            let role = role.with_context(|| format!("{} is served by no role", method.path))?;
            let request = contracts.message(&format!(".{}", method.request))?;
            let is_command = request
                .field
                .iter()
                .any(|field| field.type_name() == HEADER);
            let is_stream = streams.get(method.path).copied();
            contracts.rpcs.push(RpcContract {
                method: *method,
                role,
                is_command,
                is_stream: is_stream
                    .with_context(|| format!("no descriptor of {}", method.path))?,
            });
        }
        Ok(contracts)
    }

    /// A message of that name (`.package.Message`).
    ///
    /// # Errors
    /// When there is none.
    fn message(&self, name: &str) -> anyhow::Result<&DescriptorProto> {
        let found = self.messages.get(name);
        found.with_context(|| format!("there is no message {name}"))
    }

    /// The fields of an RPC's request.
    ///
    /// # Errors
    /// When its message is missing.
    pub fn fields(&self, rpc: &RpcContract) -> anyhow::Result<&[FieldDescriptorProto]> {
        Ok(&self.message(&format!(".{}", rpc.method.request))?.field)
    }

    fn take(&mut self, parent: &str, mut message: DescriptorProto) {
        let name = format!("{parent}.{}", message.name());
        for nested in std::mem::take(&mut message.nested_type) {
            self.take(&name, nested);
        }
        for one in std::mem::take(&mut message.enum_type) {
            self.enums.insert(format!("{name}.{}", one.name()), one);
        }
        self.messages.insert(name, message);
    }
}

/// Whether a field is text.
pub fn is_text(field: &FieldDescriptorProto) -> bool {
    field.r#type() == Type::String
}
