"""Makes the arrays of this folder from librosa 0.11.0 and SciPy 1.17.1.

    python make.py

The sound is signal.f32 of ../librosa. Arrays are raw little-endian float32, row-major, named in
manifest.json with their shape and the options they were made with; features are stored as librosa
returns them, values x frames. Unvoiced frames of pYIN are 0.
"""
import json
import pathlib

import librosa
import numpy as np
import scipy

here = pathlib.Path(__file__).parent
signal = np.fromfile(here / "../librosa/signal.f32", dtype="<f4")
rate = 16000
arrays = {}


def put(name, array, **options):
    array = np.ascontiguousarray(array, dtype="<f4")
    array.tofile(here / f"{name}.f32")
    arrays[name] = {"shape": list(array.shape), **options}


for name, frame in {
    "centred": dict(frame_length=512, hop_length=160, center=True),
    "odd": dict(frame_length=401, hop_length=100, center=True),
    "uncentred": dict(frame_length=1000, hop_length=300, center=False),
}.items():
    put(f"rms_{name}", librosa.feature.rms(y=signal, **frame), **frame)
    put(f"zcr_{name}", librosa.feature.zero_crossing_rate(signal, **frame), **frame)

# Sound between quiet noise and silence, twice; load.ts puts the same together.
rng = np.random.default_rng(3)
quiet = (1e-3 * rng.standard_normal(4000)).astype(np.float32)
parts = [np.zeros(3000), quiet, signal, quiet[:2500], np.zeros(5000), 0.05 * signal, quiet, np.zeros(100)]
pauses = np.concatenate(parts).astype(np.float32)
put("quiet", quiet)
for top_db in (20, 35, 60):
    put(f"trim_{top_db}", librosa.effects.trim(pauses, top_db=top_db)[1], top_db=top_db)
    put(f"split_{top_db}", librosa.effects.split(pauses, top_db=top_db, frame_length=1024, hop_length=256),
        top_db=top_db, frame_length=1024, hop_length=256)
put("preemphasis", librosa.effects.preemphasis(signal), coef=0.97)

for name, pitch in {
    "default": dict(fmin=60, fmax=400, frame_length=1024, hop_length=256, center=True),
    "narrow": dict(fmin=100, fmax=300, frame_length=600, hop_length=100, center=False),
}.items():
    put(f"yin_{name}", librosa.yin(signal, sr=rate, **pitch), **pitch)
    f0, _, probability = librosa.pyin(signal, sr=rate, fill_na=0, **pitch)
    put(f"pyin_{name}", np.stack([f0, probability]), **pitch)

for name, call in {
    "default": dict(n_fft=512, win_length=400, hop_length=160, window="hann", center=True, pad_mode="constant"),
    "edge": dict(n_fft=1024, win_length=1024, hop_length=300, window="hamming", center=True, pad_mode="edge"),
}.items():
    feature = librosa.feature
    put(f"centroid_{name}", feature.spectral_centroid(y=signal, sr=rate, **call), **call)
    put(f"bandwidth_{name}", feature.spectral_bandwidth(y=signal, sr=rate, **call), **call)
    put(f"rolloff_{name}", feature.spectral_rolloff(y=signal, sr=rate, **call), **call)
    put(f"flatness_{name}", feature.spectral_flatness(y=signal, **call), **call)
    for fmin, n_bands in ((100, 5), (250, 3)):
        put(f"contrast_{name}_{fmin}", feature.spectral_contrast(y=signal, sr=rate, fmin=fmin, n_bands=n_bands, **call),
            fmin=fmin, n_bands=n_bands, **call)

(here / "manifest.json").write_text(json.dumps(
    {"versions": {m.__name__: m.__version__ for m in (librosa, scipy, np)}, "arrays": arrays}, indent=1) + "\n")
