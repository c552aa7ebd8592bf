//! Forms to types: what derived code takes apart. It accepts what serde_json does, and each
//! method goes straight to the few cases that its hint allows, as every one is compiled for
//! every type.

use std::vec::IntoIter;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::problem::Problem;
use super::value::{Entries, Form};

impl Form {
    /// Reads a type.
    pub(crate) fn read<T: DeserializeOwned>(self) -> Result<T, Problem> {
        T::deserialize(self)
    }

    #[cold]
    #[inline(never)]
    fn unfit(&self, expected: &dyn Expected) -> Problem {
        let found = match self {
            Form::Null => Unexpected::Other("null"),
            Form::Truth(truth) => Unexpected::Bool(*truth),
            Form::Natural(number) => Unexpected::Unsigned(*number),
            Form::Negative(number) => Unexpected::Signed(*number),
            Form::Real(number) => Unexpected::Float(*number),
            Form::Text(text) => Unexpected::Str(text),
            Form::Date => Unexpected::Other("a date or time"),
            Form::List(_) => Unexpected::Seq,
            Form::Table(_) => Unexpected::Map,
        };
        Problem::invalid_type(found, expected)
    }
}

fn visit_list<'de, V: Visitor<'de>>(items: Vec<Form>, visitor: V) -> Result<V::Value, Problem> {
    let len = items.len();
    let mut list = List { items: items.into_iter(), next: 0 };
    let value = visitor.visit_seq(&mut list)?;
    if list.items.len() > 0 {
        return Err(Problem::invalid_length(len, &"fewer elements"));
    }
    Ok(value)
}

fn visit_table<'de, V: Visitor<'de>>(entries: Entries, visitor: V) -> Result<V::Value, Problem> {
    visitor.visit_map(Table { entries: entries.into_iter(), current: None })
}

macro_rules! numbers {
    ($($name:ident)*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            self.deserialize_u64(visitor)
        }
    )*};
}

macro_rules! texts {
    ($($name:ident)*) => {$(
        #[inline]
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            self.deserialize_string(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Form {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Null => visitor.visit_unit(),
            Form::Truth(truth) => visitor.visit_bool(truth),
            Form::Natural(number) => visitor.visit_u64(number),
            Form::Negative(number) => visitor.visit_i64(number),
            Form::Real(number) => visitor.visit_f64(number),
            Form::Text(text) => visitor.visit_string(text),
            Form::Date => Err(self.unfit(&visitor)),
            Form::List(items) => visit_list(items, visitor),
            Form::Table(entries) => visit_table(entries, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Truth(truth) => visitor.visit_bool(truth),
            other => Err(other.unfit(&visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Natural(number) => visitor.visit_u64(number),
            Form::Negative(number) => visitor.visit_i64(number),
            Form::Real(number) => visitor.visit_f64(number),
            other => Err(other.unfit(&visitor)),
        }
    }

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u128 deserialize_i8 deserialize_i16
        deserialize_i32 deserialize_i64 deserialize_i128 deserialize_f32 deserialize_f64
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Text(text) => visitor.visit_string(text),
            other => Err(other.unfit(&visitor)),
        }
    }

    texts! { deserialize_str deserialize_char deserialize_identifier }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_any(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Null => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Null => visitor.visit_unit(),
            other => Err(other.unfit(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::List(items) => visit_list(items, visitor),
            other => Err(other.unfit(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Form::Table(entries) => visit_table(entries, visitor),
            other => Err(other.unfit(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self {
            Form::Table(entries) => visit_table(entries, visitor),
            Form::List(items) => visit_list(items, visitor),
            other => Err(other.unfit(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_enum(self.into_choice()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }
}

impl Form {
    #[inline(never)]
    fn into_choice(self) -> Result<Choice, Problem> {
        match self {
            Form::Text(word) => Ok(Choice { word, content: None }),
            Form::Table(entries) => {
                let mut entries = entries.into_iter();
                match (entries.next(), entries.next()) {
                    (Some((word, content)), None) => Ok(Choice { word, content: Some(content) }),
                    _ => Err(Problem::invalid_value(Unexpected::Map, &"a table with a single key")),
                }
            }
            other => Err(other.unfit(&"a string or a table")),
        }
    }
}

struct List {
    items: IntoIter<Form>,
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut List {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let n = self.next;
        self.next = n.saturating_add(1);
        seed.deserialize(item).map(Some).map_err(|problem| problem.below(&format!("[{n}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Table {
    entries: IntoIter<(String, Form)>,
    /// Whose key was asked for.
    current: Option<(String, Form)>,
}

impl<'de> MapAccess<'de> for Table {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        self.current = self.entries.next();
        let Some((key, _)) = &self.current else { return Ok(None) };
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let Some((key, value)) = self.current.take() else {
            return Err(Problem::new("a value without a key".into()));
        };
        seed.deserialize(value).map_err(|problem| problem.below(&key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A key. It stays where it is, to say where a problem is.
struct Key<'k>(&'k str);

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Problem;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_enum(Choice { word: self.0.to_owned(), content: None })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

/// One of the words of an enumeration, and what stands with it.
struct Choice {
    word: String,
    content: Option<Form>,
}

impl<'de> EnumAccess<'de> for Choice {
    type Error = Problem;
    type Variant = Content;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content), Problem> {
        let value = seed.deserialize(Key(&self.word))?;
        Ok((value, Content(self)))
    }
}

struct Content(Choice);

impl Content {
    #[inline(never)]
    fn form(self) -> Result<(String, Form), Problem> {
        let Choice { word, content } = self.0;
        match content {
            Some(content) => Ok((word, content)),
            None => Err(Problem::invalid_type(
                Unexpected::UnitVariant,
                &"a table with what belongs to this word",
            )),
        }
    }
}

impl<'de> VariantAccess<'de> for Content {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        match self.0.content {
            None | Some(Form::Null) => Ok(()),
            Some(content) => Err(content.unfit(&"nothing").below(&self.0.word)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        let (word, content) = self.form()?;
        seed.deserialize(content).map_err(|problem| problem.below(&word))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        let (word, content) = self.form()?;
        content.deserialize_seq(visitor).map_err(|problem| problem.below(&word))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let (word, content) = self.form()?;
        content.deserialize_struct("", &[], visitor).map_err(|problem| problem.below(&word))
    }
}
