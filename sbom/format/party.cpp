#include "sbom/format/party.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "sbom/format/identity.h"

namespace lade::sbom {
namespace {

constexpr std::array<std::string_view, 14> group_words{
    "team", "maintainers", "developers", "group", "project", "foundation",   "inc",
    "inc.", "ltd",         "gmbh",       "llc",   "authors", "contributors", "community"};

/// Nothing but what every reader takes for a mail address.
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const auto is_plain = [](std::string_view part, std::string_view marks) {
    return !part.empty() && part.front() != '.' && part.back() != '.' &&
           part.find("..") == std::string_view::npos &&
           std::all_of(part.begin(), part.end(), [&](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    marks.find(c) != std::string_view::npos;
           });
  };
  const std::string_view domain = text.substr(at + 1);
  return is_plain(text.substr(0, at), ".!#$%&'*+/=?^_`{|}~-") && is_plain(domain, ".-") &&
         domain.find('.') != std::string_view::npos;
}

}  // namespace

Party parse_party(std::string_view text) {
  text = trim(text);
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos || !text.ends_with('>')) {
    return {.name = std::string(text), .email = is_address(text) ? std::string(text) : ""};
  }
  const std::string inner(trim(text.substr(open + 1, text.size() - open - 2)));
  if (!is_address(inner) && !is_uri(inner)) return {.name = std::string(text)};
  Party party{.name = std::string(trim(text.substr(0, open)))};
  (is_address(inner) ? party.email : party.url) = inner;
  if (party.name.empty()) party.name = inner;
  return party;
}

std::string to_string(const Party& party) {
  const std::string& address = party.email.empty() ? party.url : party.email;
  if (address.empty() || address == party.name) return party.name;
  return party.name.empty() ? address : party.name + " <" + address + ">";
}

bool is_organization(const Party& party) {
  if (party.email.empty()) return true;
  const auto words = split(to_lower(party.name), ' ');
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(group_words.begin(), group_words.end(), word) != group_words.end();
  });
}

std::string to_spdx_actor(std::string_view text) {
  const Party party = parse_party(text);
  if (party.name.empty()) return "NOASSERTION";
  std::string actor = (is_organization(party) ? "Organization: " : "Person: ") + party.name;
  const std::string& address = party.email.empty() ? party.url : party.email;
  if (!address.empty() && address != party.name) actor += " (" + address + ")";
  return actor;
}

std::string from_spdx_actor(std::string_view actor) {
  for (const std::string_view kind : {"Person:", "Organization:", "Tool:"}) {
    if (actor.starts_with(kind)) actor.remove_prefix(kind.size());
  }
  actor = trim(actor);
  if (actor == "NOASSERTION" || actor == "NONE") return {};
  const std::size_t open = actor.rfind('(');
  if (open == std::string_view::npos || !actor.ends_with(')')) return std::string(actor);
  const std::string_view inner = actor.substr(open + 1, actor.size() - open - 2);
  const std::string_view name = trim(actor.substr(0, open));
  if (inner.empty()) return std::string(name);
  if (inner.find_first_of("@:") == std::string_view::npos) return std::string(actor);
  return std::string(name) + " <" + std::string(inner) + ">";
}

}  // namespace lade::sbom
