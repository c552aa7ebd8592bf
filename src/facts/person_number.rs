//! The number of a person as an identifier, `#17`: [`numbered`] writes it and [`number_of`] reads
//! it.
//!
//! The journal names people by number, so that a name can be forgotten and the journal stays whole.
//! Nothing else of the journal belongs here.

use smol_str::format_smolstr;

use crate::model::{Identifier, Name};
use crate::store::PersonId;

/// The identifier that stands for a person by number: `#17`.
pub(crate) fn numbered(id: PersonId) -> Identifier {
    Identifier::from(Name::trusted(format_smolstr!("#{id}")))
}

/// The number that such an identifier stands for. `None` if the text is not of that form.
pub(crate) fn number_of(person: &Identifier) -> Option<PersonId> {
    let digits = person.as_str().strip_prefix('#')?;
    // Every number is written in one way only, without a sign or a leading zero, so that two
    // different texts are never the same person.
    let plain = digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| plain).map(PersonId::from_raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way() {
        for id in [0, 7, 17, u32::MAX].map(PersonId::from_raw) {
            assert_eq!(number_of(&numbered(id)), Some(id));
        }
        for text in ["17", "#", "#+7", "#07", "#-1", "#4294967296", "# 7", "##7", "#x"] {
            assert_eq!(number_of(&Identifier::new(text).unwrap()), None, "{text}");
        }
    }
}
