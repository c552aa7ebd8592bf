//! Texts to forms.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::value::Form;

pub(crate) fn from_json(text: &str) -> Result<Form, Problem> {
    serde_json::from_str(text).map_err(Problem::custom)
}

pub(crate) fn from_toml(text: &str) -> Result<Form, Problem> {
    let table = DeTable::parse(text).map_err(Problem::custom)?;
    of_toml(DeValue::Table(table.into_inner()), 0)
}

/// How deep tables and lists may stand within one another: as deep as `serde_json` goes. The reader
/// of TOML bounds brackets and dotted keys each for itself, and so lets their product through,
/// which would be deep enough to exhaust a stack.
const DEEPEST: usize = 128;

fn of_toml(value: DeValue<'_>, depth: usize) -> Result<Form, Problem> {
    if depth > DEEPEST {
        return Err(Problem::new(format!("values are nested more than {DEEPEST} levels deep")));
    }
    let below = depth.saturating_add(1);
    Ok(match value {
        DeValue::String(text) => Form::Text(text.into_owned()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => number.into(),
            Err(_) => Form::Natural(
                u64::from_str_radix(integer.as_str(), integer.radix())
                    .map_err(|_| Problem::new(format!("the number {integer} is too great")))?,
            ),
        },
        DeValue::Float(real) => Form::Real(real.as_str().parse().map_err(Problem::custom)?),
        DeValue::Boolean(truth) => Form::Truth(truth),
        DeValue::Datetime(_) => Form::Date,
        DeValue::Array(items) => {
            let items = items.into_iter().enumerate();
            let items = items.map(|(n, item)| {
                of_toml(item.into_inner(), below)
                    .map_err(|problem| problem.below(&format!("[{n}]")))
            });
            Form::List(items.collect::<Result<_, _>>()?)
        }
        DeValue::Table(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let key = key.into_inner().into_owned();
                match of_toml(value.into_inner(), below) {
                    Ok(value) => Ok((key, value)),
                    Err(problem) => Err(problem.below(&key)),
                }
            });
            Form::Table(entries.collect::<Result<_, _>>()?)
        }
    })
}

/// The number that digits say, as `serde_json` reads it.
fn number(digits: &str) -> Option<Form> {
    let whole = digits.parse().map(Form::Natural).ok();
    let whole = whole.or_else(|| digits.parse::<i64>().ok().map(Form::from));
    whole.or_else(|| digits.parse().map(Form::Real).ok())
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Form;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Form, E> {
        Ok(Form::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Form, E> {
        Ok(Form::Truth(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Form, E> {
        Ok(Form::Natural(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Form, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Form, E> {
        Ok(Form::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Form, E> {
        Ok(Form::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Form, E> {
        Ok(Form::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Form, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Form::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Form, A::Error> {
        let mut table: Vec<(String, Form)> = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            table.push(entry);
        }
        // Where another crate of the program switches `serde_json/arbitrary_precision` on, a number
        // comes as a table of one private key, with its digits as a text.
        match table.as_slice() {
            [(key, Form::Text(digits))] if key == "$serde_json::private::Number" => {
                number(digits).ok_or_else(|| A::Error::custom(format!("`{digits}` is no number")))
            }
            _ => Ok(Form::Table(table)),
        }
    }
}

impl<'de> Deserialize<'de> for Form {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Form, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}
