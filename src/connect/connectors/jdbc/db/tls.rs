//! TLS by OpenSSL, for databases: what is trusted, and what is checked of the server.

use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslConnectorBuilder, SslMethod, SslVerifyMode};

use super::DbError;

/// Where systems keep the certificates that they trust.
const TRUSTED_FILES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

pub(super) fn wrong(what: &str, error: &ErrorStack) -> DbError {
    let why = error.errors().iter().find_map(|error| error.reason()).unwrap_or("no reason");
    DbError::settings(format!("{what} cannot be used: {why}"))
}

/// A builder that trusts a file's certificates, or the system's.
pub(super) fn builder(trusted: Option<&str>, checks: bool) -> Result<SslConnectorBuilder, DbError> {
    let built = SslConnector::builder(SslMethod::tls());
    let mut builder = built.map_err(|error| wrong("TLS", &error))?;
    let systems = TRUSTED_FILES.iter().find(|file| std::path::Path::new(file).is_file());
    if let Some(file) = trusted.or(systems.copied()) {
        let loaded = builder.set_ca_file(file);
        loaded.map_err(|error| wrong(&format!("the certificates in `{file}`"), &error))?;
    }
    builder.set_verify(if checks { SslVerifyMode::PEER } else { SslVerifyMode::NONE });
    Ok(builder)
}
