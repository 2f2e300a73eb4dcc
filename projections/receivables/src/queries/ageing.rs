//! The ageing (S-26): what is open, by how long it has been due.

use rust_decimal::Decimal;
use tokio_postgres::{Error, Row, types::ToSql};

use super::{Dates, Filter, MissingRates, Reader, converted, open_items::Aged};

/// What to add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingQuery {
    /// When.
    pub dates: Dates,
    /// Which items.
    pub filter: Filter,
    /// The last age of each bucket but the last, rising; ages are days overdue.
    pub limits: Vec<i32>,
    /// What to tell apart, beside the currency.
    pub group_by: GroupBy,
    /// Only the groups after this one.
    pub after: Option<AgeingCursor>,
    /// How many groups at most.
    pub limit: u16,
}

/// What an ageing is told apart by, beside the currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Nothing: one group with an empty key for each currency.
    #[default]
    Nothing,
    /// The customer.
    Customer,
    /// The owner of the item; an empty key is none.
    Owner,
    /// The team of the item; an empty key is none.
    Team,
}

impl GroupBy {
    /// For people and for programs, as SQL.
    const fn label_and_key(self) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("''", "''"),
            Self::Customer => (
                "coalesce(c.name, '') collate \"C\"",
                "a.customer::text collate \"C\"",
            ),
            Self::Owner => ("''", "coalesce(a.owner, '')"),
            Self::Team => ("''", "coalesce(a.team, '')"),
        }
    }
}

/// A place in the list of groups: they are sorted by label, key and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingCursor {
    /// The customer's name; else empty.
    pub label: String,
    /// The customer's id, the owner, the team.
    pub key: String,
    /// ISO 4217.
    pub currency: String,
}

/// What is open in one bucket, or in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many items.
    pub items: i64,
    /// In their currency.
    pub open: Decimal,
    /// In the base currency as it was booked.
    pub booked: Decimal,
    /// In the base currency at the rate of the day; `None` when there is none.
    pub converted: Option<Decimal>,
}

impl Cell {
    fn add(&mut self, other: Self) {
        let before = (self.items > 0).then_some(self.converted);
        self.items += other.items;
        self.open += other.open;
        self.booked += other.booked;
        self.converted = match before {
            None => other.converted,
            Some(before) => before.zip(other.converted).map(|(a, b)| a + b),
        };
    }
}

/// Debits and credits of one age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// What is owed.
    pub debits: Cell,
    /// Payments and credit notes that are not used yet, by the age of their own date; below 0.
    pub credits: Cell,
}

/// One group in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeingGroup {
    /// Its place in the list.
    pub cursor: AgeingCursor,
    /// One for each age: not due, then by the limits.
    pub buckets: Vec<Bucket>,
}

impl AgeingGroup {
    fn new(cursor: AgeingCursor, buckets: usize) -> Self {
        Self {
            cursor,
            buckets: vec![Bucket::default(); buckets],
        }
    }

    /// All that is open.
    pub fn outstanding(&self) -> Cell {
        let cells = self.buckets.iter();
        sum(cells.flat_map(|bucket| [bucket.debits, bucket.credits]))
    }

    /// Debits that are overdue.
    pub fn overdue(&self) -> Cell {
        sum(self.buckets.iter().skip(1).map(|bucket| bucket.debits))
    }

    /// Credits that are not used yet.
    pub fn credits(&self) -> Cell {
        sum(self.buckets.iter().map(|bucket| bucket.credits))
    }
}

fn sum(cells: impl Iterator<Item = Cell>) -> Cell {
    let mut sum = Cell::default();
    for cell in cells.filter(|cell| cell.items > 0) {
        sum.add(cell);
    }
    sum
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ageing {
    /// By label, key and currency.
    pub groups: Vec<AgeingGroup>,
    /// Over all groups, also those of other pages: one for each currency.
    pub totals: Vec<AgeingGroup>,
    /// Currencies that could not be converted.
    pub missing_rates: MissingRates,
}

impl Reader<'_> {
    /// The ageing.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn ageing(&self, query: &AgeingQuery) -> Result<Ageing, Error> {
        let aged = Aged::new(self, &query.dates, &query.filter, &query.limits);
        let after = query.after.as_ref();
        let label = after.map(|after| after.label.as_str());
        let key = after.map(|after| after.key.as_str());
        let currency = after.map(|after| after.currency.as_str());
        let limit = i64::from(query.limit);
        let mut params = aged.params(&self.tenant);
        let own: [&(dyn ToSql + Sync); 4] = [&label, &key, &currency, &limit];
        params.extend(own);
        let (label, key) = query.group_by.label_and_key();
        let sql = concat!(
            include_str!("../sql/aged.sql"),
            include_str!("../sql/ageing.sql")
        );
        let sql = sql.replace("{label}", label).replace("{key}", key);
        let mut ageing = Ageing::default();
        for row in self.rows(&sql, &params).await? {
            ageing.take(&row, query.limits.len() + 2)?;
        }
        Ok(ageing)
    }
}

impl Ageing {
    /// A row is a cell; those of a group follow each other.
    fn take(&mut self, row: &Row, buckets: usize) -> Result<(), Error> {
        let cursor = AgeingCursor {
            label: row.try_get("label")?,
            key: row.try_get("key")?,
            currency: row.try_get("currency")?,
        };
        let cell = Cell {
            items: row.try_get("items")?,
            open: row.try_get("open")?,
            booked: row.try_get("booked")?,
            converted: converted(row, &cursor.currency, &mut self.missing_rates)?,
        };
        let groups = if row.try_get("total")? {
            &mut self.totals
        } else {
            &mut self.groups
        };
        if groups.last().map(|group| &group.cursor) != Some(&cursor) {
            groups.push(AgeingGroup::new(cursor, buckets));
        }
        let bucket = usize::try_from(row.try_get::<_, i32>("bucket")?).unwrap_or_default();
        if let Some(bucket) = groups
            .last_mut()
            .and_then(|group| group.buckets.get_mut(bucket))
        {
            match row.try_get("credit")? {
                true => bucket.credits = cell,
                false => bucket.debits = cell,
            }
        }
        Ok(())
    }
}
