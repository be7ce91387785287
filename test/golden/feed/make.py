"""Writes golden.ndjson and *.f32: what NumPy and PyTorch make of clips on their way into a network.

    python test/golden/feed/make.py        (needs numpy and torch)

Clips are log-mel spectrograms in nepers, drawn from a linear congruential generator that the tests
repeat, so only results are stored. The steps are those of the measured recipe, each in the library's
own words: numpy means and deviations, torch.nn.functional.grid_sample for the crop, numpy.linalg.solve
for the Wiener mean.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
BANDS, FMIN, FMAX = 64, 50.0, 8000.0
LENGTHS = [150, 60, 97, 20, 2]
CROP = 32
torch.set_num_threads(1)


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


def clips():
    """Frames x bands in float32: a slope, a wave in time, noise, and one band that never changes."""
    draws = Draws(1)
    out = []
    for n, frames in enumerate(LENGTHS):
        x = draws.uniform(frames, BANDS) * 6 - 0.05 * np.arange(BANDS)
        x += 4 * np.sin(0.2 * np.arange(frames) + n)[:, None] - 3 * n
        x[::7, 40:] -= 25  # quiet enough to meet the floor
        x[:, 63] = -4
        out.append(x.astype(np.float32))
    return out


def prepared(level):
    """80 dB floor, level of the clip, z-score by the frames of the first three clips."""
    raised = [np.maximum(x, x.max() - 80 * math.log(10) / 10).astype(np.float64) for x in clips()]
    if level == "scalar":
        raised = [x - x.mean() for x in raised]
    elif level == "band":
        raised = [x - x.mean(0) for x in raised]
    frames = np.concatenate(raised[:3])
    mean, deviation = frames.mean(0), frames.std(0)
    constant = deviation < 1e-5
    deviation[constant] = 1
    return [((x - mean) / deviation).astype(np.float32) for x in raised], mean, deviation


def slaney(hz):
    return np.where(hz < 1000, hz * 3 / 200, 15 + 27 * np.log(np.maximum(hz, 1) / 1000) / np.log(6.4))


def hertz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def warped_bands(alpha):
    """Where each band of a warped spectrogram reads the original."""
    low, high = slaney(np.array([FMIN, FMAX]))
    edges = np.linspace(low, high, BANDS + 2)
    place = (slaney(hertz(edges[1:-1]) * alpha) - low) / (edges[1] - edges[0]) - 1
    return np.clip(place, 0, BANDS - 1)


def crops(x, draws):
    """A batch of crops: one grid over clips that are padded with zeros to one length."""
    longest = max(LENGTHS)
    stack = torch.zeros(len(x), 1, BANDS, longest)
    for n, clip in enumerate(x):
        stack[n, 0, :, : len(clip)] = torch.from_numpy(clip.T.copy())
    grid = np.empty((len(x), BANDS, CROP, 2))
    mask = np.zeros((len(x), CROP))
    for n, (draw, frames) in enumerate(zip(draws, LENGTHS)):
        time = draw["start"] + draw["rate"] * np.arange(CROP)
        mask[n] = (time >= 0) & (time <= frames - 1)
        grid[n, :, :, 0] = 2 * time / (longest - 1) - 1
        grid[n, :, :, 1] = (2 * warped_bands(draw["alpha"]) / (BANDS - 1) - 1)[:, None]
    # In double precision: single would put grid points 1e-5 frames off.
    out = F.grid_sample(
        stack.double(), torch.from_numpy(grid), align_corners=True, padding_mode="border"
    )
    return out, torch.from_numpy(mask)


def table(n):
    """A speaker's statistics, different for each sample."""
    u = Draws(50 + n).uniform(2, BANDS)
    return torch.from_numpy(u[0] - 0.5), torch.from_numpy(0.5 + u[1])


def style(x, mask, shares, partner):
    """Freq-MixStyle: statistics of a band over the frames that count."""
    kept = mask[:, None, None, :]
    total = kept.sum(3, keepdim=True)
    mean = (x * kept).sum(3, keepdim=True) / total
    deviation = ((x * x * kept).sum(3, keepdim=True) / total - mean**2).clamp(min=1e-5).sqrt()
    share = torch.tensor(shares)[:, None, None, None]
    mixed = share * deviation + (1 - share) * deviation[partner]
    return ((x - mean) / deviation * mixed + share * mean + (1 - share) * mean[partner]) * kept


