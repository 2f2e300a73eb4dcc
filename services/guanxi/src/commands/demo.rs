//! `guanxi demo`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{
    cli::Global,
    demo::{
        self, Caller, Company, Files, Site, airline, incidents, pipeline,
        retail::{self, Dataset},
    },
    dev::Stack,
    output,
    process::Process,
};

/// Start `dev`, load a company's sales pipeline and a wholesaler's year through the services, and
/// show the figures
///
/// What was loaded before is found and not loaded again. `deploy/demo` installs what is missing,
/// builds, and calls this.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The folder of the private set-up
    #[arg(long, default_value = ".guanxi", value_name = "FOLDER")]
    dir: PathBuf,
    /// Start nothing: load into what runs at the addresses of this file, `{"grpc": {"sales":
    /// "host:port", …}}`, with the development issuer of the configuration
    #[arg(long, value_name = "FILE")]
    at: Option<PathBuf>,
    /// The folder of real data; ../shared/data when it is there, what is not there is generated
    /// [env: GUANXI_DATA]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Which generated company and wholesaler
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// How many opportunities a generated company has
    #[arg(long, default_value_t = 8_800, value_name = "NUMBER")]
    deals: usize,
    /// How many documents a generated wholesaler has
    #[arg(long, default_value_t = 3_000, value_name = "NUMBER",
          value_parser = clap::value_parser!(u32).range(1..))]
    documents: u32,
    /// How many tickets of the service desk are loaded; all of a real one when not given, and of a
    /// generated one 1500
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    tickets: Option<u32>,
    /// How many members of the airline's program are loaded; all of a real one when not given, and
    /// of a generated one 1000
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    members: Option<u32>,
    /// How many days of the real wholesaler's year are loaded; all when not given
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    days: Option<u16>,
    /// Send every command once more where all is loaded: each gets its first answer, and nothing
    /// happens twice
    #[arg(long)]
    reload: bool,
    /// Stop after loading, with status 0 only if the totals are right
    #[arg(long)]
    once: bool,
}

/// How many tickets a generated service desk has.
const TICKETS: u32 = 1_500;
/// How many members a generated airline's program has.
const MEMBERS: u32 = 1_000;

/// Where real data is looked for when nothing is said.
const USUAL_DATA: &str = "../shared/data";

