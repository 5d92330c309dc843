//! What of a field or of an extension decides how its value is read and written.

use prost_reflect::{ExtensionDescriptor, FieldDescriptor, Kind};

pub(super) struct Slot {
    pub(super) number: u32,
    pub(super) kind: Kind,
    pub(super) is_list: bool,
    pub(super) is_map: bool,
    pub(super) is_group: bool,
    pub(super) is_packed: bool,
}

impl Slot {
    pub(super) fn of(field: &FieldDescriptor) -> Self {
        Slot {
            number: field.number(),
            kind: field.kind(),
            is_list: field.is_list(),
            is_map: field.is_map(),
            is_group: field.is_group(),
            is_packed: field.is_packed(),
        }
    }

    pub(super) fn of_extension(extension: &ExtensionDescriptor) -> Self {
        Slot {
            number: extension.number(),
            kind: extension.kind(),
            is_list: extension.is_list(),
            is_map: extension.is_map(),
            is_group: extension.is_group(),
            is_packed: extension.is_packed(),
        }
    }
}
