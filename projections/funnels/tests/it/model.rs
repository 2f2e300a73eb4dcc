//! The model in a world.

use std::sync::Arc;

use guanxi_funnels::Funnels;
use guanxi_projection::{Build, Setup};

use crate::world::World;

impl World {
    /// What building it needs, with so many events a transaction.
    pub(crate) fn setup(&self, batch: usize) -> Setup {
        self.setup_of(Arc::new(Funnels), batch)
    }

    /// The active build, made from the whole log.
    pub(crate) async fn build(&self, batch: usize) -> Build {
        self.build_of(Arc::new(Funnels), batch).await
    }
}
