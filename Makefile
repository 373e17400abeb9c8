# Thin fronts to Meson, npm and the scripts in tools/. Each installs what it lacks (tools/bootstrap.sh).
.PHONY: build test quality fuzz run bench tidy interop torture clean
T ?= 60
PORT ?= 8080
DATA ?= run
N ?= 1000000

build:
	@tools/bootstrap.sh build node
	@[ -f build/build.ninja ] || meson setup build --buildtype=release -Db_ndebug=false >/dev/null
	@ninja -C build

test: build
	@tools/bootstrap.sh test browser
	@meson configure build -Dtests=true
	@ninja -C build
	@tools/pg.sh with python3 tools/test.py build

quality: build
	@tools/quality.sh

fuzz:
	@tools/bootstrap.sh build test
	@tools/fuzz.sh $(T)

run: build
	@tools/run.sh $(PORT) $(DATA)

bench: build
	@tools/bootstrap.sh bench test
	@meson configure build -Dtests=true
	@ninja -C build tests/portal/bulletin_tool tests/figure/release_tool
	@python3 tools/bench.py build $(N)

tidy:
	@tools/bootstrap.sh build test tidy
	@tools/tidy.sh

# N= kills of a hub on each kind of database, and of a post with its hub; 1,000 and 500 where it is not told.
torture: build
	@tools/bootstrap.sh test
	@python3 tools/torture.py --kills $(if $(filter file,$(origin N)),1000,$(N))
	@python3 tools/torture_post.py --kills $(if $(filter file,$(origin N)),500,$(N))
	@python3 tools/cable_cut.py

interop: build
	@tools/interop.sh

clean:
	rm -rf build build-*
