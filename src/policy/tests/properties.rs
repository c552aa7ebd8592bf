//! What holds of every document and of every string.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{check_json, check_toml, codes_and_paths};
use crate::model::{Ceiling, CommandWord, IdentifierScheme, Name, Pattern, Role};
use crate::policy::diagnostic::Severity;
use crate::policy::document::SupportRules;
use crate::policy::document::{
    Administration, Eligibility, Extent, Guard, Renamed, Requirement, RequirementPlace, Retired,
    Separation,
};
use crate::policy::document::{Document, Function, Kind, UnitKind, UnitSet};
use crate::policy::parse::{read_json, read_toml};
use crate::policy::validate::validate;

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn names() -> impl Strategy<Value = Vec<Name>> {
    prop::collection::vec(a_name(), 0..4)
}

fn a_name() -> impl Strategy<Value = Name> {
    prop_oneof!["[a-c]{1,2}", "[a-z .\"'\\\\#=\\[\\]é💶-]{1,6}"].prop_map(|text| name(&text))
}

fn patterns() -> impl Strategy<Value = Vec<Pattern>> {
    prop::collection::vec("([a-c]{1,2}|[*]|[a-z \"é]{1,4}):([a-c]{1,2}|[*])", 0..4)
        .prop_map(|list| list.iter().map(|text| Pattern::parse(text).expect("a pattern")).collect())
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(any::<String>())
}

fn map<T: std::fmt::Debug>(
    entry: impl Strategy<Value = T>,
) -> impl Strategy<Value = BTreeMap<Name, T>> {
    prop::collection::btree_map(a_name(), entry, 0..4)
}

fn rows<T: std::fmt::Debug>(row: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(row, 0..3)
}

fn extent() -> impl Strategy<Value = Extent> {
    prop_oneof![Just(Extent::Tenant), Just(Extent::Unit)]
}

/// What a document says of administration.
fn administered() -> impl Strategy<Value = Document> {
    let word = prop_oneof![
        9 => prop::sample::select(CommandWord::ALL).prop_map(|word| name(word.as_str())),
        1 => a_name(),
    ];
    let guard = (prop::collection::vec(word, 0..4), a_name(), names())
        .prop_map(|(commands, permission, kinds)| Guard { commands, permission, kinds });
    let at = prop_oneof![
        Just(RequirementPlace::Unit),
        Just(RequirementPlace::UnitOrBelow),
        a_name().prop_map(RequirementPlace::Set),
    ];
    let requirement = (a_name(), at).prop_map(|(affiliation, at)| Requirement { affiliation, at });
    let row = (names(), names(), names(), names(), prop::option::of(requirement), any::<bool>())
        .prop_map(|(working_at, kinds, units, roles, requires, direct)| Eligibility {
            working_at,
            kinds,
            units,
            roles,
            requires,
            direct,
        });
    let at_most = prop_oneof![0..4u32, any::<u32>()];
    let separation = (a_name(), names(), at_most, extent())
        .prop_map(|(name, roles, at_most, per)| Separation { name, roles, at_most, per });
    let (one, words) = (prop::option::of(a_name()), || map(a_name()));
    let administration =
        (one, prop::option::of(a_name()), patterns(), names(), map(extent()), map(names()))
            .prop_map(|(administrator, escalate, reserved, exclusive, seats, assigns)| {
                Administration { administrator, escalate, reserved, exclusive, seats, assigns }
            });
    let renamed = (words(), words(), words(), words(), words(), words(), words(), words())
        .prop_map(
            |(
                roles,
                permissions,
                kinds,
                unit_kinds,
                affiliations,
                channels,
                unit_sets,
                visions,
            )| Renamed {
                roles,
                permissions,
                kinds,
                unit_kinds,
                affiliations,
                channels,
                unit_sets,
                visions,
            },
        );
    let retired = (names(), names(), names(), names()).prop_map(
        |(roles, permissions, affiliations, channels)| Retired {
            roles,
            permissions,
            affiliations,
            channels,
        },
    );
    let support = prop::option::of(
        (a_name(), names()).prop_map(|(channel, roles)| SupportRules { channel, roles }),
    );
    (rows(guard), rows(row), rows(separation), administration, support, renamed, retired).prop_map(
        |(guards, eligibility, separation, administration, support, renamed, retired)| Document {
            guards,
            eligibility,
            separation,
            administration,
            support,
            renamed,
            retired,
            ..Document::default()
        },
    )
}

