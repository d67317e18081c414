#!/bin/sh
# Holds a GPU's merges against the processor's, byte by byte, and prints both times. See docs/gpu.md.
#
#   bench/gpu.sh publish FOLDER          on a machine with the .NET SDK: a self-contained loragate without libtorch, the sample and this script
#   ./gpu.sh check [BASE ADAPTER]        in that folder, on a machine with a GPU and PyTorch 2.10 or 2.11; DEVICE names another device than cuda
set -eu

publish() {
    root=$(cd "$(dirname "$0")/.." && pwd)
    dotnet publish "$root/src/Cli" -c Release -r linux-x64 --self-contained -p:PublishDocumentationFiles=false -o "$1/loragate"
    # PyTorch brings its own.
    for library in torch c10 shm aoti_custom_ops backend_with_compiler jitbackend_test nnapi_backend gomp; do
        find "$1/loragate" -maxdepth 1 -name "lib$library*.so*" -delete
    done
    cp "$0" "$1/gpu.sh"
    echo "Copy '$1' to the machine with the GPU and run ./gpu.sh check there."
}

check() {
    here=$(cd "$(dirname "$0")" && pwd)
    tool="$here/loragate/loragate"
    device=${DEVICE:-cuda}
    LD_LIBRARY_PATH="${TORCH_LIB:-$(python3 -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    export LD_LIBRARY_PATH
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    failed=0
    if [ $# -eq 2 ]; then
        compare "$1" "$2"
    else
        for adapter in "$here"/loragate/samples/adapters/*/; do
            compare "$here/loragate/samples/base" "$adapter"
        done
    fi
    exit $failed
}

# Merges on both devices, takes the second merge off on its device, and compares every file; receipts name the device, so they differ.
compare() {
    rm -rf "$work"/*
    cpu=$(seconds merge --base "$1" --adapter "$2" --output "$work/cpu" --device cpu)
    there=$(seconds merge --base "$1" --adapter "$2" --output "$work/there" --device "$device")
    back=$(seconds unmerge --merged "$work/there" --output "$work/back" --device "$device")
    if diff -rq -x 'receipt.*' "$work/cpu" "$work/there" && ! grep -L "\"device\":\"${device%%:*}" "$work/there/loragate/receipt.json" | grep -q .; then
        echo "same bytes: $2 (merge on cpu $cpu s, on $device $there s; unmerge on $device $back s)"
    else
        echo "DIFFERENT: $2"
        failed=1
    fi
}

seconds() {
    start=$(date +%s.%N)
    "$tool" "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.2f", end - start }'
}

case "${1:-}" in
    publish) [ $# -eq 2 ] || { sed -n 2,5p "$0"; exit 64; }; publish "$2" ;;
    check) [ $# -eq 1 ] || [ $# -eq 3 ] || { sed -n 2,5p "$0"; exit 64; }; shift; check "$@" ;;
    *) sed -n 2,5p "$0"; exit 64 ;;
esac
