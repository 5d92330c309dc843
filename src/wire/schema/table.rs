//! The tables themselves, and the macro that makes a struct and its codec of one.

/// A closed range of versions. Empty where `first > last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    pub first: i16,
    pub last: i16,
}

impl Versions {
    pub const NONE: Versions = Versions { first: 0, last: -1 };

    pub const fn contains(self, version: i16) -> bool {
        self.first <= version && version <= self.last
    }

    pub const fn is_empty(self) -> bool {
        self.first > self.last
    }

    pub fn iter(self) -> impl DoubleEndedIterator<Item = i16> {
        self.first..=self.last
    }
}

/// A type, by Kafka's name for it.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    Bool,
    Int8,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Array(&'static Type),
    Struct(&'static StructTable),
}

/// One field of a table.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub ty: Type,
    pub versions: Versions,
    pub nullable: Versions,
    pub tag: Option<(u32, Versions)>,
    /// Whether a value may be dropped silently in versions without the field.
    pub ignorable: bool,
    /// The default as it is written in the table, if it is.
    pub default: Option<&'static str>,
}

/// A structure's fields.
#[derive(Clone, Copy, Debug)]
pub struct StructTable {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Request,
    Response,
    /// A key or a value that Kafka keeps on disk, or that travels inside another message.
    Data,
}

/// A message's table.
#[derive(Clone, Copy, Debug)]
pub struct MessageTable {
    pub kind: Kind,
    /// The API key, or the record type of what is kept on disk (-1 where there is none).
    pub key: i16,
    pub versions: Versions,
    pub flexible: Versions,
    pub root: &'static StructTable,
}

impl MessageTable {
    pub const fn name(&self) -> &'static str {
        self.root.name
    }
}

/// Reads a range of versions as Kafka's definitions write it: `3+`, `0-4`, `7`, `none`.
macro_rules! versions {
    (none) => {
        $crate::wire::schema::Versions::NONE
    };
    ($first:literal +) => {
        $crate::wire::schema::Versions { first: $first, last: i16::MAX }
    };
    ($first:literal - $last:literal) => {
        $crate::wire::schema::Versions { first: $first, last: $last }
    };
    ($only:literal) => {
        $crate::wire::schema::Versions { first: $only, last: $only }
    };
    () => {
        $crate::wire::schema::Versions::NONE
    };
}

/// The default of a field: what the table says, or the type's own.
macro_rules! default {
    () => {
        Default::default()
    };
    ($value:expr) => {
        $value
    };
}

