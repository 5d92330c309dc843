//! Tests: broker.
mod coord;
