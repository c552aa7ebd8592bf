//! [`Listeners`]: whom the authority calls, after the fact and outside of its locks.

use std::sync::{Arc, Mutex, PoisonError};

use crate::admin::Refusal;
use crate::journal::Entry;
use crate::model::Actor;

pub(super) type OnEntry = dyn Fn(&Entry) + Send + Sync;
pub(super) type OnRefusal = dyn Fn(&Actor, &Refusal) + Send + Sync;

/// Callbacks of one kind, in the order in which they came.
pub(super) struct Listeners<F: ?Sized>(Mutex<Vec<Arc<F>>>);

impl<F: ?Sized> Default for Listeners<F> {
    fn default() -> Listeners<F> {
        Listeners(Mutex::new(Vec::new()))
    }
}

impl<F: ?Sized> Listeners<F> {
    pub(super) fn add(&self, listener: Arc<F>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Calls each; one that adds another, or changes the facts, is not in the way.
    pub(super) fn call(&self, mut call: impl FnMut(&F)) {
        let listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.iter().for_each(|listener| call(listener));
    }
}
