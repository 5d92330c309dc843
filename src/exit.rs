//! The exit codes, documented.
