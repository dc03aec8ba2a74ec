"""What was measured beside the peers, for people: a Markdown page and a plot."""

import math
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import median

import report

MOST_BAD = 0.01
DJANGO_GOAL, CANAILLE_GOAL, FULL_GOAL = 12, 25, 200
MEMORY_GOAL, START_GOAL = 0.25, 100


@dataclass
class Figure:
    """One contender on one engine with one number stored: medians of its runs."""

    engine: str
    stored: int
    name: str
    runs: list[dict] = field(default_factory=list)

    def middle(self, part: str) -> float:
        return median(run[part] for run in self.runs)

    @property
    def ratios(self) -> list[float]:
        return [run["ratio"] for run in self.runs if run.get("ratio")]

    @property
    def bad(self) -> float:
        answers = sum(run["good"] + run["bad"] for run in self.runs)
        return sum(run["bad"] for run in self.runs) / max(1, answers)

    @property
    def disagreeing(self) -> int:
        return sum(not run["agrees"] for run in self.runs)


def figures(runs: list[dict]) -> list[Figure]:
    found: dict[tuple, Figure] = {}
    for run in runs:
        key = (run["engine"], run["stored"], run["name"])
        found.setdefault(key, Figure(*key)).runs.append(run)
    # Usher's two ways side by side, then the peers.
    return sorted(found.values(), key=lambda it: (
        it.engine != "SQLite", it.stored, not it.name.startswith("Usher")))


def courses(found: list[Figure]) -> list[tuple[str, int, list[Figure]]]:
    return [(engine, stored, [it for it in found if (it.engine, it.stored) == (engine, stored)])
            for engine, stored in dict.fromkeys((it.engine, it.stored) for it in found)]


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def _ratios(found: list[Figure]) -> list[str]:
    lines = ["| engine | stored | beside | times as fast | least | most | goal | of goal | |",
             "|---|--:|---|--:|--:|--:|--:|--:|---|"]
    for engine, stored, its in courses(found):
        peers = [it for it in its if it.ratios]
        fastest = max((it for it in peers if it.name.startswith("django")), key=lambda it: it.middle("rate"))
        for it in peers:
            ratio = median(it.ratios)
            goal = FULL_GOAL if stored else CANAILLE_GOAL if it.name == "Canaille" else DJANGO_GOAL
            judged = (f"{goal} | {ratio / goal:.2f} | {_verdict(ratio >= goal)}"
                      if it is fastest or it.name == "Canaille" else " | | ")
            lines.append(f"| {engine} | {stored:,} | {it.name} | {ratio:,.1f} | {min(it.ratios):,.1f} | "
                         f"{max(it.ratios):,.1f} | {judged} |")
    return lines


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}"


def _speed(found: list[Figure]) -> list[str]:
    lines = ["| engine | stored | who | invitations/s | p50 ms | p99 ms | not answered well | rows and mails |",
             "|---|--:|---|--:|--:|--:|--:|---|"]
    for it in found:
        bad = f"**{it.bad:.1%}**" if it.bad > MOST_BAD else f"{it.bad:.1%}" if it.bad else "0"
        agrees = f"**differ in {it.disagreeing} runs**" if it.disagreeing else "agree"
        lines.append(
            f"| {it.engine} | {it.stored:,} | {it.name} | {_short(it.middle('rate'))} | {it.middle('p50'):,.0f} | "
            f"{it.middle('p99'):,.0f} | {bad} | {agrees} |")
    return lines


def _servers(found: list[Figure]) -> list[str]:
    lines = ["| engine | stored | who | memory MB | Usher's share | | ready after ms | |",
             "|---|--:|---|--:|--:|---|--:|---|"]
    for engine, stored, its in courses(found):
        most = max(run["memory_mb"] for it in its if it.name.startswith("Usher") for run in it.runs)
        start = median(run["start_ms"] for it in its if it.name.startswith("Usher") for run in it.runs)
        lines.append(
            f"| {engine} | {stored:,} | Usher | {most:.0f} | | | {start:.0f} | {_verdict(start < START_GOAL)} |")
        peers = [it for it in its if it.ratios]
        smallest = min(peers, key=lambda it: it.middle("memory_mb"))
        for it in peers:
            share = most / it.middle("memory_mb")
            judged = _verdict(share < MEMORY_GOAL) if it is smallest else ""
            lines.append(
                f"| {engine} | {stored:,} | {it.name} | {it.middle('memory_mb'):.0f} | {share:.0%} | {judged} | "
                f"{it.middle('start_ms'):,.0f} | |")
    return lines


