#!/bin/sh
# A real Ardour 7 session with Psivox on a MIDI track and a moving automation lane, exported twice without a screen.
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
for lane in Gain Arousal; do
    stdbuf -oL ardour7-lua "$here/make_session.lua" "$work/$lane" "$lane" Psivox "$lane"
    "$python" "$here/inject_midi.py" "$work/$lane" "$lane" Voice 8.0
    timeout 120 ardour7-export -b float -s 48000 -o "$work/$lane.wav" "$work/$lane" "$lane"
done
"$python" "$here/check_export.py" "$work/Gain.wav" "$work/Arousal.wav"
