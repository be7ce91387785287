"""Writes trace.json: 200 training steps of cnn4 in PyTorch, in double and in single precision.

    python test/golden/torch-trace/make.py        (needs torch)

No dropout, so that nothing is random: weights and batches come from a small generator that the test
repeats. AdamW, one-cycle rate, clipping, label smoothing and weights of clips are those of
train-kfold's defaults. Losses are before each step.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

BANDS, FRAMES, CLASSES, BATCH, STEPS, BATCHES = 16, 48, 5, 8, 200, 12


class Draws:
    """Uniform in [0, 1), 24 bits each: the high bits of a linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, count):
        out = []
        for _ in range(count):
            self.state = (self.state * 1664525 + 1013904223) % 2**32
            out.append((self.state >> 8) / 2**24)
        return torch.tensor(out, dtype=torch.float64)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [(1, 16, 5, 2), (16, 32, 3, 1), (32, 64, 3, 1), (64, 96, 3, 1)]
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, stride=s, padding=k // 2, bias=False) for i, o, k, s in widths)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _ in widths)
        self.out = nn.Linear(2 * 96 * (BANDS // 8), CLASSES)

    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = conv(x)
            if i in (1, 2):
                x = F.max_pool2d(x, 2)
            x = F.relu(norm(x))
        x = x.flatten(1, 2)
        deviation = x.var(2, correction=0).clamp(min=1e-4).sqrt()
        return self.out(torch.cat([x.mean(2), deviation], 1))


def train(dtype):
    torch.set_default_dtype(dtype)
    draws = Draws(7)
    net = Net()
    with torch.no_grad():
        for module in [*net.convs, net.out]:
            bound = module.weight[0].numel() ** -0.5
            for tensor in module.parameters():
                # Rounded to single precision first, so that both precisions begin alike.
                values = (draws.uniform(tensor.numel()) * 2 - 1) * bound
                tensor.copy_(values.float().reshape(tensor.shape))
    batches = []
    for _ in range(BATCHES):
        x = (draws.uniform(BATCH * BANDS * FRAMES) * 2 - 1).float().to(dtype)
        labels = (draws.uniform(BATCH) * CLASSES).long()
        x = x.reshape(BATCH, 1, BANDS, FRAMES) + 0.1 * labels.to(dtype)[:, None, None, None]
        weights = (draws.uniform(BATCH) + 0.5).float().to(dtype)
        batches.append((x.float().to(dtype), labels, weights))
    decayed = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [dict(params=decayed, weight_decay=0.02), dict(params=others, weight_decay=0)], lr=3e-3, betas=(0.9, 0.999)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 3e-3, total_steps=STEPS, pct_start=0.15, div_factor=10, final_div_factor=100, cycle_momentum=False
    )
    losses = []
    for step in range(STEPS):
        x, labels, weights = batches[step % BATCHES]
        target = F.one_hot(labels, CLASSES).to(dtype) * 0.9 + 0.1 / CLASSES
        loss = (-(target * net(x).log_softmax(1)).sum(1) * weights).sum() / weights.sum()
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        schedule.step()
    return losses


torch.set_num_threads(1)
double = train(torch.float64)
single = train(torch.float32)
out = {"torch": torch.__version__.split("+")[0], "double": double, "single": single}
path = pathlib.Path(__file__).with_name("trace.json")
path.write_text(json.dumps(out, indent=0) + "\n")
worst = max(abs(a - b) / abs(a) for a, b in zip(double, single))
print(f"loss {double[0]:.4f} -> {double[-1]:.4f}; single differs from double by up to {worst:.1e}")
