#pragma once

#include <map>
#include <string>
#include <vector>

#include "libimage/toml/toml_table.h"
#include "signing/lade_policy/lade_policy.h"
#include "signing/verdict/verdict.h"

/// The parts of parse_lade_policy; each throws as that does.
namespace lade::signing {

/// The parties that a policy names, and the groups of them.
class SignerTable {
 public:
  SignerTable(const std::vector<NamedSigner>& signers, const TomlTable& policy);

  /// `signers` and `threshold` of a table. `fallback` stands for `signers` if it is absent; without
  /// that they have to be there.
  SignerSet read(const TomlTable& table, const SignerSet* fallback = nullptr) const;

 private:
  /// `wanted`: what names it may be, for messages.
  std::vector<std::size_t> resolve(const TomlTable& table, std::string_view key,
                                   std::string_view wanted) const;

  std::map<std::string, std::vector<std::size_t>, std::less<>> named_;
};

/// Files that a policy names.
struct PolicyFiles {
  std::string directory;
  PolicyFileReader read;

  std::string path_of(const std::string& file) const;
  /// What is in a file; what `read` throws becomes `invalid` at the key.
  std::string text_of(const TomlTable& table, std::string_view key, const std::string& file) const;
};

/// `[signers.…]`; `has_root`: there is a trusted root.
std::vector<NamedSigner> read_signers(const TomlTable& policy, const PolicyFiles& files,
                                      bool has_root);
/// One `[[rule]]`, or `[default]`.
ImageRule read_rule(const TomlTable& table, const SignerTable& signers, bool is_default);
std::vector<RuleRequirement> read_requirements(const TomlTable& rule, const SignerTable& signers);
/// `[[waiver]]`, of rules that are there.
std::vector<Waiver> read_waivers(const TomlTable& policy, const LadePolicy& read);

/// A text, or `{ pattern = "…" }`.
std::optional<WantedText> find_wanted_text(const TomlTable& table, std::string_view key);
/// "90m", "12h", "30d", "2w", in seconds.
std::optional<std::int64_t> find_duration(const TomlTable& table, std::string_view key);
/// A text that is there and not empty.
std::string get_text(const TomlTable& table, std::string_view key);
/// A list of texts, one at least, none of them empty; or one text alone.
std::vector<TomlString> get_texts(const TomlTable& table, std::string_view key);
/// Runs `parse`; what that throws becomes `invalid` at the key.
template <class Parse>
auto parsed_at(const TomlTable& table, std::string_view key, const Parse& parse) {
  try {
    return parse();
  } catch (const Error& error) {
    if (ends_all(error.kind())) throw;
    table.refuse_as(key, error.message());
  }
}

}  // namespace lade::signing
