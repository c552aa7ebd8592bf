//! [`Listeners`]: callbacks of the host, called after a change and outside of all locks.

use std::sync::{Arc, Mutex, PoisonError};

use crate::admin::Refusal;
use crate::journal::Entry;
use crate::model::Actor;

pub(super) type OnEntry = dyn Fn(&Entry) + Send + Sync;
pub(super) type OnRefusal = dyn Fn(&Actor, &Refusal) + Send + Sync;

/// Callbacks of one kind, in the order in which they were added.
pub(super) struct Listeners<F: ?Sized>(Mutex<Vec<Arc<F>>>);

impl<F: ?Sized> Default for Listeners<F> {
    fn default() -> Listeners<F> {
        Listeners(Mutex::new(Vec::new()))
    }
}

impl<F: ?Sized> Listeners<F> {
    /// Adds a callback after those there are.
    pub(super) fn add(&self, listener: Arc<F>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    /// Whether there is no callback.
    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Calls each. The list is cloned first, so that a callback may add callbacks or change the
    /// facts without a deadlock.
    pub(super) fn call(&self, mut call: impl FnMut(&F)) {
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.iter().for_each(|listener| call(listener));
    }
}
