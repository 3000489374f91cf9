"""How was the sound of news made? Two soft notes, a fifth apart: run it to draw the file again."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
NOTES = ((587.33, 0.00), (880.00, 0.11))  # hertz, start in seconds
LENGTH_S, FADE_S, LOUDNESS = 0.55, 0.16, 0.16


def sample(at_s: float) -> float:
    total = 0.0
    for pitch, start in NOTES:
        age = at_s - start
        if age >= 0:
            swell = min(1.0, age / 0.012)  # no click at the start
            total += swell * math.exp(-age / FADE_S) * math.sin(2 * math.pi * pitch * age)
    return total * LOUDNESS


def main() -> None:
    target = Path(__file__).resolve().parent.parent / "resources" / "sounds" / "news.wav"
    samples = (sample(n / RATE) for n in range(int(LENGTH_S * RATE)))
    frames = b"".join(struct.pack("<h", int(32_767 * value)) for value in samples)
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(frames)


if __name__ == "__main__":
    main()
