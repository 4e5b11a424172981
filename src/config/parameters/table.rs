//! The rows of all subjects as one table.

use super::super::parameter::Parameter;

const SUBJECTS: &[&[Parameter]] = &[
    super::network::ROWS,
    super::process::ROWS,
    super::security::ROWS,
    super::limits::ROWS,
    super::memory::ROWS,
    super::encodings::ROWS,
    super::observing::ROWS,
    super::persistence::ROWS,
    super::replication::ROWS,
    super::cluster::ROWS,
    super::tls::ROWS,
];

/// Every row, by subject.
pub fn all() -> impl Iterator<Item = &'static Parameter> {
    SUBJECTS.iter().flat_map(|rows| rows.iter())
}

/// The row with this name or alias, in any case, and the one of the two that was given, in lower case.
pub fn find(name: &[u8]) -> Option<(&'static Parameter, &'static str)> {
    all().find_map(|row| row.named(name).map(|own| (row, own)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::config::parameter::Role;

    #[test]
    fn names_are_unique_lower_case_and_documented() {
        let mut seen = std::collections::BTreeSet::new();
        for row in all() {
            for name in [Some(row.name), row.alias].into_iter().flatten() {
                assert!(seen.insert(name), "{name} stands twice in the table");
                assert_eq!(name, name.to_ascii_lowercase());
            }
            assert!(
                !row.doc.is_empty() && !row.doc.ends_with('.') && !row.doc.contains('\n'),
                "{}",
                row.name
            );
        }
    }

    #[test]
    fn every_default_is_a_value_of_its_own_kind_and_changes_nothing() {
        for row in all() {
            let text = row.default_text();
            let words: Vec<Vec<u8>> = if row.kind.takes_many_words() && !text.is_empty() {
                text.split(|&byte| byte == b' ').map(<[u8]>::to_vec).collect()
            } else {
                vec![text.clone()]
            };
            let mut settings = Settings::default();
            assert_eq!(row.set(&mut settings, &words), Ok(None), "{}", row.name);
            assert_eq!(settings, Settings::default(), "{}", row.name);
            assert_eq!(row.text(&settings), text, "{}", row.name);
        }
    }

    #[test]
    fn a_row_writes_the_field_it_reads() {
        for row in all().filter(|row| matches!(row.role, Role::Live { .. })) {
            let candidates: &[&str] = &[
                "yes",
                "no",
                "3",
                "33",
                "3mb",
                "7",
                "local",
                "debug",
                "volatile-ttl",
                "pubsub 1 2 3",
                "KEA",
            ];
            let taken = candidates.iter().any(|text| {
                let words: Vec<Vec<u8>> = text.split(' ').map(|word| word.as_bytes().to_vec()).collect();
                let mut settings = Settings::default();
                row.set(&mut settings, &words).is_ok() && row.text(&settings) != row.default_text()
            });
            assert!(taken, "{} cannot be changed from its default", row.name);
        }
    }

    #[test]
    fn aliases_find_their_row() {
        let (row, name) = find(b"HASH-max-ziplist-ENTRIES").unwrap();
        assert_eq!((row.name, name), ("hash-max-listpack-entries", "hash-max-ziplist-entries"));
        assert!(find(b"no-such").is_none());
    }
}
