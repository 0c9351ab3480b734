"""Taking turns: every contestant runs in every round, so that a slow minute is slow for all."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

Call = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What one call took in one turn, in seconds: on the clock, and of this process's CPU."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What one contestant took, over all rounds.

    Attributes:
        wall_us: Median time of one call on the clock, in microseconds.
        cpu_us: Median CPU time of this process for one call; the server's is not in it.
        ratios: To each baseline, the ratios that the rounds gave.
    """

    wall_us: float
    cpu_us: float
    ratios: Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A contestant against a baseline: medians of what the rounds gave, and the wall's range."""

    wall: float
    wall_low: float
    wall_high: float
    cpu: float


async def take_turn(call: Call, times: int) -> Sample:
    """Call so many times, and give the mean of one call."""
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        await call()
    return Sample((time.perf_counter() - wall) / times, (time.process_time() - cpu) / times)


async def calls_for(call: Call, seconds: float) -> int:
    """How many calls take about so long; the first few calls, which warm caches, do not count."""
    await take_turn(call, 3)
    sample = await take_turn(call, 3)
    return max(1, round(seconds / sample.wall))


async def take_turns(
    calls: Mapping[str, Call], after: Call, *, rounds: int, seconds: float
) -> dict[str, list[Sample]]:
    """Let every contestant have its turn in each round, each time beginning with another one.

    Args:
        calls: What is measured, by contestant. The first says how many calls a turn has.
        after: Run after each turn, unmeasured.
        rounds: How many rounds to run.
        seconds: About how long a turn takes.
    """
    names = list(calls)
    times = await calls_for(calls[names[0]], seconds)
    for name in names[1:]:
        await take_turn(calls[name], min(times, 10))
    await after()
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            samples[name].append(await take_turn(calls[name], times))
            await after()
    return samples


def summarise(
    samples: Mapping[str, Sequence[Sample]], baselines: Sequence[str]
) -> dict[str, Summary]:
    """Compare what every contestant took with the baselines, round by round."""
    return {
        name: Summary(
            wall_us=1e6 * statistics.median(sample.wall for sample in own),
            cpu_us=1e6 * statistics.median(sample.cpu for sample in own),
            ratios={
                baseline: _ratio(own, samples[baseline])
                for baseline in baselines
                if baseline != name
            },
        )
        for name, own in samples.items()
    }


def _ratio(own: Sequence[Sample], baseline: Sequence[Sample]) -> Ratio:
    walls = [mine.wall / theirs.wall for mine, theirs in zip(own, baseline, strict=True)]
    cpus = [mine.cpu / theirs.cpu for mine, theirs in zip(own, baseline, strict=True)]
    return Ratio(statistics.median(walls), min(walls), max(walls), statistics.median(cpus))
