#pragma once

#include <string>
#include <vector>

namespace lade::sbom {

/// What rpmbuild makes three small packages of: alpha and gamma from one source, with an epoch and
/// as a module, and beta, which they need.
inline std::vector<std::string> rpm_specs() {
  return {
      R"(Name: alpha
Version: 1.2
Release: 3
Epoch: 4
Summary: The first one
License: MIT and ASL 2.0
URL: https://example.org/alpha
Vendor: Example
BuildArch: noarch
ModularityLabel: perl:5.26:820181219174508:9edba152
Requires: libbeta.so.1()(64bit)
Requires: beta >= 1
Requires: (delta or gamma)
Provides: virtual(alpha) = 2
%description
First.
%install
mkdir -p %{buildroot}/usr/share/alpha
echo a > %{buildroot}/usr/share/alpha/a.txt
%files
/usr/share/alpha
%package -n gamma
Summary: Built from alpha
Version: 9
Release: 1
Requires: virtual(alpha)
Requires: /bin/beta
%description -n gamma
Third.
%files -n gamma
)",
      R"(Name: beta
Version: 2.0~rc1
Release: 1
Summary: The second one
License: GPLv2+
BuildArch: noarch
Provides: libbeta.so.1()(64bit)
%description
Second.
%install
mkdir -p %{buildroot}/usr/bin
echo 'beta' > %{buildroot}/usr/bin/beta
%files
/usr/bin/beta
)"};
}

}  // namespace lade::sbom
