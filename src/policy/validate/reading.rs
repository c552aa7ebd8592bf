//! What a text gets to hear: what could not be read and what does not make sense, as one list.

use super::document::validate;
use crate::policy::diagnostic::{Diagnostic, code};
use crate::policy::document::Document;
use crate::policy::parse::Reading;
use crate::store::Order;

/// Validates what could be read, and returns it with all diagnostics, those of the reading
/// included, in the order of the text. The document is valid if none of them is an error.
pub(crate) fn check(
    (document, read, positions): Reading<'_>,
) -> (Option<Document>, Vec<Diagnostic>) {
    let mut all = read;
    if let Some(document) = &document {
        let found = validate(document).into_iter().map(|mut diagnostic| {
            positions.place(&mut diagnostic);
            diagnostic
        });
        let found: Vec<Diagnostic> =
            found.filter(|diagnostic| !follows(&all, diagnostic)).collect();
        all.extend(found);
    }
    // In the order of the text, in which an author mends it. What has no position comes last.
    all.order_by_key(|diagnostic| {
        diagnostic.position.map_or((1, None), |position| (0, Some(position)))
    });
    (document, all)
}

/// Whether a diagnostic of validation is likely to follow from something that could not be read, so
/// that to report it would mislead.
fn follows(read: &[Diagnostic], found: &Diagnostic) -> bool {
    if read.is_empty() {
        return false;
    }
    if !found.is_error() {
        return true;
    }
    // A list or table from which something is missing because it could not be read, not because
    // its author left it out.
    let inside = |unread: &Diagnostic| {
        unread
            .path
            .strip_prefix(&found.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    // Where names are declared that are unknown: if that place is damaged, they may well exist.
    let declared_in = match found.code {
        code::ROLE_UNKNOWN_PERMISSION | code::CEILING_UNKNOWN_PERMISSION => "functions",
        code::GUARD_UNKNOWN_PERMISSION | code::ADMINISTRATION_UNKNOWN_PERMISSION => "functions",
        code::ROLE_UNKNOWN_ROLE | code::ELIGIBILITY_UNKNOWN_ROLE => "roles",
        code::SEPARATION_UNKNOWN_ROLE | code::ADMINISTRATION_UNKNOWN_ROLE => "roles",
        code::SUPPORT_UNKNOWN_ROLE | code::REVOCATION_UNKNOWN_ROLE => "roles",
        code::ROLE_UNKNOWN_KIND | code::CEILING_UNKNOWN_KIND => "kinds",
        code::GUARD_UNKNOWN_KIND
        | code::ELIGIBILITY_UNKNOWN_KIND
        | code::REVOCATION_UNKNOWN_KIND => "kinds",
        code::KIND_UNKNOWN_CHANNEL
        | code::SUPPORT_UNKNOWN_CHANNEL
        | code::SUPPORT_FIRST_CHANNEL => "channels",
        code::UNIT_SET_UNKNOWN_UNIT_KIND | code::SEATS_WITHOUT_UNITS => "unit-kinds",
        code::ELIGIBILITY_UNKNOWN_AFFILIATION | code::REVOCATION_UNKNOWN_AFFILIATION => {
            "affiliations"
        }
        code::ELIGIBILITY_UNKNOWN_UNIT_SET => "unit-sets",
        code::ROLE_UNKNOWN_VISION
        | code::CEILING_UNKNOWN_VISION
        | code::ELIGIBILITY_UNKNOWN_VISION => "visions",
        // The path says what kind of word it is, as in `renamed.roles.clerk`.
        code::RENAMED_UNKNOWN_WORD => match found.path.split('.').nth(1) {
            Some("permissions") => "functions",
            Some(list) => list,
            None => return false,
        },
        code::UNIT_KIND_UNKNOWN_VISION | code::UNIT_KIND_NEEDLESS_VISION => "visions",
        _ => return read.iter().any(inside),
    };
    let damaged = |unread: &Diagnostic| {
        let top_level = !unread.path.contains(['.', '[']);
        let lost_name =
            matches!(declared_in, "functions" | "visions" | "channels" | "affiliations")
                || unread.code == code::INVALID_NAME;
        // An unknown key at the top level may be that place with its name misspelt.
        (unread.code == code::UNKNOWN_KEY && top_level)
            || unread.path == declared_in
            || (lost_name && unread.path.starts_with(declared_in))
    };
    read.iter().any(|unread| damaged(unread) || inside(unread))
}
