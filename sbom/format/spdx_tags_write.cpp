#include <algorithm>

#include "sbom/format/identity.h"
#include "sbom/format/json_writer.h"
#include "sbom/format/spdx_document.h"

// SPDX 2.3, tag-value: a line for each field; texts of more lines stand in <text>…</text>, whose
// end cannot occur in them, so it is written "<\/text>" there.
namespace lade::sbom {
namespace {

class TagWriter {
 public:
  void section(std::string_view title) { text_ += "\n##### " + one_line(title) + "\n\n"; }
  void tag(std::string_view name, std::string_view value) {
    text_ += name;
    text_ += ": ";
    text_ += one_line(value);
    text_ += '\n';
  }
  void tag_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) tag(name, value);
  }
  void text_tag(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_ += name;
    text_ += ": <text>";
    std::string valid = with_valid_utf8(value);
    for (std::size_t at = 0; (at = valid.find("</text>", at)) != std::string::npos; ++at) {
      valid.insert(at + 1, "\\");
    }
    text_ += valid;
    text_ += "</text>\n";
  }
  void annotations(const SpdxDocument& document, const std::vector<std::string>& annotations,
                   std::string_view subject) {
    for (const std::string& comment : annotations) {
      tag("Annotator", document.annotator);
      tag("AnnotationDate", document.created);
      tag("AnnotationType", "OTHER");
      tag("SPDXREF", subject);
      text_tag("AnnotationComment", comment);
    }
  }
  std::string take() { return std::move(text_); }

 private:
  static std::string one_line(std::string_view value) {
    std::string valid = with_valid_utf8(value);
    std::replace(valid.begin(), valid.end(), '\n', ' ');
    std::replace(valid.begin(), valid.end(), '\r', ' ');
    return valid;
  }

  std::string text_;
};

std::string_view or_unknown(std::string_view text) {
  return text.empty() ? std::string_view("NOASSERTION") : text;
}

/// Purposes are spelt with "-" here and with "_" in JSON.
std::string with_hyphens(std::string purpose) {
  std::replace(purpose.begin(), purpose.end(), '_', '-');
  return purpose;
}

void write_tags(TagWriter& tags, const SpdxPackage& package) {
  tags.section("Package: " + package.name);
  tags.tag("PackageName", package.name);
  tags.tag("SPDXID", package.id);
  tags.tag_unless_empty("PackageVersion", package.version);
  tags.tag_unless_empty("PackageFileName", package.file_name);
  tags.tag("PackageSupplier", or_unknown(package.supplier));
  tags.tag_unless_empty("PackageOriginator", package.originator);
  tags.tag("PackageDownloadLocation", or_unknown(package.download));
  tags.tag_unless_empty("PrimaryPackagePurpose", with_hyphens(package.purpose));
  tags.tag("FilesAnalyzed", "false");
  for (const SpdxChecksum& checksum : package.checksums) {
    tags.tag("PackageChecksum", checksum.algorithm + ": " + checksum.value);
  }
  tags.tag_unless_empty("PackageHomePage", package.homepage);
  tags.text_tag("PackageSourceInfo", package.source_info);
  tags.tag("PackageLicenseConcluded", or_unknown(package.license_concluded));
  tags.tag("PackageLicenseDeclared", or_unknown(package.license_declared));
  tags.tag("PackageCopyrightText", "NOASSERTION");
  tags.text_tag("PackageDescription", package.description);
  for (const SpdxExternalRef& ref : package.refs) {
    tags.tag("ExternalRef", ref.category + " " + ref.type + " " + ref.locator);
  }
}

}  // namespace

std::string write_spdx_tags(const SpdxDocument& document) {
  TagWriter tags;
  tags.tag("SPDXVersion", document.version);
  tags.tag("DataLicense", "CC0-1.0");
  tags.tag("SPDXID", spdx_document_id);
  tags.tag("DocumentName", document.name);
  tags.tag("DocumentNamespace", document.name_space + std::string(uuid_place));
  for (const std::string& creator : document.creators) tags.tag("Creator", creator);
  tags.tag("Created", document.created);
  tags.annotations(document, document.annotations, spdx_document_id);
  for (const SpdxPackage& package : document.packages) {
    write_tags(tags, package);
    tags.annotations(document, package.annotations, package.id);
  }
  if (!document.extracted.empty()) tags.section("Other licences");
  for (const SpdxExtracted& license : document.extracted) {
    tags.tag("LicenseID", license.id);
    tags.text_tag("ExtractedText", license.text);
    tags.tag("LicenseName", license.name);
  }
  tags.section("Relationships");
  for (const SpdxRelationship& relationship : document.relationships) {
    tags.tag("Relationship", std::string(relationship.from) + " " + relationship.type + " " +
                                 std::string(relationship.to));
    tags.text_tag("RelationshipComment", relationship.comment);
  }
  // the document's name stands before it, in one line
  return stamped(tags.take(), "\nDocumentNamespace: " + document.name_space);
}

}  // namespace lade::sbom
