#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/image/interfaces.h"
#include "libimage/oci/platform.h"
#include "libimage/store/store.h"

namespace lade {

/// "transport:details" as containers-transports(5) has it, not yet interpreted.
struct ImageName {
  std::string transport;
  std::string details;

  std::string str() const { return transport + ":" + details; }
};

/// Splits a name. A word without a known transport before its first colon is `store:`; an unknown
/// transport that looks meant ("ocy:/x") is `invalid` with did-you-mean.
ImageName parse_image_name(std::string_view text);

/// A transport that is not made here: images on registries, behind a daemon. Operations that it
/// cannot do are empty.
struct OutsideTransport {
  std::function<std::unique_ptr<ImageSource>(const std::string& details)> open{};
  std::function<std::unique_ptr<ImageDestination>(const std::string& details)> write{};
  std::function<std::vector<std::string>(const std::string& details)> list{};
  std::function<void(const std::string& details)> remove{};
};

/// What transports need of the world.
struct TransportContext {
  std::function<std::shared_ptr<Store>()> store;  ///< opened on first use
  std::string temporary_directory = "/tmp";
  Platform platform = host_platform();
  Timestamp now{};
  /// The one time of what is made here, where files would say another (SOURCE_DATE_EPOCH).
  std::optional<Timestamp> epoch{};
  int stdin_fd = 0;  ///< for "-"
  int stdout_fd = 1;
  /// More names a docker-archive that is written gives its image.
  std::vector<Reference> additional_tags{};
  /// For what is unpacked where no layer is known yet: whole archives, tarballs.
  ExpansionLimit expansion{};
  /// By name; asked for what this room has no operation for.
  std::map<std::string, OutsideTransport> outside{};
  /// Destinations are only asked what they have: nothing is made on the disk.
  bool dry_run = false;
  /// Once cancelled, what is read from a source throws `cancelled`; may be null.
  const CancelToken* cancel = nullptr;
};

std::unique_ptr<ImageSource> open_source(const ImageName& name, const TransportContext& context);
std::unique_ptr<ImageDestination> open_destination(const ImageName& name,
                                                   const TransportContext& context);
/// The names of the images an archive or layout holds (docker-archive: tags; oci: ref names); an
/// image that no name selects is "@" and its index, which may stand in a name as well.
std::vector<std::string> list_images(const ImageName& name, const TransportContext& context);
/// Removes the name from where it is (`oci:` an index entry and blobs nobody else needs, `dir:`…).
/// `unsupported` where a transport cannot.
void remove_image(const ImageName& name, const TransportContext& context);

}  // namespace lade
