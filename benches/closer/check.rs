//! A closer look at one check at a time:
//! `cargo bench --manifest-path benches/closer/Cargo.toml -- [FILTER]`.
//!
//! 100,000 people of the city. What the goals are judged by is in `figures.rs`;
//! this is for seeing what a change of the code does.

use std::hint::black_box;

use alcada::{Authority, Event, Permission, Policy, Request, ResolvedRequest};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

#[path = "../support/mod.rs"]
mod support;

use support::city::{Ids, NOW, Terms, World};
use support::floor::{Floor, NamedAsks, NamedFloor};

const PEOPLE: u32 = 100_000;
const QUESTIONS: usize = 4_096;

fn checks(criterion: &mut Criterion) {
    let world = World::city(PEOPLE, Ids::Short);
    let asks = world.asks(QUESTIONS, 1);
    let named = NamedAsks::new(&world, &asks);
    let permission = |text| Permission::parse(text).expect("a permission of the catalogue");
    let requests: Vec<Request<'_>> = named
        .iter()
        .map(|(person, text, unit)| Request::by(person).to(permission(text)).in_unit(unit))
        .collect();
    let authority =
        Authority::in_memory(Policy::from_document(world.policy()).expect("a valid policy"));
    authority
        .apply_all(&world.events(Terms::Plain).collect::<Vec<Event>>())
        .expect("the facts fit");
    let snapshot = authority.snapshot();
    let resolved: Vec<ResolvedRequest> = requests
        .iter()
        .map(|request| snapshot.resolve(request).expect("all names are known"))
        .collect();
    let (floor, named_floor) = (Floor::new(&world), NamedFloor::new(&world));

    let mut group = criterion.benchmark_group("check");
    group.throughput(Throughput::Elements(QUESTIONS as u64));
    group.bench_function("floor", |b| {
        b.iter(|| asks.iter().filter(|&&ask| floor.check(ask)).count())
    });
    group.bench_function("resolved", |b| {
        b.iter(|| {
            resolved
                .iter()
                .filter(|request| snapshot.check_resolved(request, NOW).is_allow())
                .count()
        });
    });
    group.bench_function("named-floor", |b| {
        b.iter(|| named.iter().filter(|&names| named_floor.check(names)).count())
    });
    group.bench_function("names", |b| {
        b.iter(|| {
            requests.iter().filter(|request| snapshot.check(request, NOW).is_allow()).count()
        });
    });
    group.bench_function("names-authority", |b| {
        b.iter(|| {
            requests.iter().filter(|request| authority.check(request, NOW).is_allow()).count()
        });
    });
    group.bench_function("check-all-1024", |b| {
        b.iter(|| {
            requests.chunks(1_024).map(|chunk| snapshot.check_all(chunk, NOW).len()).sum::<usize>()
        });
    });
    group.bench_function("explain", |b| {
        b.iter(|| {
            requests
                .iter()
                .filter(|request| snapshot.explain(request, NOW).decision.is_allow())
                .count()
        });
    });
    group.bench_function("coverage", |b| {
        let of = |(person, text, _)| snapshot.coverage(person, permission(text), NOW).reaches.len();
        b.iter(|| named.iter().map(of).sum::<usize>());
    });
    group.finish();
}

fn changes(criterion: &mut Criterion) {
    let world = World::city(PEOPLE, Ids::Short);
    let authority =
        Authority::in_memory(Policy::from_document(world.policy()).expect("a valid policy"));
    authority
        .apply_all(&world.events(Terms::Plain).collect::<Vec<Event>>())
        .expect("the facts fit");
    let mut person = 0;
    let mut index = 0;
    criterion.bench_function("change/revoke-and-grant", |b| {
        b.iter_batched(
            || {
                // Another person each time, never the neighbour.
                person = (person + 7_919) % PEOPLE;
                index = world.offsets[person as usize];
                let grant = world.grant(person, index, Terms::Plain);
                [Event::Revoked(grant.clone()), Event::Granted(grant)]
            },
            |events| {
                events.map(|event| black_box(authority.apply(&event).expect("the event fits")))
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, checks, changes);
criterion_main!(benches);
