"""Layout of the control frames: rates, frequency axes, and the held f0 that drives the glottal phase."""
import numpy as np

SAMPLE_RATE_HZ = 24000          # the teacher's rate, at which analysis works
TOKEN_UNIT_S = 0.025            # durations are whole multiples of this
PROSODY_RATE_HZ = 80            # voicing, f0, energy; also the decoder's step
SUB_FRAMES = 3                  # control frames per decoder step
FRAME_RATE_HZ = PROSODY_RATE_HZ * SUB_FRAMES

KNOTS, KNOT_BASE_HZ, KNOT_RATIO = 48, 1500.0, 9.0
KNOT_HZ = KNOT_BASE_HZ * (KNOT_RATIO ** (np.arange(KNOTS) / (KNOTS - 1)) - 1)      # 0 .. 12 kHz
COHERENCE_HZ = np.array([0.0, 800.0, 1200.0, 3500.0, 7500.0])                      # G, G, G H1, G H2, G H3
GATE, CHANNELS = KNOTS, KNOTS + 4                                                  # E[48], G, H[3]

VOICED_ABOVE_HZ = 60.0          # the teacher writes smaller values where it has no pitch
UNVOICED_F0_HZ = 180.0          # used only when a whole utterance has no pitch


def interpolation(freq_hz, axis_hz):
    """[len(freq), len(axis)] matrix of linear interpolation on `axis_hz`, held outside."""
    freq_hz = np.asarray(freq_hz, float)
    j = np.clip(np.searchsorted(axis_hz, freq_hz, "right") - 1, 0, len(axis_hz) - 2)
    u = np.clip((freq_hz - axis_hz[j]) / (axis_hz[j + 1] - axis_hz[j]), 0, 1)
    matrix = np.zeros((len(freq_hz), len(axis_hz)))
    rows = np.arange(len(freq_hz))
    matrix[rows, j] = 1 - u
    matrix[rows, j + 1] += u
    return matrix


def held_f0(f0_hz, at_s, rate_hz=PROSODY_RATE_HZ):
    """f0 in Hz at the times `at_s`: log-linear between voiced frames (frame j is centred on (j + 1/2)/rate), held at the ends.

    Holding f0 through unvoiced sound keeps every partial in place, so hiss needs no other generator than voice.
    """
    f0_hz = np.asarray(f0_hz, float)
    voiced = np.flatnonzero(f0_hz > VOICED_ABOVE_HZ)
    if not len(voiced):
        return np.full(len(at_s), UNVOICED_F0_HZ)
    return np.exp(np.interp(at_s, (voiced + 0.5) / rate_hz, np.log(f0_hz[voiced])))


def open_gate(gate):
    """Dead zone of the gate: a little noise in the low harmonics is what ears punish most, so nearly voiced is voiced."""
    return np.clip((gate - 0.2) / 0.6, 0.0, 1.0)
