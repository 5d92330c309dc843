//! Tests: broker.

mod meta;
