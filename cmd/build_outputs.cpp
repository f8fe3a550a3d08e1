#include "cmd/build_outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <map>

#include "builder/containerfile/check.h"
#include "builder/containerfile/containerfile.h"
#include "builder/export/export_directory.h"
#include "builder/export/export_tar.h"
#include "cmd/image_layers.h"
#include "cmd/print_sink.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/copy.h"

namespace lade::cmd {
namespace {

void write_tar(const builder::LayerStack& layers, const std::string& destination,
               const Session& session) {
  if (destination == "-") {
    PrintSink sink(session);
    return builder::export_tar(layers, sink);
  }
  const std::string temporary = destination + ".tmp";
  const Fd file = open_fd(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  try {
    FdSink sink(file.get(), temporary);
    builder::export_tar(layers, sink);
    if (::rename(temporary.c_str(), destination.c_str()) != 0) {
      fail_errno("cannot put {} in place", destination);
    }
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

void write_files(const builder::LayerStack& layers, const BuildOutput& output, bool set_owners,
                 const Session& session) {
  if (output.type == "tar") return write_tar(layers, output.destination, session);
  const builder::DirectoryOptions options{set_owners};
  for (const std::string& warning :
       builder::export_directory(layers, output.destination, options)) {
    session.warn(warning);
  }
}

}  // namespace

BuildOutput parse_output(const std::string& text) {
  if (text.find('=') == std::string::npos) {
    return text == "-" ? BuildOutput{"tar", "-"} : BuildOutput{"local", text};
  }
  BuildOutput output;
  for (const std::string& field : split(text, ',')) {
    const auto equals = field.find('=');
    const std::string key = field.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
    if (key == "type") {
      output.type = value;
    } else if (key == "dest" || key == "path") {
      output.destination = value;
    } else {
      fail(ErrorKind::invalid, "--output {}: unknown field \"{}\", wanted type and dest", text,
           key);
    }
  }
  static constexpr std::array<std::string_view, 9> types = {
      "local",          "tar",       "oci", "docker", "image", "dir", "oci-archive",
      "docker-archive", "oci-layout"};
  if (std::find(types.begin(), types.end(), output.type) == types.end()) {
    const auto near = did_you_mean(output.type, types);
    fail(ErrorKind::invalid, "--output {}: unknown type \"{}\"{}", text, output.type,
         near ? fmt::format(", did you mean \"{}\"?", *near) : "");
  }
  // by these names docker knows the formats
  static const std::map<std::string, std::string> transports = {
      {"oci-layout", "oci"}, {"oci", "oci-archive"}, {"docker", "docker-archive"}};
  if (const auto known = transports.find(output.type); known != transports.end()) {
    output.type = known->second;
  }
  if (output.destination.empty() && output.type == "tar") output.destination = "-";
  if (output.destination.empty() && output.type != "image") {
    fail(ErrorKind::invalid, "--output {}: dest= is missing", text);
  }
  return output;
}

void write_outputs(const BuildFlags& flags, const builder::BuildRecord& record, bool set_owners,
                   Session& session) {
  const std::string image = "store:" + record.manifest.digest.str();
  for (const std::string& text : flags.outputs) {
    const BuildOutput output = parse_output(text);
    if (output.type == "image") continue;
    if (output.type == "local" || output.type == "tar") {
      const ImageLayers layers(session, image, host_platform());
      write_files(layers.stack(), output, set_owners, session);
      continue;
    }
    std::string place = output.destination;
    // archives know an image by its name; the first tag is as good as any
    if (!flags.tags.empty() && output.type != "dir") {
      const Reference tag = tags_of(flags).front();
      place += ":" + (output.type == "docker-archive" ? tag.str() : *tag.tag());
    }
    const auto source = open_source(parse_image_name(image), session.transports());
    const auto destination = open_destination({output.type, place}, session.transports());
    CopyOptions options;
    options.memory = session.store().get();
    options.expansion = no_expansion_limit;  // what was built was accepted
    copy_image(*source, *destination, options, session.progress());
  }
}

Json metadata(const builder::BuildOptions& options, const builder::BuildRecord& record) {
  Json names = Json::array();
  for (const Reference& tag : options.tags) names.push_back(tag.str());
  Json bases = Json::array();
  for (const builder::BaseImage& image : record.images) {
    bases.push_back({{"name", image.name}, {"digest", image.digest.str()}});
  }
  Json layers = Json::array();
  for (const builder::LayerRef& layer : record.layers) {
    layers.push_back({{"digest", layer.blob.digest.str()}, {"diffId", layer.diff_id.str()}});
  }
  std::vector<std::string> tags;
  for (const Reference& tag : options.tags) tags.push_back(tag.str());
  return {{"schemaVersion", 1},
          {"containerimage.config.digest", record.config.digest.str()},
          {"containerimage.descriptor", to_json(record.manifest.descriptor())},
          {"containerimage.digest", record.manifest.digest.str()},
          {"image.name", join(tags, ",")},
          {"names", std::move(names)},
          {"bases", std::move(bases)},
          {"layers", std::move(layers)},
          {"steps", record.steps},
          {"cachedSteps", record.cached_steps}};
}

void check_only(const builder::BuildOptions& options, Session& session) {
  const containerfile::Containerfile file =
      containerfile::parse_containerfile(options.containerfile_name, options.containerfile);
  containerfile::CheckOptions checks;
  for (const auto& [name, value] : options.build_args) checks.build_args[name] = value;
  checks.target_platform = options.platform.str();
  const containerfile::CheckReport report = containerfile::check(file, checks);
  for (const containerfile::Finding& finding : report.findings) {
    session.print(fmt::format("{}:{}: {} ({})\n", options.containerfile_name, finding.line,
                              printable(finding.message), finding.rule));
  }
  if (report.findings.empty()) {
    session.print("Check complete, no warnings found.\n");
  } else {
    session.exit_code = 1;
  }
}

std::uint64_t parse_size(const std::string& text, std::string_view flag) {
  std::string digits = to_lower(text);
  std::uint64_t unit = 1;
  if (digits.ends_with('b') && digits.size() > 1) digits.pop_back();
  if (digits.ends_with('i') && digits.size() > 1) digits.pop_back();
  if (!digits.empty()) {
    const auto at = std::string_view("kmgt").find(digits.back());
    if (at != std::string_view::npos) {
      unit = std::uint64_t{1} << (10 * (at + 1));
      digits.pop_back();
    }
  }
  const auto value = parse_int(digits);
  if (!value || *value <= 0 || static_cast<std::uint64_t>(*value) > (UINT64_MAX >> 1U) / unit) {
    fail(ErrorKind::invalid, "{} {}: wanted a size such as 64m or 1g", flag, text);
  }
  return static_cast<std::uint64_t>(*value) * unit;
}

}  // namespace lade::cmd