fn document() -> impl Strategy<Value = Document> {
    let function = (names(), text(), names(), any::<bool>()).prop_map(
        |(actions, label, visions, leader_only)| Function { actions, label, visions, leader_only },
    );
    let unit_kind = prop::option::of(a_name()).prop_map(|vision| UnitKind { vision });
    let unit_set = (names(), names()).prop_map(|(kinds, prefixes)| UnitSet { kinds, prefixes });
    let scheme = prop_oneof![
        Just(IdentifierScheme::Any),
        Just(IdentifierScheme::Cpf),
        any::<u8>().prop_map(IdentifierScheme::Digits)
    ];
    let kind = (scheme, names()).prop_map(|(identifier, channels)| Kind { identifier, channels });
    let role = (text(), patterns(), names(), patterns(), names(), names()).prop_map(
        |(label, permissions, includes, except, visions, kinds)| Role {
            label,
            permissions,
            includes,
            except,
            visions,
            kinds,
        },
    );
    let ceiling = (names(), names(), patterns())
        .prop_map(|(kinds, visions, permissions)| Ceiling { kinds, visions, permissions });
    let lists = (text(), names(), names(), names());
    let maps = (map(function), map(unit_kind), map(unit_set), map(kind), map(role));
    let rest = (prop::collection::vec(ceiling, 0..3), administered());
    (lists, maps, rest).prop_map(
        |(
            (name, visions, channels, affiliations),
            (functions, unit_kinds, unit_sets, kinds, roles),
            (ceilings, rest),
        )| {
            Document {
                version: 1,
                name,
                visions,
                channels,
                affiliations,
                functions,
                unit_kinds,
                unit_sets,
                kinds,
                roles,
                ceilings,
                ..rest
            }
        },
    )
}

proptest! {
    #[test]
    fn printed_and_read_again_a_document_is_the_same(document in document()) {
        let (toml, json) = (document.to_toml(), document.to_json());
        let (read, found, _) = read_toml(&toml);
        prop_assert_eq!(found, vec![], "{}", toml);
        prop_assert_eq!(read.as_ref(), Some(&document), "{}", toml);
        let (read, found, _) = read_json(&json);
        prop_assert_eq!(found, vec![], "{}", json);
        prop_assert_eq!(read.as_ref(), Some(&document), "{}", json);
        // What this reader takes is what serde takes.
        prop_assert_eq!(toml::from_str::<Document>(&toml).ok(), Some(document.clone()));
        prop_assert_eq!(serde_json::from_str::<Document>(&json).ok(), Some(document));
    }

    #[test]
    fn validation_finds_the_place_of_all_it_reports(document in document()) {
        let paths = codes_and_paths(&validate(&document));
        for (text, is_toml) in [(document.to_toml(), true), (document.to_json(), false)] {
            let (_, found) = if is_toml { check_toml(&text) } else { check_json(&text) };
            prop_assert_eq!(&codes_and_paths(&found), &paths);
            for diagnostic in &found {
                prop_assert!(diagnostic.position.is_some());
                let position = diagnostic.position.map_or((0, 0), |p| (p.line, p.column));
                let line = text.split('\n').nth(position.0.wrapping_sub(1));
                prop_assert!(line.is_some_and(|line| position.1 >= 1 && position.1 <= line.chars().count() + 1));
            }
        }
    }

    #[test]
    fn no_string_makes_it_panic(text in any::<String>()) {
        check_toml(&text);
        check_json(&text);
    }

    #[test]
    fn no_near_miss_makes_it_panic(document in document(), at in any::<prop::sample::Index>(), with in "[\\[\\]{}\",.=:'\\\\\n a0é]{0,3}") {
        for (text, is_toml) in [(document.to_toml(), true), (document.to_json(), false)] {
            let cut = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count())).unwrap_or(0);
            let text = format!("{}{with}{}", &text[..cut], &text[cut..].chars().skip(1).collect::<String>());
            let (document, found) = if is_toml { check_toml(&text) } else { check_json(&text) };
            prop_assert!(document.is_some() || found.iter().any(|d| d.severity == Severity::Error));
        }
    }
}
