"""Computes with librosa what features.test.ts asks for.

Reads JSON from standard input: {"folder": ..., "clips": [...], "mels": [{"clip": n, "params": {...}}], "pitch": {...},
"frame": {...}, "stft": {...}, "contrast": {...}, "mel": {...}, "cepstrum": {...}} and writes raw little-endian float64 to
the folder: mel.M for the M-th entry of mels (frames x bands, params as melspec takes them), and NAME.N for each
feature of clip N. Prints the versions.
"""
import json
import pathlib
import sys
import warnings

import librosa
import numpy as np

warnings.filterwarnings("ignore")
job = json.load(sys.stdin)
folder = pathlib.Path(job["folder"])
sounds = [librosa.load(path, sr=None, mono=True) for path in job["clips"]]


def put(name, array):
    np.ascontiguousarray(array).astype("<f8").tofile(folder / name)


def scaled(params, y, rate):
    rest = {k: v for k, v in params.items() if k not in ("scale", "ref", "amin", "top_db", "pcen")}
    mel = librosa.feature.melspectrogram(y=y, sr=rate, **rest)
    if params["scale"] == "db":
        ref = np.max if params["ref"] == "max" else params["ref"]
        return librosa.power_to_db(mel, ref=ref, amin=params["amin"], top_db=params["top_db"])
    if params["scale"] == "ln":
        return np.log(np.maximum(params["amin"], mel))
    if params["scale"] == "pcen":
        return librosa.pcen(mel * 2**31, sr=rate, hop_length=params["hop_length"], **params["pcen"])
    return mel


for m, mel in enumerate(job["mels"]):
    put(f"mel.{m}", scaled(mel["params"], *sounds[mel["clip"]]).T)

feature = librosa.feature
for n, (y, rate) in enumerate(sounds):
    put(f"rms.{n}", feature.rms(y=y, **job["frame"]))
    put(f"zero crossings.{n}", feature.zero_crossing_rate(y, **job["frame"]))
    put(f"centroid.{n}", feature.spectral_centroid(y=y, sr=rate, **job["stft"]))
    put(f"bandwidth.{n}", feature.spectral_bandwidth(y=y, sr=rate, **job["stft"]))
    put(f"roll-off.{n}", feature.spectral_rolloff(y=y, sr=rate, **job["stft"]))
    put(f"flatness.{n}", feature.spectral_flatness(y=y, **job["stft"]))
    put(f"contrast.{n}", feature.spectral_contrast(y=y, sr=rate, **job["contrast"], **job["stft"]).T)
    put(f"trim.{n}", librosa.effects.trim(y, top_db=30)[1])
    put(f"split.{n}", librosa.effects.split(y, top_db=30))
    put(f"pre-emphasis.{n}", librosa.effects.preemphasis(y))
    mfcc = feature.mfcc(y=y, sr=rate, **job["cepstrum"], **job["stft"], **job["mel"])
    put(f"mfcc.{n}", mfcc.T)
    put(f"delta.{n}", feature.delta(mfcc).T)
    put(f"delta-delta.{n}", feature.delta(mfcc, order=2).T)
    put(f"yin.{n}", librosa.yin(y, sr=rate, **job["pitch"]))
    f0, _, probability = librosa.pyin(y, sr=rate, fill_na=0, **job["pitch"])
    put(f"pyin.{n}", f0)
    put(f"voicing.{n}", probability)

print(json.dumps({"librosa": librosa.__version__, "numpy": np.__version__}))
