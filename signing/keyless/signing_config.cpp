#include "signing/keyless/signing_config.h"

#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "signing/sigstore/proto_json.h"
#include "signing/x509/time_range.h"

namespace lade::signing {
namespace {

constexpr std::string_view signing_config_type =
    "application/vnd.dev.sigstore.signingconfig.v0.2+json";
constexpr std::size_t services_limit = 64;
constexpr std::int64_t newest_fulcio = 1;
constexpr std::int64_t newest_rekor = 2;
constexpr std::int64_t newest_tsa = 1;

struct ListedService {
  std::string url{};
  std::int64_t version = 0;
  TimeRange valid_for{};
  std::string who{};  ///< the operator
};

ListedService parse_service(const Json& json, std::string_view what) {
  return {.url = get_string(json, "url", what),
          .version = get_count(json, "majorApiVersion", what),
          .valid_for = find_range(json, "validFor", what),
          .who = find_string(json, "operator", what).value_or("")};
}

bool is_better(const ListedService& one, const ListedService& other) {
  if (one.version != other.version) return one.version > other.version;
  return one.valid_for.start > other.valid_for.start;
}

/// Those that can be used, the best of each operator's.
std::vector<ListedService> usable(const Json& config, const char* list, std::int64_t newest,
                                  Timestamp now, std::string_view what) {
  std::vector<ListedService> found;
  const Json* services = find_bounded_array(config, list, services_limit, what);
  for (std::size_t i = 0; services != nullptr && i < services->size(); ++i) {
    ListedService service = parse_service((*services)[i], what);
    const bool speaks = service.version >= 1 && service.version <= newest;
    if (speaks && service.valid_for.contains(now)) found.push_back(std::move(service));
  }
  std::stable_sort(found.begin(), found.end(), is_better);
  std::set<std::string> seen;
  std::vector<ListedService> kept;
  for (ListedService& service : found) {
    if (service.who.empty() || seen.insert(service.who).second) kept.push_back(std::move(service));
  }
  return kept;
}

/// As many as the file wants: `config_key` names the member that says so; without it, none.
std::vector<ListedService> selected(const Json& config, const char* list, const char* config_key,
                                    std::int64_t newest, Timestamp now, std::string_view what) {
  const Json* wish = find_object(config, config_key, what);
  if (wish == nullptr) return {};
  std::vector<ListedService> services = usable(config, list, newest, now, what);
  const std::string selector = find_string(*wish, "selector", what).value_or("");
  std::size_t count = services.size();
  if (selector == "ANY") {
    count = 1;
  } else if (selector == "EXACT") {
    count = static_cast<std::size_t>(get_count(*wish, "count", what));
    if (count == 0) fail(ErrorKind::invalid, "{}: {} wants EXACT 0 services", what, config_key);
  } else if (selector != "ALL") {
    fail(ErrorKind::invalid, "{}: the selector of {} is \"{}\"; wanted ANY, ALL or EXACT", what,
         config_key, printable(selector));
  }
  if (services.size() < std::max<std::size_t>(count, 1)) {
    fail(ErrorKind::unavailable,
         "{} names {} services in {} that are valid at {} and speak a known version; wanted {}",
         what, services.size(), list, to_rfc3339(now), std::max<std::size_t>(count, 1));
  }
  services.resize(count);
  return services;
}

}  // namespace

SigningServices choose_services(std::string_view bytes, std::string_view what, Timestamp now,
                                const WantedServices& wanted) {
  if (bytes.size() > signing_config_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; signing configurations of more than {} are not read",
         what, bytes.size(), signing_config_limit_bytes);
  }
  const Json json = parse_json(bytes, what);
  const std::string type = get_string(json, "mediaType", what);
  if (type != signing_config_type) {
    fail(ErrorKind::unsupported, "{} is of the type \"{}\"; wanted a signing configuration 0.2",
         what, printable(type));
  }
  SigningServices services;
  const auto authorities = usable(json, "caUrls", newest_fulcio, now, what);
  if (!authorities.empty()) services.fulcio_url = authorities.front().url;
  if (wanted.logs) {
    for (ListedService& log :
         selected(json, "rekorTlogUrls", "rekorTlogConfig", newest_rekor, now, what)) {
      services.logs.push_back(
          {.url = std::move(log.url), .api_version = static_cast<unsigned>(log.version)});
    }
  }
  if (wanted.timestamp_authorities) {
    for (ListedService& tsa : selected(json, "tsaUrls", "tsaConfig", newest_tsa, now, what)) {
      services.timestamp_authorities.push_back(std::move(tsa.url));
    }
  }
  return services;
}

}  // namespace lade::signing
