//! What a list shows: the coverage of a permission as the WHERE clause of a query.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write;

use alcada::{Authority, Coverage, Instant, Request, Scope};

use crate::decisions::Subject;
use crate::network::{CITY, Network};
use crate::people::{CLERK, FORMER_CLERK, SUPERVISOR};
use crate::random::Random;
use crate::{grouped, heading};

/// A WHERE clause over a table with a `unit`, and what to bind to its places.
///
/// `below(top, unit)` is the tree as a table: a row for each unit and each above it, itself included.
struct Clause {
    text: String,
    binds: Vec<String>,
}

impl Clause {
    fn of(coverage: &Coverage) -> Clause {
        let mut clause = Clause { text: String::new(), binds: Vec::new() };
        if coverage.is_nowhere() {
            clause.text.push_str("FALSE");
        }
        for (n, reach) in coverage.reaches.iter().enumerate() {
            clause.text.push_str(if n == 0 { "(" } else { " OR (" });
            clause.condition(&reach.scope);
            for scope in &reach.except {
                clause.text.push_str(" AND NOT ");
                clause.condition(scope);
            }
            clause.text.push(')');
        }
        clause
    }

    fn condition(&mut self, scope: &Scope) {
        match scope {
            Scope::Unit(unit) => {
                let place = self.bind(unit);
                self.text += &format!("unit = {place}");
            }
            Scope::Subtree(unit) => {
                let place = self.bind(unit);
                self.text += &format!("unit IN (SELECT unit FROM below WHERE top = {place})");
            }
            Scope::Everywhere => self.text += "TRUE",
            // An expense is kept in a unit and is about nobody.
            Scope::Members { .. } | Scope::Own { .. } => self.text += "FALSE",
        }
    }

    fn bind(&mut self, value: &str) -> String {
        self.binds.push(value.to_owned());
        format!("${}", self.binds.len())
    }
}

/// What the clause selects, worked out here instead of in a database.
fn selects(coverage: &Coverage, unit: &str, above: &HashMap<&str, &str>) -> bool {
    let path = || std::iter::successors(Some(unit), |unit| above.get(unit).copied());
    let covers = |scope: &Scope| match scope {
        Scope::Unit(only) => *only == unit,
        Scope::Subtree(top) => path().any(|unit| *top == unit),
        Scope::Everywhere => true,
        Scope::Members { .. } | Scope::Own { .. } => false,
    };
    coverage.reaches.iter().any(|reach| covers(&reach.scope) && !reach.except.iter().any(covers))
}

pub fn show(
    out: &mut dyn Write,
    authority: &Authority,
    network: &Network,
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    heading(out, "Lists: coverage as a WHERE clause")?;
    let subject = Subject::of(network, "UE")?;
    let mut above: HashMap<&str, &str> =
        network.districts.iter().map(|district| (district.code.as_str(), CITY)).collect();
    above.extend(
        network.schools.iter().map(|school| (school.code.as_str(), school.district.as_str())),
    );
    let mut random = Random::new(7);
    let rows: Vec<&str> =
        (0..20_000).map(|_| random.pick(&network.schools).code.as_str()).collect();
    writeln!(
        out,
        "Who may see which of {} expenses, each kept in a school (`{}`)?",
        grouped(rows.len()),
        subject.view()
    )?;
    for (who, person) in
        [("the clerk", CLERK), ("the supervisor", SUPERVISOR), ("the former clerk", FORMER_CLERK)]
    {
        let coverage = authority.coverage(person, subject.view(), now);
        let clause = Clause::of(&coverage);
        let selected = rows.iter().filter(|unit| selects(&coverage, unit, &above)).count();
        let requests: Vec<_> =
            rows.iter().map(|unit| Request::by(person).to(subject.view()).in_unit(unit)).collect();
        let allowed = authority
            .check_all(&requests, now)
            .iter()
            .filter(|decision| decision.is_allow())
            .count();
        if selected != allowed {
            Err(format!("the clause selects {selected} rows, and {allowed} are allowed"))?;
        }
        writeln!(out, "\n> {who}: SELECT * FROM expenses WHERE {}", clause.text)?;
        for (n, value) in clause.binds.iter().enumerate() {
            writeln!(out, "    ${} = '{value}'", n + 1)?;
        }
        let until =
            coverage.until().map_or_else(String::new, |until| format!("; it holds until {until}"));
        writeln!(
            out,
            "    {} rows, the same that `check` allows one by one{until}",
            grouped(selected)
        )?;
    }
    Ok(())
}
