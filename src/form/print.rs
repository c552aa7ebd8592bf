//! Types to forms, and forms to texts.

use serde::ser::{
    Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct,
    SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
    Serializer,
};

use super::problem::Problem;
use super::value::{Entries, Form};

pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Problem> {
    json(&Form::of(value)?)
}

pub(crate) fn to_json_pretty(value: &impl Serialize) -> Result<String, Problem> {
    json_pretty(&Form::of(value)?)
}

pub(crate) fn to_toml(value: &impl Serialize) -> Result<String, Problem> {
    toml_pretty(&Form::of(value)?)
}

impl Form {
    /// What a value is, as its type writes it.
    pub(crate) fn of(value: &impl Serialize) -> Result<Form, Problem> {
        value.serialize(Printer)
    }
}

fn json(form: &Form) -> Result<String, Problem> {
    serde_json::to_string(form).map_err(Problem::custom)
}

fn json_pretty(form: &Form) -> Result<String, Problem> {
    serde_json::to_string_pretty(form).map_err(Problem::custom)
}

fn toml_pretty(form: &Form) -> Result<String, Problem> {
    toml::to_string_pretty(form).map_err(Problem::custom)
}

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Form::Null => serializer.serialize_none(),
            Form::Truth(truth) => serializer.serialize_bool(*truth),
            Form::Natural(number) => serializer.serialize_u64(*number),
            Form::Negative(number) => serializer.serialize_i64(*number),
            Form::Real(number) => serializer.serialize_f64(*number),
            Form::Text(text) => serializer.serialize_str(text),
            Form::Date => Err(S::Error::custom("a date without its value")),
            Form::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Form::Table(entries) => {
                let mut table = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    table.serialize_entry(key, value)?;
                }
                table.end()
            }
        }
    }
}

/// Makes forms.
struct Printer;

macro_rules! numbers {
    ($($name:ident($type:ty) $form:expr;)*) => {$(
        fn $name(self, number: $type) -> Result<Form, Problem> {
            Ok($form(number.into()))
        }
    )*};
}

impl Serializer for Printer {
    type Ok = Form;
    type Error = Problem;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Table;
    type SerializeStruct = Table;
    type SerializeStructVariant = Table;

    numbers! {
        serialize_bool(bool) Form::Truth;
        serialize_i8(i8) <Form as From<i64>>::from;
        serialize_i16(i16) <Form as From<i64>>::from;
        serialize_i32(i32) <Form as From<i64>>::from;
        serialize_i64(i64) <Form as From<i64>>::from;
        serialize_u8(u8) Form::Natural;
        serialize_u16(u16) Form::Natural;
        serialize_u32(u32) Form::Natural;
        serialize_u64(u64) Form::Natural;
        serialize_f32(f32) Form::Real;
        serialize_f64(f64) Form::Real;
        serialize_char(char) Form::Text;
        serialize_str(&str) Form::Text;
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Form, Problem> {
        Ok(Form::List(bytes.iter().map(|&byte| Form::Natural(byte.into())).collect()))
    }

    fn serialize_none(self) -> Result<Form, Problem> {
        Ok(Form::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Form, Problem> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Form, Problem> {
        Ok(Form::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Form, Problem> {
        Ok(Form::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
    ) -> Result<Form, Problem> {
        Ok(Form::Text(word.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Form, Problem> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        value: &T,
    ) -> Result<Form, Problem> {
        Ok(chosen(Some(word), value.serialize(self)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<List, Problem> {
        Ok(List { word: None, items: Vec::with_capacity(len.unwrap_or(0)) })
    }

    fn serialize_tuple(self, len: usize) -> Result<List, Problem> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List, Problem> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        len: usize,
    ) -> Result<List, Problem> {
        Ok(List { word: Some(word), items: Vec::with_capacity(len) })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Table, Problem> {
        Ok(Table { word: None, entries: Vec::with_capacity(len.unwrap_or(0)), key: String::new() })
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Table, Problem> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        len: usize,
    ) -> Result<Table, Problem> {
        Ok(Table { word: Some(word), entries: Vec::with_capacity(len), key: String::new() })
    }
}

/// Under the word of an enumeration, if there is one.
fn chosen(word: Option<&'static str>, form: Form) -> Form {
    match word {
        Some(word) => Form::Table(vec![(word.to_owned(), form)]),
        None => form,
    }
}

struct List {
    word: Option<&'static str>,
    items: Vec<Form>,
}

impl List {
    fn add(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Problem> {
        self.items.push(value.serialize(Printer)?);
        Ok(())
    }

    fn made(self) -> Form {
        chosen(self.word, Form::List(self.items))
    }
}

macro_rules! lists {
    ($($name:ident $element:ident;)*) => {$(
        impl $name for List {
            type Ok = Form;
            type Error = Problem;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
                self.add(value)
            }

            fn end(self) -> Result<Form, Problem> {
                Ok(self.made())
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

struct Table {
    word: Option<&'static str>,
    entries: Entries,
    /// Whose value comes next.
    key: String,
}

impl Table {
    fn made(self) -> Form {
        chosen(self.word, Form::Table(self.entries))
    }
}

impl SerializeMap for Table {
    type Ok = Form;
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        self.key = key.serialize(Keys)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let value = value.serialize(Printer)?;
        self.entries.push((std::mem::take(&mut self.key), value));
        Ok(())
    }

    fn end(self) -> Result<Form, Problem> {
        Ok(self.made())
    }
}

macro_rules! tables {
    ($($name:ident)*) => {$(
        impl $name for Table {
            type Ok = Form;
            type Error = Problem;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
                self.entries.push((key.to_owned(), value.serialize(Printer)?));
                Ok(())
            }

            fn end(self) -> Result<Form, Problem> {
                Ok(self.made())
            }
        }
    )*};
}

tables! { SerializeStruct SerializeStructVariant }

/// Makes keys, of what is written as a text.
struct Keys;

fn no_key<T>() -> Result<T, Problem> {
    Err(Problem::new("a key must be a string".to_owned()))
}

macro_rules! no_keys {
    ($($name:ident($($type:ty),*) -> $made:ty;)*) => {$(
        fn $name(self, $(_: $type),*) -> Result<$made, Problem> {
            no_key()
        }
    )*};
}

type No = Impossible<String, Problem>;

impl Serializer for Keys {
    type Ok = String;
    type Error = Problem;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    no_keys! {
        serialize_bool(bool) -> String;
        serialize_i8(i8) -> String;
        serialize_i16(i16) -> String;
        serialize_i32(i32) -> String;
        serialize_i64(i64) -> String;
        serialize_u8(u8) -> String;
        serialize_u16(u16) -> String;
        serialize_u32(u32) -> String;
        serialize_u64(u64) -> String;
        serialize_f32(f32) -> String;
        serialize_f64(f64) -> String;
        serialize_char(char) -> String;
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
        serialize_seq(Option<usize>) -> No;
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(&'static str, usize) -> No;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
        serialize_map(Option<usize>) -> No;
        serialize_struct(&'static str, usize) -> No;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
    }

    fn serialize_str(self, key: &str) -> Result<String, Problem> {
        Ok(key.to_owned())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
    ) -> Result<String, Problem> {
        Ok(word.to_owned())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<String, Problem> {
        no_key()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        key: &T,
    ) -> Result<String, Problem> {
        key.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, Problem> {
        no_key()
    }
}
