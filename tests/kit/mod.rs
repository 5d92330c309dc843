//! Tests: kit.
