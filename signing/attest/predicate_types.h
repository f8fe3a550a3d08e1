#pragma once

#include <string>
#include <string_view>

namespace lade::signing {

/// The predicate type that a word stands for, as cosign has them ("slsaprovenance1",
/// "spdxjson", "cyclonedx", "openvex", "vuln"…), and Lade's own ("certification", "delivery").
/// Anything with a colon is a type itself. Throws `invalid`, naming `what`, with the words there
/// are.
std::string predicate_type_of(const std::string& word, std::string_view what = "--type");

/// The word for a type, or the type.
std::string predicate_word(std::string_view type);

}  // namespace lade::signing
