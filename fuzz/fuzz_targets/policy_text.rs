//! Any text as a policy: no panic, and what is read survives being printed and
//! read again, in either form.
#![no_main]

use alcada::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for read in [Policy::from_toml, Policy::from_json] {
        match read(text) {
            Ok(policy) => {
                let document = policy.document();
                let toml = Policy::from_toml(&document.to_toml())
                    .expect("what is printed as TOML can be read");
                let json = Policy::from_json(&document.to_json())
                    .expect("what is printed as JSON can be read");
                assert_eq!(toml.document(), document);
                assert_eq!(json.document(), document);
                assert_eq!(toml.warnings().len(), policy.warnings().len());
            }
            Err(error) => {
                assert!(!error.diagnostics().is_empty());
                // What a person would read is made without a panic too.
                let _ = error.to_string();
            }
        }
    }
});
