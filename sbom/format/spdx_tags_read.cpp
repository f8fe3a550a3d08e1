#include <optional>
#include <unordered_map>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/spdx_read.h"

// SPDX 2.3, tag-value: fields follow the one that opens what they belong to (PackageName,
// LicenseID, Relationship, Annotator). What belongs to files and snippets is passed over.
namespace lade::sbom {
namespace {

struct Tag {
  std::string name;
  std::string value;
};

class TagReader {
 public:
  TagReader(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  std::optional<Tag> next() {
    while (at_ < text_.size()) {
      const std::size_t start = at_;
      const std::string_view line = trim(take_line());
      if (line.empty() || line.front() == '#') continue;
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) {
        fail(ErrorKind::invalid, "{}, line {}: a line must be \"Tag: value\", got \"{}\"", what_,
             line_, printable(line.substr(0, 60)));
      }
      const std::string_view value = trim(line.substr(colon + 1));
      Tag tag{std::string(line.substr(0, colon)), std::string(value)};
      if (value.starts_with("<text>")) tag.value = take_text(text_.find("<text>", start));
      return tag;
    }
    return std::nullopt;
  }

 private:
  std::string_view take_line() {
    const std::size_t start = at_;
    const std::size_t end = text_.find('\n', start);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
    ++line_;
    return text_.substr(start, end - start);
  }

  /// The text that opens at `open`, and the lines that it goes over.
  std::string take_text(std::size_t open) {
    const std::size_t start = open + 6;
    const std::size_t end = text_.find("</text>", start);
    if (end == std::string_view::npos) {
      fail(ErrorKind::invalid, "{}, line {}: <text> is not closed", what_, line_);
    }
    while (at_ < end) take_line();
    constexpr std::string_view escaped = "<\\/text>";
    std::string plain(text_.substr(start, end - start));
    for (std::size_t at = 0; (at = plain.find(escaped, at)) != std::string::npos; ++at) {
      plain.erase(at + 1, 1);
    }
    return plain;
  }

  std::string_view text_;
  std::string_view what_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
};

/// What stands before and behind the first blank.
std::pair<std::string, std::string> first_word(const std::string& text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string::npos) return {text, {}};
  return {text.substr(0, blank), std::string(trim(std::string_view(text).substr(blank)))};
}

class TagBuilder {
 public:
  void take(const Tag& tag) {
    if (take_document(tag) || take_other(tag)) return;
    if (tag.name == "PackageName") {
      document_.packages.push_back({.name = tag.value});
      is_in_package_ = true;
    } else if (tag.name == "FileName" || tag.name == "SnippetSPDXID") {
      is_in_package_ = false;
    } else if (is_in_package_) {
      take_package(document_.packages.back(), tag);
    }
  }

  SpdxDocument finish(std::string_view what) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < document_.packages.size(); ++i) {
      places.emplace(document_.packages[i].id, i);
    }
    for (auto& [subject, annotation] : annotations_) {
      const auto found = places.find(subject);
      auto& list = found == places.end() ? document_.annotations
                                         : document_.packages[found->second].annotations;
      list.push_back(std::move(annotation));
    }
    for (const SpdxPackage& package : document_.packages) {
      if (package.id.empty()) {
        fail(ErrorKind::invalid, "{}: the package \"{}\" has no SPDXID", what,
             printable(package.name));
      }
    }
    return std::move(document_);
  }

  const SpdxDocument& document() const { return document_; }

 private:
  bool take_document(const Tag& tag) {
    if (tag.name == "SPDXVersion") {
      document_.version = tag.value;
    } else if (tag.name == "DocumentName") {
      document_.name = tag.value;
    } else if (tag.name == "DocumentNamespace") {
      document_.name_space = tag.value;
    } else if (tag.name == "Creator") {
      document_.creators.push_back(tag.value);
    } else if (tag.name == "Created") {
      document_.created = tag.value;
    } else {
      return false;
    }
    return true;
  }

  bool take_other(const Tag& tag) {
    if (tag.name == "Relationship") {
      const auto [from, rest] = first_word(tag.value);
      const auto [type, to] = first_word(rest);
      document_.relationships.push_back({document_.keep(from), type, document_.keep(to)});
    } else if (tag.name == "RelationshipComment" && !document_.relationships.empty()) {
      document_.relationships.back().comment = tag.value;
    } else if (tag.name == "LicenseID") {
      document_.extracted.push_back({tag.value, {}, {}});
    } else if (tag.name == "ExtractedText" && !document_.extracted.empty()) {
      document_.extracted.back().text = tag.value;
    } else if (tag.name == "LicenseName" && !document_.extracted.empty()) {
      document_.extracted.back().name = tag.value;
    } else if (tag.name == "Annotator") {
      annotations_.emplace_back();
    } else if (annotations_.empty()) {
      return false;
    } else if (tag.name == "AnnotationComment") {
      annotations_.back().second = tag.value;
    } else if (tag.name == "SPDXREF") {
      annotations_.back().first = tag.value;
    } else {
      return false;
    }
    return true;
  }

  static void take_package(SpdxPackage& package, const Tag& tag) {
    if (tag.name == "SPDXID") package.id = tag.value;
    if (tag.name == "PackageVersion") package.version = tag.value;
    if (tag.name == "PackageFileName") package.file_name = tag.value;
    if (tag.name == "PackageSupplier") package.supplier = asserted(tag.value);
    if (tag.name == "PackageOriginator") package.originator = asserted(tag.value);
    if (tag.name == "PackageDownloadLocation") package.download = asserted(tag.value);
    if (tag.name == "PackageHomePage") package.homepage = asserted(tag.value);
    if (tag.name == "PackageSourceInfo") package.source_info = tag.value;
    if (tag.name == "PackageLicenseConcluded") package.license_concluded = asserted(tag.value);
    if (tag.name == "PackageLicenseDeclared") package.license_declared = asserted(tag.value);
    if (tag.name == "PackageDescription") package.description = tag.value;
    if (tag.name == "PackageSummary") package.summary = tag.value;
    if (tag.name == "PrimaryPackagePurpose") package.purpose = tag.value;
    if (tag.name == "PackageAttributionText") package.attributions.push_back(tag.value);
    if (tag.name == "PackageChecksum") {
      const std::size_t colon = tag.value.find(':');
      if (colon == std::string::npos) return;
      package.checksums.push_back(
          {tag.value.substr(0, colon),
           std::string(trim(std::string_view(tag.value).substr(colon + 1)))});
    }
    if (tag.name == "ExternalRef") {
      const auto [category, rest] = first_word(tag.value);
      const auto [type, locator] = first_word(rest);
      package.refs.push_back({category, type, locator});
    }
  }

  SpdxDocument document_;
  bool is_in_package_ = false;
  std::vector<std::pair<std::string, std::string>> annotations_;  // subject, comment
};

}  // namespace

SpdxDocument read_spdx_tags(std::string_view text, std::string_view what) {
  TagReader reader(text, what);
  TagBuilder builder;
  while (const auto tag = reader.next()) builder.take(*tag);
  const std::string& version = builder.document().version;
  if (version != "SPDX-2.2" && version != "SPDX-2.3") {
    fail(ErrorKind::unsupported, "{} is {}; read are SPDX-2.2, SPDX-2.3 and 3.0", what,
         printable(version));
  }
  return builder.finish(what);
}

}  // namespace lade::sbom
