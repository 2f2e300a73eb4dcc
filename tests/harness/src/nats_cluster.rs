//! Three nats-servers that keep their streams together.

use std::fs;

use anyhow::Context;
use guanxi_embedded::{Nats, NatsOptions, free_port};
use secrecy::ExposeSecret;

use crate::ScratchDir;

/// A cluster for one test alone, which may kill its servers, wipe and restart them.
#[derive(Debug)]
pub struct NatsCluster {
    servers: Vec<(String, Nats)>,
    // Last: removed when all have ended.
    _scratch: ScratchDir,
}

impl NatsCluster {
    /// Starts three servers. Their JetStream answers as soon as they have chosen a leader.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let scratch = ScratchDir::create()?;
        let ports = [free_port(), free_port(), free_port()];
        let routes = ports
            .map(|port| format!("\"nats://127.0.0.1:{port}\""))
            .join(", ");
        let password = uuid::Uuid::new_v4().simple().to_string();
        let mut servers = Vec::new();
        for (number, port) in (1..).zip(ports) {
            let name = format!("nats-{number}");
            let options = NatsOptions {
                configuration: vec![
                    format!("server_name: {name}"),
                    format!(
                        "cluster {{ name: guanxi, listen: \"127.0.0.1:{port}\", routes: [{routes}] }}"
                    ),
                ],
                ..NatsOptions::in_dir(scratch.path().join(&name))
            };
            // One password for all, so that a client may go to any of them.
            fs::create_dir_all(&options.dir)?;
            fs::write(options.dir.join("password"), &password)?;
            servers.push((name, Nats::start(options).await?));
        }
        Ok(Self {
            servers,
            _scratch: scratch,
        })
    }

    /// The URLs for clients, separated by commas.
    #[must_use]
    pub fn urls(&self) -> String {
        let urls = self.servers.iter().map(|(_, server)| server.url());
        let urls: Vec<String> = urls.map(|url| url.expose_secret().to_owned()).collect();
        urls.join(",")
    }

    /// What the servers call themselves.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.servers.iter().map(|(name, _)| name.as_str())
    }

    /// The server of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn server(&mut self, name: &str) -> anyhow::Result<&mut Nats> {
        let mut servers = self.servers.iter_mut();
        let found = servers.find(|(own, _)| own == name);
        Ok(&mut found.with_context(|| format!("no server {name}"))?.1)
    }
}
