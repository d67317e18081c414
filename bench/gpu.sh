#!/bin/sh
# Holds what a GPU merges, unmerges, audits, extracts and combines against the processor's, byte by byte, and what it scores within the noise of the type;
# prints both times. See docs/gpu.md.
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

# Everything that a device computes, once on cpu and once there; the adapter that is combined is the given one, twice.
compare() {
    rm -rf "${work:?}"/*
    times='' different=''
    both merge --base "$1" --adapter "$2"
    both unmerge --merged "$work/there/merge"
    both verify-merge --base "$1" --adapter "$2" --merged "$work/cpu/merge"
    both extract --base "$1" --tuned "$work/cpu/merge" --rank 4
    both combine --adapter "$2=0.7" --adapter "$2=-0.3" --method dare-ties --rank 4 --density 0.5
    if [ -z "$different" ]; then
        echo "same bytes: $2 (seconds on cpu and on $device:$times)"
    else
        echo "DIFFERENT: $2, by$different"
        failed=1
    fi
    base=$1 adapter=$2
    score float32 0.002
    score float16 0.03
    score bfloat16 0.25
}

# score TYPE NOISE: a merge in a type, scored in that type on both devices, whose log-likelihoods differ by less than the type's noise (docs/models.md, Precision).
score() {
    times=''
    rm -rf "${work:?}"/*
    "$tool" merge --base "$base" --adapter "$adapter" --dtype "$1" --output "$work/$1" > "$work/log" 2>&1 || { echo "not scored in $1: $(tail -n 1 "$work/log")"; return; }
    for side in cpu there; do
        where=cpu
        [ "$side" = cpu ] || where=${device#torch-}
        on "$side" "$where" evaluate --model "$work/$1" --dtype keep --tasks "$here/loragate/samples/tasks/sample_routing.yaml" --data "$here/loragate/samples" --limit 60
        times="$times $(cat "$work/$side/evaluate.time")"
    done
    if [ "$(cat "$work/cpu/evaluate.end" "$work/there/evaluate.end" | sort -u)" != 0 ]; then
        echo "DIFFERENT or no scores in $1: it ends with $(cat "$work/cpu/evaluate.end") on cpu, $(cat "$work/there/evaluate.end") on $device"
        failed=1
    elif found=$(nats "$1" "$2" "$where" "$work/cpu/evaluate/sample_routing.json" "$work/there/evaluate/sample_routing.json"); then
        echo "same scores in $1: $found (seconds on cpu and on $device:$times)"
    else
        echo "DIFFERENT scores in $1: $found"
        failed=1
    fi
}

# nats TYPE NOISE DEVICE REPORT REPORT: how far two reports are from each other, the second made there; they are of the type.
nats() {
    python3 - "$@" << 'END'
import json, sys
kind, noise, device, *files = sys.argv[1:]
here, there = (json.load(open(file)) for file in files)
for report in here, there:
    if f"/{kind}/" not in report["engine"]["procedure"]:
        print(f"computed as {report['engine']['procedure']}")
        sys.exit(1)
if there["engine"]["device"] != device.split(":")[0]:
    print(f"computed on {there['engine']['device']}")
    sys.exit(1)
pairs = [pair for one, other in zip(here["items"], there["items"], strict=True) for pair in zip(one["logLikelihoods"], other["logLikelihoods"], strict=True)]
largest = max(abs(a - b) for a, b in pairs)
print(f"{len(pairs)} log-likelihoods, {largest:.2g} nats apart at most")
sys.exit(0 if largest <= float(noise) else 1)
END
}

# One verb on both devices: the same end, the same files and, but for the device, the same record. Receipts among the files name the device.
both() {
    on cpu cpu "$@"
    on there "$device" "$@"
    times="$times $1 $(cat "$work/cpu/$1.time") $(cat "$work/there/$1.time")"
    diff -q "$work/cpu/$1.record" "$work/there/$1.record" && diff -q "$work/cpu/$1.end" "$work/there/$1.end" || different="$different $1"
    [ ! -e "$work/cpu/$1" ] || diff -rq -x '*receipt.*' "$work/cpu/$1" "$work/there/$1" || different="$different $1"
    [ ! -s "$work/there/$1.raw" ] || grep -q "\"device\":\"${device%%:*}" "$work/there/$1.raw" || different="$different $1 (not on $device)"
}

# on SIDE DEVICE VERB OPTION…: an adapter that cannot be combined, or changes nothing, ends alike on both sides; a crash ends the check.
on() {
    side=$1 where=$2 verb=$3
    shift 3
    mkdir -p "$work/$side"
    [ "$verb" = verify-merge ] || set -- "$@" --output "$work/$side/$verb"
    start=$(date +%s.%N) end=0
    "$tool" "$verb" "$@" --device "$where" --json > "$work/$side/$verb.raw" 2> "$work/log" || end=$?
    [ "$end" -le 4 ] || { cat "$work/log" >&2; exit 1; }
    awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.2f", end - start }' > "$work/$side/$verb.time"
    echo "$end" > "$work/$side/$verb.end"
    sed 's/"device":"[^"]*"/"device":""/' "$work/$side/$verb.raw" > "$work/$side/$verb.record"
}

case "${1:-}" in
    publish) [ $# -eq 2 ] || { sed -n 2,6p "$0"; exit 64; }; publish "$2" ;;
    check) [ $# -eq 1 ] || [ $# -eq 3 ] || { sed -n 2,6p "$0"; exit 64; }; shift; check "$@" ;;
    *) sed -n 2,6p "$0"; exit 64 ;;
esac
