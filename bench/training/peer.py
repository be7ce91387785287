"""PyTorch's side of the comparison: one fp32 training step, as train-kfold does it.

    python peer.py MODEL LAYOUT     # MODEL: reference | cnn4; LAYOUT: nchw | nhwc

Reads a number of steps per line from stdin, runs them and answers with wall and processor seconds.
"""

import sys
import time

import torch
from torch import nn

BANDS, CLASSES = 64, 5


def block(channels, filters, kernel, stride, pool, early, eps, momentum):
    conv = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=False)
    norm = nn.BatchNorm2d(filters, eps=eps, momentum=momentum)
    pools = [nn.MaxPool2d(pool)] if pool > 1 else []
    # A ReLU after the pool gives the same numbers and is the faster order here, too.
    return [conv, *pools, norm, nn.ReLU()] if early else [conv, norm, *pools, nn.ReLU()]


class Net(nn.Module):
    def __init__(self, layers, eps, momentum, statistics, width):
        super().__init__()
        body, channels = [], 1
        for filters, kernel, stride, pool in layers:
            body += block(channels, filters, kernel, stride, pool, statistics, eps, momentum)
            channels = filters
        self.body = nn.Sequential(*body)
        self.statistics = statistics
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(width, CLASSES))

    def forward(self, x):
        y = self.body(x)
        if not self.statistics:
            return self.head(y.mean((2, 3)))
        y = y.flatten(1, 2)
        mean = y.mean(2, keepdim=True)
        deviation = ((y - mean) ** 2).mean(2).clamp(min=1e-4).sqrt()
        return self.head(torch.cat([mean[:, :, 0], deviation], 1))


MODELS = {
    "reference": (
        lambda: Net([(16, 3, 1, 2), (32, 3, 1, 2), (64, 3, 1, 2), (128, 3, 1, 1)], 1e-3, 0.01, False, 128),
        (32, 128),
    ),
    "cnn4": (
        lambda: Net([(16, 5, 2, 1), (32, 3, 1, 2), (64, 3, 1, 2), (96, 3, 1, 1)], 1e-5, 0.1, True, 1536),
        (16, 96),
    ),
}


def main():
    name, layout = sys.argv[1:]
    torch.set_num_threads(1)
    torch.manual_seed(1)
    make, (batch, frames) = MODELS[name]
    order = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    net = make().to(memory_format=order).train()
    x = torch.randn(batch, 1, BANDS, frames).to(memory_format=order)
    y = torch.arange(batch) % CLASSES
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [dict(params=decayed, weight_decay=0.02), dict(params=plain, weight_decay=0.0)]
    optimiser = torch.optim.AdamW(groups, lr=1e-3)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
    average = [p.detach().clone() for p in net.state_dict().values()]
    sys.stderr.write(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}\n")
    for line in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            optimiser.zero_grad()
            loss = loss_of(net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            with torch.no_grad():
                for mean, value in zip(average, net.state_dict().values()):
                    if value.is_floating_point():
                        mean.mul_(0.99).add_(value, alpha=0.01)
            loss.item()
        print(time.perf_counter() - start, time.process_time() - cpu, flush=True)


main()
