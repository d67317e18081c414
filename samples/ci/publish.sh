#!/bin/sh
# Publishes what a gate approved: samples/ci/publish.sh NAME TARGET
# TARGET is oci://HOST/NAME:TAG, or a folder. Nothing is published that does not verify, is not logged, or was revoked by the time at which the ledger is fetched here.
# LORAGATE, TRUST, LEDGER, VKEY and OUT are those of gate.sh.
set -eu
release="$OUT/dossiers/$1/release"
git -C "$LEDGER" pull --quiet --ff-only
"$LORAGATE" verify "$release" --trust "$TRUST" --vkey "$VKEY"
"$LORAGATE" publish "$release" --to "$2" --trust "$TRUST" --vkey "$VKEY" --ledger "$LEDGER"
