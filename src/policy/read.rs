use super::{Diagnostic, PolicyDocument};
#[derive(Default)]
pub(crate) struct Positions;
impl Positions {
    pub(crate) fn place(&self, _: &mut Diagnostic) {}
}
pub(crate) type Reading = (Option<PolicyDocument>, Vec<Diagnostic>, Positions);
pub(crate) fn read_toml(t: &str) -> Reading {
    match toml::from_str(t) {
        Ok(d) => (Some(d), vec![], Positions),
        Err(e) => {
            eprintln!("{e}");
            (None, vec![], Positions)
        }
    }
}
pub(crate) fn read_json(t: &str) -> Reading {
    (serde_json::from_str(t).ok(), vec![], Positions)
}
