//! Who may do what: each RPC names an action in its contract, and this table says which roles
//! grant it.

use guanxi_proto::METHODS;
use serde::{Deserialize, Serialize};

/// A role, as the token's `roles` claim names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// The daily work of all, and what others own.
    Manager,
    /// The daily work.
    Agent,
    /// Reading only.
    Analyst,
    /// An agent who may date facts far back: for loading history.
    Importer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Admin,
        Self::Manager,
        Self::Agent,
        Self::Analyst,
        Self::Importer,
    ];

    /// The actions that it grants, as patterns: `*` stands for any rest.
    pub const fn grants(self) -> &'static [&'static str] {
        match self {
            Self::Admin => &["*"],
            Self::Manager | Self::Importer => &[
                "customers.*",
                "sales.*",
                "service.*",
                "loyalty.*",
                "query.*",
            ],
            Self::Agent => &[
                "customers.customer.*",
                "customers.contact.*",
                "customers.interaction.*",
                "customers.follow_up.*",
                "customers.pool.get",
                "customers.pool.claim",
                "customers.pool.release",
                // A pool's admins are agents as well; the pool itself says who they are.
                "customers.pool.assign",
                "customers.pool.change",
                "customers.pool.change_people",
                "sales.opportunity.*",
                "sales.order.*",
                "sales.return.request",
                "sales.return.withdraw",
                "sales.return.receive",
                "sales.return.close",
                "sales.return.get",
                "sales.pipeline.get",
                "sales.product.get",
                "sales.price_list.get",
                "sales.invoice.request",
                "sales.invoice.issue",
                "sales.invoice.withdraw",
                "sales.invoice.mail",
                "sales.invoice.confirm_delivery",
                "sales.invoice.get",
                "sales.credit_note.get",
                "sales.account.get",
                "sales.account.receive_payment",
                "sales.account.bounce_payment",
                "sales.account.allocate",
                "sales.account.deallocate",
                "sales.account.charge_fee",
                "sales.account.reschedule",
                "sales.account.request_write_off",
                "sales.account.recover_write_off",
                "sales.payment_terms.get",
                "sales.exchange_rate.get",
                "sales.billing_profile.*",
                "sales.receivables_policy.get",
                "sales.receivable_plan.*",
                "service.ticket.*",
                "service.calendar.get",
                "service.queue.get",
                "service.sla_policy.get",
                // For oneself; the queue itself says for whom else.
                "service.queue.set_availability",
                "service.survey.*",
                "loyalty.member.enrol",
                "loyalty.member.activate",
                "loyalty.member.freeze",
                "loyalty.member.unfreeze",
                "loyalty.member.close",
                "loyalty.member.change_contact_keys",
                "loyalty.member.add_card",
                "loyalty.member.get",
                "loyalty.card.*",
                "loyalty.card_batch.get",
                "loyalty.tier_ladder.get",
                "loyalty.program.get",
                "loyalty.earning_rules.get",
                "loyalty.purchase.*",
                "loyalty.redemption.*",
                "loyalty.points.get",
                "loyalty.points.transfer",
                "query.*",
            ],
            Self::Analyst => &[
                "query.*",
                "customers.*.get",
                "sales.*.get",
                "service.*.get",
                "loyalty.*.get",
            ],
        }
    }

    /// Whether it grants the action.
    pub fn allows(self, action: &str) -> bool {
        self.grants().iter().any(|pattern| matches(pattern, action))
    }

    /// Whether it may act on what others own.
    pub const fn manages(self) -> bool {
        matches!(self, Self::Admin | Self::Manager)
    }

    /// Whether it may date facts further back than the usual limit.
    pub const fn may_backdate(self) -> bool {
        matches!(self, Self::Importer)
    }
}

/// The action of an RPC by its path, `/package.Service/Method`.
pub fn action_of(path: &str) -> Option<&'static str> {
    METHODS
        .iter()
        .find(|method| method.path == path)
        .map(|method| method.action)
}

/// Segments between dots; `*` matches one segment, at the end any rest.
fn matches(pattern: &str, action: &str) -> bool {
    let mut wanted = pattern.split('.').peekable();
    let mut given = action.split('.');
    while let Some(segment) = wanted.next() {
        if segment == "*" && wanted.peek().is_none() {
            return given.next().is_some();
        }
        match given.next() {
            Some(part) if segment == "*" || segment == part => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_grants_its_actions_and_no_others() {
        assert!(matches("*", "sales.opportunity.win"));
        assert!(matches("sales.*", "sales.opportunity.win"));
        assert!(!matches("sales.*", "customers.customer.get"));
        assert!(matches("sales.*.get", "sales.pipeline.get"));
        assert!(!matches("sales.*.get", "sales.pipeline.define"));
        assert!(!matches("sales.pipeline.get", "sales.pipeline.get.all"));
    }

    #[test]
    fn an_analyst_only_reads() {
        for method in METHODS {
            let reads = method.action.starts_with("query.") || method.action.ends_with(".get");
            assert_eq!(
                Role::Analyst.allows(method.action),
                reads,
                "{}",
                method.action
            );
        }
    }

    #[test]
    fn an_admin_may_call_every_rpc() {
        for method in METHODS {
            assert!(Role::Admin.allows(method.action), "{}", method.path);
        }
    }
}
