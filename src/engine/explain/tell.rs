//! Filling in an [`Explanation`] from an inquiry.

use super::explanation::Explanation;
use super::findings::{GrantFinding, GridFinding, RestrictionFinding};
use super::inquiry::Inquiry;
use crate::engine::decision::Decision;
use crate::facts::{Detail, EVER, NEVER, RestrictionFacts, SubjectId, Word};
use crate::model::Name;
use crate::policy::RoleRules;
use crate::time::Instant;

/// The most changes that an explanation lists.
const MAX_CHANGES: usize = 8;

impl<'s> Inquiry<'s> {
    /// Fills in the decision, the findings and the changes.
    pub(super) fn tell(&self, explanation: &mut Explanation) {
        let at = explanation.at.as_micros();
        let allowed = self.allowed(at);
        let until = self.differs_after(at).map(Instant::from_micros);
        let revision = self.state.revision;
        explanation.decision = match allowed {
            Ok(()) => Decision::Allow { until, revision },
            Err(reason) => Decision::Deny { reason, until, revision },
        };
        let registered = self
            .tenant
            .and_then(|tenant| self.principal.registration(tenant))
            .or(self.principal.registrations().first());
        let kinds = self.state.policy.kinds();
        explanation.kind =
            registered.and_then(|r| kinds.get(usize::from(r.kind))).map(|kind| kind.name.clone());
        explanation.grants =
            self.principal.grants().map(|(word, detail)| self.finding(word, detail, at)).collect();
        explanation.grants.sort_by_key(|finding| std::cmp::Reverse(finding.stage));
        explanation.restrictions = self
            .restrictions_in_the_way(at)
            .into_iter()
            .map(|facts| self.restriction(facts))
            .collect();
        explanation.grids =
            self.binding(self.tenant).map(|facts| GridFinding::of(facts, at)).collect();
        explanation.changes = if allowed.is_err() { self.remedy(at) } else { None };
        if let Some(changes) = &mut explanation.changes {
            explanation.changes_left_out = changes.len().saturating_sub(MAX_CHANGES);
            changes.truncate(MAX_CHANGES);
        }
    }

    /// The restrictions that deny the request or cut a grant, each once.
    fn restrictions_in_the_way(&self, at: i64) -> Vec<&'s RestrictionFacts> {
        let mut found =
            if self.is_anywhere() { Vec::new() } else { self.restrictions_on_principal(at) };
        for (word, _) in self.principal.grants() {
            let Some((_, rules)) = self.effective(word) else { continue };
            found.extend(self.restrictions_on_role(rules, word.scope(), at));
            if self.is_anywhere() {
                found.extend(self.restrictions_around(word.scope(), at));
            }
        }
        let mut told: Vec<&RestrictionFacts> = Vec::new();
        found.into_iter().for_each(|facts| {
            if !told.contains(&facts) {
                told.push(facts);
            }
        });
        told
    }

    fn restriction(&self, facts: &RestrictionFacts) -> RestrictionFinding {
        let role = match facts.subject {
            SubjectId::Role(role) => self.state.role(role).map(|rules| rules.name.clone()),
            SubjectId::Person(_) => None,
        };
        RestrictionFinding {
            name: facts.name.clone(),
            tenant: self.state.tenant_name(facts.tenant),
            role,
            scope: self.state.scope_name(facts.scope),
            from: instant(facts.from),
            until: instant(facts.until),
        }
    }

    fn finding(&self, word: Word, detail: Detail, at: i64) -> GrantFinding {
        let (role, through) = match self.effective(word) {
            Some((_, rules)) => (rules.name.clone(), self.through(rules)),
            None => (Name::trusted("?".into()), Vec::new()),
        };
        GrantFinding {
            role,
            through,
            scope: self.state.scope_name(word.scope()),
            channel: self
                .state
                .policy
                .channels()
                .get(word.channel().index())
                .cloned()
                .unwrap_or_else(|| Name::trusted("?".into())),
            basis: self.state.basis_of(detail),
            from: instant(detail.from),
            until: instant(detail.until),
            stage: self.stage(word, detail, at),
        }
    }

    /// The way from a role to the role that lists the permission. Every step goes to an included
    /// role that has the permission, by itself or by a role it includes, so that the way ends.
    fn through(&self, rules: &RoleRules) -> Vec<Name> {
        let permission = self.request.permission.index();
        let asked = self.state.policy.permission_names().name(self.request.permission);
        let (function, action) = asked.split_once(':').unwrap_or((&asked, ""));
        let mut path = Vec::new();
        let mut here = Some(rules);
        while let Some(rules) = here.filter(|rules| rules.uncut.contains(permission)) {
            path.push(rules.name.clone());
            here = match rules
                .role
                .permissions
                .iter()
                .any(|pattern| pattern.matches(function, action))
            {
                true => None,
                false => {
                    let included = rules.includes.iter().filter_map(|&role| self.state.role(role));
                    included.map(|rules| &**rules).find(|rules| rules.uncut.contains(permission))
                }
            };
        }
        path
    }
}

/// An instant in microseconds as the end of an interval. `None` if the interval has no such end.
fn instant(micros: i64) -> Option<Instant> {
    (micros != EVER && micros != NEVER).then(|| Instant::from_micros(micros))
}
