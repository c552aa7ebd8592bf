//! Prints a document so that reading it again gives the same document.

use super::policy::PolicyDocument;

impl PolicyDocument {
    /// The document as TOML, in the order of its parts and of their names.
    /// Comments and layout of a text that it was read from are not kept.
    ///
    /// ```
    /// let mut document = alcada::PolicyDocument { version: 1, ..Default::default() };
    /// document.name = Some("school".into());
    /// assert_eq!(document.to_toml(), "version = 1\nname = \"school\"\n");
    /// ```
    #[must_use]
    pub fn to_toml(&self) -> String {
        printed(toml::to_string_pretty(self))
    }

    /// The document as JSON, indented.
    #[must_use]
    pub fn to_json(&self) -> String {
        printed(serde_json::to_string_pretty(self))
    }
}

/// Both printers refuse only what a document cannot hold: keys that are not
/// strings, and in TOML nulls and great numbers.
fn printed<E: std::fmt::Display>(text: Result<String, E>) -> String {
    text.unwrap_or_else(|error| {
        debug_assert!(false, "a document is always printable: {error}");
        String::new()
    })
}
