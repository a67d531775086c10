"""The deployment files, as far as they can be checked without a machine to deploy to."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot import settings
from tests.bot.running import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
README = (DEPLOY / "README.md").read_text("utf-8")
VARIABLES = {value for name, value in vars(settings).items() if name.endswith("_VARIABLE")} | {"HOIBAO_INDEX"}

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")


@pytest.fixture
def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # its documented use
    parser.read_string((DEPLOY / "hoibao.service").read_text("utf-8"))
    return parser


@pytest.fixture
def runnable_unit(tmp_path: Path) -> Path:
    """The unit, with a program that exists."""
    path = tmp_path / "hoibao.service"
    text = (DEPLOY / "hoibao.service").read_text("utf-8")
    path.write_text(text.replace("/opt/hoibao/bin/hoibao", shutil.which("true") or ""), "utf-8")
    return path


def instructions(name: str) -> list[str]:
    """Returns the arguments of all uses of a Dockerfile's instruction, with continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return re.findall(rf"^{name}\s+(.*)$", joined, re.MULTILINE)


def test_unit_is_hardened_bounded_and_starts_again(unit: configparser.RawConfigParser) -> None:
    service = unit["Service"]
    expected = {
        "User": "hoibao",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "PrivateTmp": "yes",
        "MemoryDenyWriteExecute": "yes",
        "Restart": "on-failure",
        "KillMode": "mixed",
        "StateDirectory": "hoibao",
        "EnvironmentFile": "/etc/hoibao/bot.env",
    }
    assert {key: service[key] for key in expected} == expected
    assert service["MemoryMax"] and service["TasksMax"]
    assert service["ExecStart"].endswith("/hoibao bot")


def test_token_is_in_no_file_that_all_may_read(unit: configparser.RawConfigParser) -> None:
    assert settings.TOKEN_VARIABLE not in unit["Service"]["Environment"]
    assert settings.TOKEN_VARIABLE not in DOCKERFILE
    assert f"{settings.TOKEN_VARIABLE}=\n" in (DEPLOY / "bot.env.example").read_text("utf-8")


@needs_systemd
def test_systemd_finds_no_fault_in_the_unit(runnable_unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", runnable_unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_systemd_rates_the_unit_as_well_protected(runnable_unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager", str(runnable_unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]


def test_image_is_built_from_the_constraints_and_runs_as_a_normal_user() -> None:
    assert any("PIP_CONSTRAINT=/src/constraints.txt" in line for line in instructions("ENV"))
    assert any("constraints.txt" in line for line in instructions("COPY"))
    assert instructions("USER") == ["hoibao"]
    assert DOCKERFILE.rindex("\nUSER ") > DOCKERFILE.rindex("\nFROM ")
    assert instructions("VOLUME") == ["/index"]
    assert "/healthz" in instructions("HEALTHCHECK")[0]
    assert instructions("ENTRYPOINT") == ['["hoibao"]']


def test_image_shows_that_it_encodes_without_torch_and_leaves_it_out() -> None:
    [built] = [line for line in instructions("RUN") if "uninstall" in line]
    assert "torch" in built and built.index("uninstall") < built.rindex(" sync seeds/")
    assert DOCKERFILE.index("uninstall") < DOCKERFILE.rindex("\nFROM ")


def test_all_that_the_image_copies_is_there_and_let_into_the_build() -> None:
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    copied = {word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_image_has_the_python_that_the_package_asks_for() -> None:
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert all(line.startswith("python:3.11-slim") for line in instructions("FROM"))


def test_settings_that_are_named_exist() -> None:
    for text in (README, DOCKERFILE, (DEPLOY / "bot.env.example").read_text("utf-8")):
        assert set(re.findall(r"HOIBAO_[A-Z_]+", text)) <= VARIABLES


def test_instructions_name_files_that_exist() -> None:
    for name in re.findall(r"deploy/([\w.-]+)", README):
        assert (DEPLOY / name).exists(), name
