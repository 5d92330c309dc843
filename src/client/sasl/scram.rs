//! SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, and neither says
//! it. Without channel binding, as Kafka has it.

use data_encoding::BASE64;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::memcmp;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;

/// Fewer rounds would make the password easy to guess; Kafka's brokers allow no fewer.
const ITERATIONS_MIN: usize = 4096;
/// More would be a broker that wants to keep us busy.
const ITERATIONS_MAX: usize = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::client) enum Hash {
    Sha256,
    Sha512,
}

impl Hash {
    fn digest(self) -> MessageDigest {
        match self {
            Hash::Sha256 => MessageDigest::sha256(),
            Hash::Sha512 => MessageDigest::sha512(),
        }
    }
}

/// The client's side of one login.
pub(super) struct Scram<'a> {
    hash: Hash,
    password: &'a str,
    /// The first message without its header: part of what is signed.
    first_bare: String,
    nonce: String,
}

/// What the broker must answer to have proved itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature(Vec<u8>);

impl<'a> Scram<'a> {
    pub(super) fn new(hash: Hash, username: &str, password: &'a str, random: &[u8]) -> Self {
        Scram::with_nonce(hash, username, password, BASE64.encode(random))
    }

    fn with_nonce(hash: Hash, username: &str, password: &'a str, nonce: String) -> Self {
        let username = username.replace('=', "=3D").replace(',', "=2C");
        Scram { hash, password, first_bare: format!("n={username},r={nonce}"), nonce }
    }

    /// The first message.
    pub(super) fn first(&self) -> String {
        format!("n,,{}", self.first_bare)
    }

    /// Answers the broker's challenge: our proof, and what the broker's must be.
    pub(super) fn prove(&self, challenge: &[u8]) -> Result<(String, Signature), String> {
        let text = utf8(challenge)?;
        let (mut nonce, mut salt, mut iterations) = (None, None, None);
        for (name, value) in attributes(text) {
            match name {
                "r" => nonce = Some(value),
                "s" => salt = BASE64.decode(value.as_bytes()).ok(),
                "i" => iterations = value.parse::<usize>().ok(),
                "m" | "e" => return Err(format!("the broker says `{text}`")),
                _ => {}
            }
        }
        let (Some(nonce), Some(salt), Some(iterations)) = (nonce, salt, iterations) else {
            return Err("the broker's challenge is not complete".to_owned());
        };
        if !nonce.starts_with(&self.nonce) || nonce.len() == self.nonce.len() {
            return Err("the broker answers to somebody else's nonce".to_owned());
        }
        if !(ITERATIONS_MIN..=ITERATIONS_MAX).contains(&iterations) {
            return Err(format!(
                "the broker wants {iterations} iterations, and {ITERATIONS_MIN} to \
                 {ITERATIONS_MAX} are allowed"
            ));
        }
        // `biws` is `n,,` in base64: the header of the first message once more.
        let last_bare = format!("c=biws,r={nonce}");
        let signed = format!("{},{text},{last_bare}", self.first_bare);
        let (proof, signature) = self
            .sign(&salt, iterations, signed.as_bytes())
            .map_err(|_| "OpenSSL cannot compute the proof".to_owned())?;
        Ok((format!("{last_bare},p={}", BASE64.encode(&proof)), Signature(signature)))
    }

    fn sign(
        &self,
        salt: &[u8],
        iterations: usize,
        signed: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
        let digest = self.hash.digest();
        let mut salted = vec![0; digest.size()];
        pbkdf2_hmac(self.password.as_bytes(), salt, iterations, digest, &mut salted)?;
        let client_key = hmac(digest, &salted, b"Client Key")?;
        let stored_key = hash(digest, &client_key)?;
        let client_signature = hmac(digest, &stored_key, signed)?;
        let proof = client_key.iter().zip(&client_signature).map(|(a, b)| a ^ b).collect();
        let server_key = hmac(digest, &salted, b"Server Key")?;
        Ok((proof, hmac(digest, &server_key, signed)?))
    }
}

impl Signature {
    /// Checks the broker's last message.
    pub(super) fn check(&self, verdict: &[u8]) -> Result<(), String> {
        let text = utf8(verdict)?;
        for (name, value) in attributes(text) {
            match name {
                "v" => {
                    let theirs = BASE64.decode(value.as_bytes()).unwrap_or_default();
                    let same = theirs.len() == self.0.len() && memcmp::eq(&theirs, &self.0);
                    return match same {
                        true => Ok(()),
                        false => Err("the broker does not know the password either".to_owned()),
                    };
                }
                "e" => return Err(format!("the broker says `{value}`")),
                _ => {}
            }
        }
        Err("the broker does not prove that it knows the password".to_owned())
    }
}

fn hmac(digest: MessageDigest, key: &[u8], data: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut signer = Signer::new(digest, &key)?;
    signer.update(data)?;
    signer.sign_to_vec()
}

fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "the broker's message is not UTF-8".to_owned())
}

/// Splits a message into its attributes: `r=…,s=…,i=…`.
fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').filter_map(|part| part.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7677, section 3.
    #[test]
    fn the_vector_of_the_rfc() {
        let nonce = "rOprNGfwEbeRWgbNEkqO".to_owned();
        let scram = Scram::with_nonce(Hash::Sha256, "user", "pencil", nonce);
        assert_eq!(scram.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let challenge = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                          s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let (proof, signature) = scram.prove(challenge).unwrap();
        assert_eq!(
            proof,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        let verdict = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
        assert_eq!(signature.check(verdict), Ok(()));
        for bad in [&b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="[..], b"", b"e=no", b"v="] {
            assert!(signature.check(bad).is_err());
        }
    }

    #[test]
    fn a_challenge_that_does_not_hold_is_refused() {
        let scram = Scram::with_nonce(Hash::Sha512, "u", "p", "abc".to_owned());
        for bad in [
            &b"r=abcdef,s=AAAA,i=1"[..],
            b"r=abcdef,s=AAAA,i=99999999",
            b"r=xyz,s=AAAA,i=4096",
            b"r=abc,s=AAAA,i=4096",
            b"r=abcdef,s=*,i=4096",
            b"e=other-error",
            b"\xff",
            b"",
        ] {
            assert!(scram.prove(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
        assert!(scram.prove(b"r=abcdef,s=AAAA,i=4096").is_ok());
    }

    #[test]
    fn names_are_escaped() {
        let scram = Scram::with_nonce(Hash::Sha256, "a=b,c", "p", "n".to_owned());
        assert_eq!(scram.first(), "n,,n=a=3Db=2Cc,r=n");
    }
}
