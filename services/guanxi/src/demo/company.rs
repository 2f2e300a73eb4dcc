//! What the files mean: names resolved, dates and sums read, misspellings put right.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, bail};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::files::{AccountRow, AgentRow, Files, PipelineRow, ProductRow};

/// A company with its customers, products, people and deals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// The namespace of all ids that derive from its keys.
    pub name: String,
    /// Its customers; parents before those that belong to them.
    pub accounts: Vec<Account>,
    /// What it sells.
    pub products: Vec<Product>,
    /// Who sells, by name.
    pub agents: BTreeMap<String, Agent>,
    /// Its opportunities, by the day on which they were opened.
    pub deals: Vec<Deal>,
    /// The first day of which something is told.
    pub first_day: Date,
    /// The last one; deals without a date count as opened on it.
    pub last_day: Date,
    /// What was put right, and how many times.
    pub corrections: BTreeMap<String, usize>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name, which is the key.
    pub name: String,
    /// The industry.
    pub sector: String,
    /// The year in which it was founded.
    pub founded: i32,
    /// What it turns over in a year, in USD.
    pub revenue: Decimal,
    /// How many people work there.
    pub employees: u32,
    /// The country of its head office.
    pub country: String,
    /// The account that it belongs to.
    pub parent: Option<String>,
}

/// Something that is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The name, which is the key.
    pub name: String,
    /// The series.
    pub series: String,
    /// The price in USD.
    pub price: Decimal,
}

/// Someone who sells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The person's login, from the name: `darcel.schlecht`.
    pub login: String,
    /// The team, by its leader and office.
    pub team: String,
}

/// An opportunity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// The key.
    pub key: String,
    /// Who works on it, by name.
    pub agent: String,
    /// What it is about, by name.
    pub product: String,
    /// Whom it is with, by name.
    pub account: Option<String>,
    /// What became of it.
    pub course: Course,
}

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Nobody knows when it was opened.
    Prospecting,
    /// Talks began, and are under way.
    Engaging {
        /// When they began.
        engaged: Date,
    },
    /// It was won.
    Won {
        /// When talks began.
        engaged: Date,
        /// When it was won.
        closed: Date,
        /// What it brought, in USD.
        value: Decimal,
    },
    /// It was lost.
    Lost {
        /// When talks began.
        engaged: Date,
        /// When it was lost.
        closed: Date,
    },
}

impl Course {
    /// When talks began.
    pub fn engaged(&self) -> Option<Date> {
        match *self {
            Self::Prospecting => None,
            Self::Engaging { engaged } | Self::Won { engaged, .. } | Self::Lost { engaged, .. } => {
                Some(engaged)
            }
        }
    }

    /// When it was won or lost.
    pub fn closed(&self) -> Option<Date> {
        match *self {
            Self::Won { closed, .. } | Self::Lost { closed, .. } => Some(closed),
            Self::Prospecting | Self::Engaging { .. } => None,
        }
    }

    /// How many commands tell it: opened, engaged, closed.
    pub fn commands(&self) -> u64 {
        match self {
            Self::Prospecting => 1,
            Self::Engaging { .. } => 2,
            Self::Won { .. } | Self::Lost { .. } => 3,
        }
    }
}

/// How names are misspelt in the files, and what they mean. Names are keys there.
const MISSPELT: [(&str, &str); 3] = [
    ("GTXPro", "GTX Pro"),
    ("technolgy", "technology"),
    ("Philipines", "Philippines"),
];

/// Puts names right, and counts how often.
#[derive(Default)]
struct Corrector(BTreeMap<String, usize>);

impl Corrector {
    fn right(&mut self, name: &str) -> String {
        match MISSPELT.iter().find(|(wrong, _)| *wrong == name) {
            None => name.to_owned(),
            Some((wrong, right)) => {
                *self.0.entry(format!("{wrong} → {right}")).or_default() += 1;
                (*right).to_owned()
            }
        }
    }
}

