//! A certificate made on the spot, for listeners with TLS that were given none: an authority of
//! our own, and under it the broker's key. A directory that is kept keeps them.

use std::io::Write;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
};
use openssl::x509::{X509, X509Builder, X509Name};

use crate::failure::Failure;

/// How long both certificates hold.
const DAYS: u32 = 825;

/// The two files.
pub(super) struct Made {
    /// The authority's certificate: what clients are to trust.
    pub(super) authority: PathBuf,
    /// The broker's key and certificates.
    pub(super) keystore: PathBuf,
}

/// Returns the files in a directory, and makes them first where they are not there.
pub(super) fn in_directory(folder: &Path, hosts: &[String]) -> Result<Made, Failure> {
    let made = Made { authority: folder.join("rk-ca.pem"), keystore: folder.join("rk-server.pem") };
    if made.authority.exists() && made.keystore.exists() {
        return Ok(made);
    }
    let failed = || Failure::new("cannot make a certificate");
    let (authority, keystore) = make(hosts).map_err(|error| failed().caused_by(error))?;
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| write(&made.keystore, &keystore, 0o600))
        .and_then(|()| write(&made.authority, &authority, 0o644));
    written.map_err(|error| failed().caused_by(error))?;
    Ok(made)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    options.open(path)?.write_all(bytes)
}

/// Makes both: the authority's certificate, and the broker's key and chain, as PEM.
fn make(hosts: &[String]) -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
    let (ca_key, server_key) = (key()?, key()?);
    let ca_name = name("rk dev authority")?;
    let mut ca = begin(&ca_name, &ca_name, &ca_key)?;
    ca.append_extension(BasicConstraints::new().critical().ca().build()?)?;
    ca.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
    ca.sign(&ca_key, MessageDigest::sha256())?;
    let ca = ca.build();

    let mut server = begin(&name("localhost")?, &ca_name, &server_key)?;
    server.append_extension(BasicConstraints::new().build()?)?;
    server.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    server.append_extension(ExtendedKeyUsage::new().server_auth().client_auth().build()?)?;
    let mut names = SubjectAlternativeName::new();
    names.dns("localhost").ip("127.0.0.1").ip("::1");
    for host in hosts {
        match host.parse::<IpAddr>() {
            Ok(address) if !address.is_unspecified() => names.ip(host),
            Ok(_) => &mut names,
            Err(_) => names.dns(host),
        };
    }
    let names = names.build(&server.x509v3_context(Some(&ca), None))?;
    server.append_extension(names)?;
    server.sign(&ca_key, MessageDigest::sha256())?;
    let mut keystore = server_key.private_key_to_pem_pkcs8()?;
    keystore.extend(server.build().to_pem()?);
    keystore.extend(ca.to_pem()?);
    Ok((ca.to_pem()?, keystore))
}

fn key() -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}

fn name(common: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common)?;
    Ok(name.build())
}

fn begin(
    subject: &X509Name,
    issuer: &X509Name,
    key: &PKey<Private>,
) -> Result<X509Builder, ErrorStack> {
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::MAYBE_ZERO, false)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(DAYS)?)?;
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brokers_certificate_is_signed_by_the_authority_and_names_its_hosts() {
        let folder = tempfile::tempdir().unwrap();
        let hosts = ["broker.example".to_owned(), "10.0.0.1".to_owned(), "0.0.0.0".to_owned()];
        let made = in_directory(folder.path(), &hosts).unwrap();
        let authority = X509::from_pem(&std::fs::read(&made.authority).unwrap()).unwrap();
        let pem = std::fs::read(&made.keystore).unwrap();
        let server = X509::from_pem(&pem).unwrap();
        assert!(server.verify(&authority.public_key().unwrap()).unwrap());
        let names = server.subject_alt_names().unwrap();
        let dns: Vec<_> = names.iter().filter_map(|name| name.dnsname()).collect();
        assert_eq!(dns, ["localhost", "broker.example"]);
        assert_eq!(names.iter().filter(|name| name.ipaddress().is_some()).count(), 3);
        // What is there stays.
        in_directory(folder.path(), &[]).unwrap();
        assert_eq!(std::fs::read(&made.keystore).unwrap(), pem);
    }
}
