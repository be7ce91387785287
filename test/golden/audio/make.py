"""Writes the sound files beside this script: two tones that a test can compute itself.

Left 440 Hz at half scale, right 660 Hz at a quarter; 3,001 samples at 16 kHz; needs soundfile.
"""
import pathlib

import numpy as np
import soundfile as sf

here = pathlib.Path(__file__).parent
n = np.arange(3001)
left = 0.5 * np.sin(2 * np.pi * 440 * n / 16000)
right = 0.25 * np.sin(2 * np.pi * 660 * n / 16000)
stereo = np.stack([left, right], axis=1)


def put(name, samples, **how):
    sf.write(here / name, samples, 16000, **how)


put("mono-16.flac", left, format="FLAC", subtype="PCM_16")
put("stereo-24.flac", stereo, format="FLAC", subtype="PCM_24")
put("stereo.mp3", stereo, format="MP3", subtype="MPEG_LAYER_III")
put("mono.mp3", left, format="MP3", subtype="MPEG_LAYER_III")
put("stereo.ogg", stereo, format="OGG", subtype="VORBIS")
put("mono.opus", left, format="OGG", subtype="OPUS")
