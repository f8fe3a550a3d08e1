#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/text.h"
#include "signing/sigstore/verify.h"
#include "tests/signing/sigstore/corpora.h"

namespace lade::signing {

/// A case of the Sigstore conformance suite.
struct Case {
  static constexpr const char* identity =
      "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/"
      "workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
  static constexpr const char* issuer = "https://token.actions.githubusercontent.com";

  std::filesystem::path directory;

  std::string name() const { return directory.filename().string(); }
  bool fails() const { return name().ends_with("_fail"); }
  std::string bundle() const { return file(directory / "bundle.sigstore.json"); }

  std::filesystem::path artifact() const {
    const auto own = directory / "artifact";
    return std::filesystem::exists(own) ? own : directory.parent_path() / "a.txt";
  }

  std::string said(const std::string& what, const std::string& usual) const {
    const auto own = directory / what;
    return std::filesystem::exists(own) ? std::string(trim(file(own))) : usual;
  }

  VerifyOptions options() const {
    const auto own_root = directory / "trusted_root.json";
    VerifyOptions options{
        .trusted_root = parse_trusted_root(
            file(std::filesystem::exists(own_root)
                     ? own_root
                     : directory.parent_path().parent_path() / "trusted_root.public-good.json"),
            "the trusted root")};
    const auto key = directory / "key.pub";
    if (std::filesystem::exists(key)) {
      options.keys.push_back(PublicKey::parse_pem(file(key), "key.pub"));
    } else {
      options.identities.push_back({.name = WantedText::exactly(said("identity", identity)),
                                    .issuer = WantedText::exactly(said("issuer", issuer))});
    }
    return options;
  }
};

/// All of them; none where there are no corpora.
inline std::vector<Case> conformance_cases() {
  std::vector<Case> cases;
  const auto root = corpora() / "sigstore" / "bundle-verify";
  if (!std::filesystem::exists(root)) return cases;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.is_directory()) cases.push_back({entry.path()});
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.directory < b.directory; });
  return cases;
}

inline std::optional<Case> find_case(const std::string& name) {
  const Case one{corpora() / "sigstore" / "bundle-verify" / name};
  if (std::filesystem::exists(one.directory)) return one;
  return std::nullopt;
}

}  // namespace lade::signing
