//! In every world, the answers are those that the oracle finds by asking for everybody
//! and everything, one by one.

use alcada::{DenyReason, Event, Permission, Snapshot};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::asking::{agree, ask, openings, target};
use crate::engine::{fold, json, request};
use crate::oracle::{Ask, apply};
use crate::properties::worlds;
use crate::worlds::{instant, world_from_bytes};

proptest! {
    #![proptest_config(worlds(160))]

    #[test]
    fn r38_who_where_what_and_whose_are_all_that_the_oracle_allows(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut snapshot = fold(&made.world, &made.log);
        for n in 0..12 {
            let (asked, at) = made.ask(n);
            let until = instant(made.below(n, 11));
            agree(&made.world, &snapshot, &asked, at, until);
        }
        // And after changes: the indexes follow.
        for n in 0..24 {
            let event = made.change(n);
            if apply(&mut made.world, &event).is_ok() {
                snapshot.apply(&event).unwrap();
            }
        }
        snapshot.verify().unwrap();
        for n in 12..20 {
            let (asked, at) = made.ask(n);
            agree(&made.world, &snapshot, &asked, at, instant(0).plus_seconds(9 * 24 * 3600));
        }
    }
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn revoking_every_sufficient_grant_denies_and_all_but_one_does_not(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..40 {
            let (asked, at) = made.ask(n);
            let grants = snapshot.why_all(&request(&asked), at);
            if grants.is_empty() || grants.len() > 8 {
                continue;
            }
            let without = |kept: Option<usize>| -> Option<Snapshot> {
                let mut changed = snapshot.clone();
                for (_, grant) in grants.iter().enumerate().filter(|(i, _)| Some(*i) != kept) {
                    let event = Event::Revoked(grant.clone());
                    // A grant of one's own on the platform is written as one in the only tenant.
                    let own = matches!(grant.scope, alcada::Scope::Own { tenant: None });
                    match changed.apply(&event) {
                        Ok(_) => {}
                        Err(_) if own => return None,
                        Err(error) => panic!("{error}: {}", json(&event)),
                    }
                }
                Some(changed)
            };
            if let Some(changed) = without(None) {
                prop_assert!(!changed.check(&request(&asked), at).is_allow(), "{:?} at {}", asked, at);
            }
            for kept in 0..grants.len() {
                if let Some(changed) = without(Some(kept)) {
                    prop_assert!(changed.check(&request(&asked), at).is_allow(), "{:?} at {}", asked, at);
                }
            }
        }
    }

    #[test]
    fn pages_together_are_the_whole(bytes in bytes(), size in 1usize..6) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..8 {
            let (asked, at) = made.ask(n);
            for open in openings(&asked) {
                let whole = ask(&snapshot, &open, &asked, at).list();
                let again = || ask(&snapshot, &open, &asked, at);
                prop_assert_eq!(super::pages::through(&again, size), whole, "{:?} of {:?}", open, asked);
            }
        }
    }

    #[test]
    fn an_unknown_name_is_said_where_the_check_says_it(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        for n in 0..80 {
            let (asked, at) = made.ask(n);
            let asked = Ask { channel: None, ..asked };
            let permission = Permission::parse(&asked.permission).unwrap();
            // By somebody who is there, so that it is all about the other names.
            let known = Ask { who: made.world.registrations[0].person.to_string(), ..asked.clone() };
            let reason = snapshot.check(&request(&known), at).reason();
            let names = [
                DenyReason::UnknownPermission, DenyReason::UnknownUnit, DenyReason::UnknownTenant,
                DenyReason::UnknownPerson, DenyReason::AmbiguousPerson,
            ];
            let who = snapshot.who_can(permission, target(&asked.target), at).unknown();
            prop_assert_eq!(who, reason.filter(|reason| names.contains(reason)), "{:?}", asked);
            let reason = snapshot.check(&request(&asked), at).reason();
            let unknown_principal = Some(DenyReason::UnknownPrincipal);
            let unknown = snapshot.where_can(&asked.who, permission, at).unknown();
            prop_assert_eq!(unknown == unknown_principal, reason == unknown_principal, "{:?}", asked);
        }
    }
}
