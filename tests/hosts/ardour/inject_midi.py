"""Writes two notes into a saved Ardour 7 session and sets its range: python inject_midi.py FOLDER NAME TRACK SECONDS."""

import sys
import xml.etree.ElementTree as ET

import mido

TICKS_PER_QUARTER = 1920
# Ardour's clock: superclock ticks per second.
SUPERCLOCK_HZ = 282_240_000
NOTES_S = [(0.5, 4.0), (5.0, 7.5)]
BPM = 120.0


def write_notes(path: str) -> None:
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=round(60e6 / BPM), time=0)])
    file = mido.MidiFile(ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(track)
    now = 0
    for start_s, end_s in NOTES_S:
        for kind, time_s, velocity in (("note_on", start_s, 100), ("note_off", end_s, 0)):
            ticks = round(time_s * BPM / 60 * TICKS_PER_QUARTER)
            track.append(mido.Message(kind, note=60, velocity=velocity, time=ticks - now))
            now = ticks
    track.append(mido.MetaMessage("end_of_track", time=TICKS_PER_QUARTER))
    file.save(path)


def region(parent: ET.Element, number: int, source: str, ticks: int, whole: bool) -> None:
    flags = ("muted automatic import external sync-marked left-of-split right-of-split hidden position-locked "
             "valid-transients locked video-locked")
    attributes = {flag: "0" for flag in flags.split()} | {
        "name": "notes", "opaque": "1", "whole-file": "1" if whole else "0", "start": "b0",
        "length": f"b{ticks}@b0", "sync-position": "b0", "ancestral-start": "b0",
        "ancestral-length": f"b{ticks}@b0", "stretch": "1", "shift": "1", "layering-index": "0", "tags": "",
        "contents": "0", "id": str(number), "type": "midi", "first-edit": "nothing", "source-0": source,
        "master-source-0": source}
    ET.SubElement(parent, "Region", attributes)


def main(folder: str, name: str, track: str, seconds: float) -> None:
    file = f"{folder}/{name}.ardour"
    tree = ET.parse(file)
    root = tree.getroot()
    write_notes(f"{folder}/interchange/{name}/midifiles/notes.mid")
    bpm = float(root.find("TempoMap/Tempos/Tempo").get("npm"))
    ticks = round(seconds * bpm / 60 * TICKS_PER_QUARTER)
    number = int(root.get("id-counter")) + 10
    source = str(number)
    ET.SubElement(root.find("Sources"), "Source", {
        "name": "notes.mid", "type": "midi", "flags": "Writable,CanRename", "id": source, "take-id": "",
        "origin": "notes.mid"})
    region(root.find("Regions"), number + 1, source, ticks, True)
    route = next(route for route in root.find("Routes") if route.get("name") == track)
    playlist = next(one for one in root.find("Playlists") if one.get("id") == route.get("midi-playlist"))
    region(playlist, number + 2, source, ticks, False)
    locations = root.find("Locations")
    for old in [one for one in locations if "IsSessionRange" in one.get("flags", "")]:
        locations.remove(old)
    ET.SubElement(locations, "Location", {
        "id": str(number + 3), "name": "session", "start": "a0", "end": f"a{round(seconds * SUPERCLOCK_HZ)}",
        "flags": "IsSessionRange", "locked": "0", "timestamp": "0", "cue": "0"})
    root.set("id-counter", str(number + 20))
    tree.write(file, encoding="UTF-8", xml_declaration=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
