#include "builder/containerfile/mount.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <iterator>

#include "builder/containerfile/record.h"
#include "builder/containerfile/runes.h"
#include "builder/containerfile/suggestion.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

constexpr std::string_view type_names[] = {"bind", "cache", "tmpfs", "secret", "ssh"};
constexpr std::string_view sharing_names[] = {"shared", "private", "locked"};
constexpr std::string_view key_names[] = {"type", "from",        "source",   "src",     "target",
                                          "dst",  "destination", "readonly", "ro",      "readwrite",
                                          "rw",   "required",    "id",       "sharing", "mode",
                                          "uid",  "gid",         "size",     "env"};

template <std::size_t Count>
std::size_t index_of(std::string_view what, std::string_view value,
                     const std::string_view (&names)[Count]) {
  const std::string lower = to_lower(value);
  for (std::size_t i = 0; i < Count; ++i) {
    if (names[i] == lower) return i;
  }
  fail(ErrorKind::invalid, "unknown {} {}{}", what, quote(value), suggestion(value, names));
}

std::uint32_t parse_number(std::string_view key, std::string_view value, int base) {
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), number, base);
  if (value.empty() || error != std::errc{} || end != value.data() + value.size()) {
    fail(ErrorKind::invalid, "{} is {}, want {} number of at most 32 bits", quote(key),
         quote(value), base == 8 ? "an octal" : "a");
  }
  return number;
}

/// A size with an optional unit of powers of 1024: "64", "64k", "64KiB", "1.5g".
std::uint64_t parse_size(std::string_view value) {
  const std::string lower = to_lower(value);
  double number = 0;
  const char* const last = lower.data() + lower.size();
  const auto [end, error] = std::from_chars(lower.data(), last, number, std::chars_format::fixed);
  std::string_view unit(end, static_cast<std::size_t>(last - end));
  unit = trim(unit);
  if (unit.ends_with('b')) unit.remove_suffix(1);
  if (unit.ends_with('i') && unit.size() > 1) unit.remove_suffix(1);
  constexpr std::string_view powers = "kmgtp";
  const std::size_t power = unit.empty() ? 0 : powers.find(unit) + 1;
  double size = number;
  for (std::size_t i = 0; i < power && unit.size() == 1; ++i) size *= 1024;
  const bool unit_known = unit.empty() || (unit.size() == 1 && power != 0);
  if (error != std::errc{} || !unit_known || !(size >= 0) || size >= 9.0e18) {
    fail(ErrorKind::invalid, "\"size\" is {}, want a number of bytes such as 64m", quote(value));
  }
  return static_cast<std::uint64_t>(size);
}

/// The mount under construction: what was given, checked once all is known.
class MountReader {
 public:
  explicit MountReader(std::string_view text) { mount_.raw = std::string(text); }

  void set(const std::string& key, std::string_view value);
  void set_flag(const std::string& key) { set_boolean(key, true); }
  Mount finish();

 private:
  void set_boolean(const std::string& key, bool value);
  void refuse(bool given, std::string_view key, bool allowed) const;
  void check_secret() const;

  Mount mount_;
  std::optional<bool> read_only_;
};

void MountReader::set_boolean(const std::string& key, bool value) {
  if (key == "required") {
    mount_.required = value;
  } else {
    read_only_ = (key == "readonly" || key == "ro") == value;
  }
}

bool is_boolean(std::string_view key) {
  return key == "required" || key == "readonly" || key == "ro" || key == "readwrite" || key == "rw";
}

void MountReader::set(const std::string& key, std::string_view value) {
  if (is_boolean(key)) {
    set_boolean(key, parse_boolean(key, value));
  } else if (key == "type") {
    mount_.type = static_cast<MountType>(index_of("mount type", value, type_names));
  } else if (key == "sharing") {
    mount_.sharing = static_cast<CacheSharing>(index_of("sharing", value, sharing_names));
  } else if (key == "from") {
    mount_.from = value;
  } else if (key == "source" || key == "src") {
    mount_.source = value;
  } else if (key == "target" || key == "dst" || key == "destination") {
    mount_.target = value;
  } else if (key == "id") {
    mount_.id = value;
  } else if (key == "env") {
    mount_.env = std::string(value);
  } else if (key == "mode") {
    mount_.mode = parse_number(key, value, 8);
  } else if (key == "uid") {
    mount_.uid = parse_number(key, value, 10);
  } else if (key == "gid") {
    mount_.gid = parse_number(key, value, 10);
  } else {
    mount_.size_bytes = parse_size(value);
  }
}

void MountReader::refuse(bool given, std::string_view key, bool allowed) const {
  if (given && !allowed) {
    fail(ErrorKind::invalid, "a mount of type {} has no \"{}\"", to_string(mount_.type), key);
  }
}

void MountReader::check_secret() const {
  if (!mount_.source.empty() && !mount_.id.empty()) {
    fail(ErrorKind::invalid, "a secret has both \"source\" and \"id\": want one of them");
  }
  if (mount_.source.empty() && mount_.id.empty() && mount_.target.empty()) {
    fail(ErrorKind::invalid, "a secret needs one of \"id\", \"source\" and \"target\"");
  }
}

Mount MountReader::finish() {
  const MountType type = mount_.type;
  const bool secret = type == MountType::secret;
  const bool owned = secret || type == MountType::ssh || type == MountType::cache;
  refuse(mount_.required, "required", secret || type == MountType::ssh);
  refuse(mount_.mode.has_value(), "mode", owned);
  refuse(mount_.uid.has_value(), "uid", owned);
  refuse(mount_.gid.has_value(), "gid", owned);
  refuse(mount_.sharing.has_value(), "sharing", type == MountType::cache);
  refuse(mount_.size_bytes.has_value(), "size", type == MountType::tmpfs);
  refuse(mount_.env.has_value(), "env", secret);
  refuse(!mount_.from.empty(), "from", !secret);
  if (secret) check_secret();
  mount_.read_only = read_only_.value_or(type != MountType::cache && type != MountType::tmpfs);
  return mount_;
}

}  // namespace

std::string_view to_string(MountType type) { return type_names[static_cast<std::size_t>(type)]; }

std::string_view to_string(CacheSharing sharing) {
  return sharing_names[static_cast<std::size_t>(sharing)];
}

Mount parse_mount(std::string_view text, const ExpandValue& expand) {
  MountReader reader(text);
  const bool deferred = !expand && text.find('$') != std::string_view::npos;
  Mount known;
  for (const std::string& field : split_record(text)) {
    const std::size_t equals = field.find('=');
    const std::string key = to_lower(std::string_view(field).substr(0, equals));
    if (std::find(std::begin(key_names), std::end(key_names), key) == std::end(key_names)) {
      fail(ErrorKind::invalid, "unknown mount key {}{}", quote(key), suggestion(key, key_names));
    }
    if (equals == std::string::npos) {
      if (!is_boolean(key)) fail(ErrorKind::invalid, "mount key \"{}\" needs a value", key);
      reader.set_flag(key);
      continue;
    }
    const std::string value = field.substr(equals + 1);
    if (key == "from") {
      if (value.find('$') != std::string::npos) {
        fail(ErrorKind::invalid,
             "\"from\" of a mount cannot have variables: name a stage after the image instead");
      }
      known.from = value;
    }
    if (!deferred) reader.set(key, expand ? expand(value) : value);
  }
  if (!deferred) return reader.finish();
  known.raw = std::string(text);
  known.deferred = true;
  return known;
}

}  // namespace lade::containerfile
