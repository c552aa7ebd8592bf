use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let policies: PolicySet =
        r#"permit(principal == User::"ana", action == Action::"edit", resource == Album::"trip");"#.parse()?;
    let principal: EntityUid = r#"User::"ana""#.parse()?;
    let action: EntityUid = r#"Action::"edit""#.parse()?;
    let resource: EntityUid = r#"Album::"trip""#.parse()?;
    let request = Request::new(principal, action, resource, Context::empty(), None)?;
    let answer = Authorizer::new().is_authorized(&request, &policies, &Entities::empty());
    assert_eq!(answer.decision(), Decision::Allow);
    Ok(())
}
