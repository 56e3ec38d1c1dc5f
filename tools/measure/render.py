#!/usr/bin/env python3
"""Renders what the tables of docs/VOICE.md are made from: one folder of wavs per row.

    render.py SET SENTENCES.tsv DIR [--psivox PATH]

SET: `voices` (every voice that ships, and blends), `controls` (af_heart with each control at its half-way extremes),
`files` (voice files given with --psv, such as exports with other settings). Each folder is written by `psivox batch`, whose
line of figures (speed, memory, first sample) goes to DIR/figures.jsonl. A folder that exists is kept.
"""
import argparse
import json
import pathlib
import subprocess
import sys

VOICES = {name: ["--voice", name] for name in ("af_heart", "am_michael", "bf_emma", "bm_george", "af_nicole")} | {
    "heart_emma_half": ["--voice", "af_heart", "--voice-b", "bf_emma", "--mix", "0.5"],
    "heart_michael_half": ["--voice", "af_heart", "--voice-b", "am_michael", "--mix", "0.5"],
    "george_michael_third": ["--voice", "bm_george", "--voice-b", "am_michael", "--mix", "0.33"],
}
CONTROLS = {
    "neutral": [],
    "pitch+5": ["--pitch=5"], "pitch-5": ["--pitch=-5"],
    "rate0.75": ["--speed=0.75"], "rate1.4": ["--speed=1.4"],
    "size+10": ["--size=10"], "size-10": ["--size=-10"],
    "range0.5": ["--range=0.5"], "range1.5": ["--range=1.5"],
    "tension-0.5": ["--tension=-0.5"], "tension+0.5": ["--tension=0.5"],
    "breath0.5": ["--breath=0.5"],
    "tilt-2": ["--tilt=-2"], "tilt+2": ["--tilt=2"],
    "articulation0.5": ["--articulation=0.5"], "articulation1.5": ["--articulation=1.5"],
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("set", choices=["voices", "controls", "files"])
    p.add_argument("sentences")
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("--psivox", default="psivox")
    p.add_argument("--psv", nargs="*", default=[], help="voice files, for the set `files`")
    a = p.parse_args()
    sets = {"voices": VOICES, "controls": CONTROLS, "files": {pathlib.Path(f).stem: ["--voice", f] for f in a.psv}}
    rows = sets[a.set]
    a.folder.mkdir(parents=True, exist_ok=True)
    for number, (name, flags) in enumerate(rows.items(), 1):
        out = a.folder / name
        if out.exists():
            continue
        print(f"{number} of {len(rows)}: {name}", file=sys.stderr, flush=True)
        done = subprocess.run([a.psivox, "batch", a.sentences, str(out), *flags], check=True, stdout=subprocess.PIPE, text=True)
        with open(a.folder / "figures.jsonl", "a", encoding="utf-8") as figures:
            figures.write(json.dumps(dict(row=name, **json.loads(done.stdout))) + "\n")


if __name__ == "__main__":
    main()
