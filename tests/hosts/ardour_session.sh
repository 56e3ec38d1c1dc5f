#!/bin/sh
# A real Ardour 7 session with Psivox on a MIDI track and automation lanes, exported without a screen.
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
stdbuf -oL ardour7-lua "$here/make_session.lua" "$work/session" session Psivox
"$python" "$here/inject_midi.py" "$work/session" session Voice 8.0
timeout 120 ardour7-export -b float -s 48000 -o "$work/out.wav" "$work/session" session
"$python" "$here/check_export.py" "$work/out.wav"
if [ -n "${KEEP_WAV:-}" ]; then cp "$work/out.wav" "$KEEP_WAV"; fi
