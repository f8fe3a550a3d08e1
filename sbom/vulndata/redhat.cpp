#include "sbom/vulndata/redhat.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/model/purl.h"
#include "sbom/vulndata/csaf.h"
#include "sbom/vulndata/osv.h"

// What a status names is "this package in that release", by relationships: the package has a purl,
// the release a CPE, and between the two may stand the module that the package was built in. A
// package that is fixed is there once for each architecture; what is affected goes by the name of
// its source. All that is said of one name, module and release becomes one AffectedPackage.
namespace lade::sbom {
namespace {

struct RpmProduct {
  std::string ecosystem{};
  std::string name{};
  std::string version{};
  std::string module{};

  auto key() const { return std::tie(ecosystem, name, module); }
};

/// "nodejs:18" of "nodejs:18:8090020231019152822:a75119d5".
std::string name_and_stream(std::string_view label) {
  const std::size_t name_end = label.find(':');
  if (name_end == std::string_view::npos) return std::string(label);
  return std::string(label.substr(0, label.find(':', name_end + 1)));
}

void take_purl(const Purl& purl, RpmProduct& product) {
  if (purl.type == "rpmmod") {
    product.module = name_and_stream(purl.name + ":" + purl.version);
  } else if (purl.type == "rpm") {
    product.name = purl.name;
    product.version = purl.version;
    const auto epoch = purl.qualifiers.find("epoch");
    if (epoch != purl.qualifiers.end() && epoch->second != "0" && !purl.version.empty()) {
      product.version = epoch->second + ":" + purl.version;
    }
    const auto module = purl.qualifiers.find("rpmmod");
    if (module != purl.qualifiers.end()) product.module = name_and_stream(module->second);
  }
}

/// A component without purl goes by its name: "kernel", "nodejs:18/nodejs". "openshift4/cli" is the
/// name of an image.
void take_name(const std::string& name, RpmProduct& product) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) {
    product.name = name;
  } else if (name.substr(0, slash).find(':') != std::string::npos) {
    product.module = name_and_stream(name.substr(0, slash));
    product.name = name.substr(slash + 1);
  }
}

std::optional<RpmProduct> find_rpm(const CsafDocument& document, const std::string& id) {
  const std::vector<const CsafProduct*> parts = parts_of(document, id);
  if (parts.size() < 2) return std::nullopt;
  RpmProduct product{.ecosystem = red_hat_ecosystem(parts.back()->cpe)};
  for (const CsafProduct* part : parts) {
    if (part == parts.back()) break;
    const auto purl = Purl::parse(part->purl);
    if (purl) take_purl(*purl, product);
    if (part->purl.empty() && product.name.empty()) take_name(part->name, product);
  }
  const bool is_debug =
      product.name.ends_with("-debuginfo") || product.name.ends_with("-debugsource");
  if (product.ecosystem.empty() || product.name.empty() || is_debug) return std::nullopt;
  return product;
}

bool is_about(const CsafRemark& remark, const std::string& id) {
  return std::find(remark.products.begin(), remark.products.end(), id) != remark.products.end();
}

class VexImport {
 public:
  VexImport(const CsafDocument& document, const CsafVulnerability& vulnerability)
      : document_(document), vulnerability_(vulnerability) {}

  Advisory advisory() {
    for (const auto& [status, ids] : vulnerability_.status) {
      for (const std::string& id : ids) take(status, id);
    }
    Advisory advisory{.id = vulnerability_.ids[0],
                      .published = vulnerability_.published,
                      .modified = document_.modified,
                      .summary = vulnerability_.title,
                      .details = vulnerability_.description,
                      .references = vulnerability_.references};
    advisory.aliases.assign(vulnerability_.ids.begin() + 1, vulnerability_.ids.end());
    if (!vulnerability_.cwe.empty()) advisory.cwes = {vulnerability_.cwe};
    for (const CsafScore& score : vulnerability_.scores) {
      add_once(advisory.severities, {score.scheme, score.vector, "redhat"});
    }
    if (!document_.severity.empty()) {
      add_once(advisory.severities, {"word", document_.severity, "redhat"});
    }
    for (const CsafRemark& remark : vulnerability_.remediations) {
      if (remark.category == "vendor_fix" && !remark.url.empty()) {
        add_once(advisory.references, remark.url);
      }
    }
    for (auto& [key, said] : said_) advisory.affected.push_back(std::move(said));
    return advisory;
  }

