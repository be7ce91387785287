"""Answers to denoise.test.ts: noisereduce, pyloudnorm, pystoi and scipy on signals given as float32 files."""

import json
import sys

import noisereduce
import numpy as np
import pyloudnorm
from pystoi import stoi
from scipy.special import exp1

for line in sys.stdin:
    job = json.loads(line)
    if "x" in job:
        answer = exp1(np.array(job["x"])).tolist()
    else:
        signal = np.fromfile(job["signal"], "<f4")
        if job["what"] == "loudness":
            meter = pyloudnorm.Meter(job["rate"], "DeMan")
            answer = float(meter.integrated_loudness(signal.astype(float)))
        elif job["what"] == "stoi":
            noisy = np.fromfile(job["noisy"], "<f4")
            answer = float(stoi(signal.astype(float), noisy.astype(float), job["rate"]))
        else:
            clean = noisereduce.reduce_noise(
                signal,
                job["rate"],
                stationary=job["stationary"],
                prop_decrease=job["prop_decrease"],
            )
            clean.astype("<f4").tofile(job["out"])
            answer = None
    print(json.dumps(answer), flush=True)
