//! What is kept of what clients make.
