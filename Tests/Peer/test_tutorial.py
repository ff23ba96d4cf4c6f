"""The SDK's tutorial, as a program that is run."""

import os
import pathlib
import re
import subprocess

from relay import REPOSITORY, binary

PATIENCE_SECONDS = 120
PAGE = REPOSITORY / "Sources/SimpaticoClient/SimpaticoClient.docc/TalkingWithSomebody.md"


def test_the_tutorial_prints_what_it_says(url):
    program = os.environ.get("TALK_BIN", str(pathlib.Path(binary()).parent / "Talk"))
    ended = subprocess.run(
        [program, url], capture_output=True, text=True, encoding="utf-8",
        timeout=PATIENCE_SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr
    printed = re.sub(r"#invite=\S+", "#invite=…", ended.stdout).replace(url, "RELAY")
    promised = PAGE.read_text(encoding="utf-8").split("with another link:\n\n```text\n")[1]
    promised = promised.split("```")[0].replace("http://127.0.0.1:8080", "RELAY")
    assert printed == promised
