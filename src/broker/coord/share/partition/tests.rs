//! The share partition, by hand and by chance.
