//! Getting in: the server's greeting, TLS, and who we are.
//!
//! `mysql_native_password` and `caching_sha2_password` are known, and `mysql_clear_password` over
//! TLS. A password is never sent in the clear: without TLS it is encrypted with the server's key,
//! which is asked for only with `allowPublicKeyRetrieval=true`, as by the Java driver.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use openssl::encrypt::Encrypter;
use openssl::pkey::PKey;
use openssl::rsa::Padding;
use openssl::sha;
use openssl::ssl::{HandshakeError, SslConnector};

use super::wire::{Parts, Stream, Wire, io, refused, strange};
use super::{DbError, Fault, Target};
use crate::connect::connectors::jdbc::db::tls;

const NATIVE: &str = "mysql_native_password";
const SHA2: &str = "caching_sha2_password";
const CLEAR: &str = "mysql_clear_password";

const WITH_DATABASE: u32 = 8;
const TLS: u32 = 0x800;
/// Long passwords and flags, found instead of changed rows, the protocol since 4.1, transactions,
/// authentication by plugins.
const ALWAYS: u32 = 1 | 2 | 4 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;
/// `utf8mb4_general_ci`, which every server has.
const CHARSET: u8 = 45;

/// Whether there is TLS, and what is checked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Disabled,
    Preferred,
    Required,
    VerifyCa,
    VerifyIdentity,
}

impl Mode {
    fn of(target: &Target) -> Result<Mode, DbError> {
        if let Some(mode) = target.param("sslmode") {
            return match mode.to_lowercase().replace('_', "-").as_str() {
                "disabled" | "disable" => Ok(Mode::Disabled),
                "preferred" => Ok(Mode::Preferred),
                "required" | "trust" => Ok(Mode::Required),
                "verify-ca" => Ok(Mode::VerifyCa),
                "verify-identity" | "verify-full" => Ok(Mode::VerifyIdentity),
                _ => Err(DbError::settings(
                    "sslMode must be one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, \
                     VERIFY_IDENTITY",
                )),
            };
        }
        let verifies = target.flag("verifyservercertificate") == Some(true);
        let requires = target.flag("requiressl") == Some(true);
        Ok(match target.flag("usessl") {
            Some(false) => Mode::Disabled,
            _ if verifies => Mode::VerifyCa,
            _ if requires => Mode::Required,
            _ => Mode::Preferred,
        })
    }
}

/// What the server says first.
struct Greeting {
    capabilities: u32,
    nonce: Vec<u8>,
    plugin: String,
}

impl Greeting {
    fn read(packet: &[u8]) -> Result<Greeting, DbError> {
        if packet.first() == Some(&0xff) {
            let mut error = refused(packet);
            // A host that is blocked or not allowed.
            if error.fault != Fault::Connection {
                error.fault = Fault::Settings;
            }
            return Err(error);
        }
        let mut parts = Parts(packet);
        if parts.byte()? != 10 {
            return Err(strange());
        }
        parts.word();
        parts.take(4)?;
        let mut nonce = parts.take(8)?.to_vec();
        parts.take(1)?;
        let low = parts.number(2)?;
        parts.take(3)?;
        let high = parts.number(2)?;
        let length = usize::from(parts.byte()?);
        parts.take(10)?;
        let rest = parts.take(length.saturating_sub(8).max(13))?;
        nonce.extend_from_slice(rest);
        nonce.truncate(20);
        let plugin = String::from_utf8_lossy(parts.word()).into_owned();
        let capabilities = u32::try_from(low | high << 16).unwrap_or_default();
        Ok(Greeting { capabilities, nonce, plugin })
    }
}

