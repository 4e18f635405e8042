# What can be done with a checkout; `make` alone lists it.
# Nothing is written outside the checkout and the temporary folder, the home folder included.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup environment run demo test soak bench lint format check clean

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
# A copy of the lock, written when everything in it is installed: without it the environment is not trusted.
INSTALLED := $(VENV)/installed.lock

# `make PYTHON=…` names the interpreter; otherwise it is the newest of these that can make an environment.
PYTHON ?=
CANDIDATES := $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3)

# Versions and hashes come from the lock alone, so nothing is resolved, cached or built with unlocked tools.
PIP_INSTALL := PIP_USER=0 $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
	--no-cache-dir --no-warn-script-location --require-hashes --no-deps --no-build-isolation --use-pep517

# The last line of a demonstration is the path of its report, and must stay the last.  A make inside a make, or
# under -C, says "Leaving directory" after it; before make 4.4 that stops only where output is synchronised.
MAKEFLAGS += --no-print-directory
ifeq ($(MAKECMDGOALS)$(findstring w,$(firstword -$(MAKEFLAGS)))$(filter output-sync,$(.FEATURES)),demowoutput-sync)
MAKEFLAGS += -j2 --output-sync=target
UNSYNCED := +
endif

# Chinese is printed whatever the locale of the machine says.
export PYTHONUTF8 := 1

help:  ## 列出可用命令 · list the targets
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/\1 \2/p' Makefile | while read -r target text; do \
		printf '  make %-8s %s\n' "$$target" "$$text"; done

setup: environment  ## 安装锁定的依赖和字体 · install the locked packages and the fonts
	@$(BIN)/python -m reports.pdf.fonts

environment:
	@if cmp -s $(LOCK) $(INSTALLED) && $(BIN)/python -c '' 2>/dev/null; then exit 0; fi; \
	set -e; \
	found=; incomplete=; \
	for candidate in $(CANDIDATES); do \
		"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		if "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then found=$$candidate; break; fi; \
		incomplete="$$incomplete $$candidate"; \
	done; \
	if [ -z "$$found" ] && [ -n "$$incomplete" ]; then \
		echo "Python 缺少 venv 模块（如 Debian：apt install python3-venv） · no venv module in:$$incomplete" >&2; exit 1; \
	elif [ -z "$$found" ]; then \
		echo "需要 Python 3.11 或更高版本，可用 make PYTHON=… 指定 · no Python ≥ 3.11 among: $(CANDIDATES)" >&2; exit 1; \
	fi; \
	echo "安装依赖（约一分钟） · installing packages with $$("$$found" -V)"; \
	rm -f $(INSTALLED); \
	"$$found" -m venv --clear $(VENV); \
	sed -n '/^setuptools==/,/[^\\]$$/p' $(LOCK) >$(VENV)/setuptools.lock; \
	$(PIP_INSTALL) -r $(VENV)/setuptools.lock; \
	$(PIP_INSTALL) -r $(LOCK); \
	cp $(LOCK) $(INSTALLED).part; \
	mv $(INSTALLED).part $(INSTALLED)

run: setup  ## 启动系统：网页、后台任务、定时任务（Ctrl-C 停止） · run web, worker and scheduler
	@exec $(BIN)/flask --app wsgi serve

demo: setup  ## 演示：一个项目从申报到评估报告 · one project from proposal to its assessment report
	$(UNSYNCED)@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && trap 'exit 130' HUP INT TERM && \
	ENV=development DATA_DIR="$$data" DATABASE_URL= BROKER_URL= $(BIN)/flask --app wsgi demo walk

test: setup  ## 运行全部测试（REQUIRE_ALL=1：不许跳过） · run all tests (REQUIRE_ALL=1: none may be skipped)
	@$(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist worksteal

soak: setup  ## 长时间的承诺测试：并发、断电、篡改（约两小时） · the promises about money at length (two hours)
	@SOAK=1 $(BIN)/python -m pytest -q -n 0 tests/promises \
		tests/integration/budget/test_sequences.py tests/integration/budget/test_imports_killed.py \
		tests/integration/foundation/test_jobs_workers.py

bench: setup  ## 速度与上限之比（ONLY=P1,P2 只测几项） · ratios of speed against their bounds
	@$(BIN)/python -m tests.bench

lint: environment  ## 检查风格、类型和引用方向 · check style, types and import directions
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: environment  ## 整理代码格式 · format the code
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

check: lint test  ## 提交前的全部检查 · everything that CI checks

clean:  ## 删除环境和缓存（保留 var/ 中的数据） · remove the environment and caches (var/ stays)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
