"""Writes sound files of every kind and reads them with libsndfile.

Reads JSON from standard input: {"folder": ...}. Writes the files and beside each NAME.f32, its samples as
raw little-endian float32, channel after channel. Prints {"files": [{name, rate, channels, frames}, ...],
versions}. Two signals: voices (pulses through resonances, with pauses, per channel another pitch) and
white noise, the hardest input of a lossy codec.
"""
import json
import pathlib
import shutil
import subprocess
import sys

import numpy as np
import soundfile as sf
from scipy.signal import lfilter

folder = pathlib.Path(json.load(sys.stdin)["folder"])
random = np.random.default_rng(7)


def voice(rate, channels, seconds=0.6):
    count = int(rate * seconds) + 1
    t = np.arange(count) / rate
    out = []
    for c in range(channels):
        pitch = (110 + 35 * c) * (1 + 0.1 * np.sin(2 * np.pi * 3 * t))
        phase = np.cumsum(pitch) / rate
        pulses = np.diff(np.floor(phase), prepend=0.0)
        sound = pulses + 0.002 * random.standard_normal(count)
        for formant, width in ((500, 80), (1500, 120), (2500, 160)):
            if formant < 0.45 * rate:
                r = np.exp(-np.pi * width / rate)
                sound = lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * formant / rate), r * r], sound)
        sound *= np.clip(np.sin(2 * np.pi * 2.5 * t + c) + 0.5, 0, 1)
        out.append(0.5 * sound / np.abs(sound).max())
    return np.stack(out, axis=1)


def noise(rate, channels):
    return np.clip(0.25 * random.standard_normal((rate // 2 + 1, channels)), -1, 1)


def write(name, samples, rate, kind, subtype, endian=None):
    sf.write(folder / name, samples, rate, format=kind, subtype=subtype, endian=endian)


names = []


def put(name, *args, **how):
    write(name, *args, **how)
    names.append(name)


for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"):
    for kind, suffix in (("WAV", "wav"), ("WAVEX", "wavex.wav"), ("RF64", "rf64.wav"), ("W64", "w64")):
        channels = 2 if kind == "WAVEX" else 1
        put(f"{subtype.lower()}.{suffix}", voice(24414, channels), 24414, kind, subtype)
put("pcm_16.rifx.wav", voice(16000, 2), 16000, "WAV", "PCM_16", endian="BIG")
put("eight.wav", voice(44100, 8), 44100, "WAV", "PCM_24")
for subtype in ("PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"):
    put(f"{subtype.lower()}.aiff", voice(22050, 2), 22050, "AIFF", subtype)
put("sowt.aiff", voice(16000, 1), 16000, "AIFF", "PCM_16", endian="LITTLE")
put("aiff.named.wav", voice(24414, 1), 24414, "AIFF", "PCM_16")
for subtype in ("PCM_S8", "PCM_16", "PCM_24"):
    for channels in (1, 2, 6):
        put(f"{subtype.lower()}.{channels}.flac", voice(24414, channels), 24414, "FLAC", subtype)
put("noise.flac", noise(48000, 2), 48000, "FLAC", "PCM_24")
for rate in (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000):
    for channels in (1, 2):
        put(f"{rate}.{channels}.mp3", voice(rate, channels), rate, "MP3", "MPEG_LAYER_III")
        put(f"{rate}.{channels}.ogg", voice(rate, channels), rate, "OGG", "VORBIS")
        if rate in (8000, 16000, 24000, 48000):
            put(f"{rate}.{channels}.opus", voice(rate, channels), rate, "OGG", "OPUS")
put("noise.mp3", noise(44100, 2), 44100, "MP3", "MPEG_LAYER_III")
put("noise.ogg", noise(44100, 2), 44100, "OGG", "VORBIS")
put("noise.opus", noise(48000, 2), 48000, "OGG", "OPUS")

# What real recorders and broken downloads leave. The fmt chunk of a plain WAV file ends at byte 36.
plain = (folder / "pcm_16.wav").read_bytes()
list_chunk = b"LIST\x03\x00\x00\x00abc\x00"
for name, content in {
    "odd.chunk.wav": plain[:36] + list_chunk + plain[36:],
    "streamed.wav": plain[:4] + b"\xff" * 4 + plain[8:40] + b"\xff" * 4 + plain[44:],
    "junk.behind.wav": plain + b"some bytes that are no chunk",
    "chunk.behind.wav": plain + list_chunk,
    "cut.wav": plain[:-4001],
    "cut.aiff": (folder / "pcm_24.aiff").read_bytes()[:-4001],
    "id3.flac": b"ID3\x03\x00\x00\x00\x00\x00\x04abcd" + (folder / "pcm_16.2.flac").read_bytes(),
}.items():
    (folder / name).write_bytes(content)
    names.append(name)

# Other encoders, where they are installed.
write("in.aif", voice(44100, 2), 44100, "AIFF", "PCM_24")
others = {
    "ffmpeg": [
        ("ffmpeg.flac", ["-compression_level", "12"]),
        ("ffmpeg.v2.mp3", ["-q:a", "2"]),
        ("ffmpeg.tags.mp3", ["-b:a", "96k", "-write_id3v1", "1", "-metadata", "title=x"]),
        ("ffmpeg.noxing.mp3", ["-write_xing", "0"]),
        ("ffmpeg.layer2.mp3", ["-c:a", "mp2", "-f", "mp2"]),
        ("ffmpeg.q2.ogg", ["-c:a", "libvorbis", "-q:a", "2"]),
        ("ffmpeg.six.ogg", ["-c:a", "libvorbis", "-ac", "6"]),
        ("ffmpeg.opus", ["-c:a", "libopus", "-b:a", "32k"]),
        ("ffmpeg.voip.opus", ["-c:a", "libopus", "-ac", "1", "-b:a", "12k", "-application", "voip", "-frame_duration", "60"]),
        ("ffmpeg.six.opus", ["-c:a", "libopus", "-ac", "6", "-mapping_family", "1"]),
    ],
    "flac": [
        ("flac.0.flac", ["-0"]),
        ("flac.8ep.flac", ["-8", "-e", "-p"]),
        ("flac.lax.flac", ["--lax", "-b", "65535"]),
    ],
    "sox": [("sox.w64", []), ("sox.aiff", ["-b", "24"]), ("sox.wav", ["-b", "24"]), ("sox.ogg", ["-C", "6"])],
}
for program, files in others.items():
    if shutil.which(program) is None:
        continue
    for name, options in files:
        source, target = str(folder / "in.aif"), str(folder / name)
        command = {
            "ffmpeg": ["ffmpeg", "-v", "error", "-y", "-i", source, *options, target],
            "flac": ["flac", "--totally-silent", "-f", *options, "-o", target, source],
            "sox": ["sox", source, *options, target],
        }[program]
        if subprocess.run(command, capture_output=True).returncode == 0:
            names.append(name)

files = []
for name in names:
    samples, rate = sf.read(folder / name, dtype="float32", always_2d=True)
    samples.T.astype("<f4").tofile(folder / f"{name}.f32")
    files.append({"name": name, "rate": rate, "channels": samples.shape[1], "frames": samples.shape[0]})
print(json.dumps({"files": files, "soundfile": sf.__version__, "libsndfile": sf.__libsndfile_version__}))
