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

stft = dict(n_fft=512, win_length=400, hop_length=160, window="hann", center=True, pad_mode="constant")
bands = dict(n_mels=40, fmin=50.0, fmax=8000.0, htk=False)
for name, change in {
    "slaney": dict(norm="slaney"),
    "one": dict(norm=1.0, htk=True),
    "two": dict(norm=2.0, window="nuttall"),
    "symmetric": dict(norm=None, pad_mode="symmetric", window="parzen"),
    "amplitude": dict(norm="slaney", power=1.0, window="bartlett"),
}.items():
    call = {**stft, **bands, "power": 2.0, **change}
    put(f"mel_{name}", librosa.feature.melspectrogram(y=signal, sr=rate, **call), **call)

mel = librosa.feature.melspectrogram(y=signal, sr=rate, norm="slaney", **stft, **bands)
for name, call in {
    "default": dict(),
    "root": dict(gain=0.8, bias=10.0, power=0.25, time_constant=0.06, eps=1e-3),
    "unbiased": dict(bias=0.0, power=0.3),
    "logarithm": dict(power=0.0, gain=0.5),
}.items():
    put(f"pcen_{name}", librosa.pcen(mel * 2**31, sr=rate, hop_length=160, **call), **call)

put("db_max", librosa.power_to_db(mel, ref=np.max, top_db=80))
put("db_ref", librosa.power_to_db(mel, ref=3e-4, amin=1e-8, top_db=None), ref=3e-4, amin=1e-8)
for n_mfcc, lifter in ((13, 0), (20, 22.5), (40, 0)):
    mfcc = librosa.feature.mfcc(y=signal, sr=rate, n_mfcc=n_mfcc, lifter=lifter, **stft, **bands)
    put(f"mfcc_{n_mfcc}", mfcc, n_mfcc=n_mfcc, lifter=lifter, **stft, **bands)
mfcc = librosa.feature.mfcc(y=signal, sr=rate, n_mfcc=13, **stft, **bands)
for width in (3, 9):
    for order in (1, 2):
        for mode in ("interp", "nearest"):
            put(f"delta_{width}_{order}_{mode}", librosa.feature.delta(mfcc, width=width, order=order, mode=mode))

names = ("blackmanharris", "nuttall", "flattop", "bartlett", "triang", "cosine", "bohman", "barthann", "parzen",
         "tukey", "lanczos")
windows = {name: {n: scipy.signal.get_window(name, n).tolist() for n in (1, 7, 10)} for name in names}
(here / "manifest.json").write_text(json.dumps({
    "versions": {m.__name__: m.__version__ for m in (librosa, scipy, np)}, "arrays": arrays, "windows": windows,
}, indent=1) + "\n")
