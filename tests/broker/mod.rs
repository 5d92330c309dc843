//! Tests: broker.
