//! Templates for records.
