"""The `export` stage: trained networks -> voice file, and the parity vectors that other implementations are tested with."""
import json
import pathlib

import numpy as np
import torch

from . import psv
from .bank import NOISE_GAIN
from .features import FRAMES_PER_UNIT
from .frames import (COHERENCE_HZ, FRAME_RATE_HZ, KNOT_BASE_HZ, KNOT_RATIO, KNOTS, PROSODY_RATE_HZ, SUB_FRAMES, TOKEN_UNIT_S)
from .model import FEATURES, KINDS, POSITION_FEATURES, Decoder
from .people import PEOPLE
from .voice import Voice

PARITY_SYMBOLS = "wˌʌt ɐ kˈIndli θˈɔt, ˈænə!"
PARITY_FRAMES = 100             # enough to hold speech, not only the silence of the bos token


def as_stored(name, array):
    """Matrices as f16; vectors (nu, omega, biases, norms, statistics) and means as f32, because errors there last."""
    return array.astype("<f2" if array.ndim >= 2 and not name.endswith("mean") else "<f4")


def alphabet():
    import hibari
    return json.loads((pathlib.Path(hibari.__file__).parent / "assets/vocab.json").read_text(encoding="utf-8"))


def shape_of(network):
    """Layer sizes as a reader needs them."""
    frames, tokens = network.frames, network.encoder
    features = FEATURES if isinstance(network, Decoder) else POSITION_FEATURES
    stack = lambda width, blocks: dict(d=width, n=len(blocks[0].modes.nu), layers=len(blocks))
    return dict(tokens=stack(tokens.embedding.embedding_dim, tokens.blocks) | dict(symbols=tokens.embedding.num_embeddings),
                frames=stack(frames.input.out_features, frames.blocks) | dict(features=features, out=frames.head.out_features))


def casting(names):
    """[people x people]: what share of whose row each person of the file takes."""
    shares = np.zeros((len(names), len(names)), np.float32)
    for row, name in enumerate(names):
        for other, share in PEOPLE[name].get("cast", {name: 1.0}).items():
            shares[row, names.index(other)] = share
    assert np.allclose(shares.sum(1), 1)
    return shares


def metadata(state, networks, settings):
    log_f0 = casting(state["voices"]) @ np.log(state["f0_mean_hz"])
    voices = [PEOPLE[name] | dict(name=name, f0_mean_hz=round(float(np.exp(mean)), 2), f0_sd_st=round(float(sd), 3))
              for name, mean, sd in zip(state["voices"], log_f0, state["f0_sd_st"])]
    return dict(
        name="people", licence="Apache-2.0", text="CMU ARCTIC prompts, public-domain books, sentence patterns.", voices=voices,
        frame_rate_hz=FRAME_RATE_HZ, prosody_rate_hz=PROSODY_RATE_HZ, sub_frames=SUB_FRAMES, duration_unit_s=TOKEN_UNIT_S,
        knots=dict(count=KNOTS, base_hz=KNOT_BASE_HZ, ratio=KNOT_RATIO),
        knots_doc="f_j = base_hz (ratio^(j/(count-1)) - 1); E is ln amplitude there, linear in frequency between",
        coherence_hz=COHERENCE_HZ.tolist(), coherence_doc="h = g, g, g H1, g H2, g H3 at these, linear in frequency, held above",
        gate_dead_zone=[0.2, 0.6], gate_doc="g = clip((G - first) / second, 0, 1)", noise_gain=NOISE_GAIN,
        **settings,
        sharpen_doc="E += sharpen of the person (E - blur(E)) along the knots; blur: weights exp(-i^2 / (2 sigma^2)), "
                    "|i| <= floor(4 sigma + 0.5), normalised to sum 1; beyond the ends the end value repeats",
        bos=0, eos=0, tokens=alphabet(),
        networks={name: shape_of(network) for name, network in networks.items()})


def export(data, path, parity=None, **settings):
    """settings: sharpening and phone timing, stored in the file as they are (defaults: the command line's)."""
    states = {name: torch.load(pathlib.Path(data) / f"{name}.pt", map_location="cpu") for name in KINDS}
    if states["decoder"]["voices"] != states["prosody"]["voices"]:
        raise SystemExit(f"the networks know other voices: {[s['voices'] for s in states.values()]}; train both on the same ones")
    networks = {name: KINDS[name](len(state["voices"])) for name, state in states.items()}
    tensors = {}
    for name, network in networks.items():
        network.load_state_dict(states[name]["model"])
        for key, value in network.state_dict().items():
            value = value.numpy()
            if key.endswith(("voices", "mean")):
                value = casting(states[name]["voices"]) @ value
            tensors[f"{name}.{key}"] = as_stored(key, value)
    size = psv.write(path, metadata(states["prosody"], networks, settings), tensors)
    print(f"{path}: {size} bytes, {len(tensors)} tensors")
    if parity:
        write_parity(path, parity)


def rounded(array):
    """Five significant digits, as nested lists."""
    return np.vectorize(lambda v: float(f"{v:.5g}"), otypes=[float])(array).tolist()


def write_parity(voice_path, parity):
    """Inputs and outputs of every stage for one phrase by the first voice and by an even blend of the first two, from the
    stored (f16-rounded) weights in f32 arithmetic."""
    voice = Voice(voice_path)
    names = [v["name"] for v in voice.metadata["voices"]]
    casts = [{names[0]: 1.0}] + ([{names[0]: 0.5, names[1]: 0.5}] if len(names) > 1 else [])
    document = dict(
        about=f"Made by tools/fit export from {pathlib.Path(voice_path).name}; Apache-2.0 like the voice. Arrays: per token; per "
              f"80 Hz frame; control frames (240 Hz, before sharpening) of the first {PARITY_FRAMES} 80 Hz frames of the phrase.",
        takes=[parity_take(voice, cast) for cast in casts])
    partial = pathlib.Path(f"{parity}.tmp")
    partial.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    partial.rename(parity)


def parity_take(voice, cast):
    said = voice.predict(voice.ids(PARITY_SYMBOLS), cast)
    assert len(said.contours) == FRAMES_PER_UNIT * said.durations.sum()
    return dict(
        cast=cast, symbols=PARITY_SYMBOLS, ids=said.ids, log_durations=rounded(said.log_durations), durations=said.durations.tolist(),
        voicing_logit=rounded(said.contours[:, 0]), log_f0=rounded(said.contours[:, 1]), energy=rounded(said.contours[:, 2]),
        f0_hz=rounded(said.f0_hz), control_frames=rounded(said.frames[:SUB_FRAMES * PARITY_FRAMES]))
