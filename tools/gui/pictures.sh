#!/bin/sh
# Pictures of the real window under a virtual screen: every page in three sizes.
# Usage: tools/gui/pictures.sh FOLDER [STANDALONE]
# Needs Xvfb, xdotool, import (ImageMagick) and a build with the feature `standalone`.
set -eu
folder=${1:?"usage: tools/gui/pictures.sh FOLDER [STANDALONE]"}
standalone=${2:-target/debug/psivox-standalone}
display=:${PSIVOX_DISPLAY:-93}
mkdir -p "$folder"
# A folder of its own, so that the user's settings stay as they are.
own=$(mktemp -d)
Xvfb "$display" -screen 0 1700x1100x24 >/dev/null 2>&1 &
screen=$!
trap 'kill $plugin $screen 2>/dev/null || true; rm -rf "$own"' EXIT
plugin=
sleep 1
export DISPLAY="$display" PSIVOX_USER_DIR="$own"
"$standalone" --audio-device none --forget >"$own/log" 2>&1 &
plugin=$!
window=
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    window=$(xdotool search --name '^Psivox$' | head -1) && [ -n "$window" ] && break
    sleep 1
done
[ -n "$window" ] || { echo "the window did not open; $(tail -1 "$own/log")" >&2; exit 1; }
xdotool windowfocus "$window" || true
xdotool key --window "$window" ctrl+Return
for size in "600 520" "960 680" "1600 1000"; do
    # shellcheck disable=SC2086
    xdotool windowsize --sync "$window" $size || true
    number=0
    for page in script mood voice field perform memory receivers persona; do
        number=$((number + 1))
        xdotool key --window "$window" "ctrl+$number"
        sleep 0.7
        import -window "$window" "$folder/real-$page-$(echo "$size" | tr ' ' x).png"
    done
done
