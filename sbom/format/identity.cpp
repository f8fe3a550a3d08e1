#include "sbom/format/identity.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>
#include <unordered_set>

#include "libimage/base/text.h"
#include "libimage/oci/hasher.h"
#include "sbom/model/purl.h"

namespace lade::sbom {
namespace {

constexpr std::size_t id_length = 16;

std::string made_id(const Package& package, std::size_t repetition) {
  Hasher hasher;
  const auto add = [&](std::string_view text) {
    hasher.update(text);
    hasher.update(std::string_view("\0", 1));
  };
  add(to_string(package.type));
  add(package.name_space);
  add(package.name);
  add(package.version);
  add(package.architecture);
  add(package.purl);
  for (const Location& location : package.locations) {
    add(location.path);
    add(location.inner);
  }
  if (repetition > 0) add(std::to_string(repetition));
  return hasher.finish().hex().substr(0, id_length);
}

/// The order that assembly gives its packages.
auto order_of(const Package& package) {
  return std::make_tuple(to_string(package.type), std::string_view(package.name_space),
                         std::string_view(package.name), std::string_view(package.version),
                         std::string_view(package.architecture), std::string_view(package.purl),
                         std::cref(package.locations), std::string_view(package.id));
}

void take_distribution(Inventory& inventory) {
  for (const Package& package : inventory.packages) {
    if (inventory.distribution || !is_distribution_type(package.type)) continue;
    const auto purl = Purl::parse(package.purl);
    if (!purl) continue;
    const auto qualifier = purl->qualifiers.find("distro");
    if (qualifier == purl->qualifiers.end()) continue;
    const std::string& distro = qualifier->second;
    const std::size_t dash = distro.rfind('-');
    const bool has_version = dash != std::string::npos && dash + 1 < distro.size() &&
                             std::isdigit(distro[dash + 1]) != 0;
    inventory.distribution =
        Distribution{.id = has_version ? distro.substr(0, dash) : distro,
                     .version_id = has_version ? distro.substr(dash + 1) : std::string()};
  }
}

}  // namespace

std::vector<std::string> unique_ids(const Inventory& inventory) {
  std::unordered_set<std::string> taken;
  std::vector<std::string> ids;
  ids.reserve(inventory.packages.size());
  for (const Package& package : inventory.packages) {
    std::string id = package.id.empty() ? made_id(package, 0) : package.id;
    for (std::size_t repetition = 1; !taken.insert(id).second; ++repetition) {
      id = made_id(package, repetition);
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

void give_ids(Inventory& inventory) {
  std::vector<std::string> ids = unique_ids(inventory);
  for (std::size_t i = 0; i < ids.size(); ++i) inventory.packages[i].id = std::move(ids[i]);
}

void put_in_order(Inventory& inventory) {
  std::vector<Package>& packages = inventory.packages;
  std::vector<std::size_t> order(packages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return order_of(packages[left]) < order_of(packages[right]);
  });
  std::vector<std::size_t> place(packages.size());
  std::vector<Package> sorted;
  sorted.reserve(packages.size());
  for (const std::size_t from : order) {
    place[from] = sorted.size();
    sorted.push_back(std::move(packages[from]));
  }
  packages = std::move(sorted);
  for (Relation& relation : inventory.relations) {
    relation.from = place.at(relation.from);
    relation.to = place.at(relation.to);
  }
  const auto tidy = [](auto& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  tidy(inventory.relations);
  tidy(inventory.remarks);
}

void take_purl(Package& package, const std::string& text) {
  package.purl = text;
  const auto purl = Purl::parse(text);
  if (!purl) return;
  package.type = find_package_type(purl->type).value_or(PackageType::generic);
  package.name_space = purl->name_space;
  if (package.type == PackageType::golang) {
    if (!purl->name_space.empty()) package.name = purl->name_space + "/" + purl->name;
    package.name_space.clear();
  }
  if (package.name.empty()) package.name = purl->name;
  if (package.version.empty()) package.version = purl->version;
  for (const char mark : {'/', ':'}) {
    const std::string prefix = package.name_space + mark;
    if (prefix.size() > 1 && package.name.starts_with(prefix)) package.name.erase(0, prefix.size());
  }
  package.qualifiers = purl->qualifiers;
  package.qualifiers.erase("distro");
  if (!is_distribution_type(package.type)) return;
  package.architecture = purl->qualifiers.contains("arch") ? purl->qualifiers.at("arch") : "";
  package.qualifiers.erase("arch");
  const auto upstream = package.qualifiers.find("upstream");
  if (upstream == package.qualifiers.end()) return;
  const std::size_t at = upstream->second.find('@');
  package.source_name = upstream->second.substr(0, at);
  if (at != std::string::npos) package.source_version = upstream->second.substr(at + 1);
  package.qualifiers.erase(upstream);
}

void complete(Inventory& inventory) {
  take_distribution(inventory);
  for (Package& package : inventory.packages) {
    std::sort(package.locations.begin(), package.locations.end());
  }
  give_ids(inventory);
  put_in_order(inventory);
}

std::string uuid_of(std::string_view text) {
  std::string hex = digest_of(text).hex().substr(0, 32);
  constexpr std::string_view variants = "89ab";
  hex[12] = '8';
  const char digit = hex[16];
  hex[16] = variants[static_cast<std::size_t>(digit >= 'a' ? digit - 'a' + 10 : digit - '0') % 4];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, "-");
  return hex;
}

std::string stamped(std::string document, std::string_view mark) {
  const std::string uuid = uuid_of(document);
  document.replace(document.find(mark) + mark.size(), uuid.size(), uuid);
  return document;
}

std::string image_purl(const Subject& subject) {
  if (subject.kind != SubjectKind::image || !subject.manifest || subject.name.empty()) return {};
  const std::size_t slash = subject.name.rfind('/');
  Purl purl{.type = "oci",
            .name = to_lower(subject.name.substr(slash == std::string::npos ? 0 : slash + 1)),
            .version = subject.manifest->str()};
  if (slash != std::string::npos) purl.qualifiers["repository_url"] = subject.name;
  const std::size_t arch = subject.platform.find('/');
  if (arch != std::string::npos) purl.qualifiers["arch"] = subject.platform.substr(arch + 1);
  if (!subject.version.empty() && !Digest::try_parse(subject.version)) {
    purl.qualifiers["tag"] = subject.version;
  }
  return purl.name.empty() ? std::string() : purl.str();
}

bool is_uri(std::string_view text) {
  constexpr std::string_view marks = "-._~:/?#[]@!$&'()*+,;=%";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2 || colon + 1 == text.size()) return false;
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const std::string_view scheme = text.substr(0, colon);
  return !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(scheme.begin(), scheme.end(),
                     [&](char c) { return is_letter_or_digit(c) || c == '+'; }) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
         });
}

std::string plain_name(std::string_view text) {
  std::string name(text);
  for (char& c : name) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (!is_kept) c = '-';
  }
  return name;
}

}  // namespace lade::sbom
