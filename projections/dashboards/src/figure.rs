//! What is counted.

macro_rules! figures {
    ($( $(#[$doc:meta])* $figure:ident = $name:literal ),+ $(,)?) => {
        /// A figure of a day. Each is of one log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Figure { $( $(#[$doc])* $figure ),+ }

        impl Figure {
            /// Every one.
            pub const ALL: &'static [Self] = &[$( Self::$figure ),+];

            /// As it is stored.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$figure => $name ),+ }
            }
        }
    };
}

figures! {
    /// Customers were registered: the first owner's.
    CustomersRegistered = "customers_registered",
    /// Customers were claimed out of a pool.
    CustomersClaimed = "customers_claimed",
    /// Customers were given out of a pool: the new owner's.
    CustomersAssigned = "customers_assigned",
    /// Customers were handed from one owner to another: the new owner's.
    CustomersHandedOver = "customers_handed_over",
    /// Customers came back into a pool: the last owner's.
    CustomersPooled = "customers_pooled",
    /// Interactions took place, by kind.
    Interactions = "interactions",
    /// Follow-ups were planned for that time, and not cancelled, by kind.
    FollowUpsDue = "follow_ups_due",
    /// Follow-ups were done, by kind.
    FollowUpsDone = "follow_ups_done",
    /// Follow-ups became overdue, by kind.
    FollowUpsOverdue = "follow_ups_overdue",
    /// Opportunities were opened, with what they were then expected to bring.
    OpportunitiesOpened = "opportunities_opened",
    /// Opportunities were won and stayed so, with what they brought.
    OpportunitiesWon = "opportunities_won",
    /// Opportunities were lost and stayed so, with what they had been expected to bring.
    OpportunitiesLost = "opportunities_lost",
    /// Orders were confirmed, with what they come to, tax included.
    OrdersConfirmed = "orders_confirmed",
    /// Invoices were issued, with what they come to, tax included.
    Invoiced = "invoiced",
    /// Invoices were voided.
    InvoicesVoided = "invoices_voided",
    /// Payments were received.
    Received = "received",
    /// Payments bounced.
    PaymentsBounced = "payments_bounced",
    /// Order lines came back, by reason.
    GoodsReturned = "goods_returned",
    /// Tickets were opened, by kind; nobody's yet.
    TicketsOpened = "tickets_opened",
    /// Tickets were resolved, by kind.
    TicketsResolved = "tickets_resolved",
    /// Tickets were reopened, by kind: theirs who had resolved them.
    TicketsReopened = "tickets_reopened",
    /// Targets of tickets were missed, by clock.
    TicketsBreached = "tickets_breached",
    /// Members were enrolled, by program.
    MembersEnrolled = "members_enrolled",
    /// Points were earned, by program.
    PointsEarned = "points_earned",
    /// Points were spent, by program.
    PointsSpent = "points_spent",
    /// Spent points came back, by program.
    PointsReturned = "points_returned",
    /// Earned points were taken back, by program.
    PointsReversed = "points_reversed",
    /// Points expired, by program.
    PointsExpired = "points_expired",
}

impl Figure {
    /// From how it is stored.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|figure| figure.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_found_by_its_name() {
        for figure in Figure::ALL {
            assert_eq!(Figure::from_name(figure.name()), Some(*figure));
        }
    }
}
