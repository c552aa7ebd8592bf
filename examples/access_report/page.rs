//! The page: one file, nothing to fetch, nothing to run. All text is escaped by `html!`.

use alcada::{policy::Severity, report::Finding};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::contents::{Contents, DAYS, Person, Power, Unit, cells_of};
use crate::week;
use crate::words::when;

/// So many events of one change, people and units are listed, the rest counted.
const EVENTS: usize = 6;
const PEOPLE: usize = 500;
const UNITS: usize = 120;

/// The parts of the page: what they are called in a link, and their title.
const PARTS: [(&str, &str); 8] = [
    ("findings", "Look at this"),
    ("powers", "Who can do what is dangerous"),
    ("endings", "What ends soon"),
    ("changes", "What changed"),
    ("people", "People"),
    ("roles", "Roles"),
    ("hours", "Hours"),
    ("units", "Units"),
];

pub fn page(contents: &Contents) -> Markup {
    let title = format!("Access in {}", contents.tenant);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (title) }
                    p.soft {
                        (contents.policy) ", as of " time datetime=(contents.now) { (when(contents.now)) " UTC" }
                        ", revision " (contents.revision) ". It names people in full: for those who administer them."
                    }
                    (counts(contents))
                    nav aria-label="Contents" {
                        ul { @for (link, title) in PARTS { li { a href={ "#" (link) } { (title) } } } }
                    }
                }
                main {
                    (part(0, findings(contents)))
                    (part(1, powers(contents)))
                    (part(2, endings(contents)))
                    (part(3, changes(contents)))
                    (part(4, people(contents)))
                    (part(5, roles(contents)))
                    (part(6, hours(contents)))
                    (part(7, units(contents)))
                }
                footer { p { "Times are in UTC. What rests on an affiliation ends with it; what is decided is what a check says." } }
            }
        }
    }
}

fn part(n: usize, content: Markup) -> Markup {
    let (link, title) = PARTS[n];
    html! {
        section id=(link) aria-labelledby={ (link) "-title" } {
            h2 id={ (link) "-title" } { (title) }
            (content)
        }
    }
}

fn counts(contents: &Contents) -> Markup {
    let here = contents.people.iter().filter(|person| !person.of_platform).count();
    let counted = [
        ("people", here),
        ("roles", contents.roles.len()),
        ("units", contents.units.root.count()),
        (
            "findings",
            contents.findings.listed.len() + contents.findings.more.values().sum::<usize>(),
        ),
        ("ending soon", contents.endings.len()),
        ("changes", contents.changes.len()),
    ];
    html! { dl.counts { @for (what, count) in counted { div { dt { (what) } dd { (count) } } } } }
}

