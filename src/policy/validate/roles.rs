//! Rules over roles and ceilings: the names and patterns in them. Inclusions are judged as a graph,
//! in `inclusion`.

use super::rules::Rules;
use crate::model::Name;
use crate::policy::diagnostic::{code, path, row_path};

impl Rules<'_> {
    pub(super) fn role_patterns(&mut self) {
        for (name, role) in &self.document.roles {
            let what = format!("the role `{name}`");
            for (key, patterns) in [("permissions", &role.permissions), ("except", &role.except)] {
                let at = || path(["roles", name, key]);
                self.patterns(patterns, code::ROLE_UNKNOWN_PERMISSION, &what, at);
            }
        }
    }

    pub(super) fn role_includes(&mut self) {
        let roles = &self.document.roles;
        for (name, role) in roles {
            self.names(
                &role.includes,
                (code::ROLE_UNKNOWN_ROLE, "role", &format!("the role `{name}`")),
                |name| roles.contains_key(name),
                || roles.keys().map(Name::as_str),
                || path(["roles", name, "includes"]),
            );
        }
    }

    pub(super) fn role_visions_and_kinds(&mut self) {
        for (name, role) in &self.document.roles {
            let what = format!("the role `{name}`");
            let codes = (code::ROLE_UNKNOWN_VISION, code::ROLE_UNKNOWN_KIND);
            self.visions_and_kinds(&role.visions, &role.kinds, codes, &what, |key| {
                path(["roles", name, key])
            });
        }
    }

    pub(super) fn ceiling_names(&mut self) {
        for (index, ceiling) in self.document.ceilings.iter().enumerate() {
            let at = |key: &str| row_path("ceilings", index, key);
            let what = "a ceiling";
            let codes = (code::CEILING_UNKNOWN_VISION, code::CEILING_UNKNOWN_KIND);
            self.visions_and_kinds(&ceiling.visions, &ceiling.kinds, codes, what, at);
            self.patterns(&ceiling.permissions, code::CEILING_UNKNOWN_PERMISSION, what, || {
                at("permissions")
            });
        }
    }

    pub(super) fn visions_and_kinds(
        &mut self,
        visions: &[Name],
        kinds: &[Name],
        (vision_code, kind_code): (&'static str, &'static str),
        what: &str,
        at: impl Fn(&str) -> String,
    ) {
        let document = self.document;
        self.names(
            visions,
            (vision_code, "vision", what),
            |name| document.visions.contains(name),
            || document.visions.iter().map(Name::as_str),
            || at("visions"),
        );
        self.names(
            kinds,
            (kind_code, "kind", what),
            |name| document.kinds.contains_key(name),
            || document.kinds.keys().map(Name::as_str),
            || at("kinds"),
        );
    }
}
