// Archives hold archives. Each is looked at through its directory, so what is not wanted costs
// nothing; an archive in an archive is used where it lies if it is stored, else inflated, and let
// go of before its next sibling. Three budgets bound what a hostile file can cost, whatever it
// holds and however it is nested: bytes inflated in all, bytes held at once, and things looked at.
#include "sbom/language/java_archive.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/jar_identity.h"
#include "sbom/language/license_claims.h"
#include "sbom/language/zip_archive.h"

namespace lade::sbom {
namespace {

constexpr int nesting_limit = 5;
constexpr std::uint64_t record_limit_bytes = std::uint64_t{4} << 20U;
constexpr std::uint64_t inflated_limit_bytes = std::uint64_t{1} << 30U;
constexpr std::uint64_t held_limit_bytes = std::uint64_t{96} << 20U;
constexpr std::uint64_t member_limit = 4'000'000;
constexpr std::size_t package_limit = 20'000;
/// So many problems of one file are told one by one.
constexpr std::size_t problem_limit = 5;

/// What of one archive is worth reading.
struct JarMembers {
  std::vector<ZipMember> properties{};
  std::vector<ZipMember> poms{};
  std::vector<ZipMember> archives{};
  ZipMember manifest{};  ///< without a name if there is none
  bool has_classes = false;
};

/// A project whose metadata is in the archive, and where.
struct JarProject {
  MavenName name{};
  MavenPom pom{};
  std::string folder{};  ///< "META-INF/maven/GROUP/ARTIFACT"
};

std::string sha1_hex(std::span<const std::byte> bytes) {
  std::array<std::byte, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(hash.data()), &size,
                 EVP_sha1(), nullptr) != 1) {
    fail(ErrorKind::internal, "cannot compute a SHA-1");
  }
  return to_hex(std::span(hash).first(size));
}

class JavaReader {
 public:
  explicit JavaReader(Find& find) : find_(find) {}

  void read(std::span<const std::byte> bytes, const std::string& inner, std::string_view file_name,
            std::int32_t parent, int depth) {
    const ZipArchive archive(bytes, inner.empty() ? std::string(file_name) : printable(inner));
    const JarMembers members = list(archive);
    const JarManifest manifest = read_manifest(archive, members.manifest);
    const std::vector<JarProject> projects = read_projects(archive, members);
    const std::int32_t own =
        add_packages(bytes, inner, file_name, parent, manifest, projects, members);
    for (const ZipMember& nested : members.archives) {
      read_nested(archive, nested, inner, own, depth);
    }
  }

  /// Sums up the problems that were not told one by one.
  void tell_rest() {
    if (problem_count_ > problem_limit) {
      find_.problem += fmt::format("; and {} more", problem_count_ - problem_limit);
    }
    if (is_spent_) {
      find_.problem +=
          fmt::format("; not all was read: it has more than {}", human_size(inflated_limit_bytes));
    }
  }

 private:
  JarMembers list(const ZipArchive& archive) {
    JarMembers members;
    archive.for_each([&](const ZipMember& member) {
      if (++members_seen_ > member_limit) {
        fail(ErrorKind::unsupported, "more than {} members in all", member_limit);
      }
      const std::string_view last = base_name(member.name);
      const bool is_maven = member.name.find("META-INF/maven/") != std::string_view::npos;
      if (is_maven && last == "pom.properties") {
        members.properties.push_back(member);
      } else if (is_maven && last == "pom.xml") {
        members.poms.push_back(member);
      } else if (member.name == "META-INF/MANIFEST.MF") {
        members.manifest = member;
      } else if (is_java_archive(last)) {
        members.archives.push_back(member);
      } else if (last.ends_with(".class")) {
        members.has_classes = true;
      }
    });
    return members;
  }

  /// A small record; empty, with the problem noted, if it cannot be read.
  std::string record(const ZipArchive& archive, const ZipMember& member) {
    try {
      spend(member.size_bytes);
      return std::string(archive.read(member, record_limit_bytes).text());
    } catch (const Error& error) {
      note(error);
      return {};
    }
  }

