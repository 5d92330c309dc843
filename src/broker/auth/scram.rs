//! SCRAM (RFC 5802, RFC 7677), the broker's side, without channel binding.
//!
//! Source of what Kafka adds (`tokenauth`, what is checked and in which words):
//! `ScramSaslServer`.

use data_encoding::BASE64;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::memcmp;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use crate::broker::meta::state::access::{ScramCredential, ScramMechanism};

/// Fewer rounds would make passwords easy to guess.
pub const ITERATIONS_MIN: i32 = 4096;

/// OpenSSL refuses to compute.
#[derive(Debug, thiserror::Error)]
#[error("cannot compute a credential: {0}")]
pub struct CryptoError(#[from] ErrorStack);

fn digest(mechanism: ScramMechanism) -> MessageDigest {
    match mechanism {
        ScramMechanism::Sha256 => MessageDigest::sha256(),
        ScramMechanism::Sha512 => MessageDigest::sha512(),
    }
}

/// Computes an HMAC.
pub fn hmac(digest: MessageDigest, key: &[u8], data: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let key = PKey::hmac(key)?;
    let mut signer = Signer::new(digest, &key)?;
    signer.update(data)?;
    Ok(signer.sign_to_vec()?)
}

/// The two keys that are kept.
pub struct Keys {
    pub stored_key: Vec<u8>,
    pub server_key: Vec<u8>,
}

/// Computes the keys of a salted password.
pub fn keys(mechanism: ScramMechanism, salted: &[u8]) -> Result<Keys, CryptoError> {
    let digest = digest(mechanism);
    let client_key = hmac(digest, salted, b"Client Key")?;
    Ok(Keys {
        stored_key: hash(digest, &client_key)?.to_vec(),
        server_key: hmac(digest, salted, b"Server Key")?,
    })
}

/// Computes what is kept of a password.
pub fn credential(
    mechanism: ScramMechanism,
    password: &str,
    salt: &[u8],
    iterations: i32,
) -> Result<ScramCredential, CryptoError> {
    let digest = digest(mechanism);
    let mut salted = vec![0; digest.size()];
    let rounds = usize::try_from(iterations).unwrap_or(1).max(1);
    pbkdf2_hmac(password.as_bytes(), salt, rounds, digest, &mut salted)?;
    let Keys { stored_key, server_key } = keys(mechanism, &salted)?;
    Ok(ScramCredential { salt: salt.to_vec(), stored_key, server_key, iterations })
}

/// The client's first message.
#[derive(Debug, PartialEq, Eq)]
pub struct ClientFirst {
    pub user: String,
    /// Whether the user is a delegation token's id, and the password its HMAC.
    pub is_token: bool,
    nonce: String,
    bare: String,
}

/// A message that is not SCRAM, or not Kafka's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScramError {
    #[error("Invalid SCRAM client first message format")]
    First,
    #[error(
        "Authentication failed: Client requested an authorization id that is different from username"
    )]
    OtherAuthorizationId,
    #[error("Invalid SCRAM client final message format")]
    Final,
    #[error("Invalid client nonce in the final client message.")]
    Nonce,
    #[error("Authentication failed: Invalid user credentials")]
    Credentials,
}

impl ClientFirst {
    /// Reads `n,a=…,n=user,r=nonce,extensions`.
    pub fn parse(message: &[u8]) -> Result<Self, ScramError> {
        let text = std::str::from_utf8(message).map_err(|_| ScramError::First)?;
        let rest = text.strip_prefix("n,").ok_or(ScramError::First)?;
        let (authorization, bare) = rest.split_once(',').ok_or(ScramError::First)?;
        let authorization = match authorization {
            "" => None,
            text => Some(unescaped(text.strip_prefix("a=").ok_or(ScramError::First)?)?),
        };
        let mut parts = bare.split(',');
        let user =
            parts.next().and_then(|part| part.strip_prefix("n=")).ok_or(ScramError::First)?;
        let nonce = parts.next().and_then(|part| part.strip_prefix("r="));
        let nonce = nonce.filter(|nonce| !nonce.is_empty()).ok_or(ScramError::First)?;
        let mut is_token = false;
        for part in parts {
            let (name, value) = part.split_once('=').ok_or(ScramError::First)?;
            is_token |= name == "tokenauth" && value.eq_ignore_ascii_case("true");
        }
        let user = unescaped(user)?;
        if user.is_empty() {
            return Err(ScramError::First);
        }
        if authorization.is_some_and(|who| !who.is_empty() && who != user) {
            return Err(ScramError::OtherAuthorizationId);
        }
        Ok(ClientFirst { user, is_token, nonce: nonce.to_owned(), bare: bare.to_owned() })
    }
}

/// Returns a name as it is meant: `=2C` is a comma, `=3D` an equals sign.
fn unescaped(text: &str) -> Result<String, ScramError> {
    let bare = text.replace("=2C", ",").replace("=3D", "\u{0}");
    if bare.contains('=') || text.contains('\u{0}') {
        return Err(ScramError::First);
    }
    Ok(bare.replace('\u{0}', "="))
}

