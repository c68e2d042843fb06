# Adapter for wasi-testsuite's own runner:
#   python3 run-tests -r .../packages/wasi-sandbox/test/wasi-testsuite/wasi-sandbox.py
# NODE is a Node that runs TypeScript (22.18 or later); by default this repository's own, then the one on the path.
import os
import shlex
import subprocess
from pathlib import Path
from typing import Dict, List, Optional, Tuple

PACKAGE = Path(__file__).resolve().parents[2]
REPOSITORY_NODE = PACKAGE.parents[1] / "node_modules" / ".bin" / "node"
DEFAULT_NODE = str(REPOSITORY_NODE) if REPOSITORY_NODE.exists() else "node"
COMMAND = shlex.split(os.getenv("NODE", DEFAULT_NODE)) + [str(PACKAGE / "src" / "cli.ts")]


def get_name() -> str:
    return "wasi-sandbox"


def get_version() -> str:
    result = subprocess.run(COMMAND + ["--version"], encoding="UTF-8", capture_output=True, check=True)
    return result.stdout.strip()


def get_wasi_versions() -> List[str]:
    return ["wasm32-wasip1"]


def get_wasi_worlds() -> List[str]:
    return ["wasi:cli/command"]


def get_timeout_seconds() -> float:
    return 30


def compute_argv(test_path: str,
                 args_env_root: Tuple[List[str], Dict[str, str], Optional[str]],
                 proposals: List[str],
                 wasi_world: str,
                 wasi_version: str) -> List[str]:
    args, env, root = args_env_root
    argv = COMMAND + ["run"]
    for name, value in env.items():
        argv += ["--env", f"{name}={value}"]
    if root:
        argv += ["--dir", f"{root}::/"]
    return argv + [test_path] + args