def samples():
    x, _, _ = prepared("scalar")
    draws = [
        dict(start=40.25, rate=1.1, alpha=1.09),
        dict(start=3.5, rate=0.88, alpha=0.9),
        dict(start=65.0, rate=1.0, alpha=1.0),
        dict(start=-9.3, rate=1.04, alpha=1.12),
        dict(start=-20.6, rate=0.87, alpha=0.95),
    ]
    spans = Draws(7)
    for draw in draws:
        band, frames = int(spans.uniform() * 9), [int(spans.uniform() * 9) for _ in range(2)]
        draw["bandMasks"] = [dict(first=int(spans.uniform() * (BANDS - band + 1)), width=band)]
        draw["frameMasks"] = [
            dict(first=int(spans.uniform() * (CROP - w + 1)), width=w) for w in frames
        ]
    out, mask = crops(x, draws)
    for n, draw in enumerate(draws):
        mean, deviation = table(n)
        out[n] = (out[n] - mean[:, None]) / deviation[:, None] * mask[n]
        for span in draw["bandMasks"]:
            out[n, :, span["first"] : span["first"] + span["width"]] = 0
        for span in draw["frameMasks"]:
            out[n, :, :, span["first"] : span["first"] + span["width"]] = 0
    first = out.clone()
    mixup = [0.9, 0.35, 1.0, 0.5, 0.75]
    share = torch.tensor(mixup)[:, None, None, None]
    out = share * out + (1 - share) * out.roll(-1, 0)
    mask = torch.maximum(mask, mask.roll(-1, 0))
    styles = [1.0, 0.2, 0.6, 0.8, 0.05]
    out = style(out, mask, styles, torch.arange(len(x)).roll(-(len(x) // 2)))
    for draw, lam, sty in zip(draws, mixup, styles):
        draw.update(mixup=lam, style=sty)
    return draws, first, out, mask


def enrolment():
    """Five training speakers with eight clips each; what ten enrolled clips say of a sixth."""
    draws = Draws(99)
    rows = 16
    speakers = []
    for _ in range(6):
        offset = np.cumsum(draws.uniform(rows) - 0.5) * 0.6
        spread = 0.6 + draws.uniform(rows)
        own = [
            offset + spread * ((draws.uniform(12, rows) - 0.5) * 3 + draws.uniform(rows) - 0.5)
            for _ in range(8)
        ]
        speakers.append([clip.astype(np.float32).astype(np.float64) for clip in own])
    training, new = speakers[:5], speakers[5]

    def table_of(own):
        frames = np.concatenate(own)
        return frames.mean(0), np.sqrt(np.maximum(frames.var(0), 1e-4))

    pooled = np.sqrt(np.mean([table_of(own)[1] ** 2 for own in training], 0))
    means = np.array([[clip.mean(0) for clip in own] for own in training])
    of_speaker = means.mean(1)
    g = of_speaker.mean(0)
    rest = (means - of_speaker[:, None]).reshape(-1, rows)
    within = rest.T @ rest / (len(rest) - len(training))
    within += 0.02 * np.trace(within) / rows * np.eye(rows)
    between = np.cov(of_speaker.T)
    padded = np.pad(np.diag(between), 5, "edge")
    v = np.sqrt(np.lib.stride_tricks.sliding_window_view(padded, 11).mean(1))
    apart = np.abs(np.arange(rows)[:, None] - np.arange(rows))
    t = 0.5 * between + 0.5 * np.exp(-apart / 6) * np.outer(v, v)

    def estimate(own):
        k = len(own)
        mean, deviation = table_of(own)
        w = k / (k + 5)
        m = g + t @ np.linalg.solve(t + within / k, mean - g)
        return [m.tolist(), np.sqrt(w * deviation**2 + (1 - w) * pooled**2).tolist()]

    side = [np.array([clip[0, :4] for clip in own]) for own in training]
    own_means = np.array([rows.mean(0) for rows in side])
    omega = np.mean([rows.var(0) for rows in side], 0)
    tau = own_means.var(0, ddof=1)
    enrolled = np.array([clip[0, :4] for clip in new[:3]])
    shrunk = tau / (tau + omega / 3) * enrolled.mean(0)
    relative = lambda row, mean: np.clip((row - mean) / np.sqrt(omega), -4, 4).tolist()
    return dict(
        estimates=[[k, *estimate(new[:k])] for k in (1, 3, 8)],
        average=[g.tolist(), pooled.tolist()],
        whole=[part.tolist() for part in table_of(training[0])],
        trainingSide=relative(side[2][1], own_means[2]),
        enrolledSide=relative(new[5][0, :4], shrunk),
    )


def store(name, values):
    (HERE / f"{name}.f32").write_bytes(np.ascontiguousarray(values, "<f4").tobytes())


def main():
    facts = {"numpy": np.__version__, "torch": torch.__version__, "levels": {}}
    for level in ("scalar", "band", "none"):
        x, mean, deviation = prepared(level)
        store(f"prepared_{level}", x[3].T)
        facts["levels"][level] = dict(mean=mean.tolist(), deviation=deviation.tolist())
    draws, first, mixed, mask = samples()
    store("samples", first)
    store("mixed", mixed)
    facts["draws"] = draws
    facts["mask"] = ["".join(str(int(v)) for v in row) for row in mask]
    facts["bands"] = {str(a): warped_bands(a).tolist() for a in (0.88, 1.12)}
    facts["enrolment"] = enrolment()
    lines = [json.dumps({"name": name, "value": value}) for name, value in facts.items()]
    (HERE / "golden.ndjson").write_text("\n".join(lines) + "\n")


main()
