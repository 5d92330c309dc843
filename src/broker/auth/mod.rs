//! Who somebody is, and what they may do: pure, without I/O.
//!
//! - [`principal`]: names, and how a certificate's name becomes one
//! - [`authorizer`]: decisions by ACLs, as Kafka's StandardAuthorizer makes them
//! - [`jaas`]: the lines in which Kafka's configs name users and passwords
//! - [`plain`], [`scram`], [`bearer`]: the mechanisms, the broker's side
//! - [`sasl`]: one connection's way from the handshake to its principal

pub mod authorizer;
pub mod bearer;
pub mod jaas;
pub mod plain;
pub mod principal;
pub mod sasl;
pub mod scram;

pub use authorizer::Authorizer;
pub use principal::Principal;
