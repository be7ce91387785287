"""Computes with librosa, soundfile and soxr what the test asks for.

Reads JSON from standard input: {"folder": ..., "clips": [...], "settings": [...], "target": ...} and
writes raw little-endian float32 to the folder: N.pcm (mono samples), N.S.mel (decibels, frames x
bands, for setting S) and N.soxr (resampled to the target rate). Prints {"rates": [...], versions}.
"""
import json
import pathlib
import sys
import warnings

import librosa
import soxr

warnings.filterwarnings("ignore")
job = json.load(sys.stdin)
folder = pathlib.Path(job["folder"])
rates = []


def put(name, array):
    array.astype("<f4").tofile(folder / name)


for n, path in enumerate(job["clips"]):
    samples, rate = librosa.load(path, sr=None, mono=True)
    rates.append(rate)
    put(f"{n}.pcm", samples)
    for s, setting in enumerate(job["settings"]):
        setting = dict(setting)
        top_db = setting.pop("top_db")
        mel = librosa.feature.melspectrogram(y=samples, sr=rate, **setting)
        put(f"{n}.{s}.mel", librosa.power_to_db(mel, top_db=top_db).T)
    if rate != job["target"]:
        put(f"{n}.soxr", soxr.resample(samples, rate, job["target"], quality="HQ"))

print(json.dumps({"rates": rates, "librosa": librosa.__version__, "soxr": soxr.__version__}))
