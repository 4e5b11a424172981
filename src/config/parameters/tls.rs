//! TLS: not served yet. Keys and certificates are refused too, so that nobody believes the connections encrypted.

use super::super::bounds::{COUNT, PORT};
use super::super::parameter::{Parameter, absent, inert};
use super::super::value::Kind;

const PLAIN: &str = "remove it, and put a TLS proxy such as stunnel in front of the port";
const NO_TLS: &str = "connections are not encrypted";

pub(super) const ROWS: &[Parameter] = &[
    absent("tls-port", PORT, "0", PLAIN),
    absent("tls-cert-file", Kind::Text, "", PLAIN),
    absent("tls-key-file", Kind::Text, "", PLAIN),
    absent("tls-key-file-pass", Kind::Text, "", PLAIN).secret(),
    absent("tls-client-cert-file", Kind::Text, "", PLAIN),
    absent("tls-client-key-file", Kind::Text, "", PLAIN),
    absent("tls-client-key-file-pass", Kind::Text, "", PLAIN).secret(),
    absent("tls-dh-params-file", Kind::Text, "", PLAIN),
    absent("tls-ca-cert-file", Kind::Text, "", PLAIN),
    absent("tls-ca-cert-dir", Kind::Text, "", PLAIN),
    absent("tls-protocols", Kind::Text, "", PLAIN),
    absent("tls-ciphers", Kind::Text, "", PLAIN),
    absent("tls-ciphersuites", Kind::Text, "", PLAIN),
    absent("tls-auth-clients", Kind::Choice(&["no", "yes", "optional"]), "yes", PLAIN).fits(|_| true),
    absent("tls-replication", Kind::Flag, "no", PLAIN),
    absent("tls-cluster", Kind::Flag, "no", PLAIN),
    inert("tls-prefer-server-ciphers", Kind::Flag, "no", NO_TLS),
    inert("tls-session-caching", Kind::Flag, "yes", NO_TLS),
    inert("tls-session-cache-size", COUNT, "20480", NO_TLS),
    inert("tls-session-cache-timeout", COUNT, "300", NO_TLS),
];
