//! Small things that people do on their own: most of the load where much of it is wanted. They cost
//! little, and nobody else's stand in their way.

use super::person::Person;
use crate::requests::{self, tickets};

/// How many deals and tickets of one's own there are to be busy with.
const AT_ONCE: usize = 8;

impl Person {
    /// One of them.
    pub(super) async fn chore(&mut self) {
        match self.agenda.pick(1, 10) {
            0..=3 if self.deals.len() < AT_ONCE => self.open().await,
            0..=3 => self.move_a_deal().await,
            4..=6 => self.note_on_a_ticket().await,
            7 | 8 => self.talk_to_a_customer().await,
            _ => self.serve_a_member_of_ones_own().await,
        }
    }

    async fn move_a_deal(&mut self) {
        let (deal, _) = &self.deals[self.agenda.pick(10, self.deals.len())];
        let stage = requests::STAGES[self.agenda.pick(100, requests::STAGES.len())];
        let request = requests::move_to(deal, stage);
        self.done(&self.sales, &request.header, &request).await;
    }

    async fn note_on_a_ticket(&mut self) {
        let open = self.open_tickets();
        if open.is_empty() {
            return self.work_on_a_ticket().await;
        }
        let ticket = &open[self.agenda.pick(10, open.len())];
        let request = tickets::note(ticket, "called back");
        self.done(&self.service, &request.header, &request).await;
    }

    async fn talk_to_a_customer(&mut self) {
        let traders = &self.company.traders;
        let customer = &traders[self.agenda.pick(10, traders.len())];
        let request = requests::conversation(customer, "asked about the offer");
        self.done(&self.customers, &request.header, &request).await;
    }

    async fn serve_a_member_of_ones_own(&mut self) {
        match self.till.member() {
            Some(member) => self.sell_at_the_till(member).await,
            None => self.enrol().await,
        }
    }
}
