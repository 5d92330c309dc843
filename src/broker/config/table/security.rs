//! Configs of who may come in and what they may do: TLS, SASL, delegation tokens, quotas.
//!
//! A listener may have its own: `listener.name.NAME.CONFIG`, and a mechanism on it:
//! `listener.name.NAME.MECHANISM.CONFIG`.

use super::{Check, ConfigDef, Kind, Scope, rows};

rows! {
READ_ONLY ReadOnly;

"controller.quota.window.num" Int Some("11"), Check::AtLeast(1)
    => "Over how many windows changes of the cluster's metadata are counted."
"controller.quota.window.size.seconds" Int Some("1"), Check::AtLeast(1)
    => "How long such a window is."
"delegation.token.expiry.check.interval.ms" Long Some("3600000"), Check::AtLeast(1)
    => "How often delegation tokens whose time is up are removed."
"delegation.token.expiry.time.ms" Long Some("86400000"), Check::AtLeast(1)
    => "How long a delegation token lives unless it is renewed."
"delegation.token.max.lifetime.ms" Long Some("604800000"), Check::AtLeast(1)
    => "How long a delegation token lives however often it is renewed."
"delegation.token.secret.key" Password None
    => "The secret that delegation tokens are made with; without one there are none."
"quota.window.num" Int Some("11"), Check::AtLeast(1)
    => "Over how many windows clients' rates are counted."
"quota.window.size.seconds" Int Some("1"), Check::AtLeast(1)
    => "How long such a window is."
"sasl.oauthbearer.clock.skew.seconds" Int Some("30")
    => "By how much the clock of a token's issuer may be off."
"sasl.oauthbearer.expected.audience" List Some("")
    => "For whom tokens must be, one of these."
"sasl.oauthbearer.expected.issuer" String None
    => "Whose tokens are taken."
"sasl.oauthbearer.jwks.endpoint.url" String None
    => "The file with the keys that sign tokens, as file:///path; without one tokens are unsecured."
"sasl.oauthbearer.scope.claim.name" String Some("scope")
    => "The claim that holds a token's scopes."
"sasl.oauthbearer.sub.claim.name" String Some("sub")
    => "The claim that holds a token's subject."
"sasl.server.callback.handler.class" Class None
    => "What checks logins; only Kafka's own are known, per mechanism of a listener."
"sasl.server.max.receive.size" Int Some("524288")
    => "The largest message of a login."
"ssl.principal.mapping.rules" String Some("DEFAULT")
    => "How the name in a client's certificate becomes the name of a user."
}

rows! {
DYNAMIC Dynamic;

"principal.builder.class" Class
    Some("org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder")
    => "What makes users of certificates and logins; only Kafka's own is known."
"sasl.enabled.mechanisms" List Some("GSSAPI")
    => "The mechanisms that a listener with SASL offers."
"ssl.cipher.suites" List Some("")
    => "The cipher suites that TLS may use; none means the usual ones."
"ssl.client.auth" String Some("none"), Check::OneOf(&["required", "requested", "none"])
    => "Whether clients show a certificate."
"ssl.enabled.protocols" List Some("TLSv1.2,TLSv1.3")
    => "The versions of TLS that may be used."
"ssl.key.password" Password None
    => "The password of the broker's private key."
"ssl.keystore.certificate.chain" Password None
    => "The broker's certificate, and those above it, as PEM."
"ssl.keystore.key" Password None
    => "The broker's private key as PEM."
"ssl.keystore.location" String None
    => "The file with the broker's key and certificates."
"ssl.keystore.password" Password None
    => "The password of a key store of type PKCS12."
"ssl.keystore.type" String Some("JKS")
    => "What kind of file the key store is: PEM or PKCS12."
"ssl.truststore.certificates" Password None
    => "The certificates that clients' are held against, as PEM."
"ssl.truststore.location" String None
    => "The file with the certificates that clients' are held against."
"ssl.truststore.type" String Some("JKS")
    => "What kind of file the trust store is: PEM."
}