impl Company {
    /// Reads what the files mean.
    ///
    /// # Errors
    /// A row that names something unknown or has no date, sum or stage that could be read.
    pub fn of(files: &Files) -> anyhow::Result<Self> {
        let mut corrector = Corrector::default();
        let accounts: Vec<Account> = each(&files.accounts, |row| account(row, &mut corrector))?;
        let products: Vec<Product> = each(&files.products, |row| product(row, &mut corrector))?;
        let agents: BTreeMap<_, _> = files.agents.iter().map(agent).collect();
        let mut deals: Vec<Deal> = each(&files.pipeline, |row| deal(row, &mut corrector))?;

        let known = |name: &str| accounts.iter().any(|account| account.name == name);
        for deal in &deals {
            if !agents.contains_key(&deal.agent) {
                bail!("{}: there is no agent {:?}", deal.key, deal.agent);
            }
            if !products.iter().any(|product| product.name == deal.product) {
                bail!("{}: there is no product {:?}", deal.key, deal.product);
            }
            if let Some(account) = deal.account.as_deref().filter(|name| !known(name)) {
                bail!("{}: there is no account {account:?}", deal.key);
            }
        }
        let days = || {
            let days = deals
                .iter()
                .map(|deal| [deal.course.engaged(), deal.course.closed()]);
            days.flatten().flatten()
        };
        let (Some(first_day), Some(last_day)) = (days().min(), days().max()) else {
            bail!("no opportunity has a date");
        };
        // Stable: those of one day stay in the order of the file.
        deals.sort_by_key(|deal| deal.course.engaged().unwrap_or(last_day));
        Ok(Self {
            name: files.name.clone(),
            accounts: parents_first(accounts)?,
            products,
            agents,
            deals,
            first_day,
            last_day,
            corrections: corrector.0,
        })
    }

    /// How many commands tell the deals.
    pub fn commands(&self) -> u64 {
        self.deals.iter().map(|deal| deal.course.commands()).sum()
    }
}

fn each<R, T>(rows: &[R], mut read: impl FnMut(&R) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    rows.iter().map(&mut read).collect()
}

fn account(row: &AccountRow, corrector: &mut Corrector) -> anyhow::Result<Account> {
    let what = || format!("account {}", row.account);
    let millions: Decimal = row.revenue.parse().with_context(what)?;
    let parent = (!row.subsidiary_of.is_empty()).then(|| row.subsidiary_of.clone());
    Ok(Account {
        name: row.account.clone(),
        sector: corrector.right(&row.sector),
        founded: row.year_established.parse().with_context(what)?,
        revenue: (millions * Decimal::from(1_000_000)).normalize(),
        employees: row.employees.parse().with_context(what)?,
        country: corrector.right(&row.office_location),
        parent,
    })
}

fn product(row: &ProductRow, corrector: &mut Corrector) -> anyhow::Result<Product> {
    let price = row.sales_price.parse();
    Ok(Product {
        name: corrector.right(&row.product),
        series: row.series.clone(),
        price: price.with_context(|| format!("product {}", row.product))?,
    })
}

fn agent(row: &AgentRow) -> (String, Agent) {
    let login = row.sales_agent.to_lowercase();
    let login: Vec<&str> = login.split_whitespace().collect();
    let agent = Agent {
        login: login.join("."),
        team: format!("{} ({})", row.manager, row.regional_office),
    };
    (row.sales_agent.clone(), agent)
}

fn deal(row: &PipelineRow, corrector: &mut Corrector) -> anyhow::Result<Deal> {
    let course = course(row).with_context(|| format!("opportunity {}", row.opportunity_id))?;
    Ok(Deal {
        key: row.opportunity_id.clone(),
        agent: row.sales_agent.clone(),
        product: corrector.right(&row.product),
        account: (!row.account.is_empty()).then(|| row.account.clone()),
        course,
    })
}

fn course(row: &PipelineRow) -> anyhow::Result<Course> {
    let engaged = || row.engage_date.parse().context("engage_date");
    let closed = || row.close_date.parse().context("close_date");
    Ok(match row.deal_stage.as_str() {
        "Prospecting" => Course::Prospecting,
        "Engaging" => Course::Engaging {
            engaged: engaged()?,
        },
        "Won" => Course::Won {
            engaged: engaged()?,
            closed: closed()?,
            value: row.close_value.parse().context("close_value")?,
        },
        "Lost" => Course::Lost {
            engaged: engaged()?,
            closed: closed()?,
        },
        other => bail!("{other:?} is no stage"),
    })
}

/// A customer can only belong to one that is registered already.
fn parents_first(accounts: Vec<Account>) -> anyhow::Result<Vec<Account>> {
    let mut depths: HashMap<String, usize> = HashMap::new();
    for account in &accounts {
        let mut depth = 0;
        let mut at = account;
        while let Some(parent) = &at.parent {
            depth += 1;
            at = accounts
                .iter()
                .find(|account| account.name == *parent)
                .with_context(|| format!("{}: there is no account {parent:?}", at.name))?;
            if depth > accounts.len() {
                bail!("{} belongs to itself", account.name);
            }
        }
        depths.insert(account.name.clone(), depth);
    }
    let mut sorted = accounts;
    sorted.sort_by_key(|account| depths.get(&account.name).copied());
    Ok(sorted)
}
