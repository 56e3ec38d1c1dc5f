#!/usr/bin/env python3
"""Pictures of a real avatar at chosen phones: psivox speaks to a VRM model over VMC, in real time.

    pictures.py PSIVOX OUTDIR [--cache DIR] [--text TEXT]

Writes OUTDIR/PHONE.png, a sheet of all of them (OUTDIR/mouths.png) and their numbers (OUTDIR/mouths.json). Ends with 1 if
a mouth is not what its phone asks for, if a packet was malformed, a name unknown to the model, or the face did not come
to rest. Needs Python 3.11+ with pip, Node 20+ with npm, and Chromium or Chrome. What else it needs goes into the cache folder:
the packages of package.json, Pillow, and the head, whose makers ask for credit: Face Cap, bannaflak.com.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import zipfile

import vrm

HERE = pathlib.Path(__file__).resolve().parent
RENDERER = ("package.json", "render.mjs", "page.html", "page.mjs")
PILLOW = "pillow==12.3.0"
HEAD_PACKAGE, HEAD_FILE = "openfacefx==0.24.0", "openfacefx/studio_web/assets/facecap.glb"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CREDIT = "Head: Face Cap, bannaflak.com"

TEXT = "Mama, we see two papa bears. Bob and Sue saw a blue moon, and we soon swoop past the palm trees."
# The four mouths and the phones at which they must be seen, in the order of the sheet.
MOUTHS = {"closed": "pbm", "open": "ɑ", "rounded": "uw", "spread": "i", "narrow": "s"}
# Two faces at 60 a second.
MOST_TIME_ERROR_S = 0.035
BLINK = 0.3
REST_S = 2.0
COLOURS = 128


def run(command, cwd):
    """Runs a command that must succeed; its words are shown only if it does not."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def prepare(cache):
    """Brings everything into the cache folder; the path of the browser."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser or not shutil.which("npm"):
        raise SystemExit("needs Node with npm, and Chromium or Chrome; on Debian: apt-get install nodejs npm chromium")
    cache.mkdir(parents=True, exist_ok=True)
    old = (cache / "package.json").read_text() if (cache / "package.json").exists() else ""
    for name in RENDERER:
        shutil.copy(HERE / name, cache / name)
    if old != (HERE / "package.json").read_text() or not (cache / "node_modules").exists():
        (cache / "package-lock.json").unlink(missing_ok=True)
        run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], cache)
    python = cache / "python"
    if not python.exists():
        run([sys.executable, "-m", "pip", "install", "--quiet", "--target", python, PILLOW], cache)
    sys.path.insert(0, str(python))
    if not (cache / "facecap.glb").exists():
        run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", HEAD_PACKAGE], cache)
        with zipfile.ZipFile(next(cache.glob("openfacefx-*.whl"))) as wheel:
            (cache / "facecap.glb").write_bytes(wheel.read(HEAD_FILE))
    vrm.convert(cache / "facecap.glb", cache / "model.vrm", "Face Cap head", "Face Cap, bannaflak.com")
    return browser


class Renderer:
    """The browser that follows VMC."""

    def __init__(self, cache, browser):
        command = ["node", cache / "render.mjs", cache / "model.vrm", browser]
        self.process = subprocess.Popen(command, cwd=cache, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.read()["port"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the renderer ended; its words stand above")
        return json.loads(line)

    def ask(self, **command):
        self.process.stdin.write(json.dumps({k: os.fspath(v) if isinstance(v, pathlib.Path) else v
                                             for k, v in command.items()}) + "\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(30)


def speak(psivox, text, port, out):
    """Speaks to the renderer; start and middle of each phone by the phone file, s."""
    tsv = out / "phones.tsv"
    target = f"vmc:127.0.0.1:{port}?events=true&clips=none"
    subprocess.run([psivox, "say", text, "--osc", target, "--phones", tsv], check=True)
    rows = [line.split("\t") for line in tsv.read_text().splitlines()]
    columns = rows[0]
    return [dict(zip(columns, row)) for row in rows[1:]]


def aperture(shapes):
    return max(0.0, shapes["jawOpen"] - shapes["mouthClose"])


def rounding(shapes):
    return max(shapes["mouthFunnel"], shapes["mouthPucker"])


def spread(shapes):
    pair = lambda name: 0.5 * (shapes[name + "_L"] + shapes[name + "_R"])
    return max(pair("mouthStretch"), pair("mouthSmile"))


def judge(mouth, shapes):
    """What is wrong with a mouth, in words; empty if nothing is."""
    found = {"aperture": aperture(shapes), "rounding": rounding(shapes), "spread": spread(shapes)}
    wanted = {
        "closed": {"aperture": (0, 0.03)},
        "open": {"aperture": (0.25, 1), "rounding": (0, 0.25)},
        "rounded": {"rounding": (0.4, 1), "spread": (0, 0.2)},
        "spread": {"spread": (0.2, 1), "rounding": (0, 0.2)},
        # Nearly shut, but not shut: the teeth show.
        "narrow": {"aperture": (0.02, 0.12), "rounding": (0, 0.25)},
    }[mouth]
    return [f"{name} {found[name]:.3f}, expected {low} to {high}"
            for name, (low, high) in wanted.items() if not low <= found[name] <= high]


def choose(phones):
    """For each wanted symbol the longest phone with open eyes."""
    chosen = []
    for mouth, symbols in MOUTHS.items():
        for symbol in symbols:
            all_of = [phone for phone in phones if phone["symbol"] == symbol]
            if not all_of:
                raise SystemExit(f"the text has no /{symbol}/; choose another with --text")
            awake = [phone for phone in all_of if phone["shapes"]["eyeBlink_L"] < BLINK] or all_of
            chosen.append((mouth, max(awake, key=lambda phone: phone["duration_s"])))
    return chosen


def timing(phones, rows):
    """How far events are off the phone file beyond their median, s: nineteen of twenty are nearer."""
    starts = [float(row["start_s"]) for row in rows]
    if [row["phone"] for row in rows] != [phone["symbol"] for phone in phones]:
        raise SystemExit("the phones that were told are not those of the phone file")
    apart = [phone["time_s"] - start for phone, start in zip(phones, starts)]
    middle = sorted(apart)[len(apart) // 2]
    return sorted(abs(one - middle) for one in apart)[int(0.95 * len(apart))]


def lateness(phone):
    """How long after the phone's middle the face was made that is shown, s."""
    return phone["face_s"] - phone["time_s"] - phone["duration_s"] / 2


