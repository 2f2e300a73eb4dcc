//! `guanxi demo`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    cli::Global,
    demo::{
        self, Caller, Company, Files, Questions,
        retail::{self, Dataset},
    },
    dev::{Stack, TENANT},
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

/// Where real data is looked for when nothing is said.
const USUAL_DATA: &str = "../shared/data";

/// What of the wholesaler's file was not loaded, line by line, in the folder of the set-up.
const REFUSED: &str = "retail-refused.csv";

impl Demo {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let files = self.files()?;
        let company = Company::of(&files)?;
        let wholesaler = self.wholesaler()?;
        let process = Process::begin("demo")?;
        let stop = process.stop.clone();
        output::line("Starting Postgres, NATS, services and projections …")?;
        let mut stack = tokio::select! {
            started = Stack::start(&self.dir, global, &process) => started?,
            () = stop.cancelled() => return Ok(ExitCode::from(130)),
        };
        let shown = tokio::select! {
            shown = self.show(&stack, &files, &company, &wholesaler) => shown,
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

    /// Loads what is not there yet, or all once more, and prints the figures; whether they are
    /// right.
    async fn show(
        &self,
        stack: &Stack,
        files: &Files,
        company: &Company,
        wholesaler: &Dataset,
    ) -> anyhow::Result<bool> {
        let caller = Caller::connect(&stack.endpoints, &stack.config).await?;
        let right = pipeline(stack, &caller, files, company, self.reload).await?;
        let also_right = receivables(stack, &caller, wholesaler, self.reload).await?;
        Ok(right && also_right)
    }
}

/// The sales pipeline.
async fn pipeline(
    stack: &Stack,
    caller: &Caller,
    files: &Files,
    company: &Company,
    reload: bool,
) -> anyhow::Result<bool> {
    let questions = Questions::about(caller, files, company);
    let loaded_before = questions.is_loaded().await?;
    let mut tokens = Vec::new();
    if loaded_before && !reload {
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
        let loaded = demo::load(caller, company, zone(stack)?).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(!loaded_before, &tokens).await?;
    demo::report(&questions, &check).await?;
    Ok(check.holds())
}

/// The wholesaler's year.
async fn receivables(
    stack: &Stack,
    caller: &Caller,
    wholesaler: &Dataset,
    reload: bool,
) -> anyhow::Result<bool> {
    let (name, story) = (&wholesaler.name, &wholesaler.story);
    let refused = stack.dir().join(REFUSED);
    retail::write_refused(&story.refused, &refused)?;
    let questions = retail::Questions::about(caller, wholesaler);
    let mut tokens = Vec::new();
    if !reload && questions.is_loaded().await? {
        output::line(format!("\n{name} is there already"))?;
    } else {
        output::line(format!(
            "\nLoading {name}: {} customers, {} articles, {} lines in {} commands",
            output::grouped(story.buyers.len() as u64),
            output::grouped(story.articles.len() as u64),
            output::grouped(story.totals.lines),
            output::grouped(wholesaler.commands()),
        ))?;
        for (kind, documents) in &story.totals.documents {
            output::line(format!("  {kind}: {}", output::grouped(*documents)))?;
        }
        let loaded = retail::load(caller, wholesaler, zone(stack)?).await?;
        output::line(loaded.to_string())?;
        tokens = loaded.tokens;
    }
    let check = questions.check(&tokens).await?;
    retail::report(wholesaler, &check, &refused)?;
    Ok(check.holds())
}

/// Where the tenant's days begin.
fn zone(stack: &Stack) -> anyhow::Result<TimeZone> {
    Ok(stack.config.time_zone(&TENANT.parse()?))
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
