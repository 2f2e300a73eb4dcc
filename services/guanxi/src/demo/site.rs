//! Where the demonstration is loaded: a set-up of its own, or one that runs already.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use guanxi_runtime::config::Config;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::dev::{Stack, TENANT};

/// The addresses of the services, and where reports are written.
pub(crate) struct Site {
    /// `host:port` of each gRPC port, by the role that serves it.
    pub(crate) grpc: BTreeMap<String, String>,
    /// The configuration in force there.
    pub(crate) config: Arc<Config>,
    /// The folder of reports.
    pub(crate) dir: PathBuf,
}

/// What is read of an `endpoints.json`.
#[derive(Deserialize)]
struct Addresses {
    grpc: BTreeMap<String, String>,
}

impl Site {
    /// What this process has started itself.
    pub(crate) fn own(stack: &Stack) -> Self {
        Self {
            grpc: stack.endpoints.grpc.clone(),
            config: stack.config.clone(),
            dir: stack.dir().to_owned(),
        }
    }

    /// What runs elsewhere, at the addresses of this file: `{"grpc": {"sales": "host:port", …}}`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn at(file: &Path, config: Arc<Config>, dir: &Path) -> anyhow::Result<Self> {
        let read =
            || -> anyhow::Result<Addresses> { Ok(serde_json::from_slice(&fs::read(file)?)?) };
        let addresses = read().with_context(|| format!("read {}", file.display()))?;
        fs::create_dir_all(dir).with_context(|| format!("make {}", dir.display()))?;
        Ok(Self {
            grpc: addresses.grpc,
            config,
            dir: dir.to_owned(),
        })
    }

    /// Where the tenant's days begin.
    pub(crate) fn zone(&self) -> anyhow::Result<TimeZone> {
        Ok(self.config.time_zone(&TENANT.parse()?))
    }
}
