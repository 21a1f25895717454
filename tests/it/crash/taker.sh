#!/bin/sh
# Takes a notice, or doesn't, as the file beside it says: a code to end with, `lost` (it takes it and is killed before it
# can say so), or `hang`.
cat >/dev/null
mode=$(cat "$0.mode")
case $mode in
0) echo "$FINEPRINT_ID" >>"$0.taken" ;;
lost)
    echo "$FINEPRINT_ID" >>"$0.taken"
    kill -9 $$
    ;;
hang) exec sleep 3 ;;
esac
exit "$mode"
