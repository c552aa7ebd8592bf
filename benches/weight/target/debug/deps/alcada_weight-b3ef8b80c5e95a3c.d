/tmp/wt/weight/benches/weight/target/debug/deps/alcada_weight-b3ef8b80c5e95a3c.d: src/main.rs src/../programs/cedar.rs src/../programs/alcada.rs src/../programs/casbin.rs src/../programs/gatehouse.rs src/../programs/regorus.rs

/tmp/wt/weight/benches/weight/target/debug/deps/alcada_weight-b3ef8b80c5e95a3c: src/main.rs src/../programs/cedar.rs src/../programs/alcada.rs src/../programs/casbin.rs src/../programs/gatehouse.rs src/../programs/regorus.rs

src/main.rs:
src/../programs/cedar.rs:
src/../programs/alcada.rs:
src/../programs/casbin.rs:
src/../programs/gatehouse.rs:
src/../programs/regorus.rs:

# env-dep:CARGO_MANIFEST_DIR=/tmp/wt/weight/benches/weight
