//! How an error is told: what failed, why, and what to do next.
