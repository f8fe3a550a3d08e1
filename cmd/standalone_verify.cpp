#include <algorithm>

#include "cmd/command.h"
#include "cmd/output/man.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/manifest.h"
#include "signing/gpg/export.h"
#include "signing/gpg/keyring.h"
#include "signing/sigstore/simple_signing.h"

namespace lade::cmd {
namespace {

using signing::GpgKeyring;

struct StandaloneVerifyFlags {
  std::string manifest;
  std::string reference;
  std::string fingerprints;
  std::string signature;
  std::string public_key_file;
};

std::vector<std::string> wanted_fingerprints(const StandaloneVerifyFlags& flags) {
  if (flags.fingerprints == "any") {
    if (flags.public_key_file.empty()) {
      fail(ErrorKind::invalid, "\"any\" key is one of --public-key-file, which is not given");
    }
    return {};
  }
  std::vector<std::string> wanted = split(flags.fingerprints, ',');
  for (std::string& one : wanted) {
    one = trim(one);
    std::transform(one.begin(), one.end(), one.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  }
  return wanted;
}

GpgKeyring open_keys(Session& session, const StandaloneVerifyFlags& flags,
                     const std::vector<std::string>& wanted) {
  const std::vector<std::string> keys{
      flags.public_key_file.empty()
          ? signing::export_gpg_keys(wanted, "")
          : read_file(flags.public_key_file, GpgKeyring::keys_limit_bytes)};
  return {keys, session.variable("TMPDIR").value_or("/tmp")};
}

void run(Session& session, const StandaloneVerifyFlags& flags) {
  const std::vector<std::string> wanted = wanted_fingerprints(flags);
  const Digest digest = digest_of(read_file(flags.manifest, manifest_limit_bytes));
  const std::string message = read_file(flags.signature, GpgKeyring::message_limit_bytes);
  const signing::VerifiedMessage good =
      open_keys(session, flags, wanted).verify(message, flags.signature);
  const auto is_wanted = [&](const std::string& one) {
    return one == good.fingerprint || one == good.primary_fingerprint;
  };
  if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), is_wanted)) {
    fail(ErrorKind::denied, "{} is by the key {}; wanted {}", flags.signature,
         good.primary_fingerprint, join(wanted, " or "));
  }
  const auto claim = signing::parse_simple_signing(good.payload, "the signed payload");
  if (claim.type != signing::SimpleSigning::atomic_type) {
    fail(ErrorKind::denied, "the signed payload is of the type \"{}\"", printable(claim.type));
  }
  const auto claimed = Reference::try_parse(claim.docker_reference);
  if (!claimed || *claimed != Reference::parse(flags.reference)) {
    fail(ErrorKind::denied, "the signature is for {}; wanted {}", printable(claim.docker_reference),
         Reference::parse(flags.reference).str());
  }
  if (claim.manifest_digest != digest) {
    fail(ErrorKind::denied, "the signature is of the manifest {}, not of {}",
         claim.manifest_digest.str(), digest.str());
  }
  session.print(fmt::format("Signature verified using fingerprint {}, digest {}\n",
                            good.primary_fingerprint, digest.str()));
}

}  // namespace

void declare_standalone_verify(CLI::App& app, Session& session) {
  explain(app,
          "Checks a signature of containers-signature(5): that it is by one of the keys, for the "
          "name and of the manifest. The keys are those of a file, or are taken out of the user's "
          "gpg. As skopeo's command of the same name.",
          "  lade standalone-verify manifest.json registry.example.com/app:1 KEY-FINGERPRINT "
          "app.signature\n"
          "  lade standalone-verify --public-key-file keys.gpg manifest.json "
          "registry.example.com/app:1 any app.signature");
  const auto flags = std::make_shared<StandaloneVerifyFlags>();
  app.add_option("MANIFEST", flags->manifest, "The file of the manifest")->required();
  app.add_option("DOCKER-REFERENCE", flags->reference, "The name that it has to be signed for")
      ->required();
  app.add_option("KEY-FINGERPRINTS", flags->fingerprints,
                 "Fingerprints, with commas between; \"any\" for all keys of --public-key-file")
      ->required();
  app.add_option("SIGNATURE", flags->signature, "The file of the signature")->required();
  app.add_option("--public-key-file", flags->public_key_file, "The keys that are trusted")
      ->type_name("FILE");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
