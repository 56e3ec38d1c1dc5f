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
# Ardour 7.3's export now and then dies as it ends, in the destructor of its own PortExportChannel (1 of 25 runs in a
# debugger): a run that a signal ended is repeated, any other failure counts.
export_session() {
    for attempt in 1 2 3; do
        status=0
        timeout 120 ardour7-export -b float -s 48000 -o "$1.wav" "$1" "$(basename "$1")" || status=$?
        [ "$status" -gt 128 ] || return "$status"
        echo "Ardour's export was ended by signal $((status - 128)) in attempt $attempt"
    done
    return "$status"
}
for lane in Gain Arousal; do
    stdbuf -oL ardour7-lua "$here/make_session.lua" "$work/$lane" "$lane" Psivox "$lane"
    "$python" "$here/inject_midi.py" "$work/$lane" "$lane" Voice 8.0
    export_session "$work/$lane"
done
"$python" "$here/check_export.py" "$work/Gain.wav" "$work/Arousal.wav"
