//! The stable codes of the rules. A code never changes its meaning; the message of a rule may.
//!
//! `ALL` lists them for the test that provokes each of them.

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {
        $(pub(crate) const $name: &str = $code;)*
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($name),*];
    };
}

codes! {
    // Errors of the text.
    TEXT_TOO_LONG = "text-too-long";
    SYNTAX = "syntax";
    DUPLICATE_KEY = "duplicate-key";
    NESTING_TOO_DEEP = "nesting-too-deep";
    WRONG_TYPE = "wrong-type";
    UNKNOWN_KEY = "unknown-key";
    MISSING_KEY = "missing-key";
    INVALID_NAME = "invalid-name";
    INVALID_PATTERN = "invalid-pattern";
    INVALID_IDENTIFIER_SCHEME = "invalid-identifier-scheme";
    INVALID_PLACE = "invalid-place";
    INVALID_EXTENT = "invalid-extent";
    INVALID_ENFORCEMENT = "invalid-enforcement";
    INVALID_COUNT = "invalid-count";
    INVALID_SILENCE = "invalid-silence";
    VERSION_MISSING = "version-missing";
    // Errors of the document.
    VERSION_UNSUPPORTED = "version-unsupported";
    MORE_PROBLEMS = "more-problems";
    LIMIT_EXCEEDED = "limit-exceeded";
    DUPLICATE_ENTRY = "duplicate-entry";
    FUNCTION_INVALID_NAME = "function-invalid-name";
    FUNCTION_WITHOUT_ACTIONS = "function-without-actions";
    ACTION_INVALID_NAME = "action-invalid-name";
    PERMISSION_TOO_LONG = "permission-too-long";
    UNIT_KIND_WITHOUT_VISION = "unit-kind-without-vision";
    UNIT_KIND_NEEDLESS_VISION = "unit-kind-needless-vision";
    UNIT_KIND_UNKNOWN_VISION = "unit-kind-unknown-vision";
    UNIT_SET_EMPTY = "unit-set-empty";
    UNIT_SET_UNKNOWN_UNIT_KIND = "unit-set-unknown-unit-kind";
    KIND_UNKNOWN_CHANNEL = "kind-unknown-channel";
    KIND_WITHOUT_DIGITS = "kind-without-digits";
    ROLE_UNKNOWN_PERMISSION = "role-unknown-permission";
    ROLE_UNKNOWN_ROLE = "role-unknown-role";
    ROLE_UNKNOWN_VISION = "role-unknown-vision";
    ROLE_UNKNOWN_KIND = "role-unknown-kind";
    ROLE_INCLUSION_CYCLE = "role-inclusion-cycle";
    ROLE_INCLUSION_TOO_DEEP = "role-inclusion-too-deep";
    CEILING_UNKNOWN_PERMISSION = "ceiling-unknown-permission";
    CEILING_UNKNOWN_VISION = "ceiling-unknown-vision";
    CEILING_UNKNOWN_KIND = "ceiling-unknown-kind";
    GUARD_WITHOUT_COMMANDS = "guard-without-commands";
    GUARD_UNKNOWN_COMMAND = "guard-unknown-command";
    GUARD_UNKNOWN_PERMISSION = "guard-unknown-permission";
    GUARD_UNKNOWN_KIND = "guard-unknown-kind";
    ELIGIBILITY_UNKNOWN_VISION = "eligibility-unknown-vision";
    ELIGIBILITY_UNKNOWN_KIND = "eligibility-unknown-kind";
    ELIGIBILITY_UNKNOWN_ROLE = "eligibility-unknown-role";
    ELIGIBILITY_UNKNOWN_AFFILIATION = "eligibility-unknown-affiliation";
    ELIGIBILITY_UNKNOWN_UNIT_SET = "eligibility-unknown-unit-set";
    ELIGIBILITY_DIRECT_REQUIRES = "eligibility-direct-requires";
    SEPARATION_DUPLICATE_NAME = "separation-duplicate-name";
    SEPARATION_UNKNOWN_ROLE = "separation-unknown-role";
    SEPARATION_TOO_FEW_ROLES = "separation-too-few-roles";
    SEPARATION_BOUND_OUT_OF_RANGE = "separation-bound-out-of-range";
    ADMINISTRATION_UNKNOWN_ROLE = "administration-unknown-role";
    ADMINISTRATION_UNKNOWN_PERMISSION = "administration-unknown-permission";
    SEATS_WITHOUT_UNITS = "seats-without-units";
    REVOCATION_PERCENT = "revocation-percent";
    REVOCATION_WITHOUT_DAYS = "revocation-without-days";
    REVOCATION_WIDENS_NOTHING = "revocation-widens-nothing";
    REVOCATION_VISIT_OF_NOBODY = "revocation-visit-of-nobody";
    REVOCATION_UNKNOWN_ROLE = "revocation-unknown-role";
    REVOCATION_UNKNOWN_KIND = "revocation-unknown-kind";
    REVOCATION_UNKNOWN_AFFILIATION = "revocation-unknown-affiliation";
    SUPPORT_UNKNOWN_CHANNEL = "support-unknown-channel";
    SUPPORT_FIRST_CHANNEL = "support-first-channel";
    SUPPORT_UNKNOWN_ROLE = "support-unknown-role";
    SUPPORT_WITHOUT_ROLES = "support-without-roles";
    RENAMED_STILL_CURRENT = "renamed-still-current";
    RENAMED_UNKNOWN_WORD = "renamed-unknown-word";
    RETIRED_STILL_CURRENT = "retired-still-current";
    RENAMED_AND_RETIRED = "renamed-and-retired";
    // Warnings about the document.
    NO_PERMISSIONS = "no-permissions";
    FUNCTION_UNKNOWN_VISION = "function-unknown-vision";
    PATTERN_MATCHES_NOTHING = "pattern-matches-nothing";
    EXCEPTION_REMOVES_NOTHING = "exception-removes-nothing";
    ROLE_GRANTS_NOTHING = "role-grants-nothing";
    ROLE_EQUALS_ANOTHER = "role-equals-another";
    ROLE_EMPTIED_BY_CEILING = "role-emptied-by-ceiling";
    CEILINGS_NOT_EXAMINED = "ceilings-not-examined";
    NO_GUARDS = "no-guards";
    GUARD_UNREACHABLE = "guard-unreachable";
    SUPPORT_UNGUARDED = "support-unguarded";
    ELIGIBILITY_MATCHES_NOTHING = "eligibility-matches-nothing";
    SEPARATION_WITHOUT_UNITS = "separation-without-units";
    ADMINISTRATOR_BELOW_ROOT = "administrator-below-root";
    ROLE_UNRESERVED = "role-unreserved";
}
