//! The text form of plans, for people.

use std::fmt;

use super::document::{Ended, Grounds, Link, Mass, Plan, RevocationRule, Row, SilentSource};

impl fmt::Display for RevocationRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            RevocationRule::AffiliationEnded => "affiliation-ended",
            RevocationRule::VisitOver => "visit-over",
            RevocationRule::VisionLost => "vision-lost",
            RevocationRule::Unused => "unused",
            RevocationRule::SupportOld => "support-old",
            RevocationRule::Left => "left",
            RevocationRule::Unseen => "unseen",
        })
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Link::Grant(grant) => {
                write!(f, "`{}` {}", grant.role, grant.scope.acted_on())?;
                grant
                    .channel
                    .as_ref()
                    .map_or(Ok(()), |channel| write!(f, " on channel `{channel}`"))
            }
            Link::Registration { tenant, .. } => {
                write!(f, "registration in `{tenant}`, suspended")
            }
        }
    }
}

impl fmt::Display for Grounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Grounds::Over { ended, source: Some(source) } if ended.is_empty() => {
                write!(f, "`{source}` lists no affiliation that it could rest on")
            }
            Grounds::Over { ended, .. } => ended.iter().enumerate().try_for_each(|(n, ended)| {
                f.write_str(if n == 0 { "" } else { "; " })?;
                ended.fmt(f)
            }),
            Grounds::PastEnd { until } => write!(f, "over since {until}"),
            Grounds::NotSince { source, last: Some(last), .. } => {
                write!(f, "by `{source}` last on {last}")
            }
            Grounds::NotSince { source, since, last: None } => {
                write!(f, "by `{source}` not once since {since}")
            }
            Grounds::Began { from } => write!(f, "began on {from}"),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ended { affiliation, source } = self;
        write!(f, "`{}` at `{}`", affiliation.kind, affiliation.unit)?;
        match (source, affiliation.until) {
            (Some(source), _) => write!(f, " is listed by `{source}` no longer"),
            (None, Some(until)) => write!(f, " ended {until}"),
            (None, None) => f.write_str(" ended"),
        }
    }
}

impl fmt::Display for Mass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it concerns {} people", self.people)?;
        if let Some(tenant) = &self.tenant {
            write!(f, " of `{tenant}`")?;
        }
        write!(f, ", and more than {} are to be confirmed", self.at_most)
    }
}

impl fmt::Display for SilentSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unanswered {
            None => write!(f, "`{}` could not be reached", self.source),
            Some(1) => write!(f, "`{}` had nothing to say once", self.source),
            Some(times) => write!(f, "`{}` had nothing to say {times} times", self.source),
        }
    }
}

/// Rows as lines in aligned columns.
struct Rows<'p>(&'p [Row]);

impl fmt::Display for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells =
            |row: &Row| [row.person().to_string(), row.rule.to_string(), row.link.to_string()];
        let cells: Vec<[String; 3]> = self.0.iter().map(cells).collect();
        let width = |column: usize| {
            cells
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let (person, rule, link) = (width(0), width(1), width(2));
        for (row, [person_cell, rule_cell, link_cell]) in self.0.iter().zip(&cells) {
            writeln!(
                f,
                "  {person_cell:person$}  {rule_cell:rule$}  {link_cell:link$}  {}",
                row.evidence
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { at, rows, held_back, silent, mass, beyond } = self;
        writeln!(f, "plan for {at}: {} to take back, of {} people", rows.len(), self.people())?;
        Rows(rows).fmt(f)?;
        if *beyond > 0 {
            writeln!(f, "and {beyond} more, for the next plan")?;
        }
        if !held_back.is_empty() {
            writeln!(f, "held back, so that no tenant is without an administrator:")?;
            Rows(held_back).fmt(f)?;
        }
        silent.iter().try_for_each(|source| writeln!(f, "{source}; that revoked nobody"))?;
        mass.as_ref().map_or(Ok(()), |mass| writeln!(f, "{mass}"))
    }
}
