"""Makes the sample session anew: `PYTHONPATH=tests python -m sample.make`.

Writes models/sample/session.opus and models/sample/truth.json from conversation.txt, after the
plain check has found in the word times what the script says and nothing else. Needs espeak-ng.
`--words FILE` makes nothing and writes the shipped words as `unhurried review --words` reads them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from sample.check import differences
from sample.espeak import Espeak
from sample.render import RATE, render
from sample.script import read
from sample.truth import text_of, truth, words_jsonl

SAMPLE = Path(__file__).resolve().parents[2] / "models" / "sample"
AUDIO, TRUTH = SAMPLE / "session.opus", SAMPLE / "truth.json"

BIT_RATE = 48_000
# Channel mapping family 255 codes the two tracks apart. Stereo coupling at the same size loses
# 9 dB of fidelity and lets the other voice's coding noise through.
_OPTIONS = {"mapping_family": "255"}


def write_opus(path: Path, tracks: NDArray[np.float32]) -> None:
    """Two uncoupled tracks (2, n) at 16 kHz."""
    whole = (np.clip(tracks, -1, 1) * 32767).round().astype(np.int16)
    packed = np.ascontiguousarray(whole.T).reshape(1, -1)
    # bitexact: no random serial number, so that the same sound gives the same file
    with av.open(str(path), "w", format="ogg", container_options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libopus", rate=RATE, layout="stereo", options=_OPTIONS)
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="stereo")
        frame.sample_rate = RATE
        for each in (frame, None):
            for packet in stream.encode(each):
                out.mux(packet)


def read_opus(path: Path) -> NDArray[np.float32]:
    """The tracks (2, n) at 16 kHz, coach first."""
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    with av.open(str(path)) as source:
        heard = [part for frame in source.decode(audio=0) for part in resampler.resample(frame)]
    heard += resampler.resample(None)
    return np.concatenate([part.to_ndarray() for part in heard], axis=1)


def main() -> None:
    """Make both files; print what there is."""
    parser = argparse.ArgumentParser(description="Make the sample session anew.")
    parser.add_argument("--words", type=Path, help="only write the words, an object a line")
    arguments = parser.parse_args()
    if arguments.words:
        document = json.loads(TRUTH.read_text(encoding="utf-8"))
        arguments.words.write_text(words_jsonl(document), encoding="utf-8")
        return
    espeak = Espeak()
    tracks, said = render(espeak, read())
    document = truth(said, tracks.shape[1], espeak.version)
    if found := differences(document):
        raise SystemExit("\n".join(found))
    SAMPLE.mkdir(parents=True, exist_ok=True)
    TRUTH.write_text(text_of(document), encoding="utf-8")
    write_opus(AUDIO, tracks)
    size = AUDIO.stat().st_size / 1e6
    print(f"{AUDIO.name}: {tracks.shape[1] / RATE:.1f} s, {size:.2f} MB; {TRUTH.name}")


if __name__ == "__main__":
    main()
