#include "tests/contract/image_contract.h"
#include "tests/libimage/transport/transport_fixture.h"

namespace lade::test {
namespace {

/// A place of one transport: `target` is the name below a new workshop.
ImageContract contract_of(const std::string& transport, const std::string& target) {
  return ImageContract([=] {
    const auto shop = std::make_shared<Workshop>();
    const std::string name = transport + ":" + shop->path(target);
    ContractPlace place;
    place.write = [=] { return shop->write(name); };
    place.read = [=] { return shop->read(name); };
    place.files = [=] { return files_below(shop->path("")); };
    place.keeps_manifests = transport != "docker-archive";
    place.replaceable = transport != "docker-archive";
    place.lists_referrers = transport != "oci-archive";  // written anew each time
    return place;
  });
}

TEST_CASE("oci: keeps the contract of sources and destinations") {
  contract_of("oci", "layout:a/name:1").check();
}

TEST_CASE("oci: without a reference keeps the contract, but for replacing") {
  const ImageContract contract([] {
    const auto shop = std::make_shared<Workshop>();
    const std::string name = "oci:" + shop->path("layout");
    return ContractPlace{.write = [=] { return shop->write(name); },
                         .read = [=] { return shop->read(name); },
                         .files = [=] { return files_below(shop->path("")); },
                         .replaceable = false};
  });
  contract.check();
}

TEST_CASE("oci-archive: keeps the contract of sources and destinations") {
  contract_of("oci-archive", "image.tar:name").check();
}

TEST_CASE("docker-archive: keeps the contract of sources and destinations") {
  contract_of("docker-archive", "image.tar:name:1").check();
}

TEST_CASE("dir: keeps the contract of sources and destinations") {
  contract_of("dir", "image").check();
}

TEST_CASE("store: keeps the contract of sources and destinations") {
  const ImageContract contract([] {
    const auto shop = std::make_shared<Workshop>();
    const std::shared_ptr<Store> store = Store::open(shop->path("store"));
    shop->context().store = [store] { return std::shared_ptr<Store>(store); };
    return ContractPlace{.write = [=] { return shop->write("store:localhost/image:1"); },
                         .read = [=] { return shop->read("store:localhost/image:1"); }};
  });
  contract.check();
}

}  // namespace
}  // namespace lade::test
