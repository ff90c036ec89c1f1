"""What is about to be final is worked on early, and asked about once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from transcribers import utterance

from live.transcribe.attendant import Answer, Lost
from live.transcribe.backlog import BacklogOptions
from live.transcribe.transcriber import About, Reply
from live.transcribe.worker import WorkerDesk
from live.types import Samples, Track, Utterance, Word

LATE = Samples(2**62)


@dataclass
class Still:
    """An attendant whose transcriber answers when a test says so."""

    given: list[Utterance] = field(default_factory=list)
    answered: list[Answer] = field(default_factory=list)
    about: About | None = None
    lost: Lost | None = None
    replaced: int = 0

    def give(self, utterance: Utterance) -> None:
        self.given.append(utterance)

    def answer(self, wait_s: float = 0.0) -> Answer | None:
        return self.answered.pop(0) if self.answered else None

    def say(self, text: str) -> None:
        last = self.given[-1]
        word = Word(last.voiced[0][0], last.voiced[-1][1], last.track, text)
        self.answered.append(Answer(last, Reply((word,))))


def desk(still: Still, **how: bool) -> WorkerDesk:
    return WorkerDesk(still, BacklogOptions(), **how)  # type: ignore[arg-type]


def early(start: float, length: float = 1.0) -> Utterance:
    return replace(utterance(start, length, final=False), early=True)


def texts(desk: WorkerDesk, track: Track = Track.COACH) -> list[str]:
    return [word.text for word in desk.collect(track, LATE).words]


def test_an_answer_that_came_early_is_the_final_one():
    still = Still()
    mine = desk(still)
    mine.ask(early(1))
    still.say("so")
    assert texts(mine) == []
    mine.ask(utterance(1))
    assert texts(mine) == ["so"]
    assert len(still.given) == 1
    assert mine.behind_s == 0


def test_an_answer_still_on_its_way_serves_the_final():
    still = Still()
    mine = desk(still)
    mine.ask(early(1))
    mine.ask(utterance(1))
    assert texts(mine) == []
    assert mine.behind_s == 1.0
    still.say("so")
    assert texts(mine) == ["so"]
    assert len(still.given) == 1


def test_one_that_waits_is_asked_about_once():
    still = Still()
    mine = desk(still)
    mine.ask(utterance(0, track=Track.CLIENT))
    mine.ask(early(1))
    mine.ask(utterance(1))
    still.say("well")
    mine.collect(Track.CLIENT, LATE)
    still.say("so")
    assert texts(mine) == ["so"]
    assert [u.final for u in still.given] == [True, True]


def test_a_coach_who_goes_on_is_heard_whole():
    still = Still()
    mine = desk(still)
    mine.ask(early(1, 1.0))
    still.say("so")
    assert texts(mine) == []
    mine.ask(utterance(1, 2.5))
    assert texts(mine) == []
    still.say("so what now")
    assert texts(mine) == ["so what now"]
    assert [(u.early, u.final) for u in still.given] == [(True, False), (False, True)]


def test_one_that_was_early_in_vain_leaves_the_line():
    still = Still()
    mine = desk(still)
    mine.ask(utterance(0, track=Track.CLIENT))
    mine.ask(early(1, 1.0))
    mine.ask(utterance(1, 2.0, final=False))
    still.say("well")
    mine.collect(Track.CLIENT, LATE)
    assert [u.early for u in still.given] == [False, False]


def test_the_client_waits_for_it():
    still = Still()
    mine = desk(still)
    mine.ask(utterance(9, final=False))
    mine.ask(utterance(0, track=Track.CLIENT))
    mine.ask(early(1))
    still.say("so")
    mine.collect(Track.COACH, LATE)
    assert still.given[-1].early


def test_in_a_review_nothing_is_early():
    still = Still()
    mine = desk(still, patient=True)
    mine.ask(early(1))
    assert still.given == []


def test_what_is_claimed_is_given_up_with_the_rest():
    still = Still()
    mine = desk(still)
    mine.ask(early(1))
    mine.ask(utterance(1))
    still.lost = Lost("It ended.")
    collected = mine.collect(Track.COACH, LATE)
    assert len(collected.unworded) == 1
    assert collected.settled == LATE


def test_a_review_that_is_to_end_waits_for_nothing_before_going_on():
    still, asked = Still(), []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3

    mine = WorkerDesk(still, BacklogOptions(review_s=10), patient=True, stop=stop)  # type: ignore[arg-type]
    for start in range(20):
        mine.ask(utterance(start))
    assert len(asked) > 3
    assert mine.behind_s == 20
