//! The plainest use: people who hold roles, and nothing else. A request that is allowed, and the
//! explanation of one that is denied.
//!
//! `cargo run --example hello`

use alcada::{Authority, Event, Grant, Instant, Permission, Policy, Registration, Request};

const VIEW: Permission = Permission::new("articles:view");
const EDIT: Permission = Permission::new("articles:edit");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy::from_toml(
        r#"
            version = 1
            functions.articles.actions = ["view", "edit"]
            roles.reader.permissions = ["articles:view"]
            roles.editor.permissions = ["articles:*"]
        "#,
    )?;
    policy.require([VIEW, EDIT])?;
    let authority = Authority::in_memory(policy);
    for (person, role) in [("ana", "editor"), ("bruno", "reader")] {
        authority.apply(Event::PersonRegistered(Registration::of(person)?))?;
        authority.apply(Event::Granted(Grant::role(role).to(person).everywhere()?))?;
    }

    let now = Instant::now();
    authority.require(&Request::by("ana").to(EDIT), now)?;
    println!("ana may edit\n");
    print!("{}", authority.explain(&Request::by("bruno").to(EDIT), now));
    Ok(())
}
