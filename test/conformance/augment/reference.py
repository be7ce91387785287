"""Stretches, shifts and filters with librosa and SciPy what the test asks for.

Reads JSON from standard input: {"folder": ..., "clips": [{"rate": ..., "n_fft": ...}], "rates": [...],
"semitones": [...], "filters": [{"order", "pass", "cutoff"}]}; clip N is N.pcm, raw little-endian float32.
Writes N.stretch.I, N.shift.I and N.filter.I (float32) and prints the versions.
"""
import json
import pathlib
import sys

import librosa
import numpy as np
import scipy.signal

job = json.load(sys.stdin)
folder = pathlib.Path(job["folder"])
for n, clip in enumerate(job["clips"]):
    samples = np.fromfile(folder / f"{n}.pcm", dtype="<f4")

    def put(name, array):
        np.asarray(array, dtype="<f4").tofile(folder / f"{n}.{name}")

    for i, rate in enumerate(job["rates"]):
        put(f"stretch.{i}", librosa.effects.time_stretch(samples, rate=rate, n_fft=clip["n_fft"]))
    for i, steps in enumerate(job["semitones"]):
        put(f"shift.{i}", librosa.effects.pitch_shift(samples, sr=clip["rate"], n_steps=steps, n_fft=clip["n_fft"]))
    for i, f in enumerate(job["filters"]):
        sos = scipy.signal.butter(f["order"], f["cutoff"], f["pass"], fs=clip["rate"], output="sos")
        put(f"filter.{i}", scipy.signal.sosfilt(sos, samples.astype(np.float64)))
print(json.dumps({"librosa": librosa.__version__, "scipy": scipy.__version__}))
