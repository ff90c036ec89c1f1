"""Twenty minutes of conversation at high speed; three hours are `make bench ARGS="--only soak"`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak import MOST_BEHIND_S, MOST_MB, growth, measured


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_neither_memory_nor_a_queue_grows_with_the_session():
    soaked = measured(20)
    assert len(soaked.own_mb) == 20
    assert growth(soaked.own_mb) <= MOST_MB
    assert growth(soaked.worker_mb) <= MOST_MB
    assert max(soaked.behind_s) <= MOST_BEHIND_S
    assert soaked.words[-1] > soaked.words[9]
    assert soaked.replaced == 0
