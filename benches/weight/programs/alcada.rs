use alcada::{Authority, Event, Grant, Instant, Permission, Policy, Registration, Request};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let authority = Authority::in_memory(Policy::from_toml(
        r#"
        version = 1
        functions.articles.actions = ["view", "edit"]
        roles.reader.permissions = ["articles:view"]
        roles.editor.permissions = ["articles:*"]
    "#,
    )?);
    authority.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
    authority.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
    authority.require(&Request::by("ana").to(Permission::new("articles:edit")), Instant::now())?;
    Ok(())
}
