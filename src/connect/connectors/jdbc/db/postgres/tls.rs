//! TLS to PostgreSQL: `sslmode` and what belongs to it, as in JDBC.

use openssl::ssl::SslFiletype;
use postgres::Config;
use postgres::config::SslMode;
use postgres_openssl::MakeTlsConnector;

use super::super::tls::{builder, wrong};
use super::super::{DbError, Target};

/// What `sslmode` asks for: whether there is TLS, and what is checked of the server.
pub(super) fn connector(target: &Target, config: &mut Config) -> Result<MakeTlsConnector, DbError> {
    let is_on = target.flag("ssl") == Some(true);
    let mode = target.param("sslmode").unwrap_or(if is_on { "verify-full" } else { "prefer" });
    let (wanted, checks, checks_host) = match mode {
        "disable" => (SslMode::Disable, false, false),
        "prefer" => (SslMode::Prefer, false, false),
        "require" => (SslMode::Require, false, false),
        "verify-ca" => (SslMode::Require, true, false),
        "verify-full" => (SslMode::Require, true, true),
        "allow" => {
            return Err(DbError::settings(
                "sslmode=allow is not offered: `prefer` tries with TLS first, `disable` without",
            ));
        }
        _ => {
            return Err(DbError::settings(
                "sslmode must be one of disable, prefer, require, verify-ca, verify-full",
            ));
        }
    };
    config.ssl_mode(wanted);
    let mut builder = builder(target.param("sslrootcert"), checks)?;
    if let Some(file) = target.param("sslcert") {
        builder.set_certificate_chain_file(file).map_err(|e| wrong("sslcert", &e))?;
    }
    if let Some(file) = target.param("sslkey") {
        // Java's drivers want DER, everybody else PEM.
        let pem = builder.set_private_key_file(file, SslFiletype::PEM);
        pem.or_else(|_| builder.set_private_key_file(file, SslFiletype::ASN1))
            .map_err(|e| wrong("sslkey", &e))?;
    }
    let mut connector = MakeTlsConnector::new(builder.build());
    connector.set_callback(move |config, _| {
        config.set_verify_hostname(checks_host);
        Ok(())
    });
    Ok(connector)
}
