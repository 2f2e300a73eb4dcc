//! `guanxi demo`

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    cli::Global,
    demo::{self, Caller, Company, Files, Questions},
    dev::{Stack, TENANT},
    output,
    process::Process,
};

/// Start `dev`, load a company's sales pipeline through the services, and show the figures
///
/// What was loaded before is found and not loaded again. `deploy/demo` installs what is missing,
/// builds, and calls this.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The folder of the private set-up
    #[arg(long, default_value = ".guanxi", value_name = "FOLDER")]
    dir: PathBuf,
    /// The folder of real data; ../shared/data when it is there, otherwise a company is generated
    /// [env: GUANXI_DATA]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Which generated company
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// How many opportunities a generated company has
    #[arg(long, default_value_t = 8_800, value_name = "NUMBER")]
    deals: usize,
    /// Stop after loading, with status 0 only if the totals are right
    #[arg(long)]
    once: bool,
}

/// Where real data is looked for when nothing is said.
const USUAL_DATA: &str = "../shared/data";

impl Demo {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let files = self.files()?;
        let company = Company::of(&files)?;
        let process = Process::begin("demo")?;
        let stop = process.stop.clone();
        output::line("Starting Postgres, NATS, services and projections …")?;
        let mut stack = tokio::select! {
            started = Stack::start(&self.dir, global, &process) => started?,
            () = stop.cancelled() => return Ok(ExitCode::from(130)),
        };
        let shown = tokio::select! {
            shown = show(&stack, &files, &company) => shown,
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
        Ok(if right {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn files(&self) -> anyhow::Result<Files> {
        // Set to nothing is not set.
        let variable = std::env::var_os("GUANXI_DATA").filter(|data| !data.is_empty());
        let given = self.data.clone().or(variable.map(PathBuf::from));
        let data = given.as_deref().unwrap_or(Path::new(USUAL_DATA));
        if Files::are_in(data) {
            return Files::read(data);
        }
        if given.is_some() {
            output::line(format!(
                "{} has no maven-crm-sales-opportunities/sales_pipeline.csv: a company is generated",
                data.display()
            ))?;
        }
        Ok(demo::generate(self.seed, self.deals))
    }
}

/// Loads what is not there yet, and prints the figures; whether they are right.
async fn show(stack: &Stack, files: &Files, company: &Company) -> anyhow::Result<bool> {
    let caller = Caller::connect(&stack.endpoints, &stack.config).await?;
    let questions = Questions::about(&caller, files, company);
    let loaded_before = questions.is_loaded().await?;
    let mut tokens = Vec::new();
    if loaded_before {
        output::line(format!(
            "{} is there already; totals are those of {}, whatever was done since",
            files.name, company.last_day
        ))?;
    } else {
        output::line(format!(
            "Loading {}: {} customers, {} products, {} opportunities in {} commands",
            files.name,
            company.accounts.len(),
            company.products.len(),
            output::grouped(company.deals.len() as u64),
            output::grouped(company.commands()),
        ))?;
        for (what, times) in &company.corrections {
            output::line(format!("  put right {times} times: {what}"))?;
        }
        let zone = stack.config.time_zone(&TENANT.parse()?);
        let loaded = demo::load(&caller, company, zone).await?;
        let seconds = loaded.took.as_millis().max(1);
        let rate = u128::from(loaded.commands) * 1_000 / seconds;
        output::line(format!(
            "{} commands in {}, {rate} a second",
            output::grouped(loaded.commands),
            output::span(loaded.took),
        ))?;
        tokens = loaded.tokens;
    }
    let check = questions.check(!loaded_before, &tokens).await?;
    demo::report(&questions, &check).await?;
    Ok(check.holds())
}

fn addresses(stack: &Stack) -> anyhow::Result<()> {
    let at = &stack.endpoints;
    output::line("\nIt runs:")?;
    for (name, address) in &at.grpc {
        output::line(format!("  gRPC {name:<10} {address}"))?;
    }
    output::line(format!("  gRPC-Web        {}", at.web))?;
    output::line(format!("  health, metrics {}/metrics", at.operations))?;
    let endpoints = stack.dir().join("endpoints.json");
    output::line(format!("  with passwords  {}", endpoints.display()))?;
    let program = std::env::current_exe()?;
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
