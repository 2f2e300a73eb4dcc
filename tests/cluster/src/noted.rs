//! What many callers note at the same time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Notes that everyone who has a clone writes into.
#[derive(Debug, Default)]
pub struct Noted<T>(Arc<Mutex<T>>);

impl<T> Clone for Noted<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Noted<T> {
    /// The notes, to be held for a moment: never across an await.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Who panicked while writing is reported by whoever joins it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Noted<T> {
    /// A copy of what stands there now.
    pub fn copy(&self) -> T {
        self.lock().clone()
    }
}
