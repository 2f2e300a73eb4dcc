//! The inverse of an allocation: a correction, which has the original's date, or something that
//! happened on a day of its own (S-24, S-27).

use std::collections::BTreeSet;

use guanxi_decider::{Context, Refusal};
use guanxi_events::sales::account::{
    AllocationNo, Deallocated, ItemNo, RecoveryTakenBack, TakenBack,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Book, allocate::too_many, book::AT_ONCE, item::share};

impl Book {
    /// Takes one allocation off.
    pub(super) fn deallocate(
        &mut self,
        allocation: AllocationNo,
        on: Option<Date>,
        context: &Context,
    ) -> Result<(), Refusal> {
        let used = self.ledger.allocations.get(&allocation);
        let used = used.ok_or_else(|| Refusal::not_found("allocation (any more)", allocation))?;
        let (on, because) = taken_back(used.on, on, context)?;
        self.take_off(allocation, on, because);
        Ok(())
    }

    /// Takes everything off an item, because of something that happened on a day.
    ///
    /// # Errors
    /// `TOO_MANY_ALLOCATIONS` when they are more than one decision can take off: some must be taken
    /// off one by one before.
    pub(super) fn deallocate_all(
        &mut self,
        item: ItemNo,
        on: Date,
        because: TakenBack,
    ) -> Result<(), Refusal> {
        let used: Vec<_> = self
            .ledger
            .allocations_of(&[item])
            .into_iter()
            .map(|(no, used)| (no, used.on))
            .collect();
        let invoices: BTreeSet<_> = self
            .ledger
            .allocations_of(&[item])
            .into_iter()
            .filter_map(|(_, used)| self.ledger.invoice_of(used.to))
            .collect();
        // Each invoice may be settled no more by it.
        if used.len() + invoices.len() > AT_ONCE {
            return Err(too_many(AT_ONCE).figure("allocations", used.len()));
        }
        for (allocation, since) in used {
            // What was used later than that day was not used at all.
            let on = on.max(since);
            self.take_off(allocation, on, because);
        }
        Ok(())
    }

    /// Takes an allocation off, and with it as much of a recovery as the payment does not settle any
    /// more (S-25).
    fn take_off(&mut self, allocation: AllocationNo, on: Date, because: TakenBack) {
        let from = self
            .ledger
            .allocations
            .get(&allocation)
            .map(|used| used.from);
        self.write(Deallocated {
            allocation,
            on,
            because,
        });
        let recovery =
            from.and_then(|from| Some((from, self.ledger.recoveries.get(&from)?.clone())));
        let Some((from, recovery)) = recovery else {
            return;
        };
        let debit = self.ledger.write_offs.get(&recovery.write_off);
        let debit = debit.map(|write_off| write_off.item);
        let settles = self.ledger.allocations_of(&[from]).into_iter();
        let settles = settles
            .filter(|(_, used)| Some(used.to) == debit)
            .fold(Decimal::ZERO, |sum, (_, used)| {
                sum.saturating_add(used.paid)
            });
        let over = recovery.left.amount.saturating_sub(settles);
        if over > Decimal::ZERO {
            self.write(RecoveryTakenBack {
                write_off: recovery.write_off,
                payment: recovery.payment,
                on: on.max(recovery.on),
                booked: share(recovery.left, over, self.base),
                because,
            });
        }
    }
}

/// From which day on something counts no more that counted since `since`.
pub(super) fn taken_back(
    since: Date,
    on: Option<Date>,
    context: &Context,
) -> Result<(Date, TakenBack), Refusal> {
    let Some(on) = on else {
        return Ok((since, TakenBack::Correction));
    };
    let today = context.today();
    if on > today || on < since {
        let (code, why) = if on > today {
            ("DATED_IN_THE_FUTURE", format!("it is {today}"))
        } else {
            ("DATED_BEFORE_IT_WAS", format!("it was done on {since}"))
        };
        return Err(
            Refusal::precondition(code, format!("it cannot be taken back on {on}: {why}"))
                .figure("on", on)
                .figure("since", since)
                .figure("today", today),
        );
    }
    Ok((on, TakenBack::Decision))
}
