"""Analytic checks of the fitting tool: run `python -m pytest tests` in tools/fit."""
import pathlib
import sys

import numpy as np
import pytest
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from psivox_fit import psv, scan, texts                                      # noqa: E402
from psivox_fit.analysis import analyse, refine, without_ramps                                      # noqa: E402
from psivox_fit.bank import render                                           # noqa: E402
from psivox_fit.features import collate, frame_features                      # noqa: E402
from psivox_fit.frames import (CHANNELS, COHERENCE_HZ, GATE, KNOT_HZ, KNOTS, SAMPLE_RATE_HZ, held_f0,      # noqa: E402
                               interpolation, open_gate)
from psivox_fit.model import Prosody, VoiceNorm                              # noqa: E402
from psivox_fit.train import grown                                           # noqa: E402
from psivox_fit.voice import sharpened                                       # noqa: E402

FRAMES_80 = 80                  # one second


def gliding_f0():
    """170 to 230 Hz within a second."""
    return 170 * (230 / 170) ** ((np.arange(FRAMES_80) + 0.5) / FRAMES_80)


def resonant_envelope(hz):
    """Tilted, with two broad resonances: representable by the knots."""
    return -3 - hz / 4000 + 1.0 * np.exp(-((hz - 900) / 500) ** 2) + 0.8 * np.exp(-((hz - 3000) / 900) ** 2)


def harmonic_sound(f0_80):
    n = FRAMES_80 * 300
    f0 = held_f0(f0_80, (np.arange(n) + 0.5) / SAMPLE_RATE_HZ)
    theta = 2 * np.pi * np.cumsum(f0) / SAMPLE_RATE_HZ
    phases = np.random.default_rng(5).uniform(-np.pi, np.pi, 80)
    y = np.zeros(n)
    for k in range(1, 70):
        y += np.where(k * f0 < 11950, np.exp(resonant_envelope(k * f0)) * np.cos(k * theta + phases[k]), 0)
    return y


def test_axes():
    assert KNOT_HZ[0] == 0 and np.isclose(KNOT_HZ[-1], 12000) and len(KNOT_HZ) == KNOTS
    assert np.allclose(KNOT_HZ, 1500 * (9 ** (np.arange(48) / 47) - 1))
    hz = np.array([0, 333.0, 5000, 12000, 13000])
    matrix = interpolation(hz, KNOT_HZ)
    assert np.allclose(matrix.sum(1), 1) and np.allclose(matrix @ KNOT_HZ, np.minimum(hz, 12000))
    assert np.allclose(interpolation([400, 1000, 9000], COHERENCE_HZ) @ [1, 1, 0, 0, 0.5], [1, 0.5, 0.5])
    assert np.allclose(open_gate(np.array([0.1, 0.5, 0.9])), [0, 0.5, 1])


def test_f0_is_held_through_gaps():
    f0 = np.array([0, 100.0, 0, 0, 200, 0])
    at = np.array([0, 1.5, 3, 4.5, 6]) / 80
    assert np.allclose(held_f0(f0, at), [100, 100, 100 * 2 ** 0.5, 200, 200])


def test_analysis_finds_envelope_and_gate_of_a_gliding_harmonic_sound():
    f0 = gliding_f0()
    frames = analyse(harmonic_sound(f0), f0)
    assert frames.shape == (3 * FRAMES_80, CHANNELS)
    inner = frames[12:-12]
    known = (KNOT_HZ > 250) & (KNOT_HZ < 11000)
    error = inner[:, :KNOTS][:, known] - resonant_envelope(KNOT_HZ[known])
    assert np.sqrt(np.mean(error ** 2)) < 0.02 and np.abs(error).max() < 0.1
    assert inner[:, GATE].min() > 0.99 and inner[:, GATE + 1:].min() > 0.95


