"""Writes ``leaky.ipynb`` and ``clean.ipynb`` beside this file: a churn model as it is, and as it should be shared.

Every key is a fake, put together here from a public prefix and random characters, so that nothing in the repository
looks like a live secret. The notebooks are not committed.
"""

from __future__ import annotations

import base64
import json
import random
import string
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

Json = dict[str, Any]

ALNUM = string.ascii_letters + string.digits
HOME = "/home/" + "marta"
CUSTOMERS = [
    ("C-10482", "Ines Albrecht", "ines.albrecht@example.com", "fiber-500", 31, 54.9, "yes"),
    ("C-10497", "Tomasz Nowak", "t.nowak@example.org", "dsl-50", 4, 29.9, "no"),
    ("C-10511", "Grace Oduya", "grace.oduya@example.net", "mobile-l", 17, 39.9, "no"),
    ("C-10530", "Luca Ferri", "luca.ferri@example.com", "fiber-1000", 52, 69.9, "no"),
    ("C-10544", "Mei Tanaka", "mei.tanaka@example.org", "dsl-50", 2, 29.9, "yes"),
]
COLUMNS = ("customer_id", "name", "email", "contract", "months", "monthly_fee", "churned")


class Fakes:
    """Values with the shape of secrets, different ones for each seed."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(repr(seed))

    def text(self, length: int, alphabet: str = ALNUM) -> str:
        """Random characters."""
        return "".join(self._random.choices(alphabet, k=length))

    def openai_key(self) -> str:
        """A project key's shape."""
        return "sk-" + "proj-" + self.text(74) + "T3Blbk" + "FJ" + self.text(74)

    def hugging_face_token(self) -> str:
        """A user token's shape."""
        return "hf" + "_" + self.text(34, string.ascii_letters)

    def github_token(self) -> str:
        """A classic token's shape."""
        return "gh" + "p_" + self.text(36)

    def password(self) -> str:
        """A generated database password's shape."""
        return self.text(9) + "-" + self.text(9)


def markdown(name: str, text: str) -> Json:
    """A Markdown cell."""
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines(text)}


def code(name: str, number: int, text: str, *outputs: Json) -> Json:
    """A code cell that was run."""
    cell: Json = {"cell_type": "code", "execution_count": number, "id": name, "metadata": {}}
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = number
    return {**cell, "outputs": list(outputs), "source": lines(text)}


def stream(text: str, name: str = "stdout") -> Json:
    """Printed text."""
    return {"output_type": "stream", "name": name, "text": lines(text)}


def result(kind: str = "execute_result", **data: Any) -> Json:
    """A result or a display; names are MIME types with ``_`` for ``/``."""
    bundle = {name.replace("_", "/"): lines(value) if name != "image_png" else value for name, value in data.items()}
    return {"output_type": kind, "metadata": {}, "data": bundle}


def lines(text: str) -> list[str]:
    """Text as notebooks store it."""
    return text.splitlines(keepends=True)


