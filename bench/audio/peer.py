"""The Python side of bench/audio/decode.ts: soundfile.

    python peer.py FOLDER SIGNAL

Writes 3 seconds of the raw float32 samples in SIGNAL in every format. Then, per line `NAME TIMES` of stdin,
reads that file from memory so often, as float32, and answers with processor seconds.
"""
import io
import pathlib
import sys
import time

import numpy as np
import soundfile as sf

folder, signal = map(pathlib.Path, sys.argv[1:])
samples = np.fromfile(signal, dtype="<f4")
for name, kind, subtype in (
    ("wav 16 bit", "WAV", "PCM_16"),
    ("wav 24 bit", "WAV", "PCM_24"),
    ("wav float", "WAV", "FLOAT"),
    ("flac 16 bit", "FLAC", "PCM_16"),
    ("flac 24 bit", "FLAC", "PCM_24"),
    ("mp3", "MP3", "MPEG_LAYER_III"),
    ("vorbis", "OGG", "VORBIS"),
    ("opus", "OGG", "OPUS"),
):
    sf.write(folder / name, samples, 48000, format=kind, subtype=subtype)
print("ready", flush=True)

for line in sys.stdin:
    name, times = line.rstrip("\n").rsplit("\t", 1)
    data = (folder / name).read_bytes()
    began = time.process_time()
    for _ in range(int(times)):
        sf.read(io.BytesIO(data), dtype="float32")
    print(time.process_time() - began, flush=True)
