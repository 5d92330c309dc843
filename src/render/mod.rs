//! Rows as table, JSON, CSV, plain text.
