//! Where everything is, for programs: `endpoints.json` in the folder of a private set-up.

use std::{collections::BTreeMap, fs, io::ErrorKind};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::dev::{DevHome, TENANT};

/// The file's name.
pub(crate) const FILE: &str = "endpoints.json";

/// Where everything is. It holds passwords: the file is readable by its owner only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// `http://…` of the query service: pages, gRPC, and gRPC-Web for browsers.
    pub web: String,
    /// `host:port` of each gRPC port.
    pub grpc: BTreeMap<String, String>,
    /// Postgres URL of the administrator.
    pub database: String,
    /// Postgres URL of the demo tenant's analyst.
    pub analyst: String,
    /// URL of NATS.
    pub nats: String,
    /// `http://…` of `/healthz`, `/readyz` and `/metrics`.
    pub operations: String,
}

impl Endpoints {
    /// How to see the pages.
    pub(crate) fn invitation(&self) -> String {
        format!(
            "Open {} in a browser and sign in as anyone of the tenant {TENANT}, in a role of your \
             choice: managers see how the system is doing as well.",
            self.web
        )
    }

    /// Writes the file, whole or not at all.
    pub(crate) fn write(&self, home: &DevHome) -> anyhow::Result<()> {
        home.write_private(FILE, &serde_json::to_vec_pretty(self)?)
    }

    /// Removes the file: from now on nothing is there.
    pub(crate) fn remove(home: &DevHome) -> anyhow::Result<()> {
        let path = home.path(FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("remove {}", path.display()))
            }
            _ => Ok(()),
        }
    }
}
