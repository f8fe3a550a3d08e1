#include "sbom/vulndata/csaf.h"

#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/vulndata/json_members.h"
#include "sbom/vulndata/osv.h"

namespace lade::sbom {
namespace {

class CsafReader {
 public:
  CsafReader(const Json& document, const std::string& what) : json_(document), what_(what) {}

  CsafDocument read() {
    const Json* const head = find_object(json_, "document", what_);
    if (head == nullptr) fail(ErrorKind::invalid, "{}: document is missing", what_);
    read_head(*head);
    if (const Json* const tree = find_object(json_, "product_tree", what_)) read_tree(*tree);
    std::size_t number = 0;
    for (const Json& member : list(json_, "vulnerabilities", what_)) {
      csaf_.vulnerabilities.push_back(
          vulnerability(member, fmt::format("{}: vulnerabilities[{}]", what_, number++)));
    }
    return std::move(csaf_);
  }

 private:
  void read_head(const Json& head) {
    const std::string in = what_ + ": document";
    const std::string version = find_string(head, "csaf_version", in).value_or("2.0");
    if (!version.starts_with("2.")) {
      fail(ErrorKind::unsupported, "{}: csaf_version: wanted 2.x, got {}", in, printable(version));
    }
    csaf_.category = get_string(head, "category", in);
    csaf_.publisher = text_member(json_member(head, "publisher"), "name");
    csaf_.severity = to_lower(text_member(json_member(head, "aggregate_severity"), "text"));
    const Json* const tracking = find_object(head, "tracking", in);
    if (tracking == nullptr) fail(ErrorKind::invalid, "{}: tracking is missing", in);
    csaf_.id = get_string(*tracking, "id", in + ".tracking");
    csaf_.modified = find_time(*tracking, "current_release_date", in + ".tracking");
  }

  void read_tree(const Json& tree) {
    const std::string in = what_ + ": product_tree";
    for (const Json& branch : list(tree, "branches", in)) read_branch(branch, in + ".branches");
    for (const Json& product : list(tree, "full_product_names", in)) {
      add_product(product, in + ".full_product_names");
    }
    for (const Json& relation : list(tree, "relationships", in)) {
      const std::string there = in + ".relationships";
      const Json* const whole = find_object(relation, "full_product_name", there);
      if (whole == nullptr) fail(ErrorKind::invalid, "{}: full_product_name is missing", there);
      CsafProduct& product = add_product(*whole, there);
      product.component = get_string(relation, "product_reference", there);
      product.platform = get_string(relation, "relates_to_product_reference", there);
    }
    for (const Json& group : list(tree, "product_groups", in)) {
      groups_[get_string(group, "group_id", in + ".product_groups")] =
          find_strings(group, "product_ids", in + ".product_groups");
    }
  }

  /// As deep as JSON may be.
  void read_branch(const Json& branch, const std::string& in) {
    if (const Json* const product = find_object(branch, "product", in)) add_product(*product, in);
    for (const Json& inner : list(branch, "branches", in)) read_branch(inner, in);
  }

  CsafProduct& add_product(const Json& product, const std::string& in) {
    CsafProduct& known = csaf_.products[get_string(product, "product_id", in)];
    const Json& helper = json_member(product, "product_identification_helper");
    known.name = text_member(product, "name");
    known.purl = text_member(helper, "purl");
    known.cpe = text_member(helper, "cpe");
    return known;
  }

  std::vector<std::string> products_of(const Json& object, const std::string& in) const {
    std::vector<std::string> products = find_strings(object, "product_ids", in);
    for (const std::string& id : find_strings(object, "group_ids", in)) {
      const auto group = groups_.find(id);
      if (group == groups_.end()) continue;
      products.insert(products.end(), group->second.begin(), group->second.end());
    }
    return products;
  }

