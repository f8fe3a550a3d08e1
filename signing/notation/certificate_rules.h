#pragma once

#include <span>

#include "signing/x509/certificate.h"

/// What the Notary Project wants of certificates (signature-specification.md, "Certificate
/// Requirements"). All of it is about the certificates alone; whom to believe is another question.
namespace lade::signing {

/// Certificates from a signer's to a root, in order, each issued by the next: algorithms, key
/// sizes, what each may be used for, path lengths, signatures. `denied` names the certificate and
/// the rule. Only basic constraints, key usage and extended key usage are looked at, as the
/// specification demands.
void require_signing_chain(std::span<const Certificate> chain);

/// `denied` names the certificate that was not valid then.
void require_valid_at(std::span<const Certificate> chain, Timestamp time);

/// Whether one names somebody to ask about revocation (OCSP or CRL).
bool names_revocation_service(const Certificate& certificate);

}  // namespace lade::signing
