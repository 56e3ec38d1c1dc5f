"""The teacher: hibari-tts with its durations and energy exposed, and the `teach` stage that makes the training data."""
import pathlib
import time

import numpy as np

from .analysis import analyse
from .frames import SUB_FRAMES

DURATIONS, ENERGY = "/Cast_32_output_0", "/Mul_62_output_0"      # inner tensors of hibari.onnx 0.2.1
OUTPUTS = ("lh", "theta", "ln", "lr", "phi", "f0")
SHARD_SENTENCES = 200


class Teacher:
    """hibari-tts 0.2.1; `speak` also returns what the network decided about time, pitch and loudness."""

    def __init__(self, folder):
        import hibari
        import onnx
        import onnxruntime
        path = pathlib.Path(folder) / "teacher.onnx"
        if not path.exists():
            graph = onnx.load(pathlib.Path(hibari.__file__).parent / "assets/hibari.onnx")
            for name, kind in ((DURATIONS, onnx.TensorProto.INT64), (ENERGY, onnx.TensorProto.FLOAT)):
                graph.graph.output.append(onnx.helper.make_tensor_value_info(name, kind, None))
            path.parent.mkdir(parents=True, exist_ok=True)
            onnx.save(graph, path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = [o.name for o in self.session.get_outputs()]
        self.front_end = hibari.Hibari(threads=1)
        self.dsp = hibari.dsp

    def phonemize(self, text):
        return self.front_end.phonemize(text)

    def ids(self, symbols):
        return self.front_end.ids(symbols)

    def speak(self, ids, seed):
        """-> (y at 24 kHz, durations in 25 ms units per id, f0 in Hz at 80 Hz, energy at 80 Hz)"""
        values = self.session.run(None, {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)})
        out = dict(zip(self.names, values))
        parts = [out[k][0] for k in OUTPUTS]
        y = self.dsp.synth(*parts, np.random.default_rng(seed))
        durations, energy = out[DURATIONS].reshape(-1).astype(np.int16), out[ENERGY].reshape(-1).astype(np.float32)
        return y, durations, parts[5].astype(np.float32), energy


def teach(data, lines, part=(0, 1)):
    """Speak and analyse `lines` into shards data/shards/NNN.npz; shards that exist are kept, so it can be resumed.

    part (i, n): only every n-th shard, beginning with i, so that n processes can share the work.
    """
    folder = pathlib.Path(data) / "shards"
    folder.mkdir(parents=True, exist_ok=True)
    teacher, started, seconds = Teacher(data), time.time(), 0.0
    for first in range(0, len(lines), SHARD_SENTENCES):
        shard = first // SHARD_SENTENCES
        path = folder / f"{shard:03d}.npz"
        if shard % part[1] != part[0] or path.exists():
            continue
        rows = []
        for i, line in enumerate(lines[first:first + SHARD_SENTENCES], first):
            for symbols in teacher.phonemize(line):
                ids = teacher.ids(symbols)
                if len(ids) < 4:
                    continue
                y, durations, f0, energy = teacher.speak(ids, seed=i)
                frames = analyse(y, f0).reshape(len(f0), SUB_FRAMES, -1)
                rows.append((np.array(ids, np.int16), durations, f0, energy, frames.astype(np.float16)))
                seconds += len(f0) / 80
        ids, durations, f0, energy, frames = (np.concatenate(column) for column in zip(*rows))
        partial = path.with_suffix(".tmp.npz")
        np.savez(partial, ids=ids, durations=durations, f0=f0, energy=energy, frames=frames,
                 tokens_each=np.array([len(r[0]) for r in rows]), frames_each=np.array([len(r[2]) for r in rows]))
        partial.rename(path)
        took = time.time() - started
        print(f"shard {shard}: {first + SHARD_SENTENCES} lines, {seconds / 3600:.2f} h of speech in {took:.0f} s", flush=True)
