use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

const MODEL: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line = |words: &[&str]| words.iter().map(|word| word.to_string()).collect();
    let mut enforcer = Enforcer::new(DefaultModel::from_str(MODEL).await?, MemoryAdapter::default()).await?;
    enforcer.add_policy(line(&["editor", "articles", "edit"])).await?;
    enforcer.add_grouping_policy(line(&["ana", "editor"])).await?;
    assert!(enforcer.enforce(("ana", "articles", "edit"))?);
    Ok(())
}
