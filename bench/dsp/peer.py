"""The Python side of the comparisons: librosa, soxr and numpy on one thread.

    python peer.py log-mel N_FFT HOP BANDS | resample FROM TO

Reads raw float32 samples from the file named in AFFEKT_BENCH_SIGNAL. Then, per line of stdin, repeats the
computation that often and answers with wall and processor seconds.
"""
import os
import sys
import time

import numpy as np

what, *numbers = sys.argv[1:]
numbers = [int(n) for n in numbers]
y = np.fromfile(os.environ["AFFEKT_BENCH_SIGNAL"], dtype="<f4")

if what == "log-mel":
    import librosa

    n_fft, hop, bands = numbers

    def compute():
        mel = librosa.feature.melspectrogram(y=y, sr=16000, n_fft=n_fft, hop_length=hop, n_mels=bands)
        return librosa.power_to_db(mel, top_db=None)

elif what == "resample":
    import soxr

    def compute():
        return soxr.resample(y, *numbers, quality="HQ")

else:
    sys.exit(f"unknown: {what}")

for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(line)):
        compute()
    print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