  JarManifest read_manifest(const ZipArchive& archive, const ZipMember& member) {
    return member.name.empty() ? JarManifest() : JarManifest::parse(record(archive, member));
  }

  std::vector<JarProject> read_projects(const ZipArchive& archive, const JarMembers& members) {
    std::map<std::string, JarProject> by_folder;
    for (const ZipMember& member : members.properties) {
      auto name = parse_pom_properties(record(archive, member));
      if (!name) continue;
      const std::string folder(parent_path(member.name));
      // older plugins left the group to the folder's name
      if (name->group.empty()) name->group = base_name(parent_path(folder));
      by_folder[folder] = {.name = *std::move(name), .folder = folder};
    }
    for (const ZipMember& member : members.poms) {
      const std::string folder(parent_path(member.name));
      try {
        const MavenPom pom = parse_pom(record(archive, member), member.name);
        JarProject& project = by_folder[folder];
        project.pom = pom;
        project.folder = folder;
        if (project.name.artifact.empty()) project.name = pom.name;
      } catch (const Error& error) {
        // what the properties say does without it
        if (!by_folder.contains(folder)) note(error);
      }
    }
    std::vector<JarProject> projects;
    for (auto& [folder, project] : by_folder) {
      if (is_word(project.name.artifact) && is_word(project.name.version)) {
        projects.push_back(std::move(project));
      }
    }
    return projects;
  }

  /// Adds the archive itself and what is shaded into it; returns the index of the former, or
  /// `parent` if it is none.
  std::int32_t add_packages(std::span<const std::byte> bytes, const std::string& inner,
                            std::string_view file_name, std::int32_t parent,
                            const JarManifest& manifest, const std::vector<JarProject>& projects,
                            const JarMembers& members) {
    const JarFileName by_file = parse_jar_file_name(file_name);
    std::vector<MavenName> names;
    for (const JarProject& project : projects) names.push_back(project.name);
    const auto own = own_project(names, by_file, manifest);
    std::int32_t index = parent;
    if (own) {
      Package package = package_of(projects[*own].name, &projects[*own].pom, manifest);
      const std::string classifier = jar_classifier(by_file, projects[*own].name);
      if (is_word(classifier)) package.qualifiers["classifier"] = classifier;
      index = add(std::move(package), bytes, inner, parent);
    } else if (is_library(manifest, members)) {
      const MavenName name = name_by_manifest(by_file, manifest);
      if (is_word(name.artifact)) {
        index = add(package_of(name, nullptr, manifest), bytes, inner, parent);
      }
    }
    for (std::size_t i = 0; i < projects.size(); ++i) {
      if (own == i) continue;
      Package package = package_of(projects[i].name, &projects[i].pom, {});
      package.remarks.emplace_back("shaded: its classes are part of another archive");
      const std::string place = clean_line(projects[i].folder);
      add(std::move(package), {}, inner.empty() ? place : inner + "!/" + place, index);
    }
    return index;
  }

  /// Archives of documentation or sources are none, and those of the JDK are part of it.
  static bool is_library(const JarManifest& manifest, const JarMembers& members) {
    if (manifest.get("implementation-title") == "Java Runtime Environment") return false;
    return members.has_classes || !members.archives.empty();
  }

  static Package package_of(const MavenName& name, const MavenPom* pom,
                            const JarManifest& manifest) {
    Package package{.type = PackageType::maven,
                    .name_space = is_word(name.group) ? name.group : std::string(),
                    .name = name.artifact,
                    .version = is_word(name.version) ? name.version : std::string()};
    if (pom != nullptr) {
      for (const std::string& license : pom->licenses) {
        add_declared_license(package.licenses, license);
      }
      package.supplier = pom->organization;
      package.homepage = pom->homepage;
      package.description = pom->description;
      for (const MavenName& needed : pom->dependencies) {
        package.depends.push_back(needed.group + ":" + needed.artifact);
      }
    }
    if (package.licenses.empty()) add_bundle_licenses(package, manifest.get("bundle-license"));
    for (const char* key : {"implementation-vendor", "bundle-vendor", "specification-vendor"}) {
      if (package.supplier.empty()) package.supplier = manifest.get(key);
    }
    if (package.homepage.empty()) package.homepage = manifest.get("bundle-docurl");
    if (package.name_space.empty()) package.remarks.emplace_back("its group is not known");
    if (package.version.empty()) package.remarks.emplace_back("its version is not known");
    return package;
  }

