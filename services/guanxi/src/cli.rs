//! The command line.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Parser, Subcommand};
use guanxi_runtime::config::Config;

use crate::{
    commands::{
        analyst, config, demo, dev, log, migrate, project, projections, reactions, serve, token,
    },
    settings::Setting,
};

/// Guanxi: an event-sourced CRM. One program, many roles.
///
/// Exit status: 0 when all is well, 1 when something is not (a check that found a problem, a role
/// that could not start), 2 when the command line is not understood.
#[derive(Debug, Parser)]
#[command(name = "guanxi", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Configuration file in TOML [env: GUANXI_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One setting, before file and environment: --set database.connections=32
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub set: Vec<Setting>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve one or several of: customers, sales, service, loyalty, query
    Serve(serve::Serve),
    /// Keep read models up to date
    Project(project::Project),
    /// Everything in one process, on a private Postgres and NATS
    Dev(dev::Dev),
    /// Start `dev`, load a company's sales pipeline through the services, and show the figures
    Demo(demo::Demo),
    /// Bring the database up to date: logs, read models, roles and their rights
    Migrate(migrate::Migrate),
    /// Print the configuration as it is in force, secrets hidden
    Config(config::PrintConfig),
    /// Look at an event log, and prove it
    #[command(subcommand)]
    Log(log::Log),
    /// Look after the read models
    #[command(subcommand)]
    Projections(projections::Projections),
    /// Look after the reactions of the services
    #[command(subcommand)]
    Reactions(reactions::Reactions),
    /// Logins for analysts, who read in SQL
    #[command(subcommand)]
    Analyst(analyst::Analyst),
    /// Issue a token for local use (development only)
    Token(token::Token),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// What was in the way, and what to do about it.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let global = &self.global;
        match self.command {
            Command::Serve(serve) => serve.run(global).await,
            Command::Project(project) => project.run(global).await,
            Command::Dev(dev) => dev.run(global).await,
            Command::Demo(demo) => demo.run(global).await,
            Command::Migrate(migrate) => migrate.run(global).await,
            Command::Config(config) => config.run(global),
            Command::Log(log) => log.run(global).await,
            Command::Projections(projections) => projections.run(global).await,
            Command::Reactions(reactions) => reactions.run(global).await,
            Command::Analyst(analyst) => analyst.run(global).await,
            Command::Token(token) => token.run(global),
        }
    }
}

impl Global {
    /// The configuration in force.
    ///
    /// # Errors
    /// A key that is not known, a value that makes no sense.
    pub fn load(&self) -> anyhow::Result<Arc<Config>> {
        self.load_with(&[])
    }

    /// The same with settings that nothing may overrule.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_with(&self, fixed: &[Setting]) -> anyhow::Result<Arc<Config>> {
        let flags: Vec<String> = self.set.iter().chain(fixed).map(Setting::to_toml).collect();
        Ok(Arc::new(Config::load(self.config.clone(), &flags)?))
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
