//! A company that never was, in the shape of the public data set and always the same for a seed.

use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::files::{AccountRow, AgentRow, Files, PipelineRow, ProductRow};

/// How many customers.
const ACCOUNTS: usize = 85;
/// Agents of each team.
const AGENTS: usize = 6;

const BEGINNINGS: [&str; 17] = [
    "Alder", "Beryl", "Corvus", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris", "Juniper",
    "Kestrel", "Lumen", "Meridian", "Nimbus", "Onyx", "Pinnacle", "Quarry",
];
const ENDINGS: [&str; 5] = ["Works", "Systems", "Trading", "Labs", "Group"];
const SECTORS: [&str; 8] = [
    "retail",
    "technology",
    "medical",
    "finance",
    "software",
    "telecommunications",
    "services",
    "entertainment",
];
const COUNTRIES: [&str; 6] = [
    "United States",
    "Germany",
    "Japan",
    "Brazil",
    "Kenya",
    "Norway",
];
const PRODUCTS: [(&str, &str, i64); 7] = [
    ("Aster Mini", "Aster", 55),
    ("Aster Basic", "Aster", 560),
    ("Aster Plus", "Aster", 1_080),
    ("Boreal One", "Boreal", 3_400),
    ("Boreal Pro", "Boreal", 4_800),
    ("Boreal Max", "Boreal", 5_500),
    ("Cirrus 500", "Cirrus", 26_500),
];
const TEAMS: [(&str, &str); 6] = [
    ("Mira Lindqvist", "East"),
    ("Tomas Okafor", "East"),
    ("Rosa Beltran", "Central"),
    ("Ivo Hartmann", "Central"),
    ("Lin Zhao", "West"),
    ("Noor Haddad", "West"),
];
const FIRST_NAMES: [&str; 12] = [
    "Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jon", "Kaia", "Leo",
];
const LAST_NAMES: [&str; 6] = ["Abel", "Brook", "Castro", "Dahl", "Ekwall", "Faber"];

/// Generates the four files, with so many opportunities; the public data set has 8 800.
pub fn generate(seed: u64, deals: usize) -> Files {
    let mut random = StdRng::seed_from_u64(seed);
    let agents = agents();
    let accounts = accounts(&mut random);
    let pipeline = pipeline(&mut random, deals, &agents, &accounts);
    Files {
        name: format!("generated-{seed}-{deals}"),
        accounts,
        products: PRODUCTS
            .map(|(product, series, price)| ProductRow {
                product: product.to_owned(),
                series: series.to_owned(),
                sales_price: price.to_string(),
            })
            .into(),
        agents,
        pipeline,
    }
}

fn pick<T: Copy>(random: &mut StdRng, from: &[T]) -> T {
    from[random.random_range(0..from.len())]
}

fn agents() -> Vec<AgentRow> {
    let mut agents = Vec::new();
    for (team, (manager, office)) in TEAMS.iter().enumerate() {
        for member in 0..AGENTS {
            // Every pair of a first and a last name at most once.
            let first = FIRST_NAMES[(team * 2 + member) % FIRST_NAMES.len()];
            let last = LAST_NAMES[(team + member) % LAST_NAMES.len()];
            agents.push(AgentRow {
                sales_agent: format!("{first} {last}"),
                manager: (*manager).to_owned(),
                regional_office: (*office).to_owned(),
            });
        }
    }
    agents
}

fn accounts(random: &mut StdRng) -> Vec<AccountRow> {
    let mut accounts: Vec<AccountRow> = Vec::with_capacity(ACCOUNTS);
    for index in 0..ACCOUNTS {
        let beginning = BEGINNINGS[index % BEGINNINGS.len()];
        let ending = ENDINGS[index / BEGINNINGS.len()];
        // One in six belongs to one of the first ten.
        let parent = match index {
            0..10 => None,
            _ if random.random_ratio(1, 6) => {
                let parent = random.random_range(0..10);
                accounts.get(parent).map(|parent| parent.account.clone())
            }
            _ => None,
        };
        let hundredths: u32 = random.random_range(500..1_000_000);
        accounts.push(AccountRow {
            account: format!("{beginning} {ending}"),
            sector: pick(random, &SECTORS).to_owned(),
            year_established: random.random_range(1975..2016).to_string(),
            revenue: format!("{}.{:02}", hundredths / 100, hundredths % 100),
            employees: random.random_range(10..30_000).to_string(),
            office_location: pick(random, &COUNTRIES).to_owned(),
            subsidiary_of: parent.unwrap_or_default(),
        });
    }
    accounts
}

fn pipeline(
    random: &mut StdRng,
    deals: usize,
    agents: &[AgentRow],
    accounts: &[AccountRow],
) -> Vec<PipelineRow> {
    let first = Date::constant(2016, 10, 20);
    (0..deals)
        .map(|index| {
            let (product, _, price) = pick(random, &PRODUCTS);
            let account = random.random_range(0..accounts.len() * 6 / 5);
            let engaged = first.saturating_add(random.random_range(0..433).days());
            let closed = engaged.saturating_add(random.random_range(1..139).days());
            let stage = match random.random_range(0..100) {
                0..6 => "Prospecting",
                // What would close after the last day is still being talked about.
                _ if closed > Date::constant(2017, 12, 31) => "Engaging",
                6..14 => "Engaging",
                14..72 => "Won",
                _ => "Lost",
            };
            let engaged = if stage == "Prospecting" {
                String::new()
            } else {
                engaged.to_string()
            };
            let value = price * random.random_range(80..=120) / 100;
            let (closed, value) = match stage {
                "Won" => (closed.to_string(), value.to_string()),
                "Lost" => (closed.to_string(), "0".to_owned()),
                _ => (String::new(), String::new()),
            };
            PipelineRow {
                opportunity_id: format!("G{index:07}"),
                sales_agent: agents[random.random_range(0..agents.len())]
                    .sales_agent
                    .clone(),
                product: product.to_owned(),
                account: accounts
                    .get(account)
                    .map(|a| a.account.clone())
                    .unwrap_or_default(),
                deal_stage: stage.to_owned(),
                engage_date: engaged,
                close_date: closed,
                close_value: value,
            }
        })
        .collect()
}
