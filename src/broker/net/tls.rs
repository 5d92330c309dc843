//! TLS on a listener, by OpenSSL: the one TLS stack of the binary.
//!
//! Takes PEM (files, or in the config itself) and PKCS#12 key stores. Does not take: Java's own
//! key stores (JKS), revocation lists, engines.

use openssl::error::ErrorStack;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{
    SslContext, SslContextBuilder, SslMethod, SslOptions, SslRef, SslSessionCacheMode,
    SslVerifyMode, SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509NameRef};

use super::front::{Tls, file};
use crate::broker::auth::principal::{MappingError, Principal, distinguished_name};
use crate::broker::config::listeners::Scoped;

type Bad = (&'static str, String);

fn bad(name: &'static str) -> impl Fn(ErrorStack) -> Bad {
    move |error| {
        let reasons: Vec<&str> = error.errors().iter().filter_map(|e| e.reason()).collect();
        let why = if reasons.is_empty() {
            "OpenSSL gives no reason".to_owned()
        } else {
            reasons.join(", ")
        };
        (name, why)
    }
}

/// Makes what all connections of a listener share.
pub(super) fn context(scoped: Scoped<'_>) -> Result<SslContext, Bad> {
    const PROTOCOLS: &str = "ssl.enabled.protocols";
    let mut builder = SslContext::builder(SslMethod::tls_server()).map_err(bad(PROTOCOLS))?;
    let enabled = scoped.list(PROTOCOLS);
    let has = |name: &str| enabled.iter().any(|one| one == name);
    if let Some(other) = enabled.iter().find(|one| !["TLSv1.2", "TLSv1.3"].contains(&one.as_str()))
    {
        return Err((PROTOCOLS, format!("{other} is not spoken: TLSv1.2 and TLSv1.3 are")));
    }
    let (low, high) = match (has("TLSv1.2"), has("TLSv1.3")) {
        (true, false) => (SslVersion::TLS1_2, SslVersion::TLS1_2),
        (false, true) => (SslVersion::TLS1_3, SslVersion::TLS1_3),
        _ => (SslVersion::TLS1_2, SslVersion::TLS1_3),
    };
    builder.set_min_proto_version(Some(low)).map_err(bad(PROTOCOLS))?;
    builder.set_max_proto_version(Some(high)).map_err(bad(PROTOCOLS))?;
    // Renegotiation and tickets are of no use here, and cost.
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET);
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    identify(&mut builder, scoped)?;
    trust(&mut builder, scoped)?;
    suites(&mut builder, scoped)?;
    Ok(builder.build())
}

fn suites(builder: &mut SslContextBuilder, scoped: Scoped<'_>) -> Result<(), Bad> {
    const SUITES: &str = "ssl.cipher.suites";
    // Java names all suites alike; OpenSSL has one list for TLS 1.3, with the same names.
    let (newer, older): (Vec<String>, Vec<String>) = scoped
        .list(SUITES)
        .into_iter()
        .partition(|name| name.starts_with("TLS_AES_") || name.starts_with("TLS_CHACHA20_"));
    if newer.is_empty() && older.is_empty() {
        return Ok(());
    }
    if !newer.is_empty() {
        builder.set_ciphersuites(&newer.join(":")).map_err(bad(SUITES))?;
    }
    if !older.is_empty() {
        builder.set_cipher_list(&older.join(":")).map_err(bad(SUITES))?;
    }
    Ok(())
}

/// Loads the broker's key and certificates.
fn identify(builder: &mut SslContextBuilder, scoped: Scoped<'_>) -> Result<(), Bad> {
    const LOCATION: &str = "ssl.keystore.location";
    const TYPE: &str = "ssl.keystore.type";
    let password = scoped.text("ssl.key.password").map(str::trim);
    let inline = (scoped.text("ssl.keystore.key"), scoped.text("ssl.keystore.certificate.chain"));
    if let (Some(key), Some(chain)) = inline {
        return use_pem(builder, "ssl.keystore.key", key.as_bytes(), chain.as_bytes(), password);
    }
    let Some(path) = scoped.text(LOCATION).map(str::trim) else {
        return Err((LOCATION, "TLS needs a key and a certificate".into()));
    };
    let bytes = file(LOCATION, path)?;
    match scoped.string(TYPE).as_str() {
        "PEM" => use_pem(builder, LOCATION, &bytes, &bytes, password),
        "PKCS12" => {
            let opens = scoped.text("ssl.keystore.password").map(str::trim).unwrap_or_default();
            let store = Pkcs12::from_der(&bytes).and_then(|store| store.parse2(opens));
            let store = store.map_err(bad(LOCATION))?;
            let (Some(key), Some(certificate)) = (store.pkey, store.cert) else {
                return Err((LOCATION, "it has not both a key and a certificate".into()));
            };
            use_key(builder, LOCATION, &key, &certificate)?;
            for above in store.ca.into_iter().flatten() {
                builder.add_extra_chain_cert(above).map_err(bad(LOCATION))?;
            }
            Ok(())
        }
        // A file that is PEM whatever the default says is taken as what it is.
        _ if scoped.text(TYPE).is_none() && bytes.starts_with(b"-----BEGIN") => {
            use_pem(builder, LOCATION, &bytes, &bytes, password)
        }
        other => Err((TYPE, format!("{other} is not read: PEM and PKCS12 are"))),
    }
}

