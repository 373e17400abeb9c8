#!/bin/sh
# Installs what is missing from Debian 12, and says what. usage: bootstrap.sh build|test|browser...
# A machine that has everything is left alone without asking the package manager for anything but a list.
set -eu

packages() {
	case $1 in
	build) echo gcc libc6-dev python3 meson ninja-build pkg-config libicu-dev libjansson-dev libxxhash-dev \
		libmicrohttpd-dev libcurl4-openssl-dev libssl-dev libxml2-dev libarchive-dev libsodium-dev zlib1g-dev unicode-data \
		libsqlite3-dev libpq-dev libfido2-dev libcbor-dev libzstd-dev libinih-dev libp11-kit-dev libnats-dev python3-yaml \
		libtesseract-dev libleptonica-dev libfreetype-dev libseccomp-dev tesseract-ocr-eng fonts-ocr-b \
		libpango1.0-dev libcairo2-dev libqrencode-dev fonts-noto-core fonts-noto-cjk ;;
	test) echo g++ libcmocka-dev clang-14 libclang-rt-14-dev llvm-14 openssl python3-pytest python3-jsonschema python3-pil postgresql softhsm2 \
		nats-server zbar-tools poppler-utils ;;
	bench) echo wrk ;;
	interop) echo python3-venv openssh-client ;;
	tidy) echo clang-tidy-14 ;;
	browser) echo chromium fonts-noto-core fonts-noto-cjk ;;
	node) if command -v node >/dev/null && command -v npm >/dev/null; then echo; else echo nodejs npm; fi ;;
	*) echo "bootstrap.sh: no such group: $1" >&2; exit 2 ;;
	esac
}

wanted=
for group in "$@"; do wanted="$wanted $(packages "$group")"; done
missing=
for package in $wanted; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "bootstrap: installing$missing" >&2
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
