# `make` does the main job, `make test` runs the tests, `make help` lists the rest.
# Nothing but Python 3.11 to 3.13 and make is needed; all else goes into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := all
# Marks and work of people: make never deletes them, whatever is interrupted.
.PRECIOUS: gradebook.db submitted
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
ASSIGNMENTS := $(notdir $(wildcard solutions/*))
STAMPS := .stamps
PYTEST_ARGS ?=
# `make SANDBOX=none` runs submissions unsealed, where every one of them is trusted.
SANDBOX ?= required

# The first of these that is installed and new enough makes the environment.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo $$p; break; }; done)

export TF_CPP_MIN_LOG_LEVEL ?= 3
export PYTHONWARNINGS ?= ignore::SyntaxWarning

PACKAGE := $(shell find src -name '*.py' -o -name '*.j2' -o -name '*.json' -o -name '*.mplstyle')
HIDDEN := $(shell find tests/hidden -name '*.py' 2>/dev/null)
BOOK := _config.yml _toc.yml $(shell find book -type f -not -path '*/__pycache__/*' 2>/dev/null)

FORCE:

.PHONY: FORCE all setup book release grade report test lint format nbval serve bench strength lock clean distclean \
	help student

all: book release report  ## book, release, sample class graded, report
	@echo
	@echo "The book         _build/html/index.html        (or: make serve)"
	@echo "Students' work   assignments/                  (make student packs it with the package)"
	@echo "Submissions      submitted/                    (a made-up class, until you put yours there)"
	@echo "Gradebook        gradebook.db                  (nbgrader's own: $(BIN)/jupyter lab, Formgrader)"
	@echo "Feedback         feedback/STUDENT/ASSIGNMENT/  (a page for each student)"
	@echo "Class report     reports/                      (open $(firstword $(ASSIGNMENTS)).html)"
	@echo
	@echo "Next: read the book, or put notebooks into submitted/STUDENT/ASSIGNMENT/ and run make again."

setup: $(STAMPS)/setup  ## make .venv from the lock file

$(STAMPS)/setup: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "coursekit needs Python 3.11, 3.12 or 3.13 on the PATH;" \
		"install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements.txt names into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $@

book: $(STAMPS)/book  ## build the book into _build/html

# Pages are written anew each time; chapters run again only where their own text has changed.
$(STAMPS)/book: $(STAMPS)/setup $(STAMPS)/figures $(BOOK) $(PACKAGE)
	@echo "Building the book (the first time takes some minutes)"
	@mkdir -p $(STAMPS) _build
	@$(BIN)/python book/execute.py >$(STAMPS)/execute.log 2>&1
	@$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet >$(STAMPS)/book.log 2>&1 \
		|| { cat $(STAMPS)/book.log; exit 1; }
	@touch $@

# The cache of executed chapters knows their text, not what they draw and measure with.
$(STAMPS)/figures: src/coursekit/plotting.py src/coursekit/frames.py src/coursekit/coursekit.mplstyle \
		$(wildcard src/coursekit/datasets/*.py src/coursekit/visualize/*.py) \
		$(wildcard $(foreach part,faces style signals volumes,src/coursekit/$(part)/*.py src/coursekit/$(part)/weights/*))
	@rm -rf _build/.jupyter_cache
	@mkdir -p $(STAMPS) && touch $@

release: $(ASSIGNMENTS:%=$(STAMPS)/release-%)  ## prove the assignments and make the students' copies

$(foreach a,$(ASSIGNMENTS),$(eval $(STAMPS)/release-$(a): solutions/$(a)/$(a).ipynb))

$(STAMPS)/release-%: $(STAMPS)/setup $(PACKAGE) $(HIDDEN)
	$(BIN)/coursekit release $*
	@touch $@

# The sample class stands in for a real one: it is put there only where no submissions are.
submitted:
	@rm -rf $(STAMPS)/sample && mkdir -p $(STAMPS)/sample
	@cp -R sample_class/student-* $(STAMPS)/sample/ && mv $(STAMPS)/sample submitted

grade: gradebook.db  ## judge what is new in submitted/ into the gradebook

# Grading itself knows what is new; the gradebook's time tells whether there was anything.
gradebook.db: $(ASSIGNMENTS:%=$(STAMPS)/release-%) FORCE | submitted
	@for assignment in $(ASSIGNMENTS); do \
		$(BIN)/coursekit grade $$assignment --sandbox=$(SANDBOX) || exit; done

report: $(ASSIGNMENTS:%=$(STAMPS)/report-%)  ## feedback pages and class report

$(STAMPS)/report-%: gradebook.db
	$(BIN)/coursekit feedback $*
	$(BIN)/coursekit report $*
	@touch $@

student: $(STAMPS)/setup $(STAMPS)/book release  ## what students install, into dist/student
	$(BIN)/coursekit publish student

test: $(STAMPS)/setup $(STAMPS)/book lint nbval  ## every test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(PYTEST_ARGS)

lint: $(STAMPS)/setup  ## format and lint, without changing anything
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

format: $(STAMPS)/setup  ## format and lint, mending what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

nbval: $(STAMPS)/setup $(STAMPS)/book  ## run notebooks and chapters again and compare their outputs
	@$(BIN)/python tests/executed_chapters.py _build/executed
	PYTHONPATH=tests $(BIN)/python -m pytest -q -p nbval_history -p no:cacheprovider --nbval \
		--nbval-sanitize-with tests/nbval.cfg --nbval-cell-timeout 300 -n 2 --dist loadfile \
		solutions _build/executed

serve: $(STAMPS)/book  ## the book on localhost
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

bench: $(STAMPS)/setup  ## measure against the named peers
	$(BIN)/python benchmarks/convolution.py
	$(BIN)/python benchmarks/faces.py
	$(BIN)/python benchmarks/style.py
	$(BIN)/python benchmarks/grading.py
	$(BIN)/python benchmarks/many_machines.py

strength: $(STAMPS)/setup  ## can the hidden checks be trusted? every mutant of every reference
	@for assignment in $(ASSIGNMENTS); do $(BIN)/coursekit strength $$assignment || exit; done

lock: $(STAMPS)/setup  ## make the lock file anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --upgrade \
		-o requirements.txt

clean:  ## remove what was built; submissions, gradebook and its manual grades stay
	rm -rf _build $(STAMPS) .coursekit autograded feedback reports dist
	rm -rf .pytest_cache .ruff_cache .hypothesis

distclean: clean  ## and the environment
	rm -rf $(VENV)

help:  ## list what can be made
	@awk 'BEGIN {FS = ":.*##"} /^[a-z]+:.*##/ {printf "  make %-10s%s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)
