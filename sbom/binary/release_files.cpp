#include "sbom/binary/release_files.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/binary/name_pattern.h"
#include "sbom/binary/version_text.h"

namespace lade::sbom {
namespace {

/// What stands behind the first occurrence of a mark, up to the end of the line.
std::optional<std::string_view> line_behind(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(at + mark.size());
  return trim(rest.substr(0, rest.find('\n')));
}

/// What is between the first two double quotes.
std::string_view quoted_part(std::string_view text) {
  const std::size_t begin = text.find('"');
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find('"', begin + 1);
  if (end == std::string_view::npos) return {};
  return text.substr(begin + 1, end - begin - 1);
}

/// The version that a text is, or nothing.
std::string whole_version(std::string_view text, std::size_t least_parts) {
  const auto version = take_version(text, least_parts);
  return version && version->size() == text.size() ? std::string(text) : std::string{};
}

std::string java_field(std::string_view text, std::string_view key) {
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == '=') {
      return std::string(quoted_part(line));
    }
  }
  return {};
}

/// JEP 223 and OpenJDK's "make images": KEY="value" lines.
Release java_release(std::string_view /*path*/, std::string_view text) {
  constexpr std::size_t longest_name = 200;
  const std::string supplier = java_field(text, "IMPLEMENTOR").substr(0, longest_name);
  const std::string graal = java_field(text, "GRAALVM_VERSION");
  if (!graal.empty()) {
    return {"graalvm", whole_version(graal, 1), supplier, "oracle:graalvm"};
  }
  return {"openjdk", whole_version(java_field(text, "JAVA_VERSION"), 1), supplier,
          "oracle:openjdk"};
}

Release python_release(std::string_view /*path*/, std::string_view text) {
  std::string_view version = quoted_part(line_behind(text, "#define PY_VERSION ").value_or(""));
  if (version.ends_with('+')) version.remove_suffix(1);
  return {"python", whole_version(version, 3), {}, "python:python"};
}

Release node_release(std::string_view /*path*/, std::string_view text) {
  std::string version;
  for (const std::string_view part : {"MAJOR", "MINOR", "PATCH"}) {
    const auto number = line_behind(text, "#define NODE_" + std::string(part) + "_VERSION ");
    if (!number) return {};
    version += (version.empty() ? "" : ".") + std::string(*number);
  }
  return {"node", whole_version(version, 3), {}, "nodejs:node.js"};
}

Release ruby_release(std::string_view /*path*/, std::string_view text) {
  std::string version;
  for (const std::string_view part : {"MAJOR", "MINOR", "TEENY"}) {
    const auto number = line_behind(text, "CONFIG[\"" + std::string(part) + "\"] = ");
    if (!number) return {};
    version += (version.empty() ? "" : ".") + std::string(quoted_part(*number));
  }
  return {"ruby", whole_version(version, 3), {}, "ruby-lang:ruby"};
}

Release go_release(std::string_view /*path*/, std::string_view text) {
  const std::string_view line = trim(text.substr(0, text.find('\n')));
  if (!line.starts_with("go")) return {};
  std::string version = whole_version(line.substr(2), 2);
  return {"go", std::move(version), {}, "golang:go"};
}

Release erlang_release(std::string_view /*path*/, std::string_view text) {
  return {"erlang", whole_version(trim(text), 2), {}, "erlang:erlang\\/otp"};
}

Release elixir_release(std::string_view /*path*/, std::string_view text) {
  const auto line = line_behind(text, "{vsn,");
  return {"elixir", whole_version(quoted_part(line.value_or("")), 2), {}, "elixir-lang:elixir"};
}

Release r_release(std::string_view /*path*/, std::string_view text) {
  if (!text.starts_with("Package: base\n")) return {};
  return {"r", whole_version(line_behind(text, "\nVersion:").value_or(""), 3), {}, {}};
}

Release julia_release(std::string_view /*path*/, std::string_view text) {
  const auto line = line_behind(text, "#define JULIA_VERSION_STRING ");
  return {"julia", whole_version(quoted_part(line.value_or("")), 3), {}, {}};
}

/// shared/Microsoft.NETCore.App/8.0.1/.version: a commit, then the version.
Release dotnet_release(std::string_view path, std::string_view text) {
  const std::vector<std::string> lines = split(text, '\n');
  std::string version;
  for (const std::string& line : lines) {
    if (version.empty()) version = whole_version(trim(line), 3);
  }
  const bool is_asp = path.find("Microsoft.AspNetCore.App/") != std::string_view::npos;
  return {is_asp ? "aspnetcore-runtime" : "dotnet-runtime", std::move(version), "Microsoft",
          is_asp ? "microsoft:asp.net_core" : "microsoft:.net"};
}

struct ReleaseFile {
  std::string_view name{};
  std::string_view place{};  ///< pattern of the path
  Release (*parse)(std::string_view path, std::string_view text) = nullptr;
};

constexpr std::array<ReleaseFile, 11> release_table{{
    {"release", "*", java_release},
    {"patchlevel.h", "*include/python*/patchlevel.h", python_release},
    {"node_version.h", "*include/node/node_version.h", node_release},
    {"rbconfig.rb", "*lib*/ruby/*/rbconfig.rb", ruby_release},
    {"VERSION", "*go*/VERSION", go_release},
    {"OTP_VERSION", "*releases/*/OTP_VERSION", erlang_release},
    {"elixir.app", "*elixir/ebin/elixir.app", elixir_release},
    {"DESCRIPTION", "*library/base/DESCRIPTION", r_release},
    {"julia_version.h", "*include/julia/julia_version.h", julia_release},
    {".version", "*shared/Microsoft.NETCore.App/*/.version", dotnet_release},
    {".version", "*shared/Microsoft.AspNetCore.App/*/.version", dotnet_release},
}};

}  // namespace

std::vector<std::string_view> release_file_names() {
  std::vector<std::string_view> names;
  for (const ReleaseFile& file : release_table) {
    if (names.empty() || names.back() != file.name) names.push_back(file.name);
  }
  return names;
}

bool is_release_path(std::string_view path) {
  return std::any_of(release_table.begin(), release_table.end(), [&](const ReleaseFile& file) {
    return base_name(path) == file.name && matches_name(file.place, path);
  });
}

std::optional<Release> parse_release_file(std::string_view path, std::string_view text) {
  for (const ReleaseFile& file : release_table) {
    if (base_name(path) != file.name || !matches_name(file.place, path)) continue;
    Release release = file.parse(path, text);
    if (!release.version.empty()) return release;
  }
  return std::nullopt;
}

}  // namespace lade::sbom