/// Text with names in backticks, as the library writes it.
fn marked(text: &str) -> Markup {
    html! {
        @for (n, piece) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

/// A table that becomes a list of blocks on a narrow screen.
fn table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Markup>) -> Markup {
    html! {
        div.wide {
            table.stacked {
                @if !caption.is_empty() { caption { (caption) } }
                thead { tr { @for title in head { th scope="col" { (title) } } } }
                tbody { @for row in rows { tr { (row) } } }
            }
        }
    }
}

fn findings(contents: &Contents) -> Markup {
    let found = &contents.findings;
    if found.is_empty() {
        return html! { p { span.mark.good { "Nothing." } " No rule of the policy is broken, and nothing is of no use." } };
    }
    let rows = found.listed.iter().map(|finding| {
        let (class, word) = match finding.lint.severity() {
            Severity::Error => ("error", "against the policy"),
            _ => ("warning", "doubtful"),
        };
        html! {
            th scope="row" { span.mark.(class) { (word) } }
            td { (marked(&in_full(finding))) " " span.soft { "(" (finding.lint.code()) ")" } }
            td data-title="mended by" { @if let Some(mend) = &finding.mend { code { (mend.word().as_str()) } } }
        }
    });
    let listed = table(
        "What stands against the policy first, then what is of no use.",
        &["it is", "what", "mended by"],
        rows,
    );
    html! {
        (listed)
        @for (code, more) in &found.more { p.soft { (more) " more of " code { (code) } "." } }
    }
}

/// What a finding says, with the person's name: here it may be read.
fn in_full(finding: &Finding) -> String {
    let text = finding.lint.to_string();
    match finding.lint.subject() {
        Some(person) => text.replace(&format!("`{}`", person.masked()), &format!("`{person}`")),
        None => text,
    }
}

fn powers(contents: &Contents) -> Markup {
    let (held, idle): (Vec<&Power>, Vec<&Power>) =
        contents.powers.iter().partition(|power| !power.holders.is_empty());
    let head: &[&str] = if contents.has_channels {
        &["who", "where", "until", "channel"]
    } else {
        &["who", "where", "until"]
    };
    html! {
        p { "The permissions that commands take, that lift their limits, or that the policy keeps for its own roles; and who has them here now, at whatever hour." }
        @for power in held {
            div.power {
                (permissions(power))
                (table("", head, power.holders.iter().map(|holder| html! {
                    th scope="row" { (holder.person) }
                    td { ul { @for place in &holder.places { li { (marked(place)) } } } }
                    td.when data-title="until" { @if let Some(until) = holder.until { (when(until)) } }
                    @if contents.has_channels { td data-title="channel" { (holder.channel) } }
                })))
            }
        }
        @for power in idle {
            h3 { "Nobody has" }
            (permissions(power))
        }
    }
}

fn permissions(power: &Power) -> Markup {
    html! {
        ul.permissions {
            @for (permission, why) in &power.permissions { li { code { (permission) } " " span.soft { (marked(why)) } } }
        }
    }
}

fn endings(contents: &Contents) -> Markup {
    if contents.endings.is_empty() {
        return html! { p { "Nothing ends by itself within " (DAYS) " days." } };
    }
    let rows = contents.endings.iter().map(|ending| {
        html! {
            th.when scope="row" { (when(ending.at)) }
            td { (ending.whom) }
            td { (marked(&ending.what)) }
        }
    });
    table(
        &format!("By its own date within {DAYS} days; nobody has to do anything for it."),
        &["when", "whose", "what"],
        rows,
    )
}

fn changes(contents: &Contents) -> Markup {
    if contents.changes.is_empty() {
        return html! { p { "Nothing changed within " (DAYS) " days." } };
    }
    let rows = contents.changes.iter().map(|change| {
        html! {
            th.when scope="row" { (when(change.at)) }
            td { (change.by) }
            td {
                ul {
                    @for event in change.events.iter().take(EVENTS) { li { (marked(event)) } }
                    @if change.events.len() > EVENTS { li.soft { "and " (change.events.len() - EVENTS) " more" } }
                }
            }
            td { @if change.reason.is_empty() { span.soft { "no reason given" } } @else { (change.reason) } }
        }
    });
    table(
        &format!("Of the last {DAYS} days, the newest first."),
        &["when", "by whom", "what", "why"],
        rows,
    )
}

fn people(contents: &Contents) -> Markup {
    let rows =
        contents.people.iter().take(PEOPLE).map(|person| row_of(person, contents.has_channels));
    html! {
        (table("Who is registered here, and who of the platform reaches into it.", &["who", "kind", "at", "holds"], rows))
        @if contents.people.len() > PEOPLE { p.soft { "and " (contents.people.len() - PEOPLE) " more" } }
    }
}

fn row_of(person: &Person, has_channels: bool) -> Markup {
    html! {
        th scope="row" {
            (person.id)
            @if person.suspended { " " span.mark.error { "suspended" } }
            @if person.of_platform { " " span.soft { "of the platform" } }
        }
        td data-title="kind" { @if let Some(kind) = &person.kind { (kind) } }
        td data-title="at" { @if let Some(unit) = &person.unit { (unit) } }
        td {
            @if person.grants.rows.is_empty() { span.soft { "nothing" } } @else {
                ul {
                    @for row in &person.grants.rows {
                        @let [role, place, channel, basis, force] = cells_of(row);
                        li { code { (role) } " " (place) " " span.soft { (aside(channel, basis, force, has_channels)) } }
                    }
                }
            }
        }
    }
}

/// What more is to be said of a grant, in brackets.
fn aside(channel: &str, basis: &str, force: &str, has_channels: bool) -> String {
    let force: Vec<String> =
        force.split(' ').map(|word| word.parse().map_or_else(|_| word.to_owned(), when)).collect();
    let parts = [if has_channels { channel } else { "" }, basis, &force.join(" ")];
    let parts: Vec<&str> =
        parts.into_iter().filter(|part| !part.is_empty() && *part != "yes").collect();
    if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
}

fn roles(contents: &Contents) -> Markup {
    let rows = contents.roles.iter().map(|role| {
        html! {
            th scope="row" { code { (role.name) } }
            td { @if let Some(label) = &role.label { (label) } }
            td data-title="made by" { @if role.own { "the tenant" } @else { "the policy" } }
            td.number data-title="permissions" { (role.permissions) }
            td.number data-title="holders" { (role.holders) }
        }
    });
    let matrix = &contents.matrix;
    html! {
        (table("Those of the policy, and those made here.", &["role", "called", "made by", "permissions", "holders"], rows))
        h3 { "Which role has which permission" }
        p.soft { "Before ceilings, which may leave less of it to some kinds of people." }
        div.wide tabindex="0" role="region" aria-label="Permissions by role" {
            table.matrix {
                thead { tr { @for title in &matrix.head { th scope="col" { (title) } } } }
                tbody {
                    @for row in &matrix.rows {
                        tr {
                            @for (n, cell) in row.iter().enumerate() {
                                @if n == 0 { th scope="row" { code { (cell) } } }
                                @else { td { @if !cell.is_empty() { "✓" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn hours(contents: &Contents) -> Markup {
    if contents.weeks.is_empty() {
        return html! { p { "No grid binds anybody: people are let in at any hour." } };
    }
    html! {
        p { "Each in its own time zone. Whoever is enrolled in several is let in when any of them is open; whoever is in none, at any hour." }
        div.weeks {
            @for week in &contents.weeks {
                figure {
                    figcaption {
                        strong { (week.grid.name) } " " (week.grid.hours)
                        @if week.grid.allow_outside { span.soft { "; outside of it too" } }
                        @if week.grid.tenant.is_none() { span.soft { "; of the platform" } }
                    }
                    (week::picture(&week.grid.hours))
                    p.soft {
                        @match week.people.as_slice() {
                            [] => "Nobody is enrolled.",
                            people => {
                                @for (n, person) in people.iter().take(PEOPLE).enumerate() { @if n > 0 { ", " } (person) }
                                @if people.len() > PEOPLE { " and " (people.len() - PEOPLE) " more" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn units(contents: &Contents) -> Markup {
    let root = &contents.units.root;
    let kinds: Vec<String> =
        contents.units.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    // Of a great tree its top is shown.
    let depth = if root.count() <= UNITS { usize::MAX } else { 1 };
    html! {
        p { (kinds.join(", ")) "." }
        ul.tree { (branch(root, depth)) }
    }
}

fn branch(unit: &Unit, depth: usize) -> Markup {
    html! {
        li {
            code { (unit.code) }
            @if !unit.name.is_empty() { " " (unit.name) }
            @if let Some(kind) = &unit.kind { " " span.soft { (kind) } }
            @if unit.closed { " " span.soft { "closed" } }
            @if depth == 0 && !unit.below.is_empty() { " " span.soft { "and " (unit.count() - 1) " below" } }
            @if depth > 0 && !unit.below.is_empty() {
                ul { @for below in &unit.below { (branch(below, depth.saturating_sub(1))) } }
            }
        }
    }
}