def sheet(renderer, chosen, out, cache):
    """All pictures under the names of their mouths, in one."""
    cells = "".join(
        f'<figure><img src="{phone["file"].resolve().as_uri()}"><figcaption><b>/{phone["symbol"]}/</b> {mouth}'
        "</figcaption></figure>" for mouth, phone in chosen)
    style = ("body{margin:0;padding:8px;background:#fff;font:20px 'DejaVu Sans',sans-serif;color:#222;width:1264px}"
             "main{display:grid;grid-template-columns:repeat(4,1fr);gap:8px}figure{margin:0}"
             "img{width:100%;display:block;border-radius:6px}figcaption{padding:4px 6px;text-align:center}")
    page = cache / "sheet.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style><main>{cells}</main>", encoding="utf-8")
    whole = out / "mouths.png"
    renderer.ask(page=page.resolve(), file=whole.resolve(), width=1280)
    from PIL import Image
    picture = Image.open(whole).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(whole, optimize=True)
    return whole


def main():
    """Speaks, photographs, judges."""
    home = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("psivox", type=pathlib.Path)
    options.add_argument("outdir", type=pathlib.Path)
    options.add_argument("--cache", type=pathlib.Path, default=home / "psivox-face")
    options.add_argument("--text", default=TEXT)
    given = options.parse_args()
    given.outdir.mkdir(parents=True, exist_ok=True)
    cache = given.cache.resolve()
    renderer = Renderer(cache, prepare(cache))
    try:
        return photograph(given, renderer, cache)
    finally:
        renderer.close()


def photograph(given, renderer, cache):
    """The whole session; the exit status."""
    rows = speak(given.psivox, given.text, renderer.port, given.outdir)
    time.sleep(REST_S)
    rest = max(renderer.ask(now=True)["shapes"].values())
    told = renderer.ask(phones=True)
    chosen = choose(told["phones"])
    complaints = []
    if rest != 0:
        complaints.append(f"the face did not come to rest: {rest}")
    if told["counts"]["malformed"] or told["stats"]["unknown"]:
        complaints.append(f"malformed or unknown: {told['counts']} {told['stats']['unknown']}")
    apart_s, late_s = timing(told["phones"], rows), max(lateness(phone) for _, phone in chosen)
    if max(apart_s, late_s) > MOST_TIME_ERROR_S:
        complaints.append(f"a phone {1000 * apart_s:.0f} ms off the phone file, a face {1000 * late_s:.0f} ms after its phone's middle")
    for number, (mouth, phone) in enumerate(chosen):
        phone["file"] = given.outdir / f"{number + 1}-{mouth}.png"
        renderer.ask(moment=phone["moment"], file=phone["file"].resolve())
        shapes = phone["shapes"]
        wrong = judge(mouth, shapes)
        complaints += [f"/{phone['symbol']}/ at {phone['time_s']:.2f} s should be {mouth}: {one}" for one in wrong]
        print(f"/{phone['symbol']}/ {mouth:8} aperture {aperture(shapes):.2f}  rounding {rounding(shapes):.2f}  "
              f"spread {spread(shapes):.2f}  {'no' if wrong else 'yes'}")
    whole = sheet(renderer, chosen, given.outdir, cache)
    numbers = {"text": given.text, "credit": CREDIT, "counts": told["counts"], "phone_off_s": apart_s, "face_late_s": late_s,
               "phones": [{"symbol": phone["symbol"], "mouth": mouth, "time_s": phone["time_s"],
                           "shapes": {k: round(v, 3) for k, v in phone["shapes"].items() if v}} for mouth, phone in chosen]}
    (given.outdir / "mouths.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{whole}: {whole.stat().st_size // 1024} kB; {told['counts']}; phones within "
          f"{1000 * apart_s:.0f} ms, faces {1000 * late_s:.0f} ms")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
