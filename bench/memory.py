"""Memory of the running tree, as proportional set size: shared pages are counted once."""

import contextlib

import psutil

from bench._city import bench_city, quick, report
from bench.lifecycle import Life


def pss(process: psutil.Process) -> float:
    """Proportional set size in MB; resident size where the system does not tell."""
    with contextlib.suppress(psutil.Error):
        info = process.memory_full_info()
        return getattr(info, "pss", info.rss) / 1024 / 1024
    return 0.0


def main() -> None:
    with bench_city() as city:
        life = Life(city)
        for _ in range(20 if quick() else 200):
            life.run()
        figures = {f"{role}_mb": sum(pss(p) for p in ps) for role, ps in city.processes().items()}
    figures["all_mb"] = sum(figures.values())
    report("memory", figures)


if __name__ == "__main__":
    main()
