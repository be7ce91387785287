"""Best values so far of Optuna's default sampler on the problems of problems.ts, as JSON.

Usage: python bench/search/peer.py [FIRST SEED] [SEEDS] [TRIALS] [PROBLEM]... > bench/search/optuna.json
"""

import json
import logging
import math
import sys
import warnings

import optuna
from optuna.samplers import TPESampler

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(logging.ERROR)

A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def branin(t):
    x, y = t.suggest_float("x1", -5, 10), t.suggest_float("x2", 0, 15)
    curve = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(t):
    x = [t.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    total = 0
    for alpha, row, centre in zip([1, 1.2, 3, 3.2], A, P):
        total += alpha * math.exp(-sum(a * (v - 1e-4 * p) ** 2 for a, v, p in zip(row, x, centre)))
    return -total


def mixed5(t):
    rate = t.suggest_float("rate", 1e-5, 1e-1, log=True)
    drop = t.suggest_float("drop", 0, 0.7)
    filters = t.suggest_int("filters", 16, 256, step=16)
    batch = t.suggest_int("batch", 8, 256, log=True)
    net = t.suggest_categorical("net", [0, 1, 2, 3])
    best, offset = [-1.5, -3, -3.3, -2.7][net], [0.06, 0, 0.03, 0.01][net]
    size = math.log2(filters / 16) / 4
    away = math.log10(rate) - best - 0.5 * (math.log10(batch) - 1.5)
    return 0.25 + offset + 0.08 * away**2 + 0.5 * (drop - (0.2 + 0.35 * size)) ** 2 + 0.2 * (1 - size) ** 2


def rosen4(t):
    x = [t.suggest_float(f"x{i}", -2, 2) for i in range(4)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def best_so_far(objective, seed, trials):
    study = optuna.create_study(sampler=TPESampler(seed=seed))
    study.optimize(objective, n_trials=trials)
    best, out = math.inf, []
    for trial in study.trials:
        best = min(best, trial.value)
        out.append(best)
    return [out[n - 1] for n in (25, 50, 100) if n <= trials]


numbers = [int(v) for v in sys.argv[1:4]]
first, seeds, trials = numbers + [100, 100, 100][len(numbers) :]
problems = [f for f in (branin, hartmann6, mixed5, rosen4) if f.__name__ in (sys.argv[4:] or f.__name__)]
table = {f.__name__: [best_so_far(f, first + s, trials) for s in range(seeds)] for f in problems}
made_by = f"optuna {optuna.__version__}, TPESampler(seed), seeds {first} … {first + seeds - 1}"
json.dump({"made_by": made_by, "best": table}, sys.stdout)
