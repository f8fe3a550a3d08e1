// A platform is asked for in few words and answered by whatever instance comes closest. As in
// containerd, the wanted platform is unrolled into a list of ever weaker machines that can still
// run on it (arm/v7, then v6, then v5; amd64/v3, v2, plain amd64, 386), and an instance scores by
// its place in that list.
#include "libimage/oci/platform.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

constexpr auto known_oses = std::to_array<std::string_view>(
    {"aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux",
     "nacl", "netbsd", "openbsd", "plan9", "solaris", "wasi", "wasip1", "windows", "zos"});
constexpr auto known_architectures = std::to_array<std::string_view>(
    {"386",     "amd64",  "amd64p32", "arm",       "arm64",       "arm64be", "armbe",   "loong64",
     "mips",    "mips64", "mips64le", "mips64p32", "mips64p32le", "mipsle",  "ppc",     "ppc64",
     "ppc64le", "riscv",  "riscv64",  "s390",      "s390x",       "sparc",   "sparc64", "wasm"});

bool contains(std::span<const std::string_view> known, std::string_view value) {
  return std::find(known.begin(), known.end(), value) != known.end();
}

void normalize_arm(Platform& platform) {
  const std::string& variant = platform.variant;
  if (variant.empty()) {
    platform.variant = "v7";
  } else if (variant == "5" || variant == "6" || variant == "7" || variant == "8") {
    platform.variant = "v" + variant;
  }
}

void normalize_architecture(Platform& platform) {
  const std::string name = to_lower(platform.architecture);
  platform.architecture = name;
  platform.variant = to_lower(platform.variant);
  if (name == "i386") {
    platform.architecture = "386";
    platform.variant.clear();
  } else if (name == "x86_64" || name == "x86-64" || name == "amd64") {
    platform.architecture = "amd64";
    if (platform.variant == "v1") platform.variant.clear();
  } else if (name == "aarch64" || name == "arm64") {
    platform.architecture = "arm64";
    if (platform.variant == "8" || platform.variant == "v8") platform.variant.clear();
  } else if (name == "armhf" || name == "armel") {
    platform.architecture = "arm";
    platform.variant = name == "armhf" ? "v7" : "v6";
  } else if (name == "arm") {
    normalize_arm(platform);
  }
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  fail(ErrorKind::invalid, "the platform \"{}\" {}: wanted os[/architecture[/variant]]",
       printable(text), why);
}

[[noreturn]] void refuse_unknown(std::string_view text, std::string_view part,
                                 std::string_view value, std::span<const std::string_view> known) {
  const auto guess = did_you_mean(value, known);
  fail(ErrorKind::invalid, "the platform \"{}\" has the unknown {} \"{}\"{}; known are {}",
       printable(text), part, printable(value),
       guess ? fmt::format(" (did you mean {}?)", *guess) : std::string(), fmt::join(known, ", "));
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

/// os["(" [version] ("+" feature)* ")"]
void parse_os(std::string_view part, std::string_view text, Platform& platform) {
  const auto open = part.find('(');
  platform.os = std::string(part.substr(0, open));
  if (open == std::string_view::npos) return;
  if (part.back() != ')') refuse(text, "lacks a closing parenthesis");
  const auto options = split(part.substr(open + 1, part.size() - open - 2), '+');
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i].empty() && i == 0) continue;
    if (!is_word(options[i])) refuse(text, "has a malformed version or feature of the os");
    if (i == 0) {
      platform.os_version = options[i];
    } else {
      platform.os_features.push_back(options[i]);
    }
  }
}

Platform parse_parts(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() > 3) refuse(text, "has more than three parts");
  Platform platform;
  parse_os(parts[0], text, platform);
  if (parts.size() > 1) platform.architecture = parts[1];
  if (parts.size() > 2) platform.variant = parts[2];
  if (!is_word(platform.os)) refuse(text, "has a malformed os");
  if (parts.size() > 1 && !is_word(parts[1])) refuse(text, "has a malformed architecture");
  if (parts.size() > 2 && !is_word(parts[2])) refuse(text, "has a malformed variant");
  return platform;
}

