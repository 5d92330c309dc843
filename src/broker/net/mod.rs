//! Where tokio ends: listener and connections.
