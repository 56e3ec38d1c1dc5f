#!/bin/sh
# A real Ardour 7 session with Psivox on a MIDI track and automation lanes, exported twice without a screen.
#   ardour_session.sh Psivox.vst3
# Needs: apt-get install -y --no-install-recommends ardour; python3 with mido, numpy, soundfile ($PYTHON).
set -eu
bundle=$(realpath "$1")
here=$(dirname "$(realpath "$0")")/ardour
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work/home"
mkdir -p "$HOME/.vst3"
cp -R "$bundle" "$HOME/.vst3/Psivox.vst3"
# Ardour trusts its scan only if it is newer than the plugin.
find "$HOME/.vst3" -name '*.so' -exec touch -d '1 minute ago' {} +
LD_LIBRARY_PATH=/usr/lib/ardour7 /usr/lib/ardour7/ardour-vst3-scanner -f "$HOME/.vst3/Psivox.vst3"
for down_db in 0 24; do
    name="down$down_db"
    stdbuf -oL ardour7-lua "$here/make_session.lua" "$work/$name" "$name" Psivox "$down_db"
    "$python" "$here/inject_midi.py" "$work/$name" "$name" Voice 8.0
    timeout 120 ardour7-export -b float -s 48000 -o "$work/$name.wav" "$work/$name" "$name"
done
"$python" "$here/check_export.py" "$work/down0.wav" "$work/down24.wav"
