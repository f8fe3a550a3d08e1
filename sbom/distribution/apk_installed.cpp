#include "sbom/distribution/apk_installed.h"

#include <fmt/format.h>

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "sbom/distribution/license_claims.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/text_lines.h"

// Lines "X:value", a paragraph for each package. After the package's own fields come its files: F
// names a directory, R a file in the last one named; lines between say more of either.
namespace lade::sbom {
namespace {

class ApkReader {
 public:
  Find read(std::string_view text) {
    for_each_line(text, [this](std::string_view line) {
      ++line_;
      if (full_) return;
      if (line.empty()) {
        end_package();
      } else if (line.size() < 2 || line[1] != ':') {
        collector_.fault(
            fmt::format("line {} is no field: {}", line_, printable(line.substr(0, 40))));
      } else if (line.size() > collector_.limits().field_bytes) {
        collector_.fault(fmt::format("line {}: field {} of {} bytes is longer than {}", line_,
                                     printable(line.substr(0, 1)), line.size(),
                                     collector_.limits().field_bytes));
      } else {
        if (!begun_) first_line_ = line_;
        begun_ = true;
        take(line[0], line.substr(2));
      }
    });
    end_package();
    return collector_.take();
  }

 private:
  void take(char key, std::string_view value) {
    switch (key) {
      case 'F':
        directory_ = value;
        return;
      case 'R':
        path_.assign(directory_).append("/").append(value);
        return collector_.own(path_);
      case 'C':
        return add_checksum(value);
      case 'D':
        return add_words(package_.depends, value);
      case 'p':
        return add_words(package_.provides, value);
      case 'I':
        package_.installed_bytes =
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, parse_int(value).value_or(0)));
        return;
      case 'L':
        package_.licenses = declared_claims(value);
        return;
      case 'f':
        // apk marks what it could not install whole: files, scripts, configuration, …
        package_.remarks.push_back(fmt::format("broken, apk says: {}", printable(value)));
        return;
      default:
        if (std::string* text = text_field(key)) *text = value;
    }
  }

  std::string* text_field(char key) {
    switch (key) {
      case 'P':
        return &package_.name;
      case 'V':
        return &package_.version;
      case 'A':
        return &package_.architecture;
      case 'T':
        return &package_.description;
      case 'U':
        return &package_.homepage;
      case 'm':
        return &package_.supplier;
      case 'o':
        return &package_.source_name;
      default:
        return nullptr;
    }
  }

  /// "Q1" and SHA-1 in base64, "Q2" and SHA-256.
  void add_checksum(std::string_view value) {
    const std::string_view mark = value.substr(0, 2);
    if (mark != "Q1" && mark != "Q2") return;
    const auto hash = from_base64(value.substr(2));
    const std::size_t size = mark == "Q1" ? 20 : 32;
    if (!hash || hash->size() != size) {
      collector_.fault(fmt::format("line {}: a damaged checksum", line_));
      return;
    }
    package_.hashes.push_back({mark == "Q1" ? "sha1" : "sha256", to_hex(as_bytes(*hash))});
  }

  void add_words(std::vector<std::string>& list, std::string_view words) {
    while (!words.empty()) {
      const std::size_t end = words.find(' ');
      collector_.add_name(list, words.substr(0, end));
      if (end == std::string_view::npos) return;
      words.remove_prefix(end + 1);
    }
  }

  void end_package() {
    if (!begun_) return;
    begun_ = false;
    if (package_.source_name == package_.name) package_.source_name.clear();
    if (!package_.source_name.empty()) package_.source_version = package_.version;
    if (package_.name.empty()) {
      collector_.fault(fmt::format("line {}: a package without a name", first_line_));
      collector_.drop();
    } else {
      full_ = !collector_.add(std::move(package_));
    }
    package_ = Package{.type = PackageType::apk};
    directory_ = {};
  }

  PackageCollector collector_;
  Package package_{.type = PackageType::apk};
  std::string_view directory_;
  std::string path_;
  std::size_t line_ = 0;
  std::size_t first_line_ = 0;
  bool begun_ = false;
  bool full_ = false;
};

}  // namespace

Find parse_apk_installed(std::string_view text) {
  if (text.starts_with("ADB")) {
    fail(ErrorKind::unsupported,
         "the packages are in apk's binary form, which is not read: only the text form is");
  }
  return ApkReader().read(text);
}

}  // namespace lade::sbom
