//! Tests: readme.