  /// "Apache-2.0;link=…, https://…" (OSGi Core 8, 3.2.1.1)
  static void add_bundle_licenses(Package& package, std::string_view written) {
    for (const std::string& clause : split(written, ',')) {
      std::string_view name = trim(std::string_view(clause).substr(0, clause.find(';')));
      if (name.starts_with('"') && name.ends_with('"') && name.size() > 1) {
        name = name.substr(1, name.size() - 2);
      }
      add_declared_license(package.licenses, name);
    }
  }

  std::int32_t add(Package package, std::span<const std::byte> bytes, const std::string& inner,
                   std::int32_t parent) {
    if (find_.packages.size() >= package_limit) {
      fail(ErrorKind::unsupported, "more than {} packages in all", package_limit);
    }
    if (!bytes.empty()) package.hashes.push_back({"sha1", sha1_hex(bytes)});
    find_.packages.push_back({.package = std::move(package), .inner = inner, .parent = parent});
    return static_cast<std::int32_t>(find_.packages.size() - 1);
  }

  void read_nested(const ZipArchive& archive, const ZipMember& member, const std::string& inner,
                   std::int32_t parent, int depth) {
    const std::string name = clean_line(member.name);
    const std::string place = inner.empty() ? name : inner + "!/" + name;
    if (depth >= nesting_limit) {
      note(Error(
          ErrorKind::unsupported,
          fmt::format("{}: archives nested deeper than {} are not read", place, nesting_limit)));
      return;
    }
    const bool is_inflated = member.method != 0;
    const std::uint64_t held = is_inflated ? member.size_bytes : 0;
    try {
      spend(member.size_bytes);
      const ZipContent content =
          archive.read(member, is_inflated ? held_limit_bytes - held_bytes_ : UINT64_MAX);
      held_bytes_ += held;
      try {
        read(content.bytes(), place, base_name(name), parent, depth + 1);
      } catch (const Error& error) {
        note(error);
      }
      held_bytes_ -= held;
    } catch (const Error& error) {
      note(error);
    }
  }

  /// Once the budget is spent nothing more is read, so a bomb's every part fails at once.
  void spend(std::uint64_t size_bytes) {
    if (size_bytes > inflated_limit_bytes - spent_bytes_) {
      is_spent_ = true;
      fail(ErrorKind::unsupported, "not read: more than {} in all",
           human_size(inflated_limit_bytes));
    }
    spent_bytes_ += size_bytes;
  }

  void note(const Error& error) {
    ++problem_count_;
    if (problem_count_ > problem_limit) return;
    find_.problem += (find_.problem.empty() ? "" : "; ") + error.message();
  }

  Find& find_;
  std::uint64_t spent_bytes_ = 0;
  std::uint64_t held_bytes_ = 0;
  std::uint64_t members_seen_ = 0;
  std::size_t problem_count_ = 0;
  bool is_spent_ = false;
};

}  // namespace

bool is_java_archive(std::string_view file_name) {
  static constexpr std::array<std::string_view, 11> extensions{
      ".jar", ".war", ".ear", ".par", ".sar", ".nar", ".kar", ".rar", ".jpi", ".hpi", ".lpkg"};
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string extension = to_lower(file_name.substr(dot));
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

void read_java_archive(std::span<const std::byte> bytes, std::string_view file_name, Find& find) {
  JavaReader reader(find);
  reader.read(bytes, {}, file_name, -1, 0);
  reader.tell_rest();
}

}  // namespace lade::sbom
