from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mlsec_lab.core.errors import ConfigError, UsageError
from mlsec_lab.core.policy import Limits, Policy, Waiver
from mlsec_lab.engine import policy as module
from mlsec_lab.engine.policy import Flags, load_policy


class World:
    """A project folder, and the files of the user and the administrator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        self.user_path = folder / "user.toml"
        self.admin_path = folder / "admin.toml"

    def project(self, text: str, name: str = "mlsec.toml") -> World:
        (self.folder / name).write_text(text, "utf-8")
        return self

    def user(self, text: str) -> World:
        self.user_path.write_text(text, "utf-8")
        return self

    def admin(self, text: str) -> World:
        self.admin_path.write_text(text, "utf-8")
        return self

    def policy(self, flags: Flags | None = None, **more: Any) -> Policy:
        return load_policy([self.folder], flags=flags, **more)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path)
    monkeypatch.setattr(module, "user_policy_path", lambda: made.user_path)
    monkeypatch.setattr(module, "admin_policy_path", lambda: made.admin_path)
    return made


def test_without_files_the_defaults(world: World) -> None:
    policy = world.policy()
    assert policy == replace(Policy(), root=str(world.folder))
    assert (policy.fail_on, policy.min_confidence, policy.trusted, policy.sources) == ("high", "medium", True, ())


def test_administrator_before_flag_before_user_before_project(world: World) -> None:
    world.project("fail-on = 'info'\nmin-confidence = 'low'\n")
    assert (world.policy().fail_on, world.policy().min_confidence) == ("info", "low")
    world.user("fail-on = 'low'\n")
    assert (world.policy().fail_on, world.policy().min_confidence) == ("low", "low")
    assert world.policy(Flags(fail_on="medium")).fail_on == "medium"
    world.admin("fail-on = 'critical'\n")
    assert world.policy(Flags(fail_on="medium")).fail_on == "critical"
    assert world.policy().sources == tuple(
        str(path) for path in (world.folder / "mlsec.toml", world.user_path, world.admin_path)
    )


def test_lists_add_up_below_the_administrator(world: World) -> None:
    world.project("ignore = ['a']\nrequire = ['secret']\nexclude = ['x']\n[[waivers]]\nreason='p'\nrule='a'\n")
    world.user("ignore = ['b']\nrequire = ['pii']\nexclude = ['y']\n[[waivers]]\nreason='u'\nrule='b'\n")
    policy = world.policy(Flags(ignore=("c",), require=("code",)))
    assert (policy.ignore, policy.require, policy.exclude) == (("a", "b", "c"), ("secret", "pii", "code"), ("x", "y"))
    assert policy.waivers == (Waiver("p", rule="a"), Waiver("u", rule="b"))


def test_an_administrators_lists_stand_as_they_are_save_what_is_required(world: World) -> None:
    world.project("ignore = ['a']\nexclude = ['x']\nrequire = ['secret']\n[[waivers]]\nreason='p'\nrule='a'\n")
    world.admin("ignore = []\nexclude = ['z']\nrequire = ['pii']\nwaivers = []\n")
    policy = world.policy(Flags(ignore=("c",)))
    assert (policy.ignore, policy.exclude, policy.waivers, policy.require) == ((), ("z",), (), ("secret", "pii"))


def test_tables_merge_by_entry(world: World) -> None:
    world.project("[severity]\n'secret/a' = 'low'\n'secret/b' = 'low'\n[limits]\nmax-bytes = 5\nmax-depth = 6\n")
    world.user("[severity]\n'secret/b' = 'high'\n[limits]\nmax-depth = 7\n")
    world.admin("[severity]\n'secret/a' = 'critical'\n")
    policy = world.policy()
    assert policy.severity == {"secret/a": "critical", "secret/b": "high"}
    assert policy.limits == Limits(max_bytes=5, max_depth=7)


def test_every_flag(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.folder)
    flags = Flags(("secret",), ("pii",), "never", "low", ("secret",), True, "base.json")
    policy = world.policy(flags)
    assert (policy.select, policy.ignore, policy.require) == (("secret",), ("pii",), ("secret",))
    assert (policy.fail_on, policy.min_confidence, policy.allow_incomplete) == ("never", "low", True)
    assert policy.baseline == str(world.folder / "base.json")


def test_a_flag_may_take_back_what_a_file_allows(world: World) -> None:
    world.project("allow-incomplete = true\n")
    assert world.policy().allow_incomplete
    assert not world.policy(Flags(allow_incomplete=False)).allow_incomplete


@pytest.mark.parametrize("flags", [Flags(fail_on="often"), Flags(min_confidence="never")])
def test_wrong_flags(world: World, flags: Flags) -> None:
    with pytest.raises(UsageError, match="must be one of"):
        world.policy(flags)


LOOSE = """
select = ["pii"]
ignore = ["secret"]
fail-on = "never"
min-confidence = "high"
allow-incomplete = true
exclude = ["*"]
baseline = "b.json"
[severity]
"secret/openai-api-key" = "info"
"secret" = "low"
[limits]
max-bytes = 1
[[waivers]]
reason = "mine"
path = "*"
"""


def test_a_strangers_project_loosens_nothing(world: World) -> None:
    world.project(LOOSE)
    policy = world.policy(trust_project=False)
    assert policy == replace(Policy(), root=str(world.folder), trusted=False, sources=(str(world.folder / "mlsec.toml"),))


TIGHT = """
fail-on = "info"
min-confidence = "low"
require = ["secret"]
allow-incomplete = false
[severity]
"secret/password" = "critical"
"secret/unknown" = "critical"
"""


def test_a_strangers_project_may_tighten(world: World) -> None:
    world.project(TIGHT)
    policy = world.policy(trust_project=False)
    assert (policy.fail_on, policy.min_confidence, policy.require) == ("info", "low", ("secret",))
    assert policy.severity == {"secret/password": "critical", "secret/unknown": "critical"}
    assert not policy.trusted


def test_what_tightens_yields_to_the_user(world: World) -> None:
    world.project(TIGHT).user("fail-on = 'critical'\n")
    assert world.policy(trust_project=False).fail_on == "critical"


@pytest.mark.parametrize("value", ["never", "critical", "high"])
def test_a_threshold_at_or_above_the_default_tightens_nothing(world: World, value: str) -> None:
    world.project(f"fail-on = '{value}'\n")
    assert world.policy(trust_project=False).fail_on == "high"


def test_a_strangers_errors_are_told_too(world: World) -> None:
    world.project("surprise = 1\n")
    with pytest.raises(ConfigError, match="surprise"):
        world.policy(trust_project=False)


def test_the_command_lines_trust(world: World) -> None:
    world.project(LOOSE)
    policy = world.policy(trust_project=False, config=world.folder / "mlsec.toml")
    assert (policy.trusted, policy.ignore, policy.fail_on) == (True, ("secret",), "never")


def test_the_users_trust(world: World, tmp_path: Path) -> None:
    world.project(LOOSE).user(f"trusted = ['{world.folder}']\n")
    assert world.policy(trust_project=False).ignore == ("secret",)
    world.user(f"trusted = ['{world.folder}x', '{tmp_path / 'other'}']\n")
    assert not world.policy(trust_project=False).trusted


def test_trust_follows_links_and_homes(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(world.folder)
    world.project(LOOSE).user(f"trusted = ['{tmp_path / 'link'}']\n")
    assert world.policy(trust_project=False).trusted
    monkeypatch.setenv("HOME", str(tmp_path))
    world.user("trusted = ['~/project']\n")
    assert world.policy(trust_project=False).trusted


def test_the_administrators_trust_is_the_only_one_that_counts(world: World) -> None:
    world.project(LOOSE).user(f"trusted = ['{world.folder}']\n").admin("trusted = []\n")
    for policy in (world.policy(), world.policy(config=world.folder / "mlsec.toml")):
        assert (policy.trusted, policy.ignore) == (False, ())
    world.admin(f"trusted = ['{world.folder.parent}']\n")
    assert world.policy(trust_project=False).trusted


def test_another_users_file_where_everybody_may_write_is_a_strangers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.project(LOOSE)
    world.folder.chmod(0o777)
    assert world.policy().trusted
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    monkeypatch.setattr(Path, "lstat", lambda _: os.stat_result((0o100644, 0, 0, 1, 4243, 0, 0, 0, 0, 0)))
    assert not world.policy().trusted
    world.folder.chmod(0o755)
    assert world.policy().trusted


def test_the_nearest_file_upward_counts(world: World) -> None:
    inner = world.folder / "a" / "b"
    inner.mkdir(parents=True)
    world.project("fail-on = 'low'\n").project("[tool.mlsec]\nfail-on = 'info'\n", "pyproject.toml")
    policy = load_policy([inner / "n.ipynb"])
    assert (policy.fail_on, policy.root) == ("low", str(world.folder))
    (inner / "pyproject.toml").write_text("[tool.other]\n")
    assert load_policy([inner]).fail_on == "low"
    (inner / "pyproject.toml").write_text("[tool.mlsec]\nfail-on = 'medium'\n")
    policy = load_policy([inner])
    assert (policy.fail_on, policy.root) == ("medium", str(inner))


def test_several_paths_have_the_file_of_the_folder_around_them(world: World) -> None:
    for name in ("a", "b"):
        (world.folder / name).mkdir()
        (world.folder / name / "mlsec.toml").write_text("fail-on = 'never'\n")
    world.project("fail-on = 'low'\n")
    assert load_policy([world.folder / "a", world.folder / "b"]).fail_on == "low"
    assert load_policy([world.folder / "a", world.folder / "a" / "n.ipynb"]).fail_on == "never"


def test_without_paths_the_working_folder_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.project("fail-on = 'low'\n")
    monkeypatch.chdir(world.folder)
    assert load_policy().fail_on == "low"


def test_a_named_file_replaces_the_projects(world: World, tmp_path: Path) -> None:
    world.project("fail-on = 'low'\n")
    named = tmp_path / "named.toml"
    named.write_text("min-confidence = 'low'\n")
    policy = world.policy(config=named)
    assert (policy.fail_on, policy.min_confidence, policy.root) == ("high", "low", str(tmp_path))
    with pytest.raises(ConfigError, match="cannot be read"):
        world.policy(config=tmp_path / "none.toml")


def test_paths_are_shown_from_the_repository_where_there_is_no_file(world: World) -> None:
    inner = world.folder / "a"
    inner.mkdir()
    assert load_policy([inner]).root == str(inner)
    assert load_policy([inner / "n.ipynb"]).root == str(inner)
    (world.folder / ".git").mkdir()
    assert load_policy([inner]).root == str(world.folder)


def test_paths_without_a_common_folder_have_the_first_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def drives(_: object) -> str:
        raise ValueError

    world.project("fail-on = 'low'\n")
    monkeypatch.setattr(os.path, "commonpath", drives)
    assert load_policy([world.folder, Path("/")]).fail_on == "low"


def test_where_files_have_no_owners_nothing_is_planted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    project = world.project("").folder / "mlsec.toml"
    monkeypatch.setattr(module, "os", type("Windows", (), {"name": "nt"}))
    assert not module._is_planted(project)


def test_waivers_and_dates_arrive(world: World) -> None:
    world.project("[[waivers]]\nreason = 'why'\nrule = 'secret'\nexpires = 2027-01-31\n")
    assert world.policy().waivers == (Waiver("why", rule="secret", expires=date(2027, 1, 31)),)