  std::vector<CsafRemark> remarks(const Json& object, std::string_view key,
                                  const std::string& what) const {
    std::vector<CsafRemark> remarks;
    const std::string in = fmt::format("{}.{}", what, key);
    for (const Json& member : list(object, key, what)) {
      CsafRemark remark{.category = text_member(member, "category"),
                        .details = text_member(member, "details"),
                        .url = text_member(member, "url"),
                        .products = products_of(member, in)};
      if (remark.category.empty()) remark.category = text_member(member, "label");  // of flags
      remarks.push_back(std::move(remark));
    }
    return remarks;
  }

  static std::vector<CsafScore> scores(const Json& object, const std::string& in) {
    std::vector<CsafScore> scores;
    for (const Json& member : list(object, "scores", in)) {
      for (const std::string_view key : {"cvss_v2", "cvss_v3", "cvss_v4"}) {
        const Json& cvss = json_member(member, key);
        std::string vector = text_member(cvss, "vectorString");
        if (vector.empty()) continue;
        std::string scheme = key == "cvss_v2" ? "CVSS:2.0" : vector.substr(0, vector.find('/'));
        scores.push_back({std::move(scheme), std::move(vector),
                          find_strings(member, "products", in + ".scores")});
      }
    }
    return scores;
  }

  static std::string description_of(const Json& object) {
    for (const std::string_view category : {"description", "summary", "general"}) {
      for (const Json& note : members_of(object, "notes")) {
        if (text_member(note, "category") == category) return text_member(note, "text");
      }
    }
    return "";
  }

  CsafVulnerability vulnerability(const Json& member, const std::string& in) const {
    CsafVulnerability read{.title = find_string(member, "title", in).value_or(""),
                           .description = description_of(member),
                           .cwe = text_member(json_member(member, "cwe"), "id"),
                           .published = find_time(member, "release_date", in),
                           .remediations = remarks(member, "remediations", in),
                           .threats = remarks(member, "threats", in),
                           .flags = remarks(member, "flags", in),
                           .scores = scores(member, in)};
    if (const auto cve = find_string(member, "cve", in)) read.ids.push_back(*cve);
    for (const Json& id : list(member, "ids", in)) {
      // Red Hat has the number of its Bugzilla there
      std::string text = text_member(id, "text");
      if (read.ids.empty() || text.find('-') != std::string::npos) add_once(read.ids, text);
    }
    if (read.ids.empty() || read.ids[0].empty()) {
      fail(ErrorKind::invalid, "{}: neither cve nor ids", in);
    }
    if (const Json* const status = find_object(member, "product_status", in)) {
      for (const auto& [name, ids] : status->items()) {
        if (ids.is_array()) read.status[name] = find_strings(*status, name, in);
      }
    }
    for (const Json& reference : members_of(member, "references")) {
      std::string url = text_member(reference, "url");
      if (!url.empty()) add_once(read.references, std::move(url));
    }
    return read;
  }

  const Json& json_;
  std::string what_;
  CsafDocument csaf_;
  std::map<std::string, std::vector<std::string>> groups_;
};

}  // namespace

CsafDocument read_csaf(const Json& document, const std::string& what) {
  if (!document.is_object()) fail(ErrorKind::invalid, "{}: wanted an object", what);
  return CsafReader(document, what).read();
}

CsafDocument read_csaf(std::string_view text, std::string_view what) {
  if (text.size() > record_limit_bytes) fail(ErrorKind::invalid, "{} is too large", what);
  return read_csaf(parse_json(text, what), std::string(what));
}

std::vector<const CsafProduct*> parts_of(const CsafDocument& document, std::string_view id) {
  constexpr std::size_t chain_limit = 8;
  std::vector<const CsafProduct*> parts;
  std::string_view next = id;
  // steps are counted, not parts: a product may be a part of itself, and have no component
  for (std::size_t step = 0; !next.empty() && step < chain_limit; ++step) {
    const auto found = document.products.find(next);
    if (found == document.products.end()) break;
    const CsafProduct& product = found->second;
    const auto component = document.products.find(product.component);
    if (component != document.products.end()) parts.push_back(&component->second);
    if (product.platform.empty()) parts.push_back(&product);
    next = product.platform;
  }
  return parts;
}

}  // namespace lade::sbom
