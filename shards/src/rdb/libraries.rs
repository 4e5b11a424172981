//! What FUNCTION DUMP hands out and FUNCTION RESTORE takes: the code of libraries, sealed.

use super::{
    format::mark,
    payload::{seal, unseal},
    source::Source,
    writer::Writer,
};

/// Why libraries are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryRefusal {
    /// The seal is broken, or of another version.
    Seal,
    /// Something else than a library is sealed.
    NoLibrary,
    /// A library in the form of the candidates of Redis 7.0.
    TooOld,
    /// The code of a library cannot be read.
    Data,
}

/// The code of libraries, sealed. `compress`: whether it is compressed where that helps.
pub fn dump_libraries<'a>(codes: impl Iterator<Item = &'a [u8]>, compress: bool) -> Vec<u8> {
    let mut writer = Writer::new(compress);
    for code in codes {
        writer.byte(mark::LIBRARY);
        writer.string(code);
    }
    seal(writer.into_bytes())
}

/// The code of the libraries in a payload, up to the first that cannot be read: `take` is handed one after the other.
///
/// # Errors
/// What `take` refuses, or what `refuse` makes of a [`LibraryRefusal`].
pub fn read_libraries<E>(
    payload: &[u8],
    refuse: impl Fn(LibraryRefusal) -> E,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut source = Source::new(unseal(payload).ok_or_else(|| refuse(LibraryRefusal::Seal))?);
    while !source.rest().is_empty() {
        match source.byte() {
            Ok(mark::LIBRARY) => {}
            Ok(mark::LIBRARY_BEFORE_7_0) => return Err(refuse(LibraryRefusal::TooOld)),
            _ => return Err(refuse(LibraryRefusal::NoLibrary)),
        }
        let code = source.string().map_err(|_| refuse(LibraryRefusal::Data))?;
        take(&code)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &[u8]) -> Result<Vec<Vec<u8>>, LibraryRefusal> {
        let mut codes = Vec::new();
        read_libraries(
            payload,
            |refusal| refusal,
            |code| {
                codes.push(code.to_vec());
                Ok(())
            },
        )?;
        Ok(codes)
    }

    #[test]
    fn libraries_come_back() {
        let codes = [b"#!lua name=a\nx".to_vec(), b"y".repeat(1_000), b"12".to_vec()];
        for compress in [false, true] {
            let payload = dump_libraries(codes.iter().map(Vec::as_slice), compress);
            assert_eq!(read(&payload).as_deref(), Ok(&codes[..]));
        }
        assert_eq!(read(&dump_libraries(std::iter::empty(), true)), Ok(Vec::new()));
    }

    #[test]
    fn sealed_nonsense_is_read_or_refused() {
        let mut rng = crate::structures::random::Rng::new(7);
        let mut read_whole = 0;
        for _ in 0..20_000 {
            let mut bytes: Vec<u8> = (0..rng.below(24)).map(|_| rng.next_u64() as u8).collect();
            if let Some(first) = bytes.first_mut() {
                *first = mark::LIBRARY;
            }
            read_whole += usize::from(read(&seal(bytes)).is_ok());
        }
        assert!(read_whole > 0);
    }

    #[test]
    fn what_is_no_library_is_refused() {
        assert_eq!(read(b"x"), Err(LibraryRefusal::Seal));
        assert_eq!(read(&seal(vec![0, 1, b'x'])), Err(LibraryRefusal::NoLibrary));
        assert_eq!(read(&seal(vec![mark::LIBRARY_BEFORE_7_0, 1, b'x'])), Err(LibraryRefusal::TooOld));
        assert_eq!(read(&seal(vec![mark::LIBRARY, 9, b'x'])), Err(LibraryRefusal::Data));
        assert_eq!(read(&seal(vec![mark::LIBRARY])), Err(LibraryRefusal::Data));
    }
}
