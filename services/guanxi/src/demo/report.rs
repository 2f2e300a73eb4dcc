//! Prints the read models as tables.

use guanxi_proto::query::v1::{FunnelGroup, FunnelGrouping, FunnelStage};
use rust_decimal::Decimal;

use super::{
    Counts,
    check::{Check, Questions, counted, sum},
};
use crate::output;

/// How many owners are shown.
const OWNERS: usize = 10;

/// Prints the funnel, who won what, and whether the totals are right.
pub(crate) async fn report(questions: &Questions<'_>, check: &Check) -> anyhow::Result<()> {
    stages(questions).await?;
    people(questions, FunnelGrouping::Team, "team", usize::MAX).await?;
    people(questions, FunnelGrouping::Owner, "owner", OWNERS).await?;
    totals(check)
}

async fn stages(questions: &Questions<'_>) -> anyhow::Result<()> {
    let answer = questions
        .funnel(None, &[], FunnelGrouping::Unspecified)
        .await?;
    let mut table = output::table(&[
        "stage",
        "#open",
        "#worth USD",
        "#came there",
        "#went on",
        "#won",
        "#dropped out",
        "#half stay",
        "#nine in ten stay",
    ]);
    for group in &answer.groups {
        for stage in &group.stages {
            table.add_row(stage_row(stage));
        }
    }
    output::line("\nThe funnel now")?;
    Ok(output::line(table.to_string())?)
}

fn stage_row(stage: &FunnelStage) -> Vec<String> {
    vec![
        stage.name.clone(),
        output::grouped(stage.open.as_ref().map_or(0, |open| open.count)),
        dollars(sum(stage.open.as_ref())),
        output::grouped(stage.entered),
        percent(&stage.conversion_to_next),
        percent(&stage.conversion_to_won),
        percent(&stage.drop_out),
        days(stage.median_time.as_ref()),
        days(stage.p90_time.as_ref()),
    ]
}

async fn people(
    questions: &Questions<'_>,
    grouping: FunnelGrouping,
    heading: &str,
    most: usize,
) -> anyhow::Result<()> {
    let answer = questions.funnel(None, &[], grouping).await?;
    let mut groups: Vec<(&FunnelGroup, Counts)> = answer
        .groups
        .iter()
        .map(|group| (group, counted(group)))
        .collect();
    groups.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.won_value));
    let mut table = output::table(&[
        heading,
        "#won",
        "#worth USD",
        "#lost",
        "#open",
        "#won of closed",
    ]);
    for (group, counts) in groups.iter().take(most) {
        let closed = Decimal::from((counts.won + counts.lost).max(1));
        let share = (Decimal::from(counts.won) / closed).round_dp(4).to_string();
        table.add_row([
            group.key.clone(),
            output::grouped(counts.won),
            dollars(counts.won_value),
            output::grouped(counts.lost),
            output::grouped(counts.prospecting + counts.engaging),
            percent(&share),
        ]);
    }
    let shown = groups.len().min(most);
    let of_all = if shown < groups.len() {
        format!(", the first {shown} of {}", groups.len())
    } else {
        String::new()
    };
    output::line(format!("\nBy {heading}{of_all}"))?;
    Ok(output::line(table.to_string())?)
}

fn totals(check: &Check) -> anyhow::Result<()> {
    let mut table = output::table(&["total", "#by the files", "#by the funnel", ""]);
    let (files, funnel) = (&check.expected, &check.found);
    let figures = [
        ("opportunities", files.all(), funnel.all()),
        ("prospecting", files.prospecting, funnel.prospecting),
        ("engaging", files.engaging, funnel.engaging),
        ("won", files.won, funnel.won),
        ("lost", files.lost, funnel.lost),
    ];
    for (what, expected, found) in figures {
        table.add_row([
            what.to_owned(),
            output::grouped(expected),
            output::grouped(found),
            output::verdict(expected == found).to_owned(),
        ]);
    }
    table.add_row([
        "won, USD".to_owned(),
        dollars(files.won_value),
        dollars(funnel.won_value),
        output::verdict(files.won_value == funnel.won_value).to_owned(),
    ]);
    let months = check.days.len();
    table.add_row([
        "month ends in the past".to_owned(),
        months.to_string(),
        (months - check.differing.len()).to_string(),
        output::verdict(check.differing.is_empty()).to_owned(),
    ]);
    output::line("\nTotals")?;
    output::line(table.to_string())?;
    for (day, expected, found) in &check.differing {
        output::line(format!(
            "as of {day}: {expected:?} by the files, {found:?} by the funnel"
        ))?;
    }
    Ok(())
}

fn dollars(amount: Decimal) -> String {
    let whole = amount.trunc();
    let text = output::grouped(i128::try_from(whole).unwrap_or_default());
    match (amount - whole).abs() {
        cents if cents.is_zero() => text,
        cents => format!(
            "{text}{}",
            cents.round_dp(2).to_string().trim_start_matches('0')
        ),
    }
}

/// A share of 1 with four places as per cent; nothing where there is none.
fn percent(share: &str) -> String {
    match share.parse::<Decimal>() {
        Ok(share) => format!(
            "{} %",
            (share * Decimal::ONE_HUNDRED).round_dp(1).normalize()
        ),
        Err(_) => "–".to_owned(),
    }
}

fn days(length: Option<&prost_types::Duration>) -> String {
    match length.map(|length| length.seconds) {
        None => "–".to_owned(),
        Some(seconds) if seconds < 86_400 => format!("{} h", seconds / 3_600),
        Some(seconds) => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_sums_are_shown_as_people_write_them() {
        assert_eq!(percent("0.6315"), "63.2 %");
        assert_eq!(percent("1"), "100 %");
        assert_eq!(percent(""), "–");
        assert_eq!(dollars(Decimal::from(10_005_534)), "10 005 534");
        assert_eq!(dollars(Decimal::new(123_450, 2)), "1 234.50");
    }
}
