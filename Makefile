# Every command of a developer. `make` alone lists them; each does its own set-up.

# The Python that makes .venv. Name another with `make setup PYTHON=/path/to/python3.12`.
PYTHON ?= python3

# Debian's packages: what every target needs beside Python and make, what only `sample` needs, and
# what `test` and `bench` need: a sound server and the witness of system calls; a desktop without a
# screen, with a window manager, a compositor and the bus of screen readers. Where these cannot be
# installed, the tests that want them are left out and say so.
SYSTEM_PACKAGES = python3-venv
SAMPLE_PACKAGES = espeak-ng
SOUND_PACKAGES = libportaudio2 libasound2-plugins pulseaudio pulseaudio-utils strace

# What Qt itself asks of the system, also without a screen.
QT_PACKAGES = libegl1 libgl1 libfontconfig1 libdbus-1-3 libglib2.0-0 libxkbcommon-x11-0 \
	libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
SCREEN_PACKAGES = $(QT_PACKAGES) xvfb openbox picom xdotool x11-xserver-utils at-spi2-core dbus \
	fonts-inter

export PIP_DISABLE_PIP_VERSION_CHECK = 1

VENV = .venv
IN = $(VENV)/bin
# Says when and where everything was installed. A checkout that was moved or copied has scripts
# that point to the old place, so its environment is made anew.
STAMP = $(VENV)/.installed
INSTALLED_FOR := $(shell $(IN)/python -c '' 2>/dev/null && cat $(STAMP) 2>/dev/null)
ifneq "$(INSTALLED_FOR)" "$(CURDIR)"
$(STAMP): remake
endif

.DEFAULT_GOAL = help
.PHONY: help setup run test sound screen lint check bench lock sample model wording words screens \
	clean remake

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 16

setup: $(STAMP) ## make .venv and install what the lock names; costs nothing when it is there

run: setup ## play the sample session in real time and print each flag as it is decided
	$(IN)/unhurried live --source sample --terminal --json sample-session.json

test: setup sound screen ## the tests; ARGS="tests/audio -k ring" runs some of them
	$(IN)/python -m pytest $(ARGS)

sound:
	@{ command -v pulseaudio && command -v pactl && command -v strace; } >/dev/null || \
	  ( $(call debian,$(SOUND_PACKAGES)) ) || echo "The tests on a real sound server are left out." >&2

screen:
	@{ command -v Xvfb && command -v openbox && command -v picom && command -v xdotool && \
	  command -v xrandr && ls /usr/lib/*/libxcb-cursor.so.0 /usr/lib/*/libEGL.so.1; } >/dev/null 2>&1 || \
	  { $(call debian,$(SCREEN_PACKAGES)); } || echo "The tests on a desktop are left out." >&2

lint: setup ## ruff, mypy and the import contracts
	$(IN)/ruff check .
	$(IN)/ruff format --check .
	$(IN)/mypy
	$(IN)/lint-imports

check: lint test ## everything a change has to pass

# One thread for numpy, as the program itself has it.
bench: setup sound screen ## measure; DATA=DIR measures on recordings kept outside the project
	@data=""; if [ -n "$(DATA)" ]; then data=$$(cd "$(DATA)" && pwd) || exit 1; fi; \
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=tests UNHURRIED_DATA="$$data" $(IN)/python -m bench $(ARGS)

sample: setup ## make the built-in sample session again from its script (needs espeak-ng)
	@command -v espeak-ng >/dev/null || { $(call debian,$(SAMPLE_PACKAGES)); }
	PYTHONPATH=tests $(IN)/python -m sample.make

# Training needs what nothing else does, so it has an environment of its own.
TRAIN = .cache/train/bin/python

model: setup ## train the sample model again: about an hour (needs espeak-ng; on Linux, pip fetches a large torch)
	@command -v espeak-ng >/dev/null || { $(call debian,$(SAMPLE_PACKAGES)); }
	[ -x $(TRAIN) ] || $(IN)/python -m venv .cache/train
	$(TRAIN) -m pip install --quiet --upgrade "pip>=25.1"
	$(TRAIN) -m pip install --quiet --require-hashes -r requirements.lock
	$(TRAIN) -m pip install --quiet --group train
	PYTHONPATH=tests:. $(TRAIN) -m sample.model
	PYTHONPATH=tests:. $(TRAIN) -m sample.model.check

wording: setup ## train the model of wording again, after the packs or its lines changed: five minutes
	PYTHONPATH=tests $(IN)/python -m wording

words: setup ## bring the translations up to date with the texts of the windows, and compile them
	PYTHONPATH=tests $(IN)/python -m words

screens: setup screen ## take the pictures of the README anew; ARGS=DIR takes all, in every theme and size
	PYTHONPATH=tests $(IN)/python -m screens $(ARGS)

# uv only resolves; nothing else here needs it, so it lives in an environment of its own.
UV = .cache/uv/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

lock: setup ## write the lock files again after pyproject.toml changed; UPGRADE=1 takes newer versions
	[ -x $(UV) ] || { $(IN)/python -m venv .cache/uv && .cache/uv/bin/python -m pip install --quiet uv; }
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove everything that can be made again
	rm -rf $(VENV) .cache build dist .ruff_cache .mypy_cache .pytest_cache .hypothesis \
		.import_linter_cache sample-session.json
	find live tests -name __pycache__ -prune -exec rm -rf {} +

# $(call debian,PACKAGES): install them where that is ours to do, otherwise say which they are.
# The list is fetched only when the one at hand does not know them.
debian = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get install -y --no-install-recommends $(1) || \
	  { apt-get update && apt-get install -y --no-install-recommends $(1); }; \
	else \
	  echo "This needs $(1). On Debian or Ubuntu: sudo apt-get install $(1)" >&2; exit 1; \
	fi

# A PYTHON that was named is the only one tried; otherwise the usual names are looked through.
CANDIDATES = $(if $(filter file default,$(origin PYTHON)),python3 python3.13 python3.12 python3.11 /usr/bin/python3,"$(PYTHON)")
OLD_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))

remake:
	@python=""; for name in $(CANDIDATES); do \
	  if "$$name" -c "$(OLD_ENOUGH)" 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Unhurried needs Python 3.11 or newer, and none was found:" >&2; \
	  for name in $(CANDIDATES); do \
	    echo "  $$name: $$("$$name" --version 2>/dev/null || echo not here)" >&2; \
	  done; \
	  echo "Install one, or say where it is: make setup PYTHON=/path/to/python3.12" >&2; exit 1; \
	fi; \
	"$$python" -c "import ensurepip" 2>/dev/null || { $(call debian,$(SYSTEM_PACKAGES)); } && \
	"$$python" -m venv --clear $(VENV)

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "Installing into $(VENV); the first time this takes a minute or two."
	$(IN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(IN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@printf '%s\n' "$(CURDIR)" > $(STAMP)
