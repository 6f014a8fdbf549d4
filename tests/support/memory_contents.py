"""A contents manager without files: proof that nothing of ours reads around the contents API."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from jupyter_server.services.contents.checkpoints import Checkpoints, GenericCheckpointsMixin
from jupyter_server.services.contents.manager import ContentsManager
from tornado.web import HTTPError


class MemoryCheckpoints(GenericCheckpointsMixin, Checkpoints):
    """Keeps no checkpoints."""

    def create_file_checkpoint(self, content: str, format: str, path: str) -> dict[str, Any]:
        return {"id": "none", "last_modified": datetime.now(UTC)}

    def create_notebook_checkpoint(self, nb: Any, path: str) -> dict[str, Any]:
        return {"id": "none", "last_modified": datetime.now(UTC)}

    def list_checkpoints(self, path: str) -> list[dict[str, Any]]:
        return []

    def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        raise HTTPError(404, "no checkpoints")

    def rename_checkpoint(self, checkpoint_id: str, old_path: str, new_path: str) -> None:
        return None


class MemoryContentsManager(ContentsManager):
    """Notebooks, files and folders in one dictionary: path without slashes at the ends → model."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._models: dict[str, dict[str, Any]] = {"": self._model("", "directory", None)}

    def _checkpoints_class_default(self) -> type[Checkpoints]:
        return MemoryCheckpoints

    @staticmethod
    def _model(path: str, kind: str, content: Any, format: str | None = None) -> dict[str, Any]:
        now = datetime.now(UTC)
        return {
            "name": path.rpartition("/")[2],
            "path": path,
            "type": kind,
            "writable": True,
            "created": now,
            "last_modified": now,
            "mimetype": None,
            "content": content,
            "format": format,
            "size": None,
        }

    def _children(self, path: str) -> list[dict[str, Any]]:
        return [
            {**model, "content": None, "format": None}
            for key, model in self._models.items()
            if key and key.rpartition("/")[0] == path
        ]

    # Like many managers, this one knows no ``require_hash``; the server then asks again without.
    def get(self, path: str, content: bool = True, type: str | None = None, format: str | None = None) -> Any:
        path = path.strip("/")
        model = self._models.get(path)
        if model is None:
            raise HTTPError(404, f"No such file or directory: {path}")
        if not content:
            return {**model, "content": None, "format": None}
        if model["type"] == "directory":
            return {**model, "content": self._children(path), "format": "json"}
        return deepcopy(model)

    def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        path = path.strip("/")
        self.run_pre_save_hooks(model=model, path=path)
        kind = model["type"]
        form = {"notebook": "json", "directory": "json"}.get(kind, model.get("format") or "text")
        self._models[path] = self._model(path, kind, deepcopy(model.get("content")), form)
        return {**self._models[path], "content": None, "format": None}

    def delete_file(self, path: str, **_: Any) -> None:
        path = path.strip("/")
        for key in [key for key in self._models if key == path or key.startswith(f"{path}/")]:
            del self._models[key]

    def rename_file(self, old_path: str, new_path: str) -> None:
        old, new = old_path.strip("/"), new_path.strip("/")
        for key in [key for key in self._models if key == old or key.startswith(f"{old}/")]:
            model = self._models.pop(key)
            moved = new + key[len(old) :]
            self._models[moved] = {**model, "path": moved, "name": moved.rpartition("/")[2]}

    def file_exists(self, path: str = "") -> bool:
        model = self._models.get(path.strip("/"))
        return model is not None and model["type"] != "directory"

    def dir_exists(self, path: str) -> bool:
        model = self._models.get(path.strip("/"))
        return model is not None and model["type"] == "directory"

    def is_hidden(self, path: str) -> bool:
        return False
