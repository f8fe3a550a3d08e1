// A tree of ANDs and ORs over licences. Trees that say the same are made alike by flattening what
// nests in its own kind, sorting, and absorbing: in an OR a branch goes that asks for all another
// one asks for and more; in an AND a part goes that another part fulfils. That is the law of
// absorption of any lattice; it does not distribute AND over OR, which could grow an expression
// without bound.
#include "sbom/license/spdx_expression.h"

#include <algorithm>
#include <utility>

namespace lade::sbom {

bool SpdxLicense::is_reference() const { return find_license(id) == nullptr; }

LicenseCategory SpdxLicense::category() const {
  const LicenseInfo* const info = find_license(id);
  if (info == nullptr) return LicenseCategory::other;
  const ExceptionInfo* const freed = find_exception(exception);
  if (info->category == LicenseCategory::strong_copyleft && freed != nullptr &&
      freed->frees_other_works()) {
    return LicenseCategory::weak_copyleft;
  }
  return info->category;
}

std::string SpdxLicense::str() const {
  std::string text = id;
  if (or_later) text += '+';
  if (!exception.empty()) text.append(" WITH ").append(exception);
  return text;
}

SpdxExpression SpdxExpression::of(SpdxLicense license) {
  SpdxExpression expression;
  expression.license_ = std::move(license);
  return expression;
}

SpdxExpression SpdxExpression::combine(Kind kind, std::vector<SpdxExpression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  SpdxExpression expression;
  expression.kind_ = kind;
  expression.parts_ = std::move(parts);
  return expression;
}

SpdxExpression SpdxExpression::all_of(std::vector<SpdxExpression> parts) {
  return combine(Kind::all_of, std::move(parts));
}

SpdxExpression SpdxExpression::any_of(std::vector<SpdxExpression> parts) {
  return combine(Kind::any_of, std::move(parts));
}

bool SpdxExpression::operator==(const SpdxExpression& other) const {
  return kind_ == other.kind_ && license_ == other.license_ && parts_ == other.parts_;
}

bool SpdxExpression::operator<(const SpdxExpression& other) const {
  if (kind_ != other.kind_) return kind_ < other.kind_;
  if (kind_ == Kind::license) return license_ < other.license_;
  return std::lexicographical_compare(parts_.begin(), parts_.end(), other.parts_.begin(),
                                      other.parts_.end());
}

bool SpdxExpression::implies(const SpdxExpression& other) const {
  // both are flat, so the parts of an AND that is compared with are sorted
  const auto has = [](const SpdxExpression& whole, Kind kind, const SpdxExpression& part) {
    return whole.kind_ == kind &&
           std::binary_search(whole.parts_.begin(), whole.parts_.end(), part);
  };
  if (*this == other || has(*this, Kind::all_of, other) || has(other, Kind::any_of, *this)) {
    return true;
  }
  if (kind_ == Kind::all_of && other.kind_ == Kind::all_of) {
    return std::includes(parts_.begin(), parts_.end(), other.parts_.begin(), other.parts_.end());
  }
  if (kind_ == Kind::any_of && other.kind_ == Kind::any_of) {
    return std::includes(other.parts_.begin(), other.parts_.end(), parts_.begin(), parts_.end());
  }
  return false;
}

SpdxExpression SpdxExpression::normalized() const {
  if (kind_ == Kind::license) return *this;
  std::vector<SpdxExpression> flat;
  for (const SpdxExpression& part : parts_) {
    SpdxExpression normal = part.normalized();
    if (normal.kind_ == kind_) {
      std::move(normal.parts_.begin(), normal.parts_.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(normal));
    }
  }
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  std::vector<SpdxExpression> kept;
  for (const SpdxExpression& part : flat) {
    const bool idle = std::any_of(flat.begin(), flat.end(), [&](const SpdxExpression& other) {
      if (&other == &part) return false;
      return kind_ == Kind::any_of ? part.implies(other) : other.implies(part);
    });
    if (!idle) kept.push_back(part);
  }
  return combine(kind_, std::move(kept));
}

std::string SpdxExpression::str() const {
  if (kind_ == Kind::license) return license_.str();
  std::string text;
  for (const SpdxExpression& part : parts_) {
    if (!text.empty()) text += kind_ == Kind::all_of ? " AND " : " OR ";
    if (part.kind_ == Kind::license) {
      text += part.str();
    } else {
      text.append("(").append(part.str()).append(")");
    }
  }
  return text;
}

SpdxExpression SpdxExpression::without_additions() const {
  SpdxExpression expression = *this;
  for (SpdxExpression& part : expression.parts_) part = part.without_additions();
  constexpr std::string_view prefix = "AdditionRef-";
  std::string& exception = expression.license_.exception;
  const auto at = exception.find(prefix);
  if (at == std::string::npos) return expression;
  std::string_view id = license_.id;
  if (id.starts_with("LicenseRef-")) id.remove_prefix(11);
  std::string name = exception.substr(0, at) + "LicenseRef-";
  if (const auto colon = id.find(':'); colon != std::string_view::npos) {
    name = std::string(id.substr(0, colon + 1)) + "LicenseRef-";
    id.remove_prefix(colon + 12);
  }
  name.append(id).append(license_.or_later ? "-or-later" : "").append("-with-");
  name.append(exception, at + prefix.size());
  expression.license_ = {std::move(name), false, {}};
  return expression;
}

SpdxExpression SpdxExpression::mapped(
    const std::function<SpdxExpression(const SpdxLicense&)>& change) const {
  if (kind_ == Kind::license) return change(license_);
  SpdxExpression expression = *this;
  for (SpdxExpression& part : expression.parts_) part = part.mapped(change);
  return expression;
}

void SpdxExpression::collect(std::vector<SpdxLicense>& licenses) const {
  if (kind_ == Kind::license) licenses.push_back(license_);
  for (const SpdxExpression& part : parts_) part.collect(licenses);
}

std::vector<SpdxLicense> SpdxExpression::licenses() const {
  std::vector<SpdxLicense> found;
  collect(found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

LicenseEvaluation SpdxExpression::evaluate(
    const std::function<bool(const SpdxLicense&)>& is_allowed) const {
  if (kind_ == Kind::license) {
    if (is_allowed(license_)) return {true, {}};
    return {false, {license_}};
  }
  LicenseEvaluation answer{kind_ == Kind::all_of, {}};
  for (const SpdxExpression& part : parts_) {
    LicenseEvaluation found = part.evaluate(is_allowed);
    if (kind_ == Kind::any_of && found.allowed) return {true, {}};
    answer.allowed = answer.allowed && found.allowed;
    std::move(found.offending.begin(), found.offending.end(), std::back_inserter(answer.offending));
  }
  std::sort(answer.offending.begin(), answer.offending.end());
  answer.offending.erase(std::unique(answer.offending.begin(), answer.offending.end()),
                         answer.offending.end());
  return answer;
}

}  // namespace lade::sbom
