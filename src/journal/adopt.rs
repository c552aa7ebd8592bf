//! Adopting another policy: the facts are carried over by name ([contract
//! R34](crate::docs::contract#r34)).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{Cause, Facts, FactsError, Fault, Revision, SeatContract, Snapshot};
use crate::model::{Basis, Grant, Name, Pattern, Place, Restriction, Subject};
use crate::policy::{Extent, Policy, Renamed, Retired};

impl Snapshot {
    /// These facts under another policy, to see what that policy would change before it is
    /// deployed. The facts are carried over by name, as [opening a journal](crate::Authority::open)
    /// under that policy would carry them.
    ///
    /// ```
    /// use alcada::{Event, Grant, Instant, Policy, Registration, Snapshot};
    /// let policy = |actions: &str| Policy::from_toml(&format!(r#"
    ///     version = 1
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.editor.permissions = [{actions}]
    /// "#));
    /// let mut facts = Snapshot::new(policy(r#""articles:view""#)?);
    /// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
    /// facts.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
    ///
    /// let tomorrow = facts.with_policy(policy(r#""articles:*""#)?)?;
    /// let diff = facts.diff(&tomorrow, Instant::now());
    /// assert_eq!(diff.gained[0].permissions, ["articles:edit"]);
    /// assert_eq!(diff.people().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When facts name words that the policy neither knows nor lists as renamed or retired.
    ///
    /// # Complexity
    /// O(n log n) in all the facts.
    pub fn with_policy(&self, policy: impl Into<Arc<Policy>>) -> Result<Snapshot, FactsError> {
        adopted(self, policy.into(), self.revision())
    }
}

/// The facts of a snapshot under another policy, numbered as the given revision.
pub(crate) fn adopted(
    old: &Snapshot,
    policy: Arc<Policy>,
    revision: Revision,
) -> Result<Snapshot, FactsError> {
    let mut facts = old.facts_by_number();
    let document = policy.document();
    let (renamed, retired) = (&document.renamed, &document.retired);
    let mut carrier =
        Carrier { old: old.policy(), new: &policy, renamed, retired, gone: BTreeMap::new() };
    carrier.carry(&mut facts);
    let gone = carrier.gone;
    if !gone.is_empty() {
        return Err(unknown(&gone));
    }
    old.carried(policy, &facts, revision)
}

