//! TLS for our own connections, by the same properties as librdkafka's and the same OpenSSL.
//!
//! Takes certificates as PEM, in files or in the property itself, and PKCS#12 key stores. Does
//! not take: revocation lists, engines, providers; these are refused by name.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{
    HandshakeError, Ssl, SslContext, SslContextBuilder, SslMethod, SslStream, SslVerifyMode,
    SslVersion,
};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509VerifyResult};

use super::conn::{Stream, told};
use super::error::ClientError;
use super::options::{Properties, flag, refuse};

/// Where systems keep the certificates that they trust: OpenSSL is built in, and knows none.
const TRUSTED_FILES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
    "/usr/local/etc/openssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
];

/// Properties of librdkafka's that our own client cannot honour.
const REFUSED: &[&str] =
    &["ssl.crl.location", "ssl.engine.location", "ssl.providers", "ssl.truststore.location"];

/// What sets one of OpenSSL's lists.
type SetList = fn(&mut SslContextBuilder, &str) -> Result<(), ErrorStack>;

/// The settings of TLS, checked.
#[derive(Clone)]
pub(crate) struct Tls {
    context: SslContext,
    checks_host: bool,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("checks_host", &self.checks_host).finish_non_exhaustive()
    }
}

impl Tls {
    pub(crate) fn of(properties: &Properties) -> Result<Self, ClientError> {
        if let Some(name) = REFUSED.iter().find(|name| properties.contains_key(**name)) {
            let why = "this program's own client does not support it".to_owned();
            return Err(ClientError::Property { name: (*name).to_owned(), why });
        }
        let mut builder = SslContext::builder(SslMethod::tls_client())
            .map_err(|e| bad("security.protocol", &e))?;
        builder
            .set_min_proto_version(Some(SslVersion::TLS1_2))
            .map_err(|e| bad("security.protocol", &e))?;
        let verifies = flag(properties, "enable.ssl.certificate.verification", true)?;
        builder.set_verify(match verifies {
            true => SslVerifyMode::PEER,
            false => SslVerifyMode::NONE,
        });
        trust(&mut builder, properties)?;
        identify(&mut builder, properties)?;
        let lists: [(&str, SetList); 3] = [
            ("ssl.cipher.suites", SslContextBuilder::set_cipher_list),
            ("ssl.curves.list", SslContextBuilder::set_groups_list),
            ("ssl.sigalgs.list", SslContextBuilder::set_sigalgs_list),
        ];
        for (name, set) in lists {
            if let Some(value) = properties.get(name) {
                set(&mut builder, value).map_err(|e| bad(name, &e))?;
            }
        }
        let name = "ssl.endpoint.identification.algorithm";
        let checks_host = match properties.get(name).map(String::as_str) {
            None | Some("https") => verifies,
            Some("none" | "") => false,
            Some(_) => return Err(refuse(name, "https or none")),
        };
        Ok(Tls { context: builder.build(), checks_host })
    }

    /// Makes a TLS connection of a socket, whose timeouts are set.
    pub(super) fn connect(&self, host: &str, socket: TcpStream) -> Result<TlsStream, String> {
        self.connect_over(host, socket).map(TlsStream)
    }

    /// The same over whatever moves bytes.
    pub(crate) fn connect_over<S>(&self, host: &str, below: S) -> Result<SslStream<S>, String>
    where
        S: Read + Write,
    {
        let ip = host.parse::<IpAddr>().ok();
        let ssl = Ssl::new(&self.context).and_then(|mut ssl| {
            match ip {
                Some(ip) if self.checks_host => ssl.param_mut().set_ip(ip)?,
                None if self.checks_host => ssl.param_mut().set_host(host)?,
                _ => {}
            }
            if ip.is_none() {
                ssl.set_hostname(host)?;
            }
            Ok(ssl)
        });
        let ssl = ssl.map_err(|e| reasons(&e))?;
        ssl.connect(below).map_err(|e| match e {
            HandshakeError::SetupFailure(e) => reasons(&e),
            HandshakeError::WouldBlock(_) => "timed out".to_owned(),
            HandshakeError::Failure(stream) => {
                let verdict = stream.ssl().verify_result();
                let error = stream.into_error();
                match (verdict, error.io_error(), error.ssl_error()) {
                    (X509VerifyResult::OK, Some(e), _) => told(e),
                    (X509VerifyResult::OK, None, Some(e)) => reasons(e),
                    (X509VerifyResult::OK, None, None) => "the connection was closed".to_owned(),
                    (verdict, ..) => {
                        format!("the server's certificate: {}", verdict.error_string())
                    }
                }
            }
        })
    }
}

/// Loads what is trusted.
fn trust(builder: &mut SslContextBuilder, properties: &Properties) -> Result<(), ClientError> {
    if let Some(pem) = properties.get("ssl.ca.pem") {
        let name = "ssl.ca.pem";
        let all = X509::stack_from_pem(pem.as_bytes()).map_err(|e| bad(name, &e))?;
        let mut store = X509StoreBuilder::new().map_err(|e| bad(name, &e))?;
        if all.is_empty() {
            return Err(refuse(name, "one certificate in PEM at the least"));
        }
        for certificate in all {
            store.add_cert(certificate).map_err(|e| bad(name, &e))?;
        }
        builder.set_cert_store(store.build());
        return Ok(());
    }
    let name = "ssl.ca.location";
    match properties.get(name).map(String::as_str) {
        None | Some("probe" | "") => {
            builder.set_default_verify_paths().map_err(|e| bad(name, &e))?;
            match TRUSTED_FILES.iter().find(|file| Path::new(file).is_file()) {
                Some(file) => builder.set_ca_file(file).map_err(|e| bad(name, &e)),
                None => Ok(()),
            }
        }
        Some(location) => {
            let path = Path::new(location);
            let (file, folder) =
                if path.is_dir() { (None, Some(path)) } else { (Some(path), None) };
            if !path.exists() {
                let why = format!("there is no `{location}`");
                return Err(ClientError::Property { name: name.to_owned(), why });
            }
            builder.load_verify_locations(file, folder).map_err(|e| bad(name, &e))
        }
    }
}

