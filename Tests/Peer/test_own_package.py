"""The example of a protocol of one's own as a newcomer meets it: a package by itself, built and run
by what its README says, which prints what its README says."""

import json
import os
import re
import shutil
import subprocess

from relay import REPOSITORY

FOLDER = REPOSITORY / "Examples/TwoPhaseCommit"
#: A first build compiles the model's three modules anew, on a machine that may be busy.
PATIENCE_SECONDS = 900


def test_the_package_by_itself_does_what_its_readme_says():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    commands, promised = re.search(r"```sh\n(.*?)```\n\n```\n(.*?)```", readme, re.DOTALL).groups()
    assert commands.split()[:2] == ["swift", "run"]
    written = FOLDER / re.search(r"(?m)^wrote ([\w.]+):", promised).group(1)
    # Built beside the repository's own build, from the versions that it has: nothing is fetched.
    shutil.copy(REPOSITORY / "Package.resolved", FOLDER)
    environment = os.environ | {"SWIFTPM_BUILD_DIR": str(REPOSITORY / ".build/own-package")}
    try:
        ended = subprocess.run(
            ["sh", "-ec", commands], cwd=FOLDER, env=environment, capture_output=True, text=True,
            encoding="utf-8", timeout=PATIENCE_SECONDS, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        # The build tells of its progress elsewhere.
        assert ended.stdout == promised
        told = json.loads(written.read_text(encoding="utf-8"))
        assert [tree["name"] for tree in told["trees"]] == [
            "coordinator", "alice", "bob", "charlie"]
    finally:
        written.unlink(missing_ok=True)
        (FOLDER / "Package.resolved").unlink(missing_ok=True)
