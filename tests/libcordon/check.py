#!/usr/bin/env python3
"""libcordon as another program meets it: installed elsewhere, found by pkg-config, linked shared and static, from C and C++.

usage: check.py ROOT BUILD (TAP)
"""
import json
import os
import re
import subprocess
import sys
import tempfile

root, build = sys.argv[1:3]
demo = os.path.join(root, 'data', 'demo', 'demo.ftm.jsonl')
here = os.path.join(root, 'tests', 'libcordon')


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode:
        raise AssertionError(f'{" ".join(command)}: {done.stderr or done.stdout}')
    return done.stdout


def flags(env, *options):
    return run(['pkg-config', *options, 'cordon'], env=env).split()


def main():
    tests = []
    with tempfile.TemporaryDirectory() as folder:
        run(['meson', 'install', '-C', build, '--no-rebuild', '--destdir', folder, '--tags', 'devel,runtime'])
        found = {f: os.path.join(base, f) for base, _, files in os.walk(folder) for f in files}
        libs, pc = os.path.dirname(found['libcordon.so.0.1.0']), os.path.dirname(found['cordon.pc'])
        env = dict(os.environ, PKG_CONFIG_PATH=pc, PKG_CONFIG_SYSROOT_DIR=folder, LD_LIBRARY_PATH=libs)

        def example(name, source, compiler, static, arguments):
            program = os.path.join(folder, name)
            link = flags(env, '--libs')
            if static: # what it needs itself stays shared
                needs = run(['pkg-config', '--print-requires-private', 'cordon'], env=env).split()
                outside = dict(os.environ)
                link = [found['libcordon.a'], *run(['pkg-config', '--libs', *needs], env=outside).split(), '-lpthread', '-lm']
            run([*compiler, '-Wall', '-Wextra', '-Werror', *flags(env, '--cflags'), os.path.join(here, source), '-o', program, *link])
            linked = run(['ldd', program], env=env)
            assert ('libcordon' in linked) != static, linked
            return run([program, *arguments], env=env)

        def the_example_finds_the_person(static):
            answer = json.loads(example('example', 'example.c', ['cc', '-std=c17'], static, [demo]))
            assert answer['results'][0]['id'] == 'demo-kr-minsu', answer
            assert answer['results'][0]['alert'] is True

        tests.append(('the example, shared', lambda: the_example_finds_the_person(False)))
        tests.append(('the example, static', lambda: the_example_finds_the_person(True)))
        tests.append(('errors, index files, documents', lambda: example('more', 'more.c', ['cc', '-std=c17'], False, [demo, folder])))
        tests.append(('the header in C++', lambda: run(
            ['c++', '-std=c++17', '-Wall', '-Wextra', '-Werror', '-pedantic', '-fsyntax-only', '-x', 'c++', found['cordon.h']])))

        def only_our_names():
            def exported(*options):
                return {line.split()[-1] for line in run(['nm', '--defined-only', *options]).split('\n') if len(line.split()) == 3}

            shared, archived = exported('-D', found['libcordon.so.0.1.0']), exported('-g', found['libcordon.a'])
            with open(found['cordon.h'], encoding='utf-8') as f:
                declared = set(re.findall(r'\b(cordon_\w+)\(', f.read().split('#ifdef __cplusplus', 1)[1]))
            for names in (shared, archived):
                assert names == declared, (names - declared, declared - names)

        tests.append(('nothing else is exported', only_our_names))
        print(f'1..{len(tests)}')
        for number, (name, test) in enumerate(tests, 1):
            try:
                test()
                print(f'ok {number} - {name}')
            except AssertionError as e:
                print(f'not ok {number} - {name}')
                print('# ' + str(e).replace('\n', '\n# '))


main()
