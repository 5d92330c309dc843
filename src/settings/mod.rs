//! Flags, environment, files and defaults, checked and typed once.
