"""The first teacher: hibari-tts, fast, with its durations and energy exposed."""
import pathlib

import numpy as np

DURATIONS, ENERGY = "/Cast_32_output_0", "/Mul_62_output_0"      # inner tensors of hibari.onnx 0.2.1
OUTPUTS = ("lh", "theta", "ln", "lr", "phi", "f0")


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
