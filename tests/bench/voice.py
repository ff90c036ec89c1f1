"""Measures of voice detection on recordings with a reference; prints tables.

The reference for voice onsets on two-channel calls is written here and was fixed before any
detector was run on the calls; its numbers come from the level histograms alone:

- One level per channel and 10 ms (RMS). Every channel has two heaps: a narrow one of line
  noise (within 3 dB; here -71 to -58 dBFS) and a wide one of voice (-38 to -12 dBFS). Some
  also drop out to -98 dBFS. The 35th percentile lies in the noise heap of every channel, above
  the drop-outs: it is the floor.
- The valley between the heaps lies 6 to 25 dB above the floor: a level is sound from 15 dB on.
- Gaps under 200 ms are joined, then islands under 90 ms dropped.
- The loudest level of a stretch lies either at most 24 dB above the floor (breath, handling)
  or at least 31 dB: it is voice when it reaches 30 dB.
- While one channel is loud, the other stays within 2 dB of its own floor: there is no
  crosstalk in these calls, so no rule for it.
- An onset counts when at least 0.5 s without own voice lie before it, an offset likewise
  when 0.5 s follow.
"""
