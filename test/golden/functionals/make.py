"""Writes golden.ndjson: voice numbers of made-up sounds and of EmoDB clips, by numpy and soxr.

    python test/golden/functionals/make.py EMODB/wav      (needs numpy, soundfile, soxr)

Made-up sounds are at 8 kHz, from a linear congruential generator that the tests repeat, and their log-mel is
made up, too: there nothing is resampled and the numbers must agree to rounding. The clips are
every eleventh of EmoDB by name (Burkhardt et al. 2005, CC0); there the resamplers differ.
"""

import json
import math
import pathlib
import sys

import numpy as np
import soundfile
import soxr

HERE = pathlib.Path(__file__).parent


class Draws:
    """Uniform in [0, 1), 24 bits each: the high bits of a linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, *shape):
        out = []
        for _ in range(math.prod(shape)):
            self.state = (self.state * 1664525 + 1013904223) % 2**32
            out.append((self.state >> 8) / 2**24)
        return np.array(out).reshape(shape)


def track(signal, rate=8000):
    """Autocorrelation pitch: symmetric Hann of 64 ms every 16 ms, 70 to 500 Hz."""
    size, hop = 512, 128
    window = np.hanning(size)
    padded = np.pad(signal / (np.abs(signal).max() + 1e-9), size // 2)
    starts = range(0, len(signal) + 1, hop)
    frames = np.array([padded[s : s + size] for s in starts]) * window
    correlate = lambda x: np.fft.irfft(np.abs(np.fft.rfft(x, 2 * size)) ** 2)[..., :size]
    own, of_window = correlate(frames), correlate(window)
    energy = own[:, 0]
    ratio = own / (energy[:, None] + 1e-6) * of_window[0] / np.maximum(of_window, 1e-3)
    lags = np.arange(rate // 500, rate // 70)
    best = ratio[:, lags].argmax(1)
    strength = ratio[np.arange(len(ratio)), lags[best]]
    voiced = (strength > 0.5) & (energy > 1e-4 * energy.max())
    return np.log(rate / lags[best]), strength, voiced


def numbers(found, mel):
    log_f0, strength, voiced = found
    values = log_f0[voiced] if voiced.sum() > 4 else np.full(5, 5.2)
    low, middle, high = np.percentile(values, [10, 50, 90])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(int), [0]])))
    runs = edges[1::2] - edges[::2]
    x = np.maximum(mel, mel.max() - 80 * math.log(10) / 10).astype(float)
    level = np.log(np.exp(x).sum(1))
    inner = level[1:-1]
    peaks = (inner > level[:-2]) & (inner >= level[2:]) & (inner > level.max() - 5)
    places = np.linspace(-1, 1, x.shape[1])
    curvature, slope, _ = np.polyfit(places, x.mean(0), 2)
    change = lambda v: np.abs(np.diff(v)).mean() if len(v) > 1 else 0.0
    return [
        *(middle, high - low, values.std(), change(values), voiced.mean()),
        *(runs.mean() if len(runs) else 0.0, strength[voiced].mean() if voiced.any() else 0.0),
        math.log(len(level)),
        *(np.percentile(level, [25, 50, 75]) - level.max()),
        *(change(level), peaks.sum() / len(level), curvature, slope),
    ]


def made_up(kind):
    """A gliding voice in noise with a pause; noise alone; silence; a very short sound."""
    draws = Draws(11)
    length = dict(voice=9000, noise=4000, silence=3000, short=100)[kind]
    noise = draws.uniform(length) - 0.5
    n = np.arange(length)
    phase = 2 * np.pi * (150 * n / 8000 + 40 * (n / 8000) ** 2)
    buzz = sum(np.sin(h * phase) / h for h in range(1, 8))
    gate = (np.arange(length) // 2500) % 2 == 0
    signal = dict(voice=0.3 * gate * buzz + 0.02 * noise, noise=noise, silence=0 * noise, short=buzz)
    frames = dict(voice=70, noise=31, silence=5, short=1)[kind]
    mel = draws.uniform(frames, 64) * 8 - 5 + 3 * np.sin(0.7 * np.arange(frames))[:, None]
    mel -= 0.06 * np.arange(64)
    if kind == "silence":
        mel[:] = -60
    mel[::9, 30:] -= 30
    return signal[kind].astype(np.float32), mel.astype(np.float32)


def log_mel(signal, rate):
    """16 kHz, 1024-point frames under a periodic Hann of 640, hop 256, 64 Slaney bands; 45 dB trim."""
    y = soxr.resample(signal, rate, 16000, "HQ") if rate != 16000 else signal
    y = y / (np.sqrt((y**2).mean()) + 1e-9)
    window = np.zeros(1024)
    window[192:832] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(640) / 640)
    padded = np.pad(y, 512)
    frames = np.lib.stride_tricks.sliding_window_view(padded, 1024)[::256]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
    to_mel = lambda f: np.where(f < 1000, f * 3 / 200, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4))
    to_hz = lambda m: np.where(m < 15, m * 200 / 3, 1000 * 6.4 ** ((m - 15) / 27))
    edges = to_hz(np.linspace(to_mel(np.array(50.0)), to_mel(np.array(8000.0)), 66))
    hz = np.arange(513) * 16000 / 1024
    rise = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    bank = np.maximum(0, np.minimum(rise, fall)) * 2 / (edges[2:] - edges[:-2])[:, None]
    mel = power @ bank.T
    level = 10 * np.log10(mel.sum(1) + 1e-10)
    kept = np.flatnonzero(level > level.max() - 45)
    return np.log(np.maximum(mel[max(0, kept[0] - 3) : kept[-1] + 4], 1e-10)).astype(np.float32)


def main():
    lines = []
    for kind in ("voice", "noise", "silence", "short"):
        signal, mel = made_up(kind)
        found = track(signal.astype(float))
        row = dict(sound=kind, numbers=numbers(found, mel))
        if kind == "voice":
            row.update(
                logF0=[round(v, 12) for v in found[0]],
                strength=[round(v, 12) for v in found[1]],
                voiced="".join(str(int(v)) for v in found[2]),
            )
        lines.append(row)
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.wav"))[::11]:
        signal, rate = soundfile.read(path, dtype="float32", always_2d=True)
        signal = signal.mean(1)
        found = track(soxr.resample(signal, rate, 8000, "HQ"))
        row = numbers(found, log_mel(signal, rate))
        lines.append(dict(clip=path.name, numbers=[round(float(v), 6) for v in row]))
    text = "\n".join(json.dumps(line) for line in lines)
    (HERE / "golden.ndjson").write_text(f"{text}\n")


main()
