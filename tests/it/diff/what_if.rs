//! What `what_if` says that commands would do is what they do when they are issued.

use alcada::{Actor, Command, Event, Refusal};
use proptest::prelude::*;

use super::tables::wrong;
use crate::properties::worlds;
use crate::random_commands::Run;
use crate::worlds::Source;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20, ..worlds(16) })]

    #[test]
    fn x4_what_if_is_executing_and_comparing(
        number in any::<u64>().no_shrink(),
        host in prop::collection::vec(any::<u64>().no_shrink(), 0..20),
        drawn in prop::collection::vec(any::<u64>().no_shrink(), 1..24),
    ) {
        let mut run = Run::begin(number, &host);
        // One of the actors drawn issues all that was drawn for anybody.
        let mut actor: Option<Actor> = None;
        let mut commands: Vec<Command> = Vec::new();
        let mut drawing = run.fork();
        for &seed in &drawn {
            let turn = drawing.turn(&mut Source { raw: &[], seed, state: seed }, seed % 3 == 0);
            actor.get_or_insert(turn.act.actor);
            commands.push(turn.act.command);
        }
        let (actor, now) = (actor.unwrap(), drawing.now);
        let (before, facts, world) = (run.snapshot.clone(), run.facts.clone(), run.world.clone());
        let what_if = run.authority.what_if(&actor, &commands, crate::random_commands::BECAUSE, now);
        prop_assert_eq!(run.authority.revision(), before.revision());
        prop_assert_eq!(run.authority.snapshot().facts(), facts);

        let mut outcomes: Vec<Result<Vec<Event>, Refusal>> = Vec::new();
        for command in &commands {
            let act = crate::random_commands::Act { actor: actor.clone(), command: command.clone(), now };
            outcomes.push(run.issue(act).outcome.map(|accepted| accepted.events));
        }
        prop_assert_eq!(&what_if.outcomes, &outcomes);
        prop_assert_eq!(what_if.refusals().count(), outcomes.iter().filter(|outcome| outcome.is_err()).count());
        let diff = before.diff(&run.snapshot, now);
        prop_assert_eq!(&what_if.diff, &diff);
        if let Some(what) = wrong(&diff, &world, &run.world) {
            return Err(TestCaseError::fail(what));
        }
    }
}
