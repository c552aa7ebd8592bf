use regorus::{Engine, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rules = "
        package authz
        default allow := false
        allow if data.roles[data.grants[input.person]][input.action]
    ";
    let mut engine = Engine::new();
    engine.add_policy("authz.rego".to_owned(), rules.to_owned())?;
    engine.add_data(Value::from_json_str(r#"{"grants":{"ana":"editor"},"roles":{"editor":{"edit":true}}}"#)?)?;
    engine.set_input(Value::from_json_str(r#"{"person":"ana","action":"edit"}"#)?);
    assert_eq!(engine.eval_rule("data.authz.allow".to_owned())?, Value::from(true));
    Ok(())
}
