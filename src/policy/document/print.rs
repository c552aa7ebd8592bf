//! The document as text, such that reading the text gives an equal document.
//!
//! The reading is not here: a text has positions and mistakes, which are the matter of `parse`.

use super::policy::Document;
use crate::form;

impl Document {
    /// The document as TOML, its parts in the order of [`Document`]'s fields and, within a
    /// part, of their names. Comments and layout of a text that it was read from are not kept.
    ///
    /// ```
    /// let mut document = alcada::policy::Document { version: 1, ..Default::default() };
    /// document.name = Some("school".into());
    /// assert_eq!(document.to_toml(), "version = 1\nname = \"school\"\n");
    /// ```
    #[must_use]
    pub fn to_toml(&self) -> String {
        printed(form::to_toml(self))
    }

    /// The document as JSON, indented by two spaces.
    #[must_use]
    pub fn to_json(&self) -> String {
        printed(form::to_json_pretty(self))
    }
}

/// The text, which is always there: both printers refuse only what a document cannot hold, which is
/// keys that are not strings and, in TOML, nulls and numbers beyond `i64`.
fn printed(text: Result<String, form::Problem>) -> String {
    text.unwrap_or_else(|error| {
        debug_assert!(false, "a document is always printable: {error}");
        String::new()
    })
}
