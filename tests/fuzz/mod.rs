//! Tests: fuzz.
