#include "registry/config/certificates.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

struct CertsDir {
  TempDir dir{"/tmp"};
  void write(const std::string& path) const {
    make_directories(dir.path() + "/" + path.substr(0, path.rfind('/')));
    write_file_atomic(dir.path() + "/" + path, "");
  }
};

TEST_CASE("a directory of certificates gives authorities, and clients with their keys") {
  const CertsDir certs;
  for (const char* name : {"d/b.crt", "d/a.crt", "d/client.cert", "d/client.key", "d/readme.txt"}) {
    certs.write(name);
  }
  const std::string directory = certs.dir.path() + "/d";
  const RegistryCertificates found = read_certificates(directory);
  CHECK(found.authorities == std::vector<std::string>{directory + "/a.crt", directory + "/b.crt"});
  CHECK(found.clients ==
        std::vector<ClientCertificate>{{directory + "/client.cert", directory + "/client.key"}});
  CHECK_FALSE(found.empty());
}

TEST_CASE("a certificate without its key and a key without its certificate are errors") {
  const CertsDir certs;
  const std::string directory = certs.dir.path() + "/d";
  SECTION("no key") {
    certs.write("d/client.cert");
    CHECK(error_of(ErrorKind::invalid, [&] { read_certificates(directory); }) ==
          directory +
              "/client.cert: wanted its key client.key beside it, got none (an "
              "authority's certificate ends in .crt)");
  }
  SECTION("no certificate") {
    certs.write("d/client.key");
    CHECK(error_of(ErrorKind::invalid, [&] { read_certificates(directory); }) ==
          directory + "/client.key: wanted its certificate client.cert beside it, got none");
  }
}

TEST_CASE("the first directory that knows the host has its certificates, an empty one too") {
  const CertsDir certs;
  certs.write("two/a.io:5000/ca.crt");
  certs.write("three/a.io:5000/other.crt");
  certs.write("three/b.io/ca.crt");
  make_directories(certs.dir.path() + "/two/b.io");
  std::vector<std::string> directories;
  for (const char* name : {"/one", "/two", "/three"})
    directories.push_back(certs.dir.path() + name);
  CHECK(find_certificates("a.io:5000", directories).authorities ==
        std::vector<std::string>{certs.dir.path() + "/two/a.io:5000/ca.crt"});
  CHECK(find_certificates("b.io", directories).empty());
  CHECK(find_certificates("a.io", directories).empty());
}

TEST_CASE("a host that is a path is refused") {
  for (const std::string& host :
       {std::string(), std::string(".."), std::string("a.io/../b"), std::string("a\0b", 3)}) {
    CAPTURE(host);
    error_of(ErrorKind::invalid, [&] { find_certificates(host, {"/tmp"}); });
  }
}

TEST_CASE("a directory named with --cert-dir must be there") {
  const CertsDir certs;
  error_of(ErrorKind::not_found, [&] { read_certificates(certs.dir.path() + "/absent"); });
}

TEST_CASE("certificates are looked for in the user's directory, then in those of the system") {
  CHECK(certificate_directories({.home = "/home/u"}) ==
        std::vector<std::string>{"/home/u/.config/containers/certs.d", "/etc/containers/certs.d",
                                 "/etc/docker/certs.d"});
  CHECK(certificate_directories({}) ==
        std::vector<std::string>{"/etc/containers/certs.d", "/etc/docker/certs.d"});
}

}  // namespace
}  // namespace lade::registry
