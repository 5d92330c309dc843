//! Certificates made on the spot: an authority, and who it knows.

use std::fs;
use std::path::Path;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Name};

/// PEM files.
pub(crate) struct Certificates {
    /// The authority's certificate.
    pub(crate) authority: String,
    /// Key and certificate of 127.0.0.1.
    pub(crate) server: String,
    /// Key and certificate of somebody.
    pub(crate) client: String,
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(text: &str) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", text).unwrap();
    name.build()
}

/// Makes a certificate; without `by` it is an authority's own.
fn made(who: &str, key: &PKey<Private>, by: Option<(&X509, &PKey<Private>)>) -> X509 {
    let mut builder = X509::builder().unwrap();
    let serial = BigNum::from_u32(if by.is_some() { 2 } else { 1 }).unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    builder.set_subject_name(&name(who)).unwrap();
    builder.set_pubkey(key).unwrap();
    match by {
        None => {
            builder.set_issuer_name(&name(who)).unwrap();
            builder
                .append_extension(BasicConstraints::new().critical().ca().build().unwrap())
                .unwrap();
        }
        Some((authority, _)) => {
            builder.set_issuer_name(authority.subject_name()).unwrap();
            let context = builder.x509v3_context(Some(authority), None);
            let names = SubjectAlternativeName::new().ip("127.0.0.1").build(&context).unwrap();
            builder.append_extension(names).unwrap();
        }
    }
    builder.sign(by.map_or(key, |(_, key)| key), MessageDigest::sha256()).unwrap();
    builder.build()
}

/// Makes all of them in a folder.
pub(crate) fn certificates(folder: &Path) -> Certificates {
    let put = |file: &str, parts: &[Vec<u8>]| {
        let path = folder.join(file);
        fs::write(&path, parts.concat()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let authority_key = key();
    let authority = made("authority", &authority_key, None);
    let own = |who: &str| {
        let key = key();
        let certificate = made(who, &key, Some((&authority, &authority_key)));
        [key.private_key_to_pem_pkcs8().unwrap(), certificate.to_pem().unwrap()]
    };
    Certificates {
        authority: put("authority.pem", &[authority.to_pem().unwrap()]),
        server: put("server.pem", &own("server")),
        client: put("client.pem", &own("client")),
    }
}
