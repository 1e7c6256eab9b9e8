#!/usr/bin/env bash
# Makes the image that our programs stand on where no registry offers one: the C library, OpenSSL and the certificates of
# public authorities, from the Debian packages of this machine's own release, since the programs were linked here. No
# shell, no package manager.
#   runtime.sh IMAGE
. "$(dirname "$0")/../common.sh"
image=$1
packages=(libc6 libgcc-s1 libssl3 ca-certificates)

echo "images: making $image from Debian packages: ${packages[*]}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
apt-cache show "${packages[0]}" >/dev/null 2>&1 || as_root apt-get update -qq
chmod 755 "$work" && mkdir "$work/packages" "$work/root"
(cd "$work/packages" && apt-get download -qq "${packages[@]}" 2>/dev/null)
for package in "$work"/packages/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
cd "$work/root"
mkdir -p etc/ssl/certs tmp
find usr/share/ca-certificates -name '*.crt' -exec cat {} + >etc/ssl/certs/ca-certificates.crt
# Character sets, documentation and package scripts are of no use to a program that speaks UTF-8.
rm -rf usr/share/doc usr/share/man usr/share/lintian usr/share/ca-certificates usr/sbin usr/bin sbin bin
rm -rf usr/lib/*/gconv usr/lib/*/audit usr/lib/*/engines-3 usr/lib/locale
chmod 1777 tmp
echo 'nonroot:x:65532:65532:nonroot:/:/nonexistent' >etc/passwd
echo 'nonroot:x:65532:' >etc/group
tar --create --owner=0 --group=0 . | docker import - "$image" >/dev/null