 private:
  void take(const std::string& status, const std::string& id) {
    const bool is_fix = status == "fixed" || status == "first_fixed";
    const auto product = find_rpm(document_, id);
    if (!product || (is_fix && product->version.empty())) return;
    FixState state = FixState::affected;
    if (status == "known_not_affected") {
      state = FixState::not_affected;
    } else if (status == "under_investigation") {
      state = FixState::undetermined;
    } else if (status != "known_affected" && !is_fix) {
      return;
    }
    const auto [at, is_new] =
        said_.try_emplace(Key(product->key()), AffectedPackage{.ecosystem = product->ecosystem,
                                                               .name = product->name,
                                                               .state = state,
                                                               .module = product->module});
    AffectedPackage& said = at->second;
    if (is_fix) {
      // whoever has fixes says more than anything else that is said
      if (said.ranges.empty()) said.state = state, said.note.clear();
      add_once(said.ranges, {{VersionEvent::Kind::introduced, "0"},
                             {VersionEvent::Kind::fixed, product->version}});
    } else if (said.ranges.empty() && state == FixState::affected) {
      said.state = state;
      take_remediation(said, id);
    } else if (is_new) {
      take_flag(said, id);
    }
    take_impact(said, id);
  }

  void take_remediation(AffectedPackage& said, const std::string& id) const {
    for (const CsafRemark& remark : vulnerability_.remediations) {
      const bool is_final = remark.category == "no_fix_planned";
      if ((!is_final && remark.category != "none_available") || !is_about(remark, id)) continue;
      const std::string words = to_lower(remark.details);
      if (is_final || words == "will not fix" || words == "out of support scope") {
        said.state = FixState::wont_fix;
      }
      if (words != "affected") said.note = remark.details;
    }
  }

  void take_flag(AffectedPackage& said, const std::string& id) const {
    for (const CsafRemark& flag : vulnerability_.flags) {
      if (!is_about(flag, id)) continue;
      said.note = flag.category;
      std::replace(said.note.begin(), said.note.end(), '_', ' ');
    }
  }

  void take_impact(AffectedPackage& said, const std::string& id) const {
    for (const CsafRemark& threat : vulnerability_.threats) {
      if (threat.category != "impact" || !is_about(threat, id)) continue;
      const std::string word = to_lower(threat.details);
      if (!word.empty() && word != document_.severity) {
        add_once(said.severities, {"word", word, "redhat"});
      }
    }
  }

  using Key = std::tuple<std::string, std::string, std::string>;
  const CsafDocument& document_;
  const CsafVulnerability& vulnerability_;
  std::map<Key, AffectedPackage> said_;
};

}  // namespace

std::string red_hat_ecosystem(std::string_view cpe) {
  constexpr std::string_view vendor = ":redhat:";
  const std::size_t at = cpe.find(vendor);
  if (!cpe.starts_with("cpe:/") || at == std::string_view::npos) return "";
  const std::string_view product = cpe.substr(at + vendor.size());
  if (!product.starts_with("enterprise_linux:") && !product.starts_with("rhel_")) return "";
  return "Red Hat:" + std::string(product);
}

void import_csaf_vex(std::string_view text, std::string_view what, DatabaseBuilder& builder) {
  const CsafDocument document = read_csaf(text, what);
  if (document.publisher.find("Red Hat") == std::string::npos) {
    fail(ErrorKind::unsupported, "{}: wanted a document of Red Hat's, got one of {}", what,
         document.publisher.empty() ? "nobody" : printable(document.publisher));
  }
  for (const CsafVulnerability& vulnerability : document.vulnerabilities) {
    builder.merge(VexImport(document, vulnerability).advisory());
  }
}

}  // namespace lade::sbom
