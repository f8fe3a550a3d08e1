#include "sbom/vulndata/debian_tracker.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

// The file has more than 60 MB and one value, so it is read by events. Where an event stands is
// told by the keys that are open: 1 the source, 2 the vulnerability, 3 "releases", 4 the release, 5
// a fact of it. What stands elsewhere ("repositories", "scope", …) passes.
namespace lade::sbom {
namespace {

constexpr std::size_t tracker_limit_bytes = std::size_t{1} << 30U;

struct Codename {
  std::string_view name;
  std::string_view number;
};
constexpr std::array codenames{
    Codename{"wheezy", "7"},  Codename{"jessie", "8"},    Codename{"stretch", "9"},
    Codename{"buster", "10"}, Codename{"bullseye", "11"}, Codename{"bookworm", "12"},
    Codename{"trixie", "13"}};  // what is no release yet has a name, in images too

/// What the tracker says of a source package in a release.
struct ReleaseFacts {
  std::string status{};
  std::string fixed_version{};
  std::string urgency{};
  std::string nodsa{};
  std::string nodsa_reason{};
};

class TrackerReader : public nlohmann::json_sax<Json> {
 public:
  TrackerReader(std::string_view text, std::string_view what, DatabaseBuilder& builder)
      : text_(text), what_(what), builder_(builder) {}

  bool null() override { return value(""); }
  bool boolean(bool /*value*/) override { return value(""); }
  bool number_integer(number_integer_t /*value*/) override { return value(""); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return value(""); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return value("");
  }
  bool string(string_t& text) override { return value(text); }
  bool binary(binary_t& /*bytes*/) override { return false; }

  bool start_object(std::size_t /*size*/) override {
    if (keys_.size() >= json_depth_limit) fail(ErrorKind::invalid, "{} is too deep", what_);
    keys_.emplace_back();
    return true;
  }
  bool key(string_t& name) override {
    keys_.back() = std::move(name);
    return true;
  }
  bool end_object() override {
    keys_.pop_back();
    if (keys_.size() == 4 && in_releases()) end_release();
    if (keys_.size() == 2 && lists_ == 0) end_vulnerability();
    return true;
  }
  bool start_array(std::size_t /*size*/) override {
    if (keys_.size() <= 2) malformed();
    if (++lists_ > json_depth_limit) fail(ErrorKind::invalid, "{} is too deep", what_);
    return true;
  }
  bool end_array() override {
    --lists_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    fail(ErrorKind::invalid, "{} is not valid JSON at byte {}, in {}", what_, position, place());
  }

 private:
  std::string place() const {
    return keys_.empty() ? "its beginning" : printable(join(keys_, "."));
  }
  [[noreturn]] void malformed() const {
    fail(ErrorKind::invalid, "{}: {}: wanted an object", what_, place());
  }

  bool in_releases() const { return lists_ == 0 && keys_[2] == "releases"; }

  bool value(const std::string& text) {
    if (keys_.size() <= 2) malformed();
    if (lists_ > 0) return true;
    if (keys_.size() == 3) {
      if (keys_[2] == "description") summary_ = text;
      if (keys_[2] == "releases") malformed();
    }
    if (keys_.size() == 4 && in_releases()) malformed();
    if (keys_.size() == 5 && in_releases()) fact(keys_[4], text);
    return true;
  }

  void fact(const std::string& name, const std::string& text) {
    if (name == "status") facts_.status = text;
    if (name == "fixed_version") facts_.fixed_version = text;
    if (name == "urgency") facts_.urgency = text;
    if (name == "nodsa") facts_.nodsa = text;
    if (name == "nodsa_reason") facts_.nodsa_reason = text;
  }

  void end_release() {
    AffectedPackage said{.ecosystem = debian_ecosystem(keys_[3]), .name = keys_[0]};
    const ReleaseFacts facts = std::exchange(facts_, {});
    if (facts.status == "resolved") {
      resolve(said, facts);
    } else if (facts.status == "undetermined") {
      said.state = FixState::undetermined;
    } else if (facts.status != "open") {
      fail(ErrorKind::invalid, "{}: {}.status: wanted open, resolved or undetermined, got {}",
           what_, place(), printable(facts.status));
    } else if (facts.urgency == "end-of-life") {
      said.state = FixState::wont_fix;
      said.note = "end of life in this release";
    } else if (facts.nodsa_reason == "ignored") {
      said.state = FixState::wont_fix;
    }
    if (!facts.nodsa.empty() || !facts.nodsa_reason.empty()) {
      said.note = (facts.nodsa_reason.empty() ? "no-dsa" : facts.nodsa_reason) +
                  (facts.nodsa.empty() ? "" : " (" + facts.nodsa + ")");
    }
    // "low**": the asterisks say that it is the tracker's guess
    std::string urgency = facts.urgency.substr(0, facts.urgency.find('*'));
    if (!urgency.empty() && urgency != "not yet assigned" && urgency != "end-of-life") {
      said.severities = {{"word", std::move(urgency), "debian"}};
    }
    said_.push_back(std::move(said));
  }

  static void resolve(AffectedPackage& said, const ReleaseFacts& facts) {
    if (facts.fixed_version == "0") {
      said.state = FixState::not_affected;
      return;
    }
    said.ranges = {
        {{VersionEvent::Kind::introduced, "0"}, {VersionEvent::Kind::fixed, facts.fixed_version}}};
    // fixed, and nobody says where: nothing is known to be affected
    if (facts.fixed_version.empty()) said.ranges.clear(), said.state = FixState::not_affected;
  }

  void end_vulnerability() {
    builder_.merge({.id = keys_[1],
                    .affected = std::exchange(said_, {}),
                    .summary = std::exchange(summary_, {})});
  }

  std::string_view text_;
  std::string what_;
  DatabaseBuilder& builder_;
  std::vector<std::string> keys_;
  std::size_t lists_ = 0;
  ReleaseFacts facts_;
  std::string summary_;
  std::vector<AffectedPackage> said_;
};

}  // namespace

std::string debian_ecosystem(std::string_view codename) {
  for (const Codename& row : codenames) {
    if (row.name == codename) return "Debian:" + std::string(row.number);
  }
  return "Debian:" + std::string(codename);
}

void import_debian_tracker(std::string_view text, std::string_view what, DatabaseBuilder& builder) {
  if (text.size() > tracker_limit_bytes) fail(ErrorKind::invalid, "{} is too large", what);
  TrackerReader reader(text, what, builder);
  Json::sax_parse(text.begin(), text.end(), &reader);
}

}  // namespace lade::sbom