def test_analysis_calls_hiss_unvoiced_and_finds_its_level():
    rng = np.random.default_rng(2)
    f0 = np.full(FRAMES_80, 200.0)
    y = np.diff(rng.standard_normal(FRAMES_80 * 300 + 1)) * 0.1
    frames = analyse(y, f0)[12:-12]
    assert np.median(open_gate(frames[:, GATE])) == 0
    again = render(np.concatenate([frames[:, :GATE], np.zeros((len(frames), 4))], 1), f0, SAMPLE_RATE_HZ)
    assert abs(10 * np.log10(np.var(again) / np.var(y))) < 1.0


def test_rendered_frames_are_analysed_back():
    f0 = gliding_f0()
    frames = np.zeros((3 * FRAMES_80, CHANNELS))
    frames[:, :KNOTS], frames[:, GATE:] = resonant_envelope(KNOT_HZ), 1
    found = analyse(render(frames, f0, SAMPLE_RATE_HZ), f0)[12:-12]
    known = (KNOT_HZ > 250) & (KNOT_HZ < 11000)
    error = (found - frames[12:-12])[:, :KNOTS][:, known]
    assert np.sqrt(np.mean(error ** 2)) < 0.03       # partials enter and leave at 12 kHz as f0 glides


def test_a_rough_f0_is_refined_on_the_harmonics():
    f0 = gliding_f0()
    rough = f0 * 2 ** (0.4 * np.sin(np.arange(FRAMES_80) / 5) / 12)
    found = refine(harmonic_sound(f0), np.concatenate([rough[1:], rough[-1:]]))       # Kokoro's frame j stands at j/80 s
    error_st = 12 * np.log2(found / f0)[8:-8]
    assert np.abs(error_st).max() < 0.05


def test_ramps_at_the_ends_of_voicing_go():
    f0 = np.array([8.0, 80, 190, 200, 205, 90, 8, 8, 150, 155, 8])
    assert without_ramps(f0).tolist() == [0, 0, 190, 200, 205, 0, 0, 0, 150, 155, 0]


def test_a_new_voice_begins_as_the_first_and_people_mix_in_between():
    torch.manual_seed(0)
    one, three = Prosody(1), Prosody(3)
    with torch.no_grad():
        for name, value in one.named_parameters():
            if name.endswith("voices"):
                value.normal_()
    three.load_state_dict(grown(one.state_dict(), three))
    item = dict(f0_reference_hz=200.0, ids=np.array([0, 5, 9, 0]), durations=np.array([2, 3, 4, 1]), f0=np.zeros(20),
                energy=np.zeros(20))
    said = [network.contours(network.durations(b)[0], b) for network, b in
            ((one, collate([item | dict(voice=0)])), (three, collate([item | dict(voice=2)])))]
    assert torch.allclose(*said, atol=1e-6)
    norm = VoiceNorm(4, 2)
    torch.nn.init.normal_(norm.voices)
    x, mixed = torch.randn(1, 3, 4), VoiceNorm(4, 1)
    mixed.load_state_dict(norm.state_dict() | dict(voices=norm.voices.mean(0, keepdim=True)))
    half = (norm(x, torch.tensor([0])) + norm(x, torch.tensor([1]))) / 2
    assert torch.allclose(mixed(x, torch.tensor([0])), half, atol=1e-6)


def test_features_count_frames_inside_tokens():
    token, features = frame_features(np.array([1, 2]), np.array([0, 0, 120, 120, 240, 0.0]), np.zeros(6), 120.0)
    assert token.tolist() == [0, 0, 1, 1, 1, 1]
    assert np.allclose(features[:, 3], [-0.5, 0.5, -0.75, -0.25, 0.25, 0.75])
    assert np.allclose(features[:, 0], [0, 0, 1, 1, 1, 0]) and np.isclose(features[4, 1], 3 * np.log(2))
    fading = np.exp(-np.arange(4) / 2)
    assert np.allclose(features[2:, 6], fading) and np.allclose(features[2:, 7], fading[::-1])


