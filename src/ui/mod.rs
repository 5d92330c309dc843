//! Who may speak, when, and where.
