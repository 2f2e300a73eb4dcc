//! What callers were told: the promises that the checker holds the cluster to.

use std::sync::{Arc, Mutex, PoisonError};

use guanxi_events::{Position, Service};
use guanxi_proto::types::v1::Receipt;
use guanxi_runtime::Token;
use uuid::Uuid;

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
    /// The answer.
    pub receipt: Receipt,
}

/// Acknowledged commands, from any number of callers.
#[derive(Debug, Clone, Default)]
pub struct Ledger(Arc<Mutex<Vec<Acknowledged>>>);

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
            receipt,
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(acknowledged);
        Ok(())
    }

    /// All of one log.
    pub fn of(&self, service: Service) -> Vec<Acknowledged> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .filter(|acknowledged| acknowledged.service == service)
            .cloned()
            .collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was acknowledged.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
