"""Writes golden.ndjson: what PyTorch says about every architecture and every kind of block.

    python test/golden/torch-models/make.py        (environment: requirements.txt beside it)

Every net is built here by hand from torch.nn, in double precision, for 4 classes. Weights, running
statistics, inputs and dropout noise come from a small generator that the tests repeat, so that only
results are stored, one net a line:

    parameters   how many, for 5 and 7 classes (architectures)
    flops        forward, of one clip of `frames` frames: torch.utils.flop_counter
    alone        logits in evaluation mode, each clip by itself and without padding
    train        logits in training mode, of the padded batch
    buffers      running statistics after that step: their sum with fixed random weights, per buffer
    gradients    of sum(logits * r), r random, per parameter: its sum with fixed random weights

Masks are lengths here, carried from layer to layer by PyTorch's formula for the size of its output;
frames beyond a clip's length are set to 0 before a convolution that pads and before a gate, and left out
of what is taken over time.
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

torch.set_default_dtype(torch.float64)
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
        return torch.tensor(out, dtype=torch.float64).reshape(shape)

    def signed(self, *shape):
        return self.uniform(*shape) * 2 - 1


def as_float32(values):
    return torch.from_numpy(values.numpy().astype(np.float32).astype(np.float64))


class State:
    """What flows: values, frames of each clip that count, and the noise of dropout."""

    noise = None


def inside(x, n):
    """1 for the frames that count."""
    return (torch.arange(x.shape[3]) < n[:, None]).to(x)[:, None, None]


class Conv(nn.Module):
    def __init__(self, i, o, kernel=3, stride=1, dilation=1, groups=1, bias=False, pad=True):
        super().__init__()
        two = lambda v: tuple(v) if isinstance(v, (list, tuple)) else (v, v)
        kernel, stride, dilation = two(kernel), two(stride), two(dilation)
        self.extent = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
        padding = [(e - 1) // 2 if pad else 0 for e in self.extent]
        self.conv = nn.Conv2d(i, o, kernel, stride, padding, dilation, groups, bias)

    def forward(self, x, n):
        x = x * inside(x, n) if self.conv.padding[1] else x
        n = (n + 2 * self.conv.padding[1] - self.extent[1]) // self.conv.stride[1] + 1
        return self.conv(x), n.clamp(min=1)


class Pool(nn.Module):
    def __init__(self, kind, size, stride=None):
        super().__init__()
        two = lambda v: tuple(v) if isinstance(v, (list, tuple)) else (v, v)
        self.size, self.stride = two(size), two(stride or size)
        self.pool = (nn.MaxPool2d if kind == "max" else nn.AvgPool2d)(self.size, self.stride)

    def forward(self, x, n):
        return self.pool(x), ((n - self.size[1]) // self.stride[1] + 1).clamp(min=1)


class Each(nn.Module):
    """A module of torch.nn that keeps frames where they are."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x, n):
        return self.module(x), n


class Batch(Each):
    def __init__(self, c):
        super().__init__(nn.BatchNorm2d(c))


