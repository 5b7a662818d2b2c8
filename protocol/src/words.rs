//! # Words
//!
//! Things that have a name each, in texts that we read and in texts that we write.

use std::fmt;

/// The error for a text that should be one of some words and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord(String);

impl UnknownWord {
    /// There is no such thing as `text` of this kind, such as `level`; and where the others are named.
    pub fn new(kind: &str, text: &str, others: &str) -> UnknownWord {
        UnknownWord(format!("there is no {kind} {text:?}; {others}"))
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UnknownWord {}

/// Declares an enum whose variants have a word each, by which they are shown and read: `ALL` in the order
/// of the declaration, `name`, `named`, `Display` and `FromStr`. Where a variant is read by another word
/// than it is shown by, that one follows in parentheses; a number decides how it compares. The kind of
/// thing, one and several, which an error names, stands in front.
#[macro_export]
macro_rules! words {
    ($kind:literal, $kinds:literal: $(#[$meta:meta])* pub enum $enum:ident {$(
        $(#[$variant_meta:meta])* $variant:ident $name:literal $(($read:literal))? $(= $order:literal)?,
    )*}) => {
        $(#[$meta])*
        pub enum $enum {
            $($(#[$variant_meta])* $variant $(= $order)?,)*
        }

        impl $enum {
            /// All of them, in the order of their declaration.
            pub const ALL: [$enum; [$($name),*].len()] = [$($enum::$variant),*];

            /// The name.
            pub const fn name(self) -> &'static str {
                match self {
                    $($enum::$variant => $name,)*
                }
            }

            /// The one that a text names.
            pub fn named(text: &str) -> Option<$enum> {
                $(if text == $crate::words!(@read $name $($read)?) {
                    return Some($enum::$variant);
                })*
                None
            }
        }

        impl std::fmt::Display for $enum {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $enum {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $enum::named(text).ok_or_else(|| {
                    let words = [$($crate::words!(@read $name $($read)?)),*].join(", ");
                    let others = format!("the {} are {words}", $kinds);
                    $crate::UnknownWord::new($kind, text, &others)
                })
            }
        }
    };
    (@read $name:literal) => { $name };
    (@read $name:literal $read:literal) => { $read };
}
