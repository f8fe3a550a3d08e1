// A specification is a Ruby program, but RubyGems writes it in one way: an assignment of literals a
// line. So it is read by lines: "s.KEY = VALUE", where a value is a string, %q<…>, or a list of
// them, and "s.add_runtime_dependency(NAME, …)". Whatever else the program does is passed over.
#include "sbom/language/gemspec.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/license_claims.h"

namespace lade::sbom {
namespace {

/// Of the variable that the block calls the specification.
constexpr std::size_t longest_receiver = 16;

/// Takes a string literal off the front; nothing if there is none, or it does not end.
std::optional<std::string> take_ruby_string(std::string_view& rest) {
  char close = 0;
  std::size_t at = 1;
  if (rest.starts_with('"') || rest.starts_with('\'')) {
    close = rest[0];
  } else if (rest.size() > 3 && (rest.starts_with("%q") || rest.starts_with("%Q"))) {
    const std::size_t kind = std::string_view("<({[").find(rest[2]);
    if (kind == std::string_view::npos) return std::nullopt;
    close = ">)}]"[kind];
    at = 3;
  } else {
    return std::nullopt;
  }
  std::string text;
  for (; at < rest.size() && rest[at] != close; ++at) {
    if (rest[at] != '\\' || at + 1 == rest.size()) {
      text += rest[at];
      continue;
    }
    ++at;
    text += rest[at] == 'n' || rest[at] == 't' ? ' ' : rest[at];
  }
  if (at == rest.size()) return std::nullopt;
  rest.remove_prefix(at + 1);
  if (rest.starts_with(".freeze")) rest.remove_prefix(7);
  return text;
}

/// The strings of a literal: one, or those of a list.
std::vector<std::string> ruby_strings(std::string_view rest) {
  std::vector<std::string> strings;
  rest = trim(rest);
  const bool is_list = rest.starts_with('[');
  if (is_list) rest = trim(rest.substr(1));
  while (auto text = take_ruby_string(rest)) {
    strings.push_back(*std::move(text));
    rest = trim(rest);
    if (!is_list || !rest.starts_with(',')) break;
    rest = trim(rest.substr(1));
  }
  return strings;
}

class GemspecReader {
 public:
  void read(std::string_view text) {
    for (const std::string& raw : split(text, '\n')) {
      const std::string_view line = trim(raw);
      if (line.starts_with("# stub: ")) {
        read_stub(line.substr(8));
      } else if (line.starts_with("Gem::Specification.new")) {
        read_header(line);
      } else {
        read_statement(line);
      }
    }
  }

  std::optional<Package> package() const {
    Package package{.type = PackageType::gem, .name = value("name"), .version = value("version")};
    if (!is_word(package.name) || !is_word(package.version)) return std::nullopt;
    const std::string platform = value("platform");
    if (is_word(platform) && platform != "ruby") package.qualifiers["platform"] = platform;
    for (const char* key : {"licenses", "license"}) {
      for (const std::string& license : values(key)) {
        add_declared_license(package.licenses, license);
      }
    }
    const std::vector<std::string> authors = values("authors");
    package.supplier = clean_line(authors.empty() ? value("author") : join(authors, ", "));
    package.homepage = clean_line(value("homepage"));
    package.description = clean_line(value("summary"));
    package.depends.assign(needs_.begin(), needs_.end());
    return package;
  }

 private:
  /// "rake 13.0.6 ruby lib": the first of two such lines; the other one names extensions.
  void read_stub(std::string_view stub) {
    const std::vector<std::string> words = split(stub, ' ');
    if (words.size() < 3 || !fields_.empty()) return;
    fields_["name"] = {words[0]};
    fields_["version"] = {words[1]};
    fields_["platform"] = {words[2]};
  }

  /// Gem::Specification.new 'name', '1.0' do |s|
  void read_header(std::string_view line) {
    std::string_view rest = line.substr(22);
    if (rest.starts_with('(')) rest.remove_prefix(1);
    rest = trim(rest);
    if (const auto name = take_ruby_string(rest)) fields_.emplace("name", Strings{*name});
    rest = trim(rest);
    if (!rest.starts_with(',')) return;
    rest = trim(rest.substr(1));
    if (const auto version = take_ruby_string(rest)) fields_.emplace("version", Strings{*version});
  }

  void read_statement(std::string_view line) {
    const std::size_t dot = line.find('.');
    if (dot > longest_receiver) return;
    const std::string_view rest = line.substr(dot + 1);
    for (const std::string_view call : {"add_runtime_dependency", "add_dependency"}) {
      if (!rest.starts_with(call)) continue;
      std::string_view argument = rest.substr(call.size());
      if (argument.starts_with('(')) argument.remove_prefix(1);
      const std::vector<std::string> name = ruby_strings(argument);
      if (!name.empty() && is_word(name[0])) needs_.insert(name[0]);
      return;
    }
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return;
    Strings strings = ruby_strings(rest.substr(equals + 1));
    if (!strings.empty()) {
      fields_.emplace(trim(rest.substr(0, equals)), std::move(strings));
    }
  }

  using Strings = std::vector<std::string>;

  Strings values(std::string_view key) const {
    const auto found = fields_.find(key);
    return found == fields_.end() ? Strings{} : found->second;
  }
  std::string value(std::string_view key) const {
    const Strings all = values(key);
    return all.empty() ? std::string() : all.front();
  }

  std::map<std::string, Strings, std::less<>> fields_;
  std::set<std::string> needs_;
};

}  // namespace

std::optional<Package> parse_gemspec(std::string_view text) {
  GemspecReader reader;
  reader.read(text);
  return reader.package();
}

}  // namespace lade::sbom
