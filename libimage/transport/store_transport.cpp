#include "libimage/transport/store_transport.h"

#include "libimage/base/error.h"
#include "libimage/oci/media_type.h"
#include "libimage/transport/index_origins.h"

namespace lade {
namespace {

constexpr int attempts = 5;

std::shared_ptr<Store> store_of(const TransportContext& context) {
  if (!context.store) fail(ErrorKind::internal, "a store: name was used without a store");
  return context.store();
}

}  // namespace

std::unique_ptr<ImageSource> open_store_name(const std::string& details,
                                             const TransportContext& context) {
  auto store = store_of(context);
  // between the look and the lease the name may move on and its former image be collected
  for (int attempt = 1;; ++attempt) {
    const NamedImage image = store->resolve(details);
    auto source = open_store_image(store, image);
    if (attempt != attempts && !store->has_blob(image.target.digest)) continue;
    if (!media_type::is_index(image.target.media_type)) return source;
    IndexOrigins origins = IndexOrigins::read(store->root());
    return origins.empty() ? std::move(source)
                           : with_origins(std::move(source), std::move(origins), context);
  }
}

std::unique_ptr<ImageDestination> write_store_name(const std::string& details,
                                                   const TransportContext& context) {
  const Reference name = Reference::parse_local(details);
  if (name.digest()) {
    fail(ErrorKind::invalid, "\"store:{}\": an image is written under a tag, not a digest",
         details);
  }
  return open_store_destination(store_of(context), name.or_latest());
}

std::vector<std::string> list_store_names(const std::string&, const TransportContext& context) {
  std::vector<std::string> names;
  for (const NamedImage& image : store_of(context)->list_names()) {
    names.push_back(image.name.str());
  }
  return names;
}

void remove_store_name(const std::string& details, const TransportContext& context) {
  const auto store = store_of(context);
  const NamedImage image = store->resolve(details);
  if (!store->remove_name(image.name)) store->drop_unnamed(image.target.digest);
}

}  // namespace lade
