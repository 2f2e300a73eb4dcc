//! Earning and spending points: at the till of a shop, by members whom everybody serves, so that the
//! last points are raced for. The customers on account earn besides, as their orders are paid.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use super::person::Person;
use crate::requests::loyalty;

/// A program and its members from the beginning.
pub struct Shop {
    /// The program.
    pub program: String,
    /// The batch from which cards are drawn.
    pub(super) cards: String,
    /// The members who are customers: the customer of each.
    pub customers: BTreeMap<String, String>,
    /// All of them.
    pub(super) members: Vec<String>,
}

/// What tills were told of a member's points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Points {
    /// By purchases.
    pub earned: i64,
    /// Of that, by goods that came back.
    pub brought_back: i64,
    /// By redemptions.
    pub spent: i64,
    /// Of that, by redemptions that were refunded.
    pub refunded: i64,
}

/// What one did at the till that can be undone, each with its member and points.
#[derive(Debug, Default)]
pub(super) struct Till {
    purchases: Vec<(String, String, i64)>,
    redemptions: Vec<(String, String, i64)>,
    /// The member whom one enrolled last.
    enrolled: Option<String>,
    /// What was sold to that one.
    sales: usize,
}

/// Sales to one member, before it is somebody else's turn: an account with many lots costs more.
const CUSTOM: usize = 40;

impl Till {
    /// A member whom nobody else serves.
    pub(super) fn member(&mut self) -> Option<String> {
        self.sales += 1;
        self.enrolled.clone().filter(|_| self.sales < CUSTOM)
    }
}

impl Person {
    /// One customer at the till.
    pub(super) async fn serve(&mut self) {
        let members = &self.company.shop.members;
        let member = members[self.agenda.pick(7, members.len())].clone();
        match self.agenda.pick(3, 5) {
            0 | 1 => self.sell_at_the_till(member).await,
            2 => self.redeem(member).await,
            3 => self.refund().await,
            _ => self.take_goods_back().await,
        }
    }

    /// Two people at a time ask for the same email address.
    pub(super) async fn enrol(&mut self) {
        let applicant = self.company.applicants.fetch_add(1, Ordering::Relaxed);
        let email = format!("member-{}@example.org", applicant / 2);
        let shop = &self.company.shop;
        let request = loyalty::member(&shop.program, &shop.cards, &email);
        let caller = self.loyalty.clone();
        let enrolled = self.done(&caller, &request.header, &request).await;
        if let Some(enrolled) = enrolled {
            self.till.enrolled = Some(enrolled.id.clone());
            self.till.sales = 0;
            self.sell_at_the_till(enrolled.id).await;
        }
    }

    pub(super) async fn sell_at_the_till(&mut self, member: String) {
        let amount = self.agenda.amount(89);
        let program = &self.company.shop.program;
        let request = loyalty::purchase_for(program, &member, &self.name, amount);
        let caller = self.loyalty.clone();
        let sold = self.done(&caller, &request.header, &request).await;
        if let Some(sold) = sold {
            self.count(&member, |points| points.earned += amount);
            self.till.purchases.push((sold.id, member, amount));
        }
    }

    async fn redeem(&mut self, member: String) {
        let points = self.agenda.amount(211);
        let request = loyalty::redeem(&member, &points.to_string(), &self.name);
        let caller = self.loyalty.clone();
        let redeemed = self.done(&caller, &request.header, &request).await;
        if let Some(redeemed) = redeemed {
            self.count(&member, |noted| noted.spent += points);
            self.till.redemptions.push((redeemed.id, member, points));
        }
    }

    async fn refund(&mut self) {
        let Some((redemption, member, points)) = self.till.redemptions.pop() else {
            return;
        };
        let request = loyalty::refund(&redemption, "sold out");
        let caller = self.loyalty.clone();
        let refunded = self.done(&caller, &request.header, &request).await;
        if refunded.is_some() {
            self.count(&member, |noted| noted.refunded += points);
        }
    }

    async fn take_goods_back(&mut self) {
        let Some((purchase, member, points)) = self.till.purchases.pop() else {
            return;
        };
        let request = loyalty::bring_back(&purchase);
        let caller = self.loyalty.clone();
        let back = self.done(&caller, &request.header, &request).await;
        if back.is_some() {
            self.count(&member, |noted| noted.brought_back += points);
        }
    }

    fn count(&self, member: &str, note: impl FnOnce(&mut Points)) {
        let mut points = self.company.points.lock();
        note(points.entry(member.to_owned()).or_default());
    }
}
