//! How a typed field of [`Settings`](super::Settings) becomes a [`Value`] and back.
//!
//! Values were checked against their row's kind and bounds before they come here, so that most conversions cannot fail;
//! the types that hold words say themselves what they refuse.

use std::path::PathBuf;

use shards::keyspace::EventClasses;

use super::value::Value;

/// A field's type.
pub trait Stored: Sized {
    /// The field for a checked value, or a text that says why there is none.
    ///
    /// # Errors
    /// Words that the type itself refuses.
    fn from_value(value: Value) -> Result<Self, String>;
    /// The value of the field.
    fn to_value(&self) -> Value;
}

const WRONG_KIND: &str = "the parameter's row and its field disagree about the kind";

impl Stored for bool {
    fn from_value(value: Value) -> Result<Self, String> {
        if let Value::Flag(on) = value { Ok(on) } else { Err(WRONG_KIND.into()) }
    }

    fn to_value(&self) -> Value {
        Value::Flag(*self)
    }
}

macro_rules! stored_integers {
    ($($type:ty)*) => { $(
        impl Stored for $type {
            fn from_value(value: Value) -> Result<Self, String> {
                let Value::Integer(number) = value else { return Err(WRONG_KIND.into()) };
                Self::try_from(number).map_err(|_| "argument is out of range".into())
            }

            fn to_value(&self) -> Value {
                // A size of this machine is never wider than the widest integer.
                Value::Integer(i128::try_from(*self).unwrap_or(i128::MAX))
            }
        }

        /// Zero stands for "none".
        impl Stored for Option<$type> {
            fn from_value(value: Value) -> Result<Self, String> {
                <$type>::from_value(value).map(|number| (number != 0).then_some(number))
            }

            fn to_value(&self) -> Value {
                self.unwrap_or_default().to_value()
            }
        }
    )* };
}
stored_integers!(u16 u32 u64 usize i32);

impl Stored for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, String> {
        if let Value::Text(text) = value { Ok(text) } else { Err(WRONG_KIND.into()) }
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Stored for EventClasses {
    fn from_value(value: Value) -> Result<Self, String> {
        let letters = Vec::from_value(value)?;
        Self::parse(&letters)
            .ok_or_else(|| "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.".to_owned())
    }

    fn to_value(&self) -> Value {
        Value::Text(self.letters())
    }
}

/// The empty text stands for "none".
impl Stored for Option<Vec<u8>> {
    fn from_value(value: Value) -> Result<Self, String> {
        Vec::from_value(value).map(|text| (!text.is_empty()).then_some(text))
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone().unwrap_or_default())
    }
}

impl Stored for PathBuf {
    fn from_value(value: Value) -> Result<Self, String> {
        use std::os::unix::ffi::OsStringExt as _;
        Vec::from_value(value).map(|text| std::ffi::OsString::from_vec(text).into())
    }

    fn to_value(&self) -> Value {
        use std::os::unix::ffi::OsStrExt as _;
        Value::Text(self.as_os_str().as_bytes().to_vec())
    }
}

/// The empty path stands for "none".
impl Stored for Option<PathBuf> {
    fn from_value(value: Value) -> Result<Self, String> {
        PathBuf::from_value(value).map(|path| (!path.as_os_str().is_empty()).then_some(path))
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(|| Value::Text(Vec::new()), Stored::to_value)
    }
}

/// Declares an enum whose variants stand for the words of a [`Kind::Choice`](super::value::Kind::Choice), in order.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// The words, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),*];
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word that stands for this choice.
            pub const fn word(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl $crate::config::stored::Stored for $name {
            fn from_value(value: $crate::config::value::Value) -> Result<Self, String> {
                match value {
                    $crate::config::value::Value::Choice(index) => Ok(Self::ALL[index]),
                    _ => Err("the parameter's row and its field disagree about the kind".into()),
                }
            }

            fn to_value(&self) -> $crate::config::value::Value {
                $crate::config::value::Value::Choice(*self as usize)
            }
        }
    };
}
pub(crate) use choice;