/// The error that lists the words that the new policy lacks, and how many rows name each.
fn unknown(gone: &BTreeMap<(&'static str, Name), usize>) -> FactsError {
    let mut message = String::from("the facts name words that the policy no longer knows:");
    for ((list, word), rows) in gone {
        let plural = if *rows == 1 { "row" } else { "rows" };
        message.push_str(&format!("\n  `{word}` of {list}, in {rows} {plural}"));
    }
    message.push_str(
        "\n  help: say under `renamed` what each is called now, or list it under `retired`",
    );
    FactsError::new(None, "", Fault::new(Cause::UnknownWord, message))
}

/// Replaces the old policy's words by the new policy's, row by row.
struct Carrier<'p> {
    old: &'p Policy,
    new: &'p Policy,
    renamed: &'p Renamed,
    retired: &'p Retired,
    /// The words that the new policy lacks, by the list they belong to, with how many rows name
    /// each.
    gone: BTreeMap<(&'static str, Name), usize>,
}

impl<'p> Carrier<'p> {
    /// Renames words in every row, and removes the rows that a retired word ends.
    fn carry(&mut self, facts: &mut Facts) {
        for unit in &mut facts.units {
            unit.kind.iter_mut().for_each(|kind| self.unit_kind(kind));
        }
        for registration in &mut facts.people {
            registration.kind.iter_mut().for_each(|kind| self.kind(kind));
        }
        facts.affiliations.retain_mut(|affiliation| self.affiliation(&mut affiliation.kind));
        for custom in &mut facts.roles {
            let role = &mut custom.role;
            role.includes.retain_mut(|included| self.role(included));
            role.permissions.retain_mut(|pattern| self.permission(pattern));
            role.except.retain_mut(|pattern| self.permission(pattern));
            role.visions.iter_mut().for_each(|vision| self.vision(vision));
            role.kinds.iter_mut().for_each(|kind| self.kind(kind));
        }
        facts.grants.retain_mut(|grant| self.grant(grant));
        facts.requests.retain_mut(|request| self.grant(&mut request.grant));
        for campaign in &mut facts.campaigns {
            let before = campaign.items.len();
            campaign.items.retain_mut(|item| self.grant(&mut item.grant));
            let ended =
                u32::try_from(before.saturating_sub(campaign.items.len())).unwrap_or(u32::MAX);
            campaign.gone = campaign.gone.saturating_add(ended);
            campaign.roles.retain_mut(|role| self.role(role));
        }
        facts.restrictions.retain_mut(|restriction| self.restriction(restriction));
        facts
            .seats
            .retain_mut(|contract| self.role(&mut contract.role) && self.is_counted(contract));
    }

    /// Replaces a word by what it is called now. `false` if the word is retired: then whatever
    /// names it ends. A word of which the policy says nothing is noted as missing, and counts as
    /// kept meanwhile, so that the error can list all missing words.
    fn settle(
        &mut self,
        list: &'static str,
        word: &mut Name,
        is_current: bool,
        renamed: &BTreeMap<Name, Name>,
        retired: &[Name],
    ) -> bool {
        if is_current {
            return true;
        }
        if let Some(now) = renamed.get(word) {
            word.clone_from(now);
            return true;
        }
        if retired.contains(word) {
            return false;
        }
        let rows = self.gone.entry((list, word.clone())).or_default();
        *rows = rows.saturating_add(1);
        true
    }

    /// Only roles of the policy can be renamed or retired: a role that a tenant made belongs to the
    /// tenant, so a role that the old policy does not know counts as current.
    fn role(&mut self, role: &mut Name) -> bool {
        let is_current = self.old.role(role).is_none() || self.new.role(role).is_some();
        self.settle("roles", role, is_current, &self.renamed.roles, &self.retired.roles)
    }

    fn affiliation(&mut self, kind: &mut Name) -> bool {
        let is_current = self.new.affiliation(kind).is_some();
        self.settle(
            "affiliations",
            kind,
            is_current,
            &self.renamed.affiliations,
            &self.retired.affiliations,
        )
    }

    fn channel(&mut self, channel: &mut Name) -> bool {
        let is_current = self.new.channel(channel).is_some();
        self.settle("channels", channel, is_current, &self.renamed.channels, &self.retired.channels)
    }

    fn kind(&mut self, kind: &mut Name) {
        let is_current = self.new.kind(kind).is_some();
        self.settle("kinds", kind, is_current, &self.renamed.kinds, &[]);
    }

    fn unit_kind(&mut self, kind: &mut Name) {
        let is_current = self.new.unit_kind(kind).is_some();
        self.settle("unit-kinds", kind, is_current, &self.renamed.unit_kinds, &[]);
    }

    fn unit_set(&mut self, set: &mut Name) {
        let is_current = self.new.unit_set(set).is_some();
        self.settle("unit-sets", set, is_current, &self.renamed.unit_sets, &[]);
    }

    fn vision(&mut self, vision: &mut Name) {
        let is_current = self.new.document().visions.contains(vision);
        self.settle("visions", vision, is_current, &self.renamed.visions, &[]);
    }

    /// A pattern with a star names no single permission, so it is never renamed: it is expanded
    /// over the new policy's permissions.
    fn permission(&mut self, pattern: &mut Pattern) -> bool {
        let is_current =
            !pattern.is_exact() || self.new.permission_names().find(pattern.as_str()).is_some();
        if is_current {
            return true;
        }
        let Ok(mut word) = Name::new(pattern.as_str()) else { return true };
        let stays = self.settle(
            "permissions",
            &mut word,
            false,
            &self.renamed.permissions,
            &self.retired.permissions,
        );
        if let Ok(now) = Pattern::parse(&word) {
            *pattern = now;
        }
        stays
    }

    /// Looks at every word of the grant, even after a retired one, so that the error lists all
    /// words that are missing. `false` if the grant ends.
    fn grant(&mut self, grant: &mut Grant) -> bool {
        let role = self.role(&mut grant.role);
        // No channel stands for the policy's first, and the first may be another one now: so the
        // old first channel is written out.
        let mut channel = match &grant.channel {
            Some(channel) => Some(channel.clone()),
            None => self.old.channels().first().cloned(),
        };
        let answers = channel.as_mut().is_none_or(|channel| self.channel(channel));
        grant.channel = channel;
        let rests = match &mut grant.basis {
            Basis::Standing | Basis::Direct => true,
            Basis::Affiliation { kind, place } => {
                if let Place::Set(set) = place {
                    self.unit_set(set);
                }
                self.affiliation(kind)
            }
        };
        role && answers && rests
    }

    /// `false` if the restriction ends.
    fn restriction(&mut self, restriction: &mut Restriction) -> bool {
        let subject = match &mut restriction.subject {
            Subject::Person(_) => true,
            Subject::Role(role) => self.role(role),
        };
        let was_empty = restriction.permissions.is_empty();
        let wild: Vec<Pattern> =
            restriction.permissions.iter().filter(|p| !p.is_exact()).cloned().collect();
        restriction.permissions.retain_mut(|pattern| self.permission(pattern));
        // A permission that a star matched and that is renamed may not match under its new name: it
        // is added by name, so that it stays denied.
        let matches = |pattern: &Pattern, name: &Name| {
            name.split_once(':').is_some_and(|(function, action)| pattern.matches(function, action))
        };
        for (before, now) in &self.renamed.permissions {
            let was_there = self.old.permission_names().find(before).is_some();
            let lost = wild.iter().any(|pattern| matches(pattern, before))
                && !wild.iter().any(|p| matches(p, now));
            if let Ok(now) = Pattern::parse(now)
                && was_there
                && lost
                && !restriction.permissions.contains(&now)
            {
                restriction.permissions.push(now);
            }
        }
        // A restriction ends with its last pattern; one that never had a pattern is carried over.
        subject && (was_empty || !restriction.permissions.is_empty())
    }

    /// Whether the new policy counts seats of the role, and per tenant or per unit as the contract
    /// does.
    fn is_counted(&self, contract: &SeatContract) -> bool {
        let extent = self.new.role(&contract.role).and_then(|role| self.new.seats(role));
        match extent {
            Some(Extent::Tenant) => contract.unit.is_none(),
            Some(Extent::Unit) => contract.unit.is_some(),
            None => false,
        }
    }
}
