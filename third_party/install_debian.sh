#!/usr/bin/env bash
# Installs the Debian packages that a build needs and that are missing. Does nothing on other systems.
#
# usage: install_debian.sh [PYTHON [PACKAGE ...]]    the interpreter that is going to make the virtual environment, and
#                                                    what is needed besides
set -euo pipefail

packages=(
    cmake ninja-build g++
    libbz2-dev
    libdeflate-dev
    liblz4-dev
    liblzma-dev
    libzstd-dev
    nlohmann-json3-dev
    libxtensor-dev catch2 libbenchmark-dev
)
# For the tests of Slurm, which start it themselves. Not where installing would start services by the way.
test_packages=(munge slurm-client slurmctld slurmd)
[[ -d /run/systemd/system ]] && test_packages=()

python=${1:-python3}
packages+=("${@:2}")
can_build_extensions='import ensurepip, pathlib, sysconfig
assert pathlib.Path(sysconfig.get_path("include"), "Python.h").exists()'

command -v apt-get > /dev/null || exit 0
"$python" -c "$can_build_extensions" 2> /dev/null || packages+=(python3-venv python3-dev)

is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2> /dev/null | grep -qx installed; }

missing() {
    for package in "$@"; do
        is_installed "$package" || echo "$package"
    done
}

required=($(missing "${packages[@]}"))
optional=($(missing "${test_packages[@]}"))
((${#required[@]} + ${#optional[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
    if ! sudo -n true 2> /dev/null; then
        ((${#required[@]})) || exit 0
        echo "These Debian packages are missing; please have them installed: ${required[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

"${as_root[@]}" apt-get update
((${#required[@]})) && install "${required[@]}"
((${#optional[@]})) && { install "${optional[@]}" || echo "Without Slurm its tests will be skipped."; }
exit 0
