//! # Words
//!
//! Things that have a name each, in texts that we read and in texts that we write.

use std::fmt;

/// Text that is none of the words of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// What it should be, such as `level`.
    pub kind: &'static str,
    /// Several of them.
    pub kinds: &'static str,
    /// The text.
    pub text: String,
    /// What it could be.
    pub words: Vec<&'static str>,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let UnknownWord { kind, kinds, text, words } = self;
        write!(f, "there is no {kind} {text:?}; the {kinds} are {}", words.join(", "))
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
            type Err = $crate::words::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $enum::named(text).ok_or_else(|| $crate::words::UnknownWord {
                    kind: $kind,
                    kinds: $kinds,
                    text: text.to_owned(),
                    words: vec![$($crate::words!(@read $name $($read)?)),*],
                })
            }
        }
    };
    (@read $name:literal) => { $name };
    (@read $name:literal $read:literal) => { $read };
}
