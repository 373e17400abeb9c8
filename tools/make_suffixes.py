#!/usr/bin/env python3
"""Makes data/ident/suffixes.tsv from the public suffix list, both its sections.

usage: make_suffixes.py public_suffix_list.dat SOURCE > data/ident/suffixes.tsv

Rows for each top-level domain that has rules below it, written without it; what has no row is a suffix of one label (the list's rule *). Rows "." name
the top-level domains themselves.
Names beyond ASCII are written as they stand in an address (xn--)."""
import collections
import sys

ROW_RULES = 100  # a string of C has 4095 bytes at most


def ascii_of(rule):
    return '.'.join(label if label.isascii() else 'xn--' + label.encode('punycode').decode() for label in rule.split('.'))


rules = collections.defaultdict(set)
with open(sys.argv[1], encoding='utf-8') as f:
    for line in f:
        rule = line.split()[0].lower() if line.split() else ''
        if not rule or rule.startswith('//'):
            continue
        mark, rule = ('!', rule[1:]) if rule.startswith('!') else ('', rule)
        below, dot, top = ascii_of(rule).rpartition('.')
        if dot:
            rules[top].add(mark + below)
        if top not in ('*', ''):
            rules['.'].add(top)
print('# Where the part of a domain begins that somebody can register: the public suffix list with its private section. Made by\n'
      '# tools/make_suffixes.py, to be made anew with each release. *: any label; !: not so. Top ".": all that there are. Licence of the list: MPL 2.0.')
print('top\trules\tsource')
for top in sorted(rules):
    listed = sorted(rules[top])
    for at in range(0, len(listed), ROW_RULES):
        print(top, ' '.join(listed[at:at + ROW_RULES]), sys.argv[2], sep='\t')