fn socket(target: &Target) -> Result<TcpStream, DbError> {
    let ms = |name: &str| {
        let Some(text) = target.param(name) else { return Ok(None) };
        let wrong = || DbError::settings(format!("{name} must be a number of milliseconds"));
        let ms: u64 = text.parse().map_err(|_| wrong())?;
        Ok((ms > 0).then(|| Duration::from_millis(ms)))
    };
    let wait = ms("connecttimeout")?.unwrap_or(Duration::from_secs(10));
    let silence = ms("sockettimeout")?;
    let addresses = (target.host.as_str(), target.port).to_socket_addrs();
    let mut last = DbError::new(Fault::Connection, "its host has no address");
    for address in addresses.map_err(|error| io(&error))? {
        match TcpStream::connect_timeout(&address, wait) {
            Ok(socket) => {
                let set = socket.set_nodelay(true);
                set.and_then(|()| socket.set_read_timeout(silence)).map_err(|error| io(&error))?;
                return Ok(socket);
            }
            Err(error) => last = io(&error),
        }
    }
    Err(last)
}

/// Connects, and says who we are.
pub(super) fn connect(target: &Target) -> Result<Wire, DbError> {
    let mode = Mode::of(target)?;
    let socket = socket(target)?;
    let again = socket.try_clone().map_err(|error| io(&error))?;
    let mut wire = Wire::new(Box::new(socket));
    let greeting = Greeting::read(&wire.read()?)?;
    let has_tls = greeting.capabilities & TLS != 0;
    let is_safe = match mode {
        Mode::Disabled => false,
        Mode::Preferred => has_tls,
        _ if !has_tls => {
            return Err(DbError::settings("the server offers no TLS, and sslMode requires it"));
        }
        _ => true,
    };
    let mut capabilities = ALWAYS;
    if !target.database.is_empty() {
        capabilities |= WITH_DATABASE;
    }
    if is_safe {
        capabilities |= TLS;
        wire.send(&head(capabilities))?;
        let sequence = wire.at();
        // What is read ahead is nothing: the server waits for us.
        drop(wire.into_stream());
        wire = Wire::new(secure(target, mode, again)?);
        wire.sequence(sequence);
    }
    let password = target.password.as_deref().unwrap_or_default();
    let mut answer = head(capabilities);
    answer.extend_from_slice(target.user.as_deref().unwrap_or_default().as_bytes());
    answer.push(0);
    let plugin = if greeting.plugin == SHA2 { SHA2 } else { NATIVE };
    let proof = proof(plugin, password, &greeting.nonce);
    answer.push(u8::try_from(proof.len()).unwrap_or_default());
    answer.extend_from_slice(&proof);
    if !target.database.is_empty() {
        answer.extend_from_slice(target.database.as_bytes());
        answer.push(0);
    }
    answer.extend_from_slice(plugin.as_bytes());
    answer.push(0);
    wire.send(&answer)?;
    let mut door = Door { wire, password, is_safe, nonce: greeting.nonce };
    door.pass(target.flag("allowpublickeyretrieval") == Some(true))?;
    Ok(door.wire)
}

fn head(capabilities: u32) -> Vec<u8> {
    let mut out = capabilities.to_le_bytes().to_vec();
    out.extend_from_slice(&(1_u32 << 30).to_le_bytes());
    out.push(CHARSET);
    out.extend_from_slice(&[0; 23]);
    out
}

fn secure(target: &Target, mode: Mode, socket: TcpStream) -> Result<Box<dyn Stream>, DbError> {
    let checks = matches!(mode, Mode::VerifyCa | Mode::VerifyIdentity);
    let connector: SslConnector = tls::builder(target.param("serversslcert"), checks)?.build();
    let configured = connector.configure().map_err(|error| tls::wrong("TLS", &error))?;
    let stream = configured
        .verify_hostname(mode == Mode::VerifyIdentity)
        .connect(&target.host, socket)
        .map_err(|error| match error {
            HandshakeError::SetupFailure(error) => tls::wrong("TLS", &error),
            HandshakeError::Failure(stream) | HandshakeError::WouldBlock(stream) => {
                let verdict = stream.ssl().verify_result();
                match (verdict, stream.error().io_error()) {
                    (openssl::x509::X509VerifyResult::OK, Some(error)) => io(error),
                    (openssl::x509::X509VerifyResult::OK, None) => {
                        DbError::settings(format!("no TLS with the server: {}", stream.error()))
                    }
                    (verdict, _) => DbError::settings(format!(
                        "the server's certificate: {}",
                        verdict.error_string()
                    )),
                }
            }
        })?;
    Ok(Box::new(stream))
}

