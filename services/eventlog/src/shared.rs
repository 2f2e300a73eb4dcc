//! Connections that all tenants share.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool_postgres::{Object, Pool};
use guanxi_events::TenantId;

use crate::{
    LogError,
    turnstile::{Pass, Turnstile},
};

/// Connections that stay free for what serves everyone: relay, timers, feeds, and who looks how far
/// read models are. None of these may wait for a second one while it holds one.
const RESERVED: usize = 2;

/// A pool at which tenants take turns. Clones share it.
#[derive(Clone)]
pub struct SharedPool {
    pool: Pool,
    turnstile: Turnstile,
}

/// A connection for one tenant's sake.
pub struct Turn {
    client: Object,
    /// Let go of when the connection is back.
    _pass: Pass,
}

impl SharedPool {
    /// Of these connections tenants have all but two at a time, one at least. When the first of a tenant
    /// has waited for a turn for longer than `stands`, no more of that tenant are let wait.
    pub fn new(pool: Pool, stands: Duration) -> Self {
        let at_a_time = pool.status().max_size.saturating_sub(RESERVED);
        Self {
            pool,
            turnstile: Turnstile::new(at_a_time, stands),
        }
    }

    /// The pool itself, for what serves everyone.
    pub fn for_everyone(&self) -> &Pool {
        &self.pool
    }

    /// A connection when it is this tenant's turn: however many look something up for another one,
    /// it is soon.
    ///
    /// # Errors
    /// [`LogError::Crowded`] at once when others of this tenant wait and do not get on;
    /// [`LogError::Pool`].
    pub async fn client_for(&self, tenant: &TenantId) -> Result<Turn, LogError> {
        let pass = self.turnstile.pass(tenant).await?;
        Ok(Turn {
            client: self.pool.get().await?,
            _pass: pass,
        })
    }
}

impl Deref for Turn {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.client
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut Object {
        &mut self.client
    }
}
