#pragma once

#include <string>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "signing/lade_policy/lade_policy.h"

namespace lade::signing {

/// A policy of this text, whose keys are those of tests/data/keys.
inline LadePolicy policy_of(const std::string& text) {
  return parse_lade_policy(text, "policy.toml", [](const std::string& path) {
    return read_file("tests/data/keys/" + path, std::uint64_t{1} << 20);
  });
}

/// The same with two signers, a and b, before the text.
inline LadePolicy policy_with(const std::string& text) {
  return policy_of(
      "version = 1\n[signers.a]\nkey = \"ec-P-256.pub\"\n[signers.b]\nkey = "
      "\"ec-P-384.pub\"\n" +
      text);
}

}  // namespace lade::signing
