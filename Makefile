# Everything from nothing: `make demo`, `make test`. A second run only does what has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ORACLE := .venv-oracle

JOBS := $(shell nproc 2>/dev/null || echo 2)
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(JOBS)
export CTEST_PARALLEL_LEVEL ?= $(JOBS)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Each test has its own limit; this one is for what no test knows of. It ends all that was started.
AT_MOST := timeout --kill-after=1m

.PHONY: help
help:
	@echo "make demo    convert a real volume, verify the copies, draw a picture"
	@echo "make test    C++ tests, Python tests, lint"
	@echo "make torture the long forms of the tests of kills, forks and races; TORTURE_SEED=1 repeats or varies them"
	@echo "make lint    ruff, mypy, clang-format; 'make format' repairs what can be repaired"
	@echo "make bench   compare with other programs"
	@echo "make wheels  wheels for the CPythons that are found, each tried in an empty environment; into dist/"
	@echo "make clang   the C++ tests, everything compiled by Clang"
	@echo "make asan    C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer; also: make tsan"
	@echo "make fuzz    any bytes for every decoder and parser, a minute each; another time: FUZZ_SECONDS=600"
	@echo "make coverage  which lines and branches the tests reach: reports in build/coverage/report"
	@echo "make clean   remove everything that was made here"

.PHONY: demo
demo: $(VENV)/installed
	$(BIN)/python docs/demo.py

.PHONY: test test-cpp test-python
test: test-cpp test-python lint

test-cpp: $(VENV)/build-tools
	$(AT_MOST) 40m cmake --workflow --preset dev

test-python: $(VENV)/installed $(ORACLE)/installed
	$(AT_MOST) 40m $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

# With figures in the end. The same seed kills, forks and races in the same places, as far as the system lets it.
TORTURE_SEED ?= 0
.PHONY: torture
torture: export VOXBRICK_TORTURE := 1
torture: export TORTURE_SEED := $(TORTURE_SEED)
torture: $(VENV)/installed
	cmake --preset dev
	cmake --build --preset dev --target voxbrick_tests
	build/dev/tests/cpp/voxbrick_tests "[torture]" --rng-seed $(TORTURE_SEED) --durations yes
	$(BIN)/python -m pytest -m torture --timeout 7200 -o faulthandler_timeout=7260 --numprocesses $(JOBS) --dist worksteal

.PHONY: lint format
lint: $(VENV)/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	git ls-files '*.cpp' '*.hpp' | xargs $(BIN)/clang-format --dry-run --Werror

format: $(VENV)/installed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	git ls-files '*.cpp' '*.hpp' | xargs $(BIN)/clang-format -i

.PHONY: bench
bench: $(VENV)/installed
	$(BIN)/python tests/benchmarks

.PHONY: wheels
wheels:
	$(PYTHON) bindings/build_wheels.py

.PHONY: clang asan tsan
clang asan tsan: $(VENV)/build-tools
	cmake --workflow --preset $@

# Takes clang, with libFuzzer and the sanitizers: installed for this alone.
FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz: $(VENV)/build-tools
	third_party/install_debian.sh $(PYTHON) clang libclang-rt-dev llvm
	cmake --preset fuzz
	cmake --build --preset fuzz
	tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS)

# Reports in build/coverage/report: of the engine, as its C++ tests run it (gcovr.cfg), and of the Python package.
.PHONY: coverage coverage-cpp coverage-python
coverage: coverage-cpp coverage-python

coverage-cpp: $(VENV)/coverage-tools
	find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	$(AT_MOST) 60m cmake --workflow --preset coverage
	mkdir -p build/coverage/report/engine
	$(BIN)/gcovr -j $(JOBS) --print-summary

coverage-python: export COVERAGE_FILE := $(CURDIR)/build/coverage/python.data
coverage-python: $(VENV)/installed $(VENV)/coverage-tools
	mkdir -p build/coverage
	$(AT_MOST) 90m $(BIN)/coverage run -m pytest --numprocesses $(JOBS) --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --directory build/coverage/report/python
	$(BIN)/coverage report --skip-covered

$(VENV)/coverage-tools: $(VENV)/build-tools
	$(BIN)/pip install --quiet 'coverage>=7.10' 'gcovr>=8'
	touch $@

.PHONY: clean
clean:
	rm -rf $(VENV) $(ORACLE) .venv-peers build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- installation: the stamps tell what is there ------------------------------------------------

# The build requirements of pyproject.toml: plain CMake finds the same blosc2 that the extension is built with.
$(VENV)/build-tools: third_party/install_debian.sh pyproject.toml
	third_party/install_debian.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet scikit-build-core pybind11 blosc2
	touch $@

# Editable: changes to Python files take effect at once, changes to the engine with the next make.
$(VENV)/installed: $(VENV)/build-tools CMakeLists.txt $(shell find bindings cpp third_party -type f)
	$(BIN)/pip install --quiet --no-build-isolation --editable '.[demo,lint,test]'
	touch $@

# The reference package, which wants Python 3.11 and older libraries. Without it its tests are skipped.
$(ORACLE)/installed: tests/oracle/requirements.txt
	timeout 300 sh -c 'python3.11 -m venv $(ORACLE) && $(ORACLE)/bin/pip install --quiet -r $<' && touch $@ \
		|| rm -rf $(ORACLE)
