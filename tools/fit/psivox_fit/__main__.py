"""Command line: one command per stage. `python -m psivox_fit -h`"""
import argparse
import pathlib

from .people import PEOPLE

# settings stored in a voice file: sharpening of the envelope and of f0, and the rule for phone times
DEFAULTS = dict(sharpen_sigma_points=3.0, f0_sharpen=0.3, f0_sharpen_sigma_frames=2.0,
                phone_time_offset_s=-0.060, phone_gap_fraction=0.4,
                pause_start_offset_s=-0.16, end_offset_s=-0.275)


def fraction(text):
    i, n = map(int, text.split("/"))
    return i, n


def cast(text):
    """NAME[:weight],... -> {name: weight}, adding up to 1"""
    parts = [part.partition(":") for part in text.split(",")]
    weights = {name: float(weight or 1) for name, _, weight in parts}
    unknown = set(weights) - set(PEOPLE)
    if unknown or sum(weights.values()) <= 0:
        raise argparse.ArgumentTypeError(f"expected names of {', '.join(PEOPLE)} with positive weights, found {text!r}")
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


def parser():
    p = argparse.ArgumentParser(prog="psivox_fit", description=__doc__)
    p.add_argument("--data", default="fitdata", help="working folder")
    stages = p.add_subparsers(dest="stage", required=True)
    s = stages.add_parser("texts", help="plain text files -> data/sentences.txt")
    s.add_argument("folder")
    s.add_argument("--total", type=int, default=3700)
    s.add_argument("--exclude", help="TSV of test sentences (id, text) that must not be learned")
    s = stages.add_parser("teach", help="sentences -> a teacher's speech (data/VOICE/speech)")
    s.add_argument("voice")
    s.add_argument("--minutes", type=float, default=25, help="of speech")
    s.add_argument("--styles", help="folder of Kokoro's style vectors (VOICE.bin); not needed for af_heart")
    s = stages.add_parser("analyse", help="speech -> control frames (data/VOICE/shards)")
    s.add_argument("voice")
    s.add_argument("--part", type=fraction, default=(0, 1), help="i/n: this process does every n-th shard")
    s = stages.add_parser("train", help="control frames -> data/prosody.pt, data/decoder.pt")
    s.add_argument("kind", choices=["prosody", "decoder"])
    s.add_argument("--voices", default=",".join(PEOPLE), help="who shares the networks, separated by commas")
    s.add_argument("--minutes", type=float, required=True, help="wall time; the learning rate follows it")
    s.add_argument("--seed", type=int, default=0)
    s.add_argument("--rate", type=float, help="peak learning rate")
    s.add_argument("--start", help="checkpoint to begin from; it may know fewer voices")
    s.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    s = stages.add_parser("export", help="networks -> voice file and parity vectors")
    s.add_argument("voice")
    s.add_argument("--parity", help="JSON file of test vectors to write")
    for name, default in DEFAULTS.items():
        s.add_argument("--" + name.replace("_", "-"), type=float, default=default)
    s = stages.add_parser("speak", help="voice file + sentences -> 48 kHz wavs")
    s.add_argument("voice")
    s.add_argument("cast", type=cast, help="who speaks: NAME, or NAME:weight,NAME:weight")
    s.add_argument("sentences")
    s.add_argument("folder")
    s.add_argument("--chain", default="full", choices=["full", "decoder", "copy", "teacher"], help="how much of it is ours")
    s.add_argument("--styles", help="folder of Kokoro's style vectors, where its voices teach")
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
        from .teach import teach
        teach(data, a.voice, (data / "sentences.txt").read_text(encoding="utf-8").splitlines(), a.minutes, a.styles)
    elif a.stage == "analyse":
        from .analyse import analyse_voice
        analyse_voice(data, a.voice, a.part)
    elif a.stage == "train":
        from .train import train
        train(data, a.kind, a.voices.split(","), a.minutes, a.seed, a.resume, a.start, a.rate)
    elif a.stage == "export":
        from .export import export
        export(data, a.voice, a.parity, **{name: getattr(a, name) for name in DEFAULTS})
    elif a.stage == "speak":
        from .speak import speak
        speak(data, a.voice, a.cast, a.sentences, a.folder, a.chain, a.styles, a.sharpen, a.sigma_points)


if __name__ == "__main__":
    main()