def table() -> Json:
    """The first customers, as pandas shows them. The people are made up; their addresses are reserved for examples."""
    head = "".join(f"      <th>{name}</th>\n" for name in ("", *COLUMNS))
    body = "".join(
        f"    <tr>\n      <th>{n}</th>\n" + "".join(f"      <td>{value}</td>\n" for value in row) + "    </tr>\n"
        for n, row in enumerate(CUSTOMERS)
    )
    html = (
        '<div>\n<table border="1" class="dataframe">\n  <thead>\n    <tr style="text-align: right;">\n'
        f"{head}    </tr>\n  </thead>\n  <tbody>\n{body}  </tbody>\n</table>\n</div>"
    )
    rows = [("", *COLUMNS), *((str(n), *map(str, row)) for n, row in enumerate(CUSTOMERS))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    text = "\n".join("  ".join(part.rjust(width) for part, width in zip(row, widths, strict=True)) for row in rows)
    return result(text_plain=text, text_html=html)


def failed_clone(address: str) -> Json:
    """What Jupyter stores of a ``git clone`` that failed: the address stands in the error and, coloured, in the trace."""
    command = f"['git', 'clone', '--depth', '1', '{address}']"
    message = f"Command '{command}' returned non-zero exit status 128."
    red, green, off = "\x1b[31m", "\x1b[32m", "\x1b[39m"
    trace = [
        f"{red}{'-' * 75}{off}",
        f"{red}CalledProcessError{off}                        Traceback (most recent call last)",
        f"{green}Cell{off}{green} {off}{green}In[6]{off}{green}, line 4{off}\n"
        "      2 token = os.environ['GITHUB_TOKEN']\n"
        "      3 url = f'https://x-access-token:{token}@github.com/acme-telco/churn-features.git'\n"
        "----> 4 subprocess.run(['git', 'clone', '--depth', '1', url], check=True)\n",
        f"File {green}{HOME}/churn/.venv/lib/python3.12/subprocess.py:571{off}, in run(input, capture_output, timeout, "
        "check, *popenargs, **kwargs)\n    569     retcode = process.poll()\n    570     if check and retcode:\n"
        "--> 571         raise CalledProcessError(retcode, process.args)",
        f"{red}CalledProcessError{off}: {message}",
    ]
    return {"output_type": "error", "ename": "CalledProcessError", "evalue": message, "traceback": trace}


def bars(values: list[float]) -> str:
    """A small bar chart as PNG (base64)."""
    width, height = 40 * len(values), 120
    rows = [
        b"\0" + bytes(90 if x % 40 > 8 and height - y < values[x // 40] * height else 245 for x in range(width))
        for y in range(height)
    ]

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    image = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    return base64.b64encode(image).decode("ascii") + "\n"


TITLE = """# Which contracts will end next quarter?

Churn model for the retention team, refreshed every Monday. Gradient boosting on contract, usage and support tickets;
the call notes are summarised by a language model first.
"""
IMPORTS = """import os
import subprocess

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sqlalchemy import create_engine"""
QUERY = """customers = pd.read_sql("select * from crm.contracts where active", engine)
customers.head()"""
TRAIN = """features = ["contract", "months", "monthly_fee", "tickets_90d", "note_sentiment"]
X_train, X_test, y_train, y_test = train_test_split(
    customers[features], customers["churned"] == "yes", stratify=customers["churned"], random_state=7
)
model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=7)
model.fit(X_train, y_train)
print("AUC", round(roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]), 3))"""
PLOT = """importances.plot.bar()"""
CLONE = """# shared feature definitions
token = os.environ['GITHUB_TOKEN']
url = f'https://x-access-token:{token}@github.com/acme-telco/churn-features.git'
subprocess.run(['git', 'clone', '--depth', '1', url], check=True)"""
NEXT = """## Next

- [ ] calibrate per contract type
- [ ] hand over to Jonas, he takes the Monday run from October on
"""


def leaky() -> Json:
    """The working notebook: keys in a cell, a URL, a printed line and a traceback; a home folder in a warning."""
    fakes = Fakes("leaky")
    client = f'from openai import OpenAI\n\nclient = OpenAI(api_key="{fakes.openai_key()}")  # TODO vault'
    database = f'engine = create_engine(\n    "postgresql://churn_ro:{fakes.password()}@dwh01.eu-west.internal:5432/crm"\n)'
    login = 'print("Hugging Face login with", os.environ["HF_TOKEN"])'
    address = f"https://x-access-token:{fakes.github_token()}@github.com/acme-telco/churn-features.git"
    warning = (
        f"{HOME}/churn/.venv/lib/python3.12/site-packages/sklearn/model_selection/_split.py:2416: UserWarning: "
        "The least populated class in y has only 2 members.\n  warnings.warn(\n"
    )
    return notebook(
        markdown("title", TITLE),
        code("imports", 1, IMPORTS),
        code("client", 2, client),
        code("warehouse", 3, database),
        code("customers", 4, QUERY, table()),
        code("login", 5, login, stream(f"Hugging Face login with {fakes.hugging_face_token()}\n")),
        code("features", 6, CLONE, failed_clone(address)),
        code("train", 7, TRAIN, stream(warning, "stderr"), stream("AUC 0.871\n")),
        code("plot", 8, PLOT, result("display_data", text_plain="<Axes: >", image_png=bars([0.9, 0.7, 0.4, 0.3, 0.1]))),
        markdown("next", NEXT),
    )


def clean() -> Json:
    """The same work with every key read from the environment, and nothing printed that was not meant for readers."""
    client = 'from openai import OpenAI\n\nclient = OpenAI(api_key=os.environ["OPENAI_API_KEY"])'
    count = 'customers = pd.read_sql("select * from crm.contracts where active", engine)\nlen(customers)'
    return notebook(
        markdown("title", TITLE),
        code("imports", 1, IMPORTS),
        code("client", 2, client),
        code("warehouse", 3, 'engine = create_engine(os.environ["WAREHOUSE_URL"])'),
        code("customers", 4, count, result(text_plain="48210")),
        code("train", 5, TRAIN, stream("AUC 0.871\n")),
        markdown("next", NEXT),
    )


def notebook(*cells: Json) -> Json:
    """A notebook of format 4.5."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python", "version": "3.12.4"}}
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def build(folder: Path) -> list[Path]:
    """Write both notebooks into a folder; returns their paths."""
    written = []
    for name, content in (("leaky", leaky()), ("clean", clean())):
        path = folder / f"{name}.ipynb"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for made in build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        print(made)
