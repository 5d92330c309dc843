//! One file an API key.
