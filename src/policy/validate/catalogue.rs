//! [`Catalogue`]: the permissions of a document, numbered in the order of their names, and which of
//! them a pattern matches.
//!
//! It is built for a document that may be wrong; a valid policy has its own numbers, in `compiled`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use fixedbitset::FixedBitSet;

use crate::model::Pattern;

use crate::policy::document::Document;

/// The permissions of a document, and four ways to look them up.
#[derive(Debug)]
pub(crate) struct Catalogue<'d> {
    /// Function and action of each permission. The permissions of one function stand together.
    permissions: Vec<(&'d str, &'d str)>,
    /// The number of each permission.
    numbers: HashMap<(&'d str, &'d str), usize>,
    /// The numbers of the permissions of each function.
    functions: HashMap<&'d str, Range<usize>>,
    /// The numbers of the permissions of each action.
    actions: BTreeMap<&'d str, Vec<usize>>,
}

impl<'d> Catalogue<'d> {
    pub(crate) fn new(document: &'d Document) -> Catalogue<'d> {
        let mut catalogue = Catalogue {
            permissions: Vec::new(),
            numbers: HashMap::new(),
            functions: HashMap::new(),
            actions: BTreeMap::new(),
        };
        for (function, body) in &document.functions {
            let start = catalogue.permissions.len();
            for action in &body.actions {
                let permission = (function.as_str(), action.as_str());
                let number = catalogue.permissions.len();
                // An action that is listed twice makes one permission; it is reported elsewhere.
                if let Entry::Vacant(vacant) = catalogue.numbers.entry(permission) {
                    vacant.insert(number);
                    catalogue.permissions.push(permission);
                    catalogue.actions.entry(action.as_str()).or_default().push(number);
                }
            }
            catalogue.functions.insert(function.as_str(), start..catalogue.permissions.len());
        }
        catalogue
    }

    pub(crate) fn len(&self) -> usize {
        self.permissions.len()
    }

    /// Function and action of every permission, in the order of their numbers.
    pub(crate) fn permissions(&self) -> &[(&'d str, &'d str)] {
        &self.permissions
    }

    /// Whether `function:action` is a permission of the catalogue.
    pub(crate) fn has_permission(&self, permission: &str) -> bool {
        permission.split_once(':').is_some_and(|words| self.numbers.contains_key(&words))
    }

    /// The functions that have a permission, in the order of their names.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.permissions
            .chunk_by(|a, b| a.0 == b.0)
            .filter_map(|chunk| chunk.first().map(|&(function, _)| function))
    }

    /// Whether a pattern matches any permission.
    pub(crate) fn has(&self, pattern: &Pattern) -> bool {
        pattern.as_str().split_once(':').is_some_and(|(function, action)| {
            match (function, action) {
                ("*", "*") => self.len() > 0,
                ("*", action) => self.actions.contains_key(action),
                (function, "*") => {
                    self.functions.get(function).is_some_and(|range| !range.is_empty())
                }
                exact => self.numbers.contains_key(&exact),
            }
        })
    }

    /// All actions in the order of their names, so that of two equally near ones the first by name
    /// is suggested.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.actions.keys().copied()
    }

    /// A set of no permissions, with room for all.
    pub(crate) fn empty(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.len())
    }

    /// Adds the permissions that a pattern matches to a set, and returns whether there are any.
    pub(crate) fn take_in(&self, pattern: &Pattern, into: &mut FixedBitSet) -> bool {
        match pattern.as_str().split_once(':') {
            Some(("*", "*")) => into.insert_range(..),
            Some(("*", action)) => {
                self.actions.get(action).into_iter().flatten().for_each(|&n| into.insert(n))
            }
            Some((function, "*")) => {
                if let Some(range) = self.functions.get(function) {
                    into.insert_range(range.clone());
                }
            }
            Some(exact) => {
                if let Some(&number) = self.numbers.get(&exact) {
                    into.insert(number);
                }
            }
            None => {}
        }
        self.has(pattern)
    }
}
