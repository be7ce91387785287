"""Makes golden.json of this folder from librosa 0.11 and SciPy.

    python make.py

The input is signal.f32 of ../librosa. Arrays are base64 of little-endian float32, filtered impulses
are numbers as they stand.
"""
import base64
import json
import pathlib

import librosa
import numpy as np
import scipy.signal

here = pathlib.Path(__file__).parent
signal = np.fromfile(here.parent / "librosa" / "signal.f32", dtype="<f4")
rate = 16000


def packed(array):
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


stretched = [
    {"rate": r, "n_fft": n, "samples": packed(librosa.effects.time_stretch(signal, rate=r, n_fft=n))}
    for r, n in ((1.2, 2048), (0.9, 1024))
]
shifted = [
    {"semitones": s, "n_fft": n, "samples": packed(librosa.effects.pitch_shift(signal, sr=rate, n_steps=s, n_fft=n))}
    for s, n in ((2, 2048), (-1.5, 1024))
]
impulse = np.zeros(48)
impulse[0] = 1
filters = []
for order in range(1, 6):
    for btype in ("low", "high"):
        for cutoff in (80, 3000):
            sos = scipy.signal.butter(order, cutoff, btype, fs=rate, output="sos")
            filters.append({"order": order, "pass": btype, "cutoff": cutoff,
                            "response": scipy.signal.sosfilt(sos, impulse).tolist()})
thresholds = [
    {"percent": p, "at": np.percentile(signal.astype(np.float64), [p / 2, 100 - p / 2]).tolist()}
    for p in (5, 30)
]
versions = {m.__name__: m.__version__ for m in (librosa, scipy, np)}
(here / "golden.json").write_text(json.dumps({
    "versions": versions, "stretched": stretched, "shifted": shifted, "filters": filters,
    "thresholds": thresholds}, separators=(",", ":")) + "\n")
