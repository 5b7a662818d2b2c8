//! What is made of a row of the table of functions.

use crate::words;

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An object, by its number.
    Object(usize),
    /// A view, by its number.
    View(usize),
    /// Neither.
    Nothing,
}

words! { "section", "sections":
    /// A section of the documentation. Clauses and suites are named after it: its name is the first word of
    /// the ids of its clauses.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[allow(missing_docs, reason = "SPEC_NOTES.md has a heading for each")]
    pub enum Section {
        Object "object",
        Old "old",
        Check "check",
        Request "request",
        Release "release",
        Fill "fill",
        Contiguity "contiguity",
        Strides "strides",
        Pointer "pointer",
        Structure "structure",
        Copy "copy",
        Format "format",
        Memoryview "memoryview",
        Lifecycle "lifecycle",
        BufferObject "buffer-object",
        Arguments "arguments",
    }
}

/// What a call makes, if it succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makes {
    /// The next object of the case.
    Object,
    /// The next view of the case: the call fills it.
    View,
    /// Neither.
    Nothing,
}

/// A row of the table, without the arguments of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The place of the row in [`FUNCTIONS`](super::FUNCTIONS).
    pub row: usize,
    /// The section of the documentation that has it.
    pub section: Section,
    /// The name in JSON: the C name, or what is done where there is no C function.
    pub name: &'static str,
    /// Whether capabilities have another name for it: that of the object it makes, or of the same
    /// function.
    pub renamed: bool,
    /// The ids of the clauses each of which must hold in an edition that has it; some only for certain
    /// arguments, see [`Call::is_within`](super::Call::is_within).
    pub within: &'static [&'static str],
}

/// The name for capabilities: the one of the row, or the one that it gives.
macro_rules! or {
    (; $name:expr) => {
        $name
    };
    ($other:expr; $name:expr) => {
        $other
    };
}

/// Declares [`Call`](super::Call) and everything else that comes of the rows.
macro_rules! calls {
    (|$names:ident| $(
        $(#[$meta:meta])*
        $variant:ident $name:literal
        $({ $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })? $(($it:ident: $payload:ty))? => {
        section $section:ident; about $about:expr;
        $(also $also:expr;)?
        $(makes $makes:expr;)?
        $(needs $needs:expr;)?
        $(feature $feature:expr;)?
        $(within [$($within:literal $(if $only:expr)?),*];)?
        $(c $c:expr;)?
        $(text $text:expr;)?
    })*) => {
        /// One call. In JSON it is an object with a single field: the name of the function and its arguments
        /// by name. Objects are named by number, in the order of the calls that may make one
        /// ([`Call::makes_object`]); views likewise, in the order of the calls that may fill one
        /// ([`Call::fills_view`]). Calls that return an object make the next object of the case; where it has
        /// memory of its own, the block has the number of the object.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum Call {
            $(
                $(#[$meta])*
                #[serde(rename = $name)]
                $variant $({ $($(#[$field_meta])* $field: $type,)* })? $(($payload))?,
            )*
        }

        /// The number of each row.
        enum Row {
            $($variant,)*
        }

        /// All rows, in the order of the table.
        pub const FUNCTIONS: &[Function] = &[$(Function {
            row: Row::$variant as usize,
            section: Section::$section,
            name: $name,
            renamed: { let other: &[&str] = &[$(stringify!($feature))?]; !other.is_empty() },
            within: &[$($($within),*)?],
        },)*];

        #[allow(unused_variables, reason = "few rows say something of each argument")]
        impl Call {
            /// The row of the table that it is a call of.
            pub fn function(&self) -> &'static Function {
                &FUNCTIONS[match self {
                    $(Call::$variant { .. } => Row::$variant as usize,)*
                }]
            }

            /// What an implementation must support for this call: the C name of the function, or
            /// `make KIND`. Capabilities speak in these names.
            pub fn feature(&self) -> &'static str {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => or!($($feature)?; $name),)*
                }
            }

            /// The existing object or view that it is about. A call that only makes an object is about
            /// nothing yet.
            pub fn about(&self) -> About {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => $about,)*
                }
            }

            /// The object that it takes besides the one that it is about.
            pub fn also(&self) -> Option<usize> {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => or!($($also)?; None),)*
                }
            }

            /// What it makes, if it succeeds.
            pub fn makes(&self) -> Makes {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => or!($($makes)?; Makes::Nothing),)*
                }
            }

            /// Whether a clause that its row names, by the place there, is about a call with these
            /// arguments.
            pub fn is_within(&self, place: usize) -> bool {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => {
                        let each: &[bool] = &[$($(or!($($only)?; true)),*)?];
                        each[place]
                    })*
                }
            }

            /// How many bytes of memory the driver must provide for it, as far as lengths can say.
            fn needs(&self) -> i64 {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => or!($($needs)?; 0),)*
                }
            }

            /// It, as C would have it, with the objects and views that it names in the words of `names`.
            pub fn in_c(&self, $names: &dyn Names) -> String {
                match self {
                    $(Call::$variant $({ $($field),* })? $(($it))? => {
                        or!($($text)?; text::call($name, or!($(&$c)?; &[])))
                    })*
                }
            }
        }
    };
}

pub(super) use {calls, or};