fn use_pem(
    builder: &mut SslContextBuilder,
    name: &'static str,
    key: &[u8],
    chain: &[u8],
    password: Option<&str>,
) -> Result<(), Bad> {
    let key = private_key(key, password).map_err(bad(name))?;
    let mut chain = X509::stack_from_pem(chain).map_err(bad(name))?.into_iter();
    let first = chain.next().ok_or((name, "there is no certificate in it".to_owned()))?;
    use_key(builder, name, &key, &first)?;
    for above in chain {
        builder.add_extra_chain_cert(above).map_err(bad(name))?;
    }
    Ok(())
}

fn use_key(
    builder: &mut SslContextBuilder,
    name: &'static str,
    key: &PKey<Private>,
    certificate: &X509,
) -> Result<(), Bad> {
    builder.set_certificate(certificate).map_err(bad(name))?;
    builder.set_private_key(key).map_err(bad(name))?;
    builder.check_private_key().map_err(bad(name))
}

/// Reads a private key. Without a password OpenSSL would ask on the terminal: it is told none.
fn private_key(pem: &[u8], password: Option<&str>) -> Result<PKey<Private>, ErrorStack> {
    PKey::private_key_from_pem_callback(pem, |room| {
        let password = password.unwrap_or_default().as_bytes();
        let length = password.len().min(room.len());
        room[..length].copy_from_slice(&password[..length]);
        Ok(length)
    })
}

/// Loads what clients' certificates are held against.
fn trust(builder: &mut SslContextBuilder, scoped: Scoped<'_>) -> Result<(), Bad> {
    const LOCATION: &str = "ssl.truststore.location";
    let mode = match scoped.string("ssl.client.auth").as_str() {
        "required" => SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        "requested" => SslVerifyMode::PEER,
        _ => SslVerifyMode::NONE,
    };
    builder.set_verify(mode);
    let inline = scoped.text("ssl.truststore.certificates").map(|text| text.as_bytes().to_vec());
    let pem = match (inline, scoped.text(LOCATION).map(str::trim)) {
        (Some(pem), _) => pem,
        (None, Some(path)) => file(LOCATION, path)?,
        (None, None) if mode == SslVerifyMode::NONE => return Ok(()),
        (None, None) => {
            return Err((LOCATION, "to know clients by certificates, some must be trusted".into()));
        }
    };
    let all = X509::stack_from_pem(&pem).map_err(bad(LOCATION))?;
    if all.is_empty() {
        return Err((LOCATION, "it is not PEM, or there is no certificate in it".into()));
    }
    let mut store = X509StoreBuilder::new().map_err(bad(LOCATION))?;
    for certificate in all {
        builder.add_client_ca(&certificate).map_err(bad(LOCATION))?;
        store.add_cert(certificate).map_err(bad(LOCATION))?;
    }
    builder.set_verify_cert_store(store.build()).map_err(bad(LOCATION))
}

/// Says who a client is by its certificate: nobody in particular without one.
pub(super) fn principal(tls: &Tls, ssl: &SslRef) -> Result<Principal, MappingError> {
    let Some(certificate) = ssl.peer_certificate() else { return Ok(Principal::anonymous()) };
    let name = distinguished_name(&parts(certificate.subject_name()));
    Ok(Principal::user(&tls.mapping.name_of(&name)?))
}

/// Returns the attributes of a name as Java calls them.
fn parts(name: &X509NameRef) -> Vec<(String, String)> {
    let part = |entry: &openssl::x509::X509NameEntryRef| {
        let key = match entry.object().nid().short_name() {
            Ok("CN") => "CN".to_owned(),
            Ok(known @ ("C" | "L" | "ST" | "O" | "OU" | "STREET" | "DC" | "UID")) => {
                known.to_owned()
            }
            // Java writes the others by their numbers.
            _ => entry.object().to_string(),
        };
        let value = entry.data().to_string().unwrap_or_default();
        (key, value)
    };
    name.entries().map(part).collect()
}
