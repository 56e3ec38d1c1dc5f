"""Command line: one command per stage. `python -m psivox_fit -h`"""
import argparse
import pathlib

# settings stored in a voice file: sharpening, and the rule for phone times
DEFAULTS = dict(sharpen=0.4, sharpen_sigma_points=3.0, phone_time_offset_s=-0.060, phone_gap_fraction=0.4,
                pause_start_offset_s=-0.16, end_offset_s=-0.275)


def fraction(text):
    i, n = map(int, text.split("/"))
    return i, n


def parser():
    p = argparse.ArgumentParser(prog="psivox_fit", description=__doc__)
    p.add_argument("--data", default="fitdata", help="working folder")
    stages = p.add_subparsers(dest="stage", required=True)
    s = stages.add_parser("texts", help="plain text files -> data/sentences.txt")
    s.add_argument("folder")
    s.add_argument("--total", type=int, default=3700)
    s.add_argument("--exclude", help="TSV of test sentences (id, text) that must not be learned")
    s = stages.add_parser("teach", help="sentences -> teacher speech -> control frames (data/shards)")
    s.add_argument("--part", type=fraction, default=(0, 1), help="i/n: this process does every n-th shard")
    s = stages.add_parser("train", help="control frames -> data/prosody.pt, data/decoder.pt")
    s.add_argument("kind", choices=["prosody", "decoder"])
    s.add_argument("--minutes", type=float, required=True, help="wall time; the learning rate follows it")
    s.add_argument("--seed", type=int, default=0)
    s.add_argument("--resume", action="store_true")
    s = stages.add_parser("export", help="networks -> voice file and parity vectors")
    s.add_argument("voice")
    s.add_argument("--parity", help="JSON file of test vectors to write")
    for name, default in DEFAULTS.items():
        s.add_argument("--" + name.replace("_", "-"), type=float, default=default)
    s = stages.add_parser("speak", help="voice file + sentences -> 48 kHz wavs")
    s.add_argument("voice")
    s.add_argument("sentences")
    s.add_argument("folder")
    s.add_argument("--sharpen", type=float, help="instead of the file's own")
    s.add_argument("--sigma-points", type=float, help="instead of the file's own")
    return p


def main():
    a = parser().parse_args()
    data = pathlib.Path(a.data)
    data.mkdir(parents=True, exist_ok=True)
    if a.stage == "texts":
        from .texts import collect
        exclude = []
        if a.exclude:
            exclude = [t for row in open(a.exclude, encoding="utf-8") for t in row.rstrip("\n").split("\t")[1].split("||")]
        lines = collect(a.folder, a.total, exclude)
        (data / "sentences.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(len(lines), "sentences")
    elif a.stage == "teach":
        from .teacher import teach
        teach(data, (data / "sentences.txt").read_text(encoding="utf-8").splitlines(), a.part)
    elif a.stage == "train":
        from .train import train
        train(data, a.kind, a.minutes, a.seed, a.resume)
    elif a.stage == "export":
        from .export import export
        export(data, a.voice, a.parity, **{name: getattr(a, name) for name in DEFAULTS})
    elif a.stage == "speak":
        from .speak import speak
        speak(data, a.voice, a.sentences, a.folder, a.sharpen, a.sigma_points)


if __name__ == "__main__":
    main()
