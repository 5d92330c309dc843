//! Classic consumer groups and committed offsets.