def _method(results: dict) -> list[str]:
    return [
        f"Written by `make bench-peers` at commit {results['commit']} on {results['machine']}. The job: an",
        "authenticated POST invites a new address, and is answered when the invitation is durable and its mail is with",
        "the relay.",
        f"The load: wrk with {results['clients']} connections for {results['seconds']} s after a second of warming up "
        f"({results['slow_seconds']} s for peers with a",
        "full database). Usher and a peer run in turns, each alone, each started anew; client, server, relay and",
        f"database share the machine. Figures are medians of {results['repeats']} rounds; ratios are taken pair by",
        "pair, and the middle one is shown.", *report.calm(results["busy"]), "",
        "How each peer is set up, and what is unfair to whom: [Benchmarks/peers](../Benchmarks/peers/README.md).",
        "Above all, Canaille stores nothing of an invitation: its link carries all of it, signed. A full Usher holds",
        "that many invitations and users and a tenth as many organizations; the peers hold what their own calls would",
        "have stored."]


def page(results: dict) -> str:
    found = figures(results["runs"])
    limits = [f"| {name} | {median(rates):,.0f} |" for name, rates in results["limits"].items()]
    return "\n".join([
        "# Benchmarks beside peers", "",
        *_method(results), "", "![Invitations a second](benchmarks.svg)", "",
        "## Ratios", "",
        f"Goals: {DJANGO_GOAL} times the faster Django library and {CANAILLE_GOAL} times Canaille on an empty",
        f"database; {FULL_GOAL} times both on a full one.", "",
        *_ratios(found), "",
        "## Speed", "",
        "An answer that is not the good one is not counted as an invitation; more than 1 % of them are marked. In",
        "every run the stored rows and the mails at the relay are counted and must agree with the good answers, but",
        "for requests that were under way when the load ended. The time of a run ends with its last good answer.", "",
        *_speed(found), "",
        "## Memory and start", "",
        "Usher's memory is the most that was ever resident, shared libraries included. A peer's is the proportional",
        "set size of gunicorn's master and workers after the load, where what they share counts once. Goal: under a",
        f"quarter of the smallest peer's. Ready is the first good answer; goal: {START_GOAL} ms.", "",
        *_servers(found), "",
        "## Limits of the machine", "",
        "Each measured alone, in every round, as in [benchmarks.md](benchmarks.md).", "",
        "| limit | a second |", "|---|--:|", *limits]) + "\n"


COLORS = {"Usher": "#1f5a99", "django-invitations": "#c98a1b", "django-organizations": "#a3611a", "Canaille": "#7d7d7d"}
LEFT, WIDTH, STEP, HEADING, TOP = 190, 560, 22, 26, 58


def _scale(found: list[Figure]) -> tuple[int, float]:
    """The logarithms at both ends of the axis; a run without a good answer still has a bar."""
    rates = [max(it.middle("rate"), 0.1) for it in found]
    return math.floor(math.log10(min(rates) / 1.5)), math.log10(max(rates))


def _bar(it: Figure, y: int, width: float) -> list[str]:
    color = COLORS.get(it.name, "#6f9fd0")
    name = it.name.replace("`", "")
    times = f" — Usher does {_short(median(it.ratios))} times that" if it.ratios else ""
    return [
        f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>',
        f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{STEP - 6}" fill="{color}"/>',
        f'<text x="{LEFT + width + 6:.1f}" y="{y + 15}">{_short(it.middle("rate"))}/s'
        f'<tspan fill="#555555">{times}</tspan></text>']


def plot(results: dict) -> str:
    """Bars on a logarithmic scale, a group for each engine and number stored."""
    found = figures(results["runs"])
    groups, (low, high) = courses(found), _scale(found)
    bottom = TOP + sum(HEADING + STEP * len(its) + 8 for _, _, its in groups)
    unit, height = WIDTH / (high - low), bottom + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 110} {height}" '
        'font-family="sans-serif" font-size="12" role="img" aria-label="Invitations a second of Usher and its peers">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<text x="12" y="22" font-size="15" font-weight="bold">Invitations a second, mail handed over</text>',
        f'<text x="12" y="40" fill="#555555">{escape(results["machine"])}, shared by client, server, relay and '
        'database; logarithmic scale</text>']
    for power in range(low, math.floor(high) + 1):
        x = LEFT + (power - low) * unit
        parts += [
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}" stroke="#dddddd"/>',
            f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#555555">{10.0 ** power:,g}/s</text>']
    y = TOP
    for engine, stored, its in groups:
        state = f"{stored:,} stored" if stored else "empty"
        parts.append(f'<text x="12" y="{y + 18}" font-weight="bold">{engine}, {state}</text>')
        y += HEADING
        for it in its:
            parts += _bar(it, y, (math.log10(max(it.middle("rate"), 0.1)) - low) * unit)
            y += STEP
        y += 8
    return "\n".join([*parts, "</svg>"]) + "\n"


def write(results: dict, folder: Path) -> None:
    (folder / "benchmarks-peers.md").write_text(page(results))
    (folder / "benchmarks.svg").write_text(plot(results))
