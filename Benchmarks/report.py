"""What was measured, for people: a Markdown page and a plot."""

import os
import platform
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / ".build/release/usher"
MOST_MEGABYTES, LONGEST_START_MS, LEAST_KEPT = 100, 100, 0.9


@dataclass
class Figure:
    """One thing measured on one server, the median of its rounds."""

    engine: str
    stored: int
    name: str
    rate: float
    p50: float
    p99: float
    limit: float | None
    aim: float | None
    refused: int

    @property
    def share(self) -> float | None:
        return self.rate / self.limit if self.limit else None

    @property
    def is_met(self) -> bool:
        return self.aim is None or self.share >= self.aim


def figures(rounds: list[dict]) -> list[Figure]:
    """Medians over the rounds of what was measured under the same name on the same server."""
    found: dict[tuple, list[dict]] = {}
    for row in rounds:
        found.setdefault((row["engine"], row["stored"], row["name"]), []).append(row)
    return [
        Figure(*key, *(median(row[part] for row in rows) for part in ("rate", "p50", "p99")),
               median(row["limit"] for row in rows) if rows[0]["limit"] else None, rows[0]["aim"],
               sum(row["refused"] for row in rows))
        for key, rows in found.items()]


def machine() -> str:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    system = f"{release.get('NAME', 'Linux').strip(chr(34)).split()[0]} {release.get('VERSION_ID', '').strip(chr(34))}"
    return f"{os.cpu_count()} cores, {system.strip()}, {platform.machine()}"


def commit(binary: str) -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    name = found.stdout.strip() or "unknown"
    return name if Path(binary).resolve() == BUILT.resolve() else f"{name} (binary given)"


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def _speed(all_figures: list[Figure]) -> list[str]:
    lines = ["| engine | stored | what | requests/s | p50 ms | p99 ms | limit/s | of limit | aim | of aim | |",
             "|---|--:|---|--:|--:|--:|--:|--:|--:|--:|---|"]
    for it in all_figures:
        judged = (f"{it.limit:,.0f} | {it.share:.0%} | {it.aim:.0%} | {it.share / it.aim:.2f} | {_verdict(it.is_met)}"
                  if it.aim else " | | | | ")
        name = it.name + (f" ({it.refused} not answered well)" if it.refused else "")
        lines.append(
            f"| {it.engine} | {it.stored:,} | {name} | {it.rate:,.0f} | {it.p50:.2f} | {it.p99:.2f} | {judged} |")
    return lines


def _servers(servers: list[dict]) -> list[str]:
    lines = ["| engine | stored | ready after ms | of aim | | most memory MB | of aim | |",
             "|---|--:|--:|--:|---|--:|--:|---|"]
    for engine, stored in dict.fromkeys((row["engine"], row["stored"]) for row in servers):
        rows = [row for row in servers if (row["engine"], row["stored"]) == (engine, stored)]
        start, memory = median(row["start_ms"] for row in rows), max(row["peak_mb"] for row in rows)
        lines.append(
            f"| {engine} | {stored:,} | {start:.0f} | {start / LONGEST_START_MS:.2f} | "
            f"{_verdict(start < LONGEST_START_MS)} | {memory:.0f} | {memory / MOST_MEGABYTES:.2f} | "
            f"{_verdict(memory < MOST_MEGABYTES)} |")
    return lines


def _growth(all_figures: list[Figure]) -> list[str]:
    most = max(it.stored for it in all_figures)
    before = {(it.engine, it.name): it for it in all_figures if it.stored == 0}
    if not most or not before:
        return []
    lines = [f"| engine | what | kept with {most:,} stored | |", "|---|---|--:|---|"]
    for it in all_figures:
        if it.stored == most and (it.engine, it.name) in before:
            kept = it.rate / before[it.engine, it.name].rate
            lines.append(f"| {it.engine} | {it.name} | {kept:.0%} | {_verdict(kept >= LEAST_KEPT)} |")
    return ["## Growth", "", "Aim: nine tenths of the rate of an empty database.", "", *lines, ""]


def calm(busy: list[float]) -> list[str]:
    if max(busy) < 0.1:
        return []
    return ["", f"**The machine was not calm:** others took up to {max(busy):.0%} of it between the rounds. The figures",
            "are too low for that."]


def page(results: dict) -> str:
    found = figures(results["rounds"])
    limits = [f"| {name} | {median(rates):,.0f} |" for name, rates in results["limits"].items()]
    return "\n".join([
        "# Benchmarks", "",
        f"Written by `make bench` at commit {results['commit']} on {results['machine']}. Every figure is the median of",
        f"{results['repeats']} rounds of {results['seconds']} s with {results['clients']} connections. Client, server, "
        "relay and database share the machine.", *calm(results["busy"]), "",
        "What stands in the way of what is missed: [speed.md](speed.md). What others do on the same machine:",
        "[benchmarks-peers.md](benchmarks-peers.md).", "",
        "![Shares of the limits](limits.svg)", "",
        "## Limits of the machine", "",
        "Each measured alone, in every round. A unit is the two rows of one invitation.", "",
        "| limit | a second |", "|---|--:|", *limits, "",
        "## Speed", "",
        "The limit of `me` is the empty route; its aim is 70 %. The limit of a send is the rate of its stages one",
        "after another, 1 / Σ(1 / rate): the empty route and a durable commit (SQLite's in groups of 32; pgbench on",
        "PostgreSQL), and for a send that waits for the relay `smtp-source` with its connections kept; its aim is",
        "60 %.", "",
        *_speed(found), "",
        "## Start and memory", "",
        "Ready (`/readyz`) on an existing database, aim 100 ms; most resident memory at any time, aim 100 MB.", "",
        *_servers(results["servers"]), "",
        *_growth(found)]).rstrip() + "\n"


def plot(results: dict) -> str:
    """Bars: the share of its limit that each figure reaches, and a line where the aim is."""
    judged = [it for it in figures(results["rounds"]) if it.aim]
    left, width, step, top = 390, 420, 22, 46
    scale = width / max(1.0, *(it.share for it in judged))
    height = top + step * len(judged) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 110} {height}" '
        'font-family="sans-serif" font-size="12" role="img" aria-label="Shares of the limits of the machine">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<text x="12" y="20" font-size="14" font-weight="bold">Share of the limit of the machine</text>',
        f'<text x="12" y="36" fill="#555555">{escape(results["machine"])}; the red marks are the aims</text>']
    for index, it in enumerate(judged):
        y, aim = top + step * index, left + it.aim * scale
        name, end = escape(f"{it.engine}, {it.stored:,}: {it.name}"), left + max(it.share, it.aim) * scale
        parts += [
            f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{name}</text>',
            f'<rect x="{left}" y="{y + 3}" width="{it.share * scale:.1f}" height="{step - 8}" fill="#3b6ea8"/>',
            f'<line x1="{aim:.1f}" x2="{aim:.1f}" y1="{y}" y2="{y + step - 2}" stroke="#c0392b" stroke-width="2"/>',
            f'<text x="{end + 6:.1f}" y="{y + 14}">{it.share:.0%}, {it.rate:,.0f}/s</text>']
    for tenth in range(0, 11, 2):
        x = left + tenth / 10 * scale
        parts.append(f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle" fill="#555555">{tenth * 10} %</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def write(results: dict, folder: Path) -> None:
    (folder / "benchmarks.md").write_text(page(results))
    (folder / "limits.svg").write_text(plot(results))
