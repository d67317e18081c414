#!/bin/sh
# Judges adapters in a CI job, or by hand: samples/ci/gate.sh NAME...
# Exit codes are the gate's: 0 all approved, 1 rejected, 2 undecided (people or items are missing), 3 integrity, 4 malformed input;
# of several, undecided counts least of what is not approved.
#
#   LORAGATE      the program
#   BASE DATA     the base model's folder, and the folder that the data of tasks is relative to
#   ADAPTERS      the folder that holds the adapters
#   POLICY TRUST  the policy, and the trust policy: who may approve
#   AUTHOR        who made the adapters, by the id in the trust policy
#   SIGNED        a folder of what people signed: SIGNED/NAME/approvals and SIGNED/NAME/waivers
#   GATE_KEY      the gate's signing key (a file)
#   LEDGER LEDGER_KEY VKEY   a git clone of the ledger, its key (a file), and its verifier key
#   SCORES OUT    a folder of scores that jobs share, and a folder for all that this job leaves
set -eu
mkdir -p "$OUT/dossiers" "$OUT/ci" "$SCORES"

judge() {
  "$LORAGATE" gate --base "$BASE" --adapter "$ADAPTERS/$1" --policy "$POLICY" --data "$DATA" --dossier "$OUT/dossiers/$1" --cache "$SCORES" \
    --trust "$TRUST" --author "$AUTHOR" --key "$GATE_KEY" --ledger "$LEDGER" --ledger-key "$LEDGER_KEY" --ledger-push \
    --sarif "$OUT/ci/$1.sarif" --junit "$OUT/ci/$1.xml" --summary "$OUT/ci/$1.md" --report "$OUT/ci/$1.pdf"
}

# What people have signed since is bound to what was judged: it counts for these records and no others.
take_up() {
  [ -d "$SIGNED/$1" ] || return 1
  for kind in approvals waivers; do
    [ -d "$SIGNED/$1/$kind" ] || continue
    mkdir -p "$OUT/dossiers/$1/$kind"
    cp "$SIGNED/$1/$kind"/*.sigstore.json "$OUT/dossiers/$1/$kind/"
  done
}

# A fault of the policy is told before anything is computed.
"$LORAGATE" policy check "$POLICY" --data "$DATA"

worst=0
for name in "$@"; do
  status=0
  judge "$name" || status=$?
  if [ "$status" -eq 2 ] && take_up "$name"; then
    status=0
    judge "$name" || status=$?
  fi
  case $status in
    0) ;;
    2) [ "$worst" -ne 0 ] || worst=2 ;;
    *) worst=$status ;;
  esac
  [ "$status" -gt 2 ] || "$LORAGATE" verify "$OUT/dossiers/$name" --trust "$TRUST" --vkey "$VKEY"
done
exit "$worst"