/// Loads who we are, if the properties say.
fn identify(builder: &mut SslContextBuilder, properties: &Properties) -> Result<(), ClientError> {
    let name = "ssl.keystore.location";
    if let Some(location) = properties.get(name) {
        let bytes = read(name, location)?;
        let password = properties.get("ssl.keystore.password").map_or("", String::as_str);
        let parsed = Pkcs12::from_der(&bytes)
            .and_then(|store| store.parse2(password))
            .map_err(|e| bad(name, &e))?;
        if let (Some(certificate), Some(key)) = (&parsed.cert, &parsed.pkey) {
            builder.set_certificate(certificate).map_err(|e| bad(name, &e))?;
            builder.set_private_key(key).map_err(|e| bad(name, &e))?;
        }
        for certificate in parsed.ca.into_iter().flatten() {
            builder.add_extra_chain_cert(certificate).map_err(|e| bad(name, &e))?;
        }
        return Ok(());
    }
    if let Some((name, pem)) = text(properties, "ssl.certificate")? {
        let chain = X509::stack_from_pem(&pem).map_err(|e| bad(&name, &e))?;
        let mut chain = chain.into_iter();
        let first = chain.next().ok_or_else(|| refuse(&name, "a certificate in PEM"))?;
        builder.set_certificate(&first).map_err(|e| bad(&name, &e))?;
        for certificate in chain {
            builder.add_extra_chain_cert(certificate).map_err(|e| bad(&name, &e))?;
        }
    }
    if let Some((name, pem)) = text(properties, "ssl.key")? {
        let password = properties.get("ssl.key.password").map(String::as_bytes);
        let key = private_key(&pem, password).map_err(|e| match password {
            _ if !is_encrypted(&pem) => bad(&name, &e),
            Some(_) => refuse(&name, "a key that `ssl.key.password` opens"),
            None => refuse(&name, "a key that is not encrypted, or `ssl.key.password` be set"),
        })?;
        builder.set_private_key(&key).map_err(|e| bad(&name, &e))?;
    }
    Ok(())
}

/// Reads a private key. Without a password OpenSSL would ask on the terminal: it is told none.
fn private_key(pem: &[u8], password: Option<&[u8]>) -> Result<PKey<Private>, ErrorStack> {
    PKey::private_key_from_pem_callback(pem, |room| {
        let password = password.unwrap_or_default();
        let length = password.len().min(room.len());
        room[..length].copy_from_slice(&password[..length]);
        Ok(length)
    })
}

fn is_encrypted(pem: &[u8]) -> bool {
    pem.windows(9).any(|part| part == b"ENCRYPTED")
}

/// Reads PEM that is in a property (`….pem`) or in the file that one names (`….location`).
fn text(properties: &Properties, what: &str) -> Result<Option<(String, Vec<u8>)>, ClientError> {
    let (pem, location) = (format!("{what}.pem"), format!("{what}.location"));
    if let Some(text) = properties.get(&pem) {
        return Ok(Some((pem, text.clone().into_bytes())));
    }
    match properties.get(&location) {
        Some(path) => read(&location, path).map(|bytes| Some((location, bytes))),
        None => Ok(None),
    }
}

fn read(name: &str, path: &str) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|e| ClientError::Property {
        name: name.to_owned(),
        why: format!("`{path}` cannot be read: {}", told(&e)),
    })
}

fn bad(name: &str, error: &ErrorStack) -> ClientError {
    ClientError::Property { name: name.to_owned(), why: reasons(error) }
}

/// OpenSSL's reasons without its numbers and function names.
fn reasons(stack: &ErrorStack) -> String {
    let reasons: Vec<&str> = stack.errors().iter().filter_map(|e| e.reason()).collect();
    match reasons.is_empty() {
        true => "OpenSSL gives no reason".to_owned(),
        false => reasons.join(", "),
    }
}

/// TLS over a socket.
pub(super) struct TlsStream(SslStream<TcpStream>);

impl Stream for TlsStream {
    fn socket(&self) -> &TcpStream {
        self.0.get_ref()
    }
}

impl Read for TlsStream {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(buf)
    }
}

impl Write for TlsStream {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Tls, ClientError> {
        Tls::of(&Properties::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn properties_are_checked_before_anything_is_sent() {
        let known = [
            ("ssl.crl.location", "x", "does not support it"),
            ("ssl.ca.location", "/no/such/file", "there is no `/no/such/file`"),
            ("ssl.ca.pem", "not a certificate", "one certificate in PEM"),
            ("ssl.certificate.location", "/no/such/file", "cannot be read"),
            ("ssl.key.pem", "not a key", "ssl.key.pem"),
            ("ssl.endpoint.identification.algorithm", "maybe", "https or none"),
            ("enable.ssl.certificate.verification", "maybe", "true or false"),
            ("ssl.cipher.suites", "no-such-cipher", "no cipher match"),
        ];
        for (name, value, why) in known {
            let error = with(name, value).unwrap_err().to_string();
            assert!(error.contains(why) && error.contains(name), "{error}");
        }
        assert!(with("ssl.endpoint.identification.algorithm", "none").is_ok());
    }
}
