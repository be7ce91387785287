"""Makes the arrays of this folder from librosa 0.11.0, SciPy 1.17.1 and soxr 1.1.0.

    python make.py

Arrays are raw little-endian float32, row-major, named in manifest.json. Spectrograms are stored
as bands x frames, as librosa returns them.
"""
import json
import pathlib

import librosa
import numpy as np
import scipy
import soxr

here = pathlib.Path(__file__).parent
manifest = {
    "versions": {m.__name__: m.__version__ for m in (librosa, scipy, soxr, np)},
    "arrays": {},
    "windows": {},
}


def put(name, array, **facts):
    if np.iscomplexobj(array):
        array = np.stack([array.real, array.imag], -1)
    array = np.ascontiguousarray(array, dtype="<f4")
    array.tofile(here / f"{name}.f32")
    manifest["arrays"][name] = {"shape": list(array.shape), **facts}


rate = 16000
rng = np.random.default_rng(20240519)
t = np.arange(int(0.4 * rate)) / rate
pitch = 2 * np.pi * np.cumsum(150 + 30 * np.sin(9 * t)) / rate
voice = sum(np.sin(k * pitch + k) / k for k in range(1, 30))
voice = voice * np.clip(np.sin(2 * np.pi * 3.5 * t + 0.4), 0, 1) + 0.01 * rng.standard_normal(len(t))
signal = (np.round(voice / np.abs(voice).max() * 20000) / 32768).astype(np.float32)
signal[-800:] = 0
put("signal", signal, rate=rate)

cases = {
    "default": dict(n_fft=1024, win_length=640, hop_length=256, window="hann", center=True,
                    pad_mode="constant", power=2.0, n_mels=64, fmin=50, fmax=8000, htk=False, norm="slaney"),
    "htk": dict(n_fft=512, win_length=400, hop_length=160, window="hamming", center=True,
                pad_mode="reflect", power=1.0, n_mels=40, fmin=20, fmax=7600, htk=True, norm=None),
    "edge": dict(n_fft=256, win_length=255, hop_length=300, window="blackman", center=True,
                 pad_mode="edge", power=2.0, n_mels=24, fmin=0, fmax=4000, htk=False, norm="slaney"),
    "uncentred": dict(n_fft=512, win_length=512, hop_length=200, window="boxcar", center=False,
                      pad_mode="constant", power=1.5, n_mels=32, fmin=100, fmax=6000, htk=True, norm="slaney"),
}
for name, case in cases.items():
    mel = librosa.feature.melspectrogram(y=signal, sr=rate, **case)
    put(f"mel_{name}", mel, **case)
    for top_db in (None, 60):
        put(f"db_{name}_{top_db or 'all'}", librosa.power_to_db(mel, top_db=top_db), top_db=top_db)
put("db_default_max", librosa.power_to_db(librosa.feature.melspectrogram(y=signal, sr=rate, **cases["default"]),
                                          ref=np.max, top_db=80))

short = dict(cases["default"], pad_mode="reflect")
put("mel_short", librosa.feature.melspectrogram(y=signal[1000:1300], sr=rate, **short), start=1000, end=1300, **short)
put("stft", librosa.stft(signal[:1600], n_fft=256, hop_length=200, win_length=200, pad_mode="reflect"))
put("bank", librosa.filters.mel(sr=22050, n_fft=512, n_mels=30, fmin=60, fmax=9000, htk=True, norm=None))
put("bank_narrow", librosa.filters.mel(sr=16000, n_fft=256, n_mels=128))

for name in ("hann", "hamming", "blackman", "boxcar"):
    manifest["windows"][name] = {n: scipy.signal.get_window(name, n).tolist() for n in (7, 10)}

for orig, target in ((44100, 16000), (24414, 16000), (16000, 22050), (32000, 16000)):
    noise = (0.1 * rng.standard_normal(orig // 8)).astype(np.float32)
    put(f"resample_{orig}", noise, orig=orig, target=target)
    put(f"resample_{orig}_{target}", librosa.resample(noise, orig_sr=orig, target_sr=target))

(here / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