@pytest.mark.parametrize("method", ["compiled", "doubling"])
def test_scan_and_its_gradients_match_a_plain_loop(method):
    generator = torch.Generator().manual_seed(0)
    B, T, N, forward_modes = 2, 19, 75, 70           # more modes than one group, unequal directions
    u = torch.randn(B, T, N, generator=generator, requires_grad=True)
    radius, angle = torch.rand(N, generator=generator) * 0.9, torch.rand(N, generator=generator)
    re, im = (radius * torch.cos(angle)).requires_grad_(), (radius * torch.sin(angle)).requires_grad_()
    weight = torch.randn(B, T, 2 * N, generator=generator)

    def loop(u, re, im):
        rate, rows = torch.complex(re, im), [None] * T
        for order, part in ((range(T), slice(0, forward_modes)), (reversed(range(T)), slice(forward_modes, N))):
            state = torch.zeros(B, len(range(*part.indices(N))), dtype=torch.complex64)
            for t in order:
                state = rate[part] * state + u[:, t, part]
                rows[t] = state if rows[t] is None else torch.cat([rows[t], state], -1)
        z = torch.stack(rows, 1)
        return torch.cat([z.real, z.imag], -1)

    if method == "compiled" and scan.library() is None:
        pytest.skip("no C compiler")
    run = scan.CompiledScan.apply if method == "compiled" else scan.torch_scan
    results = []
    for f in (lambda: loop(u, re, im), lambda: run(u, re, im, forward_modes)):
        z = f()
        results.append((z, *torch.autograd.grad((z * weight).sum(), (u, re, im))))
    for expected, found in zip(*results):
        assert torch.allclose(expected, found, rtol=1e-4, atol=1e-4 * expected.abs().max().item())


def test_voice_file_round_trip_and_damage(tmp_path):
    path = tmp_path / "v.psv"
    tensors = {"a.weight": np.arange(6, dtype="<f2").reshape(2, 3), "nu": np.linspace(0, 1, 5).astype("<f4")}
    size = psv.write(path, dict(name="x", symbol="ˈ"), tensors)
    metadata, found = psv.read(path)
    assert size == path.stat().st_size and metadata["symbol"] == "ˈ"
    assert all(t["offset"] % 16 == 0 for t in metadata["tensors"])
    for name, value in tensors.items():
        assert np.array_equal(found[name], value.astype(np.float32))
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match="checksum"):
        psv.read(path)
    path.write_bytes(b"RIFF" + bytes(40))
    with pytest.raises(ValueError, match="PSIVOICE"):
        psv.read(path)


def test_sharpening_kernel_is_the_documented_one():
    rng = np.random.default_rng(0)
    frames, a, sigma = rng.standard_normal((3, CHANNELS)), 0.4, 3.0
    radius = int(np.floor(4 * sigma + 0.5))
    i = np.arange(-radius, radius + 1)
    w = np.exp(-i ** 2 / (2 * sigma ** 2))
    w /= w.sum()
    found = sharpened(frames, a, sigma)
    for j in (0, 5, 24, 47):
        blur = frames[:, np.clip(j + i, 0, KNOTS - 1)] @ w
        assert np.allclose(found[:, j], frames[:, j] + a * (frames[:, j] - blur))
    assert np.array_equal(found[:, KNOTS:], frames[:, KNOTS:])


def test_texts_keep_out_excluded_sentences(tmp_path):
    (tmp_path / "a.txt").write_text("He ran home. It was late!\n\nMr. Bell, said she, do come in.\n\nBirds sing; why not?")
    lines = texts.collect(tmp_path, 60, exclude=["it was LATE."])
    assert {"He ran home.", "Mr. Bell, said she, do come in.", "Birds sing; why not?"} <= set(lines)
    assert "It was late!" not in lines and len(lines) == len(set(lines))
