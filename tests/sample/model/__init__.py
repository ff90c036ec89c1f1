"""Makes the sample model: speech from espeak-ng, a small network, a folder for faster-whisper.

`make model` runs all of it (`PYTHONPATH=tests python -m sample.model`). Each step can be run and
read alone: `renderings` speaks, `training` trains, `convert` writes the folder, `check` scores it.
Only `network`, `batches`, `training` and `convert` need torch.
"""