Platform require_known(Platform platform, std::string_view text) {
  platform = normalize(std::move(platform));
  if (!contains(known_oses, platform.os)) {
    refuse_unknown(text, "operating system", platform.os, known_oses);
  }
  if (!contains(known_architectures, platform.architecture)) {
    refuse_unknown(text, "architecture", platform.architecture, known_architectures);
  }
  return platform;
}

struct Machine {
  std::string architecture;
  std::string variant;
};

/// "v7" is 7; nothing for anything else than one digit.
std::optional<int> version_of(std::string_view variant) {
  if (variant.size() != 2 || variant[0] != 'v') return std::nullopt;
  if (variant[1] < '1' || variant[1] > '9') return std::nullopt;
  return variant[1] - '0';
}

void add_weaker(std::vector<Machine>& machines, std::string_view architecture,
                std::string_view variant, int weakest) {
  machines.push_back({std::string(architecture), std::string(variant)});
  const auto version = version_of(variant);
  for (int weaker = version.value_or(0) - 1; weaker >= weakest; --weaker) {
    machines.push_back({std::string(architecture), fmt::format("v{}", weaker)});
  }
}

/// v9.x runs v9.(x-1)… and v8.(x+5)…, since v9.0 is v8.5 and more.
void add_weaker_arm64(std::vector<Machine>& machines, const std::string& variant) {
  machines.push_back({"arm64", variant});
  const std::string_view full = variant.empty() ? std::string_view("v8") : variant;
  const auto major = version_of(full.substr(0, 2));
  const auto minor = full.size() > 3 && full[2] == '.' ? parse_int(full.substr(3)) : std::nullopt;
  if (!major || *major < 8 || (full.size() > 2 && !minor)) return;
  constexpr std::int64_t minor_limit = 99;
  const std::int64_t have = std::clamp<std::int64_t>(minor.value_or(0), 0, minor_limit);
  const auto add_minors = [&](int version, std::int64_t from) {
    for (std::int64_t weaker = from; weaker > 0; --weaker) {
      machines.push_back({"arm64", fmt::format("v{}.{}", version, weaker)});
    }
    machines.push_back({"arm64", version == 8 ? "" : fmt::format("v{}", version)});
  };
  if (*major == 9) add_minors(9, have - 1);
  add_minors(8, *major == 9 ? have + 5 : have - 1);
  add_weaker(machines, "arm", "v8", 5);
}

/// What runs on a machine, best first.
std::vector<Machine> machines_for(const Platform& wanted) {
  std::vector<Machine> machines;
  if (wanted.architecture == "amd64") {
    add_weaker(machines, "amd64", wanted.variant, 2);
    if (!wanted.variant.empty()) machines.push_back({"amd64", ""});
    machines.push_back({"386", ""});
  } else if (wanted.architecture == "arm") {
    add_weaker(machines, "arm", wanted.variant, 5);
  } else if (wanted.architecture == "arm64") {
    add_weaker_arm64(machines, wanted.variant);
  } else {
    machines.push_back({wanted.architecture, wanted.variant});
  }
  return machines;
}

/// The build of Windows, "10.0.17763" of "10.0.17763.1339": a container needs its host's.
std::string windows_build(std::string_view version) {
  auto parts = split(version, '.');
  parts.resize(std::min<std::size_t>(parts.size(), 3));
  return join(parts, ".");
}

/// 0: does not run; 1: runs; 2: is exactly the version asked for.
int match_os_version(const Platform& wanted, const Platform& image) {
  if (wanted.os_version == image.os_version) return 2;
  if (wanted.os != "windows" || wanted.os_version.empty() || image.os_version.empty()) return 1;
  return windows_build(wanted.os_version) == windows_build(image.os_version) ? 1 : 0;
}

}  // namespace

