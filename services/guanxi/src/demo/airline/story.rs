//! What the files come to: members, and what each earned and redeemed, in order.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, ensure};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{ActivityRow, Card, MemberRow};

/// An airline's program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Story {
    /// By number.
    pub members: BTreeMap<String, Member>,
    /// Members who earned before the month of their enrolment: enrolled in the first such month.
    pub enrolled_early: u64,
    /// Rows about a month that another row is about as well; each counts.
    pub repeated: u64,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The card, which is the tier.
    pub card: Card,
    /// The first day of the month of enrolment, or of the first activity where that was earlier.
    pub enrolled: Date,
    /// The first day of the month at whose end the membership was cancelled.
    pub cancelled: Option<Date>,
    /// What was earned and redeemed, month by month.
    pub months: Vec<Activity>,
}

/// What a row says of a month. What is earned counts before what is redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// The first day of the month.
    pub month: Date,
    /// The points that were earned.
    pub earned: Decimal,
    /// The points that were redeemed.
    pub redeemed: Decimal,
    /// What they were worth, in CAD.
    pub worth: Decimal,
    /// Whether there were enough of them: what would overdraw is refused.
    pub covered: bool,
}

/// What it all comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Members.
    pub members: u64,
    /// Of them cancelled.
    pub cancelled: u64,
    /// Points that were earned.
    pub earned: Decimal,
    /// Points that were redeemed, as far as there were enough.
    pub redeemed: Decimal,
    /// What these were worth, in CAD.
    pub worth: Decimal,
    /// Redemptions that would have overdrawn.
    pub refused: u64,
    /// Their points.
    pub refused_points: Decimal,
    /// Their worth, in CAD.
    pub refused_worth: Decimal,
}

/// Tells the story of the rows.
///
/// # Errors
/// A month that is none, an activity of somebody who is no member, or points below 0.
pub fn tell(members: &[MemberRow], activities: &[ActivityRow]) -> anyhow::Result<Story> {
    let mut story = Story::default();
    for row in members {
        let enrolled = row.enrolled();
        let member = Member {
            card: row.card,
            enrolled: enrolled.with_context(|| format!("enrolment of {}", row.number))?,
            cancelled: row.cancelled(),
            months: Vec::new(),
        };
        story.members.insert(row.number.clone(), member);
    }
    for row in activities {
        let member = story.members.get_mut(&row.number);
        let member = member.with_context(|| format!("{} is no member", row.number))?;
        let month = row
            .month()
            .with_context(|| format!("month of {}", row.number))?;
        let below = row.earned.is_sign_negative() || row.redeemed.is_sign_negative();
        ensure!(!below, "{} has points below 0 in {month}", row.number);
        member.months.push(Activity {
            month,
            earned: row.earned,
            redeemed: row.redeemed,
            worth: row.worth,
            covered: true,
        });
    }
    for member in story.members.values_mut() {
        story.repeated += member.put_in_order();
        story.enrolled_early += u64::from(member.enrol_by_first_activity());
        member.cover();
    }
    Ok(story)
}

impl Member {
    /// Months in order, rows of one month in the file's; how many say a month again.
    fn put_in_order(&mut self) -> u64 {
        self.months.sort_by_key(|activity| activity.month);
        let pairs = self.months.windows(2);
        pairs.filter(|pair| pair[0].month == pair[1].month).count() as u64
    }

    /// Nobody earns before being a member.
    fn enrol_by_first_activity(&mut self) -> bool {
        let active = |activity: &&Activity| !(activity.earned + activity.redeemed).is_zero();
        let first = self
            .months
            .iter()
            .find(active)
            .map(|activity| activity.month);
        let early = first.is_some_and(|first| first < self.enrolled);
        if let Some(first) = first.filter(|_| early) {
            self.enrolled = first;
        }
        early
    }

    /// Which redemptions there are enough points for. Balances before the file begins are unknown:
    /// everybody begins with none.
    fn cover(&mut self) {
        let mut balance = Decimal::ZERO;
        for activity in &mut self.months {
            balance += activity.earned;
            activity.covered = activity.redeemed <= balance;
            if activity.covered {
                balance -= activity.redeemed;
            }
        }
    }
}

impl Story {
    /// What it comes to.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals {
            members: self.members.len() as u64,
            ..Totals::default()
        };
        for member in self.members.values() {
            totals.cancelled += u64::from(member.cancelled.is_some());
            for activity in &member.months {
                totals.earned += activity.earned;
                if activity.covered {
                    totals.redeemed += activity.redeemed;
                    totals.worth += activity.worth;
                } else {
                    totals.refused += 1;
                    totals.refused_points += activity.redeemed;
                    totals.refused_worth += activity.worth;
                }
            }
        }
        totals
    }

    /// The last day that it tells of.
    pub fn last_day(&self) -> Date {
        let months = self.members.values().flat_map(|member| &member.months);
        let last = months.map(|activity| activity.month).max();
        last.unwrap_or_default().last_of_month()
    }
}

/// Writes the redemptions that would have overdrawn, with the file's own columns.
///
/// # Errors
/// When the file cannot be written.
pub fn write_refused(story: &Story, file: &Path) -> anyhow::Result<()> {
    let write = || -> anyhow::Result<()> {
        let mut writer = csv::Writer::from_path(file)?;
        writer.write_record([
            "Loyalty Number",
            "Year",
            "Month",
            "Points Redeemed",
            "Dollar Cost Points Redeemed",
            "Reason",
        ])?;
        for (number, member) in &story.members {
            for activity in member.months.iter().filter(|activity| !activity.covered) {
                writer.write_record([
                    number,
                    &activity.month.year().to_string(),
                    &activity.month.month().to_string(),
                    &activity.redeemed.to_string(),
                    &activity.worth.to_string(),
                    "more than the member had earned since the file begins",
                ])?;
            }
        }
        Ok(writer.flush()?)
    };
    write().with_context(|| format!("write {}", file.display()))
}
