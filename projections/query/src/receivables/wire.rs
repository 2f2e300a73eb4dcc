//! What several answers about receivables have in common.

use guanxi_proto::query::v1::{AgeingBucket, ControlFigure, OpenItemKind};
use guanxi_receivables::ledger::{Figure, Kind};

pub(super) use crate::wire::{id, text};

/// The ages of the buckets between these limits.
pub(super) fn buckets(limits: &[i32]) -> Vec<AgeingBucket> {
    let first = [None, Some(1)].into_iter();
    let first = first.chain(limits.iter().map(|limit| Some(limit + 1)));
    let last = [Some(0)].into_iter();
    let last = last.chain(limits.iter().map(|limit| Some(*limit)));
    first
        .zip(last.chain([None]))
        .map(|(first_day, last_day)| AgeingBucket {
            first_day,
            last_day,
        })
        .collect()
}

pub(super) fn kind(kind: Kind) -> OpenItemKind {
    match kind {
        Kind::Instalment => OpenItemKind::Instalment,
        Kind::Fee => OpenItemKind::Fee,
        Kind::Refund => OpenItemKind::Refund,
        Kind::Payment => OpenItemKind::Payment,
        Kind::CreditNote => OpenItemKind::CreditNote,
    }
}

pub(super) fn figure(figure: Figure) -> ControlFigure {
    match figure {
        Figure::Invoiced => ControlFigure::Invoiced,
        Figure::Fees => ControlFigure::Fees,
        Figure::Refunded => ControlFigure::Refunded,
        Figure::Received => ControlFigure::Received,
        Figure::Credited => ControlFigure::Credited,
        Figure::Discount => ControlFigure::Discount,
        Figure::Difference => ControlFigure::Difference,
        Figure::WrittenOff => ControlFigure::WrittenOff,
        Figure::Recovered => ControlFigure::Recovered,
        Figure::Exchange => ControlFigure::Exchange,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_without_a_gap() {
        let ages = |limits: &[i32]| -> Vec<(Option<i32>, Option<i32>)> {
            let buckets = buckets(limits).into_iter();
            buckets.map(|b| (b.first_day, b.last_day)).collect()
        };
        assert_eq!(
            ages(&[30, 60]),
            [
                (None, Some(0)),
                (Some(1), Some(30)),
                (Some(31), Some(60)),
                (Some(61), None),
            ]
        );
        assert_eq!(ages(&[]), [(None, Some(0)), (Some(1), None)]);
    }
}
