#include "sbom/vulndata/importer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "sbom/vulndata/debian_tracker.h"
#include "sbom/vulndata/exploitation.h"
#include "sbom/vulndata/osv.h"
#include "sbom/vulndata/redhat.h"
#include "sbom/vulndata/secdb.h"

namespace lade::sbom {
namespace {

/// Reads keys until they tell what the document is, which may be large: those of the top, and below
/// it the names of vulnerabilities, which only the tracker has as keys.
class FormatProbe : public nlohmann::json_sax<Json> {
 public:
  std::optional<DataFormat> format{};

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*text*/) override { return true; }
  bool binary(binary_t& /*bytes*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return deeper(); }
  bool start_array(std::size_t /*size*/) override { return deeper(); }
  bool end_object() override { return depth_-- > 0; }
  bool end_array() override { return depth_-- > 0; }
  bool key(string_t& name) override {
    if (depth_ == 2 && (name.starts_with("CVE-") || name.starts_with("TEMP-"))) {
      format = DataFormat::debian_tracker;
    }
    if (depth_ != 1) return !format;
    // "modified", not "id", which more documents have
    if (name == "modified") format = DataFormat::osv;
    if (name == "document") format = DataFormat::csaf;
    if (name == "apkurl" || name == "distroversion" || name == "urlprefix") {
      format = DataFormat::secdb;
    }
    if (name == "catalogVersion") format = DataFormat::kev;
    return !format;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    is_damaged = true;
    return false;
  }
  bool is_damaged = false;

 private:
  bool deeper() { return ++depth_ <= json_depth_limit; }

  std::size_t depth_ = 0;
};

std::string osv_provider(std::string_view ecosystem) {
  std::string name = "osv-";
  for (const char c : to_lower(ecosystem_family(ecosystem))) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    name += is_plain ? c : '-';
  }
  return name;
}

}  // namespace

std::string_view to_string(DataFormat format) {
  switch (format) {
    case DataFormat::osv:
      return "OSV";
    case DataFormat::debian_tracker:
      return "Debian security tracker";
    case DataFormat::secdb:
      return "secdb";
    case DataFormat::csaf:
      return "CSAF";
    case DataFormat::kev:
      return "KEV";
    case DataFormat::epss:
      return "EPSS";
  }
  return "OSV";
}

DataFormat format_of_data(std::string_view text, std::string_view what) {
  if (is_epss(text)) return DataFormat::epss;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    FormatProbe probe;
    Json::sax_parse(text.begin(), text.end(), &probe);
    if (probe.format) return *probe.format;
    if (probe.is_damaged) parse_json(text.substr(0, record_limit_bytes), what);
  }
  fail(ErrorKind::unsupported,
       "{} is none of OSV, Debian security tracker, secdb, CSAF VEX, KEV (JSON) and EPSS (CSV)",
       what);
}

bool is_provider_name(std::string_view name) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 100 && is_plain(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_plain(c) || c == '-' || c == '.'; });
}

Importer::Importer(std::string name) : name_(std::move(name)) {
  if (!name_.empty() && !is_provider_name(name_)) {
    fail(ErrorKind::invalid,
         "a provider's name has lower-case letters, digits, \"-\" and \".\", got \"{}\"",
         printable(name_));
  }
}

DatabaseBuilder& Importer::builder(std::string_view provider, ProviderKind kind) {
  const std::string name(name_.empty() ? provider : name_);
  auto at = providers_.find(name);
  if (at == providers_.end()) {
    at = providers_.emplace(name, Provider{kind, DatabaseBuilder(name, kind)}).first;
  }
  if (at->second.kind != kind) {
    fail(ErrorKind::conflict, "provider {} cannot have both {} and {}", name,
         to_string(at->second.kind), to_string(kind));
  }
  return at->second.builder;
}

void Importer::add_osv(std::string_view text, const std::string& what) {
  const Advisory record = read_osv(text, what);
  std::map<std::string, Advisory> parts;
  for (const AffectedPackage& affected : record.affected) {
    const auto [at, is_new] =
        parts.try_emplace(name_.empty() ? osv_provider(affected.ecosystem) : name_);
    if (is_new) {
      at->second = record;
      at->second.affected.clear();
    }
    at->second.affected.push_back(affected);
  }
  for (const auto& [provider, part] : parts) {
    builder(provider, ProviderKind::advisories).add(part);
  }
}

void Importer::add(std::string_view text, const std::string& what) {
  switch (format_of_data(text, what)) {
    case DataFormat::osv:
      add_osv(text, what);
      break;
    case DataFormat::debian_tracker:
      import_debian_tracker(text, what, builder("debian", ProviderKind::advisories));
      break;
    case DataFormat::secdb:
      import_secdb(text, what, builder(secdb_provider(text, what), ProviderKind::advisories));
      break;
    case DataFormat::csaf:
      import_csaf_vex(text, what, builder("redhat", ProviderKind::advisories));
      break;
    case DataFormat::kev:
      import_kev(text, what, builder("kev", ProviderKind::kev));
      break;
    case DataFormat::epss:
      import_epss(text, what, builder("epss", ProviderKind::epss));
      break;
  }
  ++documents_;
}

std::vector<std::string> Importer::providers() const {
  std::vector<std::string> names;
  names.reserve(providers_.size());
  for (const auto& [name, provider] : providers_) names.push_back(name);
  return names;
}

DatabaseBuilder::Files Importer::build(const std::string& provider) const {
  return providers_.at(provider).builder.build();
}

}  // namespace lade::sbom
