//! The binary: a card.

fn main() {}