/// What shows that we know the password, without telling it.
fn proof(plugin: &str, password: &str, nonce: &[u8]) -> Vec<u8> {
    let xor = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(a, b)| a ^ b).collect();
    match plugin {
        _ if password.is_empty() => Vec::new(),
        SHA2 => {
            let once = sha::sha256(password.as_bytes());
            let twice = sha::sha256(&once);
            xor(&once, &sha::sha256(&[&twice, nonce].concat()))
        }
        _ => {
            let once = sha::sha1(password.as_bytes());
            let twice = sha::sha1(&once);
            xor(&once, &sha::sha1(&[nonce, &twice].concat()))
        }
    }
}

struct Door<'a> {
    wire: Wire,
    password: &'a str,
    is_safe: bool,
    nonce: Vec<u8>,
}

impl Door<'_> {
    /// Answers what the server asks until it lets us in.
    fn pass(&mut self, may_ask_key: bool) -> Result<(), DbError> {
        /// More questions than any plugin has.
        const QUESTIONS_MAX: usize = 16;
        for _ in 0..QUESTIONS_MAX {
            let packet = self.wire.read()?;
            match packet.split_first() {
                Some((0, _)) => return Ok(()),
                Some((0xff, _)) => {
                    let mut error = refused(&packet);
                    if error.fault != Fault::Connection {
                        error.fault = Fault::Settings;
                    }
                    return Err(error);
                }
                Some((0xfe, rest)) => self.switch(rest)?,
                // The password was remembered: all is well.
                Some((1, [3])) => {}
                Some((1, [4])) => self.tell(may_ask_key)?,
                Some((1, key)) => self.encrypt(key)?,
                _ => return Err(strange()),
            }
        }
        Err(strange())
    }

    fn switch(&mut self, rest: &[u8]) -> Result<(), DbError> {
        let mut parts = Parts(rest);
        let plugin = String::from_utf8_lossy(parts.word()).into_owned();
        self.nonce = parts.word().to_vec();
        let answer = match plugin.as_str() {
            NATIVE | SHA2 => proof(&plugin, self.password, &self.nonce),
            CLEAR if self.is_safe => [self.password.as_bytes(), &[0]].concat(),
            CLEAR => {
                return Err(DbError::settings(
                    "the server wants the password in the clear, and there is no TLS",
                ));
            }
            plugin => {
                return Err(DbError::settings(format!(
                    "the user authenticates by `{plugin}`, which is not known here; {NATIVE} and \
                     {SHA2} are"
                )));
            }
        };
        self.wire.send(&answer)
    }

    /// The server wants the password itself.
    fn tell(&mut self, may_ask_key: bool) -> Result<(), DbError> {
        const ASK_KEY: u8 = 2;
        if self.is_safe {
            let plain = [self.password.as_bytes(), &[0]].concat();
            return self.wire.send(&plain);
        }
        match may_ask_key {
            true => self.wire.send(&[ASK_KEY]),
            false => Err(DbError::settings(
                "Public Key Retrieval is not allowed: connect with TLS (sslMode=REQUIRED), or set \
                 allowPublicKeyRetrieval=true in the URL",
            )),
        }
    }

    fn encrypt(&mut self, key: &[u8]) -> Result<(), DbError> {
        if self.nonce.is_empty() {
            return Err(strange());
        }
        let plain = [self.password.as_bytes(), &[0]].concat();
        let mixed: Vec<u8> =
            plain.iter().zip(self.nonce.iter().cycle()).map(|(a, b)| a ^ b).collect();
        let encrypted = PKey::public_key_from_pem(key).and_then(|key| {
            let mut encrypter = Encrypter::new(&key)?;
            encrypter.set_rsa_padding(Padding::PKCS1_OAEP)?;
            let mut out = vec![0; encrypter.encrypt_len(&mixed)?];
            let length = encrypter.encrypt(&mixed, &mut out)?;
            out.truncate(length);
            Ok(out)
        });
        let encrypted = encrypted.map_err(|error| tls::wrong("the server's key", &error))?;
        self.wire.send(&encrypted)
    }
}
