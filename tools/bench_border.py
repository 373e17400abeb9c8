#!/usr/bin/env python3
"""Checkpoints measured: many posts at one hub, bad links, a long list, a busy lane, the lane in a browser.

usage: bench_border.py BUILD [--only LETTERS] [--posts N] [--rounds N] [--entries N] [--seconds N]

 a  sixty posts, each a process of its own, one hub, a witness: from a decision until it is in force at each (8 minutes)
 b  twenty posts behind links of 256 kbit/s, 600 ms there and back, that stall, break and lose (12 minutes)
 c  one post with 100,000 entries: an answer, a change, a start from cold, memory (3 minutes)
 d  30 checks a second while five changes a second come in (--seconds, 60; and 2 minutes before)
 e  the lane in a browser over that list (2 minutes)

Prints a table and writes bench/results/border.json: each row with what must hold, and the load of the machine while it was taken.
"""
import argparse
import json
import os
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Table:
    """The rows of `make bench`, with the machine's load beside each: others may have used it meanwhile."""

    def __init__(self):
        self.rows = []

    def tell(self, name, value, unit, must, aim, more_is_better=False):
        load = os.getloadavg()[0]
        holds = value >= must if more_is_better else value <= must
        print(f'{name:<66} {value:>10.3f} {unit:<8} must {must:>7g}  aim {aim:>7g}  {"holds" if holds else "FALLS SHORT":<11}  load {load:.1f}', flush=True)
        self.rows.append({'name': name, 'value': round(value, 3), 'unit': unit, 'must': must, 'aim': aim, 'holds': holds, 'load': round(load, 2)})

    def say(self, name, value, unit):
        """A figure that nothing is asked of."""
        load = os.getloadavg()[0]
        print(f'  {name:<64} {value:>10.3f} {unit:<8} load {load:.1f}', flush=True)
        self.rows.append({'name': name, 'value': round(value, 3), 'unit': unit, 'load': round(load, 2)})


def quantile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def run(build, folder, table, options):
    """`folder`: scratch, on a disk that keeps what it is told to."""
    os.environ['CORDON'] = os.path.join(os.path.abspath(build), 'cordon')
    sys.path[:0] = [os.path.join(ROOT, 'tests', 'e2e'), os.path.join(ROOT, 'tools')]
    import bench_border_lane  # they read CORDON
    import bench_border_link
    import bench_border_posts
    parts = {'a': bench_border_posts.run, 'b': bench_border_link.run, 'cde': bench_border_lane.run}
    for letters, part in parts.items():
        if set(letters) & set(options.only):
            place = os.path.join(folder, letters)
            os.makedirs(place)
            part(build, place, table, options)


def options_of(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('build')
    parser.add_argument('--only', default='abcde')
    parser.add_argument('--posts', type=int, default=60)
    parser.add_argument('--rounds', type=int, default=20)
    parser.add_argument('--entries', type=int, default=100000)
    parser.add_argument('--seconds', type=int, default=60)
    options = parser.parse_args(words)
    if set(options.only) - set('abcde'):
        parser.error('--only takes letters of abcde')
    return options


def main():
    options, table = options_of(sys.argv[1:]), Table()
    results = os.path.join(ROOT, 'bench', 'results')
    os.makedirs(results, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=results) as scratch:
        run(options.build, scratch, table, options)
    with open(os.path.join(results, 'border.json'), 'w', encoding='utf-8') as f:
        json.dump(table.rows, f, indent=1)


if __name__ == '__main__':
    main()
