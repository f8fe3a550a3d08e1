#include "cmd/command.h"
#include "cmd/lade_policy.h"
#include "cmd/machine.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/policy_image.h"
#include "cmd/version.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

std::string yes_or(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return to_compact(value);
  std::vector<std::string> parts;
  for (const Json& part : value) parts.push_back(yes_or(part));
  return parts.empty() ? "none" : join(parts, ", ");
}

/// "section:" with indented facts below it.
std::string text_of(const Json& record) {
  std::string text;
  for (const auto& [name, value] : record.items()) {
    if (!value.is_object()) {
      text += fmt::format("{}: {}\n", name, printable(yes_or(value)));
      continue;
    }
    text += name + ":\n";
    for (const auto& [key, fact] : value.items()) {
      text += fmt::format("  {}: {}\n", key, printable(yes_or(fact)));
    }
  }
  return text;
}

Json store_facts(Session& session) {
  const auto store = session.store();
  const StoreSizes sizes = measure_store(store->root());
  return {{"root", store->root()},
          {"names", store->list_names().size()},
          {"unnamedImages", store->list_unnamed().size()},
          {"blobs", sizes.blobs},
          {"blobBytes", sizes.blob_bytes},
          {"snapshots", sizes.snapshots},
          {"cacheRecords", store->list_cache().size()},
          {"cacheMounts", sizes.cache_mounts},
          {"reflinks", sizes.reflinks}};
}

/// One that is named and cannot be read is of neither kind: why is told in its place.
template <class Find>
std::string place_of_policy(Session& session, const Find& find) {
  if (session.policy().insecure) return "none";
  try {
    return find().value_or("none");
  } catch (const Error& error) {
    return error.message();
  }
}

void run(Session& session, const std::string& format) {
  Json record = Json::object();
  record["version"] = split(version_text(), '\n')[0];
  record["store"] = store_facts(session);
  record["machine"] = machine_facts();
  record["user"] = user_facts();
  record["configuration"] = configuration_facts(session);
  record["configuration"]["policy"] =
      place_of_policy(session, [&] { return find_policy_file(session); });
  record["configuration"]["ladePolicy"] =
      place_of_policy(session, [&] { return find_lade_policy(session); });
  session.print(format.empty() ? text_of(record) : format_record(record, format));
}

}  // namespace

void declare_info(CLI::App& app, Session& session) {
  explain(app,
          "Tells version, store, and what this machine offers to builds: which user ids, overlay "
          "file systems, runtimes and configuration files there are, and why something is missing.",
          "  lade info\n"
          "  lade info --format '{{.store.root}}'\n"
          "  lade info --format json");
  const auto format = std::make_shared<std::string>();
  app.add_option("-f,--format", *format, "json, or a Go template")->type_name("FORMAT");
  app.callback([&session, format] { run(session, *format); });
}

}  // namespace lade::cmd
