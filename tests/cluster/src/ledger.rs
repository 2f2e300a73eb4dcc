//! What callers were told: the promises that the checker holds the cluster to.

use std::sync::Arc;

use guanxi_events::{Position, Service};
use guanxi_proto::types::v1::Receipt;
use guanxi_runtime::Token;
use uuid::Uuid;

use crate::Noted;

/// One acknowledged command.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    /// Whose data.
    pub tenant: String,
    /// Which log.
    pub service: Service,
    /// The command's id.
    pub command_id: Uuid,
    /// The position that its answer's token names.
    pub position: Position,
    /// The answer, without its token: of some 100 000 commands these alone are as long as the rest.
    pub receipt: Receipt,
}

/// A command that a rule refused: of which tenant, and its id. Its service is not told by the answer.
pub type Refused = (String, Uuid);

/// What commands were answered, from any number of callers.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    acknowledged: Noted<Vec<Arc<Acknowledged>>>,
    refused: Noted<Vec<Refused>>,
}

impl Ledger {
    /// Notes an answer.
    ///
    /// # Errors
    /// When its token or the command's id is none.
    pub fn note(&self, tenant: &str, command_id: &str, receipt: Receipt) -> anyhow::Result<()> {
        let token = Token::decode(&receipt.token);
        let token = token.ok_or_else(|| anyhow::anyhow!("no token: {:?}", receipt.token))?;
        let acknowledged = Acknowledged {
            tenant: tenant.to_owned(),
            service: token.service,
            command_id: command_id.parse()?,
            position: token.position,
            receipt: Receipt {
                token: String::new(),
                ..receipt
            },
        };
        self.acknowledged.lock().push(Arc::new(acknowledged));
        Ok(())
    }

    /// Notes a refusal by a rule: whatever was tried before, nothing may have been written.
    ///
    /// # Errors
    /// When the command's id is none.
    pub fn note_refused(&self, tenant: &str, command_id: &str) -> anyhow::Result<()> {
        let refused = (tenant.to_owned(), command_id.parse()?);
        self.refused.lock().push(refused);
        Ok(())
    }

    /// All that were refused.
    pub fn refused(&self) -> Vec<Refused> {
        self.refused.copy()
    }

    /// All that were acknowledged of one log.
    pub fn of(&self, service: Service) -> Vec<Arc<Acknowledged>> {
        let all = self.acknowledged.lock();
        let of_it = all.iter().filter(|one| one.service == service);
        of_it.cloned().collect()
    }

    /// How many were acknowledged.
    pub fn len(&self) -> usize {
        self.acknowledged.lock().len()
    }

    /// Whether nothing was acknowledged.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
