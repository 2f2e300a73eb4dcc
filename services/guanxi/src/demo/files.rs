//! The four files of a sales pipeline, row by row as they are: the public data set
//! `maven-crm-sales-opportunities`, or generated ones.

use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, de::DeserializeOwned};

/// The folder of the data set within the folder of all data.
const FOLDER: &str = "maven-crm-sales-opportunities";

/// A row of `accounts.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountRow {
    /// The name, which is the key.
    pub account: String,
    /// The industry.
    pub sector: String,
    /// The year in which it was founded.
    pub year_established: String,
    /// What it turns over in a year, in millions of USD.
    pub revenue: String,
    /// How many people work there.
    pub employees: String,
    /// The country of its head office.
    pub office_location: String,
    /// The account that it belongs to; mostly empty.
    pub subsidiary_of: String,
}

/// A row of `products.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProductRow {
    /// The name, which is the key.
    pub product: String,
    /// The series.
    pub series: String,
    /// The price in whole USD.
    pub sales_price: String,
}

/// A row of `sales_teams.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AgentRow {
    /// The name, which is the key.
    pub sales_agent: String,
    /// Who leads the team.
    pub manager: String,
    /// Where the team is.
    pub regional_office: String,
}

/// A row of `sales_pipeline.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PipelineRow {
    /// The key.
    pub opportunity_id: String,
    /// Who works on it.
    pub sales_agent: String,
    /// What it is about.
    pub product: String,
    /// Whom it is with; empty in one row of six.
    pub account: String,
    /// Prospecting, Engaging, Won or Lost.
    pub deal_stage: String,
    /// When the talks began; empty while prospecting.
    pub engage_date: String,
    /// When it was won or lost.
    pub close_date: String,
    /// What it brought in whole USD; 0 when it was lost.
    pub close_value: String,
}

/// The four files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// What the data is called, and the namespace of all ids that derive from it.
    pub name: String,
    /// `accounts.csv`
    pub accounts: Vec<AccountRow>,
    /// `products.csv`
    pub products: Vec<ProductRow>,
    /// `sales_teams.csv`
    pub agents: Vec<AgentRow>,
    /// `sales_pipeline.csv`
    pub pipeline: Vec<PipelineRow>,
}

impl Files {
    /// Whether the data set is in this folder of data.
    pub fn are_in(data: &Path) -> bool {
        data.join(FOLDER).join("sales_pipeline.csv").is_file()
    }

    /// Reads the data set.
    ///
    /// # Errors
    /// A file that is missing or has other columns.
    pub fn read(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join(FOLDER);
        Ok(Self {
            name: FOLDER.to_owned(),
            accounts: rows(&folder.join("accounts.csv"))?,
            products: rows(&folder.join("products.csv"))?,
            agents: rows(&folder.join("sales_teams.csv"))?,
            pipeline: rows(&folder.join("sales_pipeline.csv"))?,
        })
    }
}

fn rows<T: DeserializeOwned>(file: &Path) -> anyhow::Result<Vec<T>> {
    let reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(file);
    let read = || -> Result<Vec<T>, csv::Error> { reader?.deserialize().collect() };
    read().with_context(|| format!("read {}", file.display()))
}