/// Declares a message and the structures inside it.
///
/// ```text
/// message! {
///     /// What it is.
///     FetchRequest: Request 1 [4-18] flexible [12+];
///     FetchRequest {
///         name: Type [versions] null [versions] tag N [versions] @ignorable = default;
///     }
///     FetchTopic { … }
/// }
/// ```
macro_rules! message {
    (
        $(#[$meta:meta])*
        $message:ident: $kind:ident $key:literal [$($valid:tt)*] flexible [$($flexible:tt)*];
        $($name:ident {
            $($field:ident: $ty:ty [$($in:tt)*]
                $(null [$($null:tt)*])?
                $(tag $tag:literal [$($tagged:tt)*])?
                $(@ $ignorable:ident)?
                $(= $default:expr)?;
            )*
        })+
    ) => {
        impl $crate::wire::schema::Message for $message {
            const TABLE: $crate::wire::schema::MessageTable = $crate::wire::schema::MessageTable {
                kind: $crate::wire::schema::Kind::$kind,
                key: $key,
                versions: $crate::wire::schema::versions!($($valid)*),
                flexible: $crate::wire::schema::versions!($($flexible)*),
                root: &$message::FIELDS,
            };
        }

        $(
            #[derive(Clone, Debug, PartialEq)]
            pub struct $name {
                $(pub $field: $ty,)*
            }

            impl Default for $name {
                fn default() -> Self {
                    $name { $($field: $crate::wire::schema::default!($($default)?),)* }
                }
            }

            impl $name {
                /// The fields as a table.
                pub const FIELDS: $crate::wire::schema::StructTable =
                    $crate::wire::schema::StructTable {
                        name: stringify!($name),
                        fields: &[$($crate::wire::schema::Field {
                            name: stringify!($field),
                            ty: <$ty as $crate::wire::schema::Wire>::TYPE,
                            versions: $crate::wire::schema::versions!($($in)*),
                            nullable: $crate::wire::schema::versions!($($($null)*)?),
                            tag: $crate::wire::schema::message!(@tag $($tag [$($tagged)*])?),
                            ignorable: $crate::wire::schema::message!(@flag $($ignorable)?),
                            default: $crate::wire::schema::message!(@text $($default)?),
                        },)*],
                    };
            }

            impl $crate::wire::schema::Wire for $name {
                const TYPE: $crate::wire::schema::Type =
                    $crate::wire::schema::Type::Struct(&$name::FIELDS);

                #[allow(unused_variables, unused_mut, reason = "some tables are that plain")]
                fn put(
                    &self,
                    w: &mut $crate::wire::primitives::Writer,
                    cx: $crate::wire::schema::Cx,
                ) -> Result<(), $crate::wire::primitives::EncodeError> {
                    let mut tagged = 0;
                    $({
                        const IN: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($in)*);
                        const NULL: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($($null)*)?);
                        const TAGGED: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($($tagged)*)?);
                        const IGNORABLE: bool =
                            $crate::wire::schema::message!(@flag $($ignorable)?);
                        if TAGGED.contains(cx.version) {
                            let default: $ty = $crate::wire::schema::default!($($default)?);
                            tagged += u32::from(self.$field != default);
                        } else if IN.contains(cx.version) {
                            let cx = cx.nullable(NULL.contains(cx.version));
                            $crate::wire::schema::Wire::put(&self.$field, w, cx)?;
                        } else if !IGNORABLE {
                            let default: $ty = $crate::wire::schema::default!($($default)?);
                            if self.$field != default {
                                return Err($crate::wire::primitives::EncodeError::NotInVersion {
                                    field: concat!(
                                        stringify!($name), ".", stringify!($field)
                                    ),
                                    version: cx.version,
                                });
                            }
                        }
                    })*
                    if !cx.flexible {
                        return Ok(());
                    }
                    w.uvarint(tagged);
                    $({
                        const NULL: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($($null)*)?);
                        const TAG: Option<(u32, $crate::wire::schema::Versions)> =
                            $crate::wire::schema::message!(@tag $($tag [$($tagged)*])?);
                        if let Some((tag, tagged)) = TAG {
                            let default: $ty = $crate::wire::schema::default!($($default)?);
                            if tagged.contains(cx.version) && self.$field != default {
                                let cx = cx.nullable(NULL.contains(cx.version)).tagged();
                                $crate::wire::schema::put_tag(w, tag, &self.$field, cx)?;
                            }
                        }
                    })*
                    Ok(())
                }

                #[allow(unused_variables, unused_mut, reason = "some tables are that plain")]
                fn take(
                    r: &mut $crate::wire::primitives::Reader,
                    cx: $crate::wire::schema::Cx,
                ) -> Result<Self, $crate::wire::primitives::DecodeError> {
                    r.enter()?;
                    let mut out = Self::default();
                    $({
                        const IN: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($in)*);
                        const NULL: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($($null)*)?);
                        const TAGGED: $crate::wire::schema::Versions =
                            $crate::wire::schema::versions!($($($tagged)*)?);
                        if IN.contains(cx.version) && !TAGGED.contains(cx.version) {
                            let cx = cx.nullable(NULL.contains(cx.version));
                            out.$field = $crate::wire::schema::Wire::take(r, cx)?;
                        }
                    })*
                    if cx.flexible {
                        $crate::wire::schema::take_tags(r, |tag, r| {
                            $({
                                const NULL: $crate::wire::schema::Versions =
                                    $crate::wire::schema::versions!($($($null)*)?);
                                const TAG: Option<(u32, $crate::wire::schema::Versions)> =
                                    $crate::wire::schema::message!(@tag $($tag [$($tagged)*])?);
                                if TAG.is_some_and(|(t, v)| t == tag && v.contains(cx.version)) {
                                    let cx = cx.nullable(NULL.contains(cx.version)).tagged();
                                    out.$field = $crate::wire::schema::Wire::take(r, cx)?;
                                    return Ok(true);
                                }
                            })*
                            Ok(false)
                        })?;
                    }
                    r.leave();
                    Ok(out)
                }

                #[allow(unused_variables, reason = "most tables have no such field")]
                fn throttle_time_ms(&mut self) -> Option<&mut i32> {
                    let found: Option<&mut i32> = None;
                    $(let found =
                        $crate::wire::schema::message!(@throttle self found $field);)*
                    found
                }
            }
        )+
    };
    (@throttle $self:ident $found:ident throttle_time_ms) => { Some(&mut $self.throttle_time_ms) };
    (@throttle $self:ident $found:ident $field:ident) => { $found };
    (@tag) => { None };
    (@tag $tag:literal [$($tagged:tt)*]) => {
        Some(($tag, $crate::wire::schema::versions!($($tagged)*)))
    };
    (@flag) => { false };
    (@flag ignorable) => { true };
    (@text) => { None };
    (@text $default:expr) => { Some(stringify!($default)) };
}

pub(crate) use {default, message, versions};
