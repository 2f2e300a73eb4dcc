//! Instalments on the wire: when how much is due.

use guanxi_events::Money;
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, date_to_wire, money_to_wire};
use jiff::civil::Date;

use super::{amount, each};
use crate::domain::limits;

/// A plan has at most this many instalments.
const MAX_INSTALMENTS: usize = 120;

/// At least one instalment.
pub(super) fn due_amounts(
    fields: &mut Fields,
    path: &str,
    given: &[wire::DueAmount],
) -> Option<Vec<(Date, Money)>> {
    if given.is_empty() {
        fields.bad(path, "must not be empty");
        return None;
    }
    each(fields, path, given, MAX_INSTALMENTS, due_amount)
}

fn due_amount(fields: &mut Fields, path: &str, due: &wire::DueAmount) -> Option<(Date, Money)> {
    let day = fields.date(&format!("{path}.due"), due.due.as_ref());
    let field = format!("{path}.amount");
    let amount = amount(fields, &field, due.amount.as_ref(), limits::AMOUNT);
    Some((day?, amount?))
}

pub(super) fn due_amount_to_wire(due: Date, amount: Money) -> wire::DueAmount {
    wire::DueAmount {
        due: Some(date_to_wire(due)),
        amount: Some(money_to_wire(&amount)),
    }
}
