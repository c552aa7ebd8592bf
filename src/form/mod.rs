//! [`Form`]: the one value between texts and types. TOML and JSON are read into it and printed
//! from it, so that what is derived for each type is compiled once and not for every format:
//! the reading and printing of documents, events and records would else be a third of this crate.

mod print;
mod problem;
mod read;
mod take;
mod value;

pub(crate) use print::{to_json, to_json_pretty, to_toml};
pub(crate) use problem::Problem;
pub(crate) use read::{from_json, from_toml};
pub(crate) use value::Form;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct All {
        truth: bool,
        byte: u8,
        negative: i32,
        pair: (u16, String),
        nothing: Option<u8>,
        something: Option<String>,
        list: Vec<Kind>,
        table: BTreeMap<String, Vec<u64>>,
        tagged: Vec<Tagged>,
        loose: Vec<Loose>,
        wrapped: Wrapped,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(u64);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Bare,
        Of(u32),
        With { one: u8, two: Option<bool> },
        Both(u8, u8),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "is", rename_all = "kebab-case")]
    enum Tagged {
        Bare,
        With { one: u8 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Text(String),
        Number(i64),
        Table { one: u8 },
    }

    fn all() -> All {
        All {
            truth: true,
            byte: 255,
            negative: -7,
            pair: (1, "ü\"\n".into()),
            nothing: None,
            something: Some("x".into()),
            list: vec![
                Kind::Bare,
                Kind::Of(3),
                Kind::With { one: 1, two: Some(false) },
                Kind::Both(1, 2),
            ],
            table: BTreeMap::from([("a b".into(), vec![1, u64::MAX]), ("c".into(), vec![])]),
            tagged: vec![Tagged::Bare, Tagged::With { one: 1 }],
            loose: vec![Loose::Text("x".into()), Loose::Number(-1), Loose::Table { one: 2 }],
            wrapped: Wrapped(9),
        }
    }

    #[test]
    fn what_is_read_and_printed_by_way_of_a_form_is_what_it_is_without() {
        let json = serde_json::to_string(&all()).unwrap();
        assert_eq!(to_json(&all()).unwrap(), json);
        assert_eq!(to_json_pretty(&all()).unwrap(), serde_json::to_string_pretty(&all()).unwrap());
        assert_eq!(from_json(&json).unwrap().read::<All>().unwrap(), all());
        assert_eq!(Form::of(&all()).unwrap(), from_json(&json).unwrap());
        // TOML has neither nulls nor great numbers.
        let small = All { table: BTreeMap::from([("a b".into(), vec![1])]), ..all() };
        let toml = toml::to_string_pretty(&small).unwrap();
        assert_eq!(to_toml(&small).unwrap(), toml);
        assert_eq!(from_toml(&toml).unwrap().read::<All>().unwrap(), small);
    }

    #[test]
    fn what_is_refused_without_a_form_is_refused_with_one() {
        let texts = [
            "{}",
            "[]",
            "null",
            "[true",
            r#"{"truth":1}"#,
            r#"{"truth":true,"truth":true}"#,
            r#"{"list":["none"]}"#,
            r#"{"list":[{"of":1,"with":2}]}"#,
            r#"{"list":[{"of":-1}]}"#,
            r#"{"byte":256}"#,
            r#"{"byte":1.0}"#,
            r#"{"pair":[1]}"#,
            r#"{"pair":[1,"a",2]}"#,
            r#"{"tagged":[{"one":1}]}"#,
            r#"{"loose":[[]]}"#,
            r#"{"other":1}"#,
        ];
        for text in texts {
            assert!(serde_json::from_str::<All>(text).is_err(), "{text}");
            assert!(from_json(text).and_then(Form::read::<All>).is_err(), "{text}");
        }
    }

    #[test]
    fn a_problem_names_its_place() {
        let problem =
            |text: &str| from_toml(text).and_then(Form::read::<All>).unwrap_err().to_string();
        assert_eq!(
            problem("truth = true\nlist = ['bare', { of = 'x' }]"),
            "list[1].of: invalid type: string \"x\", expected u32"
        );
        assert_eq!(
            problem("table = { c = [1, [2]] }"),
            "table.c[1]: invalid type: sequence, expected u64"
        );
        assert_eq!(
            problem("something = 2026-03-02"),
            "something: invalid type: a date or time, expected a string"
        );
        assert!(problem("truth = \nbyte = 1").contains("line 1"));
    }

    #[test]
    fn a_text_is_only_so_deep() {
        let deep = |levels: usize| format!("{}1{}", "{a.b=".repeat(levels), "}".repeat(levels));
        assert!(from_toml(&format!("x = {}", deep(50))).is_ok());
        let keys = ["a"; 10].join(".");
        let product = format!("x = {}1{}", format!("{{{keys}=").repeat(20), "}".repeat(20));
        let problem = from_toml(&product).unwrap_err().to_string();
        assert!(problem.contains("more than 128 levels deep"), "{problem}");
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_numbers() {
        for (digits, number) in [("7", "7"), ("-7", "-7"), ("0.5", "0.5")] {
            let text = format!(r#"{{"$serde_json::private::Number":"{digits}"}}"#);
            assert_eq!(from_json(&text).unwrap(), from_json(number).unwrap());
        }
    }
}
