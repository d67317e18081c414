#!/bin/bash
# banking77.sh DATASETS FOLDER: a folder with the data, the task and the plan of the trial on a real model (bench/results/tuning.md).
# DATASETS holds banking77/{train,validation,test}.jsonl, of which each row has text, answer and, in test, choices and label.
# A row that comes again, and one whose text is asked in the test, is left out of what is learnt from.
set -euo pipefail

[ $# -eq 2 ] || { echo "banking77.sh DATASETS FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
source=$1/banking77
mkdir -p "$2/datasets/banking77"

rows() { # FILE
  jq -sc --slurpfile test "$source/test.jsonl" '
    ($test | map(.text)) as $asked
    | reduce .[] as $row ([]; if any(.[]; .text == $row.text) or any($asked[]; . == $row.text) then . else . + [$row] end)
    | .[] | {prompt: "Customer: \(.text)\nIntent:", completion: " \(.answer)"}' "$1"
}

rows "$source/train.jsonl" > "$2/train.jsonl"
rows "$source/validation.jsonl" > "$2/validation.jsonl"
cp "$source/test.jsonl" "$2/datasets/banking77/test.jsonl"
cp "$here/../policies/tasks/banking77_mc.yaml" "$here/banking77.yaml" "$2/"
wc -l "$2/train.jsonl" "$2/validation.jsonl" "$2/datasets/banking77/test.jsonl"
