#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/transport/cancellable_image.h"
#include "libimage/transport/dir.h"
#include "libimage/transport/docker_archive.h"
#include "libimage/transport/image_path.h"
#include "libimage/transport/image_set.h"
#include "libimage/transport/oci_archive.h"
#include "libimage/transport/oci_layout.h"
#include "libimage/transport/store_transport.h"
#include "libimage/transport/tarball.h"
#include "libimage/transport/transport.h"

namespace lade {
namespace {

template <class Result>
using Operation = Result (*)(const std::string& details, const TransportContext& context);

/// What a transport can do; null where it cannot.
struct Transport {
  std::string_view name;
  Operation<std::unique_ptr<ImageSource>> open = nullptr;
  Operation<std::unique_ptr<ImageDestination>> write = nullptr;
  Operation<std::vector<std::string>> list = nullptr;
  Operation<void> remove = nullptr;
  Operation<std::unique_ptr<ImageSet>> write_set = nullptr;
};

/// Those without operations are known by name here and handled elsewhere.
constexpr std::array transports{
    Transport{"containers-storage"},
    Transport{"dir", open_dir, write_dir, nullptr, remove_dir},
    Transport{"docker"},
    Transport{"docker-archive", open_docker_archive, write_docker_archive, list_docker_archive,
              nullptr, write_docker_archive_set},
    Transport{"docker-daemon"},
    Transport{"oci", open_oci_layout, write_oci_layout, list_oci_layout, remove_oci_layout,
              write_oci_layout_set},
    Transport{"oci-archive", open_oci_archive, write_oci_archive, list_oci_archive, nullptr,
              write_oci_archive_set},
    Transport{"store", open_store_name, write_store_name, list_store_names, remove_store_name},
    Transport{"tarball", open_tarball},
};

const Transport* find_transport(std::string_view name) {
  const auto* found =
      std::find_if(transports.begin(), transports.end(),
                   [&](const Transport& transport) { return transport.name == name; });
  return found == transports.end() ? nullptr : found;
}

std::optional<std::string> near_transport(std::string_view word) {
  std::array<std::string_view, transports.size()> names;
  std::transform(transports.begin(), transports.end(), names.begin(),
                 [](const Transport& transport) { return transport.name; });
  return did_you_mean(word, names);
}

/// No image name goes on like that behind a colon, a path does.
bool looks_like_path(std::string_view details) {
  return details.starts_with('/') || details.starts_with("./") || details.starts_with("../") ||
         details == "-";
}

[[noreturn]] void fail_unknown(std::string_view text, std::string_view word) {
  const auto near = near_transport(word);
  fail(ErrorKind::invalid, "\"{}\": there is no transport \"{}\"{}", printable(text),
       printable(word), near ? fmt::format("; did you mean \"{}:\"?", *near) : "");
}

void require_details(const ImageName& name) {
  if (name.details.empty()) {
    fail(ErrorKind::invalid, "\"{}:\" names no image: something must follow the colon",
         name.transport);
  }
  if (name.transport == "docker" && !name.details.starts_with("//")) {
    fail(ErrorKind::invalid,
         "\"docker:{}\": a registry is named docker://{}, an image called docker is named "
         "store:docker:{}",
         name.details, name.details, name.details);
  }
}

template <class Result>
using OutsideOperation = std::function<Result(const std::string& details)>;

template <class Result>
Result run(const ImageName& name, const TransportContext& context,
           Operation<Result> Transport::*operation, std::string_view what,
           OutsideOperation<Result> OutsideTransport::*outside = nullptr) {
  const Transport* transport = find_transport(name.transport);
  if (transport == nullptr) fail_unknown(name.str(), name.transport);
  if (transport->*operation != nullptr) return (transport->*operation)(name.details, context);
  const auto found = context.outside.find(name.transport);
  if (found != context.outside.end() && outside != nullptr && found->second.*outside) {
    return (found->second.*outside)(name.details);
  }
  fail(ErrorKind::unsupported, "{}: the transport {} cannot {}", name.str(), name.transport, what);
}

}  // namespace

ImageName parse_image_name(std::string_view text) {
  if (text.empty()) fail(ErrorKind::invalid, "an image name is empty");
  const auto colon = text.find(':');
  const std::string_view word = text.substr(0, colon);
  if (colon == std::string_view::npos) return {"store", std::string(text)};
  if (find_transport(word) != nullptr) {
    ImageName name{std::string(word), std::string(text.substr(colon + 1))};
    require_details(name);
    return name;
  }
  const bool is_name = Reference::try_parse(text) || Digest::try_parse(text);
  if (!is_name && (looks_like_path(text.substr(colon + 1)) || near_transport(word))) {
    fail_unknown(text, word);
  }
  return {"store", std::string(text)};
}

std::unique_ptr<ImageSource> open_source(const ImageName& name, const TransportContext& context) {
  return cancellable(run(name, context, &Transport::open, "be read", &OutsideTransport::open),
                     context.cancel);
}

std::unique_ptr<ImageDestination> open_destination(const ImageName& name,
                                                   const TransportContext& context) {
  return run(name, context, &Transport::write, "be written to", &OutsideTransport::write);
}

std::vector<std::string> list_images(const ImageName& name, const TransportContext& context) {
  return run(name, context, &Transport::list, "list images", &OutsideTransport::list);
}

void remove_image(const ImageName& name, const TransportContext& context) {
  run(name, context, &Transport::remove, "remove images", &OutsideTransport::remove);
}

std::unique_ptr<ImageSet> open_image_set(const ImageName& name, const TransportContext& context) {
  auto set = run(name, context, &Transport::write_set, "take several images at once");
  const ImagePath path = name.transport == "docker-archive"
                             ? parse_docker_archive_path(name.details)
                             : parse_oci_path(name.details, name.transport);
  if (path.reference) {
    fail(ErrorKind::invalid,
         "{}: several images cannot have one name: give the path alone, each keeps its own",
         name.str());
  }
  return set;
}

}  // namespace lade