Platform Platform::parse(std::string_view text, const Platform& host) {
  Platform platform = parse_parts(text);
  if (!platform.architecture.empty()) return require_known(std::move(platform), text);
  const Platform here = normalize(host);
  platform.os = normalize(platform).os;
  if (contains(known_oses, platform.os)) {
    platform.architecture = here.architecture;
    platform.variant = here.variant;
    return require_known(std::move(platform), text);
  }
  Platform of_host{here.os, platform.os, "", "", {}};
  if (!contains(known_architectures, normalize(of_host).architecture)) {
    fail(ErrorKind::invalid,
         "the platform \"{}\" is neither an operating system (known are {}) nor an architecture "
         "(known are {})",
         printable(text), fmt::join(known_oses, ", "), fmt::join(known_architectures, ", "));
  }
  if (!platform.os_version.empty() || !platform.os_features.empty()) {
    refuse(text, "has a version of the os, but no os");
  }
  return require_known(std::move(of_host), text);
}

Platform Platform::parse(std::string_view text) {
  Platform platform = parse_parts(text);
  if (platform.architecture.empty()) refuse(text, "has no architecture");
  return require_known(std::move(platform), text);
}

std::string Platform::str() const {
  std::string text = os + "/" + architecture;
  return variant.empty() ? text : text + "/" + variant;
}

Platform normalize(Platform platform) {
  platform.os = to_lower(platform.os);
  if (platform.os == "macos") platform.os = "darwin";
  normalize_architecture(platform);
  std::sort(platform.os_features.begin(), platform.os_features.end());
  const auto repeated = std::unique(platform.os_features.begin(), platform.os_features.end());
  platform.os_features.erase(repeated, platform.os_features.end());
  return platform;
}

Platform host_platform() {
#if defined(__x86_64__)
  return {"linux", "amd64", "", "", {}};
#elif defined(__i386__)
  return {"linux", "386", "", "", {}};
#elif defined(__aarch64__)
  return {"linux", "arm64", "", "", {}};
#elif defined(__arm__)
  return {"linux", "arm", fmt::format("v{}", __ARM_ARCH), "", {}};
#elif defined(__riscv)
  return {"linux", "riscv64", "", "", {}};
#elif defined(__powerpc64__)
  return {"linux", "ppc64le", "", "", {}};
#elif defined(__s390x__)
  return {"linux", "s390x", "", "", {}};
#elif defined(__loongarch64)
  return {"linux", "loong64", "", "", {}};
#else
#error "name this architecture as Go does"
#endif
}

int match_score(const Platform& wanted_as_given, const Platform& image_as_given) {
  const Platform wanted = normalize(wanted_as_given);
  const Platform image = normalize(image_as_given);
  if (wanted.os.empty() || wanted.os != image.os || image.os == "unknown") return 0;
  const int version_match = match_os_version(wanted, image);
  const bool has_features = std::includes(wanted.os_features.begin(), wanted.os_features.end(),
                                          image.os_features.begin(), image.os_features.end());
  if (version_match == 0 || !has_features) return 0;
  const auto machines = machines_for(wanted);
  const auto found = std::find_if(machines.begin(), machines.end(), [&](const Machine& machine) {
    return machine.architecture == image.architecture && machine.variant == image.variant;
  });
  if (found == machines.end()) return 0;
  return static_cast<int>(machines.end() - found) * 2 + version_match - 1;
}

Platform parse_platform_json(const Json& object, std::string_view what) {
  Platform platform;
  platform.architecture = find_string(object, "architecture", what).value_or("");
  platform.os = find_string(object, "os", what).value_or("");
  platform.os_version = find_string(object, "os.version", what).value_or("");
  platform.os_features = find_strings(object, "os.features", what);
  platform.variant = find_string(object, "variant", what).value_or("");
  return platform;
}

Json to_json(const Platform& platform) {
  Json object = Json::object();
  object["architecture"] = platform.architecture;
  object["os"] = platform.os;
  if (!platform.os_version.empty()) object["os.version"] = platform.os_version;
  if (!platform.os_features.empty()) object["os.features"] = platform.os_features;
  if (!platform.variant.empty()) object["variant"] = platform.variant;
  if (!platform.features.empty()) object["features"] = platform.features;
  return object;
}

}  // namespace lade