class Instance(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = nn.InstanceNorm2d(c, affine=True)

    def forward(self, x, n):
        out = torch.zeros_like(x)
        for i, m in enumerate(n.tolist()):
            out[i, :, :, :m] = self.norm(x[i : i + 1, :, :, :m])[0]
        return out, n


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = nn.LayerNorm(c)

    def forward(self, x, n):
        return self.norm(x.transpose(1, -1)).transpose(1, -1), n


class Drop(nn.Module):
    def __init__(self, rate, spatial=False):
        super().__init__()
        self.rate, self.spatial = rate, spatial

    def forward(self, x, n):
        if not self.training:
            return x, n
        noise = State.noise.uniform(*((*x.shape[:2], 1, 1) if self.spatial else x.shape))
        return x * (noise > self.rate) / (1 - self.rate), n


class Gate(nn.Module):
    def __init__(self, c, reduction):
        super().__init__()
        h = max(4, c // reduction)
        self.reduce, self.expand = nn.Linear(c, h), nn.Linear(h, c)

    def forward(self, x, n):
        x = x * inside(x, n)
        m = torch.stack([x[i, :, :, :k].mean((1, 2)) for i, k in enumerate(n.tolist())])
        return x * torch.sigmoid(self.expand(F.relu(self.reduce(m))))[:, :, None, None], n


class Chain(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x, n):
        for layer in self.layers:
            x, n = layer(x, n)
        return x, n


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x, n):
        y, after = self.body(x, n)
        return y + (self.shortcut(x, n)[0] if self.shortcut else x), after


class Parallel(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x, n):
        out = [branch(x, n) for branch in self.branches]
        return torch.cat([y for y, _ in out], 1), out[0][1]


class Frequency(nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, x, n):
        if self.by == "flatten":
            return x.flatten(1, 2)[:, :, None], n
        return (x.mean(2, True) if self.by == "mean" else x.amax(2, True)), n


class Time(nn.Module):
    def __init__(self, by, c=0, hidden=32):
        super().__init__()
        self.by = by
        if by == "attention":
            self.hidden, self.score = nn.Linear(c, hidden), nn.Linear(hidden, 1, bias=False)

    def forward(self, x, n):
        return torch.stack([self.one(x[i, :, 0, :m]) for i, m in enumerate(n.tolist())]), n

    def one(self, h):
        if self.by == "mean":
            return h.mean(1)
        if self.by == "max":
            return h.amax(1)
        if self.by == "statistics":
            return torch.cat([h.mean(1), h.var(1, unbiased=False).clamp(min=1e-4).sqrt()])
        return h @ torch.softmax(self.score(torch.tanh(self.hidden(h.T)))[:, 0], 0)


class Net(nn.Module):
    """frames -> vector, side inputs, vector -> logits."""

    def __init__(self, body, head, features, classes):
        super().__init__()
        self.body, self.head = body, head
        self.classifier = nn.Linear(features, classes)

    def forward(self, x, n, side=None):
        z, _ = self.body(x, n)
        z = z if side is None else torch.cat([z, side], 1)
        return self.classifier(self.head(z, n)[0])


def relu():
    return Each(nn.ReLU())


def stage(i, o, pool=None, kernel=3, stride=1):
    return [Conv(i, o, kernel, stride), *([Pool("max", pool)] if pool else []), Batch(o), relu()]


def basic(c):
    return [Residual(Chain(Conv(c, c), Batch(c), relu(), Conv(c, c), Batch(c))), relu()]


def architecture(name, c, f, k, side=0):
    """The network of c channels and f bands for k classes. The third argument of Net is how many values
    the classifier takes: what pooling over time and the side inputs, or the last dense layer, give;
    `left` is the bands that the stem and two pools leave."""
    left = f // 8
    stem = stage(c, 16, kernel=5, stride=2)
    four = [*stem, *stage(16, 32, 2), *stage(32, 64, 2), *stage(64, 96), Frequency("flatten")]
    drop = Chain(Drop(0.3))
    if name == "mlp":
        n = 2 * c * f + side
        head = Chain(
            Each(nn.BatchNorm1d(n)) if not side else Each(nn.Identity()),
            Each(nn.Linear(n, 128)), relu(), Drop(0.3), Each(nn.Linear(128, 64)), relu(), Drop(0.3),
        )  # fmt: skip
        return Net(Chain(Frequency("flatten"), Time("statistics")), head, 64, k)
    if name == "cnn4":
        return Net(Chain(*four, Time("statistics")), drop, 192 * left + side, k)
    if name == "cnn4-attention":
        return Net(Chain(*four, Time("attention", 96 * left)), drop, 96 * left, k)
    if name == "cnn6":
        body = [*stem, *stage(16, 32, 2), *stage(32, 32), *stage(32, 64, 2), *stage(64, 96)]
        body += [*stage(96, 128), Frequency("flatten"), Time("statistics")]
        return Net(Chain(*body), drop, 256 * left, k)
    if name == "resnet9":
        body = [*stem, *stage(16, 32, 2), *basic(32), *stage(32, 64, 2), *stage(64, 96), *basic(96)]
        return Net(Chain(*body, Frequency("flatten"), Time("statistics")), drop, 192 * left, k)
    if name == "light-sernet":
        view = lambda kernel: Chain(Conv(c, 32, kernel), Batch(32), relu(), Pool("avg", 2))
        light = lambda i, o, size: [*stage(i, o), Pool("avg", size)]
        body = [Parallel(view([1, 11]), view([9, 1]), view([3, 3])), *light(96, 64, 2)]
        body += [*light(64, 96, 2), *light(96, 128, [1, 2]), *light(128, 160, [1, 2])]
        body += [*stage(160, 320, kernel=1), Frequency("mean"), Time("mean")]
        return Net(Chain(*body), drop, 320, k)
    raise KeyError(name)


# Small nets, one for every kind of block: (body, head, size of the vector, channels, bands, side).
# test/model/lower/cases.ts writes the same ones in the language.
def small(name):
    none = Chain()
    flat = [Frequency("flatten"), Time("statistics")]
    if name == "conv":
        body = [Conv(2, 4, [3, 5], [2, 1], bias=True), Conv(4, 6, 3, 2, dilation=2, groups=2)]
        return Chain(*body, *flat), none, 2 * 6 * 3, 2, 12, 0
    if name == "conv-even":
        body = [Conv(1, 3, [2, 4], [1, 2]), Conv(3, 5, [3, 4], pad=False), Conv(5, 4, [1, 2])]
        return Chain(*body, *flat), none, 2 * 4 * 6, 1, 9, 0
    if name == "depthwise":
        body = [Conv(2, 4, 3, [1, 2], groups=2, bias=True), relu(), Conv(4, 4, [1, 5], groups=4)]
        return Chain(*body, *flat), none, 2 * 4 * 8, 2, 8, 0
    if name == "separable":
        body = [Conv(3, 3, [3, 5], [2, 1], groups=3), Conv(3, 6, 1, bias=True)]
        return Chain(*body, *flat), none, 2 * 6 * 4, 3, 8, 0
    if name == "batch-norm":
        body = [Conv(1, 4), Pool("max", 2), Batch(4), relu(), Conv(4, 5), Batch(5), relu()]
        return Chain(*body, *flat), none, 2 * 5 * 4, 1, 8, 0
    if name == "instance-norm":
        body = [Conv(1, 4), Instance(4), Each(nn.SiLU()), Conv(4, 5), Instance(5)]
        return Chain(*body, *flat), none, 2 * 5 * 8, 1, 8, 0
    if name == "layer-norm":
        body = [Conv(1, 4), Layer(4), Each(nn.GELU()), Conv(4, 5), Layer(5)]
        return Chain(*body, *flat), none, 2 * 5 * 8, 1, 8, 0
    if name == "activations":
        body = [Conv(1, 4), Each(nn.SiLU()), Conv(4, 4), Each(nn.GELU()), Conv(4, 4), relu()]
        return Chain(*body, *flat), none, 2 * 4 * 8, 1, 8, 0
    if name == "pools":
        body = [Conv(1, 4), Pool("avg", [2, 3], [2, 2]), Conv(4, 4), Pool("max", [1, 2], 1)]
        body += [Pool("avg", [2, 1]), Conv(4, 3)]
        return Chain(*body, *flat), none, 2 * 3 * 2, 1, 8, 0
    if name == "squeeze-excite":
        body = [Conv(1, 8), Batch(8), relu(), Gate(8, 2), Pool("max", 2), Conv(8, 4), Gate(4, 4)]
        body += [Batch(4), Conv(4, 4)]
        return Chain(*body, *flat), none, 2 * 4 * 4, 1, 8, 0
    if name == "dropout":
        body = [Conv(1, 6), Drop(0.25, True), relu(), Drop(0.5), Conv(6, 4)]
        return Chain(*body, *flat), Chain(Drop(0.3)), 2 * 4 * 8, 1, 8, 0
    if name == "residual":
        same = Residual(Chain(Conv(4, 4), Batch(4), relu(), Conv(4, 4), Batch(4)))
        strided = Residual(Chain(Conv(4, 6, 3, 2), Batch(6), relu(), Conv(6, 6)), Conv(4, 6, 1, 2))
        pooled = Residual(
            Chain(Conv(6, 6, [3, 3], [1, 2]), Pool("max", 2), relu()),
            Chain(Pool("avg", [2, 3], [2, 4]), Conv(6, 6, 1)),
        )
        body = [Conv(1, 4), same, relu(), strided, relu(), pooled]
        return Chain(*body, *flat), none, 2 * 6 * 2, 1, 8, 0
    if name == "parallel":
        first = Parallel(
            Chain(Conv(2, 3, [1, 7]), relu(), Pool("max", 2)),
            Chain(Conv(2, 4, [5, 1]), Batch(4), Pool("avg", 2)),
        )
        second = Residual(Chain(Parallel(Conv(7, 3), Conv(7, 4, 1))))
        return Chain(first, Conv(7, 7), second, *flat), none, 2 * 7 * 4, 2, 8, 0
    if name == "frames":
        body = [Conv(1, 4), Frequency("mean"), Conv(4, 6, [1, 5], [1, 2]), Batch(6), relu()]
        body += [Conv(6, 4, [1, 3], dilation=[1, 2]), Pool("max", [1, 2]), Layer(4), Time("mean")]
        return Chain(*body), none, 4, 1, 8, 0
    if name == "max":
        return Chain(Conv(1, 4), Frequency("max"), Time("max")), none, 4, 1, 8, 0
    if name == "attention":
        body = [Conv(1, 4, 3, [2, 1]), relu(), Frequency("flatten"), Time("attention", 16, 6)]
        return Chain(*body), none, 16, 1, 8, 0
    if name == "vector":
        head = [Each(nn.Linear(21, 7)), Each(nn.BatchNorm1d(7)), relu(), Drop(0.2)]
        head += [Each(nn.Linear(7, 6, bias=False)), Each(nn.LayerNorm(6)), Each(nn.GELU())]
        return Chain(Frequency("flatten"), Time("statistics")), Chain(*head), 6, 1, 8, 5
    raise KeyError(name)


SMALL = (
    "conv conv-even depthwise separable batch-norm instance-norm layer-norm activations pools "
    "squeeze-excite dropout residual parallel frames max attention vector"
).split()
# Append: the seed of a net is its place here, so one that comes between records all after it anew.
NAMED = "mlp cnn4 cnn4-attention cnn6 resnet9 light-sernet".split()


def fill(net, draws):
    """Parameters in order, then running statistics in order."""
    with torch.no_grad():
        for module in net.modules():
            own = dict(module.named_parameters(recurse=False))
            norm = not isinstance(module, (nn.Conv2d, nn.Linear))
            for name, p in own.items():
                v = draws.signed(*p.shape)
                fan_in = None if norm else math.prod(module.weight.shape[1:])
                start = 1.0 if name == "weight" else 0.0
                p.copy_(as_float32(start + 0.5 * v if norm else v * (1 / math.sqrt(fan_in))))
        for name, b in net.named_buffers():
            if b.dtype.is_floating_point:
                start = 1.0 if name.endswith("var") else 0.0
                b.copy_(as_float32(start + 0.5 * draws.signed(*b.shape)))


def weighed(draws, values):
    return float((draws.signed(*values.shape) * values).sum())


def record(net, c, f, side, frames, lengths, seed):
    draws = Draws(seed)
    fill(net, draws)
    n = torch.tensor(lengths)
    x = draws.signed(len(lengths), c, f, frames) * inside(torch.zeros(1, 1, 1, frames), n)
    e = draws.signed(len(lengths), side) if side else None
    out = {"channels": c, "bands": f, "side": side, "frames": frames, "lengths": lengths, "seed": seed}
    net.eval()
    with torch.no_grad():
        alone = [
            net(x[i : i + 1, :, :, :m], torch.tensor([m]), None if e is None else e[i : i + 1])[0]
            for i, m in enumerate(lengths)
        ]
    out["alone"] = torch.stack(alone).tolist()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        net(x[:1], n[:1], None if e is None else e[:1])
    out["flops"] = counter.get_total_flops()
    net.train()
    State.noise = Draws(seed + 1)
    logits = net(x, n, e)
    out["train"] = logits.tolist()
    weights = Draws(seed + 2)
    (logits * weights.signed(*logits.shape)).sum().backward()
    gradients = [weighed(weights, p.grad) for p in net.parameters()]
    running = [weighed(weights, b) for b in net.buffers() if b.dtype.is_floating_point]
    out["gradients"], out["buffers"] = gradients, running
    return out


def main():
    lines = []
    for i, name in enumerate(SMALL):
        body, head, size, c, f, side = small(name)
        net = Net(body, head, size, 4)
        lines.append({"name": name, **record(net, c, f, side, 17, [17, 13, 10], 1000 + 10 * i)})
    for i, name in enumerate(NAMED):
        counts = [
            sum(p.numel() for p in architecture(name, 1, 64, k).parameters()) for k in (5, 7)
        ]
        side = 15 if name == "cnn4" else 0
        net = architecture(name, 1, 64, 4, side)
        entry = record(net, 1, 64, side, 52, [52, 45, 33], 5000 + 10 * i)
        lines.append({"name": name, "parameters": counts, **entry})
    path = pathlib.Path(__file__).with_name("golden.ndjson")
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    print(f"torch {torch.__version__}: {len(lines)} nets")


main()