/// The server between the two messages of a client.
#[derive(Debug)]
pub struct Server {
    mechanism: ScramMechanism,
    credential: ScramCredential,
    first_bare: String,
    server_first: String,
    nonce: String,
}

impl Server {
    /// Answers the first message: the challenge is [`Server::challenge`].
    pub fn new(
        mechanism: ScramMechanism,
        first: &ClientFirst,
        credential: ScramCredential,
        server_nonce: &str,
    ) -> Self {
        let nonce = format!("{}{server_nonce}", first.nonce);
        let (salt, iterations) = (BASE64.encode(&credential.salt), credential.iterations);
        Server {
            mechanism,
            credential,
            first_bare: first.bare.clone(),
            server_first: format!("r={nonce},s={salt},i={iterations}"),
            nonce,
        }
    }

    pub fn challenge(&self) -> &[u8] {
        self.server_first.as_bytes()
    }

    /// Checks the client's proof, and answers with ours.
    pub fn finish(&self, message: &[u8]) -> Result<Vec<u8>, ScramError> {
        let text = std::str::from_utf8(message).map_err(|_| ScramError::Final)?;
        let (without_proof, proof) = text.rsplit_once(",p=").ok_or(ScramError::Final)?;
        let proof = BASE64.decode(proof.as_bytes()).map_err(|_| ScramError::Final)?;
        let mut parts = without_proof.split(',');
        let binding = parts.next().and_then(|part| part.strip_prefix("c="));
        binding.ok_or(ScramError::Final)?;
        let nonce =
            parts.next().and_then(|part| part.strip_prefix("r=")).ok_or(ScramError::Final)?;
        if nonce != self.nonce {
            return Err(ScramError::Nonce);
        }
        let signed = format!("{},{},{without_proof}", self.first_bare, self.server_first);
        self.prove(&proof, signed.as_bytes()).map_err(|_| ScramError::Credentials)?
    }

    fn prove(
        &self,
        proof: &[u8],
        signed: &[u8],
    ) -> Result<Result<Vec<u8>, ScramError>, CryptoError> {
        let digest = digest(self.mechanism);
        let stored_key = &self.credential.stored_key;
        let signature = hmac(digest, stored_key, signed)?;
        if proof.len() != signature.len() {
            return Ok(Err(ScramError::Credentials));
        }
        let client_key: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let computed = hash(digest, &client_key)?;
        if computed.len() != stored_key.len() || !memcmp::eq(&computed, stored_key) {
            return Ok(Err(ScramError::Credentials));
        }
        let signature = hmac(digest, &self.credential.server_key, signed)?;
        Ok(Ok(format!("v={}", BASE64.encode(&signature)).into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7677, section 3.
    #[test]
    fn the_vector_of_the_rfc() {
        let salt = BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let kept = credential(ScramMechanism::Sha256, "pencil", &salt, 4096).unwrap();
        let first = ClientFirst::parse(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO").unwrap();
        assert_eq!((first.user.as_str(), first.is_token), ("user", false));
        let server =
            Server::new(ScramMechanism::Sha256, &first, kept, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        assert_eq!(
            server.challenge(),
            b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        );
        let good = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                    p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        let verdict = server.finish(good.as_bytes()).unwrap();
        assert_eq!(verdict, b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        let rows = [
            (good.replace("p=d", "p=e"), ScramError::Credentials),
            (good.replace("p=dHzb", "p="), ScramError::Credentials),
            (good.replace("r=rOp", "r=xOp"), ScramError::Nonce),
            (good.replace("c=biws,", ""), ScramError::Final),
            (good.replace(",p=", ",q="), ScramError::Final),
            (String::new(), ScramError::Final),
        ];
        for (bad, error) in rows {
            assert_eq!(server.finish(bad.as_bytes()), Err(error), "{bad}");
        }
        assert_eq!(server.finish(b"\xff"), Err(ScramError::Final));
    }

    #[test]
    fn first_messages() {
        let parse = |text: &str| ClientFirst::parse(text.as_bytes());
        let user = |text: &str| parse(text).map(|first| first.user);
        assert_eq!(user("n,,n=a=2Cb=3Dc,r=x"), Ok("a,b=c".into()));
        assert_eq!(user("n,a=me,n=me,r=x"), Ok("me".into()));
        assert!(parse("n,,n=id,r=x,tokenauth=true").unwrap().is_token);
        assert!(!parse("n,,n=id,r=x,other=true").unwrap().is_token);
        assert_eq!(parse("n,a=you,n=me,r=x"), Err(ScramError::OtherAuthorizationId));
        for bad in
            ["", "n", "y,,n=a,r=b", "n,,r=b", "n,,n=a", "n,,n=,r=b", "n,,n=a=,r=b", "n,,n=a,r="]
        {
            assert_eq!(parse(bad), Err(ScramError::First), "{bad}");
        }
    }
}