impl Demo {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let companies = self.companies()?;
        let process = Process::begin("demo")?;
        let stop = process.stop.clone();
        if let Some(file) = &self.at {
            let site = Site::at(file, global.load()?, &self.dir)?;
            let shown = tokio::select! {
                shown = self.show(&site, &companies) => shown,
                () = stop.cancelled() => return Ok(ExitCode::from(130)),
            };
            process.end();
            return Ok(status(shown?));
        }
        output::line("Starting Postgres, NATS, services and projections …")?;
        let mut stack = tokio::select! {
            started = Stack::start(&self.dir, global, &process) => started?,
            () = stop.cancelled() => return Ok(ExitCode::from(130)),
        };
        let site = Site::own(&stack);
        let shown = tokio::select! {
            shown = self.show(&site, &companies) => shown,
            () = stop.cancelled() => Err(anyhow::anyhow!("interrupted")),
        };
        let mut watched = Ok(());
        if let Ok(right) = shown
            && !self.once
        {
            addresses(&stack)?;
            if !right {
                output::line("The totals are WRONG, see above.")?;
            }
            watched = stack.watch(&stop).await;
        }
        stop.cancel();
        let stopped = stack.stopped().await;
        process.end();
        let right = shown?;
        watched.and(stopped)?;
        Ok(status(right))
    }

    fn companies(&self) -> anyhow::Result<Companies> {
        let files = self.files()?;
        Ok(Companies {
            maker: Company::of(&files)?,
            files,
            wholesaler: self.wholesaler()?,
            desk: self.desk()?,
            airline: self.airline()?,
        })
    }

    /// The folder of real data, and whether somebody named it.
    fn folder(&self) -> (PathBuf, bool) {
        // Set to nothing is not set.
        let variable = std::env::var_os("GUANXI_DATA").filter(|data| !data.is_empty());
        let given = self.data.clone().or(variable.map(PathBuf::from));
        let named = given.is_some();
        (given.unwrap_or_else(|| PathBuf::from(USUAL_DATA)), named)
    }

    fn files(&self) -> anyhow::Result<Files> {
        let (data, named) = self.folder();
        if Files::are_in(&data) {
            return Files::read(&data);
        }
        if named {
            output::line(format!(
                "{} has no maven-crm-sales-opportunities/sales_pipeline.csv: a company is generated",
                data.display()
            ))?;
        }
        Ok(demo::generate(self.seed, self.deals))
    }

    fn wholesaler(&self) -> anyhow::Result<Dataset> {
        let (data, named) = self.folder();
        if Dataset::is_in(&data) {
            return Dataset::read(&data, self.days);
        }
        if named {
            output::line(format!(
                "{} has no {}: a wholesaler is generated",
                data.display(),
                retail::FILE
            ))?;
        }
        Dataset::generated(self.seed, self.documents)
    }

    fn desk(&self) -> anyhow::Result<incidents::Dataset> {
        let (data, _) = self.folder();
        if incidents::Dataset::is_in(&data) {
            return incidents::Dataset::read(&data, self.tickets);
        }
        incidents::Dataset::generated(self.seed, self.tickets.unwrap_or(TICKETS))
    }

    fn airline(&self) -> anyhow::Result<airline::Dataset> {
        let (data, _) = self.folder();
        if airline::Dataset::is_in(&data) {
            return airline::Dataset::read(&data, self.members);
        }
        airline::Dataset::generated(self.seed, self.members.unwrap_or(MEMBERS))
    }

    /// Loads what is not there yet, or all once more, and prints the figures; whether they are
    /// right.
    async fn show(&self, site: &Site, companies: &Companies) -> anyhow::Result<bool> {
        let caller = Caller::connect(&site.grpc, &site.config).await?;
        let Companies {
            files,
            maker,
            wholesaler,
            desk,
            airline,
        } = companies;
        let mut right = pipeline::show(site, &caller, files, maker, self.reload).await?;
        right &= retail::show(site, &caller, wholesaler, self.reload).await?;
        right &= incidents::show(&caller, desk, self.reload).await?;
        right &= airline::show(site, &caller, airline, self.reload).await?;
        Ok(right)
    }
}

/// Who is loaded.
struct Companies {
    files: Files,
    maker: Company,
    wholesaler: Dataset,
    desk: incidents::Dataset,
    airline: airline::Dataset,
}

fn status(right: bool) -> ExitCode {
    if right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn addresses(stack: &Stack) -> anyhow::Result<()> {
    let at = &stack.endpoints;
    output::line("\nIt runs:")?;
    for (name, address) in &at.grpc {
        output::line(format!("  gRPC {name:<10} {address}"))?;
    }
    output::line(format!("  pages, gRPC-Web {}", at.web))?;
    output::line(format!("  health, metrics {}/metrics", at.operations))?;
    let endpoints = stack.dir().join("endpoints.json");
    output::line(format!("  with passwords  {}", endpoints.display()))?;
    let program = std::env::current_exe()?;
    output::line(format!("\n{}", at.invitation()))?;
    output::line("\nTry:")?;
    output::line(format!(
        "  {} --config {} projections status",
        program.display(),
        stack.configuration().display()
    ))?;
    output::line(format!(
        "  psql '{}' -c 'select owner, count(*), sum(amount) from opportunities \
         where status = $$won$$ group by owner order by 3 desc limit 5'",
        at.analyst
    ))?;
    output::line(format!(
        "  python3 -c 'import json, urllib.request as u; print(u.urlopen(json.load(open(\"{}\"))\
         [\"operations\"] + \"/readyz\").read().decode())'",
        endpoints.display()
    ))?;
    output::line("\nCtrl-C stops it; the data stays.")?;
    Ok(())
}
