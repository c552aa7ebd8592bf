use super::{Diagnostic, PolicyDocument};
pub(crate) fn validate(_: &PolicyDocument) -> Vec<Diagnostic> {
    vec![]
}
pub(crate) fn nearest(_: &str, _: impl IntoIterator<Item = crate::model::Name>) -> Option<crate::model::Name> {
    None
}
